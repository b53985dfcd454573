import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, pgConnection, type TestDatabase } from '../../test/support/database.js';
import { decodeVector, encodeVector } from './vector-codec.js';

describe('the binary form of vectors', () => {
  let place: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    place = await createTestDatabase();
    client = new pg.Client(pgConnection(place.connection));
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await place.drop();
  });

  it('comes back from pgvector as the same float32 values', async () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 128 }), async (values) => {
        const { rows } = await client.query<{ vector: Buffer }>('SELECT vector_send($1::vector) AS vector', [
          encodeVector(Float32Array.from(values)),
        ]);
        expect(decodeVector(rows[0]?.vector ?? Buffer.of())).toEqual(Float32Array.from(values, Math.fround));
      }),
      { numRuns: 50 },
    );
  });

  it('means the numbers that pgvector prints', async () => {
    const { rows } = await client.query('SELECT $1::vector::text AS text', [encodeVector(Float32Array.of(1, -0.5, 0))]);
    expect(rows).toEqual([{ text: '[1,-0.5,0]' }]);
  });
});
