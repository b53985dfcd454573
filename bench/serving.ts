/**
 * Measures recommendations over HTTP on synthetic shops of several sizes, in turns with the raw SQL of the same searches and
 * with a graph in this process; compares the answers with an exact search; prints tables, and which bars are met.
 *
 *   npm run bench:serving -- --products 10000,100000 --concurrency 1,16 --requests 200 --rounds 5 --seed 1
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig } from '#config';
import { type JobId, Random } from '#foundation';
import { migrate, openDatabase } from '#persistence';
import { openServers, whenServersEnd } from '#provision';
import { openPool } from '../libs/persistence/connection.js';
import { type ApiProcess, startApi } from './serving/api-process.js';
import { startBare } from './serving/bare-process.js';
import { type Bar, latencyBar, narrowBar, recallBar, signalsBar, throughputBar } from './serving/bars.js';
import { InProcessGraph } from './serving/in-process.js';
import { interleaved, type Timing } from './serving/load.js';
import { exactNearest, recallOf } from './serving/oracle.js';
import { FILTERS, productId, Shop, type ShopFilter } from './serving/shop.js';
import { statementsOf } from './serving/statements.js';

const PORT = 4197;
const BARE_PORT = 4198;
const DIALS = [0, 0.25, 0.5, 0.75, 1];
const COUNT = 10;
/** Products asked about, one after the other and over again. */
const QUESTIONS = 100;
/** As many as a process of Weft opens. */
const POSTGRES_CONNECTIONS = 10;
const SIGNAL_TYPES = ['view', 'wishlist', 'cart', 'purchase', 'dislike'] as const;

