import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type JobAsk, type JobRun, PRIORITIES } from '#jobs';
import { parseRequest } from '../http/parsed.js';
import { type jobResponse, presentJob } from './job-schemas.js';

/** What a request that starts a job may carry besides the job. */
export const ASK = {
  headers: z.object({
    'idempotency-key': z
      .string()
      .regex(/^(?!weft:)[\x20-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters, and not begin with weft:')
      .optional()
      .describe(
        'A name for this wish, such as a UUID. Sent again with the same request it answers the same job, whatever became of ' +
          'it; with another one it is refused. Shared by all keys, and known for as long as the job is.',
      ),
  }),
  query: z.strictObject({
    priority: z
      .enum(PRIORITIES)
      .optional()
      .describe(
        'Which of the jobs of its kind that wait goes first. Default: normal; of a retry, that of the first job.',
      ),
  }),
};

/** Who asks for the job, under which key, how urgently, and by which request. */
export const Ask = createParamDecorator((_none: unknown, context: ExecutionContext): JobAsk => {
  const { caller, id, headers, query } = context.switchToHttp().getRequest<FastifyRequest>();
  const { priority } = parseRequest(ASK.query, query);
  return { requestedBy: caller, requestId: id, key: parseRequest(ASK.headers, headers)['idempotency-key'], priority };
});

/** Answers with a job that was asked for, and where to follow it. The log joins the request to it. */
export function accepted(run: JobRun, reply: FastifyReply): z.input<typeof jobResponse> {
  const { request } = reply;
  request.log.info({ job: run.id, kind: run.kind, by: request.caller }, 'job asked for');
  void reply.header('location', `/v1/jobs/${run.id}`);
  return presentJob(run);
}
