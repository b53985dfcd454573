import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { inTime, isThere, type ModelVersion, WeftError } from '#foundation';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { responseSchema } from '../http/schema-registry.js';

/** Longest that the database may take: whoever asks does so every few seconds, and wants to hear of one that hangs. */
const DATABASE_MS = 2_000;

/** What can be missing while requests are answered all the same. */
const LACKING = {
  generation: 'No vectors are active: recommendations are refused. weft embed, then weft promote.',
  model:
    'The model of these vectors is not in the home: new products get none, and photos cannot be asked about. weft doctor.',
  popularity: 'What is popular cannot be summed up: what was before, or what is new, is shown. The log says why.',
  redis: 'Redis does not answer: jobs are recorded and wait; requests are counted by each process alone.',
} as const;
type Lack = keyof typeof LACKING;
const LACKS = Object.keys(LACKING) as Lack[];

const liveResponse = responseSchema('Live', z.object({ status: z.literal('live') }));
const readyResponse = responseSchema(
  'Ready',
  z.object({
    status: z.enum(['ready', 'degraded']).describe('degraded: requests are answered, and something is lacking.'),
    lacking: z.array(z.object({ what: z.enum(LACKS), means: z.string() })),
    generation: z.int().nullable().describe('The generation that answers; null: recommendations are refused so far.'),
    modelVersion: z.string().nullable(),
    popularityFailingSince: z.iso
      .datetime()
      .nullable()
      .describe('What is popular could not be summed up since; null: it was. The log says why.'),
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
    summary: 'Whether requests can be answered, and what is lacking',
    description: 'Asks the database and Redis. Without Redis requests are answered; without the database they are not.',
    success: {
      status: 200,
      description: 'They can.',
      schema: readyResponse,
      example: {
        ...{ status: 'degraded', lacking: [{ what: 'redis', means: LACKING.redis }] },
        ...{ generation: 1, modelVersion: '20261124-093000-1a2b3c4d', popularityFailingSince: null },
      },
    },
    problems: ['database-unreachable'],
  })
  async isReady(): Promise<z.input<typeof readyResponse>> {
    const { catalog, shoppers, throttle } = this.dependencies;
    const active = inTime(catalog.activeGeneration(), DATABASE_MS, silentDatabase);
    const [served, isModelThere, isRedisThere] = await Promise.all([
      active,
      active.then((generation) => generation === null || this.hasModel(generation.modelVersion)),
      throttle.answers(),
    ]);
    const lacks: Record<Lack, boolean> = {
      generation: served === null,
      model: !isModelThere,
      popularity: shoppers.popularityFailingSince !== null,
      redis: !isRedisThere,
    };
    const lacking = LACKS.filter((what) => lacks[what]).map((what) => ({ what, means: LACKING[what] }));
    return {
      ...{ status: lacking.length === 0 ? 'ready' : 'degraded', lacking },
      ...{ generation: served?.generation ?? null, modelVersion: served?.modelVersion ?? null },
      popularityFailingSince: shoppers.popularityFailingSince?.toISOString() ?? null,
    };
  }

  /** From a store it is brought when it is needed. */
  private async hasModel(version: ModelVersion): Promise<boolean> {
    const { artifacts } = this.dependencies;
    if (artifacts.storeName !== null) return true;
    return isThere(artifacts.modelPath({ version }));
  }
}

function silentDatabase(): WeftError {
  return new WeftError('database-unreachable', `Postgres did not answer within ${DATABASE_MS / 1000} s.`, {
    remedy: 'Look whether Postgres runs: `weft doctor`. Then try again.',
  });
}
