import type { JobId } from '#foundation';
import type { Schedule, ScheduleSettings, ScheduleStep, ScheduleStore } from '#schedules';
import type { Pool } from 'pg';
import { inTransaction, rowOf, rowsOf } from './transaction.js';

const COLUMNS = `name, kind, input, cron, time_zone AS "timeZone", is_enabled AS "isEnabled", created_at AS "createdAt",
  created_by AS "createdBy", updated_at AS "updatedAt", updated_by AS "updatedBy", next_due AS "nextDue",
  last_due AS "lastDue", last_run AS "lastRun", skipped_due AS "skippedDue"`;

/** Whoever is silent with a row, cut off say, loses it; who dies loses it with the connection. */
const HELD_SETTING = `SET LOCAL idle_in_transaction_session_timeout = '60s'`;

/** Jobs that are started again and again. */
export class PgScheduleStore implements ScheduleStore {
  constructor(private readonly pool: Pool) {}

  list(): Promise<Schedule[]> {
    return rowsOf<Schedule>(this.pool, `SELECT ${COLUMNS} FROM schedule ORDER BY name`);
  }

  async find(name: string): Promise<Schedule | null> {
    const [found = null] = await rowsOf<Schedule>(this.pool, `SELECT ${COLUMNS} FROM schedule WHERE name = $1`, [name]);
    return found;
  }

  save(settings: ScheduleSettings, nextDue: Date, by: string, at: Date): Promise<Schedule> {
    const { name, kind, input, cron, timeZone, isEnabled } = settings;
    return rowOf<Schedule>(
      this.pool,
      `INSERT INTO schedule (name, kind, input, cron, time_zone, is_enabled, next_due, created_at, created_by, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9)
       ON CONFLICT (name) DO UPDATE SET kind = $2, input = $3, cron = $4, time_zone = $5, is_enabled = $6, next_due = $7,
         updated_at = $8, updated_by = $9
       RETURNING ${COLUMNS}`,
      [name, kind, JSON.stringify(input), cron, timeZone, isEnabled, nextDue, at, by],
    );
  }

  async remove(name: string): Promise<boolean> {
    return ((await this.pool.query('DELETE FROM schedule WHERE name = $1', [name])).rowCount ?? 0) > 0;
  }

  start(name: string, begin: (schedule: Schedule) => Promise<JobId>): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      await client.query(HELD_SETTING);
      const [schedule] = await rowsOf<Schedule>(
        client,
        `SELECT ${COLUMNS} FROM schedule WHERE name = $1 FOR UPDATE SKIP LOCKED`,
        [name],
      );
      if (schedule === undefined) return false;
      await client.query('UPDATE schedule SET last_run = $2 WHERE name = $1', [name, await begin(schedule)]);
      return true;
    });
  }

  async forEach(decide: (schedule: Schedule) => Promise<ScheduleStep | null>): Promise<void> {
    const names = await rowsOf<{ name: string }>(this.pool, 'SELECT name FROM schedule WHERE is_enabled ORDER BY 1');
    for (const { name } of names) {
      await inTransaction(this.pool, async (client) => {
        await client.query(HELD_SETTING);
        const [schedule] = await rowsOf<Schedule>(
          client,
          `SELECT ${COLUMNS} FROM schedule WHERE name = $1 AND is_enabled FOR UPDATE SKIP LOCKED`,
          [name],
        );
        const step = schedule && (await decide(schedule));
        if (!step) return;
        await client.query(
          `UPDATE schedule SET next_due = $2, last_due = coalesce($3, last_due), last_run = coalesce($4, last_run),
             skipped_due = coalesce($5, skipped_due) WHERE name = $1`,
          [name, step.nextDue, step.lastDue ?? null, step.lastRun ?? null, step.skippedDue ?? null],
        );
      });
    }
  }
}
