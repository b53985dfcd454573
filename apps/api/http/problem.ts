import { HttpException } from '@nestjs/common';
import { WeftError } from '#foundation';
import { PromotionRefused } from '#generations';
import { presentVerdict, type VerdictAnswer } from '../models/verdict-schema.js';
import { isDatabaseUnreachable, isStatementTimeout } from './database-unreachable.js';

/** Every kind of failure a caller can meet: its status and its short name. Stable; programs may branch on the keys. */
export const PROBLEMS = {
  'request-invalid': { status: 400, title: 'The request is invalid' },
  'json-malformed': { status: 400, title: 'The body is not JSON' },
  'url-malformed': { status: 400, title: 'The URL is malformed' },
  'fetch-address-invalid': { status: 400, title: 'The address cannot be fetched from' },
  'feed-outside-directory': { status: 400, title: 'The feed lies outside the feed directory' },
  'feed-missing': { status: 400, title: 'The feed does not exist' },
  'cursor-invalid': { status: 400, title: 'The cursor does not fit the question' },
  'span-invalid': { status: 400, title: 'The span of time holds nothing' },
  'schedule-invalid': { status: 400, title: 'The schedule cannot be followed' },
  'experiment-invalid': { status: 400, title: 'The experiment cannot find anything' },
  'expiry-invalid': { status: 400, title: 'The key cannot expire then' },
  'key-required': { status: 401, title: 'A key is needed' },
  'key-malformed': { status: 401, title: 'What was sent is no key' },
  'key-invalid': { status: 401, title: 'The key is unknown' },
  'key-expired': { status: 401, title: 'The key has expired' },
  'key-revoked': { status: 401, title: 'The key was revoked' },
  'scope-missing': { status: 403, title: 'The key does not go so far' },
  'origin-refused': { status: 403, title: 'Pages of this origin may not call this service' },
  'proxy-refused': { status: 403, title: 'Behind a proxy a key is needed' },
  'route-unknown': { status: 404, title: 'No such route' },
  'product-unknown': { status: 404, title: 'No such product' },
  'image-unknown': { status: 404, title: 'No such image' },
  'audit-missing': { status: 404, title: 'No audit yet' },
  'refresh-missing': { status: 404, title: 'No refresh yet' },
  'job-unknown': { status: 404, title: 'No such job' },
  'cluster-unknown': { status: 404, title: 'No such cluster' },
  'model-unknown': { status: 404, title: 'No such model' },
  'card-missing': { status: 404, title: 'The model has no card' },
  'generation-unknown': { status: 404, title: 'No such generation' },
  'verdict-unknown': { status: 404, title: 'The generation has not been judged' },
  'rule-unknown': { status: 404, title: 'No such rule' },
  'scenario-unknown': { status: 404, title: 'No such scenario' },
  'schedule-unknown': { status: 404, title: 'No such schedule' },
  'shopper-unknown': { status: 404, title: 'No such shopper' },
  'canary-unknown': { status: 404, title: 'The generation is no canary' },
  'experiment-unknown': { status: 404, title: 'No such experiment' },
  'webhook-unknown': { status: 404, title: 'No such webhook' },
  'key-id-unknown': { status: 404, title: 'No such key' },
  'method-not-allowed': { status: 405, title: 'The route does not take this method' },
  'request-timeout': { status: 408, title: 'The request was not sent in time' },
  'no-active-generation': { status: 409, title: 'No embeddings are active yet' },
  'cursor-stale': { status: 409, title: 'Other vectors, rules or settings answer now' },
  'too-many-rules': { status: 409, title: 'There is no room for another rule' },
  'too-many-scenarios': { status: 409, title: 'There is no room for another scenario' },
  'too-many-webhooks': { status: 409, title: 'There is no room for another webhook' },
  'delivery-not-dead': { status: 409, title: 'The message is not dead' },
  'idempotency-key-reused': { status: 409, title: 'The idempotency key belongs to another job' },
  'schedule-busy': { status: 409, title: 'The last run of the schedule goes on' },
  'job-finished': { status: 409, title: 'The job has ended' },
  'job-not-retriable': { status: 409, title: 'The job need not be tried again' },
  'job-input-invalid': { status: 409, title: 'This version does not understand the job' },
  'generation-not-ready': { status: 409, title: 'The generation cannot be served' },
  'verdict-missing': { status: 409, title: 'The generation must be judged first' },
  'promotion-refused': { status: 409, title: 'The gate holds the generation back' },
  'generation-never-active': { status: 409, title: 'The generation has never been active' },
  'nothing-to-return-to': { status: 409, title: 'No generation was active before' },
  'generation-incomplete': { status: 409, title: 'The generation is not whole' },
  'photo-not-embedded': { status: 409, title: 'The product has no embedding' },
  'not-calibrated': { status: 409, title: 'The model gives no probabilities' },
  'false-accept-rate-unsupported': { status: 409, title: 'The model cannot promise this rate' },
  'model-outdated': { status: 409, title: 'The model reads photos by another feature graph' },
  'generation-not-kept': { status: 409, title: 'There are no vectors of the generation' },
  'canary-of-active': { status: 409, title: 'Every shopper gets the generation already' },
  'experiment-exists': { status: 409, title: 'The name of the experiment is taken' },
  'experiment-overlap': { status: 409, title: 'Another experiment runs there' },
  'baseline-unknown': { status: 409, title: 'There is no share to plan with' },
  'key-not-valid': { status: 409, title: 'The key is no longer valid' },
  'key-already-rotated': { status: 409, title: 'The key has a successor already' },
  'image-gone': { status: 410, title: 'The photo file is gone' },
  'upload-incomplete': { status: 400, title: 'The upload broke off' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'media-type-unsupported': { status: 415, title: 'The body must be JSON' },
  'host-refused': { status: 421, title: 'The service is addressed by another name' },
  'photo-unusable': { status: 422, title: 'The photo cannot be used' },
  'photo-not-fetched': { status: 422, title: 'The photo cannot be fetched' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'too-many-wrong-keys': { status: 429, title: 'Too many wrong keys' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'image-undecodable': { status: 500, title: 'The photo cannot be drawn' },
  unexpected: { status: 500, title: 'Something went wrong here' },
  'images-busy': { status: 503, title: 'Too many thumbnails at once' },
  'streams-busy': { status: 503, title: 'Too many streams at once' },
  'analyses-busy': { status: 503, title: 'Too much to compute at once' },
  'photos-busy': { status: 503, title: 'Too many photos at once' },
  'photos-unreadable': { status: 503, title: 'Photos cannot be read here' },
  'feed-not-stored': { status: 507, title: 'The feed cannot be stored' },
  'artifacts-unreachable': { status: 503, title: 'The artifact store does not answer' },
  'artifacts-refused': { status: 503, title: 'The artifact store refuses' },
  'artifact-damaged': { status: 503, title: 'A file in the artifact store is damaged' },
  'database-unreachable': { status: 503, title: 'The database does not answer' },
  'deadline-exceeded': { status: 503, title: 'The answer took too long' },
  overloaded: { status: 503, title: 'The service is overloaded' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One part of a request that is wrong. */
export interface RequestFault {
  /** Where: `signals[0].type`, `count`. Empty for the request as a whole. */
  path: string;
  message: string;
  /** Of a text that is read as a language: the first character at fault, from 1. */
  column?: number;
}

/** A request that does not fit its schema, with everything that is wrong about it. */
export class RequestInvalid extends WeftError {
  constructor(readonly faults: RequestFault[]) {
    const first = faults[0];
    const where = first?.path ? `${first.path}: ` : '';
    // Some messages are sentences of their own, others are not.
    const what = (first?.message ?? 'invalid').replace(/\.$/, '');
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
    super('request-invalid', `${where}${what}${more}.`, {
      remedy: 'See /docs for what this route takes.',
    });
  }
}

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Path of the request. */
  instance: string;
  code: ProblemCode;
  /** What mends it; null where nothing is known to. */
  remedy: string | null;
  requestId: string;
  /** What is wrong with the request, part by part; empty for other problems. */
  errors: RequestFault[];
  /** Of a promotion that was refused: why. */
  verdict?: VerdictAnswer;
}

/** Whose request went wrong: repeated in the document so that it can be found in the log. */
export interface RequestContext {
  /** With the query, which is cut off: it may hold what a log should not. */
  url: string;
  id: string;
}

/** Characters of the path that a problem document repeats. */
const LONGEST_INSTANCE = 500;

/** A problem document for a known failure. */
export function problemDocument(
  code: ProblemCode,
  detail: string,
  request: RequestContext,
  extra: { remedy?: string | undefined; errors?: RequestFault[] } = {},
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:weft:problem:${code}`,
    title,
    status,
    detail,
    instance: (request.url.split('?', 1)[0] ?? '').slice(0, LONGEST_INSTANCE),
    code,
    remedy: extra.remedy ?? null,
    requestId: request.id,
    errors: extra.errors ?? [],
  };
}

interface KnownFailure {
  code: ProblemCode;
  detail: string;
  remedy?: string;
}

/** What Fastify refuses before it looks for a route, by its codes. */
const BEFORE_ROUTING: Record<string, KnownFailure> = {
  FST_ERR_BAD_URL: { code: 'url-malformed', detail: 'The URL holds a broken escape sequence.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'url-malformed', detail: 'A part of the URL is too long.' },
};

/** What Fastify refuses while it reads a body, or a file of /docs; Nest keeps no more of it than the status. */
const BY_STATUS: Record<number, KnownFailure> = {
  400: {
    code: 'json-malformed',
    detail: 'The body cannot be read as JSON.',
    remedy: 'Send a JSON object; {} takes every default.',
  },
  403: { code: 'route-unknown', detail: 'There is no such file in the documentation.', remedy: 'See /docs.' },
  413: {
    code: 'body-too-large',
    detail: 'The body is larger than this route takes.',
    remedy: 'Send less at once; /docs says what each route takes.',
  },
  415: {
    code: 'media-type-unsupported',
    detail: 'A body is taken as application/json only.',
    remedy: 'Send the header content-type: application/json.',
  },
};

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/**
 * The problem document of anything thrown. What is not known says nothing of itself: its message may hold paths, SQL or
 * secrets and belongs in the log.
 */
export function problemOf(error: unknown, request: RequestContext): ProblemDocument {
  if (error instanceof RequestInvalid) {
    const { remedy, faults } = error;
    return problemDocument('request-invalid', error.message, request, { remedy, errors: faults });
  }
  if (error instanceof PromotionRefused) {
    const refused = problemDocument('promotion-refused', error.message, request, {
      remedy: 'To serve it all the same, send override: {"reason": "..."}; it is recorded.',
    });
    return { ...refused, verdict: presentVerdict(error.verdict) };
  }
  if (error instanceof WeftError && isProblemCode(error.code)) {
    return problemDocument(error.code, error.message, request, { remedy: error.remedy });
  }
  if (isDatabaseUnreachable(error)) {
    return problemDocument('database-unreachable', 'Postgres does not answer.', request, {
      remedy: 'Look whether Postgres runs: `weft doctor`. Then try again.',
    });
  }
  if (isOutOfTime(error)) {
    return problemDocument('deadline-exceeded', 'The request took longer than it may.', request, {
      remedy: 'Ask for less, or try again.',
    });
  }
  const known = error instanceof HttpException ? BY_STATUS[error.getStatus()] : BEFORE_ROUTING[codeOf(error)];
  if (known !== undefined) return problemDocument(known.code, known.detail, request, { remedy: known.remedy });
  return problemDocument('unexpected', 'The request failed for a reason that lies with the service.', request, {
    remedy: `Look for request ${request.id} in the service's log.`,
  });
}

/** Fastify's deadline for the request, or Postgres's for a statement, whichever comes first. */
function isOutOfTime(error: unknown): boolean {
  return codeOf(error) === 'FST_ERR_HANDLER_TIMEOUT' || isStatementTimeout(error);
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
