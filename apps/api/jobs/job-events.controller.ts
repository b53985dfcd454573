import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type JobId, WeftError } from '#foundation';
import { type ApiDependencies, DEPENDENCIES } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedParams } from '../http/parsed.js';
import { cursorOf } from './job-event-schemas.js';
import { jobParams } from './job-schemas.js';
import { JobStreams } from './job-streams.js';

const ABOUT =
  'Server-sent events. `state`: each change of a state and each attempt, with an `id`; `progress`: the newest progress, ' +
  'without one. After a break, send the last id as the header last-event-id: no state is lost, and one may come twice ' +
  '(`eventId` tells). A stream ends after an hour, too: come back.';
const STREAM = {
  status: 200,
  description: 'Until the end; see docs/operations.md.',
  binary: 'text/event-stream',
} as const;

@ApiTags('merchandiser')
@Controller('v1/jobs')
export class JobEventsController {
  constructor(
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
    private readonly streams: JobStreams,
  ) {}

  @Get('events')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What happens to all jobs, as it happens',
    description: `${ABOUT} Without last-event-id it begins now.`,
    streams: true,
    success: STREAM,
    problems: ['streams-busy', 'database-unreachable'],
  })
  async followAll(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.answer(null, request, reply);
  }

  @Get(':id/events')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What happens to a job, as it happens',
    description:
      `${ABOUT} Without last-event-id it begins with the first state. It ends when the job has ended; ` +
      'who comes back then with the last id is answered 204, which ends an EventSource.',
    params: jobParams,
    streams: true,
    success: STREAM,
    problems: ['job-unknown', 'streams-busy', 'database-unreachable'],
  })
  async followOne(
    @ParsedParams(jobParams) { id }: z.output<typeof jobParams>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.dependencies.jobs.find(id as JobId);
    if (run === null) throw new WeftError('job-unknown', `There is no job ${id}.`, { value: id });
    await this.answer(run.id, request, reply);
  }

  private async answer(run: JobId | null, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const cursor = cursorOf(request.headers['last-event-id']);
    // nginx holds answers back unless it is told not to. A connection that were kept would hold up the end of the service.
    const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', connection: 'close' };
    void reply.headers(headers);
    if (request.method === 'HEAD') {
      await reply.send('');
      return;
    }
    const body = await this.streams.follow(run, cursor);
    if (body === null) await reply.removeHeader('content-type').status(204).send();
    else await reply.send(body);
  }
}
