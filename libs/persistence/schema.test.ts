import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { migrate } from './migrate.js';

describe('schema.prisma', () => {
  let place: TestDatabase;

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
  });

  afterAll(() => place.drop());

  it('names the columns that the migrations make', async () => {
    const text = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
    const rows = (await queryOnce(
      place.connection,
      `SELECT table_name AS table, column_name AS column, is_nullable = 'YES' AS nullable
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
    )) as Column[];
    const sorted = (columns: Column[]) => columns.map((column) => Object.values(column).join(' ')).sort();
    expect(sorted(columnsOf(text))).toEqual(sorted(rows));
  });
});

interface Column {
  table: string;
  column: string;
  nullable: boolean;
}

/** The columns that a Prisma schema describes. */
function columnsOf(schema: string): Column[] {
  return [...schema.matchAll(/^model \w+ \{([^}]*)^\}/gms)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    return body.split('\n').flatMap((line) => {
      const [, name, type = '', rest = ''] = /^ {2}(\w+)\s+(\S+)(.*)$/.exec(line) ?? [];
      const isScalar =
        /^(String|Int|BigInt|Float|Boolean|Decimal|DateTime|Json|Bytes|Unsupported\(.*\))(\?|\[\])?$/.test(type);
      if (name === undefined || !isScalar) return [];
      return [{ table, column: / @map\("(\w+)"\)/.exec(rest)?.[1] ?? name, nullable: type.endsWith('?') }];
    });
  });
}
