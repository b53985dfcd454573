import type { Random } from '#foundation';

/** A colour of the feed: what the row calls it, and how it is drawn. */
export interface NamedColour {
  name: string;
  hex: string;
}

/**
 * Fashion colours in families of near neighbours (two navies, three greens ...): as in a real shop, colour alone does
 * not name a product.
 */
export const GARMENT_COLOURS: readonly NamedColour[] = [
  { name: 'Black', hex: '#26262b' },
  { name: 'Charcoal', hex: '#45484f' },
  { name: 'Slate', hex: '#66717f' },
  { name: 'Navy', hex: '#22315a' },
  { name: 'Indigo', hex: '#344a8c' },
  { name: 'Denim', hex: '#4a6fa5' },
  { name: 'Cobalt', hex: '#2c56c4' },
  { name: 'Teal', hex: '#1f7a80' },
  { name: 'Petrol', hex: '#1c5466' },
  { name: 'Forest', hex: '#2b5740' },
  { name: 'Moss', hex: '#5f7138' },
  { name: 'Olive', hex: '#77703a' },
  { name: 'Emerald', hex: '#218a5a' },
  { name: 'Mustard', hex: '#c9982b' },
  { name: 'Saffron', hex: '#dd8a22' },
  { name: 'Rust', hex: '#ad5228' },
  { name: 'Cognac', hex: '#8a5430' },
  { name: 'Chocolate', hex: '#553729' },
  { name: 'Brick', hex: '#a83c30' },
  { name: 'Scarlet', hex: '#c72c36' },
  { name: 'Burgundy', hex: '#6e2139' },
  { name: 'Raspberry', hex: '#b02f63' },
  { name: 'Plum', hex: '#61326b' },
  { name: 'Violet', hex: '#6a4bab' },
  { name: 'White', hex: '#f3f1ec' },
  { name: 'Cream', hex: '#efe3c4' },
  { name: 'Sand', hex: '#cdb592' },
  { name: 'Grey', hex: '#a3a6aa' },
  { name: 'Sky', hex: '#9fc0de' },
  { name: 'Sage', hex: '#a3b394' },
  { name: 'Lilac', hex: '#b9a5d3' },
  { name: 'Blush', hex: '#e0a79c' },
];

/** Mixes two `#rrggbb` colours; `share` 0 gives the first, 1 the second. */
export function mixed(first: string, second: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const from = parseInt(first.slice(at, at + 2), 16);
    const to = parseInt(second.slice(at, at + 2), 16);
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${channels.join('')}`;
}

/** 0 (black) to 1 (white), as bright as the eye finds it (Rec. 709 weights). */
export function brightness(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Colours that collections put together. A style keeps to one mood, so its colours are neighbours more often than not. */
const NAMES_OF_MOODS = {
  dark: ['Black', 'Charcoal', 'Slate', 'Navy', 'Petrol'],
  blue: ['Navy', 'Indigo', 'Cobalt', 'Denim', 'Petrol', 'Teal'],
  green: ['Forest', 'Moss', 'Olive', 'Emerald', 'Teal'],
  earth: ['Mustard', 'Saffron', 'Rust', 'Cognac', 'Chocolate'],
  red: ['Brick', 'Scarlet', 'Burgundy', 'Raspberry', 'Rust'],
  berry: ['Raspberry', 'Plum', 'Violet', 'Burgundy'],
  pale: ['White', 'Cream', 'Sand', 'Grey', 'Sky', 'Sage', 'Lilac', 'Blush'],
  denim: ['Indigo', 'Denim', 'Navy', 'Slate', 'Sky'],
} as const satisfies Record<string, readonly string[]>;
export type Mood = keyof typeof NAMES_OF_MOODS;
export const MOODS = Object.keys(NAMES_OF_MOODS) as Mood[];

/** The colours of one style: `count` different ones, each a shade of its own, so that no two blacks are the same. */
export function colourways(count: number, mood: Mood, random: Random): NamedColour[] {
  const names: readonly string[] = NAMES_OF_MOODS[mood];
  return random
    .shuffled(GARMENT_COLOURS.filter((colour) => names.includes(colour.name)))
    .slice(0, count)
    .map(({ name, hex }) => ({
      name,
      hex: mixed(hex, random.pick(['#ffffff', '#000000', '#c08040', '#4060c0']), random.between(0, 0.07)),
    }));
}
