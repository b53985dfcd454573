import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Recommender } from '#similarity';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody } from '../http/parsed.js';
import {
  presentRecommendations,
  RECOMMENDATION_REQUEST_EXAMPLE,
  recommendationRequest,
  RECOMMENDATIONS_EXAMPLE,
  recommendationsResponse,
} from './product-schemas.js';

@ApiTags('storefront')
@Controller('v1/recommendations')
export class RecommendationsController {
  constructor(private readonly recommender: Recommender) {}

  @Post()
  @Endpoint({
    scope: 'read',
    summary: 'Products that look like what a shopper likes',
    description:
      'Signals become a profile; what was signalled, and its styles, are left out. Unknown ids are named in `unknown`. ' +
      'Nothing about the shopper is stored.',
    body: { schema: recommendationRequest, example: RECOMMENDATION_REQUEST_EXAMPLE },
    success: {
      status: 200,
      description: 'Best first.',
      schema: recommendationsResponse,
      example: RECOMMENDATIONS_EXAMPLE,
    },
    problems: ['no-active-generation', 'database-unreachable'],
  })
  async recommend(
    @ParsedBody(recommendationRequest) { signals, ...options }: z.output<typeof recommendationRequest>,
  ): Promise<z.input<typeof recommendationsResponse>> {
    const dated = signals.map(({ at, ...signal }) => ({ ...signal, at: at === undefined ? undefined : new Date(at) }));
    return presentRecommendations(await this.recommender.recommend(dated, options));
  }
}
