import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Recommender, unknownProduct } from '#similarity';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams, ParsedQuery } from '../http/parsed.js';
import {
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
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

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
    description: 'Its own style is left out; in stock and of the same gender unless asked otherwise.',
    params: productParams,
    query: similarParameters,
    success: { status: 200, description: 'Best first.', schema: recommendationsResponse, example: SIMILAR_EXAMPLE },
    problems: ['product-unknown', 'no-active-generation', 'database-unreachable'],
  })
  async getSimilarProducts(
    @ParsedParams(productParams) { id }: z.output<typeof productParams>,
    @ParsedQuery(similarQuery) options: z.output<typeof similarQuery>,
  ): Promise<z.input<typeof recommendationsResponse>> {
    return presentRecommendations(await this.recommender.similar(id, options));
  }
}
