/**
 * Trains on synthetic snapshots of three sizes, in a process as the worker starts it, and prints what was said beforehand
 * that each training would take beside what it took. Said and was are of one run, so that other work on the machine is in
 * both. Asserts nothing.
 *
 *   npm run bench:estimate -- [--runs 2] [--photos 400,4000,20000]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { trainingMetricsSchema, writeSnapshot } from '#datasets';
import { extractorIdOf } from '#embedder';
import { DEFAULT_LAYOUT } from '#foundation';
import { ensureParts, featureGraphPath } from '#provision';
import { TRAINER_ENVIRONMENT } from '../apps/worker/trainer-process.js';
import { learnableSnapshot } from '../test/support/snapshots.js';

const PHOTOS_OF_A_STYLE = 4;
const TRAINER = fileURLToPath(compiledFile(import.meta.url, '../apps/trainer/main.js'));

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2' },
    photos: { type: 'string', default: '400,4000,20000' },
  },
});
const config = loadConfig();
await ensureParts(config, ['tensorflow', 'backbone'], (line) => process.stderr.write(`${line}\n`));
const extractorId = extractorIdOf(await readFile(featureGraphPath(config)));
const directory = await mkdtemp(join(tmpdir(), 'weft-estimate-'));
process.stdout.write('photos    said, s     was, s   said / was\n');
try {
  for (const photos of values.photos.split(',').map(Number)) {
    const snapshot = join(directory, String(photos));
    await writeSnapshot(
      snapshot,
      learnableSnapshot(photos / PHOTOS_OF_A_STYLE, { extractorId, layout: DEFAULT_LAYOUT }),
    );
    for (let run = 1; run <= Number(values.runs); run += 1) print(photos, await timeOf(snapshot, run));
    await rm(snapshot, { recursive: true });
  }
} finally {
  await rm(directory, { recursive: true });
}

async function timeOf(snapshot: string, seed: number): Promise<{ saidSeconds: number | null; seconds: number } | null> {
  const out = join(directory, 'bundle');
  const args = [
    'train',
    ...['--snapshot', snapshot],
    ...['--out', out],
    ...['--version', '20261124-093000-1a2b3c4d'],
    ...['--features-graph', featureGraphPath(config)],
    ...['--settings', JSON.stringify({ seed })],
    ...['--checkpoint', join(directory, 'checkpoint')],
  ];
  await promisify(execFile)(process.execPath, [TRAINER, ...args], { env: childEnvironment(TRAINER_ENVIRONMENT) });
  const metrics = trainingMetricsSchema.parse(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')));
  await rm(out, { recursive: true });
  process.stderr.write(`${JSON.stringify(metrics.seconds)}\n`);
  return metrics.time;
}

function print(photos: number, time: Awaited<ReturnType<typeof timeOf>>): void {
  const [said, was] = [time?.saidSeconds ?? NaN, time?.seconds ?? NaN];
  const cells = [String(photos).padStart(6), said.toFixed(1).padStart(10), was.toFixed(1).padStart(10)];
  process.stdout.write(`${cells.join(' ')} ${(said / was).toFixed(2).padStart(12)}\n`);
}
