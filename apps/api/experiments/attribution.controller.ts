import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AttributionService } from '#attribution';
import { Endpoint } from '../http/endpoint.js';
import { ParsedQuery } from '../http/parsed.js';
import {
  ATTRIBUTION_EXAMPLE,
  attributionQuery,
  attributionResponse,
  presentAttribution,
} from './attribution-schemas.js';

@ApiTags('operator')
@Controller('v1/attribution')
export class AttributionController {
  constructor(private readonly attribution: AttributionService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'What recommendations led to',
    description:
      'Rates of clicks, wishes, carts and purchases by scenario, model, rule or arm of an experiment, of the results that ' +
      'were shown. Counted from events with a `recommendationId`; see docs/experiments.md.',
    query: attributionQuery,
    success: {
      ...{ status: 200, description: 'The rates.' },
      ...{ schema: attributionResponse, example: ATTRIBUTION_EXAMPLE },
    },
    problems: ['span-invalid', 'database-unreachable'],
  })
  async getAttribution(
    @ParsedQuery(attributionQuery) { by, from, until }: z.output<typeof attributionQuery>,
  ): Promise<z.input<typeof attributionResponse>> {
    const span = { from: dateOf(from), until: dateOf(until) };
    return presentAttribution(await this.attribution.rates(by, span));
  }
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
