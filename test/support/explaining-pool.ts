import pg from 'pg';
import { pgConnection, type TestConnection } from './database.js';

/** A pool of one connection that has every statement explained before it runs it; a store in place of the real one takes it. */
export async function explainingPool(
  connection: TestConnection,
): Promise<{ pool: pg.Pool; plans: string[]; close: () => Promise<void> }> {
  const client = new pg.Client(pgConnection(connection));
  // Without a listener a server that ends while we are connected would end the test process.
  client.on('error', () => undefined);
  await client.connect();
  const plans: string[] = [];
  const query = async (text: string, values: unknown[]) => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return client.query(text, values);
  };
  return { pool: { query } as unknown as pg.Pool, plans, close: () => client.end() };
}

/** Fills `shopper_event`: ten impressions and a click of each answer, answers over the last hundred days, one of ten of experiment 1. */
export const MANY_EVENTS = `INSERT INTO shopper_event (shopper_id, event_id, type, product_id, at, recommendation_id, received_at, answered_at,
    generation, scenario, experiment, arm)
  SELECT 's' || answer % 997, answer || '-' || place, CASE place WHEN 0 THEN 'click' ELSE 'impression' END, 'p' || greatest(place, 1),
    given, 'answer-' || answer, given, given, 1, 'home', CASE WHEN answer % 10 = 0 THEN 1 END, CASE WHEN answer % 10 = 0 THEN answer % 20 / 10 END
  FROM generate_series(1, 5000) answer, generate_series(0, 10) place,
    LATERAL (SELECT '2026-11-24T12:00:00Z'::timestamptz - answer * interval '28.8 minutes' AS given) t`;
