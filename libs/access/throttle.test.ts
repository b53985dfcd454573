import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BreakableSocket } from '../../test/support/breakable-socket.js';
import { testRedis } from '../../test/support/database.js';
import { temporaryHome } from '../../test/support/servers.js';
import { Throttle } from './throttle.js';

/** Until the connection has told its state. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

describe('Throttle', () => {
  it('counts for all processes together, each bucket by itself', async () => {
    const { path, prefix } = testRedis();
    const open = () => Throttle.open({ redis: { path }, prefix }, () => undefined);
    const [one, two] = [await open(), await open()];
    expect((await one.add('a')).count).toBe(1);
    expect(await two.add('a')).toMatchObject({ count: 2 });
    expect((await one.add('b')).count).toBe(1);
    const { count, resetS } = await one.add('a');
    expect(count).toBe(3);
    expect(resetS).toBeGreaterThan(50);
    expect(resetS).toBeLessThanOrEqual(60);
    one.close();
    two.close();
  });

  it('counts by itself while Redis is gone, says so once, and counts with the others when it is back', async () => {
    const directory = temporaryHome();
    const { path, prefix } = testRedis();
    const redis = new BreakableSocket(join(directory, 'redis'), path);
    await redis.mend();
    const said: string[] = [];
    const throttle = await Throttle.open({ redis: { path: join(directory, 'redis') }, prefix }, (line) =>
      said.push(line),
    );
    expect((await throttle.add('a')).count).toBe(1);
    await redis.cut();
    await until(() => said.length === 1);
    expect((await throttle.add('a')).count).toBe(1);
    expect((await throttle.add('a')).count).toBe(2);
    expect(said).toEqual([expect.stringContaining('by this process alone')]);
    await redis.mend();
    await until(() => said.length === 2);
    expect((await throttle.add('a')).count).toBe(2);
    throttle.close();
    await redis.cut();
    const late = await Throttle.open({ redis: { path: join(directory, 'redis') }, prefix }, (line) => said.push(line));
    expect((await late.add('a')).count).toBe(1);
    late.close();
    await rm(directory, { recursive: true });
  });
});
