import type { WeftConfig } from '#config';
import { messageOf } from '#foundation';
import type { DatabaseContent } from '#persistence';
import { type Finding, ok, problem, warning } from '#provision';
import { requireFreePort } from '../free-port.js';

/** A job that has not ended after this long is worth a look. */
const LONG_MS = 24 * 3_600_000;
/** Clocks of two machines that differ by more make the ages of jobs lie. */
const CLOCK_MS = 60_000;
const LIMIT_MS = 3_000;

/** Who has the API's port. */
export type Port = { owner: 'nobody' | 'weft' | 'another' } | { owner: 'unusable'; why: string };

export async function lookAtPort({ host, port }: Pick<WeftConfig, 'host' | 'port'>): Promise<Port> {
  try {
    await requireFreePort(host, port);
    return { owner: 'nobody' };
  } catch (error) {
    const why = messageOf(error);
    if (!why.includes('is in use')) return { owner: 'unusable', why };
  }
  try {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/live`;
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    const answer = (await response.json()) as { status?: unknown };
    return { owner: answer.status === 'live' ? 'weft' : 'another' };
  } catch {
    return { owner: 'another' };
  }
}

export function judgePort(found: Port, { host, port }: Pick<WeftConfig, 'host' | 'port'>): Finding {
  const value = { host, port, owner: found.owner };
  const elsewhere = 'Set WEFT_PORT to a free port, or stop what listens there.';
  if (found.owner === 'unusable') return problem('port', found.why, elsewhere, value);
  if (found.owner === 'another') {
    return problem('port', `Another program than Weft listens on port ${port} of ${host}.`, elsewhere, value);
  }
  const who = found.owner === 'weft' ? 'a Weft API answers on it' : 'it is free';
  return ok('port', `Port ${port} of ${host}: ${who}.`, value);
}

/** @param now by this machine's clock */
export function judgeJobs({ unfinishedJobs }: DatabaseContent, port: Port, now: Date): Finding {
  const value = unfinishedJobs.map(({ id, kind, state, createdAt }) => ({
    id,
    kind,
    state,
    createdAt: createdAt.toISOString(),
  }));
  const [oldest] = unfinishedJobs;
  if (oldest === undefined) return ok('jobs', 'No job is unfinished.', value);
  const sentence = `${unfinishedJobs.length} jobs are unfinished, the oldest (${oldest.kind}) since ${oldest.createdAt.toISOString()}.`;
  if (port.owner !== 'weft') {
    const alone = `${sentence} No API of Weft answers here, whose worker would run them.`;
    return warning('jobs', alone, 'npm run -s weft -- serve', value);
  }
  if (now.getTime() - oldest.createdAt.getTime() < LONG_MS) return ok('jobs', sentence, value);
  return warning(
    'jobs',
    sentence,
    'Stop weft serve and start it again: its worker takes up what is unfinished.',
    value,
  );
}

/** @param serverTime of the database; @param now of this machine, both in milliseconds */
export function judgeClock(serverTime: number, now: number): Finding {
  const difference = Math.round((now - serverTime) / 1000);
  const value = { secondsAhead: difference };
  if (Math.abs(now - serverTime) <= CLOCK_MS) return ok('clock', 'This clock agrees with that of the database.', value);
  const words = `${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'}`;
  const sentence = `This clock is ${words} that of the database: names of models and ages of jobs will be wrong.`;
  return warning('clock', sentence, 'timedatectl set-ntp true, on both machines', value);
}
