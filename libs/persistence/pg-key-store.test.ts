import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeyCheck, keyRequest, KeyService } from '#access';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';

const START = new Date('2026-11-24T12:20:00Z');
const SHOP = { kind: 'storefront', name: 'shop', origins: ['https://shop.example'] };

describe('keys in Postgres', () => {
  let place: TestDatabase;
  let database: Database;
  let now: Date;
  const clock = { now: () => now };
  let keys: KeyService;
  let check: KeyCheck;
  const create = (request: object) => keys.create(keyRequest.parse(request), 'a test');
  const later = (hours: number) => (now = new Date(now.getTime() + hours * 3_600_000));

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    keys = new KeyService(database.keys, clock);
    check = new KeyCheck(database.keys, clock, (error) => expect(error).toBeUndefined());
  });
  beforeEach(() => {
    now = START;
  });
  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  it('are none at first; a revoked one is one', async () => {
    expect(await database.keys.isAnyKey()).toBe(false);
    const { key } = await create({ kind: 'operator', name: 'first' });
    await keys.revoke(key.id, 'a test');
    expect(await database.keys.isAnyKey()).toBe(true);
  });

  it('are kept with all that was asked for, but not themselves', async () => {
    const { key, text } = await create({
      ...SHOP,
      scopes: ['read'],
      expires: '90d',
      perMinute: 7,
      perMinutePerAddress: 5,
    });
    expect(await keys.list()).toContainEqual(key);
    expect(key).toMatchObject({
      ...{ kind: 'storefront', name: 'shop', origins: ['https://shop.example'], scopes: ['read'], createdBy: 'a test' },
      ...{ limits: { perMinute: 7, perMinutePerAddress: 5 }, createdAt: START, lastUsedAt: null, revokedAt: null },
      expiresAt: new Date('2027-02-22T12:20:00Z'),
    });
    const rows = JSON.stringify(await queryOnce(place.connection, 'SELECT api_key::text AS row FROM api_key'));
    expect(rows).toContain(key.id);
    expect(rows).not.toContain(text.slice(15, 30));
    expect(JSON.stringify(await keys.list())).not.toMatch(/hash/);
  });

  it('are valid until the moment they expire', async () => {
    const { text } = await create({ kind: 'operator', name: 'short', expires: '12h' });
    later(12 - 1 / 3600);
    expect((await check.judge(text)).state).toBe('valid');
    later(1 / 3600);
    expect((await check.judge(text)).state).toBe('expired');
  });

  it('are revoked at once, and the first to do it is the one on record', async () => {
    const { key, text } = await create({ kind: 'operator', name: 'gone' });
    expect((await check.judge(text)).state).toBe('valid');
    await keys.revoke(key.id, 'one');
    expect((await check.judge(text)).state).toBe('revoked');
    later(1);
    expect(await keys.revoke(key.id, 'two')).toMatchObject({ revokedBy: 'one', revokedAt: START });
    await expect(keys.revoke('0000000', 'one')).rejects.toMatchObject({ code: 'key-id-unknown' });
  });

  it('with the right id and a wrong secret are unknown', async () => {
    const one = await create({ kind: 'operator', name: 'one' });
    await queryOnce(place.connection, `UPDATE api_key SET hash = sha256('other') WHERE id = '${one.key.id}'`);
    expect(await check.judge(one.text)).toEqual({ state: 'unknown', key: null });
    expect((await check.judge(`${one.text}x`)).state).toBe('malformed');
  });

  it('overlap with their successor for as long as was said, and no longer than they would have lived', async () => {
    const old = await create({ ...SHOP, expires: '90d' });
    later(24);
    const successor = await keys.rotate(old.key.id, '7d', 'a test');
    expect(successor.key).toMatchObject({
      ...SHOP,
      replaces: old.key.id,
      scopes: old.key.scopes,
      limits: old.key.limits,
    });
    expect(successor.key.expiresAt).toEqual(new Date(now.getTime() + 90 * 24 * 3_600_000));
    const states = async () => [(await check.judge(old.text)).state, (await check.judge(successor.text)).state];
    expect(await states()).toEqual(['valid', 'valid']);
    later(7 * 24);
    expect(await states()).toEqual(['expired', 'valid']);

    const brief = await create({ kind: 'operator', name: 'brief', expires: '2h' });
    const { replaced } = await keys.rotate(brief.key.id, '24h', 'a test');
    expect(replaced.expiresAt).toEqual(brief.key.expiresAt);
  });

  it('are rotated once, even by two at a time, and only while they are valid', async () => {
    const { key } = await create({ kind: 'operator', name: 'contended' });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => keys.rotate(key.id, '1h', 'a test')));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((await keys.list()).filter(({ replaces }) => replaces === key.id)).toHaveLength(1);
    await expect(keys.rotate(key.id, '1h', 'a test')).rejects.toMatchObject({ code: 'key-already-rotated' });
    await keys.revoke(key.id, 'a test');
    await expect(keys.rotate(key.id, '1h', 'a test')).rejects.toMatchObject({ code: 'key-not-valid' });
    await expect(keys.rotate('0000000', '1h', 'a test')).rejects.toMatchObject({ code: 'key-id-unknown' });
  });

  it('remember the hour of their last use', async () => {
    const { key, text } = await create({ kind: 'operator', name: 'used' });
    const lastUse = async () => (await database.keys.find(key.id))?.lastUsedAt ?? null;
    const used = async (at: string | null) => {
      await check.judge(text);
      await expect.poll(lastUse).toEqual(at === null ? null : new Date(at));
    };
    await used('2026-11-24T12:00:00Z');
    later(0.5);
    await used('2026-11-24T12:00:00Z');
    later(0.5);
    await used('2026-11-24T13:00:00Z');
    await database.keys.markUsed(key.id, START);
    expect(await lastUse()).toEqual(new Date('2026-11-24T13:00:00Z'));
  });

  it('bind origins only while they are valid', async () => {
    const origin = 'https://elsewhere.example';
    const isBound = () => database.keys.isOriginBound(origin, now);
    expect(await isBound()).toBe(false);
    const { key } = await create({ ...SHOP, origins: ['https://shop.example', origin], expires: '1h' });
    expect(await isBound()).toBe(true);
    later(1);
    expect(await isBound()).toBe(false);
    now = START;
    await keys.revoke(key.id, 'a test');
    expect(await isBound()).toBe(false);
  });
});
