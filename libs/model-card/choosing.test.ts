import fc from 'fast-check';
import type { PhotoAnswer } from '#evaluation';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { chooseQueries } from './choose-queries.js';
import { flatten, onGrid } from './flatten.js';

describe('chooseQueries', () => {
  const photos = fc.array(
    fc.record({ style: fc.integer({ min: 0, max: 9 }), rank: fc.option(fc.integer({ min: 1, max: 50 })) }),
  );

  it('shows each style once: some by chance, and then the worst of the others, worst first', () => {
    fc.assert(
      fc.property(photos, fc.integer({ min: 1, max: 5 }), (rows, count) => {
        const styles = rows.map(({ style }) => `s${style}`);
        const answers = rows.map(({ rank }, query): PhotoAnswer => ({ query, nearest: [], firstOfStyle: rank }));
        const { drawn, worst } = chooseQueries(answers, { styles }, 'v1', count);
        const shown = [...drawn, ...worst];
        const stylesShown = shown.map(({ query }) => styles[query]);
        expect(new Set(stylesShown).size).toBe(shown.length);
        const asked = new Set(rows.flatMap(({ rank, style }) => (rank === null ? [] : [style])));
        expect(drawn).toHaveLength(Math.min(count, asked.size));
        const ranks = worst.map(({ firstOfStyle }) => firstOfStyle ?? 0);
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(ranks.every((rank) => rank > 1)).toBe(true);
        // Nothing worse was left out.
        const left = answers.filter(({ query }) => !stylesShown.includes(styles[query]));
        if (worst.length === count) {
          for (const { firstOfStyle } of left) expect(firstOfStyle ?? 0).toBeLessThanOrEqual(ranks.at(-1) ?? 0);
        }
        expect(chooseQueries(answers, { styles }, 'v1', count)).toEqual({ drawn, worst });
      }),
    );
  });

  it('draws others for another version', () => {
    const styles = Array.from({ length: 50 }, (_, at) => `s${at}`);
    const answers = styles.map((_, query): PhotoAnswer => ({ query, nearest: [], firstOfStyle: 1 }));
    const of = (version: string) => chooseQueries(answers, { styles }, version, 6).drawn.map(({ query }) => query);
    expect(of('20261124-093000-1a2b3c4d')).not.toEqual(of('20261124-093000-1a2b3c4e'));
  });
});

describe('flatten', () => {
  const random = new Random(2);
  /** Two heaps, far apart. */
  const heaps = Array.from({ length: 30 }, (_, at) =>
    Float32Array.from({ length: 8 }, (_, d) => (d === (at < 15 ? 0 : 7) ? 1 : 0) + random.between(0, 0.05)),
  );

  it('keeps heaps apart, inside the unit square, and repeats itself', () => {
    const places = flatten(heaps, 3) ?? [];
    expect(places).toHaveLength(30);
    for (const value of places.flat()) expect(value).toBeGreaterThanOrEqual(0);
    for (const value of places.flat()) expect(value).toBeLessThanOrEqual(1);
    const nearestOf = (at: number) => {
      const distance = (other: number) =>
        Math.hypot(places[at]![0] - places[other]![0], places[at]![1] - places[other]![1]);
      return places
        .map((_, other) => other)
        .filter((other) => other !== at)
        .sort((a, b) => distance(a) - distance(b))[0]!;
    };
    for (let at = 0; at < 30; at += 1) expect(nearestOf(at) < 15).toBe(at < 15);
    expect(flatten(heaps, 3)).toEqual(places);
  });

  it('has nothing to show of a few points', () => expect(flatten(heaps.slice(0, 11), 1)).toBeNull());
});

describe('onGrid', () => {
  it('gives every point a cell of its own, and its own cell where nobody else wants it', () => {
    const place = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(place, { maxLength: 25 }), (places) => {
        const cells = onGrid(places, 5);
        expect(new Set(cells.map(String)).size).toBe(places.length);
        const [first] = places;
        for (const axis of first ? [0, 1] : []) {
          expect(Math.abs((cells[0]?.[axis] ?? NaN) - 4 * (first?.[axis] ?? NaN))).toBeLessThanOrEqual(0.5 + 1e-9);
        }
      }),
    );
    expect(() =>
      onGrid(
        [
          [0, 0],
          [0, 0],
        ],
        1,
      ),
    ).toThrow(RangeError);
  });
});
