import type { Snapshot } from '#datasets';
import type { ModelManifest } from '#embedder';
import type { ImageId, ProductId } from '#foundation';

/** What a card is made from. */
export interface CardSource {
  manifest: ModelManifest;
  /** The catalogue when the card is made; the one that the model was trained on, if the hashes agree. */
  snapshot: Snapshot;
  /** `[n, 128]` under the heads that the model serves, from `[n, width of the layout]` */
  embed: (features: Float32Array) => Promise<Float32Array>;
  /** Bytes of a photo's file, whatever they are; rejects or gives null where there is none. */
  readPhoto: (id: ImageId) => Promise<Uint8Array | null>;
  /** Titles by product, as far as they are known. */
  titles: (ids: ProductId[]) => Promise<Map<ProductId, string>>;
  /** Path or address of the feed that was imported last; null: not known. */
  feed: string | null;
  madeAt: Date;
}
