import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openArtifacts } from '#artifacts';
import { compiledFile, loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { openModel } from '#embedder';
import type { ModelVersion } from '#foundation';
import type { EmbedResult } from '#generations';
import { type ImportOutcome, JOB_INPUTS, type JobKind, JobQueue, type JobRequest, type TrainResult } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { openServers, whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { searchResponse } from '../../apps/api/photos/photo-schemas.js';
import { freePort } from '../support/free-port.js';
import { type S3Server, startS3Server } from '../support/s3-server.js';
import { temporaryHome } from '../support/servers.js';
import { weft } from '../support/weft.js';

const PATIENCE = { timeout: 120_000, interval: 100 };
const program = (app: string) => fileURLToPath(compiledFile(import.meta.url, `../../apps/${app}/main.js`));

/** Processes with homes of their own that have Postgres, Redis and a store in common, as on several machines. */
describe('workers with homes of their own', { timeout: 240_000 }, () => {
  const homes = { servers: temporaryHome(), one: temporaryHome(), two: temporaryHome(), three: temporaryHome() };
  const drawing = temporaryHome();
  const common: Record<string, string> = { WEFT_LOG_LEVEL: 'warn', WEFT_THREADS: '1' };
  const closers: (() => Promise<unknown>)[] = [];
  const children: ChildProcess[] = [];
  const words = new Map<ChildProcess, string>();
  let store: S3Server;
  let shop: Server;
  let database: Database;
  let queue: JobQueue;
  let version: ModelVersion;

  beforeAll(async () => {
    store = await startS3Server();
    for (const [name, value] of Object.entries(store.env)) vi.stubEnv(name, value);
    const config = { ...loadConfig(), home: homes.servers, databaseUrl: null, redisUrl: null };
    const servers = await openServers(config, () => undefined, { durable: false, graceMs: 0 });
    closers.push(
      () => whenServersEnd(config),
      () => servers.release(),
    );
    if (!('socketDir' in servers.database) || !('path' in servers.redis)) throw new Error('These are not embedded.');
    await migrate(servers.database);
    database = await openDatabase(servers.database);
    queue = new JobQueue({ redis: servers.redis }, database.jobs);
    closers.push(
      () => database.close(),
      () => queue.close(),
    );
    const { socketDir, user, database: name } = servers.database;
    const { feedPath } = await drawCatalogue({ directory: drawing, products: 50 });
    shop = createServer((request, response) => {
      const file = join(drawing, request.url ?? '');
      response.writeHead(existsSync(file) ? 200 : 404).end(existsSync(file) ? readFileSync(file) : undefined);
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(shop.address() as AddressInfo).port}`;
    const feed = readFileSync(feedPath, 'utf8').replaceAll('images/', `http://${address}/images/`);
    writeFileSync(join(drawing, 'web.csv'), feed);
    Object.assign(common, store.env, {
      DATABASE_URL: `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(socketDir)}`,
      REDIS_URL: `unix://${servers.redis.path}`,
      WEFT_FETCH_ALLOW: address,
    });
    await startWorker(homes.one, ['import', 'train']);
    await startWorker(homes.two, ['embed', 'judge']);
  });

  afterAll(async () => {
    for (const child of children) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    for (const close of closers.reverse()) await close();
    shop?.close();
    await store?.close();
    vi.unstubAllEnvs();
    for (const home of [...Object.values(homes), drawing]) rmSync(home, { recursive: true, force: true });
  });

  function start(file: string, args: string[], env: Record<string, string>): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as ['ignore', 'pipe', 'pipe', 'ipc'];
    const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, ...common, ...env }, stdio });
    children.push(child);
    const hear = (chunk: Buffer) => words.set(child, `${words.get(child) ?? ''}${chunk.toString()}`);
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    return child;
  }

  async function ready(child: ChildProcess): Promise<void> {
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    expect(message, words.get(child)).toBe('ready');
  }

  const startWorker = (home: string, kinds: JobKind[]) =>
    ready(start(program('worker'), ['--jobs', ...kinds], { WEFT_HOME: home }));

  async function done<Result>(kind: JobKind, input: JobRequest): Promise<Result> {
    const { id } = await queue.enqueue(kind, input, { requestedBy: 'a test', key: randomUUID() });
    return vi.waitFor(async () => {
      const run = await database.jobs.find(id);
      expect([run?.state, run?.error], [...words.values()].join('\n')).toEqual(['succeeded', null]);
      return run?.result as Result;
    }, PATIENCE);
  }

  const photosIn = (home: string) => {
    const directory = join(home, 'photos');
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => basename(name).length === 64);
  };
  /** An answer of an API. One that has just begun on a busy machine turns requests away for a moment. */
  const asked = (url: string, init?: RequestInit) =>
    vi.waitFor(async () => {
      const response = await fetch(url, init);
      expect(response.status, await response.clone().text()).not.toBe(503);
      return response;
    }, PATIENCE);

  const configOf = (home: string) =>
    loadConfig({ HOME: home, WEFT_HOME: home, ...common, WEFT_CACHE: process.env['WEFT_CACHE'] });

  it('read the photos of one import together, whoever fetched them', async () => {
    const input = JOB_INPUTS.import.parse({ feed: join(drawing, 'web.csv') });
    const result = await done<ImportOutcome>('import', input);
    if (result.unchanged) throw new Error('Nothing had been imported before.');
    expect(result).toMatchObject({ images: { quarantined: 0 }, fetched: { failed: 0 } });
    expect(photosIn(homes.one).length).toBe(result.fetched.fresh);
    expect(result.photosReadByOthers).toBeGreaterThan(0);
    // What the other one read it had to bring, as it brings photos: by name.
    expect(photosIn(homes.two).length).toBeGreaterThanOrEqual(result.photosReadByOthers);
    expect(photosIn(homes.two).length).toBeLessThan(result.fetched.fresh);
  });

  it('embed what others trained, from features that others computed', async () => {
    const trained = await done<TrainResult>('train', JOB_INPUTS.train.parse({ steps: 20, device: 'cpu' }));
    version = trained.version;
    expect(trained.photosWithoutFeatures).toBe(0);
    const embedded = await done<EmbedResult>('embed', { modelVersion: version });
    expect(embedded).toMatchObject({ state: 'active', images: trained.photos });
    const headsIn = (home: string) => readFileSync(join(home, 'models', version, 'heads.safetensors'));
    expect(headsIn(homes.two).equals(headsIn(homes.one))).toBe(true);
  });

  it('have what they made shown by an API that has seen none of it', async () => {
    const WEFT_PORT = String(await freePort());
    await ready(start(program('api'), [], { WEFT_HOME: homes.three, WEFT_PORT }));
    const url = `http://127.0.0.1:${WEFT_PORT}/v1`;
    const photo = join(homes.one, 'photos', photosIn(homes.one)[0] as string);
    const thumbnail = await asked(`${url}/images/${basename(photo)}?w=64`);
    expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(photosIn(homes.three)).toEqual([join(basename(dirname(photo)), basename(photo))]);
    const searched = await asked(`${url}/search/image`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ photo: { base64: readFileSync(photo, 'base64') } }),
    });
    expect([searched.status, await searched.clone().text()]).toEqual([200, expect.anything()]);
    const { recognition, similar } = searchResponse.parse(await searched.json());
    expect(similar.results.length).toBeGreaterThan(0);
    // Which styles are held out is the installation's own chance: with too few pairs among them nothing is recognised.
    if (recognition !== null) expect(recognition.nearest[0]?.imageId).toBe(basename(photo));
    const card = await asked(`${url}/models/${version}/card`);
    expect([card.status, await card.text()]).toEqual([200, expect.stringContaining(version)]);
    expect(existsSync(join(homes.three, 'models', version, 'manifest.json'))).toBe(true);
  });

  it('are backed up from any home', async () => {
    const file = join(drawing, 'backup.tar');
    const { exitCode, stdout, stderr } = await weft(['backup', file, '--json'], { ...common, WEFT_HOME: homes.three });
    expect(exitCode, stderr).toBe(0);
    const { files } = JSON.parse(stdout) as { files: Record<string, number> };
    expect(files['photos']).toBe(photosIn(homes.one).length);
    expect(files['models']).toBe(readdirSync(join(homes.one, 'models', version)).length);
    expect(files['features']).toBeGreaterThan(0);
  });

  it('say which object is damaged, and answer without the store what needs none', async () => {
    const [config, artifacts] = [configOf(homes.three), await openArtifacts(configOf(homes.three))];
    const model = { version, directory: '/elsewhere' };
    rmSync(join(config.home, 'models', version), { recursive: true });
    const key = join(config.home, 'models', version, 'heads.onnx');
    writeFileSync(join(drawing, 'damaged'), 'no heads');
    await artifacts.share(join(drawing, 'damaged'), key);
    await expect(openModel(artifacts, model)).rejects.toMatchObject({
      code: 'artifact-damaged',
      message: expect.stringContaining('heads.onnx was altered') as string,
    });
    await artifacts.share(join(homes.one, 'models', version, 'heads.onnx'), key);
    await (await openModel(artifacts, model)).close();

    const env = { ...common, WEFT_HOME: homes.three };
    const healthy = await weft(['doctor', '--json'], env);
    expect(JSON.parse(healthy.stdout)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ id: 'artifacts', state: 'ok' })]) as unknown,
    });
    await store.close();
    const products = await database.generations.photosOfCatalogue();
    const similar = await weft(['similar', products[0]!.productId, '--json'], env);
    expect(similar.exitCode, similar.stderr).toBe(0);
    const broken = await weft(['doctor', '--json'], env);
    expect(JSON.parse(broken.stdout)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ id: 'artifacts', state: 'problem' })]) as unknown,
    });
  });
});
