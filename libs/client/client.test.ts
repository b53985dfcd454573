import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ClientOptions, type Recommendations, type Timing, WeftClient, WeftFailure } from './index.js';

/** A request as the service got it. */
interface Asked {
  url: string;
  method: string | undefined;
  headers: Record<string, string>;
  body: string | undefined;
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(
    JSON.stringify({ code, detail: `It is ${code}.`, status, remedy: 'Mend it.', requestId: 'r-1', errors: [] }),
    {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
    },
  );
const answer = (body: unknown) =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });

/** A client whose service gives these answers in turn, and whose time only passes when it waits. */
function clientOf(answers: (Response | Error)[], options: Partial<ClientOptions> = {}) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  let now = Date.parse('2026-11-24T12:00:00Z');
  const timing: Timing = {
    now: () => now,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  };
  const send = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { method, headers, body } = init;
    asked.push({
      url: (url as URL).href,
      method,
      headers: headers as Record<string, string>,
      body: body as string | undefined,
    });
    const next = answers.shift();
    if (next === undefined) throw new Error('The client asked once more than expected.');
    if (next instanceof Error) throw next;
    return next;
  };
  const weft = new WeftClient({ service: 'https://weft.example/base', fetch: send, timing, ...options });
  return { weft, asked, waits };
}

const failing = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeftFailure);
  return error as WeftFailure;
};
const similar = (weft: WeftClient, id = 'coat') => weft.get('/v1/products/{id}/similar', { path: { id } });

describe('a call', () => {
  it('writes path, query, body and key as the service reads them', async () => {
    const { weft, asked } = clientOf([answer({}), answer({})], { key: 'weft_pk_1' });
    const query = { count: 3, dial: 0, inStock: false, category: 'Women > Tops & more' };
    await weft.get('/v1/products/{id}/similar', { path: { id: 'a/b ü?' }, query });
    await weft.post('/v1/recommendations', { body: { signals: [{ productId: 'a', type: 'view' }] } });
    expect(asked).toEqual([
      {
        url: 'https://weft.example/base/v1/products/a%2Fb%20%C3%BC%3F/similar?count=3&dial=0&inStock=false&category=Women+%3E+Tops+%26+more',
        method: 'GET',
        headers: { accept: 'application/json', authorization: 'Bearer weft_pk_1' },
        body: undefined,
      },
      {
        url: 'https://weft.example/base/v1/recommendations',
        method: 'POST',
        headers: { accept: 'application/json', authorization: 'Bearer weft_pk_1', 'content-type': 'application/json' },
        body: '{"signals":[{"productId":"a","type":"view"}]}',
      },
    ]);
  });

  it('repeats a parameter for each of a list', async () => {
    const { weft, asked } = clientOf([answer({})]);
    const query = { count: 3, category: ['a', 'b'] as unknown as string };
    await weft.get('/v1/products', { query });
    expect(asked[0]?.url).toBe('https://weft.example/base/v1/products?count=3&category=a&category=b');
  });

  it('is typed by the document', () => {
    const { weft } = clientOf([]);
    expectTypeOf(similar).returns.resolves.toEqualTypeOf<Recommendations>();
    const wrong = () => {
      // @ts-expect-error the path needs its id
      void weft.get('/v1/products/{id}');
      // @ts-expect-error no such parameter
      void weft.get('/v1/products', { query: { colour: 'red' } });
      // @ts-expect-error the body needs events
      void weft.post('/v1/events', { body: {} });
      // @ts-expect-error a storefront key may not
      void weft.get('/v1/keys');
      // @ts-expect-error a picture is no JSON
      void weft.get('/v1/images/{id}');
    };
    expect(wrong).toBeTypeOf('function');
  });

  it('names a photo by its width', () => {
    const { weft } = clientOf([]);
    expect(weft.imageUrl('/v1/images/ab12', 320)).toBe('https://weft.example/base/v1/images/ab12?w=320');
  });
});

