import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#foundation';
import { temporaryHome } from '../../test/support/servers.js';
import { partialDownload } from './download.js';
import { fetchFromIndex } from './fetch-from-index.js';
import type { Wheel } from './wheels.js';

const FILE = 'weft_part-1.0-py3-none-any.whl';
const content = randomBytes(1_000_000);
const wheel: Wheel = {
  requirement: 'weft-part==1.0',
  file: FILE,
  sha256: sha256(content),
  platform: 'any',
  bytes: content.length,
  placedBytes: content.length,
  members: ['.*'],
};

let cache: string;
let server: Server;
let index: string;
let ranges: (string | undefined)[];
let said: string[];
/** How many of the next answers break off in their middle. */
let breaks: number;
let served: Buffer;
let page: { type: string; text: string };
let password: string | null;

beforeEach(async () => {
  cache = temporaryHome();
  [ranges, said, breaks, served, password] = [[], [], 0, content, null];
  page = { type: 'text/html', text: `<a href="../../files/${FILE}#sha256=${wheel.sha256}">${FILE}</a>` };
  server = createServer(({ url, headers }, response) => {
    if (password !== null && headers.authorization !== `Basic ${btoa(password)}`) return response.writeHead(401).end();
    if (url === '/simple/weft-part/') return response.setHeader('content-type', page.type).end(page.text);
    if (url !== `/files/${FILE}`) return response.writeHead(404).end();
    ranges.push(headers.range);
    const begin = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    if (begin > 0) response.writeHead(206, { 'content-range': `bytes ${begin}-${served.length - 1}/${served.length}` });
    if (breaks-- > 0) response.write(served.subarray(begin, (begin + served.length) / 2), () => response.destroy());
    else response.end(served.subarray(begin));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cache, { recursive: true });
});

const fetched = async () => readFileSync(await fetchFromIndex(index, wheel, cache, (line) => said.push(line)));

describe('a package index without pip', () => {
  it('gives the pinned file by its page in HTML', async () => {
    expect((await fetched()).equals(content)).toBe(true);
  });

  it('gives the pinned file by its page in JSON', async () => {
    const file = { filename: FILE, url: `../../files/${FILE}`, hashes: { sha256: wheel.sha256 } };
    page = { type: 'application/vnd.pypi.simple.v1+json', text: JSON.stringify({ files: [file] }) };
    expect((await fetched()).equals(content)).toBe(true);
  });

  it('gives it to who knows its password', async () => {
    password = 'shop:se cret';
    await expect(fetched()).rejects.toMatchObject({ code: 'download-failed' });
    index = index.replace('http://', 'http://shop:se%20cret@');
    expect((await fetched()).equals(content)).toBe(true);
  });

  it('is asked for the rest when the connection breaks', async () => {
    breaks = 1;
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
    expect(said).toEqual([expect.stringContaining('The connection broke at')]);
  });

  it('goes on in a later run, and begins anew when what is there is damaged', async () => {
    mkdirSync(dirname(partialDownload(cache, wheel)), { recursive: true });
    writeFileSync(partialDownload(cache, wheel), content.subarray(0, 600_000));
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toEqual(['bytes=600000-']);
    writeFileSync(partialDownload(cache, wheel), randomBytes(600_000));
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges.slice(1)).toEqual(['bytes=600000-', undefined]);
  });

  it('is refused when its file is another, announced or not', async () => {
    served = randomBytes(content.length);
    await expect(fetched()).rejects.toMatchObject({ code: 'download-refused' });
    page.text = page.text.replace(wheel.sha256, sha256(served));
    await expect(fetched()).rejects.toMatchObject({ code: 'download-refused' });
    expect(readFileSync(partialDownload(cache, wheel))).toHaveLength(0);
  });

  it('is named when it lacks the file or does not answer', async () => {
    page.text = '';
    await expect(fetched()).rejects.toThrow(`does not offer ${FILE}`);
    index = 'http://127.0.0.1:1/simple';
    await expect(fetched()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('127.0.0.1:1 does not answer') as string,
      remedy: expect.stringContaining('--from') as string,
    });
    expect(existsSync(partialDownload(cache, wheel))).toBe(false);
  });
});
