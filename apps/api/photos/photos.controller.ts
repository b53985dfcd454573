import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody } from '../http/parsed.js';
import type { ProblemCode } from '../http/problem.js';
import { PhotoQueries } from './photo-queries.js';
import {
  bodyBytesOf,
  photoOf,
  presentRecognition,
  RECOGNITION_EXAMPLE,
  RECOGNITION_REQUEST_EXAMPLE,
  recognitionRequest,
  recognitionResponse,
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
  ...(['photo-unusable', 'no-active-generation', 'not-calibrated', 'model-outdated'] as const),
  ...(['photos-busy', 'photos-unreadable', 'database-unreachable'] as const),
];

@ApiTags('merchandiser')
@Controller('v1')
export class PhotosController {
  constructor(private readonly photos: PhotoQueries) {}

  @Post('verifications')
  @Endpoint({
    ...DEAR,
    bodyBytes: bodyBytesOf(2),
    summary: 'Whether two photos show the same product',
    description:
      'A probability, calibrated on styles that the model was not trained on, and the distance by part. The decision is ' +
      'taken at the false accept rate that is asked for, if the model has a threshold for it. Counts as ten calls.',
    body: { schema: verificationRequest, example: VERIFICATION_REQUEST_EXAMPLE },
    success: { status: 200, description: 'The verdict.', schema: verificationResponse, example: VERIFICATION_EXAMPLE },
    problems: [
      ...PROBLEMS,
      ...(['false-accept-rate-unsupported', 'image-unknown', 'product-unknown', 'photo-not-embedded'] as const),
    ],
  })
  verify(
    @ParsedBody(verificationRequest) { photos, falseAcceptRate }: z.output<typeof verificationRequest>,
  ): Promise<z.input<typeof verificationResponse>> {
    const [one, two] = photos.map(photoOf) as [ReturnType<typeof photoOf>, ReturnType<typeof photoOf>];
    return this.photos.ask((matcher) => matcher.verify([one, two], falseAcceptRate));
  }

  @Post('recognitions')
  @Endpoint({
    ...DEAR,
    bodyBytes: bodyBytesOf(1),
    summary: 'Which product a photo shows, or none of these',
    description:
      'The nearest photos of the catalogue vote. The winner is named where it is sure enough: the threshold lets about one ' +
      'in ten photos of products that are not in the catalogue through. Nothing of the photo is stored. Counts as ten calls.',
    body: { schema: recognitionRequest, example: RECOGNITION_REQUEST_EXAMPLE },
    success: {
      status: 200,
      description: 'The product, or null, with the nearest few.',
      schema: recognitionResponse,
      example: RECOGNITION_EXAMPLE,
    },
    problems: PROBLEMS,
  })
  async recognise(
    @ParsedBody(recognitionRequest) { base64, count }: z.output<typeof recognitionRequest>,
  ): Promise<z.input<typeof recognitionResponse>> {
    const bytes = Buffer.from(base64, 'base64');
    return presentRecognition(await this.photos.ask((matcher) => matcher.recognise(bytes, count)));
  }
}
