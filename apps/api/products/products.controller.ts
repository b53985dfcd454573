import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ExperimentService } from '#experiments';
import { RecommendationIds } from '#shoppers';
import { Recommender, unknownProduct } from '#similarity';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams, ParsedQuery } from '../http/parsed.js';
import { cursorAfter, listQuery, PRODUCT_LIST_EXAMPLE, productBefore, productListResponse } from './listing-schemas.js';
import {
  optionsOfQuery,
  presentProduct,
  presentRecommendations,
  PRODUCT_EXAMPLE,
  productParams,
  productResponse,
  recommendationsResponse,
  SIMILAR_EXAMPLE,
  similarParameters,
  similarQuery,
} from './product-schemas.js';

@ApiTags('storefront')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly recommender: Recommender,
    private readonly experiments: ExperimentService,
    private readonly ids: RecommendationIds,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Get()
  @Endpoint({
    scope: 'read',
    summary: 'The products of the catalogue, page by page',
    description:
      'In stock or not. A page begins after the last id of the one before: what an import adds or takes meanwhile shifts nothing.',
    query: listQuery,
    success: { status: 200, description: 'One page.', schema: productListResponse, example: PRODUCT_LIST_EXAMPLE },
    problems: ['cursor-invalid', 'database-unreachable'],
  })
  async listProducts(
    @ParsedQuery(listQuery) { count, cursor, ...listing }: z.output<typeof listQuery>,
  ): Promise<z.input<typeof productListResponse>> {
    const { catalog } = this.dependencies;
    const found = await catalog.list({ after: cursor && productBefore(cursor), ...listing }, count + 1);
    const ids = found.slice(0, count);
    const cards = await catalog.products(ids);
    const last = found.length > count ? ids.at(-1) : undefined;
    return {
      // An import may have taken one off sale meanwhile.
      products: ids.flatMap((id) => cards.get(id) ?? []).map((card) => presentProduct(card)),
      nextCursor: last === undefined ? null : cursorAfter(last),
    };
  }

  @Get(':id')
  @Endpoint({
    scope: 'read',
    summary: 'A product',
    params: productParams,
    success: { status: 200, description: 'The product.', schema: productResponse, example: PRODUCT_EXAMPLE },
    problems: ['product-unknown', 'database-unreachable'],
  })
  async getProduct(
    @ParsedParams(productParams) { id }: z.output<typeof productParams>,
  ): Promise<z.input<typeof productResponse>> {
    const { catalog } = this.dependencies;
    const productId = (await catalog.resolve([id])).get(id);
    const card = productId && (await catalog.products([productId])).get(productId);
    if (!card) throw unknownProduct(id);
    return presentProduct(card);
  }

  @Get(':id/similar')
  @Endpoint({
    scope: 'read',
    summary: 'Products that look like a product',
    description:
      'Its own style is left out; in stock, of the same category and of the same gender unless asked otherwise. ' +
      'Filters are described in docs/filters.md.',
    params: productParams,
    query: similarParameters,
    success: { status: 200, description: 'Best first.', schema: recommendationsResponse, example: SIMILAR_EXAMPLE },
    problems: [
      ...(['product-unknown', 'no-active-generation', 'generation-not-kept'] as const),
      ...(['cursor-invalid', 'cursor-stale', 'database-unreachable'] as const),
    ],
  })
  async getSimilarProducts(
    @ParsedParams(productParams) { id }: z.output<typeof productParams>,
    @ParsedQuery(similarQuery) { shopperId, ...query }: z.output<typeof similarQuery>,
  ): Promise<z.input<typeof recommendationsResponse>> {
    const { scenario } = query;
    const assignment = await this.experiments.assign(shopperId, scenario);
    const answer = await this.recommender.similar(id, optionsOfQuery(query), assignment?.variant);
    return presentRecommendations(answer, this.ids, { at: this.dependencies.clock.now(), scenario, assignment });
  }
}
