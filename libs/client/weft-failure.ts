import type { components } from './api-types.js';

type Problem = components['schemas']['Problem'];

/**
 * What went wrong. The codes of the service are those of /openapi.json, and stable; beside them:
 * `unreachable`: no answer came; `timeout`: none came in time; `answer-invalid`: something answered that is not Weft.
 */
export type FailureCode = Problem['code'] | 'unreachable' | 'timeout' | 'answer-invalid';

/** A call that failed, for whatever reason but the caller's own abort. */
export class WeftFailure extends Error {
  override readonly name = 'WeftFailure';
  readonly code: FailureCode;
  /** Of the answer; null where none came. */
  readonly status: number | null;
  /** The problem document of RFC 9457 that the service sent. Its `detail` is the message, its `remedy` says what to do. */
  readonly problem: Problem | null;
  /** After how many milliseconds the service takes the call again; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: FailureCode,
    message: string,
    extra: { status?: number; problem?: Problem; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: extra.cause });
    this.code = code;
    this.status = extra.status ?? null;
    this.problem = extra.problem ?? null;
    this.retryAfterMs = extra.retryAfterMs ?? null;
  }
}

/** The failure that an answer with an error status is. */
export async function failureOf(response: Response, nowMs: number): Promise<WeftFailure> {
  const { status, headers } = response;
  const retryAfterMs = retryAfter(headers.get('retry-after'), nowMs);
  const problem = await problemIn(response);
  return problem === null
    ? new WeftFailure('answer-invalid', `The service answered ${status} without saying why.`, { status, retryAfterMs })
    : new WeftFailure(problem.code, problem.detail, { status, problem, retryAfterMs });
}

async function problemIn(response: Response): Promise<Problem | null> {
  if (!/^application\/problem\+json\b/.test(response.headers.get('content-type') ?? '')) return null;
  const body: unknown = await response.json().catch(() => null);
  const isProblem =
    typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && typeof body.code === 'string';
  return isProblem ? (body as Problem) : null;
}

/** RFC 9110, 10.2.3: seconds, or a date. In milliseconds from now. */
function retryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
