import { Random } from '#foundation';
import { beforeAll, describe, expect, it } from 'vitest';
import { FORMATS, type Format, wholeFiles } from '../../test/support/mutants.js';
import { type Mutation, MUTATION_NAMES, MUTATIONS } from '../../test/support/mutations.js';
import { decodeCanonical, ImageRejected } from './index.js';

/** Mutants of each kind of each whole file. */
const EACH = 25;

/** What became of the mutants of one format. Differences are means over all bytes of the canonical pixels, of 255. */
interface Outcomes {
  mutants: number;
  refused: number;
  /** No pixel differs: the mutation met what is not part of the picture. */
  same: number;
  /** Under 2: nobody would see it. */
  near: number;
  /** 2 to 10: a stain. */
  stained: number;
  /** 10 and more: another picture. */
  other: number;
  /** Deaths of the decoder. */
  killers: number;
}

/**
 * What no decoder can know: a file without checksums whose bytes say something else says it validly. These are the
 * shares of mutants that are accepted although their pixels are far off (stained or other); docs/decisions/decoding.md.
 */
const MOST_ACCEPTED: Record<Format, number> = {
  jpeg: 0.2,
  png: 0,
  webp: 0.35,
  gif: 0.03,
  avif: 0,
  tiff: 0.1,
};

describe('damaged files', { timeout: 300_000 }, () => {
  const table = Object.fromEntries(
    FORMATS.map((format) => [format, { mutants: 0, refused: 0, same: 0, near: 0, stained: 0, other: 0, killers: 0 }]),
  ) as Record<Format, Outcomes>;

  /** Files that were cut and accepted all the same, with something missing. */
  let halves = 0;

  beforeAll(async () => {
    const mutants: { format: Format; name: Mutation; whole: Uint8Array; bytes: Buffer }[] = [];
    for (const { format, bytes } of await wholeFiles()) {
      const { pixels } = await decodeCanonical(bytes);
      MUTATION_NAMES.forEach((name, kind) => {
        const random = new Random(1000 + kind);
        for (let i = 0; i < EACH; i += 1) {
          mutants.push({ format, name, whole: pixels, bytes: MUTATIONS[name](Buffer.from(bytes), random) });
        }
      });
    }
    await Promise.all(
      mutants.map(async ({ format, name, whole, bytes }) => {
        const outcomes = table[format];
        outcomes.mutants += 1;
        try {
          const difference = meanDifference((await decodeCanonical(bytes)).pixels, whole);
          if (name === 'truncation' && difference >= 2) halves += 1;
          outcomes[difference === 0 ? 'same' : difference < 2 ? 'near' : difference < 10 ? 'stained' : 'other'] += 1;
        } catch (error) {
          // Anything else would be a fault of Weft, or a parent that did not survive.
          if (!(error instanceof ImageRejected)) throw error;
          outcomes.refused += 1;
          if (error.code === 'image-kills-decoder') outcomes.killers += 1;
        }
      }),
    );
    console.table(table);
  }, 300_000);

  it('are decoded or refused, each of more than 2000', () => {
    const all = Object.values(table);
    expect(all.reduce((sum, { mutants }) => sum + mutants, 0)).toBeGreaterThanOrEqual(2000);
    for (const { mutants, refused, same, near, stained, other } of all) {
      expect(refused + same + near + stained + other).toBe(mutants);
    }
  });

  it('that were cut are never accepted with a part missing', () => {
    expect(halves).toBe(0);
  });

  it.each(FORMATS)('in %s are refused as often as the format allows', (format) => {
    const { mutants, stained, other } = table[format];
    expect((stained + other) / mutants).toBeLessThanOrEqual(MOST_ACCEPTED[format]);
  });
});

function meanDifference(actual: Uint8Array, expected: Uint8Array): number {
  let sum = 0;
  expected.forEach((value, at) => (sum += Math.abs(value - (actual[at] ?? 0))));
  return sum / expected.length;
}
