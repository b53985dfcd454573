import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { createServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFICATE, KEY } from '../../test/support/certificate.js';
import { answer, forever, HostileServer, raw } from '../../test/support/hostile-server.js';
import type { FetchSurroundings } from './fetcher.js';
import { AddressRules, Fetcher, type FetchLimits, type FetchOptions } from './index.js';

const signal = new AbortController().signal;

let server: HostileServer;
let fetchers: Fetcher[];
let pauses: number[];
let now: number;
beforeEach(async () => {
  server = await HostileServer.start();
  fetchers = [];
  pauses = [];
  now = Date.parse('2026-01-01T00:00:00Z');
});
afterEach(async () => {
  await Promise.all(fetchers.map((fetcher) => fetcher.close()));
  await server.close();
});

/** One attempt, and pauses that are noted instead of waited for, unless told otherwise. */
function fetcher(limits: Partial<FetchLimits> = {}, surroundings: FetchSurroundings = {}, listed = ['127.0.0.1:*']) {
  const sleep = async (ms: number) => {
    pauses.push(ms);
    now += ms;
  };
  const made = new Fetcher(
    new AddressRules(listed),
    { attempts: 1, ...limits },
    { sleep, clock: { now: () => new Date(now) }, ...surroundings },
  );
  fetchers.push(made);
  return made;
}

const options = (more: Partial<FetchOptions> = {}): FetchOptions => ({ maxBytes: 100_000, signal, ...more });

/** The whole body, as a reader gets it. */
async function read(from: Fetcher, url: string, more: Partial<FetchOptions> = {}): Promise<string> {
  const got = await from.fetch(url, options(more));
  return got.status === 'fresh' ? text(got.body) : got.status;
}

const failing = (code: string) => expect.objectContaining({ code }) as Error;

