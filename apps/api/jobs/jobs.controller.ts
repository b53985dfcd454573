import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type JobId, WeftError } from '#foundation';
import { type JobAsk, type JobKind, type JobRequest, type JobRun, unknownJob } from '#jobs';
import { type ApiDependencies, DEPENDENCIES, FEED_DIRECTORY } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams, ParsedQuery } from '../http/parsed.js';
import { knownModel } from '../models/known-model.js';
import { accepted, ASK, Ask } from './ask.js';
import { FEED_PROBLEMS, feedPlace } from './feed-path.js';
import {
  AUDIT_EXAMPLE,
  auditRequest,
  auditResponse,
  EMBEDDING_EXAMPLE,
  embeddingRequest,
  IMPORT_EXAMPLE,
  importRequest,
  JOB_EXAMPLE,
  JOB_WITH_LOG_EXAMPLE,
  jobParams,
  jobResponse,
  jobsQuery,
  jobsResponse,
  jobWithLogResponse,
  presentJob,
  presentLog,
  QUARANTINE_EXAMPLE,
  quarantineQuery,
  quarantineResponse,
  REFRESH_EXAMPLE,
  refreshRequest,
  refreshResponse,
  TRAINING_EXAMPLE,
  trainingRequest,
} from './job-schemas.js';

type JobAnswer = z.input<typeof jobResponse>;

const ACCEPTED = {
  status: 202,
  description: 'The job is recorded; Location says where to follow it.',
  schema: jobResponse,
  example: JOB_EXAMPLE,
  headers: { location: 'Path of the job.' },
} as const;

@ApiTags('merchandiser')
@Controller('v1')
export class JobsController {
  constructor(
    @Inject(DEPENDENCIES) private readonly dependencies: ApiDependencies,
    @Inject(FEED_DIRECTORY) private readonly feedDirectory: string,
  ) {}

