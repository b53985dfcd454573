import { BACKDROPS } from './backdrop.js';
import { Cloth, dyeOf } from './cloth.js';
import { drawLegs } from './legs.js';
import type { NamedColour } from './palette.js';
import type { Light, Shot } from './shot.js';
import { drawSkirt } from './skirt.js';
import type { Style } from './style.js';
import { BOARD, svg } from './svg.js';
import { drawUpperBody } from './upper-body.js';
import type { GarmentCut } from './wardrobe.js';

/** The SVG of one photo: a garment of a style in one of its colours, taken as the shot says. */
export function drawPicture(style: Style, colour: NamedColour, shot: Shot): string {
  const { width, height, centre } = BOARD;
  const cloth = new Cloth(dyeOf(colour.hex, style.ink), style.pattern);
  const backdrop = BACKDROPS[shot.backdrop % BACKDROPS.length]?.() ?? '';
  const flip = shot.mirrored ? -1 : 1;
  const place = svg`translate(${centre + shot.dx} ${height / 2 + shot.dy}) rotate(${shot.rotation})`;
  // Scales need more digits than the board's tenths.
  const scale = shot.scale * closeness(style.cut);
  const size = `scale(${(scale * shot.turn * flip).toFixed(3)} ${scale.toFixed(3)})`;
  const shadow = svg`<ellipse cx="${centre + shot.dx + 8}" cy="${Math.min(452, 240 + shot.dy + 206 * shot.scale)}" rx="${104 * shot.scale}" ry="11" fill="#000" fill-opacity=".13"/>`;
  return svg`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${cloth.definitions()}${lightDefinition(shot.light)}</defs>${backdrop}${shadow}<g transform="${place} ${size} translate(-200 -240)">${garment(style.cut, cloth, shot.side)}</g>${lightOverlay(shot.light)}</svg>`;
}

/** Small garments are photographed from nearer, so that shorts fill the picture as a coat does. */
function closeness(cut: GarmentCut): number {
  return Math.min(1.35, Math.max(1, 255 / cut.length));
}

function garment(cut: GarmentCut, cloth: Cloth, side: 'front' | 'back'): string {
  switch (cut.shape) {
    case 'upper-body':
      // Hung from the neck, so that short and long garments sit in the middle alike.
      return svg`<g transform="translate(0 ${240 - (96 + cut.length / 2) + (cut.neckline === 'hood' ? 22 : 0)})">${drawUpperBody(cut, cloth, side)}</g>`;
    case 'legs':
      return drawLegs(cut, cloth, side);
    case 'skirt':
      return drawSkirt(cut, cloth, side);
  }
}

function lightDefinition({ angle, depth }: Light): string {
  return svg`<linearGradient id="light" gradientTransform="rotate(${angle} .5 .5)"><stop offset="0" stop-color="#fff" stop-opacity="${(depth * 0.5).toFixed(3)}"/><stop offset=".45" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="${depth.toFixed(3)}"/></linearGradient>`;
}

function lightOverlay({ warmth }: Light): string {
  const tint = warmth < 0 ? '#3f7fd8' : '#f0932b';
  return svg`<rect width="400" height="480" fill="${tint}" fill-opacity="${Math.abs(warmth).toFixed(3)}"/><rect width="400" height="480" fill="url(#light)"/>`;
}
