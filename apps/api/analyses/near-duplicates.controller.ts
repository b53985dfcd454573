import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { queryNumber } from '../http/fields.js';
import { ParsedQuery } from '../http/parsed.js';
import { responseSchema } from '../http/schema-registry.js';
import { PRODUCT_EXAMPLE, presentProduct, productResponse } from '../products/product-schemas.js';
import { KeptAnalyses } from './kept-analyses.js';

/** Listings of one group that are named: a placeholder may be under thousands. */
const MOST_LISTINGS = 20;

const query = z.strictObject({
  offset: queryNumber(z.int().min(0).max(10_000_000)).default(0).describe('Groups to leave out.'),
  limit: queryNumber(z.int().min(1).max(100)).default(20).describe('Most groups to name.'),
});

const response = responseSchema(
  'NearDuplicates',
  z.object({
    modelVersion: z.string(),
    generation: z.int(),
    photos: z.int().describe('Photos that were compared.'),
    photosNotLookedAt: z.int().describe('Photos of an older import; an audit looks at them.'),
    total: z.int().describe('Groups in all.'),
    groups: z.array(
      z.object({
        kind: z
          .enum(['copies', 'placeholder'])
          .describe('placeholder: the picture is under three and more styles that share no title, and shows none.'),
        styles: z.int(),
        files: z.int().describe('Different files of the picture; 1: all name the same one.'),
        least: z
          .object({ shape: z.number(), colour: z.number() })
          .nullable()
          .describe('Cosines of the two files that are least alike; null for one file.'),
        listings: z
          .array(
            z.object({ product: productResponse, photo: z.string().describe('Path of its photo of the picture.') }),
          )
          .describe('The first twenty, by product id.'),
        listingsTotal: z.int(),
      }),
    ),
    nextOffset: z.int().nullable().describe('Of the next page; null on the last.'),
  }),
);

const EXAMPLE: z.input<typeof response> = {
  modelVersion: '20261124-093000-1a2b3c4d',
  generation: 1,
  photos: 514,
  photosNotLookedAt: 0,
  total: 1,
  groups: [
    {
      kind: 'copies',
      styles: 2,
      files: 2,
      least: { shape: 0.997, colour: 0.999 },
      listings: [{ product: PRODUCT_EXAMPLE, photo: PRODUCT_EXAMPLE.image ?? '' }],
      listingsTotal: 2,
    },
  ],
  nextOffset: null,
};

@ApiTags('merchandiser')
@Controller('v1/near-duplicates')
export class NearDuplicatesController {
  constructor(
    private readonly analyses: KeptAnalyses,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Get()
  @Endpoint({
    scope: 'merchandiser',
    deadlineMs: 60_000,
    summary: 'Products of different styles that show the same picture',
    description:
      'The same file, or copies of it: scaled, recompressed, in another format. Computed by the first call after an import. ' +
      'What else is wrong with a catalogue is what an audit tells.',
    query,
    success: { status: 200, description: 'Copies before placeholders.', schema: response, example: EXAMPLE },
    problems: ['no-active-generation', 'analyses-busy', 'database-unreachable'],
  })
  async listNearDuplicates(
    @ParsedQuery(query) { offset, limit }: z.output<typeof query>,
  ): Promise<z.input<typeof response>> {
    const { active, result } = await this.analyses.nearDuplicates();
    const { groups, photos, photosNotLookedAt } = result;
    const page = groups.slice(offset, offset + limit);
    const named = page.map(({ listings }) => listings.slice(0, MOST_LISTINGS));
    const cards = await this.dependencies.catalog.products(named.flat().map(({ productId }) => productId));
    const next = offset + page.length;
    return {
      ...{ modelVersion: active.modelVersion, generation: active.generation, photos, photosNotLookedAt },
      total: groups.length,
      groups: page.map(({ listings, ...group }, at) => ({
        ...group,
        listings: (named[at] ?? []).flatMap(({ productId, imageId }) => {
          // An import may have taken the product off sale since.
          const card = cards.get(productId);
          return card === undefined ? [] : [{ product: presentProduct(card), photo: `/v1/images/${imageId}` }];
        }),
        listingsTotal: listings.length,
      })),
      nextOffset: next < groups.length ? next : null,
    };
  }
}
