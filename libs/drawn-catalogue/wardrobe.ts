import { bag, hat } from './accessories.js';
import { jeans, shorts, skirt, trousers } from './bottoms.js';
import { dress, jumpsuit } from './dresses.js';
import type { GarmentKind } from './kind.js';
import { cardigan, hoodie, sweater } from './knitwear.js';
import { coat, jacket } from './outerwear.js';
import { blouse, polo, shirt, tee, top } from './tops.js';

/** What a shop sells most of, in the order in which a catalogue takes it, again and again. */
const COMMON_KINDS: readonly GarmentKind[] = [
  tee,
  dress,
  shirt,
  sweater,
  jeans,
  tee,
  dress,
  jacket,
  skirt,
  sweater,
  tee,
  dress,
  shirt,
  jeans,
];

/** What comes once after every round of the common kinds: one of these, in turn. */
const RARE_KINDS: readonly GarmentKind[] = [
  trousers,
  bag,
  hoodie,
  coat,
  blouse,
  shorts,
  cardigan,
  hat,
  polo,
  jumpsuit,
  top,
];

/**
 * The kind of the style with an index. A few kinds are most of a catalogue, as in shops: so the kind alone does not name
 * a style, and for every style of a common kind there are others like it.
 */
export function kindAt(index: number): GarmentKind {
  const place = index % (COMMON_KINDS.length + 1);
  const round = Math.floor(index / (COMMON_KINDS.length + 1));
  const kind = COMMON_KINDS[place] ?? RARE_KINDS[round % RARE_KINDS.length];
  if (kind === undefined) throw new RangeError(`There is no style ${index}.`);
  return kind;
}
