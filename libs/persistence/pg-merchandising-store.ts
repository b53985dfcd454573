import type { Merchandise, MerchandisingStore, RuleRequest, Scenario, StoredRule, Writing } from '#merchandising';
import type { Pool } from 'pg';
import { inTransaction, rowOf, rowsOf } from './transaction.js';

const RULE = `id, rule, created_at AS "createdAt", created_by AS "createdBy", updated_at AS "updatedAt",
  updated_by AS "updatedBy"`;

/** What a shop decided, in the tables `scenario` and `rule`. */
export class PgMerchandisingStore implements MerchandisingStore {
  constructor(private readonly pool: Pool) {}

  async read(): Promise<Merchandise> {
    const read = await this.readUnless('');
    if (read === null) throw new Error('Decisions have no version.');
    return read;
  }

  async readUnless(known: string): Promise<Merchandise | null> {
    // Named, because every process asks every second. Rows are not looked into to know of changes: each that is written has
    // another `xmin`.
    const { rows } = await this.pool.query<AsRead>({
      name: 'read-merchandise',
      text: `WITH present AS (SELECT md5(concat_ws('/',
          (SELECT coalesce(string_agg(name || ' ' || xmin::text, ',' ORDER BY name), '') FROM scenario),
          (SELECT coalesce(string_agg(id || ' ' || xmin::text, ',' ORDER BY id), '') FROM rule))) AS version)
        SELECT version,
          (SELECT coalesce(jsonb_agg(s ORDER BY name COLLATE "C"), '[]') FROM (
            SELECT name, settings, updated_at AS "updatedAt", updated_by AS "updatedBy" FROM scenario) s) AS scenarios,
          (SELECT coalesce(jsonb_agg(r ORDER BY id), '[]') FROM (SELECT ${RULE} FROM rule) r) AS rules
        FROM present WHERE version <> $1`,
      values: [known],
    });
    const [read] = rows;
    if (read === undefined) return null;
    const { version, scenarios, rules } = read;
    return {
      version,
      scenarios: scenarios.map((one) => ({ ...one, updatedAt: new Date(one.updatedAt) })),
      rules: rules.map((one) => {
        return { ...one, createdAt: new Date(one.createdAt), updatedAt: new Date(one.updatedAt) };
      }),
    };
  }

  async putScenario({ name, settings, updatedAt, updatedBy }: Scenario, most: number): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      // Two that are put at once would both find room for one.
      await client.query('LOCK TABLE scenario IN SHARE ROW EXCLUSIVE MODE');
      const { isRoom } = await rowOf<{ isRoom: boolean }>(
        client,
        'SELECT count(*) < $2 OR coalesce(bool_or(name = $1), false) AS "isRoom" FROM scenario',
        [name, most],
      );
      if (!isRoom) return false;
      await client.query(
        `INSERT INTO scenario (name, settings, updated_at, updated_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at,
           updated_by = excluded.updated_by`,
        [name, JSON.stringify(settings), updatedAt, updatedBy],
      );
      return true;
    });
  }

  async removeScenario(name: string): Promise<boolean> {
    return (await this.pool.query('DELETE FROM scenario WHERE name = $1', [name])).rowCount === 1;
  }

  async insertRule(rule: RuleRequest, { at, by }: Writing, most: number): Promise<StoredRule | null> {
    return inTransaction(this.pool, async (client) => {
      await client.query('LOCK TABLE rule IN SHARE ROW EXCLUSIVE MODE');
      const [stored] = await rowsOf<StoredRule>(
        client,
        `INSERT INTO rule (rule, created_at, created_by, updated_at, updated_by)
         SELECT $1::jsonb, $2::timestamptz, $3::text, $2, $3 WHERE (SELECT count(*) FROM rule) < $4 RETURNING ${RULE}`,
        [JSON.stringify(rule), at, by, most],
      );
      return stored ?? null;
    });
  }

  async updateRule(id: number, rule: RuleRequest, { at, by }: Writing): Promise<StoredRule | null> {
    const text = `UPDATE rule SET rule = $2, updated_at = $3, updated_by = $4 WHERE id = $1 RETURNING ${RULE}`;
    const [stored] = await rowsOf<StoredRule>(this.pool, text, [id, JSON.stringify(rule), at, by]);
    return stored ?? null;
  }

  async removeRule(id: number): Promise<boolean> {
    return (await this.pool.query('DELETE FROM rule WHERE id = $1', [id])).rowCount === 1;
  }
}

type AsRead = { version: string; scenarios: AsJson<Scenario>[]; rules: AsJson<StoredRule>[] };
/** A row as JSON writes it. */
type AsJson<Row> = { [Name in keyof Row]: Row[Name] extends Date ? string : Row[Name] };