  @Post('imports')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Import a feed',
    description:
      'Files are read from the feed directory only. Addresses are fetched where they are public, or listed in ' +
      'WEFT_FETCH_ALLOW; a feed that did not change since it was imported is not imported again.',
    body: { schema: importRequest, example: IMPORT_EXAMPLE },
    success: ACCEPTED,
    ...ASK,
    problems: [...FEED_PROBLEMS, 'idempotency-key-reused', 'database-unreachable'],
  })
  async startImport(
    @ParsedBody(importRequest) { feed, ...reading }: z.output<typeof importRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('import', { ...(await feedPlace(this.feedDirectory, feed)), ...reading }, ask, reply);
  }

  @Post('trainings')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Train a model on the catalogue',
    body: { schema: trainingRequest, example: TRAINING_EXAMPLE },
    success: ACCEPTED,
    ...ASK,
    problems: [...FEED_PROBLEMS, 'idempotency-key-reused', 'database-unreachable'],
  })
  async startTraining(
    @ParsedBody(trainingRequest) { also, ...input }: z.output<typeof trainingRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    const place = also === null ? null : await feedPlace(this.feedDirectory, also);
    return this.enqueue('train', { ...input, also: place }, ask, reply);
  }

  @Post('embeddings')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Embed the catalogue with a model',
    description:
      'Builds a generation beside the active one. The first generation, and a new one of the active model, which is how ' +
      'new products come to be served, are activated when they are whole; one of another model is judged and waits for its promotion.',
    body: { schema: embeddingRequest, example: EMBEDDING_EXAMPLE },
    success: ACCEPTED,
    ...ASK,
    problems: ['model-unknown', 'idempotency-key-reused', 'database-unreachable'],
  })
  async startEmbedding(
    @ParsedBody(embeddingRequest) { modelVersion, promote }: z.output<typeof embeddingRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    if (modelVersion !== undefined) await knownModel(this.dependencies.generations, modelVersion);
    return this.enqueue('embed', { modelVersion: modelVersion ?? null, promote }, ask, reply);
  }

  @Post('audits')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Audit the catalogue',
    description:
      'Looks for copies, contradictions, suspected mislabels and more; changes nothing. Every training does so first.',
    body: { schema: auditRequest, example: {} },
    success: ACCEPTED,
    ...ASK,
    problems: ['idempotency-key-reused', 'database-unreachable'],
  })
  async startAudit(
    @ParsedBody(auditRequest) input: z.output<typeof auditRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('audit', input, ask, reply);
  }

  @Get('audits/latest')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What the latest audit found',
    success: { status: 200, description: 'One finding of each kind.', schema: auditResponse, example: AUDIT_EXAMPLE },
    problems: ['audit-missing', 'database-unreachable'],
  })
  async latestAudit(): Promise<z.input<typeof auditResponse>> {
    const run = await this.dependencies.jobs.latestSucceeded('audit');
    if (run !== null) return auditResponse.parse(run.result);
    throw new WeftError('audit-missing', 'The catalogue has not been audited yet.', { remedy: 'POST /v1/audits' });
  }

  @Post('refreshes')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Run the nightly refresh now',
    description:
      'Compares the catalogue, the features of photos, the models and every kept generation, and closes each difference: ' +
      'embeds what is new, changed or missing, removes what left, repairs what is damaged.',
    body: { schema: refreshRequest, example: {} },
    success: ACCEPTED,
    ...ASK,
    problems: ['idempotency-key-reused', 'database-unreachable'],
  })
  async startRefresh(
    @ParsedBody(refreshRequest) input: z.output<typeof refreshRequest>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('refresh', input, ask, reply);
  }

  @Get('refreshes/latest')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'What the latest refresh found and did',
    success: {
      status: 200,
      description: 'Each kind of difference that there was; what could not be closed, and why.',
      schema: refreshResponse,
      example: REFRESH_EXAMPLE,
    },
    problems: ['refresh-missing', 'database-unreachable'],
  })
  async latestRefresh(): Promise<z.input<typeof refreshResponse>> {
    const run = await this.dependencies.jobs.latestSucceeded('refresh');
    if (run !== null) return refreshResponse.parse(run.result);
    throw new WeftError('refresh-missing', 'There has been no refresh yet.', { remedy: 'POST /v1/refreshes' });
  }

  @Get('jobs')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Jobs',
    query: jobsQuery,
    success: {
      ...{ status: 200, description: 'Newest first.' },
      ...{ schema: jobsResponse, example: { jobs: [JOB_EXAMPLE], nextCursor: null } },
    },
    problems: ['cursor-invalid', 'database-unreachable'],
  })
  async listJobs(
    @ParsedQuery(jobsQuery) { kind, state, limit, cursor }: z.output<typeof jobsQuery>,
  ): Promise<z.input<typeof jobsResponse>> {
    const { jobs } = this.dependencies;
    const after = cursor as JobId | undefined;
    if (after !== undefined && (await jobs.find(after)) === null) {
      throw new WeftError('cursor-invalid', 'The cursor names a job that is no longer known.', {
        ...{ value: cursor, remedy: 'Begin at the first page: leave the cursor out.' },
      });
    }
    const runs = await jobs.list({ kind, state, after, limit: limit + 1 });
    const page = runs.slice(0, limit);
    return { jobs: page.map(presentJob), nextCursor: runs.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  @Get('jobs/:id')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'A job',
    params: jobParams,
    success: {
      ...{ status: 200, description: 'The job as it is now, with what happened to it.' },
      ...{ schema: jobWithLogResponse, example: JOB_WITH_LOG_EXAMPLE },
    },
    problems: ['job-unknown', 'database-unreachable'],
  })
  async getJob(
    @ParsedParams(jobParams) { id }: z.output<typeof jobParams>,
  ): Promise<z.input<typeof jobWithLogResponse>> {
    const run = await this.find(id);
    return { ...presentJob(run), log: presentLog(await this.dependencies.jobs.log(run.id)) };
  }

  @Post('jobs/:id/cancel')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Cancel a job',
    description:
      'One that waits never begins. One that runs is stopped within seconds, wherever its worker is; until then it is running, ' +
      'with cancelRequestedAt. One that gets to its end first stays succeeded.',
    params: jobParams,
    success: { status: 202, description: 'It is cancelled, or will be.', schema: jobResponse, example: JOB_EXAMPLE },
    problems: ['job-unknown', 'job-finished', 'database-unreachable'],
  })
  async cancelJob(
    @ParsedParams(jobParams) { id }: z.output<typeof jobParams>,
    @Req() request: FastifyRequest,
  ): Promise<JobAnswer> {
    const run = await this.dependencies.queue.cancel(id as JobId, request.caller);
    request.log.info({ job: id, by: request.caller }, 'job cancelled');
    return presentJob(run);
  }

  @Post('jobs/:id/retry')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Try a job again',
    description:
      'For jobs that failed, are dead or were cancelled. The try is another job, which names this one in `retryOf`; asked for ' +
      'again it is that same job.',
    params: jobParams,
    ...ASK,
    success: ACCEPTED,
    problems: [
      ...(['job-unknown', 'job-not-retriable', 'job-input-invalid'] as const),
      ...(['idempotency-key-reused', 'database-unreachable'] as const),
    ],
  })
  async retryJob(
    @ParsedParams(jobParams) { id }: z.output<typeof jobParams>,
    @Ask() ask: JobAsk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return accepted(await this.dependencies.queue.retry(id as JobId, ask), reply);
  }

  @Get('jobs/:id/quarantine')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Rows and images that an import set aside',
    params: jobParams,
    query: quarantineQuery,
    success: {
      status: 200,
      description: 'Why each could not be used. Empty for jobs that are no import.',
      schema: quarantineResponse,
      example: QUARANTINE_EXAMPLE,
    },
    problems: ['job-unknown', 'database-unreachable'],
  })
  async getQuarantine(
    @ParsedParams(jobParams) { id }: z.output<typeof jobParams>,
    @ParsedQuery(quarantineQuery) { limit }: z.output<typeof quarantineQuery>,
  ): Promise<z.input<typeof quarantineResponse>> {
    const run = await this.find(id);
    return this.dependencies.catalog.quarantine(run.id, limit);
  }

  private async find(id: string): Promise<JobRun> {
    const run = await this.dependencies.jobs.find(id as JobId);
    if (run === null) throw unknownJob(id);
    return run;
  }

  private async enqueue<K extends JobKind>(
    kind: K,
    input: JobRequest<K>,
    ask: JobAsk,
    reply: FastifyReply,
  ): Promise<JobAnswer> {
    return accepted(await this.dependencies.queue.enqueue(kind, input, ask), reply);
  }
}
