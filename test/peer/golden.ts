import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** The committed golden values of one area, which `test/peer/<area>.py` made. */
export function readGolden<S extends z.ZodType>(area: string, schema: S): z.output<S> {
  return schema.parse(JSON.parse(readFileSync(new URL(`${area}.json`, import.meta.url), 'utf8')));
}

/** The largest difference, as a share of the largest expected size. 0 where all is 0. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const largest = Math.max(...expected.map(Math.abs));
  let worst = 0;
  expected.forEach((value, at) => {
    const difference = Math.abs((actual[at] as number) - value);
    if (!(difference <= worst)) worst = difference;
  });
  return worst === 0 ? 0 : worst / largest;
}
