import { WeftError } from '#foundation';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A time zone of the IANA database as this Node knows it. */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;

  /** @throws WeftError `schedule-invalid` when there is no such zone */
  constructor(readonly name: string) {
    try {
      if (!/^[A-Za-z]/.test(name)) throw new RangeError();
      this.format = new Intl.DateTimeFormat('en-US', {
        ...{ timeZone: name, hourCycle: 'h23' },
        ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
      });
    } catch {
      throw new WeftError('schedule-invalid', `There is no time zone ${name}.`, {
        value: name,
        remedy: 'Name one as the IANA database does, such as Europe/Berlin or UTC.',
      });
    }
  }

  /** What clocks show at an instant, as milliseconds of a clock that never changes: their UTC. Whole seconds. */
  wallAt(instant: number): number {
    const parts = new Map(this.format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    return Date.UTC(
      ...([number('year'), number('month') - 1, number('day')] as const),
      ...([number('hour'), number('minute'), number('second')] as const),
    );
  }

  /** How far clocks are ahead of UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number {
    return this.wallAt(instant) - Math.floor(instant / 1000) * 1000;
  }

  /**
   * The instant at which clocks show this for the first time. What they skip counts as shown when they go on.
   *
   * @param wall as of {@link wallAt}
   */
  firstInstantOf(wall: number): number {
    const [before, after] = [this.offsetAt(wall - DAY_MS), this.offsetAt(wall + DAY_MS)];
    const shown = [wall - before, wall - after].filter((instant) => this.wallAt(instant) === wall);
    if (shown.length > 0) return Math.min(...shown);
    return this.changeBetween(wall - after, wall - before) ?? wall - before;
  }

  /** The first instant after `from`, up to and with `to`, from which on clocks are set otherwise than at `from`; null: none. */
  changeBetween(from: number, to: number): number | null {
    const offset = this.offsetAt(from);
    let [same, other] = [from, from];
    while (other < to && this.offsetAt(other) === offset) [same, other] = [other, Math.min(other + DAY_MS / 2, to)];
    if (this.offsetAt(other) === offset) return null;
    // Clocks are set at whole minutes since long before there were computers.
    same = Math.floor(same / MINUTE_MS);
    other = Math.ceil(other / MINUTE_MS);
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (this.offsetAt(middle * MINUTE_MS) === offset) same = middle;
      else other = middle;
    }
    return other * MINUTE_MS;
  }
}

/** What clocks show at an instant, with how far they are ahead of UTC: `2026-03-29 03:00 +02:00`. */
export function localTime(instant: Date, timeZone: string): string {
  const zone = new TimeZone(timeZone);
  const minutes = Math.round(zone.offsetAt(instant.getTime()) / MINUTE_MS);
  const pad = (value: number) => String(value).padStart(2, '0');
  const ahead = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  return `${new Date(zone.wallAt(instant.getTime())).toISOString().slice(0, 16).replace('T', ' ')} ${ahead}`;
}
