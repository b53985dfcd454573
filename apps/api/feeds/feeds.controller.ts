import { Controller, Inject, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FEED_DIRECTORY } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams } from '../http/parsed.js';
import { responseSchema } from '../http/schema-registry.js';
import { storeFeed } from './store-feed.js';

const feedParams = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be letters, digits, dots, hyphens and underscores')
    .describe('File name of the feed in the feed directory.'),
});
const storedFeed = responseSchema(
  'StoredFeed',
  z.object({
    feed: z.string().describe('What to give POST /v1/imports.'),
    bytes: z.int().min(1),
    sha256: z.string().describe('Of the bytes that came.'),
  }),
);
const EXAMPLE: z.input<typeof storedFeed> = {
  feed: 'autumn.csv',
  bytes: 118_013,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

/** Two hours: 8 GiB at 10 Mbit a second. */
const UPLOAD_MS = 7_200_000;

@ApiTags('merchandiser')
@Controller('v1/feeds')
export class FeedsController {
  constructor(@Inject(FEED_DIRECTORY) private readonly feedDirectory: string) {}

  @Put(':name')
  @Endpoint({
    summary: 'Upload a feed',
    description:
      'The body is the file as it is, packed with gzip or not, of up to 8 GiB: `curl -T feed.csv .../v1/feeds/feed.csv`. ' +
      'It replaces a feed of the same name once all of it has come; an import that reads the old one goes on reading it.',
    scope: 'merchandiser',
    deadlineMs: UPLOAD_MS,
    params: feedParams,
    success: { status: 200, description: 'The feed is stored.', schema: storedFeed, example: EXAMPLE },
    problems: ['upload-incomplete', 'body-too-large', 'feed-not-stored'],
  })
  async putFeed(
    @ParsedParams(feedParams) { name }: z.output<typeof feedParams>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof storedFeed>> {
    return { feed: name, ...(await storeFeed(this.feedDirectory, name, request)) };
  }
}
