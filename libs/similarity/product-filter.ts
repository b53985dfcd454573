/**
 * Which products may be answered with. An absent member asks nothing. Prices are in major units (52.00) and compare
 * with what a shopper pays: the sale price where there is one.
 */
export interface ProductFilter {
  /** Equal to the product's category, letter for letter. */
  category?: string;
  /** Any of these genders, compared in lower case. A product without a gender matches none. */
  gender?: string[];
  /** Inclusive. A product without a price matches no price limit. */
  minPrice?: number;
  /** Inclusive. */
  maxPrice?: number;
  /** true: at least one offer in stock; false: none in stock. */
  inStock?: boolean;
}
