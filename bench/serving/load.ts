import { quantile } from '../quantile.js';

/** Milliseconds, and answers a second. */
export interface Timing {
  p50: number;
  p95: number;
  p99: number;
  perSecond: number;
}

/** Asks one way; `i` counts from 0 and chooses the question. */
export type Ask = (i: number) => unknown;

/** Asks `requests` questions, `concurrency` at a time, each as soon as another is answered. */
async function round(ask: Ask, requests: number, concurrency: number): Promise<Timing> {
  const times: number[] = [];
  let next = 0;
  const askOn = async () => {
    while (next < requests) {
      const start = performance.now();
      await ask(next++);
      times.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, askOn));
  const seconds = (performance.now() - start) / 1000;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share)) as [number, number, number];
  return { p50, p95, p99, perSecond: requests / seconds };
}

/**
 * Measures several ways in turns, so that a busy minute of the machine falls on all of them; the medians of the rounds. A
 * first round is not counted.
 */
export async function interleaved<Way extends string>(
  ways: Record<Way, Ask>,
  { rounds, requests, concurrency }: { rounds: number; requests: number; concurrency: number },
): Promise<Record<Way, Timing>> {
  const names = Object.keys(ways) as Way[];
  const seen = new Map<Way, Timing[]>(names.map((name) => [name, []]));
  for (let at = 0; at <= rounds; at += 1) {
    for (const name of names) {
      const timing = await round(ways[name], requests, concurrency);
      if (at > 0) seen.get(name)!.push(timing);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medianOf(seen.get(name)!)])) as Record<Way, Timing>;
}

function medianOf(timings: Timing[]): Timing {
  const median = (key: keyof Timing) =>
    quantile(
      timings.map((one) => one[key]),
      0.5,
    );
  return { p50: median('p50'), p95: median('p95'), p99: median('p99'), perSecond: median('perSecond') };
}
