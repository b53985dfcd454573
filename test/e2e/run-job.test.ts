import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { JOB_INPUTS } from '#jobs';
import { whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { trainCommand } from '../../apps/cli/commands/train.js';
import { runJob } from '../../apps/cli/run-job.js';
import { withSession } from '../../apps/cli/session.js';
import { temporaryHome } from '../support/servers.js';
import { begun } from '../support/begun.js';

/** A command that starts a worker of its own, on servers of its own. */
describe('runJob', { timeout: 120_000 }, () => {
  let home: string;
  beforeAll(() => {
    home = temporaryHome();
    vi.stubEnv('WEFT_HOME', home);
    vi.stubEnv('DATABASE_URL', '');
    vi.stubEnv('REDIS_URL', '');
  });
  afterAll(async () => {
    await whenServersEnd(loadConfig());
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });

  it('starts another worker when the one it started is killed', () =>
    withSession(async (session) => {
      // While we hold the turn, no worker gets anywhere.
      const turn = await session.database.jobs.takeTurn('embed');
      const looks = vi.spyOn(session.database.jobs, 'find');
      const outcome = runJob(session, 'embed', { modelVersion: null }).catch((error: unknown) => error);
      try {
        const first = await workerOtherThan(null);
        // The command looks at the run again when its worker has said that it is ready.
        await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(1), PATIENCE);
        process.kill(first, 'SIGKILL');
        await workerOtherThan(first);
      } finally {
        await turn?.letGo();
      }
      expect(await outcome).toMatchObject({ code: 'no-model' });
    }));

  it('goes on with a training of the same settings that its command left, and with no other', () =>
    withSession(async ({ config, database }) => {
      const settings = JOB_INPUTS.train.parse({ device: config.device });
      const other = await database.jobs.create('train', { ...settings, seed: 2 }, { requestedBy: 'a test' });
      const left = await database.jobs.create('train', settings, { requestedBy: 'a test' });
      await database.jobs.fail(await begun(database.jobs, other.id), { code: 'ended', message: 'It was ended.' });
      const again = trainCommand.parseAsync([], { from: 'user' });
      await expect(again).rejects.toMatchObject({ code: 'catalogue-empty', value: { job: left.id } });
      const anew = trainCommand.parseAsync([], { from: 'user' });
      await expect(anew).rejects.not.toMatchObject({ value: { job: left.id } });
    }));

  it('starts a worker that removes what a training left which it gives up', () =>
    withSession(async (session) => {
      const { config, database } = session;
      const { id } = await database.jobs.create('train', JOB_INPUTS.train.parse({}), { requestedBy: 'a test' });
      for (let attempt = 0; attempt < 5; attempt += 1) await database.jobs.markRunning(id);
      const directory = join(config.home, 'runs', id);
      mkdirSync(directory, { recursive: true });
      const turn = await database.jobs.takeTurn('embed');
      const outcome = runJob(session, 'embed', { modelVersion: null }).catch(() => undefined);
      try {
        await vi.waitFor(() => expect(existsSync(directory)).toBe(false), PATIENCE);
      } finally {
        await turn?.letGo();
      }
      await outcome;
      expect(await database.jobs.find(id)).toMatchObject({ error: { code: 'job-gave-up' } });
    }));
});

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Process id of a worker that this process started and that lives. */
async function workerOtherThan(known: number | null): Promise<number> {
  return vi.waitFor(() => {
    const found = readdirSync('/proc')
      .map(Number)
      .find((pid) => pid !== known && isOurWorker(pid));
    if (found === undefined) throw new Error('no such worker yet');
    return found;
  }, PATIENCE);
}

function isOurWorker(pid: number): boolean {
  try {
    const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/main.js');
  } catch {
    return false;
  }
}
