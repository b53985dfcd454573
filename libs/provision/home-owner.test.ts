import { existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../test/support/servers.js';
import { HomeOwner, STALE_MS, thisHost } from './home-owner.js';

let home: string;
let now: number;
let here: HomeOwner;
let there: HomeOwner;

const path = () => join(home, 'owner.json');
const ELSEWHERE = { ...thisHost(), pidNamespace: 'pid:[1]' };
const refusal = { code: 'home-in-use-elsewhere', remedy: expect.stringContaining('DATABASE_URL') as string };

beforeEach(() => {
  home = temporaryHome();
  now = Date.UTC(2026, 0, 1);
  here = new HomeOwner(home, thisHost(), () => now);
  there = new HomeOwner(home, ELSEWHERE, () => now);
});
afterEach(() => rmSync(home, { recursive: true }));

describe('the owner of a WEFT_HOME', () => {
  it('is refused while another host says that it lives', async () => {
    await there.claim();
    for (let beat = 0; beat < 3; beat++) {
      now += STALE_MS;
      await expect(here.claim()).rejects.toMatchObject(refusal);
      expect(() => here.assertNotElsewhere()).toThrow('which said so 60 s ago');
      there.beat();
    }
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(ELSEWHERE);
  });

  it.each(['hostname', 'bootId', 'pidNamespace', 'networkNamespace'])('is another one by its %s', async (name) => {
    await new HomeOwner(home, { ...thisHost(), [name]: 'another' }, () => now).claim();
    await expect(here.claim()).rejects.toMatchObject(refusal);
  });

  it('takes over from one that was silent for too long, which then notices', async () => {
    await there.claim();
    now += STALE_MS + 1;
    await here.claim();
    expect(statSync(path()).mtimeMs).toBeCloseTo(now, 1);
    expect(() => there.beat()).toThrow(expect.objectContaining(refusal));
    there.release();
    expect(() => here.beat()).not.toThrow();
  });

  it('is one only when two hosts take over at once', async () => {
    await there.claim();
    now += STALE_MS + 1;
    const third = new HomeOwner(home, { ...thisHost(), hostname: 'third' }, () => now);
    const outcomes = await Promise.allSettled([here.claim(), third.claim()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is the same after it was killed on the same host, at once', async () => {
    await here.claim();
    await expect(new HomeOwner(home, thisHost(), () => now).claim()).resolves.toBeUndefined();
  });

  it('leaves nothing behind', async () => {
    await here.claim();
    here.release();
    expect(existsSync(path())).toBe(false);
    await expect(there.claim()).resolves.toBeUndefined();
  });

  it('is unknown when the record is damaged, and lives by its time all the same', async () => {
    await there.claim();
    truncateSync(path());
    now = statSync(path()).mtimeMs + STALE_MS;
    await expect(here.claim()).rejects.toThrow('its record is damaged');
    now += 1;
    await here.claim();
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(thisHost());
  });
});