describe('an answer', () => {
  it('comes with what the next question needs', async () => {
    const headers = { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
    server.on('/a?b=c', answer('200 OK', headers, 'body'));
    const got = await fetcher().fetch(server.url('/a?b=c#d'), options());
    expect(got).toMatchObject({
      status: 'fresh',
      etag: '"1"',
      lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
      finalUrl: server.url('/a?b=c'),
    });
    expect(got.status === 'fresh' && (await text(got.body))).toBe('body');
  });

  it('is unpacked from gzip', async () => {
    const packed = gzipSync('a feed');
    server.on('/a', answer('200 OK', { 'content-encoding': 'gzip' }, packed));
    expect(await read(fetcher(), server.url('/a'))).toBe('a feed');
  });

  it('is 304 where the copy is still the one', async () => {
    server.on('/a', answer('304 Not Modified'));
    expect(await read(fetcher(), server.url('/a'), { etag: '"1"', lastModified: 'then' })).toBe('not-modified');
    expect(server.heads[0]).toMatch(/^if-none-match: "1"$/im);
    expect(server.heads[0]).toMatch(/^if-modified-since: then$/im);
  });

  it('may be empty', async () => {
    server.on('/a', answer('200 OK'));
    expect(await read(fetcher(), server.url('/a'))).toBe('');
  });

  it('is asked for by name, and with nothing that tells more', async () => {
    server.on('/a', answer('302 Found', { location: '/b', 'set-cookie': 'who=you' }));
    server.on('/b', answer('200 OK'));
    await read(fetcher(), server.url('/a'));
    for (const head of server.heads) {
      expect(head).toMatch(/^user-agent: Weft\//im);
      expect(head).toMatch(/^accept-encoding: gzip$/im);
      expect(head).not.toMatch(/^(cookie|referer|origin|authorization|proxy-|x-forwarded|via)/im);
    }
    expect(server.heads).toHaveLength(2);
  });
});

describe('an address', () => {
  it.each([
    'file:///etc/passwd',
    'ftp://shop.example/a.jpg',
    'data:image/png;base64,AA',
    'gopher://127.0.0.1/',
    'not an address',
    'http://',
    `http://127.0.0.1/${'a'.repeat(5000)}`,
    'http://user:secret@127.0.0.1/',
    'http://user@127.0.0.1/',
  ])('is refused: %s', async (url) => {
    const error: unknown = await fetcher()
      .fetch(url, options())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'fetch-address-invalid' });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it.each([
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['hexadecimal', 'http://0x7f.0x0.0x0.0x1/'],
    ['short', 'http://127.1/'],
    ['full-width', 'http://\uff11\uff12\uff17.0.0.1/'],
    ['with a final dot', 'http://127.0.0.1./'],
    ['a name', 'http://localhost/'],
    ['zero', 'http://0/'],
    ['IPv6', 'http://[::1]/'],
    ['IPv4-mapped', 'http://[::ffff:127.0.0.1]/'],
    ['NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['metadata by IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['another port', 'http://1.1.1.1:22/'],
  ])('inside is refused, however it is spelt: %s', async (_, url) => {
    await expect(fetcher({}, {}, []).fetch(url, options())).rejects.toThrow(failing('fetch-address-refused'));
  });

  it('is refused when any of its addresses is inside', async () => {
    const resolve = async () => ['127.0.0.1', '10.0.0.1'];
    await expect(read(fetcher({}, { resolve }), server.url('/', 'shop.test'))).rejects.toMatchObject({
      code: 'fetch-address-refused',
      value: 'shop.test',
    });
    expect(server.heads).toEqual([]);
  });

  it('is resolved once a connection, and connected to as it was checked', async () => {
    const inside = await HostileServer.start('127.0.0.2', server.port);
    try {
      server.on('/a', raw('200 OK', { connection: 'close' }, 'outside'));
      server.on('/a', (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\noutside'));
      inside.on('/a', answer('200 OK', {}, 'inside'));
      const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2']];
      let asked = 0;
      const resolve = async () => answers[asked++] ?? [];
      const rebound = fetcher({}, { resolve });
      // 127.0.0.1 stands for the public address here, 127.0.0.2 for one inside.
      const only = fetcher({}, { resolve }, ['127.0.0.1:*']);
      expect(await read(only, server.url('/a', 'shop.test'))).toBe('outside');
      expect(asked).toBe(1);
      await expect(read(rebound, server.url('/a', 'shop.test'))).rejects.toThrow(failing('fetch-address-refused'));
      await expect(read(only, server.url('/a', 'shop.test'))).rejects.toThrow(failing('fetch-address-refused'));
      expect(inside.heads).toEqual([]);
      expect(server.heads[0]).toContain(`host: shop.test:${server.port}`);
    } finally {
      await inside.close();
    }
  });

  it('is tried by the next of its numbers when one does not answer', async () => {
    server.on('/a', answer('200 OK', {}, 'here'));
    const resolve = async () => ['127.0.0.9', '127.0.0.1'];
    const both = fetcher({}, { resolve }, ['127.0.0.0/8:*']);
    expect(await read(both, server.url('/a', 'shop.test'))).toBe('here');
  });

  it('that no name server knows is told so, and tried again', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    await expect(read(fetcher({ attempts: 3 }, { resolve }), 'http://nowhere.test/')).rejects.toThrow(
      failing('fetch-host-unknown'),
    );
    expect(pauses).toEqual([500, 1000]);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('is followed: %i', async (status) => {
    server.on('/a', answer(`${status} Moved`, { location: '/b' }, 'elsewhere'));
    server.on('/b', answer('200 OK', {}, 'there'));
    const got = await fetcher().fetch(server.url('/a'), options());
    expect(got).toMatchObject({ finalUrl: server.url('/b') });
    expect(got.status === 'fresh' && (await text(got.body))).toBe('there');
  });

  it.each([
    ['to the metadata of the machine', 'http://169.254.169.254/latest/', 'fetch-address-refused'],
    ['to a private address', 'http://10.0.0.1/', 'fetch-address-refused'],
    ['to loopback by number', 'http://2130706434/', 'fetch-address-refused'],
    ['to loopback by IPv6', '//[::1]/', 'fetch-address-refused'],
    ['to a file', 'file:///etc/passwd', 'fetch-address-invalid'],
    ['with a password', 'http://a:b@127.0.0.1/', 'fetch-address-invalid'],
    ['to what is no address', 'http://[', 'fetch-address-invalid'],
  ])('is refused: %s', async (_, location, code) => {
    server.on('/a', answer('302 Found', { location }));
    await expect(read(fetcher({ attempts: 3 }), server.url('/a'))).rejects.toThrow(failing(code));
    expect(server.heads).toHaveLength(1);
  });

  it('to nowhere is refused', async () => {
    server.on('/a', answer('302 Found'));
    await expect(read(fetcher(), server.url('/a'))).rejects.toThrow(failing('fetch-redirect-refused'));
  });

  it('in a circle ends', async () => {
    server.on('/a', answer('302 Found', { location: '/b' }));
    server.on('/b', answer('302 Found', { location: '/a' }));
    await expect(read(fetcher({ redirects: 4 }), server.url('/a'))).rejects.toThrow(
      failing('fetch-too-many-redirects'),
    );
    expect(server.heads).toHaveLength(5);
  });
});

describe('TLS', () => {
  /** Answers over TLS; notes the names that were asked for. */
  async function secure(reply: string): Promise<{ port: number; names: string[]; close(): void }> {
    const names: string[] = [];
    const tls = createServer({ key: KEY, cert: CERTIFICATE }, (socket) => {
      names.push(String(socket.servername));
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(reply));
    });
    tls.on('tlsClientError', () => undefined);
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    return { port: (tls.address() as AddressInfo).port, names, close: () => void tls.close() };
  }
  const resolve = async () => ['127.0.0.1'];
  const listed = ['127.0.0.1:*'];

  it('asks for the host by name although the number is pinned', async () => {
    const tls = await secure('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    const trusting = fetcher({}, { resolve, ca: CERTIFICATE }, listed);
    expect(await read(trusting, `https://shop.test:${tls.port}/`)).toBe('ok');
    expect(tls.names).toEqual(['shop.test']);
    tls.close();
  });

  it.each([
    ['a certificate that nobody vouches for', 'shop.test', undefined],
    ['a certificate of another host', 'other.test', CERTIFICATE],
  ])('refuses %s, and does not try again', async (_, host, ca) => {
    const tls = await secure('');
    const asking = fetcher({ attempts: 3 }, { resolve, ...(ca === undefined ? {} : { ca }) }, listed);
    await expect(read(asking, `https://${host}:${tls.port}/`)).rejects.toThrow(failing('fetch-tls-failed'));
    expect(pauses).toEqual([]);
    tls.close();
  });

  it('is not spoken by a server without it', async () => {
    const plain = createPlainServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    await expect(read(fetcher(), `https://127.0.0.1:${port}/`)).rejects.toThrow(failing('fetch-tls-failed'));
    plain.close();
  });

  it('is not given up by a redirect', async () => {
    const tls = await secure(`HTTP/1.1 302 Found\r\nlocation: ${server.url('/a')}\r\ncontent-length: 0\r\n\r\n`);
    const trusting = fetcher({}, { resolve, ca: CERTIFICATE }, listed);
    await expect(read(trusting, `https://shop.test:${tls.port}/`)).rejects.toThrow(failing('fetch-redirect-refused'));
    expect(server.heads).toEqual([]);
    tls.close();
  });
});

describe('a hostile body', () => {
  const chunk = Buffer.alloc(10_000, 'x');
  const endless = 'HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n\r\n';

  it.each([
    ['endless', forever(endless, () => chunk, 1), 'fetch-too-many-bytes'],
    [
      'endless in chunks',
      forever(`${endless.slice(0, -2)}transfer-encoding: chunked\r\n\r\n`, () => `2710\r\n${chunk.toString()}\r\n`, 1),
      'fetch-too-many-bytes',
    ],
    ['announced to be too large', answer('200 OK', { 'content-length': 100_001 }), 'fetch-too-many-bytes'],
    ['shorter than announced', cut('200 OK', 1000, 'short'), 'fetch-connection-failed'],
    ['in a broken chunk', cut('200 OK', null, 'zz\r\nshort\r\n'), 'fetch-answer-malformed'],
    ['cut off in a chunk', cut('200 OK', null, '10\r\nshort'), 'fetch-connection-failed'],
    [
      'packed to a thousandth',
      answer('200 OK', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000_000))),
      'fetch-too-many-bytes',
    ],
    [
      'packed without an end',
      forever(
        `${endless.slice(0, -2)}content-encoding: gzip\r\n\r\n`,
        () => Buffer.concat(Array<Buffer>(200).fill(gzipSync(''))),
        1,
      ),
      'fetch-too-many-bytes',
    ],
    [
      'packed twice',
      answer('200 OK', { 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync('a'))),
      'fetch-answer-malformed',
    ],
    ['packed as nobody asked', answer('200 OK', { 'content-encoding': 'br' }, 'a'), 'fetch-answer-malformed'],
    [
      'packed only by its own word',
      answer('200 OK', { 'content-encoding': 'gzip' }, 'a feed'),
      'fetch-answer-malformed',
    ],
    [
      'packed and cut off',
      answer('200 OK', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1000)).subarray(0, 15)),
      'fetch-answer-malformed',
    ],
    ['a byte at a time', forever(endless, () => 'x', 5), 'fetch-too-slow'],
    ['that stops', raw('200 OK', { 'content-length': 100 }, 'x'), 'fetch-too-slow'],
  ])('is given up: %s', async (_, hostile, code) => {
    server.on('/a', hostile);
    const limits = { totalMs: code === 'fetch-too-slow' ? 100 : 20_000 };
    await expect(read(fetcher(limits), server.url('/a'))).rejects.toThrow(failing(code));
  });

  it('that stops is given up by its idleness, too', async () => {
    server.on('/a', raw('200 OK', { 'content-length': 100 }, 'x'));
    await expect(read(fetcher({ idleMs: 50 }), server.url('/a'))).rejects.toThrow(failing('fetch-too-slow'));
  });

  it('longer than announced is read as far as announced', async () => {
    server.on('/a', answer('200 OK', { 'content-length': 4 }, 'body and more'));
    expect(await read(fetcher(), server.url('/a'))).toBe('body');
  });

  it('whose two lengths differ is refused', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 4\r\n\r\nbody';
    server.on('/a', (socket) => socket.write(head));
    await expect(read(fetcher(), server.url('/a'))).rejects.toThrow(failing('fetch-answer-malformed'));
  });

  it('that nobody reads ends no process and keeps no turn', async () => {
    server.on('/slow', raw('200 OK', { 'content-length': 100 }, 'x'));
    server.on('/a', answer('200 OK', {}, 'next'));
    const one = fetcher({ perHost: 1, totalMs: 50 });
    await one.fetch(server.url('/slow'), options());
    expect(await read(one, server.url('/a'))).toBe('next');
  });

  it('that the reader destroys gives the turn back', async () => {
    server.on(
      '/endless',
      forever(endless, () => chunk, 1),
    );
    server.on('/a', answer('200 OK', {}, 'next'));
    const one = fetcher({ perHost: 1 });
    const got = await one.fetch(server.url('/endless'), options());
    if (got.status === 'fresh') got.body.destroy();
    expect(await read(one, server.url('/a'))).toBe('next');
  });
});

/** An answer that ends the connection before it is whole; in chunks without a length. */
function cut(status: string, length: number | null, body: string) {
  const framing = length === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
  const start = raw(status, framing, body);
  return (socket: Parameters<typeof start>[0], head: string) => {
    start(socket, head);
    socket.end();
  };
}

describe('a hostile head', () => {
  it.each([
    ['a line at a time', forever('HTTP/1.1 200 OK\r\n', () => 'x: y\r\n', 5), 'fetch-too-slow'],
    ['never', () => undefined, 'fetch-too-slow'],
    ['too large', answer('200 OK', { 'x-large': 'x'.repeat(100_000) }), 'fetch-answer-malformed'],
    [
      'no HTTP',
      (socket: { write(data: string): void }) => socket.write('SSH-2.0-OpenSSH\r\n'),
      'fetch-answer-malformed',
    ],
    ['304 that nobody asked for', answer('304 Not Modified'), 'fetch-answer-malformed'],
    ['closed', (socket: { end(): void }) => socket.end(), 'fetch-connection-failed'],
    ['reset', (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(), 'fetch-connection-failed'],
    ['206', answer('206 Partial Content', {}, 'part'), 'fetch-status'],
    ['204', raw('204 No Content', {}), 'fetch-status'],
    ['401', answer('401 Unauthorized'), 'fetch-status'],
    ['404', answer('404 Not Found'), 'fetch-not-found'],
    ['410', answer('410 Gone'), 'fetch-not-found'],
    ['500', answer('500 Oops'), 'fetch-server-error'],
  ])('is given up: %s', async (_, hostile, code) => {
    server.on('/a', hostile);
    const limits = { totalMs: code === 'fetch-too-slow' ? 100 : 20_000 };
    await expect(read(fetcher(limits), server.url('/a'))).rejects.toThrow(failing(code));
  });

  it('that does not come is given up by its own limit, too', async () => {
    server.on('/a', () => undefined);
    await expect(read(fetcher({ headersMs: 50 }), server.url('/a'))).rejects.toThrow(failing('fetch-too-slow'));
  });

  it('of a port where nobody listens', async () => {
    const gone = await HostileServer.start();
    const url = gone.url('/');
    await gone.close();
    await expect(read(fetcher(), url)).rejects.toThrow(failing('fetch-connection-failed'));
  });
});

describe('another attempt', () => {
  it('is made after a pause that doubles, for what may pass', async () => {
    server.on('/a', answer('502 Bad Gateway'), (socket) => socket.destroy(), answer('200 OK', {}, 'at last'));
    expect(await read(fetcher({ attempts: 3 }), server.url('/a'))).toBe('at last');
    expect(pauses).toEqual([500, 1000]);
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['a date that is over', 'Thu, 01 Jan 2015 00:00:09 GMT', 0],
    ['nonsense', 'soon', 500],
  ])('waits as long as the host asks, in %s', async (_, retryAfter, expected) => {
    server.on('/a', answer('429 Too Many Requests', { 'retry-after': retryAfter }), answer('200 OK', {}, 'at last'));
    expect(await read(fetcher({ attempts: 2 }), server.url('/a'))).toBe('at last');
    expect(pauses).toEqual([expected]);
  });

  it('is not waited for beyond patience', async () => {
    server.on('/a', answer('503 Service Unavailable', { 'retry-after': 3600 }));
    await expect(read(fetcher({ attempts: 3 }), server.url('/a'))).rejects.toThrow(failing('fetch-busy'));
    expect(pauses).toEqual([]);
  });

  it('is not made before the pause is over that the host asked another request for', async () => {
    server.on('/busy', answer('503 Service Unavailable', { 'retry-after': 5 }));
    server.on('/a', answer('200 OK', {}, 'after'));
    const polite = fetcher();
    await expect(read(polite, server.url('/busy'))).rejects.toThrow(failing('fetch-busy'));
    expect(await read(polite, server.url('/a'))).toBe('after');
    expect(pauses).toEqual([5_000]);
  });

  it('is made for a body that broke off, where the reader starts anew', async () => {
    server.on('/a', cut('200 OK', 1000, 'half'), answer('200 OK', {}, 'whole'));
    const used = await fetcher({ attempts: 2 }).receive(server.url('/a'), options(), async (got) =>
      got.status === 'fresh' ? (await buffer(got.body)).toString() : '',
    );
    expect(used).toBe('whole');
    expect(pauses).toEqual([500]);
  });

  it('is not made for what the reader throws', async () => {
    server.on('/a', answer('200 OK', {}, 'whole'));
    const use = () => Promise.reject(new Error('disk full'));
    await expect(fetcher({ attempts: 3 }).receive(server.url('/a'), options(), use)).rejects.toThrow('disk full');
    expect(server.heads).toHaveLength(1);
  });
});

describe('the caller', () => {
  it('may end a fetch while it waits for an answer, and learns its own reason', async () => {
    const leaving = new AbortController();
    server.on('/a', () => leaving.abort(new Error('closing')));
    await expect(read(fetcher({ attempts: 3 }), server.url('/a'), { signal: leaving.signal })).rejects.toThrow(
      'closing',
    );
  });

  it('may end a fetch while the body comes', async () => {
    const leaving = new AbortController();
    server.on('/a', raw('200 OK', { 'content-length': 100 }, 'x'));
    const got = await fetcher().fetch(server.url('/a'), options({ signal: leaving.signal }));
    const body = got.status === 'fresh' ? text(got.body) : Promise.resolve('');
    leaving.abort(new Error('closing'));
    await expect(body).rejects.toThrow('closing');
  });

  it('is served a few at a time for each host', async () => {
    let open = 0;
    let most = 0;
    server.on('/a', (socket, head) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        answer('200 OK', {}, 'x')(socket, head);
      }, 5);
    });
    const polite = fetcher({ perHost: 3 });
    await Promise.all(Array.from({ length: 20 }, () => read(polite, server.url('/a'))));
    expect(most).toBe(3);
    expect(server.heads).toHaveLength(20);
  });
});
