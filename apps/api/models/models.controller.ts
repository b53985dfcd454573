import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { GenerationService } from '#generations';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams } from '../http/parsed.js';
import {
  GENERATION_EXAMPLE,
  generationParams,
  generationsResponse,
  MODEL_EXAMPLE,
  modelsResponse,
  presentGeneration,
  presentModel,
  PROMOTION_EXAMPLE,
  promotionResponse,
} from './model-schemas.js';

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
