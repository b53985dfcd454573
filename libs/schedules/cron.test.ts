import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cron, localTime } from './index.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** With changes of an hour, of half an hour, of two, at midnight, of a whole day, in Ramadan, and with none. */
const ZONES = [
  ...[
    'UTC',
    'Europe/Berlin',
    'Europe/London',
    'Europe/Dublin',
    'Atlantic/Azores',
    'America/New_York',
    'America/St_Johns',
  ],
  ...[
    'America/Havana',
    'America/Sao_Paulo',
    'America/Santiago',
    'America/Asuncion',
    'Africa/Casablanca',
    'Africa/Cairo',
  ],
  ...['Asia/Tehran', 'Asia/Kathmandu', 'Asia/Beirut', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Apia'],
  ...['Antarctica/Troll', 'America/Los_Angeles'],
];

/** Every due time in a span, found by looking at each of its minutes. */
function naive(expression: string, timeZone: string, from: number, to: number): string[] {
  const [minutes, hours, days, months, weekdays] = expression.split(' ') as [string, string, string, string, string];
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const fits = (wall: number) => {
    const at = new Date(wall);
    const ofMonth = within(days, at.getUTCDate(), 1, 31);
    const ofWeek = within(weekdays, at.getUTCDay(), 0, 7) || (at.getUTCDay() === 0 && within(weekdays, 7, 0, 7));
    const isDay = days === '*' || weekdays === '*' ? ofMonth && ofWeek : ofMonth || ofWeek;
    return (
      isDay &&
      within(minutes, at.getUTCMinutes(), 0, 59) &&
      within(hours, at.getUTCHours(), 0, 23) &&
      within(months, at.getUTCMonth() + 1, 1, 12)
    );
  };
  const wallAt = (instant: number) => {
    const [day, month, year, hour, minute] = format.format(instant).match(/\d+/g)?.map(Number) as number[];
    return Date.UTC(year as number, (month as number) - 1, day, hour, minute);
  };
  const due: string[] = [];
  const shown = new Set<number>();
  // What was shown before the span began, and is shown again in it, does not count.
  let before = wallAt(from - DAY_MS - MINUTE_MS);
  for (let instant = from - DAY_MS; instant <= to; instant += MINUTE_MS) {
    const wall = wallAt(instant);
    let isDue = fits(wall) && (hours === '*' || !shown.has(wall));
    if (hours !== '*')
      for (let skipped = before + MINUTE_MS; skipped < wall; skipped += MINUTE_MS) isDue ||= fits(skipped);
    if (isDue && instant > from) due.push(new Date(instant).toISOString());
    shown.add(wall);
    before = wall;
  }
  return due;
}

function within(field: string, value: number, least: number, most: number): boolean {
  return field.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [low = '', high = range.includes('/') || part.includes('/') ? String(most) : low] = range.split('-');
    const [from, to] = range === '*' ? [least, most] : [Number(low), Number(high)];
    return value >= from && value <= to && (value - from) % Number(step) === 0;
  });
}

function dueTimes(expression: string, timeZone: string, from: number, to: number): string[] {
  const cron = new Cron(expression, timeZone);
  const due: string[] = [];
  for (let at = cron.next(new Date(from)); at.getTime() <= to; at = cron.next(at)) due.push(at.toISOString());
  return due;
}

/** An instant near which the clocks of a zone are changed in a year; the middle of the year where they are not. */
function changeOf(timeZone: string, year: number, which: number): number {
  const start = Date.UTC(year, 0, 1);
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const ahead = (day: number) => format.format(start + day * DAY_MS).split('GMT')[1];
  const changes = Array.from({ length: 366 }, (_, day) => day).filter((day) => ahead(day) !== ahead(day + 1));
  return start + (changes[which % Math.max(1, changes.length)] ?? 182) * DAY_MS;
}

