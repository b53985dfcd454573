/**
 * Whether a sale price counts at a time: `sale_price_effective_date` is two times of ISO 8601 with a slash between them. A
 * day without a time counts to its end; one without a time zone is read as UTC. null where it is not two times.
 */
export function isSaleOn(dates: string, now: Date): boolean | null {
  const [from, to, ...more] = dates.split('/').map((date) => date.trim());
  if (from === undefined || to === undefined || more.length > 0) return null;
  const start = timeOf(from);
  const end = timeOf(to);
  if (Number.isNaN(start) || Number.isNaN(end) || start > end) return null;
  const last = /^\d{4}-\d{2}-\d{2}$/.test(to) ? end + 86_400_000 - 1 : end;
  return start <= now.getTime() && now.getTime() <= last;
}

function timeOf(text: string): number {
  const [, day = '', time = '', zone = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text) ?? [];
  if (day === '') return NaN;
  return Date.parse(`${day}T${time || '00:00'}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase() || 'Z'}`);
}
