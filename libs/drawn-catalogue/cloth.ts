import { brightness, mixed } from './palette.js';
import { type Pattern, patternDefinition } from './pattern.js';
import { svg } from './svg.js';
import { TILE, type Texture } from './texture.js';

/** The colours a garment is drawn in, all derived from one colourway. */
export interface Dye {
  base: string;
  /** Second colour of patterns, cuffs and emblems. */
  ink: string;
  /** Third colour of prints and blocks. */
  accent: string;
  /** Seams and outlines. */
  line: string;
  /** Inside of a neckline or bag. */
  inside: string;
  /** Waistbands and ribs. */
  band: string;
}

/** How a style picks its second colour, the same for all its colourways. */
export type InkRule = 'pale' | 'deep' | 'tonal';

/** The dye of a colourway. `accent` is the style's own, whatever the colour. */
export function dyeOf(base: string, rule: InkRule, accent: string): Dye {
  const isDark = brightness(base) < 0.35;
  const ink = {
    pale: mixed(base, brightness(base) > 0.7 ? '#3a4660' : '#fff8ea', 0.84),
    deep: mixed(base, isDark ? '#d9cfc0' : '#15151c', 0.6),
    tonal: mixed(base, isDark ? '#ffffff' : '#000000', 0.24),
  }[rule];
  return {
    base,
    ink,
    accent: mixed(accent, base, 0.2),
    line: mixed(base, '#08080c', isDark ? 0.75 : 0.55),
    inside: mixed(base, '#08080c', 0.48),
    band: mixed(base, isDark ? '#ffffff' : '#08080c', 0.1),
  };
}

/** Shade that grows towards an edge or a line: stacked strokes, since filters are slow. Widths, then their opacities. */
const EDGE_SHADE = [
  [20, 0.07],
  [6, 0.11],
] as const;

/** Panels that make the silhouette: hood, sleeves, torso, legs. What is sewn on them later lies within. */
const SILHOUETTE_PANELS = 6;

/** Cloth to cut panels from: knows colour, print, relief and shade, so that outlines stay pure geometry. */
export class Cloth {
  /** Outlines of the large panels, which every garment begins with: its silhouette. */
  private readonly outlines: string[] = [];
  private pieces = 0;

  constructor(
    readonly dye: Dye,
    private readonly pattern: Pattern,
    private readonly texture: Texture,
    /** Address of the texture's tile; null for a texture without one. */
    private readonly tile: string | null,
  ) {}

  /** What every drawing in this cloth needs once. */
  definitions(): string {
    const shine = this.texture === 'satin' || this.texture === 'leather' ? 0.34 : 0.12;
    const stops = [
      ['0', '#000', 0.13],
      ['.2', '#fff', shine * 0.5],
      ['.33', '#fff', shine],
      ['.5', '#000', shine * 0.2],
      ['.68', '#fff', shine * 0.35],
      ['1', '#000', 0.18],
    ] as const;
    const fall = stops.map(
      ([at, colour, opacity]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity.toFixed(3)}"/>`,
    );
    const relief =
      this.tile === null
        ? ''
        : svg`<pattern id="relief" width="${TILE}" height="${TILE}" patternUnits="userSpaceOnUse"><image href="${this.tile}" width="${TILE}" height="${TILE}"/></pattern>`;
    const rib = svg`<pattern id="ribbing" width="4" height="9" patternUnits="userSpaceOnUse"><path d="M1 0V9" stroke="#000" stroke-opacity=".28" stroke-width="1.4"/><path d="M3 0V9" stroke="#fff" stroke-opacity=".12" stroke-width="1"/></pattern>`;
    return `${patternDefinition(this.pattern, 'print', this.dye)}${relief}${rib}<linearGradient id="fall" x1="0" x2="1" y1="0" y2=".15">${fall.join('')}</linearGradient>`;
  }

  /** A piece of cloth: colour, print, relief, shade at its edges, outline. `inner` is drawn on it and cut at its edges. */
  panel(path: string, inner = ''): string {
    if (this.outlines.length < SILHOUETTE_PANELS) this.outlines.push(path);
    const print = this.pattern.kind === 'plain' ? '' : this.paint(path, 'url(#print)');
    const relief = this.tile === null ? '' : this.paint(path, 'url(#relief)');
    return this.piece(path, this.paint(path, this.dye.base) + print + relief + this.paint(path, 'url(#fall)'), inner);
  }

