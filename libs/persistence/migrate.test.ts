import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '#config';
import { sha256 } from '#foundation';
import { registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { openDatabase } from './database.js';
import { migrate } from './migrate.js';

describe('migrate', () => {
  let place: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    place = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'weft-migrations-'));
  });

  afterEach(async () => {
    await place.drop();
    await rm(directory, { recursive: true });
  });

  async function add(name: string, sql: string): Promise<void> {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }

  const sql = (text: string) => queryOnce(place.connection, text);

  it('brings an empty database up to date, and then does nothing', async () => {
    const applied = await migrate(place.connection);
    expect(applied).toContain('20261124090000_catalogue_models_and_vectors');
    expect(await migrate(place.connection)).toEqual([]);
  });

  it('gives each installation a salt that later runs keep', async () => {
    await migrate(place.connection);
    const [before] = await sql('SELECT salt FROM installation');
    await migrate(place.connection);
    expect(await sql('SELECT salt FROM installation')).toEqual([before]);
    expect(before).toEqual({ salt: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown });
  });

  it('lets the salt be fixed until there is a model', async () => {
    await migrate(place.connection);
    const database = await openDatabase(place.connection);
    const [known, other] = ['a'.repeat(32), 'b'.repeat(32)];
    await database.generations.fixSalt(known);
    expect(await database.generations.salt()).toBe(known);
    await registerModel(database, 'first', 1);
    await database.generations.fixSalt(other);
    expect(await database.generations.salt()).toBe(known);
    await database.close();
  });

  it("keeps Prisma's table as Prisma would", async () => {
    await add('1_one', 'CREATE TABLE one ();');
    await migrate(place.connection, directory);
    expect(
      await sql(`SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, rolled_back_at, logs,
                 applied_steps_count, length(id) AS id FROM _prisma_migrations`),
    ).toEqual([
      {
        migration_name: '1_one',
        checksum: sha256('CREATE TABLE one ();'),
        finished: true,
        rolled_back_at: null,
        logs: null,
        applied_steps_count: 1,
        id: 36,
      },
    ]);
  });

  it('applies only what is new, in the order of the names', async () => {
    await add('1_one', 'CREATE TABLE one ();');
    await migrate(place.connection, directory);
    await add('3_three', 'ALTER TABLE two ADD three int;');
    await add('2_two', 'CREATE TABLE two ();');
    expect(await migrate(place.connection, directory)).toEqual(['2_two', '3_three']);
  });

  it('lets one of several processes at once do the work', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(place.connection)));
    expect(applied.flat()).toHaveLength(new Set(applied.flat()).size);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('undoes a migration that fails, and applies it when it is mended', async () => {
    await add('1_one', 'CREATE TABLE one (); CREATE TABLE one ();');
    await expect(migrate(place.connection, directory)).rejects.toMatchObject({ code: 'migration-failed' });
    expect(await sql(`SELECT FROM pg_tables WHERE tablename = 'one'`)).toEqual([]);
    await add('1_one', 'CREATE TABLE one ();');
    expect(await migrate(place.connection, directory)).toEqual(['1_one']);
  });

  it('tells why a migration failed when the connection is lost with it', async () => {
    await add('1_one', 'CREATE TABLE one (); SELECT pg_terminate_backend(pg_backend_pid());');
    await expect(migrate(place.connection, directory)).rejects.toMatchObject({
      code: 'migration-failed',
      message: expect.stringContaining('terminating connection') as string,
    });
    expect(await sql(`SELECT FROM pg_tables WHERE tablename = 'one'`)).toEqual([]);
  });

  it('refuses a migration that was changed after it had been applied', async () => {
    await add('1_one', 'CREATE TABLE one ();');
    await migrate(place.connection, directory);
    await add('1_one', 'CREATE TABLE one (); -- changed');
    await expect(migrate(place.connection, directory)).rejects.toMatchObject({ code: 'migration-changed' });
  });

  it('refuses a database that a newer Weft has migrated', async () => {
    await cp(join(repositoryRoot(import.meta.url), 'prisma', 'migrations'), directory, { recursive: true });
    await add('99991231000000_future', 'CREATE TABLE future ();');
    await migrate(place.connection, directory);
    await expect(migrate(place.connection)).rejects.toMatchObject({
      code: 'database-newer',
      value: '99991231000000_future',
    });
  });

  it('refuses to build on a migration that somebody began and did not finish', async () => {
    await add('1_one', 'CREATE TABLE one ();');
    await migrate(place.connection, directory);
    await sql('UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(migrate(place.connection, directory)).rejects.toMatchObject({ code: 'migration-unfinished' });
  });
  it('reads what the ids say that events carried before it was kept with them', async () => {
    const all = join(repositoryRoot(import.meta.url), 'prisma', 'migrations');
    const attribution = '20261129190000_attribution';
    for (const name of await readdir(all)) {
      if (name < attribution) await cp(join(all, name), join(directory, name), { recursive: true });
    }
    await migrate(place.connection, directory);
    const ids = [
      { scenario: 'home-top', generation: 7, at: new Date('2026-11-24T12:00:05Z') },
      { scenario: null, generation: 2_000_000_000, at: new Date('2038-02-01T00:00:00Z') },
    ].map((answer) => ({ ...answer, model: answer.generation === 7 ? 'of seven' : null, id: firstVersionId(answer) }));
    for (const [i, { id }] of ids.entries()) {
      await sql(`INSERT INTO shopper_event (shopper_id, event_id, type, product_id, at, recommendation_id, received_at)
        VALUES ('ines', '${i}', 'click', 'coat', now(), '${id}', now()), ('ines', 'without ${i}', 'view', 'coat', now(), NULL, now())`);
    }
    await sql(`INSERT INTO model (version, created_at, extractor_id, dial, directory, manifest)
      VALUES ('of seven', now(), 'any', 0.5, 'nowhere', '{}')`);
    await sql(`INSERT INTO generation (id, model_version) VALUES (7, 'of seven')`);
    expect(await migrate(place.connection)).toContain(attribution);
    const kept =
      await sql(`SELECT scenario, generation, model_version AS model, answered_at AS at, recommendation_id AS id FROM shopper_event
      WHERE recommendation_id IS NOT NULL ORDER BY event_id`);
    expect(kept).toEqual(ids);
    expect(
      await sql('SELECT count(*)::int FROM shopper_event WHERE num_nonnulls(generation, answered_at) = 0'),
    ).toEqual([{ count: 2 }]);
  });
});

/** An id of an answer with two results, as the first version wrote it. Its signature is not looked at here. */
function firstVersionId({
  at,
  generation,
  scenario,
}: {
  at: Date;
  generation: number;
  scenario: string | null;
}): string {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt32BE(at.getTime() / 1000, 1);
  bytes.writeUInt32BE(generation, 5);
  bytes.writeUInt8((scenario ?? '').length, 9);
  return Buffer.concat([bytes, Buffer.from(scenario ?? ''), Buffer.alloc(12, 0xfb)]).toString('base64url');
}
