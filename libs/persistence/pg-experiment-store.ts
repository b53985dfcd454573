import type { ArmTally, BaselineQuestion, Experiment, ExperimentStore, Obstacle, Tally } from '#experiments';
import { ARMS } from '#shoppers';
import type { Share } from '#statistics';
import type { Pool, PoolClient } from 'pg';
import { inTransaction, rowOf, rowsOf } from './transaction.js';

/** In the words of `Experiment`. */
const EXPERIMENT = `id, name, salt, scenarios, jsonb_build_object(
    'control', jsonb_build_object('generation', control_generation, 'settings', control_settings),
    'treatment', jsonb_build_object('generation', treatment_generation, 'settings', treatment_settings)) AS arms,
  treatment_share AS "treatmentShare", metric, window_days AS "windowDays",
  jsonb_build_object('baseline', baseline, 'smallestEffect', smallest_effect, 'alpha', alpha, 'power', power) AS plan,
  jsonb_build_object('control', needed_control, 'treatment', needed_treatment) AS needed,
  started_at AS "startedAt", started_by AS "startedBy", stopped_at AS "stoppedAt", stopped_by AS "stoppedBy", settled`;

/** Whether a running experiment is on one of the placements in a parameter; an empty list stands for all. */
const RUNS_ON = (scenarios: string) =>
  `stopped_at IS NULL AND (scenarios = '{}' OR ${scenarios} = '{}' OR scenarios && ${scenarios})`;

/**
 * Whether a shopper of `seen` did what an experiment hopes for: the action on any product, or a click.
 *
 * @param isOwnClick which clicks `e` count
 */
const hit = (
  isOwnClick: string,
) => `EXISTS (SELECT FROM shopper_event e WHERE e.shopper_id = seen.shopper_id AND e.type = $2
  AND e.at >= seen.at AND e.at <= seen.at + make_interval(days => $3) AND ($2 <> 'click' OR ${isOwnClick}))`;

/** The arm of a shopper, as `armOf` has it: the first 32 bits of a hash are a fraction. */
const ARM = `(get_byte(hash, 0) * 16777216::bigint + get_byte(hash, 1) * 65536 + get_byte(hash, 2) * 256 + get_byte(hash, 3)
  < $8::float8 * 4294967296)::int`;

/** Experiments, in the table `experiment`, and what comes of them, from `shopper_event`. */
export class PgExperimentStore implements ExperimentStore {
  constructor(private readonly pool: Pool) {}

  insert(experiment: Omit<Experiment, 'id'>): Promise<Experiment | Obstacle> {
    return inTransaction(this.pool, async (client) => {
      // One at a time: the second waits here and then sees the first. A generation that is being dropped is gone then.
      await client.query('LOCK TABLE experiment IN SHARE ROW EXCLUSIVE MODE');
      const obstacle = await obstacleTo(client, experiment);
      if (obstacle !== null) return obstacle;
      const { name, salt, scenarios, arms, treatmentShare, metric, windowDays, plan, needed, startedAt, startedBy } =
        experiment;
      return rowOf<Experiment>(
        client,
        `INSERT INTO experiment (name, salt, scenarios, control_generation, control_settings, treatment_generation,
           treatment_settings, treatment_share, metric, window_days, baseline, smallest_effect, alpha, power,
           needed_control, needed_treatment, started_at, started_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         RETURNING ${EXPERIMENT}`,
        [
          ...[name, salt, scenarios, arms.control.generation, arms.control.settings],
          ...[arms.treatment.generation, arms.treatment.settings, treatmentShare, metric, windowDays],
          ...[plan.baseline, plan.smallestEffect, plan.alpha, plan.power, needed.control, needed.treatment],
          ...[startedAt, startedBy],
        ],
      );
    });
  }

  async list(): Promise<Experiment[]> {
    return rowsOf<Experiment>(this.pool, `SELECT ${EXPERIMENT} FROM experiment ORDER BY id DESC`);
  }

  async find(name: string): Promise<Experiment | null> {
    const [found] = await rowsOf<Experiment>(this.pool, `SELECT ${EXPERIMENT} FROM experiment WHERE name = $1`, [name]);
    return found ?? null;
  }

  async running(scenario: string | null): Promise<Experiment | null> {
    // Named, because every request with a shopper asks.
    const { rows } = await this.pool.query<Experiment>({
      name: 'running-experiment',
      text: `SELECT ${EXPERIMENT} FROM experiment
             WHERE stopped_at IS NULL AND (scenarios = '{}' OR $1::text = ANY (scenarios))`,
      values: [scenario],
    });
    return rows[0] ?? null;
  }

  async stop(name: string, at: Date, by: string): Promise<Experiment | null> {
    const [stopped] = await rowsOf<Experiment>(
      this.pool,
      `UPDATE experiment SET stopped_at = coalesce(stopped_at, $2), stopped_by = coalesce(stopped_by, $3)
       WHERE name = $1 RETURNING ${EXPERIMENT}`,
      [name, at, by],
    );
    return stopped ?? null;
  }

