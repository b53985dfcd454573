import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { whenServersEnd } from '#provision';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/servers.js';
import { weft } from '../support/weft.js';

const PHOTOS = 24;

/** A shop whose feed names addresses, imported by the programs that a person starts. */
describe('photos by address', { timeout: 120_000 }, () => {
  const home = temporaryHome();
  const env: Record<string, string> = { WEFT_HOME: home, WEFT_LOG_LEVEL: 'warn' };
  const feed = join(home, 'feed.csv');
  const photos = new Map<string, Buffer>();
  const answers: number[] = [];
  let shop: Server;

  beforeAll(async () => {
    for (let at = 0; at < PHOTOS; at += 1) {
      const background = { r: 10 * at, g: 255 - 10 * at, b: 128 };
      const photo = sharp({ create: { width: 300, height: 400, channels: 3, background } });
      photos.set(`/${at}.jpg`, await photo.jpeg().toBuffer());
    }
    shop = createServer((request, response) => {
      const photo = photos.get(request.url ?? '');
      const etag = `"${createHash('sha256')
        .update(photo ?? '')
        .digest('hex')
        .slice(0, 8)}"`;
      const status = photo === undefined ? 404 : request.headers['if-none-match'] === etag ? 304 : 200;
      answers.push(status);
      response.writeHead(status, { etag }).end(status === 200 ? photo : undefined);
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    const rows = [...photos.keys()].map((path, at) => `${at},style-${at},${base}${path}`);
    writeFileSync(feed, ['id,item_group_id,image_link', ...rows, `gone,gone,${base}/gone.jpg`].join('\n'));
    env['WEFT_FETCH_ALLOW'] = `127.0.0.1:${(shop.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    shop.close();
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    rmSync(home, { recursive: true, force: true });
  });

  async function imported(more: Record<string, string> = {}) {
    answers.length = 0;
    const outcome = await weft(['import', feed, '--json'], { ...env, ...more });
    return {
      ...outcome,
      counts: answers.reduce<Record<string, number>>(
        (all, status) => ({ ...all, [status]: (all[status] ?? 0) + 1 }),
        {},
      ),
    };
  }

  it('are refused where the operator lists nothing, without a connection', async () => {
    const { exitCode, stderr, counts } = await imported({ WEFT_FETCH_ALLOW: '' });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('is not a public web address');
    expect(counts).toEqual({});
  });

  it('are fetched once, and asked about by the next import', async () => {
    const first = await imported();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      rows: { read: PHOTOS + 1, accepted: PHOTOS, quarantined: 1 },
      reasons: { 'fetch-not-found': 1, 'no-usable-image': 1 },
      fetched: {
        fresh: PHOTOS,
        unchanged: 0,
        failed: 1,
        bytes: [...photos.values()].reduce((all, { length }) => all + length, 0),
      },
      photosDecoded: PHOTOS,
    });
    expect(first.counts).toEqual({ 200: PHOTOS, 404: 1 });
    const second = await imported();
    expect(JSON.parse(second.stdout)).toMatchObject({
      fetched: { fresh: 0, unchanged: PHOTOS, failed: 1, bytes: 0 },
      photosDecoded: 0,
      featuresExtracted: 0,
    });
    expect(second.counts).toEqual({ 304: PHOTOS, 404: 1 });
  });
});
