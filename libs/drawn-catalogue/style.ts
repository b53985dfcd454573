import type { Random } from '#foundation';
import { type InkRule } from './cloth.js';
import { colourways, type NamedColour } from './palette.js';
import { choosePattern, type Pattern } from './pattern.js';
import { GARMENT_KINDS, type GarmentCut, type GarmentKind } from './wardrobe.js';

/** One drawn style: a cut in a cloth, sold in a few colours. */
export interface Style {
  /** `drawn-001` and so on: the feed's item_group_id. */
  id: string;
  name: string;
  kind: GarmentKind;
  gender: 'female' | 'male' | 'unisex';
  brand: string;
  cut: GarmentCut;
  pattern: Pattern;
  ink: InkRule;
  /** Three to five. */
  colours: NamedColour[];
  price: number;
}

/** Brands say what they are, so that nobody takes a drawing for a product. */
const BRANDS = ['Drawn by Weft', 'Drawn by Weft Studio', 'Drawn by Weft Basics'] as const;

const NAMES = (
  'Alder Amble Arbor Aspen Bay Beacon Birch Bramble Brook Cedar Clover Coast Cove Dale Delta Dune Elm Ember Fable ' +
  'Fern Field Finch Fjord Flint Garnet Glade Grove Harbor Hazel Heath Heron Holm Isle Ivy Juniper Kestrel Lark Linden ' +
  'Loom Lupin Maple Marlow Meadow Mesa Moor Myrtle Nettle North Oak Olive Osprey Otter Pebble Pine Plover Quarry ' +
  'Quill Reed Ridge River Robin Rowan Rye Sable Sage Sedge Shore Sorrel Sparrow Spruce Sten Summit Swift Tarn Teasel ' +
  'Thistle Tide Vale Weaver Wharf Willow Wren Yarrow'
).split(' ');

/** The styles of a catalogue: kinds take turns, everything else is drawn from `random`. */
export function designStyles(count: number, random: Random): Style[] {
  const names = random.shuffled(NAMES);
  return Array.from({ length: count }, (_, index) => {
    const own = random.fork();
    const kind = GARMENT_KINDS[index % GARMENT_KINDS.length] ?? own.pick(GARMENT_KINDS);
    const [low, high] = kind.price;
    return {
      id: `drawn-${String(index + 1).padStart(3, '0')}`,
      name: `${nameOf(names, index)} ${kind.noun}`,
      kind,
      gender: own.pick(kind.genders),
      brand: own.pick(BRANDS),
      cut: kind.cut(own),
      pattern: choosePattern(own),
      ink: own.pick(['pale', 'pale', 'deep', 'tonal'] as const),
      colours: colourways(3 + own.int(3), own),
      price: Math.round(own.between(low, high)) + (own.next() < 0.5 ? 0 : 0.5),
    };
  });
}

function nameOf(names: readonly string[], index: number): string {
  const round = Math.floor(index / names.length);
  return `${names[index % names.length] ?? 'Weft'}${round === 0 ? '' : ` ${round + 1}`}`;
}