  async tally({ id, salt, treatmentShare, metric, windowDays, needed }: Experiment, until: Date): Promise<Tally> {
    const { arms, ...rest } = await rowOf<Omit<Tally, 'arms'> & { arms: (ArmTally & { arm: number })[] }>(
      this.pool,
      `WITH shown AS (
         SELECT shopper_id, at, arm, min(at) OVER (PARTITION BY shopper_id) AS first
         FROM shopper_event WHERE experiment = $1 AND type = 'impression' AND at <= $4::timestamptz
       ),
       -- By what a shopper was shown in the window: what is shown later says nothing about it.
       shopper AS (
         SELECT shopper_id, first AS at, arm, has_other OR arm <> ${ARM} AS strayed FROM (
           SELECT shopper_id, first, min(arm) AS arm, min(arm) <> max(arm) AS has_other
           FROM shown WHERE at <= first + make_interval(days => $3) GROUP BY shopper_id, first
         ) known, LATERAL sha256(convert_to($7, 'UTF8') || '\\x00' || convert_to(shopper_id, 'UTF8')) AS hash
       ),
       placed AS (
         SELECT shopper_id, arm, at, at <= $4::timestamptz - make_interval(days => $3) AS is_over,
           row_number() OVER (PARTITION BY arm ORDER BY at, shopper_id) AS nth
         FROM shopper WHERE NOT strayed
       ),
       -- When the arm that is slower to fill was full; NULL before.
       horizon AS (
         SELECT CASE WHEN count(*) = 2 THEN max(at) END AS full_at FROM placed
         WHERE is_over AND nth = CASE arm WHEN 0 THEN $5::bigint ELSE $6 END
       ),
       of_arm AS (
         SELECT arm, count(*) AS exposed, count(*) FILTER (WHERE is_over) AS observed,
           count(*) FILTER (WHERE is_over AND ${hit('e.experiment = $1')}) AS hits
         FROM placed AS seen, horizon WHERE seen.at <= coalesce(full_at, 'infinity') GROUP BY arm
       )
       SELECT full_at IS NOT NULL AS "isFull",
         (SELECT count(*) FROM shopper WHERE strayed AND at <= coalesce(full_at, 'infinity'))::float8 AS strayed,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('arm', arm, 'exposed', exposed, 'observed', observed, 'hits', hits)), '[]')
          FROM of_arm) AS arms
       FROM horizon`,
      [id, metric, windowDays, until, needed.control, needed.treatment, salt, treatmentShare],
    );
    const tallyOf = (index: number) => {
      const { arm: _, ...tally } = arms.find(({ arm }) => arm === index) ?? { arm: index, ...NOBODY };
      return tally;
    };
    return {
      ...rest,
      arms: { control: tallyOf(ARMS.indexOf('control')), treatment: tallyOf(ARMS.indexOf('treatment')) },
    };
  }

  async settle(id: number, tally: Tally): Promise<Tally> {
    const { settled } = await rowOf<{ settled: Tally }>(
      this.pool,
      'UPDATE experiment SET settled = coalesce(settled, $2) WHERE id = $1 RETURNING settled',
      [id, tally],
    );
    return settled;
  }

  baseline({ scenarios, metric, windowDays, from, until }: BaselineQuestion): Promise<Share> {
    return rowOf<Share>(
      this.pool,
      `WITH seen AS (
         SELECT shopper_id, min(at) AS at FROM shopper_event
         WHERE type = 'impression' AND recommendation_id IS NOT NULL AND at >= $4::timestamptz AND at < $5::timestamptz
           AND ($1::text[] = '{}' OR scenario = ANY ($1))
         GROUP BY shopper_id
       )
       SELECT count(*)::float8 AS of, (count(*) FILTER (WHERE
         ${hit(`e.recommendation_id IS NOT NULL AND ($1::text[] = '{}' OR e.scenario = ANY ($1))`)}))::float8 AS hits
       FROM seen WHERE at <= $5::timestamptz - make_interval(days => $3)`,
      [scenarios, metric, windowDays, from, until],
    );
  }
}

const NOBODY = { exposed: 0, observed: 0, hits: 0 };

async function obstacleTo(
  client: PoolClient,
  { name, scenarios, arms }: Omit<Experiment, 'id'>,
): Promise<Obstacle | null> {
  const taken = await rowsOf(client, 'SELECT FROM experiment WHERE name = $1', [name]);
  if (taken.length > 0) return { code: 'name-taken' };
  const [other] = await rowsOf<{ name: string }>(client, `SELECT name FROM experiment WHERE ${RUNS_ON('$1::text[]')}`, [
    scenarios,
  ]);
  if (other !== undefined) return { code: 'overlap', name: other.name };
  for (const { generation } of [arms.control, arms.treatment]) {
    if (generation === null) continue;
    const kept = await rowsOf(
      client,
      `SELECT FROM generation WHERE id = $1 AND state IN ('ready', 'active', 'retired')`,
      [generation],
    );
    if (kept.length === 0) return { code: 'generation-missing', generation };
  }
  return null;
}
