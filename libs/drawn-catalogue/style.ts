import { Random } from '#foundation';
import { type InkRule } from './cloth.js';
import type { GarmentCut } from './garment.js';
import type { GarmentKind } from './kind.js';
import { colourways, type NamedColour } from './palette.js';
import { choosePattern, type Pattern } from './pattern.js';
import type { Texture } from './texture.js';
import { kindAt } from './wardrobe.js';

/** One drawn style: a cut in a cloth, sold in a few colours. */
export interface Style {
  /** `drawn-0001` and so on: the feed's item_group_id. */
  id: string;
  name: string;
  kind: GarmentKind;
  gender: 'female' | 'male' | 'unisex';
  brand: string;
  cut: GarmentCut;
  pattern: Pattern;
  texture: Texture;
  ink: InkRule;
  /** Third colour of its prints, the same for all its colourways. */
  accent: string;
  /** Two or three. */
  colours: NamedColour[];
  price: number;
}

/** Brands say what they are, so that nobody takes a drawing for a product. */
const BRANDS = ['Drawn by Weft', 'Drawn by Weft Studio', 'Drawn by Weft Basics'] as const;

const ACCENTS = ['#e2725b', '#e9b44c', '#7aa095', '#35476b', '#d8a7b1', '#f4ead5', '#8c5e8a', '#b7c68b'] as const;

/** Share of styles that are a variation of an earlier one, as a shop that sells a cut well orders it again. */
const SIBLING_SHARE = 0.4;

const NAMES = (
  'Alder Amble Arbor Aspen Bay Beacon Birch Bramble Brook Cedar Clover Coast Cove Dale Delta Dune Elm Ember Fable ' +
  'Fern Field Finch Fjord Flint Garnet Glade Grove Harbor Hazel Heath Heron Holm Isle Ivy Juniper Kestrel Lark Linden ' +
  'Loom Lupin Maple Marlow Meadow Mesa Moor Myrtle Nettle North Oak Olive Osprey Otter Pebble Pine Plover Quarry ' +
  'Quill Reed Ridge River Robin Rowan Rye Sable Sage Sedge Shore Sorrel Sparrow Spruce Sten Summit Swift Tarn Teasel ' +
  'Thistle Tide Vale Weaver Wharf Willow Wren Yarrow'
).split(' ');

/** What is drawn for one style, apart from its name and colours. */
type Design = Pick<Style, 'cut' | 'pattern' | 'texture' | 'ink' | 'accent'>;

/** Spreads seeds that follow one another, and keeps the streams of one seed apart. */
export function streamOf(seed: number, stream: number): Random {
  return new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)).fork();
}

/** The style with an index, 0-based. Needs no other style, so that a catalogue of any size takes no memory. */
export function designStyle(seed: number, index: number): Style {
  const own = streamOf(seed, 2 * index);
  const kind = kindAt(index);
  const [low, high] = kind.price;
  const design = designOf(seed, index);
  const mood = design.texture === 'denim' ? 'denim' : own.pick(kind.moods);
  return {
    id: `drawn-${String(index + 1).padStart(4, '0')}`,
    name: `${nameOf(seed, index)} ${kind.noun}`,
    kind,
    gender: own.pick(kind.genders),
    brand: own.pick(BRANDS),
    ...design,
    colours: colourways(2 + own.int(2), mood, own),
    price: Math.round(own.between(low, high)) + (own.next() < 0.5 ? 0 : 0.5),
  };
}

function designOf(seed: number, index: number): Design {
  const own = streamOf(seed, 2 * index + 1);
  const kind = kindAt(index);
  const isSibling = own.next() < SIBLING_SHARE;
  const fresh = {
    cut: kind.cut(own),
    pattern: choosePattern(own, kind.patterns),
    texture: own.pick(kind.textures),
    ink: own.pick(['pale', 'pale', 'deep', 'tonal'] as const),
    accent: own.pick(ACCENTS),
  };
  const elderIndex = isSibling ? lastOfKind(kind, index) : null;
  if (elderIndex === null) return fresh;
  const elder = designOf(seed, elderIndex);
  // The same cut and cloth in another pattern, or the same cloth and pattern in another cut.
  return own.next() < 0.5 ? { ...elder, pattern: fresh.pattern } : { ...elder, cut: fresh.cut };
}

/** The style before `index` that is of the same kind; null for the first of a kind. */
function lastOfKind(kind: GarmentKind, index: number): number | null {
  for (let earlier = index - 1; earlier >= 0; earlier -= 1) if (kindAt(earlier) === kind) return earlier;
  return null;
}

function nameOf(seed: number, index: number): string {
  const round = Math.floor(index / NAMES.length);
  const names = streamOf(seed, -2 - round).shuffled(NAMES);
  return `${names[index % NAMES.length] ?? 'Weft'}${round === 0 ? '' : ` ${round + 1}`}`;
}
