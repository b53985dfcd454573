import { type BagCut, drawBag, drawHat, type HatCut } from './accessory.js';
import type { Cloth } from './cloth.js';
import { drawLegs } from './legs.js';
import type { LegsCut } from './legs-cut.js';
import { drawSkirt, type SkirtCut } from './skirt.js';
import { drawUpperBody } from './upper-body.js';
import { TOP, type UpperBodyCut, waistHeight } from './upper-body-cut.js';

/** A bodice and legs in one. */
export interface JumpsuitCut {
  shape: 'jumpsuit';
  bodice: UpperBodyCut;
  legs: LegsCut;
}

/** Everything that fixes a garment's outline and details; colour, pattern and texture come on top. */
export type GarmentCut = UpperBodyCut | LegsCut | SkirtCut | JumpsuitCut | BagCut | HatCut;

/** From the top to the hem of a garment, in board units. */
export function heightOf(cut: GarmentCut): number {
  switch (cut.shape) {
    case 'jumpsuit':
      return waistHeight(cut.bodice) - TOP + cut.legs.length;
    case 'bag':
      return cut.length + cut.handle * 0.8;
    case 'hat':
      return cut.length + (cut.form === 'beanie' ? 20 : 50);
    case 'upper-body':
    case 'legs':
    case 'skirt':
      return cut.length;
  }
}

/** Where a garment is drawn: its top on the board, and how far all of it is moved down so that it sits in the middle. */
export function placeOf(cut: GarmentCut): { top: number; lift: number } {
  const middle = 240 - heightOf(cut) / 2;
  switch (cut.shape) {
    case 'upper-body':
    case 'jumpsuit':
      return { top: TOP, lift: middle - TOP };
    case 'bag':
      return { top: middle + cut.handle * 0.8, lift: 0 };
    case 'legs':
    case 'skirt':
    case 'hat':
      return { top: middle, lift: 0 };
  }
}

/** A garment around the board's middle axis, upright, before it is moved into its place. */
export function drawGarment(cut: GarmentCut, cloth: Cloth, side: 'front' | 'back'): string {
  const { top } = placeOf(cut);
  switch (cut.shape) {
    case 'upper-body':
      return drawUpperBody(cut, cloth, side);
    case 'jumpsuit':
      return drawLegs(cut.legs, cloth, side, waistHeight(cut.bodice)) + drawUpperBody(cut.bodice, cloth, side);
    case 'legs':
      return drawLegs(cut, cloth, side, top);
    case 'skirt':
      return drawSkirt(cut, cloth, side, top);
    case 'bag':
      return drawBag(cut, cloth, side, top);
    case 'hat':
      return drawHat(cut, cloth, side, top);
  }
}
