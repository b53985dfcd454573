/** The cut of trousers, jeans and shorts. Distances in board units. */
export interface LegsCut {
  shape: 'legs';
  waist: number;
  hip: number;
  /** From the waist to the crotch. */
  rise: number;
  /** From the waist to the hem. */
  length: number;
  /** Width of a leg at the knee and at the hem. */
  knee: number;
  ankle: number;
  /** How far the legs stand apart at the hem. */
  stance: number;
  waistband: 'plain' | 'drawstring' | 'belt';
  pocket: 'slant' | 'cargo' | 'jeans';
  front: 'plain' | 'crease' | 'pleats';
  hem: 'plain' | 'turn-up' | 'ribbed';
  sideStripe: boolean;
  /** Thread of the topstitching that stands out, as on jeans. */
  isTopstitched: boolean;
}

/** Thread of topstitching that stands out. */
export const THREAD = '#d9a55a';
