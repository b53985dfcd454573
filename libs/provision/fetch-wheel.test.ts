import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '#foundation';
import { temporaryHome } from '../../test/support/servers.js';
import { partialDownload } from './download.js';
import { fetchWheel } from './fetch-wheel.js';
import { findPip } from './pip.js';
import { runCommand } from './run-command.js';
import type { Wheel } from './wheels.js';

const FILE = 'weft_part-1.0-py3-none-any.whl';

/** Writes a wheel that pip accepts, with a megabyte of noise. */
const MAKE_WHEEL = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('weft_part/noise', os.urandom(1000000))
    wheel.writestr('weft_part-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: weft-part\\nVersion: 1.0\\n')
    wheel.writestr('weft_part-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('weft_part-1.0.dist-info/RECORD', '')
`;

/** How far an answer goes: the whole file, half of what was asked for, or nothing at all. */
type Reach = 'whole' | 'half' | 'nothing';

/** A package index with one wheel, over HTTP. */
class PackageIndex {
  /** `Range` of each request for the wheel. */
  readonly ranges: (string | undefined)[] = [];
  /** What becomes of the next requests; those after them succeed. */
  reaches: Reach[] = [];
  private readonly server: Server;

  constructor(
    private readonly wheel: Buffer,
    private readonly announced: string,
    private readonly knowsRanges: boolean,
  ) {
    this.server = createServer(({ url, headers }, response) => {
      if (url === '/simple/weft-part/')
        response.setHeader('Content-Type', 'text/html').end(`<a href="/${FILE}#sha256=${this.announced}">${FILE}</a>`);
      else if (url === `/${FILE}`) this.send(headers.range, response);
      else response.writeHead(404).end();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/simple`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private send(range: string | undefined, response: ServerResponse): void {
    this.ranges.push(range);
    const begin = this.knowsRanges && range !== undefined ? Number(/^bytes=(\d+)-$/.exec(range)?.[1]) : 0;
    const bytes = this.wheel.subarray(begin);
    const reach = this.reaches.shift() ?? 'whole';
    if (reach === 'nothing') return void response.destroy();
    if (begin > 0) {
      response.statusCode = 206;
      response.setHeader('Content-Range', `bytes ${begin}-${this.wheel.length - 1}/${this.wheel.length}`);
    }
    response.setHeader('Content-Length', bytes.length);
    if (reach === 'whole') response.end(bytes);
    else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }
}

let cache: string;
let content: Buffer;
let size: number;
let wheel: Wheel;
let said: string[];
let index: PackageIndex | null;

