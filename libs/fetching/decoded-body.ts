import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { failureOf } from './failures.js';
import { FetchError } from './fetch-error.js';

/** Content-Encoding and Content-Length of an answer, as written. */
interface BodyHeaders {
  encoding: string | undefined;
  length: string | undefined;
}

/**
 * The body as the host meant it. It fails with a FetchError beyond `maxBytes`, counted before and after unpacking, and for
 * whatever goes wrong on the way.
 *
 * @throws FetchError `fetch-answer-malformed` for an encoding other than gzip, once: nothing else was asked for;
 * `fetch-too-many-bytes` where Content-Length says so
 */
export function decodedBody(raw: Readable, { encoding, length }: BodyHeaders, maxBytes: number, url: URL): Readable {
  const coding = (encoding ?? '').trim().toLowerCase();
  if (Number(length ?? 0) > maxBytes) throw tooManyBytes(maxBytes, url);
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(coding)) {
    const message = `${url.host} answers with the encoding ${coding.slice(0, 40)}, which was not asked for.`;
    throw new FetchError('fetch-answer-malformed', message, { value: url.href.slice(0, 200) });
  }
  const isPacked = coding.endsWith('gzip');
  const decoded = async function* () {
    try {
      yield* limited(isPacked ? unpacked(limited(raw, maxBytes, url)) : raw, maxBytes, url);
    } catch (error) {
      throw failureOf(error, url);
    } finally {
      raw.destroy();
    }
  };
  const body = Readable.from(decoded(), { objectMode: false });
  body.once('close', () => raw.destroy());
  return body;
}

function unpacked(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  // Its own error reaches whoever reads it.
  return pipeline(packed, gunzip, () => undefined);
}

async function* limited(chunks: AsyncIterable<Buffer>, maxBytes: number, url: URL): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw tooManyBytes(maxBytes, url);
    yield chunk;
  }
}

function tooManyBytes(maxBytes: number, url: URL): FetchError {
  return new FetchError('fetch-too-many-bytes', `The answer of ${url.host} is larger than ${maxBytes} bytes.`, {
    value: url.href.slice(0, 200),
  });
}
