import { Controller, Get, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { isWebAddress, type JobId, WeftError } from '#foundation';
import type { JobKind, JobRequest } from '#jobs';
import { type ApiDependencies, DEPENDENCIES, FEED_DIRECTORY } from '../api-dependencies.js';
import { Endpoint } from '../http/endpoint.js';
import { ParsedBody, ParsedParams, ParsedQuery } from '../http/parsed.js';
import { confineFeed } from './feed-path.js';
import {
  AUDIT_EXAMPLE,
  auditRequest,
  auditResponse,
  EMBEDDING_EXAMPLE,
  embeddingRequest,
  IMPORT_EXAMPLE,
  importRequest,
  JOB_EXAMPLE,
  jobParams,
  jobResponse,
  jobsQuery,
  jobsResponse,
  presentJob,
  QUARANTINE_EXAMPLE,
  quarantineQuery,
  quarantineResponse,
  TRAINING_EXAMPLE,
  trainingRequest,
} from './job-schemas.js';

type JobAnswer = z.input<typeof jobResponse>;

const ACCEPTED = {
  status: 202,
  description: 'The job is queued; Location says where to follow it.',
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
    problems: ['feed-outside-directory', 'feed-missing', 'redis-unreachable', 'database-unreachable'],
  })
  async startImport(
    @ParsedBody(importRequest) { feed, ...reading }: z.output<typeof importRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('import', { ...(await this.placeOf(feed)), ...reading }, reply);
  }

  @Post('trainings')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Train a model on the catalogue',
    body: { schema: trainingRequest, example: TRAINING_EXAMPLE },
    success: ACCEPTED,
    problems: ['feed-outside-directory', 'feed-missing', 'redis-unreachable', 'database-unreachable'],
  })
  async startTraining(
    @ParsedBody(trainingRequest) { also, ...input }: z.output<typeof trainingRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('train', { ...input, also: also === null ? null : await this.placeOf(also) }, reply);
  }

  @Post('embeddings')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Embed the catalogue with a model',
    description:
      'Builds a generation beside the active one. The first generation, and a new one of the active model, which is how ' +
      'new products come to be served, are activated when they are whole; one of another model waits for its promotion.',
    body: { schema: embeddingRequest, example: EMBEDDING_EXAMPLE },
    success: ACCEPTED,
    problems: ['redis-unreachable', 'database-unreachable'],
  })
  async startEmbedding(
    @ParsedBody(embeddingRequest) { modelVersion = null }: { modelVersion?: string | null },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('embed', { modelVersion }, reply);
  }

  @Post('audits')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'Audit the catalogue',
    description:
      'Looks for copies, contradictions, suspected mislabels and more; changes nothing. Every training does so first.',
    body: { schema: auditRequest, example: {} },
    success: ACCEPTED,
    problems: ['redis-unreachable', 'database-unreachable'],
  })
  async startAudit(
    @ParsedBody(auditRequest) input: z.output<typeof auditRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    return this.enqueue('audit', input, reply);
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

  @Get('jobs')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'The latest jobs',
    query: jobsQuery,
    success: { status: 200, description: 'Newest first.', schema: jobsResponse, example: { jobs: [JOB_EXAMPLE] } },
    problems: ['database-unreachable'],
  })
  async listJobs(@ParsedQuery(jobsQuery) { limit }: z.output<typeof jobsQuery>): Promise<z.input<typeof jobsResponse>> {
    return { jobs: (await this.dependencies.jobs.recent(limit)).map(presentJob) };
  }

  @Get('jobs/:id')
  @Endpoint({
    scope: 'merchandiser',
    summary: 'A job',
    params: jobParams,
    success: { status: 200, description: 'The job as it is now.', schema: jobResponse, example: JOB_EXAMPLE },
    problems: ['job-unknown', 'database-unreachable'],
  })
  async getJob(@ParsedParams(jobParams) { id }: z.output<typeof jobParams>): Promise<JobAnswer> {
    const run = await this.dependencies.jobs.find(id as JobId);
    if (run === null) throw new WeftError('job-unknown', `There is no job ${id}.`, { value: id });
    return presentJob(run);
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
    await this.getJob({ id });
    return this.dependencies.catalog.quarantine(id as JobId, limit);
  }

  /** Files are taken from the feed directory only, addresses from where the fetcher may go. */
  private async placeOf(feed: string): Promise<{ feed: string; root?: string }> {
    return isWebAddress(feed) ? { feed } : confineFeed(this.feedDirectory, feed);
  }

  private async enqueue<K extends JobKind>(kind: K, input: JobRequest<K>, reply: FastifyReply): Promise<JobAnswer> {
    const run = await this.dependencies.queue.enqueue(kind, input);
    void reply.header('location', `/v1/jobs/${run.id}`);
    return presentJob(run);
  }
}
