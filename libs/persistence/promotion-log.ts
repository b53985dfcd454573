import { judgementSchema } from '#evaluation';
import type { GenerationId } from '#foundation';
import type { PromotionRecord, Verdict } from '#generations';
import type { ClientBase, Pool } from 'pg';
import { rowsOf } from './transaction.js';

const VERDICT = `generation, against, catalogue, judged_at AS "judgedAt", judgement`;

export async function verdictOf(client: ClientBase | Pool, generation: GenerationId): Promise<Verdict | null> {
  const [found] = await rowsOf<Verdict>(client, `SELECT ${VERDICT} FROM verdict WHERE generation = $1`, [generation]);
  // What another version of Weft found is to be found again.
  return found !== undefined && judgementSchema.safeParse(found.judgement).success ? found : null;
}

export async function saveVerdict(
  client: ClientBase | Pool,
  { generation, against, catalogue, judgement }: Omit<Verdict, 'judgedAt'>,
): Promise<Verdict | null> {
  const [kept] = await rowsOf<Verdict>(
    client,
    `INSERT INTO verdict (generation, against, catalogue, outcome, judgement)
     SELECT id, $2, $3, $4, $5 FROM generation WHERE id = $1
     ON CONFLICT (generation) DO UPDATE SET against = excluded.against, catalogue = excluded.catalogue,
       judged_at = excluded.judged_at, outcome = excluded.outcome, judgement = excluded.judgement
     RETURNING ${VERDICT}`,
    [generation, against, catalogue, judgement.outcome, judgement],
  );
  return kept ?? null;
}

export async function recordPromotion(
  client: ClientBase | Pool,
  { action, generation, previousGeneration, by, reason, verdict }: Omit<PromotionRecord, 'id' | 'at' | 'modelVersion'>,
): Promise<void> {
  await client.query(
    `INSERT INTO promotion (action, generation, model_version, previous_generation, by, reason, verdict)
     SELECT $1, id, model_version, $3, $4, $5, $6 FROM generation WHERE id = $2`,
    [action, generation, previousGeneration, by, reason, verdict],
  );
}

export async function promotions(client: ClientBase | Pool, limit: number): Promise<PromotionRecord[]> {
  const rows = await rowsOf<Omit<PromotionRecord, 'verdict'> & { verdict: JsonOf<Verdict> | null }>(
    client,
    `SELECT id, at, action, generation, model_version AS "modelVersion", previous_generation AS "previousGeneration", by,
            reason, verdict
     FROM promotion ORDER BY id DESC LIMIT $1`,
    [limit],
  );
  return rows.map(({ verdict, ...row }) => ({
    ...row,
    verdict: verdict && { ...verdict, judgedAt: new Date(verdict.judgedAt) },
  }));
}

/** As it comes out of a column of JSON. */
type JsonOf<T extends { judgedAt: Date }> = Omit<T, 'judgedAt'> & { judgedAt: string };
