import { type Action, ACTIONS, type AttributionStore, type Grouping, type GroupSums, type Span } from '#attribution';
import { ARMS } from '#shoppers';
import type { Pool } from 'pg';
import { rowsOf } from './transaction.js';

/** For each grouping: what the units are told apart by, as columns of `key`, and what of other tables is said of them. */
const KEYS: Record<Grouping, { columns: string; from?: string; where?: string; said: string; joins?: string }> = {
  scenario: { columns: 'scenario', said: 'scenario' },
  model: { columns: 'model_version', said: 'model_version AS "modelVersion"' },
  rule: {
    columns: 'rule',
    from: `CROSS JOIN LATERAL unnest(CASE WHEN rules = '{}' THEN '{NULL}' ELSE rules END) AS touched (rule)`,
    said: `sums.rule, stored.rule ->> 'name' AS "ruleName"`,
    joins: 'LEFT JOIN rule stored ON stored.id = sums.rule',
  },
  experiment: {
    columns: 'experiment, arm',
    where: 'WHERE experiment IS NOT NULL',
    said: 'name AS experiment, arm',
    joins: 'JOIN experiment ON experiment.id = sums.experiment',
  },
};

/** Sums over shoppers, as the statistics take them. */
const OF_ACTION = (
  action: Action,
) => `jsonb_build_object('hits', sum(${action}), 'hitsSquared', sum(${action} * ${action}),
  'product', sum(${action} * shown))`;
const COUNT_OF_ACTION = (action: Action) => `count(*) FILTER (WHERE seen AND ${action}) AS ${action}`;
const LATER = ACTIONS.filter((action) => action !== 'click');

/** Rates of what was shown, from the table `shopper_event`. */
export class PgAttributionStore implements AttributionStore {
  constructor(private readonly pool: Pool) {}

  async sums(by: Grouping, { from, until }: Span, windowDays: number, now: Date): Promise<GroupSums[]> {
    const key = KEYS[by];
    const rows = await rowsOf<GroupSums & { arm?: number }>(
      this.pool,
      `WITH span AS (SELECT $1::timestamptz AS begins, $2::timestamptz AS ends, make_interval(days => $3) AS length),
       -- What was shown, once for each shopper, answer and product.
       unit AS (
         SELECT shopper_id, recommendation_id, product_id, min(answered_at) AS answered_at,
           bool_or(type = 'impression') AS seen, bool_or(type = 'click' AND at <= answered_at + length) AS clicked,
           min(model_version) AS model_version, min(scenario) AS scenario, min(experiment) AS experiment, min(arm) AS arm,
           min(rules) AS rules
         FROM shopper_event, span WHERE answered_at >= begins AND answered_at < ends GROUP BY 1, 2, 3
       ),
       -- The last touch: the answer that an event names itself, or the shopper's last click on the product.
       led AS (
         SELECT e.shopper_id, e.product_id, coalesce(named.id, clicked.recommendation_id) AS recommendation_id,
           ${LATER.map((action) => `bool_or(e.type = '${action}') AS ${action}`).join(', ')}
         FROM span CROSS JOIN shopper_event e
         CROSS JOIN LATERAL (SELECT CASE WHEN e.at <= e.answered_at + length THEN e.recommendation_id END AS id) named
         LEFT JOIN LATERAL (
           SELECT recommendation_id FROM shopper_event c
           WHERE named.id IS NULL AND c.shopper_id = e.shopper_id AND c.product_id = e.product_id AND c.type = 'click'
             AND c.at <= c.answered_at + length AND c.at <= e.at AND c.at >= e.at - length
           ORDER BY c.at DESC, c.event_id DESC LIMIT 1
         ) clicked ON true
         WHERE e.type = ANY ($5) AND e.at >= begins AND e.at < ends + 2 * length
         GROUP BY 1, 2, 3
       ),
       shopper AS (
         SELECT ${key.columns}, shopper_id, count(*) FILTER (WHERE seen) AS shown,
           count(*) FILTER (WHERE seen AND answered_at > $4::timestamptz - length) AS open,
           count(*) FILTER (WHERE NOT seen) AS unseen, count(*) FILTER (WHERE seen AND clicked) AS click,
           ${LATER.map(COUNT_OF_ACTION).join(', ')}
         FROM span CROSS JOIN unit ${key.from ?? ''} LEFT JOIN led USING (shopper_id, product_id, recommendation_id)
         ${key.where ?? ''} GROUP BY ${key.columns}, shopper_id
       ),
       sums AS (
         SELECT ${key.columns}, count(*) FILTER (WHERE shown > 0)::float8 AS clusters, sum(shown)::float8 AS units,
           sum(shown * shown)::float8 AS "unitsSquared", sum(open)::float8 AS open,
           sum(unseen)::float8 AS "withoutImpression",
           jsonb_build_object(${ACTIONS.map((action) => `'${action}', ${OF_ACTION(action)}`).join(', ')}) AS actions
         FROM shopper GROUP BY ${key.columns}
       )
       SELECT ${key.said}, clusters, units, "unitsSquared", open, "withoutImpression", actions
       FROM sums ${key.joins ?? ''}
       -- What tells groups apart: as many shown are told in one order.
       ORDER BY 1, 2`,
      [from, until, windowDays, now, LATER],
    );
    return rows.map(({ arm, ...sums }) => (arm === undefined ? sums : { ...sums, arm: ARMS[arm]! }));
  }
}
