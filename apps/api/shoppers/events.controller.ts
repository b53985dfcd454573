import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { EventService } from '#shoppers';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody } from '../http/parsed.js';
import {
  EVENTS_REQUEST_EXAMPLE,
  eventsRequest,
  RECORDED_EVENTS_EXAMPLE,
  recordedEventsResponse,
  toldEvents,
} from './shopper-schemas.js';

/** Room for a thousand events with the longest ids of ASCII. */
const BODY_BYTES = 3 * 1024 * 1024;
/** Events that count as one request: what a page tells at once. */
const EVENTS_A_REQUEST = 20;

@ApiTags('storefront')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: EventService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'events',
    bodyBytes: BODY_BYTES,
    summary: 'Tell what shoppers did',
    description:
      'Up to 1,000 events. A repeated event counts once; one that cannot be kept is named with its reason, and the rest ' +
      'is kept. Recommendations with a `shopperId` go by them at once. Every 20 events count as a request.',
    body: { schema: eventsRequest, example: EVENTS_REQUEST_EXAMPLE },
    success: {
      status: 200,
      description: 'What became of each.',
      schema: recordedEventsResponse,
      example: RECORDED_EVENTS_EXAMPLE,
    },
    problems: ['database-unreachable'],
  })
  async recordEvents(
    @ParsedBody(eventsRequest) body: z.output<typeof eventsRequest>,
    @Req() { charge }: FastifyRequest,
  ): Promise<z.input<typeof recordedEventsResponse>> {
    const more = Math.ceil(body.events.length / EVENTS_A_REQUEST) - 1;
    if (more > 0) await charge?.(more);
    return this.events.record(toldEvents(body));
  }
}
