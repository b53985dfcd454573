import { type DynamicModule, Module } from '@nestjs/common';
import { KeyService } from '#access';
import type { WeftConfig } from '#config';
import { photoDirectory } from '#foundation';
import { GenerationService } from '#generations';
import { Recommender } from '#similarity';
import { type ApiDependencies, DEPENDENCIES, FEED_DIRECTORY, PHOTO_DIRECTORY } from './api-dependencies.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { HealthController } from './health/health.controller.js';
import { ImagesController } from './images/images.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { ModelsController } from './models/models.controller.js';
import { PhotoQueries } from './photos/photo-queries.js';
import { PhotosController } from './photos/photos.controller.js';
import { ProductsController } from './products/products.controller.js';
import { RecommendationsController } from './products/recommendations.controller.js';

/** Where things lie. */
export type ModuleSettings = Pick<WeftConfig, 'feedDir' | 'home'> & {
  /** Path of the feature graph that is installed here: photos that are sent are read by it. */
  featureGraph: string;
};

/** Joins controllers and services. The services know nothing of Nest, so they are made here. */
@Module({})
export class ApiModule {
  static with({ feedDir, home, featureGraph }: ModuleSettings, dependencies: ApiDependencies): DynamicModule {
    const { index, catalog, clock, generations, keys } = dependencies;
    return {
      module: ApiModule,
      controllers: [
        ProductsController,
        RecommendationsController,
        ImagesController,
        PhotosController,
        JobsController,
        FeedsController,
        ModelsController,
        KeysController,
        HealthController,
      ],
      providers: [
        { provide: DEPENDENCIES, useValue: dependencies },
        { provide: FEED_DIRECTORY, useValue: feedDir },
        { provide: PHOTO_DIRECTORY, useValue: photoDirectory(home) },
        { provide: Recommender, useValue: new Recommender(index, catalog, clock) },
        { provide: PhotoQueries, useValue: new PhotoQueries(dependencies, featureGraph) },
        { provide: KeyService, useValue: new KeyService(keys, clock) },
        { provide: GenerationService, useValue: new GenerationService(generations) },
      ],
    };
  }
}
