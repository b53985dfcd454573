import { nearDuplicateListings, type NearDuplicateListings } from '#audit';
import type { GenerationId } from '#foundation';
import type { Database } from '#persistence';
import { type Grouping, growVisualTree, type VisualTree } from '#visual-groups';

/** What is computed from a whole generation: some seconds of a core where products are many. */
export interface Analyses {
  visualTree(generation: GenerationId, grouping: Grouping): Promise<VisualTree>;
  nearDuplicates(generation: GenerationId): Promise<NearDuplicateListings>;
}

/** Computes in this process, which answers nobody meanwhile. */
export function analysesOf({
  groupedProducts,
  audit,
  photoIndex,
}: Pick<Database, 'groupedProducts' | 'audit' | 'photoIndex'>): Analyses {
  return {
    async visualTree(generation, grouping) {
      return growVisualTree(await groupedProducts.groupedProducts(generation), grouping);
    },
    async nearDuplicates(generation) {
      const catalogue = await audit.auditedCatalogue();
      const imageIds = catalogue.photos.map(({ imageId }) => imageId);
      return nearDuplicateListings(catalogue, await photoIndex.photoEmbeddings(generation, imageIds));
    },
  };
}
