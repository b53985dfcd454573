import type { ProductId, StyleId } from '#foundation';
import { ARMS, type EventStore, type NewEvent, REMOVAL_TYPES, type ShopperEvent } from '#shoppers';
import {
  type EventSpan,
  type KeptSignal,
  type ShelfProduct,
  type ShelfQuery,
  type ShopperMemory,
  SIGNAL_WEIGHTS,
} from '#similarity';
import type { Pool } from 'pg';
import { factJoins, filterConditions } from './neighbour-sql.js';
import { rowOf, rowsOf } from './transaction.js';

/** What is popular is summed up anew for each minute of the clock: it is the same for every shopper. */
const MINUTE_MS = 60_000;
const POPULAR_DAYS = 28;
const POPULAR_HALF_LIFE_DAYS = 7;
/** The newest signals alone are summed up: .8 s of a core, where six million take 22 s. */
const MOST_SUMMED = 200_000;
/** Most products that are popular at once. */
const MOST_POPULAR = 1_000;
/** Rows fetched for each wanted one where only the first of each style is kept. */
const PER_STYLE = 4;
/** Rows removed by one statement, so that none holds up what writes meanwhile. */
const DROPPED_AT_ONCE = 10_000;

const EVENT = `shopper_id AS "shopperId", event_id AS "eventId", type, product_id AS "productId", at,
  recommendation_id AS "recommendationId"`;

const SIGNAL_TYPES = Object.keys(SIGNAL_WEIGHTS);
/** Written out, as the index has it. */
const IS_REMOVAL = `r.type IN (${REMOVAL_TYPES.map((type) => `'${type}'`).join(', ')})`;

/** Hears what an operator should know, with the error, if there is one. */
export type OnTrouble = (message: string, error: unknown) => void;

/** Products that shoppers look at and buy, most popular first. */
interface Popularity {
  products: ProductId[];
  weights: number[];
}

/** What shoppers did, in the table `shopper_event`. */
export class PgShopperStore implements EventStore, ShopperMemory {
  private popularities: { minute: number; weights: Promise<Popularity> } | null = null;
  private failingSince: Date | null = null;

  /**
   * @param options.onTrouble hears, once each time, that what is popular cannot be summed up, or can be again
   * @param options.mostSummed newest signals that are; default 200,000
   */
  constructor(
    private readonly pool: Pool,
    private readonly options: { onTrouble?: OnTrouble | undefined; mostSummed?: number } = {},
  ) {}

  /** Since when what is popular has not been summed up; null: it is up to a minute old. */
  get popularityFailingSince(): Date | null {
    return this.failingSince;
  }

