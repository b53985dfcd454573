import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { KeyService } from '#access';
import { AttributionService } from '#attribution';
import type { WeftConfig } from '#config';
import { ExperimentService } from '#experiments';
import { GenerationService } from '#generations';
import { KeptDecisions, RulePreviews, RuleService, ScenarioService } from '#merchandising';
import { ScheduleService } from '#schedules';
import { EventService, RecommendationIds } from '#shoppers';
import { Recommender } from '#similarity';
import { WebhookService } from '#webhooks';
import { ClustersController } from './analyses/clusters.controller.js';
import { KeptAnalyses } from './analyses/kept-analyses.js';
import { NearDuplicatesController } from './analyses/near-duplicates.controller.js';
import { type ApiDependencies, DEPENDENCIES, FEED_DIRECTORY } from './api-dependencies.js';
import { AttributionController } from './experiments/attribution.controller.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { HealthController } from './health/health.controller.js';
import { ImagesController } from './images/images.controller.js';
import { JobEventsController } from './jobs/job-events.controller.js';
import { JobStreams } from './jobs/job-streams.js';
import { JobsController } from './jobs/jobs.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { RulesController } from './merchandising/rules.controller.js';
import { ScenariosController } from './merchandising/scenarios.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ModelsController } from './models/models.controller.js';
import { PhotoQueries } from './photos/photo-queries.js';
import { PhotosController } from './photos/photos.controller.js';
import { CategoriesController } from './products/categories.controller.js';
import { ProductsController } from './products/products.controller.js';
import { RecommendationsController } from './products/recommendations.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { EventsController } from './shoppers/events.controller.js';
import { ShoppersController } from './shoppers/shoppers.controller.js';
import { Poster } from './webhooks/poster.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** Where things lie. */
export type ModuleSettings = Pick<WeftConfig, 'feedDir' | 'fetchAllow' | 'eventDays'> & {
  /** Path of the feature graph that is installed here: photos that are sent are read by it. */
  featureGraph: string;
};

/** Joins controllers and services. The services know nothing of Nest, so they are made here. */
@Module({})
export class ApiModule {
  static with(
    { feedDir, featureGraph, fetchAllow, eventDays }: ModuleSettings,
    dependencies: ApiDependencies,
    streams: JobStreams,
  ): DynamicModule {
    const { attribution, index, catalog, clock, experiments, generations, jobs, keys } = dependencies;
    const { merchandising, queue, schedules, shoppers, webhooks } = dependencies;
    const decisions = new KeptDecisions(merchandising, clock);
    const recommender = new Recommender(index, catalog, clock, shoppers, decisions);
    const rules = new RuleService(merchandising, decisions, catalog, clock);
    const previews = new RulePreviews(merchandising, rules, recommender, catalog, clock);
    const poster = new Poster(fetchAllow);
    const ids = new RecommendationIds(() => shoppers.signingKey());
    const photoSettings = { featureGraph, fetchAllow };
    return {
      module: ApiModule,
      controllers: [
        ProductsController,
        CategoriesController,
        RecommendationsController,
        ScenariosController,
        RulesController,
        EventsController,
        ShoppersController,
        AttributionController,
        ExperimentsController,
        ImagesController,
        PhotosController,
        ClustersController,
        NearDuplicatesController,
        JobEventsController,
        JobsController,
        SchedulesController,
        FeedsController,
        ModelsController,
        KeysController,
        WebhooksController,
        HealthController,
        MetricsController,
      ],
      providers: [
        { provide: DEPENDENCIES, useValue: dependencies },
        { provide: FEED_DIRECTORY, useValue: feedDir },
        { provide: JobStreams, useValue: streams },
        { provide: Recommender, useValue: recommender },
        { provide: RuleService, useValue: rules },
        { provide: RulePreviews, useValue: previews },
        { provide: ScenarioService, useValue: new ScenarioService(merchandising, decisions, clock) },
        { provide: RecommendationIds, useValue: ids },
        { provide: EventService, useValue: new EventService(shoppers, catalog, ids, clock, eventDays) },
        { provide: AttributionService, useValue: new AttributionService(attribution, clock) },
        { provide: ExperimentService, useValue: new ExperimentService(experiments, generations, clock) },
        { provide: PhotoQueries, useValue: new PhotoQueries(dependencies, recommender, photoSettings) },
        { provide: KeptAnalyses, useValue: new KeptAnalyses(dependencies) },
        { provide: KeyService, useValue: new KeyService(keys, clock) },
        { provide: Poster, useValue: poster },
        { provide: WebhookService, useValue: new WebhookService(webhooks, poster, clock, randomUUID) },
        { provide: ScheduleService, useValue: new ScheduleService(schedules, jobs, queue, clock) },
        { provide: GenerationService, useValue: new GenerationService(generations) },
      ],
    };
  }
}
