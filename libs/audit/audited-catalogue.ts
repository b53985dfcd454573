import type { ImageId, ProductId, StyleId } from '#foundation';

/** What a photo looks like; #imaging's PictureLook. */
export interface Look {
  hash: Uint8Array; // [32]
  grid: Uint8Array; // [14, 14, 3]
  detail: number;
}

export interface AuditedPhoto {
  imageId: ImageId;
  /** Of the file, in pixels. */
  width: number;
  height: number;
  /** null: its file could not be looked at. */
  look: Look | null;
}

export interface AuditedProduct {
  productId: ProductId;
  styleId: StyleId;
  title: string;
  category: string | null;
  gender: string | null;
  colour: string | null;
  /** Rows of the catalogue's photos, in the order of the feed. */
  photos: number[];
}

/** What the latest import did not take, of one code. */
export interface SetAside {
  code: string;
  count: number;
  /** The first few, in the order of the feed. */
  examples: { offerId: string | null; value: string; message: string }[];
}

/** The active catalogue, as far as an audit reads it. */
export interface AuditedCatalogue {
  /** By product id. */
  products: AuditedProduct[];
  /** Each once, however many products name it. */
  photos: AuditedPhoto[];
  setAside: SetAside[];
}

/** The port to the catalogue. Implemented by #persistence. */
export interface AuditStore {
  auditedCatalogue(): Promise<AuditedCatalogue>;
  /** Absolute paths of photos' files, or the addresses that they were fetched from. */
  photoSources(imageIds: ImageId[]): Promise<Map<ImageId, string>>;
  /** Keeps what photos look like, for the next audit. */
  saveLooks(photos: { imageId: ImageId; look: Look }[]): Promise<void>;
}
