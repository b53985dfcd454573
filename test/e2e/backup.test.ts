import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadConfig } from '#config';
import { drawCatalogue, type DrawnCatalogue } from '#drawn-catalogue';
import { whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { temporaryHome } from '../support/servers.js';
import { startWeft, weft } from '../support/weft.js';

/** A shop loses its WEFT_HOME and gets it back, through the commands that a person types. */
describe('the backup drill', { timeout: 300_000 }, () => {
  const home = temporaryHome();
  const elsewhere = temporaryHome();
  const backups = join(elsewhere, 'backups');
  const env: Record<string, string> = { WEFT_HOME: home, WEFT_LOG_LEVEL: 'error', WEFT_FEED_DIR: elsewhere };
  let drawn: DrawnCatalogue;

  beforeAll(async () => {
    env['WEFT_PORT'] = String(await freePort());
    mkdirSync(backups);
    drawn = await drawCatalogue({ directory: join(elsewhere, 'shop'), products: 64 });
    for (const args of [['import', drawn.feedPath], ['train'], ['embed']]) await json(...args);
  }, 300_000);

  afterAll(async () => {
    await serversEnd();
    for (const directory of [home, elsewhere]) rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  const serversEnd = () => whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });

  async function json<T>(...args: string[]): Promise<T> {
    const outcome = await weft([...args, '--json'], env);
    expect(outcome.exitCode, outcome.stderr + outcome.stdout).toBe(0);
    return JSON.parse(outcome.stdout) as T;
  }

  /** Every product's similar items and some recommendations, as the service answers them; what else is done meanwhile. */
  async function answers(meanwhile: () => Promise<void> = async () => undefined): Promise<unknown[]> {
    const service = startWeft(['serve'], env);
    const ready = once(createInterface({ input: service.stderr as NonNullable<typeof service.stderr> }), 'line');
    try {
      await ready;
      const url = `http://127.0.0.1:${env['WEFT_PORT']}`;
      while (!(await fetch(`${url}/health/ready`).catch(() => null))?.ok) {
        expect(service.exitCode).toBeNull();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await meanwhile();
      const products = readFileSync(drawn.feedPath, 'utf8').split('\n').slice(1, -1);
      const offers = products.map((row) => row.split(',')[0] ?? '').filter((_, at) => at % 4 === 0);
      const found: unknown[] = [];
      for (const offer of offers) {
        const response = await fetch(`${url}/v1/products/${encodeURIComponent(offer)}/similar?count=20&dial=0.3`);
        expect(response.status).toBe(200);
        found.push(withoutTime(await response.json()));
      }
      const response = await fetch(`${url}/v1/recommendations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ signals: offers.slice(0, 5).map((productId) => ({ productId, type: 'view' })) }),
      });
      found.push(withoutTime(await response.json()));
      return found;
    } finally {
      service.kill('SIGTERM');
      await once(service, 'close');
    }
  }

  /** Starts a command and kills it when it says that it is there. */
  async function killAt(line: string, ...args: string[]): Promise<void> {
    const child = startWeft(args, env);
    let isThere = false;
    createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on('line', (text) => {
      if (text === line) isThere = child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(isThere, `${args.join(' ')} says "${line}"`).toBe(true);
  }

  it('gives the same answers, bit for bit, after its home was destroyed', async () => {
    await killAt('Copying the table offer.', 'backup', backups);
    expect(readdirSync(backups).filter((name) => !name.endsWith('.partial'))).toEqual([]);
    const jobs = await json<{ job: string }>('import', drawn.feedPath);

    let file = '';
    const before = await answers(async () => {
      // Beside the service, and beside an import.
      const importing = json('import', drawn.feedPath);
      ({ file } = await json<{ file: string }>('backup', backups));
      await importing;
    });
    expect(before.length).toBeGreaterThan(30);
    await serversEnd();
    rmSync(home, { recursive: true });

    const checked = await json<{ restored: boolean }>('restore', '--check', backups);
    expect(checked.restored).toBe(false);
    expect(existsSync(home)).toBe(false);
    await killAt('Restoring product.', 'restore', file);
    await killAt('Building the indexes and checking what is served.', 'restore', file);
    const restored = await json<{ file: string; activeGeneration: number }>('restore', backups);
    expect(restored).toMatchObject({ file, activeGeneration: 1 });
    expect(await answers()).toEqual(before);

    // What waited or ran is done, what was done is remembered, and the next model is trained on the same hold-out.
    expect((await json<{ job: string }>('quarantine', jobs.job)).job).toBe(jobs.job);
    const imported = await json<{ photosDecoded: number }>('import', drawn.feedPath);
    expect(imported.photosDecoded).toBe(0);
    expect(await json('embed')).toMatchObject({ generation: 2, state: 'active' });
    const refused = await weft(['restore', file, '--json'], env);
    expect([refused.exitCode, JSON.parse(refused.stdout)]).toMatchObject([
      1,
      { error: { code: 'database-not-empty' } },
    ]);
  });

  it('streams to stdout what can be restored, and keeps gc from harm', async () => {
    const before = await json<{ bytes: number }>('gc', '--dry-run');
    expect((await json<{ bytes: number }>('gc')).bytes).toBe(before.bytes);
    const child = startWeft(['backup', '-'], env);
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.resume();
    await once(child, 'close');
    expect(child.exitCode).toBe(0);
    const streamed = join(backups, 'streamed.tar');
    writeFileSync(streamed, Buffer.concat(chunks));
    expect(await json('restore', '--check', streamed)).toMatchObject({ restored: false, activeGeneration: 2 });
    await json('restore', '--replace', streamed);
    expect(await json<{ generation: number }>('similar', firstOffer())).toMatchObject({ generation: 2 });
  });

  function firstOffer(): string {
    return readFileSync(drawn.feedPath, 'utf8').split('\n')[1]?.split(',')[0] ?? '';
  }
});

/** An answer without what holds the time at which it was given: its id and its cursor. */
function withoutTime(answer: unknown): unknown {
  return { ...(answer as object), recommendationId: null, nextCursor: null };
}
