import { Controller, Delete, Get, Header, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { EventService } from '#shoppers';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams } from '../http/parsed.js';
import {
  ERASED_EXAMPLE,
  erasedResponse,
  MOST_SHOWN_EVENTS,
  presentShopper,
  SHOPPER_EXAMPLE,
  shopperParams,
  shopperResponse,
} from './shopper-schemas.js';

@ApiTags('operator')
@Controller('v1/shoppers')
export class ShoppersController {
  constructor(private readonly events: EventService) {}

  @Get(':shopperId')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'What is kept of a shopper',
    params: shopperParams,
    success: {
      status: 200,
      description: 'The newest 10,000 events, and how many there are.',
      schema: shopperResponse,
      example: SHOPPER_EXAMPLE,
    },
    problems: ['shopper-unknown', 'database-unreachable'],
  })
  async getShopper(
    @ParsedParams(shopperParams) { shopperId }: z.output<typeof shopperParams>,
  ): Promise<z.input<typeof shopperResponse>> {
    return presentShopper(shopperId, await this.events.show(shopperId, MOST_SHOWN_EVENTS));
  }

  @Delete(':shopperId')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Erase a shopper',
    description: 'Everything that is kept of one; a shopper of whom nothing is kept is erased already.',
    params: shopperParams,
    success: { status: 200, description: 'How much it was.', schema: erasedResponse, example: ERASED_EXAMPLE },
    problems: ['database-unreachable'],
  })
  async eraseShopper(
    @ParsedParams(shopperParams) { shopperId }: z.output<typeof shopperParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof erasedResponse>> {
    const erased = await this.events.erase(shopperId);
    request.log.info({ erased, by: request.caller }, 'shopper erased');
    return { shopperId, erased };
  }
}
