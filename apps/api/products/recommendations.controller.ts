import { Controller, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Assignment, ExperimentService } from '#experiments';
import { RecommendationIds } from '#shoppers';
import { optionsOf, type RecommendationOptions, type Recommendations, Recommender, signalsOf } from '#similarity';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, parseRequest } from '../http/parsed.js';
import { problemOf } from '../http/problem.js';
import { BATCH_EXAMPLE, BATCH_REQUEST_EXAMPLE, batchEnvelope, batchRequest, batchResponse } from './batch-schemas.js';
import {
  presentRecommendations,
  RECOMMENDATION_REQUEST_EXAMPLE,
  recommendationRequest,
  RECOMMENDATIONS_EXAMPLE,
  recommendationsResponse,
  similarRequest,
} from './product-schemas.js';

type Body = Record<string, unknown>;
/** An answer, and what its id says of it. */
interface Answered {
  answer: Recommendations;
  scenario: string | undefined;
  assignment: Assignment | null;
}
type BatchAnswer = z.input<typeof batchResponse>['answers'][number];

@ApiTags('storefront')
@Controller('v1/recommendations')
export class RecommendationsController {
  constructor(
    private readonly recommender: Recommender,
    private readonly experiments: ExperimentService,
    private readonly ids: RecommendationIds,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Post()
  @Endpoint({
    scope: 'read',
    summary: 'Products that look like what a shopper likes',
    description:
      'Signals, of the request, of a shopper whose events are kept, or of both, become several interests, and each has ' +
      'its share of the places. What was signalled, and its styles, are left out. Unknown ids are named in `unknown`. ' +
      'Where no taste is known, popular products and new arrivals come, and `fallback` says why. ' +
      'Filters are described in docs/filters.md. Asking stores nothing.',
    body: { schema: recommendationRequest, example: RECOMMENDATION_REQUEST_EXAMPLE },
    success: {
      status: 200,
      description: 'Best first.',
      schema: recommendationsResponse,
      example: RECOMMENDATIONS_EXAMPLE,
    },
    problems: [
      ...(['no-active-generation', 'generation-not-kept', 'cursor-invalid', 'cursor-stale'] as const),
      'database-unreachable',
    ],
  })
  async recommend(
    @ParsedBody(recommendationRequest)
    { signals, shopperId, ...options }: z.output<typeof recommendationRequest>,
  ): Promise<z.input<typeof recommendationsResponse>> {
    const { scenario } = options;
    const assignment = await this.experiments.assign(shopperId, scenario);
    const shopper = { signals: signalsOf(signals), shopperId };
    const answer = await this.recommender.recommend(shopper, optionsOf(options), assignment?.variant);
    return this.present({ answer, scenario, assignment });
  }

  @Post('batch')
  @Endpoint({
    scope: 'read',
    // Before a body is read nobody knows how many requests it holds.
    cost: 5,
    summary: 'Several recommendations at once',
    description:
      'Each request, about a product (`similarTo`) or to a shopper, has its own answer or its own problem. ' +
      'A batch counts as five requests.',
    body: { schema: batchRequest, example: BATCH_REQUEST_EXAMPLE },
    success: { status: 200, description: 'In the order asked.', schema: batchResponse, example: BATCH_EXAMPLE },
    problems: ['database-unreachable'],
  })
  async recommendEach(
    @ParsedBody(batchEnvelope) { requests, distinct }: z.output<typeof batchEnvelope>,
    @Req() http: FastifyRequest,
  ): Promise<z.input<typeof batchResponse>> {
    if (!distinct) return { answers: await Promise.all(requests.map((request) => this.answerTo(request, http))) };
    const answers: BatchAnswer[] = [];
    const shown: Recommendations['results'] = [];
    for (const request of requests) answers.push(await this.answerTo(request, http, shown));
    return { answers };
  }

  /** @param shown what earlier answers show and this one shall not; takes up what it shows */
  private async answerTo(
    request: Body,
    http: FastifyRequest,
    shown?: Recommendations['results'],
  ): Promise<BatchAnswer> {
    try {
      const answered = await this.ask(request, shown);
      const { answer } = answered;
      shown?.push(...answer.results);
      const last = shown === undefined ? answer : { ...answer, nextCursor: null };
      return { answer: await this.present({ ...answered, answer: last }), problem: null };
    } catch (error) {
      const problem = problemOf(error, http);
      // What is nobody's fault but ours or the database's is the whole batch's.
      if (problem.status >= 500) throw error;
      return { answer: null, problem };
    }
  }

  private async ask(request: Body, shown: Recommendations['results'] | undefined): Promise<Answered> {
    const narrowed = <Options extends RecommendationOptions>(options: Options): Options =>
      shown === undefined ? options : { ...options, exclude: { ...options.exclude, shown } };
    if ('similarTo' in request) {
      const { similarTo, shopperId, ...options } = parseRequest(similarRequest, request);
      const { scenario } = options;
      const assignment = await this.experiments.assign(shopperId, scenario);
      const answer = await this.recommender.similar(similarTo, narrowed(optionsOf(options)), assignment?.variant);
      return { answer, scenario, assignment };
    }
    const { signals, shopperId, ...options } = parseRequest(recommendationRequest, request);
    const { scenario } = options;
    const assignment = await this.experiments.assign(shopperId, scenario);
    const shopper = { signals: signalsOf(signals), shopperId };
    const answer = await this.recommender.recommend(shopper, narrowed(optionsOf(options)), assignment?.variant);
    return { answer, scenario, assignment };
  }

  private present({ answer, ...asked }: Answered) {
    return presentRecommendations(answer, this.ids, { at: this.dependencies.clock.now(), ...asked });
  }
}
