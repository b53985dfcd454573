import { describe, expect, it } from 'vitest';
import type { ModelVersion } from '#foundation';
import type { Generation, GenerationState } from './generation.js';
import { superfluousGenerations } from './superfluous.js';

/** Generation `id` of a model, last activated at a time. */
function generation(id: number, model: string, state: GenerationState, activated: number | null = null): Generation {
  const at = new Date(Date.UTC(2026, 10, 1));
  return {
    ...{ id, modelVersion: model as ModelVersion, state, products: 1, images: 1, failure: null, createdAt: at },
    ...{ readyAt: at, activatedAt: activated === null ? null : new Date(Date.UTC(2026, 10, activated)) },
  };
}

/** Newest first, as they are listed. */
const all = [
  generation(9, 'c', 'ready'),
  generation(8, 'b', 'active', 20),
  generation(7, 'b', 'retired', 19),
  generation(6, 'b', 'retired', 18),
  // Gone back to once: active later than the one after it.
  generation(5, 'b', 'retired', 12),
  generation(4, 'b', 'retired', 15),
  generation(3, 'a', 'retired', 8),
  generation(2, 'a', 'retired', 7),
  generation(1, 'a', 'failed'),
];

const dropped = (depth: number, held: number[] = []) =>
  superfluousGenerations(all, new Set(held), depth).map(({ id }) => id);

describe('what is kept of generations', () => {
  it.each([
    [1, [6, 4, 5, 2]],
    [2, [4, 5, 2]],
    // By when they were active, not by when they were made.
    [3, [5, 2]],
    [4, [2]],
    [50, []],
  ])('%i that were active before, and the last of another model', (depth, gone) => {
    expect(dropped(depth)).toEqual(gone);
  });

  it('keeps what is held', () => {
    expect(dropped(1, [6, 2])).toEqual([4, 5]);
  });
});