const whole = z.coerce.number().int().positive();
const wholes = z.string().transform((text) => z.array(whole).parse(text.split(',')));
const options = z
  .strictObject({ products: wholes, concurrency: wholes, requests: whole, rounds: whole, seed: whole })
  .parse({
    ...parseArgs({
      options: {
        products: { type: 'string', default: '10000,100000,500000' },
        concurrency: { type: 'string', default: '1,16' },
        requests: { type: 'string', default: '200' },
        rounds: { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
      },
    }).values,
  });

for (const products of options.products) await measureShop(products);

async function measureShop(products: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'weft-serving-'));
  // Under root the embedded servers run as another account.
  chmodSync(home, 0o711);
  const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
  const servers = await openServers(config, say);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    await migrate(servers.database);
    const database = await openDatabase(servers.database);
    closers.push(() => database.close());
    const pool = openPool(servers.database, { max: POSTGRES_CONNECTIONS });
    closers.push(() => pool.end());
    const start = performance.now();
    const random = new Random(options.seed);
    const shop = new Shop(products, random);
    await shop.fill(database, randomUUID() as JobId);
    await pool.query('VACUUM ANALYZE');
    say(`${products} products filled and indexed in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    const api = await startApi(home, PORT, Math.max(...options.concurrency));
    closers.push(() => api.close());
    const bare = await startBare({
      ...{ database: servers.database, connections: POSTGRES_CONNECTIONS, port: BARE_PORT },
      clients: Math.max(...options.concurrency),
    });
    closers.push(() => bare.close());
    print(`\n${products.toLocaleString('en')} products\n`);

    const questions = Array.from({ length: QUESTIONS }, () => random.int(products));
    const graph = new InProcessGraph(shop);
    const bars: Bar[] = [];
    const timed = new Map<string, Record<'api' | 'raw', Timing>>();
    const columns = ['filter', 'at once', 'way', 'p50 ms', 'p95 ms', 'p99 ms', 'requests/s'];
    row(columns);
    for (const concurrency of options.concurrency) {
      const load = { ...options, concurrency };
      for (const filter of FILTERS) {
        const statements = await statementsOf(database, pool, questions, filter);
        const plans = [...new Set(statements.map(({ plan }) => plan))].join(' or ');
        await bare.use(statements.map(({ nearest }) => nearest));
        const timing = await interleaved(
          {
            bare: (i) => bare.get(i),
            api: (i) => api.get(similarPath(at(questions, i), 0.5, filter)),
            raw: async (i) => {
              for (const query of at(statements, i).nearest) await pool.query(query);
            },
          },
          load,
        );
        report(filter.name, concurrency, 'GET similar', timing.api);
        report(filter.name, concurrency, 'bare HTTP', timing.bare);
        report(filter.name, concurrency, `raw SQL (${plans})`, timing.raw);
        timed.set(`${filter.name} ${concurrency}`, timing);
        const what = `filter ${filter.name}, ${concurrency} at once`;
        bars.push(latencyBar(products, what, timing.api, timing.raw));
        if (concurrency > 1) bars.push(throughputBar(what, timing.api, timing.raw));
      }
      const recommend = (count: number) => {
        const bodies = questions.map(() => signalsBody(random, products, count));
        return (i: number) => api.post('/v1/recommendations', at(bodies, i));
      };
      const signals = await interleaved(
        {
          similar: (i) => api.get(similarPath(at(questions, i), 0.5, FILTERS[0]!)),
          product: (i) => api.get(`/v1/products/${productId(at(questions, i))}`),
          one: recommend(1),
          twenty: recommend(20),
        },
        load,
      );
      report('none', concurrency, 'GET product', signals.product);
      report('none', concurrency, 'POST, 1 signal', signals.one);
      report('none', concurrency, 'POST, 20 signals', signals.twenty);
      bars.push(signalsBar(`${concurrency} at once`, signals.twenty, signals.similar));
    }
    const { inProcess } = await interleaved(
      { inProcess: (i) => graph.nearest(at(questions, i), 0.5, COUNT) },
      { ...options, concurrency: 1 },
    );
    report('none', 1, 'usearch in process', inProcess);

    print('\nannRecallAt10\n');
    row(['filter', 'way', ...DIALS.map((dial) => `t = ${dial}`)]);
    for (const filter of FILTERS) {
      const recalls = await recallByDial(shop, questions, filter, (product, dial) => idsOf(api, product, dial, filter));
      row([filter.name, 'GET similar', ...recalls.map((recall) => recall.toFixed(3))]);
      bars.push(...recalls.map((recall, i) => recallBar(`filter ${filter.name}, t = ${DIALS[i]}`, recall)));
      const timing = timed.get('1 % 1');
      if (filter.name === '1 %' && timing) bars.push(narrowBar(Math.min(...recalls), timing.api, timing.raw));
    }
    const inGraph = await recallByDial(shop, questions, FILTERS[0]!, (product, dial) =>
      graph.nearest(product, dial, COUNT),
    );
    row(['none', 'usearch in process', ...inGraph.map((recall) => recall.toFixed(3))]);

    print('\nBars\n');
    for (const { what, measured, isMet } of bars) row([isMet ? 'met' : 'MISSED', what, measured]);
  } finally {
    for (const close of closers.reverse()) await close();
    await servers.release();
    await whenServersEnd(config);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
  }
}

/** Mean over the questions, at each dial. */
async function recallByDial(
  shop: Shop,
  questions: number[],
  filter: ShopFilter,
  ask: (product: number, dial: number) => string[] | Promise<string[]>,
): Promise<number[]> {
  const means: number[] = [];
  for (const dial of DIALS) {
    let sum = 0;
    for (const product of questions) {
      sum += recallOf(await ask(product, dial), exactNearest(shop, product, dial, filter, COUNT));
    }
    means.push(sum / questions.length);
  }
  return means;
}

async function idsOf(api: ApiProcess, product: number, dial: number, filter: ShopFilter): Promise<string[]> {
  const answer = JSON.parse(await api.get(similarPath(product, dial, filter))) as { results: { productId: string }[] };
  return answer.results.map((result) => result.productId);
}

function similarPath(product: number, dial: number, { text }: ShopFilter): string {
  const query = new URLSearchParams({
    ...{ category: 'any', gender: 'any', groupBy: 'product', count: String(COUNT), dial: String(dial) },
    ...(text === null ? {} : { filter: text }),
  });
  return `/v1/products/${productId(product)}/similar?${query.toString()}`;
}

/** Signals on products that have nothing to do with each other, of all kinds: many interests, the hardest case. */
function signalsBody(random: Random, products: number, count: number): unknown {
  const signals = Array.from({ length: count }, (_, i) => ({
    ...{ productId: productId(random.int(products)), type: SIGNAL_TYPES[i % SIGNAL_TYPES.length] },
    at: new Date(Date.now() - 60_000 * i).toISOString(),
  }));
  return { signals, category: 'any', gender: 'any', groupBy: 'product', count: COUNT };
}

function at<Item>(items: Item[], i: number): Item {
  return items[i % items.length]!;
}

function report(filter: string, concurrency: number, way: string, timing: Timing): void {
  const { p50, p95, p99, perSecond } = timing;
  row([filter, String(concurrency), way, p50.toFixed(2), p95.toFixed(2), p99.toFixed(2), perSecond.toFixed(0)]);
}

function row(cells: string[]): void {
  print(`| ${cells.join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
