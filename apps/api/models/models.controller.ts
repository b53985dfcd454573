import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { WeftError } from '#foundation';
import { cardFile, GenerationService } from '#generations';
import type { JobAsk } from '#jobs';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams, ParsedQuery } from '../http/parsed.js';
import { knownModel } from './known-model.js';
import { accepted, ASK, Ask } from '../jobs/ask.js';
import { JOB_EXAMPLE, jobResponse } from '../jobs/job-schemas.js';
import {
  GENERATION_EXAMPLE,
  generationParams,
  generationsResponse,
  judgeRequest,
  MODEL_EXAMPLE,
  modelParams,
  modelsResponse,
  presentGeneration,
  presentModel,
  presentPromotion,
  promoteRequest,
  PROMOTION_EXAMPLE,
  PROMOTION_RECORD_EXAMPLE,
  promotionResponse,
  promotionsQuery,
  promotionsResponse,
  rollbackRequest,
  VERDICT_EXAMPLE,
} from './model-schemas.js';
import { presentVerdict, verdictResponse } from './verdict-schema.js';

/** A card runs nothing, fetches nothing and is shown in no frame; its own policy names its style sheet by hash, too. */
const CARD_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; " +
  "form-action 'none'; sandbox";

@ApiTags('merchandiser')
@Controller('v1')
export class ModelsController {
  constructor(
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
    private readonly generations: GenerationService,
  ) {}

  @Get('models')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Trained models',
    success: {
      status: 200,
      description: 'Newest first.',
      schema: modelsResponse,
      example: { models: [MODEL_EXAMPLE] },
    },
    problems: ['database-unreachable'],
  })
  async listModels(): Promise<z.input<typeof modelsResponse>> {
    return { models: (await this.dependencies.generations.models()).map(presentModel) };
  }

  @Get('models/:version/card')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'The card of a model, as a page',
    description:
      'One HTML document with everything in it: figures, photos of the catalogue, limits, and how to repeat it.',
    params: modelParams,
    success: {
      status: 200,
      description: 'The page as it was drawn last: with the training, or by `weft card`.',
      binary: 'text/html',
    },
    problems: [
      ...(['model-unknown', 'card-missing', 'artifacts-unreachable', 'artifacts-refused'] as const),
      'database-unreachable',
    ],
  })
  async getModelCard(
    @ParsedParams(modelParams) { version }: z.output<typeof modelParams>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { artifacts, generations } = this.dependencies;
    const model = await knownModel(generations, version);
    const page = await artifacts.newest(cardFile({ directory: artifacts.modelPath(model) }));
    if (page === null) {
      throw new WeftError('card-missing', `No card of model ${version} lies beside it.`, {
        value: version,
        remedy: `weft card ${version}`,
      });
    }
    await reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CARD_POLICY,
        'cache-control': 'no-cache',
      })
      .send(Buffer.from(page));
  }

  @Get('generations')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Generations: the vectors of the catalogue by model',
    success: {
      status: 200,
      description: 'Newest first.',
      schema: generationsResponse,
      example: { generations: [GENERATION_EXAMPLE] },
    },
    problems: ['database-unreachable'],
  })
  async listGenerations(): Promise<z.input<typeof generationsResponse>> {
    return { generations: (await this.dependencies.generations.list()).map(presentGeneration) };
  }

  @Post('generations/:id/promote')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Serve a generation from now on',
    description:
      'Refused unless every product with a photo has a vector, and unless the gate lets it pass: its verdict must be of the active ' +
      'generation and of the catalogue of now, else POST /v1/generations/{id}/judge comes first. One of the active model ' +
      'needs no verdict. See docs/promotion.md.',
    params: generationParams,
    body: { schema: promoteRequest, example: { override: { reason: 'The new photos matter more than old styles.' } } },
    success: { status: 200, description: 'It is active.', schema: promotionResponse, example: PROMOTION_EXAMPLE },
    problems: [
      ...(['generation-unknown', 'generation-not-ready', 'generation-incomplete'] as const),
      ...(['verdict-missing', 'promotion-refused', 'database-unreachable'] as const),
    ],
  })
  async promoteGeneration(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
    @ParsedBody(promoteRequest) { override }: z.output<typeof promoteRequest>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof promotionResponse>> {
    return this.generations.promote(id, { by: nameOf(request), override: override?.reason ?? null });
  }

  @Post('generations/rollback')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Go back to a generation that was active before',
    description: 'In one transaction, and whole; twice, and it is as it was. The gate is not asked.',
    body: { schema: rollbackRequest, example: {} },
    success: { status: 200, description: 'It is active.', schema: promotionResponse, example: PROMOTION_EXAMPLE },
    problems: [
      ...(['generation-unknown', 'generation-not-ready', 'generation-incomplete'] as const),
      ...(['generation-never-active', 'nothing-to-return-to', 'database-unreachable'] as const),
    ],
  })
  async rollBack(
    @ParsedBody(rollbackRequest) { to = null }: { to?: number | null },
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof promotionResponse>> {
    return this.generations.rollBack(to, nameOf(request));
  }

  @Post('generations/:id/judge')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Judge a generation against the active one and the baselines',
    description: 'On the hold-out styles of the catalogue of now. An embedding does so at its end.',
    params: generationParams,
    body: { schema: judgeRequest, example: { promote: 'if-better' } },
    success: {
      ...{ status: 202, description: 'The job is queued; Location says where to follow it.' },
      ...{ schema: jobResponse, example: JOB_EXAMPLE, headers: { location: 'Path of the job.' } },
    },
    ...ASK,
    problems: ['generation-unknown', 'idempotency-key-reused', 'database-unreachable'],
  })
  async judgeGeneration(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
    @ParsedBody(judgeRequest) { promote }: z.output<typeof judgeRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.input<typeof jobResponse>> {
    if ((await this.dependencies.generations.find(id)) === null) {
      throw new WeftError('generation-unknown', `There is no generation ${id}.`, {
        value: id,
        remedy: 'GET /v1/generations lists them.',
      });
    }
    return accepted(await this.dependencies.queue.enqueue('judge', { generation: id, promote }, ask), reply);
  }

  @Get('generations/:id/verdict')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What the gate found about a generation',
    params: generationParams,
    success: {
      ...{ status: 200, description: 'The latest verdict.', schema: verdictResponse, example: VERDICT_EXAMPLE },
    },
    problems: ['verdict-unknown', 'database-unreachable'],
  })
  async getVerdict(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
  ): Promise<z.input<typeof verdictResponse>> {
    const verdict = await this.dependencies.generations.verdict(id);
    if (verdict !== null) return presentVerdict(verdict);
    throw new WeftError('verdict-unknown', `Generation ${id} has not been judged, or is not kept.`, {
      value: id,
      remedy: `POST /v1/generations/${id}/judge`,
    });
  }

  @Get('promotions')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What was served since when, who wanted it, and what was refused',
    query: promotionsQuery,
    success: {
      status: 200,
      description: 'Newest first.',
      schema: promotionsResponse,
      example: { promotions: [PROMOTION_RECORD_EXAMPLE] },
    },
    problems: ['database-unreachable'],
  })
  async listPromotions(
    @ParsedQuery(promotionsQuery) { limit }: z.output<typeof promotionsQuery>,
  ): Promise<z.input<typeof promotionsResponse>> {
    return { promotions: (await this.dependencies.generations.promotions(limit)).map(presentPromotion) };
  }
}

/** Who asks, for the audit log. */
function nameOf({ caller, callerName }: FastifyRequest): string {
  return caller === callerName ? caller : `${callerName} (${caller})`;
}
