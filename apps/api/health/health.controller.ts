import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { responseSchema } from '../http/schema-registry.js';

const liveResponse = responseSchema('Live', z.object({ status: z.literal('live') }));
const readyResponse = responseSchema(
  'Ready',
  z.object({
    status: z.literal('ready'),
    generation: z.int().nullable().describe('The generation that answers; null: recommendations are refused so far.'),
    modelVersion: z.string().nullable(),
  }),
);

@ApiTags('operator')
@Controller('health')
export class HealthController {
  constructor(@Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies) {}

  @Get('live')
  @Endpoint({
    scope: 'public',
    summary: 'Whether the process answers',
    success: { status: 200, description: 'It does.', schema: liveResponse, example: { status: 'live' } },
    problems: [],
  })
  isLive(): z.input<typeof liveResponse> {
    return { status: 'live' };
  }

  @Get('ready')
  @Endpoint({
    scope: 'public',
    summary: 'Whether requests can be answered',
    description: 'Asks the database.',
    success: {
      status: 200,
      description: 'They can.',
      schema: readyResponse,
      example: { status: 'ready', generation: 1, modelVersion: '20261124-093000-1a2b3c4d' },
    },
    problems: ['database-unreachable'],
  })
  async isReady(): Promise<z.input<typeof readyResponse>> {
    const active = await this.dependencies.catalog.activeGeneration();
    return { status: 'ready', generation: active?.generation ?? null, modelVersion: active?.modelVersion ?? null };
  }
}
