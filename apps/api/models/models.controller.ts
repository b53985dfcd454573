import { readFile } from 'node:fs/promises';
import { Controller, Get, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type ModelVersion, WeftError } from '#foundation';
import { cardFile, GenerationService } from '#generations';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams } from '../http/parsed.js';
import {
  GENERATION_EXAMPLE,
  generationParams,
  generationsResponse,
  MODEL_EXAMPLE,
  modelParams,
  modelsResponse,
  presentGeneration,
  presentModel,
  PROMOTION_EXAMPLE,
  promotionResponse,
} from './model-schemas.js';

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
    problems: ['model-unknown', 'card-missing', 'database-unreachable'],
  })
  async getModelCard(
    @ParsedParams(modelParams) { version }: z.output<typeof modelParams>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const model = await this.dependencies.generations.model(version as ModelVersion);
    if (model === null) {
      throw new WeftError('model-unknown', `There is no model ${version}.`, {
        value: version,
        remedy: 'GET /v1/models lists them.',
      });
    }
    const page = await readFile(cardFile(model)).catch((cause: unknown) => {
      throw new WeftError('card-missing', `No card of model ${version} lies beside it.`, {
        value: version,
        remedy: `weft card ${version}`,
        cause,
      });
    });
    await reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CARD_POLICY,
        'cache-control': 'no-cache',
      })
      .send(page);
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
    description: 'A ready one, or a retired one to go back to. Refused unless every product with a photo has a vector.',
    params: generationParams,
    success: { status: 200, description: 'It is active.', schema: promotionResponse, example: PROMOTION_EXAMPLE },
    problems: ['generation-unknown', 'generation-not-ready', 'generation-incomplete', 'database-unreachable'],
  })
  async promoteGeneration(
    @ParsedParams(generationParams) { id }: z.output<typeof generationParams>,
  ): Promise<z.input<typeof promotionResponse>> {
    return this.generations.promote(id);
  }
}
