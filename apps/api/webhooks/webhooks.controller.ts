import { Controller, Delete, Get, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { WebhookService } from '#webhooks';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams, ParsedQuery } from '../http/parsed.js';
import {
  ADDED_EXAMPLE,
  addedWebhookResponse,
  DELIVERIES_EXAMPLE,
  deliveriesQuery,
  deliveriesResponse,
  deliveryParams,
  presentAttempt,
  presentDelivery,
  presentWebhook,
  removedWebhookResponse,
  RETRIED_EXAMPLE,
  retriedResponse,
  TESTED_EXAMPLE,
  testedWebhookResponse,
  WEBHOOK_EXAMPLE,
  WEBHOOK_REQUEST_EXAMPLE,
  webhookParams,
  webhookRequest,
  webhooksResponse,
} from './webhook-schemas.js';

/** Longer than an attempt may take. */
const TEST_MS = 20_000;

@ApiTags('operator')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhookService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Webhooks',
    description: 'Disabled ones too; never the secret.',
    success: {
      ...{ status: 200, description: 'The oldest first.' },
      ...{ schema: webhooksResponse, example: { webhooks: [WEBHOOK_EXAMPLE] } },
    },
    problems: [],
  })
  async listWebhooks(): Promise<z.input<typeof webhooksResponse>> {
    return { webhooks: (await this.webhooks.list()).map(presentWebhook) };
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Add a webhook',
    description:
      'What happens from then on is posted to the address, signed in the form of Standard Webhooks; docs/webhooks.md says ' +
      'what is sent and how it is checked.',
    body: { schema: webhookRequest, example: WEBHOOK_REQUEST_EXAMPLE },
    success: {
      ...{ status: 201, description: 'The secret, shown this once.' },
      ...{ schema: addedWebhookResponse, example: ADDED_EXAMPLE },
    },
    problems: ['too-many-webhooks'],
  })
  async addWebhook(
    @ParsedBody(webhookRequest) asked: z.output<typeof webhookRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof addedWebhookResponse>> {
    const { webhook, secret } = await this.webhooks.add(asked, request.caller);
    request.log.info({ webhook: webhook.id, by: request.caller }, 'webhook added');
    return { secret, webhook: presentWebhook(webhook) };
  }

  @Delete(':id')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Remove a webhook',
    description: 'With its messages, sent or not.',
    params: webhookParams,
    success: {
      ...{ status: 200, description: 'It is removed.' },
      ...{ schema: removedWebhookResponse, example: { removed: 1 } },
    },
    problems: ['webhook-unknown'],
  })
  async removeWebhook(
    @ParsedParams(webhookParams) { id }: z.output<typeof webhookParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof removedWebhookResponse>> {
    await this.webhooks.remove(id);
    request.log.info({ webhook: id, by: request.caller }, 'webhook removed');
    return { removed: id };
  }

  @Post(':id/test')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Post a message of the kind webhook.test now',
    description: 'Once, signed like any other, and also to a disabled webhook; says what came of it.',
    params: webhookParams,
    deadlineMs: TEST_MS,
    success: {
      ...{ status: 200, description: 'It was tried; `taken` says whether it was taken.' },
      ...{ schema: testedWebhookResponse, example: TESTED_EXAMPLE },
    },
    problems: ['webhook-unknown'],
  })
  async testWebhook(
    @ParsedParams(webhookParams) { id }: z.output<typeof webhookParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof testedWebhookResponse>> {
    return presentAttempt(await this.webhooks.test(id, request.signal));
  }

  @Get(':id/deliveries')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Messages of a webhook',
    description: 'What was sent stays for 30 days.',
    params: webhookParams,
    query: deliveriesQuery,
    success: {
      ...{ status: 200, description: 'Newest first.' },
      ...{ schema: deliveriesResponse, example: DELIVERIES_EXAMPLE },
    },
    problems: ['webhook-unknown'],
  })
  async listDeliveries(
    @ParsedParams(webhookParams) { id }: z.output<typeof webhookParams>,
    @ParsedQuery(deliveriesQuery) { state, limit }: z.output<typeof deliveriesQuery>,
  ): Promise<z.input<typeof deliveriesResponse>> {
    return { deliveries: (await this.webhooks.deliveries(id, state ?? null, limit)).map(presentDelivery) };
  }

  @Post(':id/deliveries/:delivery/retry')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'operator',
    summary: 'Have a dead message tried again',
    description: 'At once, and as often as a new one.',
    params: deliveryParams,
    success: {
      ...{ status: 200, description: 'It waits to be sent.' },
      ...{ schema: retriedResponse, example: RETRIED_EXAMPLE },
    },
    problems: ['webhook-unknown', 'delivery-not-dead'],
  })
  async retryDelivery(
    @ParsedParams(deliveryParams) { id, delivery }: z.output<typeof deliveryParams>,
  ): Promise<z.input<typeof retriedResponse>> {
    await this.webhooks.retry(id, delivery);
    return { retried: delivery };
  }
}
