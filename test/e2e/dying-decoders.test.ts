import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '#config';
import { Random } from '#foundation';
import { whenServersEnd } from '#provision';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { childrenOf, decodersOf } from '../support/decoders.js';
import { temporaryHome } from '../support/servers.js';
import { startWeft } from '../support/weft.js';

const PHOTOS = 240;
const DEATHS = 6;

/** An import in the worker that `weft import` starts, while its decoders are killed under it. */
describe('an import whose decoders die', { timeout: 180_000 }, () => {
  const home = temporaryHome();
  const feed = join(home, 'shop', 'feed.csv');
  const env = { WEFT_HOME: home, WEFT_LOG_LEVEL: 'warn' };

  afterAll(async () => {
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  it('finishes, and accounts for every photo', async () => {
    await drawShop();
    const command = startWeft(['import', feed, '--json'], env);
    let stdout = '';
    let stderr = '';
    command.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    command.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(command, 'close');
    const killed = await killDecoders(command.pid ?? 0, () => command.exitCode !== null);
    await ended;
    expect(command.exitCode, stderr).toBe(0);
    expect(killed).toBe(DEATHS);
    const result = JSON.parse(stdout) as {
      rows: { read: number; accepted: number; quarantined: number };
      images: { read: number; accepted: number; quarantined: number };
      reasons: Record<string, number>;
    };
    expect(result.images.read).toBe(PHOTOS + 2);
    expect(result.images.accepted + result.images.quarantined).toBe(PHOTOS + 2);
    expect(result.rows.accepted + result.rows.quarantined).toBe(PHOTOS + 2);
    // A photo is given up when it was being decoded at two of the deaths; the two bad ones have reasons of their own.
    const { 'image-kills-decoder': givenUp = 0, ...reasons } = result.reasons;
    expect(givenUp).toBeLessThanOrEqual(DEATHS / 2);
    expect(reasons).toEqual({ 'image-broken': 1, 'image-too-many-pixels': 1, 'no-usable-image': 2 + givenUp });
    expect(result.images.quarantined).toBe(2 + givenUp);
  });

  async function killDecoders(command: number, isOver: () => boolean): Promise<number> {
    const dead = new Set<number>();
    const seen = new Map<number, number>();
    for (let look = 0; dead.size < DEATHS && !isOver(); look += 1) {
      const [worker = 0] = childrenOf(command, 'worker/main.js');
      for (const pid of worker === 0 ? [] : decodersOf(worker)) {
        if (!seen.has(pid)) seen.set(pid, look);
        // One that has lived a while has started, and has a photo.
        if (dead.has(pid) || look - (seen.get(pid) ?? look) < 25 || dead.size === DEATHS) continue;
        process.kill(pid, 'SIGKILL');
        dead.add(pid);
      }
      await sleep(10);
    }
    return dead.size;
  }

  async function drawShop(): Promise<void> {
    mkdirSync(join(home, 'shop'));
    const random = new Random(5);
    const rows = ['id,item_group_id,color,size,price,image_link'];
    for (let i = 0; i < PHOTOS; i += 1) {
      const background = { r: random.int(256), g: random.int(256), b: i };
      const photo = sharp({ create: { width: 900, height: 1200, channels: 3, background } });
      await photo.jpeg().toFile(join(home, 'shop', `${i}.jpg`));
      rows.push(`p${i},p${i},red,M,5.00 USD,${i}.jpg`);
    }
    const whole = readFileSync(join(home, 'shop', '0.jpg'));
    writeFileSync(join(home, 'shop', 'cut.jpg'), whole.subarray(0, whole.length >> 1));
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    writeFileSync(join(home, 'shop', 'bomb.png'), bomb);
    rows.push('cut,cut,red,M,5.00 USD,cut.jpg', 'bomb,bomb,red,M,5.00 USD,bomb.png');
    writeFileSync(feed, rows.join('\n'));
  }
});
