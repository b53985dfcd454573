import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { messageOf, Random } from '#foundation';
import { whenServersEnd } from '#provision';
import { freePort } from '../support/free-port.js';
import { temporaryHome } from '../support/servers.js';
import { type Fault, FAULTS, type Work } from './faults.js';
import { KeptService } from './kept-service.js';
import { MovedClock } from './moved-clock.js';
import { planOf } from './plan.js';
import { SmallDisk } from './small-disk.js';
import { hasWorker, type Place, strike } from './strike.js';
import { StruckShop } from './struck-shop.js';
import { type Outcome, tableOf } from './table.js';

/** `npm run test:faults` takes 200; by default one of each that is killed, in a small catalogue. */
const INSTANTS = Number(process.env['WEFT_FAULT_INSTANTS'] ?? 5);
const IS_SHORT = process.env['WEFT_FAULT_INSTANTS'] === undefined;
const SEED = Number(process.env['WEFT_FAULT_SEED'] ?? 1);
/** After so many instants the nightly refresh looks for what was left behind. */
const REFRESH_EVERY = 10;

/** What happens when anything dies, is lost, full or wrong in the middle of anything. */
describe('after a fault at any instant', { timeout: 120_000 + 240_000 * INSTANTS }, () => {
  const home = temporaryHome();
  const feeds = temporaryHome();
  const place: Place = {
    home,
    disk: IS_SHORT ? 'the short form fills no disk' : SmallDisk.mount(home),
    clock: IS_SHORT ? 'the short form moves no clock' : MovedClock.at(join(feeds, 'clock')),
  };
  const impossible = new Map<Fault, string>();
  if (typeof place.disk === 'string') impossible.set('disk full', place.disk);
  if (typeof place.clock === 'string') impossible.set('clock moved', place.clock);
  const possible = FAULTS.filter((fault) => !impossible.has(fault));
  const plan = planOf(possible, INSTANTS, new Random(SEED));
  const outcomes: Outcome[] = [];
  /** How long each kind of work takes when nothing happens, in milliseconds. */
  const takes = new Map<Work, number>();
  let service: KeptService;
  let shop: StruckShop;

  beforeAll(async () => {
    const { feedPath } = await drawCatalogue({ directory: feeds, products: IS_SHORT ? 40 : 120 });
    const port = await freePort();
    const env = {
      ...{ WEFT_HOME: home, WEFT_FEED_DIR: feeds, WEFT_PORT: `${port}` },
      ...{ WEFT_LOG_LEVEL: 'warn', DATABASE_URL: '', REDIS_URL: '' },
      ...(typeof place.clock === 'string' ? {} : place.clock.environment),
    };
    service = new KeptService(env, `http://127.0.0.1:${port}`);
    shop = new StruckShop(service, feedPath);
    // Two generations, so that there is one to promote and one to go back to; of two models, where there is time to train them.
    const first: Work[] = [
      'imports',
      'trainings',
      'embeddings',
      ...(IS_SHORT ? [] : (['trainings'] as const)),
      'embeddings',
    ];
    // The first import and the first refresh have more to do than any later one, whose time counts.
    const others = (['imports', 'promotions', 'rollbacks', 'refreshes', 'refreshes'] as const).filter((work) =>
      plan.some((one) => one.work === work),
    );
    for (const work of [...first, ...others]) {
      const wish = await shop.wish(work);
      const start = performance.now();
      const job = await wish.done();
      takes.set(work, performance.now() - start);
      expect([work, job?.error ?? null]).toEqual([work, null]);
      await wish.expectOnce(job);
    }
  }, 300_000);

  afterAll(async () => {
    await service.stop();
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    if (typeof place.disk !== 'string') place.disk.unmount();
    for (const directory of [home, feeds]) rmSync(directory, { recursive: true, force: true });
    process.stdout.write(`${tableOf(outcomes, impossible)}\n`);
  }, 120_000);

  it('the work is done, once, and the active generation is whole and answers', async () => {
    for (const [i, instant] of plan.entries()) {
      const { work, fault, at } = instant;
      const about = `instant ${i + 1}: ${fault} after ${at.toFixed(2)} of ${work}`;
      const wish = await shop.wish(work);
      let isDone = false;
      const working = wish.done().finally(() => (isDone = true));
      await sleep(at * (takes.get(work) ?? 0));
      const struck = performance.now();
      const isInTheMiddle = !isDone;
      const hit = (await strike(fault, place)) && isInTheMiddle;
      const job = await working.catch((error: unknown) => {
        throw new Error(`${about}: ${messageOf(error)}\n${service.lastWords}`);
      });
      const seconds = (performance.now() - struck) / 1000;
      outcomes.push({ ...instant, hit, attempts: job?.attempts ?? 1, seconds });
      process.stderr.write(`${about}${hit ? '' : ', nothing hit'}: done in ${seconds.toFixed(1)} s\n`);
      expect([about, job?.state ?? 'succeeded', job?.error ?? null]).toEqual([about, 'succeeded', null]);
      await wish.expectOnce(job);
      await shop.expectServing();
      if (!hasWorker(home)) await service.restart();
      if ((i + 1) % REFRESH_EVERY === 0) await shop.expectNothingOrphaned();
    }
    await shop.expectNothingOrphaned();
  });
});
