import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiKey, KeyCheck, type KeyStore, type KeyVerdict, type Scope, type Throttle } from '#access';
import { type Clock, messageOf } from '#foundation';
import { allowPage, answerPreflight, isPreflight, originRefused } from './cors.js';
import { countGuess, limitAddress, limitKey } from './limits.js';
import { requireLocalCaller } from './open-door.js';
import { problemOf } from './problem.js';
import { sendProblem } from './problem-filter.js';
import { Refusal } from './refusal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, for the record: the id of a key, or what stands for no key. */
    caller: string;
    /** The same in words: the name of the key. */
    callerName: string;
    /**
     * Counts a request for as many more as its body turned out to be; null where nothing is counted.
     *
     * @throws Refusal `rate-limited`
     */
    charge: ((cost: number) => Promise<void>) | null;
  }
}

interface Keeping {
  /** The address that the service listens on. */
  host: string;
  keys: KeyStore;
  throttle: Throttle;
  clock: Clock;
}

/** Who asks where no key was ever made. */
const ANYONE_HERE = 'anyone on this machine';

/**
 * Stands before every route, before its body is read: preflights are answered, everything is counted, and what a route
 * declares is asked of its caller. What fails here fails closed.
 */
export function admitCallers(fastify: FastifyInstance, keeping: Keeping): void {
  const { keys, clock } = keeping;
  const check = new KeyCheck(keys, clock, (error) =>
    fastify.log.warn({ err: error }, 'the use of a key was not noted'),
  );
  fastify.decorateRequest('caller', '');
  fastify.decorateRequest('callerName', '');
  fastify.decorateRequest('charge', null);
  fastify.addHook('onRequest', async (request, reply) => {
    try {
      await admit(request, reply, check, keeping);
    } catch (error) {
      if (error instanceof Refusal) void reply.headers(error.headers);
      else request.log.error({ err: error }, messageOf(error));
      sendProblem(reply, problemOf(error, request));
    }
    return reply.sent ? reply : undefined;
  });
}

async function admit(request: FastifyRequest, reply: FastifyReply, check: KeyCheck, keeping: Keeping): Promise<void> {
  const { keys, throttle, clock, host } = keeping;
  const scope = request.is404 ? 'public' : request.routeOptions.config.scope;
  if (scope === undefined) throw new Error(`${request.url} declares no scope.`);
  if (isPreflight(request)) {
    await limitAddress(throttle, reply, request.ip);
    return answerPreflight(request, reply, keys, clock);
  }
  if (scope === 'public') return limitAddress(throttle, reply, request.ip);
  const text = bearerOf(request);
  if (text === null) {
    if (await keys.isAnyKey()) {
      await limitAddress(throttle, reply, request.ip);
      throw unauthorised('key-required', 'This route needs a key.', 'Send the header authorization: Bearer weft_...');
    }
    requireLocalCaller(request, host);
    request.caller = ANYONE_HERE;
    request.callerName = ANYONE_HERE;
    return;
  }
  const verdict = await check.judge(text);
  const key = await validKey(verdict, request, reply, throttle);
  const { origin } = request.headers;
  if (key.kind === 'storefront' && origin !== undefined) {
    if (!key.origins.includes(origin)) throw originRefused(origin);
    allowPage(reply, origin);
  }
  request.charge = (cost) => limitKey(throttle, reply, key, request.ip, cost);
  await request.charge(request.routeOptions.config.cost ?? 1);
  if (!key.scopes.includes(scope)) throw scopeMissing(key, scope);
  request.caller = key.id;
  request.callerName = key.name;
}

/**
 * The key of the request; null: none was sent.
 *
 * @throws Refusal for anything but one `Bearer` header: a proxy might judge by the one and we by the other
 */
function bearerOf(request: FastifyRequest): string | null {
  const sent = request.raw.headersDistinct['authorization'] ?? [];
  if (sent.length === 0) return null;
  const [, text] = /^Bearer +(\S+)$/i.exec(sent[0] ?? '') ?? [];
  if (sent.length === 1 && text !== undefined) return text;
  throw unauthorised(
    'key-malformed',
    'The authorization header is not one Bearer key.',
    'Send authorization: Bearer weft_...',
  );
}

async function validKey(
  { state, key }: KeyVerdict,
  request: FastifyRequest,
  reply: FastifyReply,
  throttle: Throttle,
): Promise<ApiKey> {
  if (state === 'valid') return key;
  await limitAddress(throttle, reply, request.ip);
  switch (state) {
    case 'expired':
      throw unauthorised('key-expired', 'The key has expired.', 'Make a new one: weft keys create');
    case 'revoked':
      throw unauthorised('key-revoked', 'The key was revoked.', 'Make a new one: weft keys create');
    case 'malformed':
      await countGuess(throttle, request.ip);
      throw unauthorised('key-malformed', 'The key is mistyped or cut off: its checksum is wrong.', 'Copy it whole.');
    case 'unknown':
      await countGuess(throttle, request.ip);
      throw unauthorised('key-invalid', 'The key is none of ours.', 'Look which keys there are: weft keys list');
  }
}

type KeyProblem = 'key-required' | 'key-malformed' | 'key-invalid' | 'key-expired' | 'key-revoked';

/** RFC 6750: a request without a key is told the scheme, one with a wrong key also that it is wrong. */
function unauthorised(code: KeyProblem, sentence: string, remedy: string): Refusal {
  const error = code === 'key-required' ? '' : ', error="invalid_token"';
  return new Refusal(code, sentence, { remedy, headers: { 'www-authenticate': `Bearer realm="weft"${error}` } });
}

function scopeMissing({ id, kind, scopes }: ApiKey, scope: Scope): Refusal {
  const may = scopes.join(', ');
  return new Refusal('scope-missing', `This route needs the scope ${scope}; the ${kind} key ${id} has ${may}.`, {
    remedy: 'Use a key that has it; weft keys list shows them.',
    headers: { 'www-authenticate': `Bearer realm="weft", error="insufficient_scope", scope="${scope}"` },
  });
}
