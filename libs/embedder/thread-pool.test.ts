import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ThreadPool } from './thread-pool.js';

const script = new URL('../../test/support/counting-thread.mjs', import.meta.url);
const pools: ThreadPool<string, string>[] = [];

async function started(threads: number, settings: { failure?: 'throws' | 'exits' } = {}, idleMs = 60_000) {
  const pool = await ThreadPool.start<string, string>(
    { script, settings, parse: (message) => z.string().parse(message), close: 'close', name: 'test' },
    threads,
    idleMs,
  );
  pools.push(pool);
  return pool;
}

const ask = (pool: ThreadPool<string, string>, count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => pool.run(`answer ${at}`, [])));

describe('ThreadPool', () => {
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

  it('answers every request with its own answer, on all threads', async () => {
    const answers = await ask(await started(2), 12);
    answers.forEach((answer, at) => expect(answer).toMatch(new RegExp(`^answer ${at} from `)));
    expect(new Set(answers.map((answer) => answer.split(' from ')[1])).size).toBe(2);
  });

  it.each(['throw', 'exit'])(
    'rejects what a thread was working on when it dies (%s), and nothing else',
    async (way) => {
      const pool = await started(2);
      const [dying, ...answers] = await Promise.allSettled([pool.run(way, []), ask(pool, 6)]);
      expect(dying).toMatchObject({ status: 'rejected', reason: { code: 'thread-died' } });
      expect(answers).toMatchObject([{ status: 'fulfilled' }]);
    },
  );

  it('starts another thread in the place of a dead one', async () => {
    const pool = await started(1);
    await expect(pool.run('throw', [])).rejects.toThrow('out of luck');
    await expect(ask(pool, 3)).resolves.toHaveLength(3);
  });

  it('serves what waited behind a dying thread', async () => {
    const pool = await started(1);
    const answers = await Promise.allSettled([
      pool.run('exit', []),
      pool.run('a', []),
      pool.run('exit', []),
      pool.run('b', []),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it.each([
    ['throws', 'no such graph'],
    ['exits', 'before it was ready'],
  ] as const)('does not start when a thread %s first', async (failure, sentence) => {
    await expect(started(2, { failure })).rejects.toMatchObject({
      code: 'thread-not-started',
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('finishes what is being worked on before it closes, rejects what waits, and takes nothing more', async () => {
    const pool = await started(1);
    const working = pool.run('a', []);
    const [waiting] = await Promise.all([Promise.allSettled([pool.run('b', [])]), pool.close()]);
    expect(waiting).toMatchObject([{ reason: { code: 'threads-closed' } }]);
    await expect(working).resolves.toContain('a from');
    await expect(pool.run('c', [])).rejects.toMatchObject({ code: 'threads-closed' });
    await pool.close();
  });

  it('ends threads that have no work, and starts others when there is some', async () => {
    const pool = await started(1, {}, 1);
    const [first] = await ask(pool, 1);
    // Each answer carries the number of its thread.
    await expect.poll(async () => (await ask(pool, 1))[0], { timeout: 20_000 }).not.toBe(first);
    await expect(ask(pool, 5)).resolves.toHaveLength(5);
    await pool.close();
    await expect(ask(pool, 1)).rejects.toMatchObject({ code: 'threads-closed' });
  });

  it('gives transferred buffers to the thread', async () => {
    const pool = await started(1);
    const buffer = new ArrayBuffer(8);
    await pool.run('bytes', [buffer]);
    expect(buffer.byteLength).toBe(0);
  });
});
