import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { WeftConfig } from '#config';
import { MAX_PRODUCT_ID } from '#foundation';
import { ApiModule, type ModuleSettings } from './api.module.js';
import type { ApiDependencies } from './api-dependencies.js';
import { takeUploads } from './feeds/upload-body.js';
import { serveBrowserFiles } from './browser-files.js';
import { admitCallers } from './http/admission.js';
import { tellWhatMayBeKept } from './http/caching.js';
import { compressAnswers } from './http/compression.js';
import { serveDocumentation } from './http/openapi.js';
import { refuseUnderPressure } from './http/overload.js';
import { setBrowserHeaders } from './http/page-headers.js';
import { type ProblemDocument, problemDocument, problemOf, type RequestContext } from './http/problem.js';
import { ProblemFilter, sendProblem } from './http/problem-filter.js';
import { enforceRouteRules } from './http/route-rules.js';
import { RouteTable } from './http/route-table.js';
import { JobStreams, type StreamLimits } from './jobs/job-streams.js';

/** Room for 500 signals with the longest ids. */
const BODY_LIMIT = 512 * 1024;
/** Ids in paths: each character is at most nine when escaped. */
const LONGEST_PARAMETER = 9 * MAX_PRODUCT_ID;
/** Longest from a request's arrival to its answer, unless its route says otherwise. */
const DEADLINE_MS = 10_000;
/** Longest that a caller may take to send its headers, and a whole request on the route with the longest deadline. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 2 * 3_600_000;
/** How often connections are looked at for the two. */
const CHECK_MS = 2_000;

/** What the service itself is set by. */
export type ApiSettings = ModuleSettings &
  Pick<WeftConfig, 'host' | 'trustedProxies'> & {
    /** Default: ten seconds. */
    deadlineMs?: number;
    /** How late the event loop may be. Default: one second. */
    latestMs?: number;
    /** Of streams of events. */
    streams?: Partial<StreamLimits>;
  };

/**
 * The HTTP service, ready to listen. Whoever passes the dependencies closes them, after the service.
 *
 * @param settings its feed directory is the only one that imports over HTTP may read
 */
export async function createApi(
  settings: ApiSettings,
  dependencies: ApiDependencies,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    // One line a request, below, instead of Fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    handlerTimeout: settings.deadlineMs ?? DEADLINE_MS,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS },
    trustProxy: settings.trustedProxies.length > 0 && [...settings.trustedProxies],
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    // A request that came in before the service began to close is answered; later ones are not accepted at all.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: requestId,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOf(error, request)),
    clientErrorHandler: answerBrokenRequest,
  });
  const streams = new JobStreams(dependencies.jobEvents, settings.streams ?? {}, {
    count: (open) => dependencies.metrics.streaming(open),
    trouble: (error) =>
      error === null
        ? logger.info('streams of events go on: the database answers')
        : logger.warn({ err: error }, 'streams of events wait for the database'),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with(settings, dependencies, streams),
    adapter,
    {
      // Nest's own parsers take forms too.
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.removeContentTypeParser('text/plain');
  // Before open answers are waited for: these would never end.
  fastify.addHook('preClose', async () => streams.close());
  enforceRouteRules(fastify);
  setBrowserHeaders(fastify);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    request.log.info({ method, url, status, ms: Math.round(ms) }, 'answered');
    // What has no route is one: a guess at paths must not become a series of its own.
    if (!request.routeOptions.config.streams)
      dependencies.metrics.answered(method, request.routeOptions.url ?? 'none', status, ms / 1000);
    done();
  });
  await refuseUnderPressure(fastify, settings.latestMs);
  tellWhatMayBeKept(fastify, dependencies.clock);
  await compressAnswers(fastify);
  takeUploads(fastify);
  admitCallers(fastify, { ...dependencies, host: settings.host });
  await serveBrowserFiles(fastify);
  const routes = new RouteTable();
  app.useGlobalFilters(new ProblemFilter(routes));
  routes.fill(serveDocumentation(app).paths);
  await app.init();
  await fastify.ready();
  return app;
}

/** The caller's own id where it sent a harmless one, so that its log and ours can be joined. */
function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.-]{1,64}$/.test(sent) ? sent : randomUUID();
}

/** What is no HTTP request at all never reaches a route: the answer goes straight to the socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const context = { url: '', id: randomUUID() };
  const problem = brokenRequest(error.code ?? '', context);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function brokenRequest(code: string, context: RequestContext): ProblemDocument {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problemDocument('headers-too-large', 'The headers of the request are too large.', context);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problemDocument('request-timeout', 'The request was not sent in time.', context);
    default:
      return problemDocument('request-invalid', 'This is not an HTTP request.', context);
  }
}
