/** Which products to list. Absent members ask nothing. */
export interface ProductListing {
  /** Only products whose ids come after this text, which need be no product's. */
  after?: string | undefined;
  /** The exact category. */
  category?: string | undefined;
  /** The exact style. */
  style?: string | undefined;
  /** Of the products of one style that are listed, the first alone. */
  onePerStyle: boolean;
}

/** How many active products a category holds. */
export interface CategoryCount {
  category: string;
  products: number;
}
