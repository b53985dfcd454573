import { passesFilter } from '#filters';
import type { ModelVersion } from '#foundation';
import type { CatalogReader, IndexedProduct } from '#similarity';

/** A catalogue of these products, in memory; their generation is the active one. */
export function exactCatalog(products: readonly IndexedProduct[]): CatalogReader {
  const byId = new Map(products.map((product) => [product.card.productId, product]));
  const found = <T>(ids: readonly string[], of: (product: IndexedProduct) => T) =>
    ids.flatMap((id) => {
      const product = byId.get(id as never);
      return product ? [[product.card.productId, of(product)] as const] : [];
    });
  const generation = { generation: 1, modelVersion: 'model' as ModelVersion, dial: 0.5 };
  return {
    lookUp: async (ids) => ({ generation, known: new Map(found(ids, ({ card, embedding }) => ({ card, embedding }))) }),
    resolve: async (ids) => new Map(found(ids, ({ card }) => card.productId)),
    products: async (ids) => new Map(found(ids, ({ card }) => card)),
    categoriesOf: async (ids) => new Map(found(ids, ({ card }) => card.category)),
    passing: async (ids, filters, now) =>
      new Map(found(ids, ({ facts }) => filters.map((filter) => passesFilter(facts, filter, now)))),
    activeGeneration: async () => generation,
  };
}
