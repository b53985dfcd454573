import { z } from 'zod';
import type { Progress } from '#foundation';
import type { EventCursor, JobEvent, RunStanding } from '#jobs';
import { RequestInvalid } from '../http/problem.js';

/** What clients send back as `Last-Event-ID`. */
export const eventIdOf = ({ after, horizon }: EventCursor): string => `${after}-${horizon}`;

const eventId = z
  .string()
  .regex(/^\d{1,15}-\d{1,19}$/)
  .transform((text): EventCursor => {
    const [after = '', horizon = ''] = text.split('-');
    return { after: Number(after), horizon };
  });

/**
 * Where a stream broke off; null for one that begins.
 *
 * @throws RequestInvalid for what no stream of ours said
 */
export function cursorOf(header: string | string[] | undefined): EventCursor | null {
  if (header === undefined || header === '') return null;
  const parsed = eventId.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new RequestInvalid([{ path: 'last-event-id', message: 'must be the id of an event of such a stream' }]);
}

/** The data of a `state` event. */
export function presentJobEvent({ id, run, kind, state, attempts, error, ended, at }: JobEvent) {
  return { eventId: id, jobId: run, kind, state, attempts, error, ended, at: at.toISOString() };
}

/** The data of a `progress` event. */
export function presentProgress({ run, kind, progress }: RunStanding & { progress: Progress }) {
  return { jobId: run, kind, progress };
}
