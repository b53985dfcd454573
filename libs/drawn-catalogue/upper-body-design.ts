import type { Random } from '#foundation';
import { EMBLEMS } from './emblem.js';
import type { UpperBodyCut } from './upper-body-cut.js';

/** A sleeveless, plain, straight garment; kinds state how they differ. */
export function upperBody(random: Random, difference: Partial<UpperBodyCut>): UpperBodyCut {
  const chest = random.between(66, 78);
  return {
    shape: 'upper-body',
    neck: random.between(26, 32),
    neckline: 'crew',
    neckDepth: random.between(17, 24),
    shoulder: chest + random.between(-2, 6),
    chest,
    waist: chest - random.between(1, 9),
    hem: chest + random.between(-4, 4),
    length: random.between(204, 244),
    hemline: 'straight',
    sleeve: 0,
    sleeveShape: 'tapered',
    cuff: 'plain',
    armAngle: random.between(11, 22),
    closure: 'none',
    pocket: 'none',
    emblem: null,
    waistSeam: null,
    belt: 'none',
    quilted: false,
    piping: false,
    ...difference,
  };
}

export const longSleeve = (random: Random): number => random.between(186, 212);

export function chooseEmblem(random: Random, share: number): UpperBodyCut['emblem'] {
  const emblem = {
    kind: random.pick(EMBLEMS),
    size: random.between(20, 32),
    place: random.pick(['middle', 'middle', 'heart'] as const),
  };
  return random.next() < share ? emblem : null;
}