  /** A piece in one colour: cuffs, collars, belts. */
  trim(path: string, fill = this.dye.ink): string {
    return this.piece(path, this.paint(path, fill) + this.paint(path, 'url(#fall)'));
  }

  /** A ribbed piece: knitted hems, cuffs and collars. */
  rib(path: string): string {
    return this.piece(path, this.paint(path, this.dye.band) + this.paint(path, 'url(#ribbing)'));
  }

  /** A piece of plain cloth: waistbands, plackets. */
  band(path: string): string {
    return this.trim(path, this.dye.band);
  }

  /** A ribbed edge along a line. */
  ribbedEdge(path: string, width: number, fill = this.dye.band): string {
    const stroke = (colour: string, thickness: number, more = ''): string =>
      svg`<path d="${path}" fill="none" stroke="${colour}" stroke-width="${thickness}" ${more}/>`;
    return (
      stroke(this.dye.line, width + 1.6) +
      stroke(fill, width) +
      stroke('#000', width, 'stroke-opacity=".2" stroke-dasharray="1.2 2.4"')
    );
  }

  /** A seam. */
  seam(path: string, width = 1.2): string {
    return svg`<path d="${path}" fill="none" stroke="${this.dye.line}" stroke-width="${width}" stroke-linecap="round" stroke-opacity=".75"/>`;
  }

  /** A topstitched line. */
  stitch(path: string, colour = this.dye.line): string {
    return svg`<path d="${path}" fill="none" stroke="${colour}" stroke-width=".9" stroke-dasharray="3 2" stroke-opacity=".75"/>`;
  }

  /** A soft fold: shade, and light beside it. */
  fold(path: string, depth = 1): string {
    const shade = [8, 3].map(
      (width) => svg`<path d="${path}" stroke="#000" stroke-width="${width * depth}" stroke-opacity=".07"/>`,
    );
    const light = svg`<path transform="translate(${-5 * depth} -1)" d="${path}" stroke="#fff" stroke-width="${5 * depth}" stroke-opacity=".07"/>`;
    return svg`<g fill="none" stroke-linecap="round">${light}${shade}</g>`;
  }

  button(x: number, y: number, radius = 3.2): string {
    const fill = mixed(this.dye.ink, '#ffffff', 0.3);
    return svg`<circle cx="${x + 0.7}" cy="${y + 1}" r="${radius}" fill="#000" fill-opacity=".25"/><circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" stroke="${this.dye.line}" stroke-width=".8"/><circle cx="${x}" cy="${y}" r="${radius * 0.35}" fill="${this.dye.line}" fill-opacity=".6"/>`;
  }

  /** The shadow that everything cut so far throws on what is behind it. */
  shadow(dx: number, dy: number): string {
    const all = this.outlines.join('');
    const strokes = [14, 6].map((width) => svg`<path d="${all}" stroke-width="${width}"/>`);
    return svg`<g transform="translate(${dx} ${dy})" fill="none" stroke="#1b1611" stroke-opacity=".05" stroke-linejoin="round">${strokes}<path d="${all}" fill="#1b1611" fill-opacity=".15"/></g>`;
  }

  private piece(path: string, paints: string, inner = ''): string {
    this.pieces += 1;
    const id = `cut${this.pieces}`;
    const edges = EDGE_SHADE.map(
      ([width, opacity]) => svg`<path d="${path}" stroke-width="${width}" stroke-opacity="${opacity.toFixed(3)}"/>`,
    );
    return svg`<clipPath id="${id}"><path d="${path}"/></clipPath>${paints}<g clip-path="url(#${id})"><g fill="none" stroke="#000">${edges}</g>${inner}</g><path d="${path}" fill="none" stroke="${this.dye.line}" stroke-width="1.1" stroke-linejoin="round" stroke-opacity=".85"/>`;
  }

  private paint(path: string, fill: string): string {
    return svg`<path d="${path}" fill="${fill}"/>`;
  }
}