  async record(events: readonly NewEvent[], receivedAt: Date): Promise<number> {
    const rows = events.map(({ answer, ...event }) => ({
      ...event,
      answeredAt: answer?.at,
      generation: answer?.generation,
      scenario: answer?.scenario,
      experiment: answer?.inExperiment?.experiment,
      arm: answer?.inExperiment ? ARMS.indexOf(answer.inExperiment.arm) : undefined,
      rules: answer?.rules ?? [],
    }));
    const { rowCount } = await this.pool.query({
      name: 'record-events',
      text: `INSERT INTO shopper_event (shopper_id, event_id, type, product_id, at, recommendation_id, received_at,
               answered_at, generation, model_version, scenario, experiment, arm, rules)
             SELECT "shopperId", "eventId", type, "productId", at, "recommendationId", $2::timestamptz,
               "answeredAt", generation, (SELECT model_version FROM generation WHERE id = r.generation), scenario, experiment,
               arm, rules
             FROM jsonb_to_recordset($1) AS r("shopperId" text, "eventId" text, type text, "productId" text,
               at timestamptz, "recommendationId" text, "answeredAt" timestamptz, generation integer, scenario text,
               experiment integer, arm smallint, rules integer[])
             -- In one order everywhere, so that two batches never wait for each other.
             ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
      values: [JSON.stringify(rows), receivedAt],
    });
    return rowCount ?? 0;
  }

  async eventsOf(shopperId: string, limit: number): Promise<{ total: number; events: ShopperEvent[] }> {
    const [{ total }, events] = await Promise.all([
      rowOf<{ total: number }>(this.pool, 'SELECT count(*)::int AS total FROM shopper_event WHERE shopper_id = $1', [
        shopperId,
      ]),
      rowsOf<ShopperEvent>(
        this.pool,
        `SELECT ${EVENT} FROM shopper_event WHERE shopper_id = $1 ORDER BY at DESC, event_id LIMIT $2`,
        [shopperId, limit],
      ),
    ]);
    return { total, events };
  }

  async erase(shopperId: string): Promise<number> {
    return (await this.pool.query('DELETE FROM shopper_event WHERE shopper_id = $1', [shopperId])).rowCount ?? 0;
  }

  dropBefore(before: Date): Promise<number> {
    return dropEventsBefore(this.pool, before);
  }

  async signingKey(): Promise<string> {
    return (await rowOf<{ salt: string }>(this.pool, 'SELECT salt FROM installation')).salt;
  }

  async signalsOf(shopperId: string, { limit, until }: EventSpan): Promise<KeptSignal[]> {
    const { rows } = await this.pool.query<KeptSignal>({
      name: 'signals-of-shopper',
      text: `SELECT e.product_id AS "productId", e.type, e.at FROM shopper_event e
             WHERE e.shopper_id = $1 AND e.type = ANY ($2) AND e.received_at <= coalesce($4::timestamptz, 'infinity')
               AND NOT EXISTS (
                 SELECT FROM shopper_event r
                 WHERE r.shopper_id = e.shopper_id AND r.product_id = e.product_id AND r.type = e.type || '-removal'
                   AND ${IS_REMOVAL} AND r.at >= e.at AND r.received_at <= coalesce($4::timestamptz, 'infinity'))
             ORDER BY e.at DESC, e.event_id LIMIT $3`,
      values: [shopperId, SIGNAL_TYPES, limit, until],
    });
    return rows;
  }

  async shownTo(shopperId: string, since: Date, { limit, until }: EventSpan): Promise<Map<ProductId, Date>> {
    const { rows } = await this.pool.query<{ productId: ProductId; at: Date }>({
      name: 'shown-to-shopper',
      text: `SELECT product_id AS "productId", max(at) AS at FROM (
               SELECT product_id, at FROM shopper_event
               WHERE shopper_id = $1 AND type = 'impression' AND at >= $2
                 AND received_at <= coalesce($4::timestamptz, 'infinity')
               ORDER BY at DESC, event_id LIMIT $3
             ) latest GROUP BY product_id`,
      values: [shopperId, since, limit, until],
    });
    return new Map(rows.map(({ productId, at }) => [productId, at]));
  }

  async popular(question: ShelfQuery): Promise<ShelfProduct[]> {
    const { products, weights } = await this.popularity(question.now);
    return this.onShelf(
      question,
      'JOIN unnest($2::text[], $3::float8[]) popular (product_id, weight) USING (product_id)',
      'popular.weight DESC',
      [products, weights],
    );
  }

  newest(question: ShelfQuery): Promise<ShelfProduct[]> {
    return this.onShelf(question, '', 'p.first_seen DESC', []);
  }

  /** Fetches more until enough styles are found or nothing is left. */
  private async onShelf(
    { filter, now, count, excludeProducts, excludeStyles, onePerStyle }: ShelfQuery,
    join: string,
    order: string,
    ranked: unknown[],
  ): Promise<ShelfProduct[]> {
    const values: unknown[] = [null, ...ranked];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const conditions = [
      ...filterConditions(filter, now, parameter),
      `p.product_id <> ALL (${parameter(excludeProducts)})`,
      `p.style_id <> ALL (${parameter(excludeStyles)})`,
    ];
    const text = `SELECT p.product_id AS "productId", p.style_id AS "styleId", p.category
      FROM product p ${factJoins(filter)} ${join}
      WHERE ${conditions.join(' AND ')} ORDER BY ${order}, p.product_id COLLATE "C" LIMIT $1`;
    for (let wanted = count * (onePerStyle ? PER_STYLE : 1); ; wanted *= 4) {
      const rows = await rowsOf<ShelfProduct>(this.pool, text, values.with(0, wanted));
      const styles = new Set<StyleId>();
      const kept = onePerStyle ? rows.filter(({ styleId }) => !styles.has(styleId) && styles.add(styleId)) : rows;
      if (kept.length >= count || rows.length < wanted) return kept.slice(0, count);
    }
  }

  /**
   * The sum of this minute. One that fails leaves the one before it, or nothing popular, for a minute: shoppers get what is new
   * rather than an error, the database is not asked by each, and the operator is told.
   */
  private popularity(now: Date): Promise<Popularity> {
    const minute = Math.floor(now.getTime() / MINUTE_MS);
    if (this.popularities?.minute === minute) return this.popularities.weights;
    const before = this.popularities?.weights ?? Promise.resolve({ products: [], weights: [] });
    const weights = this.sumUp(new Date(minute * MINUTE_MS)).then(
      (found) => {
        if (this.failingSince !== null) this.options.onTrouble?.('What is popular is summed up again', null);
        this.failingSince = null;
        return found;
      },
      (error: unknown) => {
        if (this.failingSince === null) {
          this.options.onTrouble?.(
            'What is popular could not be summed up: what was before, or what is new, is shown',
            error,
          );
        }
        this.failingSince ??= now;
        return before;
      },
    );
    this.popularities = { minute, weights };
    return weights;
  }

  /** The newest event of each shopper, product and kind counts: nobody makes a product popular by looking at it all day. */
  private async sumUp(now: Date): Promise<Popularity> {
    const rows = await rowsOf<{ productId: ProductId; weight: number }>(
      this.pool,
      `SELECT product_id AS "productId", sum(weight) AS weight FROM (
         SELECT product_id, ($3::jsonb ->> type)::float8
           * 0.5 ^ (greatest(0, extract(epoch FROM $1 - max(at)))::float8 / 86400 / ${POPULAR_HALF_LIFE_DAYS}) AS weight
         FROM (
           SELECT shopper_id, product_id, type, at FROM shopper_event
           WHERE at > $1::timestamptz - make_interval(days => ${POPULAR_DAYS})
             -- Written out, as the index has it.
             AND type IN (${SIGNAL_TYPES.map((type) => `'${type}'`).join(', ')})
           ORDER BY at DESC LIMIT $2) latest
         GROUP BY shopper_id, product_id, type) newest
       GROUP BY product_id HAVING sum(weight) > 0 ORDER BY 2 DESC, product_id COLLATE "C" LIMIT ${MOST_POPULAR}`,
      [now, this.options.mostSummed ?? MOST_SUMMED, JSON.stringify(SIGNAL_WEIGHTS)],
    );
    return { products: rows.map(({ productId }) => productId), weights: rows.map(({ weight }) => weight) };
  }
}

/** Removes events of before a time. @returns how many there were */
export async function dropEventsBefore(pool: Pool, before: Date): Promise<number> {
  for (let dropped = 0; ;) {
    const { rowCount } = await pool.query(
      `DELETE FROM shopper_event WHERE ctid = ANY (ARRAY (
         SELECT ctid FROM shopper_event WHERE at < $1 LIMIT ${DROPPED_AT_ONCE}))`,
      [before],
    );
    dropped += rowCount ?? 0;
    if ((rowCount ?? 0) < DROPPED_AT_ONCE) return dropped;
  }
}