beforeAll(async () => {
  const directory = temporaryHome();
  expect((await runCommand('python3', ['-c', MAKE_WHEEL, join(directory, FILE)])).status).toBe(0);
  content = readFileSync(join(directory, FILE));
  size = content.length;
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  cache = temporaryHome();
  wheel = {
    requirement: 'weft-part==1.0',
    file: FILE,
    sha256: sha256(content),
    platform: 'any',
    bytes: size,
    placedBytes: size,
    members: ['.*'],
  };
  said = [];
  index = null;
  // Whatever this machine's pip is told, here it knows one index.
  for (const name of ['PIP_FIND_LINKS', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX']) vi.stubEnv(name, '');
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  vi.stubEnv('PIP_RETRIES', '0');
});
afterEach(() => {
  vi.unstubAllEnvs();
  index?.close();
  rmSync(cache, { recursive: true });
});

async function serve(options: { knowsRanges: boolean; served?: Buffer; announced?: string }): Promise<PackageIndex> {
  index = new PackageIndex(options.served ?? content, options.announced ?? wheel.sha256, options.knowsRanges);
  vi.stubEnv('PIP_INDEX_URL', await index.listen());
  return index;
}

const fetched = async () =>
  readFileSync(await fetchWheel(wheel, cache, cache, await findPip(), (line) => said.push(line)));
const begins = (ranges: (string | undefined)[]) => ranges.map((range) => Number(range?.match(/\d+/)?.[0] ?? 0));

function leave(bytes: Buffer): void {
  mkdirSync(dirname(partialDownload(cache, wheel)), { recursive: true });
  writeFileSync(partialDownload(cache, wheel), bytes);
}

describe('a download that breaks', () => {
  it('goes on where it broke', async () => {
    const { ranges, reaches } = await serve({ knowsRanges: true });
    reaches.push('half');
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toHaveLength(2);
    expect(begins(ranges)[1]).toBeGreaterThan(0.4 * size);
    expect(said).toEqual([expect.stringMatching(/^The connection broke at 0\.[45] MB of 1\.0 MB\.$/)]);
  });

  it('goes on in a later run, when the network was gone for longer', async () => {
    const { ranges, reaches } = await serve({ knowsRanges: true });
    reaches.push('half', ...Array<Reach>(30).fill('nothing'));
    await expect(fetched()).rejects.toMatchObject({
      code: 'download-failed',
      remedy: expect.stringContaining('goes on where it stopped') as string,
    });
    reaches.length = 0;
    ranges.length = 0;
    said.length = 0;
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toHaveLength(1);
    expect(begins(ranges)[0]).toBeGreaterThan(0.4 * size);
    expect(said).toEqual([expect.stringMatching(/^Going on where an earlier download stopped, at 0\.[45] MB\.$/)]);
  });

  it('begins anew where the server knows no ranges', async () => {
    const { ranges, reaches } = await serve({ knowsRanges: false });
    reaches.push('half');
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toHaveLength(2);
  });

  it('begins anew when what was there is damaged', async () => {
    leave(randomBytes(size >> 1));
    const { ranges } = await serve({ knowsRanges: true });
    expect((await fetched()).equals(content)).toBe(true);
    expect(begins(ranges)).toEqual([size >> 1, 0]);
  });

  it('is not asked for again once it is whole', async () => {
    leave(content);
    const { ranges } = await serve({ knowsRanges: true });
    expect((await fetched()).equals(content)).toBe(true);
    expect(ranges).toEqual([]);
  });
});

describe('the file that is fetched', () => {
  it.each([
    ['announced as another', true],
    ['other than announced', false],
  ])('is refused when it is %s', async (_, isAnnounced) => {
    const other = randomBytes(size);
    await serve({ knowsRanges: true, served: other, ...(isAnnounced ? { announced: sha256(other) } : {}) });
    await expect(fetched()).rejects.toMatchObject({ code: 'download-refused' });
    expect(readFileSync(partialDownload(cache, wheel))).toHaveLength(0);
  });

  it('may lie in a directory that pip is told of', async () => {
    writeFileSync(join(cache, FILE), content);
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', cache);
    expect((await fetched()).equals(content)).toBe(true);
    expect(existsSync(join(cache, FILE))).toBe(true);
  });

  it('is missing from an index that does not have it', async () => {
    await serve({ knowsRanges: true });
    wheel = { ...wheel, requirement: 'weft-part==2.0' };
    await expect(fetched()).rejects.toThrow('pip found no weft-part==2.0');
  });
});

describe('a pip that Weft does not know', () => {
  it('downloads by itself, which is said, even if it demands a virtual environment', async () => {
    await serve({ knowsRanges: true });
    const { stdout: python } = await runCommand('python3', ['-c', 'import sys; print(sys.executable)']);
    const script = `#!/bin/sh
if [ "$1" = -c ]; then echo "ImportError: cannot import name 'create_command'" >&2; exit 3; fi
exec '${python.trim()}' "$@"
`;
    mkdirSync(join(cache, 'bin'));
    writeFileSync(join(cache, 'bin', 'python3'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${join(cache, 'bin')}:/usr/bin:/bin`);
    vi.stubEnv('PIP_REQUIRE_VIRTUALENV', '1');
    expect((await fetched()).equals(content)).toBe(true);
    expect(said).toEqual([expect.stringMatching(/cannot import name 'create_command'.*begins anew/)]);
  });
});
