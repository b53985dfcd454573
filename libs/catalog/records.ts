import type { ImageId, OfferId, ProductId, StyleId } from '#foundation';
import type { PictureLook } from '#imaging';

export const AVAILABILITIES = ['in_stock', 'out_of_stock', 'preorder', 'backorder'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** One accepted feed row. Prices are in major units (52.00) of `currency`, an ISO 4217 code. */
export interface OfferRecord {
  offerId: OfferId;
  productId: ProductId;
  size: string | null;
  link: string | null;
  price: number | null;
  salePrice: number | null;
  currency: string | null;
  availability: Availability;
  /** Every column that Weft gives no meaning of its own, by its header in lower case; empty cells left out. */
  attributes: Record<string, string>;
}

/** One look. Its fields are those of the first accepted row that belongs to it. */
export interface ProductRecord {
  productId: ProductId;
  styleId: StyleId;
  title: string;
  description: string | null;
  brand: string | null;
  /** `product_type` as written. */
  category: string | null;
  gender: Gender | null;
  /** As written in the feed, for display; ids use the normalised form. */
  colour: string | null;
  /** Photos in the order of the feed, without repetition; the first is the main one. Never empty. */
  imageIds: ImageId[];
}

export type Gender = 'male' | 'female' | 'unisex';

/** A photo that was decoded. `width` and `height` are those of the file after orientation, in pixels. */
export interface ImageRecord {
  imageId: ImageId;
  /** Absolute path of a file with this photo, or the address that it was fetched from. */
  source: string;
  width: number;
  height: number;
  look: PictureLook;
}

/** Why an image was not accepted: `code` is one of #imaging's ImageRejected. */
export interface Rejection {
  code: string;
  message: string;
}

/** What is known of an image, so that an unchanged one is never read again. */
export interface SourceRecord {
  /** Absolute path, or address. */
  source: string;
  /** `${size}:${mtimeMs}` of the file, empty when there was no file; SHA-256 of what an address gave. */
  fingerprint: string;
  imageId: ImageId | null;
  rejection: Rejection | null;
}

/** Some of what an import set aside. */
export interface Quarantine {
  total: number;
  entries: QuarantineRecord[];
}

/** A row or an image of a row that was not taken in, and why. */
export interface QuarantineRecord {
  /** Number of the data row in the feed; the first row after the header is 1. */
  row: number;
  offerId: string | null;
  /** Feed column; `row` where the row as a whole is at fault. */
  field: string;
  /** The offending value, cut to 200 characters. */
  value: string;
  /** Stable, kebab-case. */
  code: string;
  /** One sentence. */
  message: string;
}
