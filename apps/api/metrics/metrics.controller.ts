import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';

/** Prometheus text exposition format 0.0.4. */
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('operator')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies) {}

  @Get()
  @Endpoint({
    scope: 'operator',
    summary: 'How it goes, for Prometheus',
    description:
      'Requests by route and status with their times, searches by plan, live recall: the share of the exact nearest ' +
      'that the graphs found, of one question every ten seconds at most; jobs, generations, freshness, webhooks and backups ' +
      'as the database has them; and what Node.js tells of itself. docs/metrics.md has each.',
    success: { status: 200, description: 'In the text format 0.0.4.', binary: 'text/plain' },
    problems: [],
  })
  async getMetrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', TEXT_FORMAT).send(await this.dependencies.metrics.text());
  }
}
