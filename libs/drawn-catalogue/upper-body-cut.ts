import type { Emblem } from './emblem.js';

export type Neckline =
  | 'crew'
  | 'scoop'
  | 'v'
  | 'boat'
  | 'square'
  | 'turtleneck'
  | 'shirt-collar'
  | 'stand-collar'
  | 'polo-collar'
  | 'bow'
  | 'lapels'
  | 'shawl'
  | 'hood';

export type SleeveShape = 'straight' | 'tapered' | 'puffed' | 'bell';

export type Closure = 'none' | 'buttons' | 'half-buttons' | 'double-buttons' | 'zip' | 'half-zip' | 'open';
export type Pocket = 'none' | 'chest' | 'two-chest' | 'kangaroo' | 'patch' | 'flap' | 'slant';

/** The cut of anything worn on the upper body, dresses and coats included. Distances in board units, from the middle axis. */
export interface UpperBodyCut {
  shape: 'upper-body';
  neck: number;
  neckline: Neckline;
  neckDepth: number;
  shoulder: number;
  chest: number;
  waist: number;
  hem: number;
  /** From the shoulder's top to the hem. */
  length: number;
  hemline: 'straight' | 'shirt-tail' | 'ribbed' | 'ruffle' | 'drawstring';
  /** Along the arm; 0 is sleeveless. */
  sleeve: number;
  sleeveShape: SleeveShape;
  cuff: 'plain' | 'ribbed' | 'contrast' | 'buttoned';
  /** Degrees that the arms stand off the body. */
  armAngle: number;
  closure: Closure;
  pocket: Pocket;
  emblem: { kind: Emblem; size: number; place: 'middle' | 'heart' } | null;
  /** A seam below which a dress widens: its height as a share of the length. */
  waistSeam: number | null;
  belt: 'none' | 'tied' | 'buckled';
  /** Lines across, as of down jackets. */
  quilted: boolean;
  /** A line of the second colour along the seams. */
  piping: boolean;
}

/** Height of the shoulders' inner ends on the board. */
export const TOP = 96;

export const shoulderTip = (cut: UpperBodyCut): number => TOP + (cut.shoulder - cut.neck) * 0.32;
export const armpit = (cut: UpperBodyCut): number => TOP + 66 + (cut.chest - 60) * 0.45;
export const bottom = (cut: UpperBodyCut): number => TOP + cut.length;

/** Height where the garment is narrowest. */
export function waistHeight(cut: UpperBodyCut): number {
  const arm = armpit(cut);
  if (cut.waistSeam !== null) return TOP + cut.length * cut.waistSeam;
  return arm + Math.min(70, (bottom(cut) - arm) * 0.5);
}
