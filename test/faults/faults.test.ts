import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { drawCatalogue, type DrawnCatalogue } from '#drawn-catalogue';
import { Random } from '#foundation';
import { whenServersEnd } from '#provision';
import { freePort } from '../support/free-port.js';
import { temporaryHome } from '../support/servers.js';
import { KeptService } from './kept-service.js';
import { type Fault, FAULTS, hasWorker, strike } from './victims.js';

/** `npm run test:faults` takes 200. */
const INSTANTS = Number(process.env['WEFT_FAULT_INSTANTS'] ?? 0);
const SEED = Number(process.env['WEFT_FAULT_SEED'] ?? 1);
/** After so many instants the nightly refresh looks for what was left behind. */
const REFRESH_EVERY = 10;

const WORK = ['imports', 'trainings', 'embeddings', 'refreshes', 'rollback'] as const;
type Work = (typeof WORK)[number];

interface Job {
  id: string;
  state: string;
  attempts: number;
  error: unknown;
}

interface Instant {
  work: Work;
  fault: Fault;
  /** Share of the undisturbed time after which it strikes. */
  at: number;
}

interface Outcome extends Instant {
  hit: boolean;
  state: string;
  attempts: number;
  seconds: number;
}

/** Every fault as often as the others, in an order of chance; a trainer is there while it trains. */
function planOf(random: Random): Instant[] {
  return Array.from({ length: INSTANTS }, (_, i) => {
    const fault = FAULTS[i % FAULTS.length]!;
    const work = fault === 'trainer' ? 'trainings' : random.pick(WORK);
    return { work, fault, at: random.next() };
  });
}

/** What happens when anything dies in the middle of anything. */
describe.skipIf(INSTANTS === 0)('after a fault at any instant', { timeout: 60_000 + 240_000 * INSTANTS }, () => {
  const home = temporaryHome();
  const feeds = temporaryHome();
  const random = new Random(SEED);
  const outcomes: Outcome[] = [];
  /** How long each kind of work takes when nothing happens, in milliseconds. */
  const takes = new Map<Work, number>();
  let service: KeptService;
  let drawn: DrawnCatalogue;
  let asked = 0;

  beforeAll(async () => {
    drawn = await drawCatalogue({ directory: feeds, products: 120 });
    const port = await freePort();
    const env = {
      ...{ WEFT_HOME: home, WEFT_FEED_DIR: feeds, WEFT_PORT: `${port}` },
      ...{ WEFT_LOG_LEVEL: 'warn', DATABASE_URL: '', REDIS_URL: '' },
    };
    service = new KeptService(env, `http://127.0.0.1:${port}`);
    // Two generations, so that there is one to go back to.
    for (const work of ['imports', 'trainings', 'embeddings', 'embeddings', 'refreshes', 'rollback'] as const) {
      const start = Date.now();
      await finish(await begin(work));
      takes.set(work, Date.now() - start);
    }
  }, 300_000);

  afterAll(async () => {
    await service.stop();
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    for (const directory of [home, feeds]) rmSync(directory, { recursive: true, force: true });
    process.stdout.write(`${tableOf(outcomes)}\n`);
  }, 120_000);

  /** Asks for work under a key, so that asking again after a lost answer asks for the same. */
  async function begin(work: Work): Promise<string | null> {
    asked += 1;
    if (work === 'rollback') {
      await service.ask('POST', '/v1/generations/rollback', {}, {}, (status) => (status === 200 ? status : null));
      return null;
    }
    const bodies = {
      imports: { feed: drawn.feedPath, again: true },
      trainings: { steps: 60, seed: asked },
      embeddings: {},
      refreshes: {},
    };
    const key = { 'idempotency-key': `fault-${asked}` };
    return service.ask('POST', `/v1/${work}`, bodies[work], key, (status, job: Job) =>
      status === 202 ? job.id : null,
    );
  }

  async function finish(id: string | null): Promise<Job | null> {
    if (id === null) return null;
    return service.ask('GET', `/v1/jobs/${id}`, undefined, {}, (status, job: Job) => {
      return status === 200 && !['queued', 'running'].includes(job.state) ? job : null;
    });
  }

  const get = <T>(path: string) =>
    service.ask('GET', path, undefined, {}, (status, answer: T) => (status === 200 ? answer : null));

  /** The active generation answers, and is the only one. */
  async function expectServing(): Promise<void> {
    const { generations } = await get<{ generations: { state: string }[] }>('/v1/generations');
    expect(generations.filter(({ state }) => state === 'active')).toHaveLength(1);
    const { products } = await get<{ products: { productId: string }[] }>('/v1/products?count=3');
    for (const { productId } of products) {
      const path = `/v1/products/${encodeURIComponent(productId)}/similar?category=any&gender=any`;
      const answer = await get<{ results: unknown[]; withoutVector: string[] }>(path);
      expect(answer.withoutVector).toEqual([]);
      expect(answer.results.length).toBeGreaterThan(0);
    }
  }

  /** A refresh closes what was left behind; the next one finds nothing. */
  async function expectNothingOrphaned(): Promise<void> {
    const reports: { differences: { kind: string; found: number; closed: number }[] }[] = [];
    for (let i = 0; i < 2; i += 1) {
      expect((await finish(await begin('refreshes')))?.state).toBe('succeeded');
      reports.push(await get('/v1/refreshes/latest'));
    }
    expect(reports[1]?.differences).toEqual([]);
    const { generations } = await get<{ generations: { state: string }[] }>('/v1/generations');
    expect(generations.map(({ state }) => state)).not.toContain('building');
  }

  it('the job is done, once, and the active generation is whole and answers', async () => {
    for (const [i, instant] of planOf(random).entries()) {
      const { work, fault, at } = instant;
      const models = (await get<{ models: unknown[] }>('/v1/models')).models.length;
      const start = Date.now();
      const began = begin(work);
      await sleep(at * (takes.get(work) ?? 0));
      const hit = await strike(fault, home).catch(() => false);
      const job = await finish(await began);
      const seconds = (Date.now() - start - at * (takes.get(work) ?? 0)) / 1000;
      outcomes.push({ ...instant, hit, state: job?.state ?? 'done', attempts: job?.attempts ?? 1, seconds });
      expect([i, work, fault, job?.state ?? 'succeeded', job?.error ?? null]).toEqual([
        ...[i, work, fault, 'succeeded', null],
      ]);
      const later = (await get<{ models: unknown[] }>('/v1/models')).models.length;
      expect([i, work, fault, later - models]).toEqual([i, work, fault, work === 'trainings' ? 1 : 0]);
      await expectServing();
      if (!hasWorker(home)) await service.restart();
      if ((i + 1) % REFRESH_EVERY === 0) await expectNothingOrphaned();
    }
    await expectNothingOrphaned();
  });
});

function tableOf(outcomes: Outcome[]): string {
  const rows = WORK.map((work) => [
    work,
    ...FAULTS.map((fault) => {
      const of = outcomes.filter((one) => one.work === work && one.fault === fault);
      if (of.length === 0) return '';
      const worst = Math.max(...of.map(({ seconds }) => seconds));
      return `${of.length} (${of.filter(({ hit }) => hit).length} hit), ${worst.toFixed(1)} s`;
    }),
  ]);
  return [['work', ...FAULTS], FAULTS.map(() => '---').concat('---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
