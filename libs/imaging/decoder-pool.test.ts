import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DecoderPool } from './decoder-pool.js';

const script = new URL('../../test/support/dying-decoder.mjs', import.meta.url);
const pools: DecoderPool[] = [];

function poolOf(size: number, settings: Partial<ConstructorParameters<typeof DecoderPool>[0]> = {}): DecoderPool {
  const pool = new DecoderPool({ script, size, memoryBytes: 2 ** 30, timeoutMs: 20_000, idleMs: 60_000, ...settings });
  pools.push(pool);
  return pool;
}

/** What the decoder of test/support makes of such a photo; for an ordinary one its process id. */
const ask = async (pool: DecoderPool, photo: string) => {
  const request = { task: 'fit', bytes: Buffer.from(photo), width: 1, height: 1, format: 'rgb' } as const;
  const picture = await pool.decode(request);
  return Buffer.from('bytes' in picture ? picture.bytes : []).toString();
};
const killer = { name: 'ImageRejected', code: 'image-kills-decoder' };

describe('DecoderPool', () => {
  afterEach(() => pools.splice(0).forEach((pool) => pool.endIdle()));

  it('shares the photos among all its processes', async () => {
    const pool = poolOf(2);
    const processes = await Promise.all(Array.from({ length: 12 }, () => ask(pool, 'photo 5')));
    expect(new Set(processes).size).toBe(2);
  });

  it.each(['abort', 'segfault', 'exit', 'throw', 'nonsense', 'wrong'])(
    'refuses the photo that ends its process (%s) and no other',
    async (way) => {
      const pool = poolOf(2);
      const [dying, ...others] = await Promise.allSettled(
        [way, ...Array.from({ length: 8 }, () => 'photo 2')].map((photo) => ask(pool, photo)),
      );
      expect(dying).toMatchObject({ status: 'rejected', reason: killer });
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'));
      await expect(ask(pool, 'photo')).resolves.toMatch(/^\d+$/);
    },
  );

  it('says how the process ended', async () => {
    await expect(ask(poolOf(1), 'abort')).rejects.toThrow('SIGABRT');
    await expect(ask(poolOf(1), 'throw')).rejects.toThrow('exit code 1');
  });

  it('gives a photo a second chance, alone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weft-once-'));
    try {
      const pool = poolOf(2);
      const again = ask(pool, `once ${join(directory, 'seen')}`);
      await expect(Promise.all([ask(pool, 'photo 20'), again, ask(pool, 'photo')])).resolves.toHaveLength(3);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('tries every photo when several processes die at once', async () => {
    const pool = poolOf(3);
    const photos = ['abort', 'photo 9', 'segfault', 'photo', 'abort', 'photo 3', 'exit', 'photo'];
    const outcomes = await Promise.allSettled(photos.map((photo) => ask(pool, photo)));
    const isKilled = (outcome: PromiseSettledResult<string>) => outcome.status === 'rejected';
    expect(outcomes.map(isKilled)).toEqual(photos.map((photo) => !photo.startsWith('photo')));
  });

  it.each(['spin', 'silence'])('ends a process that gives no answer in time (%s)', async (way) => {
    const pool = poolOf(1, { timeoutMs: 1500 });
    const [late, next] = await Promise.allSettled([ask(pool, way), ask(pool, 'photo')]);
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'image-too-slow' } });
    expect(next.status).toBe('fulfilled');
  });

  it.runIf(process.platform === 'linux')('ends a process that takes more memory than it may', async () => {
    const pool = poolOf(1, { memoryBytes: 400 * 1024 ** 2 });
    const [hog, next] = await Promise.allSettled([ask(pool, 'hog'), ask(pool, 'photo')]);
    expect(hog).toMatchObject({ status: 'rejected', reason: killer });
    expect(next.status).toBe('fulfilled');
  });

  it('hands no secret to its processes', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://weft:hunter2@db/weft');
    vi.stubEnv('WEFT_HOME', '/srv/weft');
    try {
      const environment = JSON.parse(await ask(poolOf(1), 'secrets')) as Record<string, string>;
      expect(Object.keys(environment)).toContain('PATH');
      expect(JSON.stringify(environment)).not.toMatch(/hunter2|WEFT_|DATABASE|REDIS/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('says why no process starts, to all who wait', async () => {
    const pool = poolOf(2, { script: new URL('../../test/support/no-such-file.mjs', import.meta.url) });
    const outcomes = await Promise.allSettled([ask(pool, 'photo'), ask(pool, 'photo')]);
    const refusal = { code: 'decoder-not-started', message: expect.stringContaining('no-such-file') as string };
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: refusal })));
    await expect(ask(pool, 'photo')).rejects.toMatchObject({ code: 'decoder-not-started' });
  });

  it('ends processes without work, and starts others when there is some', async () => {
    const pool = poolOf(1, { idleMs: 1 });
    const first = await ask(pool, 'photo');
    await expect.poll(() => isAlive(Number(first)), { timeout: 20_000 }).toBe(false);
    await expect(ask(pool, 'photo')).resolves.not.toBe(first);
  });

  it('replaces a process that died while it had nothing to do', async () => {
    const pool = poolOf(1);
    const first = await ask(pool, 'photo');
    process.kill(Number(first), 'SIGKILL');
    await expect(ask(pool, 'photo')).resolves.not.toBe(first);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
