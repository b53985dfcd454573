import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
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

const WORKER = fileURLToPath(compiledFile(import.meta.url, '../../apps/worker/main.js'));

describe('a training whose worker is killed', { timeout: 240_000 }, () => {
  const home = temporaryHome();
  const catalogue = temporaryHome();
  beforeAll(() => {
    vi.stubEnv('WEFT_HOME', home);
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('REDIS_URL', '');
  });
  afterAll(async () => {
    await whenServersEnd(loadConfig());
    vi.unstubAllEnvs();
    for (const directory of [home, catalogue]) rmSync(directory, { recursive: true, force: true });
  });

  it('is taken up by the next, goes on from its checkpoint, and ends with the same heads', () =>
    withSession(async (session) => {
      const { feedPath: feed } = await drawCatalogue({ directory: catalogue, products: 60 });
      await runJob(session, 'import', JOB_INPUTS.import.parse({ feed }));
      const choices = JOB_INPUTS.train.parse({ steps: 200 });
      const whole = (await runJob(session, 'train', choices)).result as TrainResult;

      const first = startWorker();
      const { id } = await session.queue.enqueue('train', choices);
      const run = join(home, 'runs', id);
      await vi.waitFor(() => expect(existsSync(join(run, 'checkpoint'))).toBe(true), { timeout: 60_000, interval: 20 });
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      expect((await session.database.jobs.find(id))?.state).toBe('running');

      const second = startWorker();
      try {
        const resumed = await resultOf(session, id);
        expect(second.said()).toMatch(/Going on from step \d+ of 200|Fitting on training and validation styles/);
        expect(second.said()).not.toContain('Training takes about');
        expect(heads(resumed).equals(heads(whole))).toBe(true);
        expect(resumed.reason).toBe(whole.reason);
        expect(existsSync(run)).toBe(false);
      } finally {
        second.child.kill('SIGTERM');
        await once(second.child, 'exit');
      }
    }));

  const heads = ({ version }: TrainResult) => readFileSync(join(home, 'models', version, 'heads.safetensors'));

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
