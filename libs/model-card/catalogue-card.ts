import type { Artifacts } from '#artifacts';
import type { Snapshot } from '#datasets';
import type { ModelBundle } from '#embedder';
import type { ImageId, ProductId } from '#foundation';
import { readImageFile } from '#imaging';
import { drawModelCard } from './draw-model-card.js';

/** What a card reads of the catalogue. */
interface CardCatalogue {
  /** Absolute path of a photo's file, or the address that it was fetched from; null for an unknown id. */
  imageSource(id: ImageId): Promise<string | null>;
  products(ids: ProductId[]): Promise<Map<ProductId, { title: string | null }>>;
}

interface CatalogueCard {
  bundle: ModelBundle;
  /** The catalogue of now. */
  snapshot: Snapshot;
  catalogue: CardCatalogue;
  /** Bring photos. */
  artifacts: Pick<Artifacts, 'photoFile'>;
  /** What was imported last; null: not known. */
  feed: string | null;
  madeAt: Date;
}

/** The card of a bundle, with photos and titles of the catalogue. See `drawModelCard`. */
export function drawCatalogueCard({ bundle, catalogue, artifacts, ...rest }: CatalogueCard): Promise<string> {
  return drawModelCard({
    ...rest,
    manifest: bundle.manifest,
    embed: (features) => bundle.embed(features),
    readPhoto: async (id) => {
      const source = await catalogue.imageSource(id);
      return source === null ? null : readImageFile(await artifacts.photoFile(source, id));
    },
    titles: async (ids) => {
      const products = await catalogue.products(ids);
      return new Map([...products].flatMap(([id, { title }]) => (title === null ? [] : [[id, title]])));
    },
  });
}
