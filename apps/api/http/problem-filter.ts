import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '#foundation';
import { problemDocument, type ProblemDocument, problemOf } from './problem.js';
import { Refusal } from './refusal.js';
import type { RouteTable } from './route-table.js';

/** Answers everything that is thrown, anywhere, as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // The deadline has answered already; what the route came to meanwhile is of no use.
    if (reply.sent) return;
    const problem = error instanceof NotFoundException ? this.unrouted(request, reply) : problemOf(error, request);
    if (problem.status >= 500) request.log.error({ err: error }, messageOf(error));
    if (error instanceof Refusal) void reply.headers(error.headers);
    sendProblem(reply, problem);
  }

  /** Nest throws NotFoundException for one reason only: no route took the request. */
  private unrouted(request: FastifyRequest, reply: FastifyReply): ProblemDocument {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = this.routes.methodsOf(path);
    if (allowed.length === 0) {
      const detail = `There is no ${request.method} ${path.slice(0, 200)}.`;
      return problemDocument('route-unknown', detail, request, { remedy: 'See /docs for all routes.' });
    }
    void reply.header('allow', allowed.join(', '));
    return problemDocument('method-not-allowed', `${path} takes ${allowed.join(', ')} only.`, request);
  }
}

/** When a caller that met a 503 may try again, in seconds. */
const RETRY_S = 5;

/** Sends a problem document with its status and media type, and for a 503 when to try again. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): void {
  // Bytes, because Fastify would add to a string's media type a charset that it does not define.
  const body = Buffer.from(JSON.stringify(problem));
  if (problem.status === 503) void reply.header('retry-after', String(RETRY_S));
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(body);
}
