/**
 * Fills a home of its own with synthetic photos, trains a model and embeds it twice, and prints what a nightly refresh takes: when nothing
 * has changed, when a hundredth of the products has other photos, and when all of them have left one generation and come back. Then
 * what it costs to take dead rows out of the graphs of products, against building them anew first. Nothing is drawn or decoded.
 * Asserts nothing.
 *
 *   npm run bench:nightly -- --photos 15000
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { extractorIdOf, FeatureCache } from '#embedder';
import { DEFAULT_LAYOUT, type JobId } from '#foundation';
import { type Database, migrate, openDatabase } from '#persistence';
import { ensureParts, featureGraphPath, openServers } from '#provision';
import { refreshReportSchema } from '#repair';
import pg from 'pg';
import { SyntheticCatalogue } from './scale/synthetic-catalogue.js';

const SEARCHES = 300;

const { values } = parseArgs({ options: { photos: { type: 'string', default: '15000' } } });
const photos = Number(values.photos);
if (!Number.isInteger(photos) || photos < 100) throw new Error('--photos is a whole number of at least 100.');

const home = mkdtempSync(join(tmpdir(), 'weft-nightly-'));
// Under root the embedded servers run as another account.
chmodSync(home, 0o711);
const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
const env = { WEFT_HOME: home, WEFT_LOG_LEVEL: 'error', DATABASE_URL: '', REDIS_URL: '' };
const servers = await openServers(config, say);
try {
  await ensureParts(config, ['tensorflow', 'backbone'], say);
  await migrate(servers.database);
  const database = await openDatabase(servers.database);
  const cache = new FeatureCache(join(home, 'features'), {
    extractorId: extractorIdOf(readFileSync(featureGraphPath(config))),
    layout: DEFAULT_LAYOUT,
  });
  await cache.open();
  // What the model has learned is no matter here: it is trained on a few, which takes seconds.
  await new SyntheticCatalogue(300).fill(database, cache, randomUUID() as JobId);
  await weft('train', '--steps', '20', '--json');
  const catalogue = new SyntheticCatalogue(photos);
  await catalogue.fill(database, cache, randomUUID() as JobId);
  // The second takes over from the first, which is kept.
  for (let round = 0; round < 2; round += 1) await weft('embed', '--json');
  await refresh('the first night');
  await refresh('nothing changed');
  await catalogue.change(database, cache, randomUUID() as JobId, Math.round(photos / 150));
  await refresh('1 % changed');
  await refresh('nothing changed');
  for (const share of [0.05, 0.1, 0.2, 0.5]) await wear(database, share);
  await database.close();
} finally {
  await servers.release();
  // Until the servers have ended they still write.
  await sleep(7_000);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
}

/** Replaces a share of the newest generation's products, and tells how long searches take then, and what cleans the graphs. */
async function wear(database: Database, share: number): Promise<void> {
  if (!('socketDir' in servers.database)) throw new Error('The bench has servers of its own.');
  const { socketDir: host, user, database: name } = servers.database;
  const client = new pg.Client({ host, user, database: name, options: '-c hnsw.ef_search=100' });
  client.on('error', () => undefined);
  await client.connect();
  const table = `product_vector_g${(await database.generations.list())[0]?.id}`;
  await client.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  for (const how of ['vacuumed', 'graphs built anew, then vacuumed'] as const) {
    await client.query(
      `UPDATE ${table} SET embedding = embedding * array_fill(-1, ARRAY[128])::vector
       WHERE ctid = ANY (SELECT ctid FROM ${table} ORDER BY product_id LIMIT $1)`,
      [Math.round((share * photos) / 1.5)],
    );
    const worn = await searchMs(client, table);
    const start = performance.now();
    if (how === 'vacuumed') await client.query(`VACUUM (ANALYZE) ${table}`);
    else await database.repair.cleanTable({ table, dead: 1 }, new AbortController().signal);
    const seconds = (performance.now() - start) / 1000;
    const cleaned = await searchMs(client, table);
    process.stdout.write(
      `${share} of the rows replaced, ${how}: ${seconds.toFixed(1)} s; a search ${worn.toFixed(2)} ms before, ${cleaned.toFixed(2)} after\n`,
    );
  }
  await client.end();
}

/** Mean time of a search of the ten nearest by the graph of whole vectors, in milliseconds. */
async function searchMs(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ embedding: string }>(
    `SELECT embedding::text FROM ${table} ORDER BY md5(product_id) LIMIT ${SEARCHES}`,
  );
  const start = performance.now();
  for (const { embedding } of rows) {
    await client.query(`SELECT product_id FROM ${table} ORDER BY embedding <#> $1::vector LIMIT 10`, [embedding]);
  }
  return (performance.now() - start) / rows.length;
}

async function refresh(name: string): Promise<void> {
  const { differences, seconds, examined } = refreshReportSchema.parse(JSON.parse(await weft('refresh', '--json')));
  const all = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const stages = Object.entries(seconds).map(([stage, one]) => `${stage} ${one.toFixed(2)}`);
  const found = differences.map(({ kind, generation, found: count }) => `${kind} ${generation ?? ''}: ${count}`);
  process.stdout.write(
    `${name}: ${all.toFixed(2)} s, ${examined.products} products, ${examined.generations.length} generations ` +
      `(${stages.join(', ')})${found.length === 0 ? '' : `\n  ${found.join('; ')}`}\n`,
  );
}

async function weft(...args: string[]): Promise<string> {
  const script = fileURLToPath(compiledFile(import.meta.url, '../apps/cli/main.js'));
  const child = spawn(process.execPath, [script, ...args], {
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`weft ${args.join(' ')} failed: ${printed}`);
  return printed;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
