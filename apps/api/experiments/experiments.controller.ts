import { Controller, Delete, Get, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ExperimentService } from '#experiments';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams } from '../http/parsed.js';
import { generationParams } from '../models/model-schemas.js';
import {
  CANARY_EXAMPLE,
  EXPERIMENT_EXAMPLE,
  EXPERIMENT_RESULT_EXAMPLE,
  experimentParams,
  experimentResponse,
  experimentResultResponse,
  experimentsResponse,
  presentExperiment,
  presentResult,
  START_EXPERIMENT_EXAMPLE,
  startCanaryRequest,
  startExperimentRequest,
} from './experiment-schemas.js';

@ApiTags('merchandiser')
@Controller('v1')
export class ExperimentsController {
  constructor(private readonly experiments: ExperimentService) {}

  @Get('experiments')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Experiments',
    success: {
      ...{ status: 200, description: 'Newest first; stopped ones, too.' },
      ...{ schema: experimentsResponse, example: { experiments: [EXPERIMENT_EXAMPLE] } },
    },
    problems: ['database-unreachable'],
  })
  async listExperiments(): Promise<z.input<typeof experimentsResponse>> {
    return { experiments: (await this.experiments.list()).map(presentExperiment) };
  }

  @Post('experiments')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Begin an experiment',
    description:
      'Shoppers are divided by their `shopperId`; a request without one is answered as without the experiment, and counts ' +
      'nowhere. How many shoppers a verdict takes is worked out now and not changed. See docs/experiments.md.',
    body: { schema: startExperimentRequest, example: START_EXPERIMENT_EXAMPLE },
    success: {
      ...{ status: 201, description: 'It runs from the next request on.' },
      ...{ schema: experimentResponse, example: EXPERIMENT_EXAMPLE },
    },
    problems: [
      ...(['experiment-invalid', 'experiment-exists', 'experiment-overlap', 'generation-not-kept'] as const),
      ...(['baseline-unknown', 'database-unreachable'] as const),
    ],
  })
  async startExperiment(
    @ParsedBody(startExperimentRequest) asked: z.output<typeof startExperimentRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof experimentResponse>> {
    const experiment = await this.experiments.start(asked, request.caller);
    request.log.info({ experiment: experiment.name, by: request.caller }, 'experiment begun');
    return presentExperiment(experiment);
  }

  @Get('experiments/:name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What an experiment comes to',
    params: experimentParams,
    success: {
      ...{ status: 200, description: 'The experiment, and its result so far.' },
      ...{ schema: experimentResultResponse, example: EXPERIMENT_RESULT_EXAMPLE },
    },
    problems: ['experiment-unknown', 'database-unreachable'],
  })
  async getExperiment(
    @ParsedParams(experimentParams) { name }: z.output<typeof experimentParams>,
  ): Promise<z.input<typeof experimentResultResponse>> {
    const { experiment, judgement } = await this.experiments.show(name);
    return presentResult(experiment, judgement);
  }

  @Delete('experiments/:name')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Stop an experiment',
    description: 'Every request is answered as without it. It stays in the list, and its result can be asked for.',
    params: experimentParams,
    success: {
      ...{ status: 200, description: 'It is stopped.' },
      ...{
        schema: experimentResponse,
        example: { ...EXPERIMENT_EXAMPLE, stoppedAt: '2026-11-20T09:00:00.000Z', stoppedBy: 'Fq3x9Zk' },
      },
    },
    problems: ['experiment-unknown', 'database-unreachable'],
  })
  async stopExperiment(
    @ParsedParams(experimentParams) { name }: z.output<typeof experimentParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof experimentResponse>> {
    const experiment = await this.experiments.stop(name, request.caller);
    request.log.info({ experiment: name, by: request.caller }, 'experiment stopped');
    return presentExperiment(experiment);
  }

  @Post('generations/:id/canary')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Give a share of shoppers a generation before it is promoted',
    description:
      'An experiment on all placements, against whichever generation is active. A shopper stays with what they got; a request ' +
      'without a `shopperId` gets the active one. It ends with DELETE, or by itself when the generation becomes active; while ' +
      'it runs the generation is kept. GET /v1/experiments/{name} says what it comes to.',
    params: generationParams,
    body: { schema: startCanaryRequest, example: { share: 0.1, baseline: 0.08 } },
    success: {
      ...{ status: 201, description: 'It runs from the next request on.' },
      ...{ schema: experimentResponse, example: CANARY_EXAMPLE },
    },
    problems: [
      ...(['generation-unknown', 'generation-not-kept', 'canary-of-active', 'experiment-invalid'] as const),
      ...(['experiment-exists', 'experiment-overlap', 'baseline-unknown', 'database-unreachable'] as const),
    ],
  })
  async startCanary(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
    @ParsedBody(startCanaryRequest) asked: z.output<typeof startCanaryRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof experimentResponse>> {
    const experiment = await this.experiments.startCanary(id, asked, request.caller);
    request.log.info({ experiment: experiment.name, by: request.caller }, 'canary begun');
    return presentExperiment(experiment);
  }

  @Delete('generations/:id/canary')
  @Header('cache-control', 'no-store')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Give every shopper the active generation again',
    params: generationParams,
    success: {
      ...{ status: 200, description: 'It is stopped.' },
      ...{
        schema: experimentResponse,
        example: { ...CANARY_EXAMPLE, stoppedAt: '2026-11-20T09:00:00.000Z', stoppedBy: 'Fq3x9Zk' },
      },
    },
    problems: ['canary-unknown', 'database-unreachable'],
  })
  async endCanary(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof experimentResponse>> {
    const experiment = await this.experiments.endCanary(id, request.caller);
    request.log.info({ experiment: experiment.name, by: request.caller }, 'canary ended');
    return presentExperiment(experiment);
  }
}
