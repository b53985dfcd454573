import { brightness, mixed } from './palette.js';
import { type Pattern, patternDefinition } from './pattern.js';
import { svg } from './svg.js';

/** The colours a garment is drawn in, all derived from one colourway. */
export interface Dye {
  base: string;
  /** Second colour of patterns, cuffs and emblems. */
  ink: string;
  /** Seams and outlines. */
  line: string;
  /** Inside of a neckline or bag. */
  inside: string;
}

/** How a style picks its second colour, the same for all its colourways. */
export type InkRule = 'pale' | 'deep' | 'tonal';

/** The dye of a colourway. */
export function dyeOf(base: string, rule: InkRule): Dye {
  const isDark = brightness(base) < 0.35;
  const ink = {
    pale: mixed(base, brightness(base) > 0.7 ? '#3a4660' : '#fff8ea', 0.82),
    deep: mixed(base, isDark ? '#d9cfc0' : '#15151c', 0.6),
    tonal: mixed(base, isDark ? '#ffffff' : '#000000', 0.22),
  }[rule];
  return { base, ink, line: mixed(base, '#08080c', isDark ? 0.7 : 0.5), inside: mixed(base, '#08080c', 0.42) };
}

/** Cloth to cut panels from: knows colour, pattern and the fall of light, so that outlines stay pure geometry. */
export class Cloth {
  constructor(
    readonly dye: Dye,
    private readonly pattern: Pattern,
  ) {}

  /** What every drawing in this cloth needs once. */
  definitions(): string {
    return (
      patternDefinition(this.pattern, 'cloth', this.dye.ink) +
      svg`<linearGradient id="fall" x1="0" x2="1"><stop offset="0" stop-color="#000" stop-opacity=".16"/><stop offset=".3" stop-color="#fff" stop-opacity=".1"/><stop offset=".62" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".22"/></linearGradient>`
    );
  }

  /** A piece of cloth: colour, pattern, light, outline. */
  panel(path: string): string {
    const { base, line } = this.dye;
    const print = this.pattern.kind === 'plain' ? '' : svg`<path d="${path}" fill="url(#cloth)"/>`;
    return svg`<path d="${path}" fill="${base}"/>${print}<path d="${path}" fill="url(#fall)" stroke="${line}" stroke-width="1.6" stroke-linejoin="round"/>`;
  }

  /** A piece in the second colour: cuffs, collars, contrast pockets. */
  trim(path: string, fill = this.dye.ink): string {
    return svg`<path d="${path}" fill="${fill}" stroke="${this.dye.line}" stroke-width="1.4" stroke-linejoin="round"/>`;
  }

  /** A piece of plain cloth without pattern: waistbands, ribs. */
  band(path: string): string {
    return this.trim(path, mixed(this.dye.base, '#08080c', 0.14));
  }

  /** A seam. */
  seam(path: string, width = 1.3): string {
    return svg`<path d="${path}" fill="none" stroke="${this.dye.line}" stroke-width="${width}" stroke-linecap="round" stroke-opacity=".8"/>`;
  }

  /** A topstitched line. */
  stitch(path: string): string {
    return svg`<path d="${path}" fill="none" stroke="${this.dye.line}" stroke-width="1" stroke-dasharray="3.5 2.5" stroke-opacity=".75"/>`;
  }

  /** A soft fold. */
  fold(path: string): string {
    return svg`<path d="${path}" fill="none" stroke="#000" stroke-width="3" stroke-linecap="round" stroke-opacity=".1"/>`;
  }

  button(x: number, y: number, radius = 3.4): string {
    return svg`<circle cx="${x}" cy="${y}" r="${radius}" fill="${mixed(this.dye.ink, '#ffffff', 0.25)}" stroke="${this.dye.line}" stroke-width="1"/>`;
  }
}
