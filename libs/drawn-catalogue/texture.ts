import { Random } from '#foundation';

/** How cloth feels: a relief laid over colour and print. `satin` and `leather` have no tile, they shine instead. */
export const TEXTURES = [
  'smooth',
  'knit',
  'cable',
  'rib',
  'denim',
  'twill',
  'corduroy',
  'melange',
  'linen',
  'fleece',
  'mesh',
  'lace',
  'satin',
  'leather',
] as const;
export type Texture = (typeof TEXTURES)[number];

/** Side of a tile in pixels, and in board units. */
export const TILE = 48;

/** Of a pixel: light above 0, shade below, both at most 1. */
type Relief = (x: number, y: number, noise: (x: number, y: number) => number) => number;

const wave = (at: number, period: number): number => Math.sin((2 * Math.PI * at) / period);

/** A row of stitches: two legs that meet in a point. */
function stitch(x: number, y: number, width: number, height: number): number {
  const across = Math.abs((x % width) - width / 2) / (width / 2);
  const along = (((y - across * height * 0.9) % height) + height) % height;
  return 0.2 - 0.55 * Math.abs((2 * along) / height - 1) ** 3 - 0.3 * (1 - across) ** 6;
}

function cable(x: number, y: number): number {
  const column = x % 16;
  if (column > 11) return 0.6 * stitch(x, y, 4, 4);
  // Two strands that cross: the one in front changes with every half turn.
  const swing = 2.8 * wave(y, 16);
  const front = y % 16 < 8 ? swing : -swing;
  const near = Math.abs(column - 5.5 - front);
  const other = Math.abs(column - 5.5 + front);
  return near < 2.6 ? 0.24 - 0.05 * near * near : other < 2.6 ? 0.08 - 0.05 * other * other : -0.34;
}

/** Rows of petals around holes. */
function lace(x: number, y: number): number {
  const dx = (x % 12) - 6;
  const dy = (y % 12) - 6;
  const radius = Math.hypot(dx, dy);
  const petals = 4.1 + 1.4 * Math.cos(6 * Math.atan2(dy, dx));
  return radius < 1.5 ? -0.5 : radius < petals ? 0.55 : -0.16 + 0.12 * wave(x + y, 3);
}

const RELIEFS: Partial<Record<Texture, Relief>> = {
  knit: (x, y) => stitch(x, y, 6, 6),
  cable,
  rib: (x) => 0.24 * wave(x, 6) - 0.06,
  denim: (x, y, noise) => 0.15 * wave(x + y, 3) + 0.3 * (noise(x, y) - 0.55),
  twill: (x, y) => 0.17 * wave(x - y, 4),
  corduroy: (x, y, noise) => 0.36 * wave(x, 8) - 0.06 + 0.12 * (noise(x, y) - 0.5),
  melange: (x, y, noise) => 0.34 * (noise(x >> 1, y) - 0.5) + 0.42 * (noise(x, y) - 0.5),
  linen: (x, y, noise) => 0.34 * (noise(x, 0) - 0.5) + 0.34 * (noise(0, y) - 0.5) + 0.2 * (noise(x, y) - 0.5),
  fleece: (x, y, noise) => 0.5 * (noise(x >> 1, y >> 1) - 0.5) + 0.25 * (noise(x, y) - 0.5),
  mesh: (x, y) => (Math.hypot((x % 6) - 2.5, ((y + (Math.floor(x / 6) % 2) * 3) % 6) - 2.5) < 1.6 ? -0.42 : 0.06),
  lace,
};

/** Pixels of a tile, RGBA, `TILE` squared, the same on every machine; null for cloth without relief. */
export function tilePixels(texture: Texture): Uint8ClampedArray | null {
  const relief = RELIEFS[texture];
  if (relief === undefined) return null;
  const random = new Random(TEXTURES.indexOf(texture) + 1);
  const grain = Float64Array.from({ length: TILE * TILE }, () => random.next());
  const noise = (x: number, y: number): number => grain[(y % TILE) * TILE + (x % TILE)] ?? 0;
  const pixels = new Uint8ClampedArray(TILE * TILE * 4);
  for (let at = 0; at < TILE * TILE; at += 1) {
    const value = relief(at % TILE, Math.floor(at / TILE), noise);
    pixels.fill(value > 0 ? 255 : 0, at * 4, at * 4 + 3);
    pixels[at * 4 + 3] = Math.round(Math.min(1, Math.abs(value)) * 150);
  }
  return pixels;
}
