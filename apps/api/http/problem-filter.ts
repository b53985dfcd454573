import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '#foundation';
import { problemDocument, type ProblemDocument, problemOf } from './problem.js';
import type { RouteTable } from './route-table.js';

/** Answers everything that is thrown, anywhere, as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = error instanceof NotFoundException ? this.unrouted(request, reply) : problemOf(error, request);
    if (problem.status >= 500) request.log.error({ err: error }, messageOf(error));
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

/** Sends a problem document with its status and media type. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): void {
  // Bytes, because Fastify would add to a string's media type a charset that it does not define.
  const body = Buffer.from(JSON.stringify(problem));
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(body);
}
