import { bag, hat } from './accessories.js';
import { jeans, shorts, skirt, trousers } from './bottoms.js';
import { dress, jumpsuit } from './dresses.js';
import type { GarmentKind } from './kind.js';
import { coat, jacket } from './outerwear.js';
import { blouse, cardigan, hoodie, polo, shirt, sweater, tee, top } from './tops.js';

/**
 * The order in which a catalogue takes its kinds, again and again. Tops are most of it, as in shops; so the category
 * alone does not name a style, not even among the few that are held out.
 */
export const GARMENT_KINDS: readonly GarmentKind[] = [
  tee,
  shirt,
  dress,
  sweater,
  jeans,
  jacket,
  hoodie,
  skirt,
  blouse,
  tee,
  coat,
  trousers,
  shirt,
  dress,
  cardigan,
  bag,
  sweater,
  shorts,
  tee,
  jumpsuit,
  polo,
  jacket,
  top,
  dress,
  hat,
  sweater,
  skirt,
  shirt,
  trousers,
  hoodie,
];
