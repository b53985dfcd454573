import { availableParallelism } from 'node:os';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ImageId, WeftError } from '#foundation';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { isNamed } from '../http/etag.js';
import { queryNumber } from '../http/fields.js';
import { ParsedParams, ParsedQuery } from '../http/parsed.js';
import { Turnstile } from './turnstile.js';

const imageParams = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
    .describe("SHA-256 of the photo file's bytes."),
});
const imageQuery = z.strictObject({
  w: queryNumber(z.int().min(32).max(1024)).default(320).describe('Width in pixels; a photo is never enlarged.'),
});

/** Requests that may wait for a thumbnail: they hold no photo yet, and a page of results asks for dozens at once. */
const MOST_WAITING = 256;
/** When a caller that was turned away may try again, in seconds. */
const RETRY_AFTER = '1';

@ApiTags('storefront')
@Controller('v1/images')
export class ImagesController {
  /** Two a core: one is decoded while another is read. Each holds a photo's bytes. */
  private readonly turnstile = new Turnstile(2 * availableParallelism(), MOST_WAITING, tooManyThumbnails);

  constructor(@Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies) {}

  @Get(':id')
  @Endpoint({
    scope: 'public',
    summary: 'A photo, as a WebP thumbnail',
    description: 'The id is the hash of the photo, so the answer never changes and may be cached for good.',
    params: imageParams,
    query: imageQuery,
    success: {
      status: 200,
      description: 'The thumbnail. 304 without a body when If-None-Match names it already.',
      binary: 'image/webp',
      headers: { etag: 'Names photo and width.', 'cache-control': 'A year, immutable.' },
    },
    problems: [
      ...(['image-unknown', 'image-gone', 'image-undecodable', 'images-busy'] as const),
      ...(['artifacts-unreachable', 'artifacts-refused', 'artifact-damaged', 'database-unreachable'] as const),
    ],
  })
  async getImage(
    @ParsedParams(imageParams) params: z.output<typeof imageParams>,
    @ParsedQuery(imageQuery) { w }: z.output<typeof imageQuery>,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const id = params.id as ImageId;
    const source = await this.dependencies.catalog.imageSource(id);
    if (source === null) throw new WeftError('image-unknown', `There is no image ${id}.`, { value: id });
    const etag = `"${id}-${w}"`;
    const cached = { etag, 'cache-control': 'public, max-age=31536000, immutable' };
    if (isNamed(etag, ifNoneMatch)) {
      await reply.status(304).headers(cached).send();
      return;
    }
    const { bytes, contentType } = await this.turnstile
      .pass(async () => drawThumbnail(id, await this.dependencies.artifacts.photoFile(source, id), w))
      .catch((error: unknown) => {
        if (error instanceof WeftError && error.code === 'images-busy') void reply.header('retry-after', RETRY_AFTER);
        throw error;
      });
    await reply.headers({ ...cached, 'content-type': contentType }).send(Buffer.from(bytes));
  }
}

function tooManyThumbnails(): WeftError {
  return new WeftError('images-busy', 'More thumbnails are asked for than can be drawn now.', {
    remedy: 'Try again after the seconds that Retry-After names, and keep the thumbnails: they never change.',
  });
}

/** The library that reads photos is loaded with the first one: most API processes start, and some live, without. */
async function drawThumbnail(id: ImageId, file: string, width: number) {
  const { readKnownPhoto, thumbnail, ImageRejected } = await import('#imaging');
  // Only what an import has decoded before is shown to the decoder.
  const bytes = await readKnownPhoto(file, id);
  try {
    return await thumbnail(bytes, width);
  } catch (cause) {
    if (!(cause instanceof ImageRejected)) throw cause;
    throw new WeftError('image-undecodable', `Image ${id} cannot be drawn: ${cause.message}`, {
      value: id,
      remedy: 'Replace the photo and import the feed again.',
      cause,
    });
  }
}
