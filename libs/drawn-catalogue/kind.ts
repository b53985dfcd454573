import type { Random } from '#foundation';
import type { GarmentCut } from './garment.js';
import type { Mood } from './palette.js';
import type { Pattern } from './pattern.js';
import type { Stage } from './stage.js';
import type { Texture } from './texture.js';

/** A kind of garment that the catalogue sells, and how its cuts vary from style to style. */
export interface GarmentKind {
  noun: string;
  /** Google product type, below the department. */
  category: string;
  genders: readonly ('female' | 'male' | 'unisex')[];
  sizes: 'letters' | 'waists' | 'one';
  /** Lowest and highest price. */
  price: readonly [number, number];
  textures: readonly Texture[];
  patterns: readonly Pattern['kind'][];
  /** Whatever is made of denim comes in its washes instead. */
  moods: readonly Mood[];
  /** How it is shown in front of a wall. */
  stages: readonly Stage[];
  cut(random: Random): GarmentCut;
}
