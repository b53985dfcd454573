import { WeftError } from '#foundation';
import { Cron as WallCron } from 'croner';
import { TimeZone } from './time-zone.js';

const FIELDS = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const;
/** What crontab(5) knows: numbers and names, ranges, steps, lists. */
const FIELD =
  /^(\*|[0-9]+|[a-z]{3})(-([0-9]+|[a-z]{3}))?(\/[0-9]+)?(,(\*|[0-9]+|[a-z]{3})(-([0-9]+|[a-z]{3}))?(\/[0-9]+)?)*$/i;

/**
 * When something is due: five fields as in crontab(5), by the clocks of a time zone. Where both days are given, either will do.
 *
 * Clocks that are set change what a time means. Where the hour is `*`, something is due whenever clocks show a time that fits:
 * every hour that passes has its turn. Any other time is due once a day: one that clocks skip when they go on, one that they show
 * twice when they show it first.
 */
export class Cron {
  private readonly wall: WallCron;
  private readonly zone: TimeZone;
  private readonly isHourly: boolean;

  /** @throws WeftError `schedule-invalid`, with the place of what is wrong; or when it is never due */
  constructor(
    readonly expression: string,
    timeZone: string,
  ) {
    this.zone = new TimeZone(timeZone);
    const fields = fieldsOf(expression);
    this.isHourly = fields[1] === '*';
    // Asked for wall times only: the library drops or repeats some of the times that clocks skip or show twice.
    this.wall = parsed(fields.join(' '));
    if (this.wall.nextRun(new Date(0)) === null) {
      throw new WeftError('schedule-invalid', `${expression} is never due: there is no such day.`, {
        value: expression,
      });
    }
  }

  /** The first instant after this one at which it is due; a whole minute. */
  next(after: Date): Date {
    return new Date(this.isHourly ? this.nextShown(after.getTime()) : this.nextFirst(after.getTime()));
  }

  private nextFirst(after: number): number {
    let wall = this.zone.wallAt(after);
    for (;;) {
      wall = this.nextWall(wall);
      const instant = this.zone.firstInstantOf(wall);
      if (instant > after) return instant;
    }
  }

  /** Goes from one change of the clocks to the next; between them all clocks are alike. */
  private nextShown(after: number): number {
    let from = after;
    for (;;) {
      const instant = this.nextWall(this.zone.wallAt(from)) - this.zone.offsetAt(from);
      const change = this.zone.changeBetween(from, instant);
      if (change === null || change > instant) return instant;
      if (this.fits(this.zone.wallAt(change))) return change;
      from = change;
    }
  }

  private fits(wall: number): boolean {
    return this.nextWall(wall - 1) === wall;
  }

  private nextWall(wall: number): number {
    const next = this.wall.nextRun(new Date(wall));
    if (next === null) throw new Error(`${this.expression} is never due after ${new Date(wall).toISOString()}.`);
    return next.getTime();
  }
}

/** @throws WeftError `schedule-invalid` */
function fieldsOf(expression: string): string[] {
  const found = [...expression.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, at: index + 1 }));
  if (found.length !== FIELDS.length) {
    throw new WeftError(
      'schedule-invalid',
      `A cron expression has five fields, ${FIELDS.join(', ')}; ${expression === '' ? 'this one is empty' : `${expression} has ${found.length}`}.`,
      { value: expression, remedy: 'For three in the morning: 0 3 * * *' },
    );
  }
  for (const [place, { text, at }] of found.entries()) {
    const others = FIELDS.map((_, field) => (field === place ? text : '*'));
    if (FIELD.test(text) && isParsed(others.join(' '))) continue;
    throw new WeftError(
      'schedule-invalid',
      `${text} is no ${FIELDS[place]}: field ${place + 1} of ${expression}, at character ${at}.`,
      { value: expression, remedy: `A ${FIELDS[place]} is ${RANGES[place]}, *, or such as ${EXAMPLES[place]}.` },
    );
  }
  return found.map(({ text }) => text);
}

const RANGES = ['0 to 59', '0 to 23', '1 to 31', '1 to 12 or JAN to DEC', '0 to 7 or SUN to SAT'];
const EXAMPLES = ['*/15, 0-30 or 0,30', '*/2, 8-18 or 3,15', '1-7 or 1,15', '*/3 or MAR-OCT', 'MON-FRI or 6,0'];

function isParsed(expression: string): boolean {
  try {
    parsed(expression);
    return true;
  } catch {
    return false;
  }
}

function parsed(expression: string): WallCron {
  return new WallCron(expression, { paused: true, timezone: 'UTC', mode: '5-part' });
}
