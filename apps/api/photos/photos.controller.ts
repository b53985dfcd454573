import { Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RecommendationIds } from '#shoppers';
import { optionsOf } from '#similarity';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody } from '../http/parsed.js';
import type { ProblemCode } from '../http/problem.js';
import { PhotoQueries } from './photo-queries.js';
import {
  bodyBytesOf,
  photoOf,
  presentSearch,
  SEARCH_EXAMPLE,
  SEARCH_REQUEST_EXAMPLE,
  searchRequest,
  searchResponse,
  VERIFICATION_EXAMPLE,
  VERIFICATION_REQUEST_EXAMPLE,
  verificationRequest,
  verificationResponse,
} from './photo-schemas.js';

/**
 * Decoding a stranger's photo and running the backbone take most of a second of a core, where a search takes four
 * milliseconds: no keys that every shopper can read, and a tenth of the usual number of calls.
 */
const DEAR = { scope: 'merchandiser', cost: 10, deadlineMs: 40_000 } as const;

const PROBLEMS: ProblemCode[] = [
  ...(['photo-unusable', 'photo-not-fetched', 'no-active-generation', 'model-outdated'] as const),
  ...(['image-unknown', 'image-gone', 'product-unknown', 'photo-not-embedded'] as const),
  ...(['photos-busy', 'photos-unreadable', 'database-unreachable'] as const),
];

@ApiTags('merchandiser')
@Controller('v1')
export class PhotosController {
  constructor(
    private readonly photos: PhotoQueries,
    private readonly ids: RecommendationIds,
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
  ) {}

  @Post('verify')
  @Endpoint({
    ...DEAR,
    bodyBytes: bodyBytesOf(2),
    summary: 'Whether two photos show the same product',
    description:
      'A probability, calibrated on styles that the model was not trained on, and the distance by part. The decision is ' +
      'taken at the false accept rate that is asked for, if the model has a threshold for it. Counts as ten calls.',
    body: { schema: verificationRequest, example: VERIFICATION_REQUEST_EXAMPLE },
    success: { status: 200, description: 'The verdict.', schema: verificationResponse, example: VERIFICATION_EXAMPLE },
    problems: [...PROBLEMS, 'not-calibrated', 'false-accept-rate-unsupported'],
  })
  async verify(
    @ParsedBody(verificationRequest) { photos, falseAcceptRate }: z.output<typeof verificationRequest>,
  ): Promise<z.input<typeof verificationResponse>> {
    const [one, two] = await Promise.all(photos.map((photo) => photoOf(photo, (url) => this.photos.fetched(url))));
    if (one === undefined || two === undefined) throw new TypeError('The schema lets two photos pass.');
    return this.photos.ask((matcher) => matcher.verify([one, two], falseAcceptRate));
  }

  @Post('search/image')
  @Endpoint({
    ...DEAR,
    bodyBytes: bodyBytesOf(1),
    summary: 'Which product a photo shows, or none of these, and what looks like it',
    description:
      'The photo, or a box of it, is compared with those of the catalogue, and the nearest vote. The winner is named where it ' +
      'is sure enough: the threshold lets about one in ten photos of products that are not in the catalogue through. ' +
      '`similar` is what looks like it, as for a product. Nothing of the photo is stored. Counts as ten calls.',
    body: { schema: searchRequest, example: SEARCH_REQUEST_EXAMPLE },
    success: {
      status: 200,
      description: 'The product, or null, with the nearest few; and similar products, best first.',
      schema: searchResponse,
      example: SEARCH_EXAMPLE,
    },
    problems: [...PROBLEMS, 'cursor-invalid', 'cursor-stale'],
  })
  async search(
    @ParsedBody(searchRequest) { photo, ...options }: z.output<typeof searchRequest>,
  ): Promise<z.input<typeof searchResponse>> {
    const asked = await photoOf(photo, (url) => this.photos.fetched(url));
    const found = await this.photos.ask((matcher) => matcher.search(asked, optionsOf(options)));
    return presentSearch(found, this.ids, {
      ...{ at: this.dependencies.clock.now(), scenario: options.scenario },
    });
  }
}
