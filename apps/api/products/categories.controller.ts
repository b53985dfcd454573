import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { CATEGORIES_EXAMPLE, categoriesResponse } from './listing-schemas.js';

@ApiTags('storefront')
@Controller('v1/categories')
export class CategoriesController {
  constructor(@Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies) {}

  @Get()
  @Endpoint({
    scope: 'read',
    summary: 'The categories of the catalogue',
    description: 'As the feed writes them: what `category` of other calls takes.',
    success: { status: 200, description: 'All of them.', schema: categoriesResponse, example: CATEGORIES_EXAMPLE },
    problems: ['database-unreachable'],
  })
  async listCategories(): Promise<z.input<typeof categoriesResponse>> {
    return { categories: await this.dependencies.catalog.categories() };
  }
}