describe('what fails in passing', () => {
  it('is tried again, after a random part of a pause that doubles', async () => {
    const { weft, waits, asked } = clientOf([
      new TypeError('reset'),
      problem(503, 'overloaded'),
      answer({ results: [] }),
    ]);
    expect(await similar(weft)).toEqual({ results: [] });
    expect(waits).toEqual([100, 200]);
    expect(asked).toHaveLength(3);
  });

  it('is waited for as long as Retry-After says, in seconds or as a date, and a little longer', async () => {
    const date = 'Tue, 24 Nov 2026 12:00:05 GMT';
    const inSeconds = problem(429, 'rate-limited', { 'retry-after': '2' });
    const { weft, waits } = clientOf([inSeconds, problem(503, 'overloaded', { 'retry-after': date }), answer({})]);
    await similar(weft);
    // Two seconds and a part of the first pause have passed when the date is read.
    expect(waits).toEqual([2_100, 2_900 + 200]);
  });

  it('is told at once when the service asks for a long pause', async () => {
    const { weft, waits } = clientOf([problem(429, 'rate-limited', { 'retry-after': '60' })]);
    expect(await failing(similar(weft))).toMatchObject({ code: 'rate-limited', status: 429, retryAfterMs: 60_000 });
    expect(waits).toEqual([]);
  });

  it('is told when it does not pass', async () => {
    const { weft, asked } = clientOf([1, 2, 3].map(() => problem(503, 'database-unreachable')));
    expect(await failing(similar(weft))).toMatchObject({ code: 'database-unreachable', status: 503 });
    expect(asked).toHaveLength(3);
  });

  it('is not tried again by a POST that may not be repeated, and is by one that may', async () => {
    const body = { signals: [{ productId: 'a', type: 'view' as const }] };
    const once = clientOf([problem(503, 'overloaded')]);
    await failing(once.weft.post('/v1/recommendations', { body }));
    const twice = clientOf([problem(503, 'overloaded'), answer({ results: [] })]);
    expect(await twice.weft.post('/v1/recommendations', { body, isRepeatable: true })).toEqual({ results: [] });
  });
});

describe('a failure', () => {
  it('is the problem document that the service sent, and is not tried again where that is of no use', async () => {
    const { weft, asked } = clientOf([problem(404, 'product-unknown')]);
    const failure = await failing(similar(weft));
    expect(failure).toMatchObject({ code: 'product-unknown', status: 404, message: 'It is product-unknown.' });
    expect(failure.problem).toMatchObject({ remedy: 'Mend it.', requestId: 'r-1' });
    expect(asked).toHaveLength(1);
  });

  it('of something that is not Weft says so', async () => {
    const page = () => new Response('<h1>Bad gateway</h1>', { status: 400, headers: { 'content-type': 'text/html' } });
    expect(await failing(similar(clientOf([page()]).weft))).toMatchObject({ code: 'answer-invalid', status: 400 });
    const broken = new Response('{"code":', { status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(await failing(similar(clientOf([broken]).weft))).toMatchObject({ code: 'answer-invalid', status: 400 });
    const login = new Response('<h1>Log in</h1>', { status: 200 });
    expect(await failing(similar(clientOf([login]).weft))).toMatchObject({ code: 'answer-invalid', status: 200 });
  });

  it('to reach the service names it', async () => {
    const { weft } = clientOf([new TypeError('fetch failed')], { retries: 0 });
    const failure = await failing(similar(weft));
    expect(failure).toMatchObject({ code: 'unreachable', status: null });
    expect(failure.message).toContain('weft.example');
    expect(failure.cause).toBeInstanceOf(TypeError);
  });
});

describe('the end of a call', () => {
  /** Answers never, but hears the signal. */
  const silent = (_url: unknown, init: RequestInit = {}) =>
    new Promise<Response>((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });

  it('comes with its time', async () => {
    const weft = new WeftClient({ service: 'https://weft.example', fetch: silent, timeoutMs: 20 });
    expect(await failing(similar(weft))).toMatchObject({ code: 'timeout', status: null });
  });

  it('comes with its time also during a pause', async () => {
    const busy = async () => problem(503, 'overloaded', { 'retry-after': '4' });
    const weft = new WeftClient({ service: 'https://weft.example', fetch: busy, timeoutMs: 20 });
    expect(await failing(similar(weft))).toMatchObject({ code: 'timeout' });
  });

  it('comes when the caller wants it, with the reason that it gave', async () => {
    const weft = new WeftClient({ service: 'https://weft.example', fetch: silent });
    const abort = new AbortController();
    const call = weft.get('/v1/products', { signal: abort.signal });
    const reason = new Error('The shopper went on.');
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(weft.get('/v1/products', { signal: abort.signal })).rejects.toBe(reason);
  });
});
