import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledFile, loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import type { JobId } from '#foundation';
import { JOB_INPUTS, type TrainResult } from '#jobs';
import { whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runJob } from '../../apps/cli/run-job.js';
import { type Session, withSession } from '../../apps/cli/session.js';
import { temporaryHome } from '../support/servers.js';
import { weft } from '../support/weft.js';

const PATIENCE = { timeout: 60_000, interval: 50 };
const WORKER = fileURLToPath(compiledFile(import.meta.url, '../../apps/worker/main.js'));

/** With what the worker computes before, and what the trainer leaves beside the checkpoint. */
const CHOICES = JOB_INPUTS.train.parse({ steps: 200, views: 'mirrored', mining: { name: 'offline' } });
const ASK = { requestedBy: 'a test' };

describe('a training', { timeout: 240_000 }, () => {
  const home = temporaryHome();
  const catalogue = temporaryHome();
  beforeAll(async () => {
    vi.stubEnv('WEFT_HOME', home);
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('REDIS_URL', '');
    const { feedPath: feed } = await drawCatalogue({ directory: catalogue, products: 60 });
    await withSession((session) => runJob(session, 'import', JOB_INPUTS.import.parse({ feed })));
  });
  afterAll(async () => {
    await whenServersEnd(loadConfig());
    vi.unstubAllEnvs();
    for (const directory of [home, catalogue]) rmSync(directory, { recursive: true, force: true });
  });

  it('whose worker is killed is taken up by the next, goes on from its checkpoint, and ends with the same heads', () =>
    withSession(async (session) => {
      const whole = (await runJob(session, 'train', CHOICES)).result as TrainResult;

      const first = startWorker();
      const { id } = await session.queue.enqueue('train', CHOICES, ASK);
      const run = join(home, 'runs', id);
      await untilCheckpoint(run);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      expect((await session.database.jobs.find(id))?.state).toBe('running');
      await vi.waitFor(() => expect(processesAbout(id)).toEqual([]), PATIENCE);

      const second = startWorker();
      try {
        const resumed = await resultOf(session, id);
        expect(second.said()).toMatch(/Going on from step \d+ of 200|Fitting on training and validation styles/);
        expect(second.said()).not.toContain('Training takes about');
        expect(heads(resumed).equals(heads(whole))).toBe(true);
        expect(resumed.reason).toBe(whole.reason);
        expect(existsSync(run)).toBe(false);
        expect(triplets(resumed).equals(triplets(whole))).toBe(true);
      } finally {
        second.child.kill('SIGTERM');
        await once(second.child, 'exit');
      }
    }));

  it('is handed back by a worker that is told to end, and stopped with its trainer when it is cancelled', () =>
    withSession(async (session) => {
      const { jobs } = session.database;
      const { id } = await session.queue.enqueue('train', { steps: 2_000 }, ASK);
      const run = join(home, 'runs', id);
      const first = startWorker();
      await untilCheckpoint(run);
      first.child.kill('SIGTERM');
      expect(await once(first.child, 'exit')).toEqual([0, null]);
      expect(processesAbout(id)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ state: 'queued', attempts: 0, starts: 1 });

      const second = startWorker();
      try {
        await vi.waitFor(() => expect(second.said()).toMatch(/Going on from step \d+ of 2000/), PATIENCE);
        expect(processesAbout(id)).toHaveLength(1);
        const { stdout } = await weft(['jobs', 'cancel', id, '--json'], {});
        expect(JSON.parse(stdout)).toMatchObject({ id, state: 'running', cancelRequestedBy: 'command line' });
        await vi.waitFor(async () => expect((await jobs.find(id))?.state).toBe('cancelled'), PATIENCE);
        expect(processesAbout(id)).toEqual([]);
        expect(existsSync(run)).toBe(false);
        const shown = await weft(['jobs', 'show', id], {});
        expect(shown.stdout).toMatch(/^state +cancelled$/m);
        expect(shown.stdout).toContain('Handed back, because the worker ends.');
        expect(shown.stdout).toContain('Stopped, because it was cancelled.');
        const listed = await weft(['jobs', 'list', '--state', 'cancelled', '--kind', 'train'], {});
        expect(listed.stdout).toContain(id);
      } finally {
        second.child.kill('SIGTERM');
        await once(second.child, 'exit');
      }
    }));

  const untilCheckpoint = (run: string) =>
    vi.waitFor(() => expect(existsSync(join(run, 'checkpoint'))).toBe(true), { timeout: 60_000, interval: 20 });

  /** Trainers that were given files of this run. */
  function processesAbout(id: JobId): string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`runs/${id}/snapshot`);
      } catch {
        return false;
      }
    });
  }

  const heads = ({ version }: TrainResult) => readFileSync(join(home, 'models', version, 'heads.safetensors'));
  const triplets = ({ version }: TrainResult) => readFileSync(join(home, 'models', version, 'triplets.csv.gz'));

  function startWorker(): { child: ChildProcess; said: () => string } {
    const env = { ...process.env, WEFT_LOG_LEVEL: 'info' };
    const child = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    return { child, said: () => words };
  }

  function resultOf({ database }: Session, id: JobId): Promise<TrainResult> {
    return vi.waitFor(
      async () => {
        const found = await database.jobs.find(id);
        expect(found?.error).toBeNull();
        expect(found?.state).toBe('succeeded');
        return found?.result as TrainResult;
      },
      { timeout: 150_000, interval: 200 },
    );
  }
});
