import { z } from 'zod';
import type { ProductCard } from '#similarity';
import type { VisualGroup } from '#visual-groups';
import { queryNumber } from '../http/fields.js';
import { responseSchema } from '../http/schema-registry.js';
import { PRODUCT_EXAMPLE, presentProduct, productResponse } from '../products/product-schemas.js';
import { CLUSTER_ID } from './cluster-id.js';

export const clustersQuery = z.strictObject({
  count: queryNumber(z.int().min(1).max(200)).default(20).describe('How many groups: the granularity.'),
  dial: queryNumber(z.number().min(0).max(1))
    .optional()
    .describe("0: by cut, whatever the colour; 1: by colour. Default: the model's."),
  groupBy: z
    .enum(['product', 'style'])
    .default('product')
    .describe('style: one product stands for all colours of its style.'),
});

export const clusterParams = z.strictObject({
  id: z
    .string()
    .regex(CLUSTER_ID, 'must be an id that /v1/clusters gave')
    .describe('As the list of clusters names it.'),
});

export const clusterQuery = z.strictObject({
  offset: queryNumber(z.int().min(0).max(10_000_000)).default(0).describe('Members to leave out.'),
  limit: queryNumber(z.int().min(1).max(200)).default(50).describe('Most members to name.'),
});

const common = z
  .object({ value: z.string(), share: z.number().describe('Of the members that have it, 0 to 1.') })
  .nullable();

const clusterShape = {
  id: z.string().describe('Valid until the next import or generation.'),
  name: z.string().describe('In words of the catalogue, from what half of the members and more have in common.'),
  size: z.int().describe('Members.'),
  share: z.number().describe('Of all products that are grouped, 0 to 1.'),
  spread: z.number().describe('Mean of 1 - similarity of the members to the medoid, at the dial.'),
  common: z
    .object({ category: common, colour: common, brand: common })
    .describe('The commonest values; of categories the longest path that half of the members lie under.'),
};

const grouping = {
  modelVersion: z.string(),
  generation: z.int(),
  dial: z.number().describe('The setting used.'),
  groupBy: z.enum(['product', 'style']),
};

export const clustersResponse = responseSchema(
  'Clusters',
  z.object({
    ...grouping,
    products: z.int().describe('Products that are grouped: those for sale, in stock or not, that have a vector.'),
    clusters: z
      .array(
        z.object({
          ...clusterShape,
          medoid: productResponse
            .nullable()
            .describe('The member nearest to all; null where it was taken off sale just now.'),
          examples: z.array(productResponse).describe('Up to four more from the middle.'),
        }),
      )
      .describe('Largest first.'),
  }),
);

export const clusterResponse = responseSchema(
  'Cluster',
  z.object({
    ...grouping,
    ...clusterShape,
    members: z.array(productResponse).describe('Neighbours look alike.'),
    nextOffset: z.int().nullable().describe('Of the next page; null on the last.'),
  }),
);

const CLUSTER_EXAMPLE = {
  id: '1-3f2a9c1e~0.5~product~637',
  name: 'Men > Tops > Hoodies & Sweatshirts, gray',
  size: 24,
  share: 0.075,
  spread: 0.18,
  common: {
    category: { value: 'Men > Tops > Hoodies & Sweatshirts', share: 0.83 },
    colour: { value: 'gray', share: 0.54 },
    brand: null,
  },
};
const GROUPING_EXAMPLE = {
  modelVersion: '20261124-093000-1a2b3c4d',
  generation: 1,
  dial: 0.5,
  groupBy: 'product',
} as const;
export const CLUSTERS_EXAMPLE: z.input<typeof clustersResponse> = {
  ...GROUPING_EXAMPLE,
  products: 322,
  clusters: [{ ...CLUSTER_EXAMPLE, medoid: PRODUCT_EXAMPLE, examples: [] }],
};
export const CLUSTER_PAGE_EXAMPLE: z.input<typeof clusterResponse> = {
  ...GROUPING_EXAMPLE,
  ...CLUSTER_EXAMPLE,
  members: [PRODUCT_EXAMPLE],
  nextOffset: 1,
};

/** @param id of the group, see `clusterParams` */
export function presentGroup({ start, end, name, spread, common: values }: VisualGroup, id: string, products: number) {
  return { id, name, size: end - start, share: (end - start) / products, spread, common: values };
}

/** Cards of products, without those that an import has taken off sale since. */
export function presentKnown(ids: readonly ProductCard['productId'][], cards: ReadonlyMap<string, ProductCard>) {
  return ids.flatMap((id) => {
    const card = cards.get(id);
    return card === undefined ? [] : [presentProduct(card)];
  });
}