describe('Cron', () => {
  it.each([
    // Clocks go on from 2:00 to 3:00 on 29 March 2026, and back from 3:00 to 2:00 on 25 October.
    ['30 2 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['30 2 * * *', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['30 2,14 * * *', '2026-03-28T14:00Z', ['2026-03-29T01:00', '2026-03-29T12:30', '2026-03-30T00:30']],
    ['0,30 2 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    ['0,30 2 * * *', '2026-10-24T12:00Z', ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-26T01:00']],
    ['*/30 * * * *', '2026-03-29T00:00Z', ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30']],
    ['30 * * * *', '2026-10-24T23:45Z', ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['0 3 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T01:00']],
    ['0 3 29 2 *', '2026-03-01T00:00Z', ['2028-02-29T02:00', '2032-02-29T02:00']],
    ['0 3 1 * MON', '2026-08-31T12:00Z', ['2026-09-01T01:00', '2026-09-07T01:00']],
  ])('is due in Berlin by %s after %s', (expression, after, expected) => {
    const cron = new Cron(expression, 'Europe/Berlin');
    const found = [];
    for (let at = new Date(after); found.length < expected.length; found.push(at.toISOString().slice(0, 16)))
      at = cron.next(at);
    expect(found).toEqual(expected);
  });

  it('is due when a look at every minute finds it due, wherever and whenever clocks are changed', () => {
    const number = (most: number, least = 0) => fc.integer({ min: least, max: most }).map(String);
    const list = (most: number, least = 0) =>
      fc.uniqueArray(number(most, least), { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
    const range = (most: number, least = 0) =>
      fc
        .tuple(
          fc.integer({ min: least, max: most }),
          fc.integer({ min: least, max: most }),
          fc.integer({ min: 1, max: 5 }),
        )
        .map(([a, b, step]) => `${Math.min(a, b)}-${Math.max(a, b)}/${step}`);
    const field = (most: number, least = 0) =>
      fc.oneof(
        list(most, least),
        range(most, least),
        fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
        fc.constant('*'),
      );
    const rarely = (some: fc.Arbitrary<string>) =>
      fc.oneof({ weight: 5, arbitrary: fc.constant('*') }, { weight: 1, arbitrary: some });
    // Clocks are changed in the first hours of a day.
    const hours = fc.oneof(field(23), list(4), range(4), fc.constant('*'));
    const expressions = fc.tuple(field(59), hours, rarely(field(31, 1)), rarely(field(12, 1)), rarely(field(7)));
    fc.assert(
      fc.property(
        ...([expressions, fc.constantFrom(...ZONES), fc.integer({ min: 2000, max: 2037 })] as const),
        ...([fc.nat(3), fc.integer({ min: -1_440, max: 720 })] as const),
        (fields, zone, year, which, shift) => {
          const expression = fields.join(' ');
          const from = changeOf(zone, year, which) + shift * MINUTE_MS;
          const to = from + 1.5 * DAY_MS;
          let found: string[];
          try {
            found = dueTimes(expression, zone, from, to);
          } catch (error) {
            // Such as the 31st of February.
            expect(String(error)).toContain('is never due');
            found = [];
          }
          expect(found).toEqual(naive(expression, zone, from, to));
        },
      ),
      { numRuns: 100, seed: 5 },
    );
  });

  it('runs once on a day that a zone has skipped', () => {
    // Samoa went from 29 to 31 December 2011.
    const found = dueTimes('0 12 * * *', 'Pacific/Apia', Date.UTC(2011, 11, 29), Date.UTC(2012, 0, 1));
    expect(found).toEqual([
      '2011-12-29T22:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T22:00:00.000Z',
      '2011-12-31T22:00:00.000Z',
    ]);
  });

  it.each([
    ['0 3 * *', 'A cron expression has five fields, minute, hour, day of month, month, day of week; 0 3 * * has 4.'],
    ['', 'A cron expression has five fields, minute, hour, day of month, month, day of week; this one is empty.'],
    [
      '* * * * * *',
      'A cron expression has five fields, minute, hour, day of month, month, day of week; * * * * * * has 6.',
    ],
    ['0 24 * * *', '24 is no hour: field 2 of 0 24 * * *, at character 3.'],
    ['0  3 32 * *', '32 is no day of month: field 3 of 0  3 32 * *, at character 6.'],
    ['0 3 L * *', 'L is no day of month: field 3 of 0 3 L * *, at character 5.'],
    ['0 3 * FOO *', 'FOO is no month: field 4 of 0 3 * FOO *, at character 7.'],
    ['*/0 3 * * *', '*/0 is no minute: field 1 of */0 3 * * *, at character 1.'],
    ['0 3 30 2 *', '0 3 30 2 * is never due: there is no such day.'],
    ['@daily', 'A cron expression has five fields, minute, hour, day of month, month, day of week; @daily has 1.'],
  ])('refuses %j and says where', (expression, message) => {
    expect(() => new Cron(expression, 'UTC')).toThrow(message);
  });

  it.each(['Europe/Nowhere', '', '+02:00', 'Berlin'])('refuses the time zone %j', (zone) => {
    expect(() => new Cron('0 3 * * *', zone)).toThrow(`There is no time zone ${zone}.`);
  });

  it('says what clocks show', () => {
    expect(localTime(new Date('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('2026-03-29 03:00 +02:00');
    expect(localTime(new Date('2026-01-01T00:00:00Z'), 'America/St_Johns')).toBe('2025-12-31 20:30 -03:30');
  });
});
