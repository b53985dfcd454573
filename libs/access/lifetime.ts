import { WeftError } from '#foundation';

const HOURS = { h: 1, d: 24, w: 7 * 24 };
const DURATION = /^(\d{1,5})([hdw])$/;
const HOUR_MS = 3_600_000;

/** Milliseconds of `12h`, `90d` or `4w`; null for what is no duration. */
export function durationMs(text: string): number | null {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined) return null;
  return Number(count) * HOURS[unit as keyof typeof HOURS] * HOUR_MS;
}

/**
 * When a key expires.
 *
 * @param text a duration from now (`12h`, `90d`, `4w`), a day (`2027-01-31`, its beginning in UTC) or a time with its zone
 * @throws WeftError `expiry-invalid` for what is none of these, or is past
 */
export function expiryOf(text: string, now: Date): Date {
  const duration = durationMs(text);
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const expiry = duration === null ? new Date(isDate ? text : NaN) : new Date(now.getTime() + duration);
  if (expiry > now) return expiry;
  const isRead = !Number.isNaN(expiry.getTime());
  throw new WeftError('expiry-invalid', isRead ? 'The key would expire at once.' : 'This is no time to expire at.', {
    value: text,
    remedy: 'Give a duration such as 12h, 90d or 4w, or a date such as 2027-01-31.',
  });
}
