import { BACKDROPS } from './backdrop.js';
import { Cloth, dyeOf } from './cloth.js';
import { drawGarment, type GarmentCut, heightOf, placeOf } from './garment.js';
import type { NamedColour } from './palette.js';
import type { Light, Shot } from './shot.js';
import { drawStage, drawStand } from './stage.js';
import type { Style } from './style.js';
import { BOARD, svg } from './svg.js';
import type { Texture } from './texture.js';

/**
 * The SVG of one photo: a garment of a style in one of its colours, taken as the shot says.
 *
 * @param tileOf address of a texture's tile; null for a texture without one
 */
export function drawPicture(
  style: Style,
  colour: NamedColour,
  shot: Shot,
  tileOf: (texture: Texture) => string | null,
): string {
  const { width, height, centre } = BOARD;
  const cloth = new Cloth(
    dyeOf(colour.hex, style.ink, style.accent),
    style.pattern,
    style.texture,
    tileOf(style.texture),
  );
  const backdrop = BACKDROPS[shot.backdrop % BACKDROPS.length];
  const stage = backdrop?.surface === 'wall' ? shot.stage : 'none';
  const scale = shot.scale * closeness(style.cut);
  // Scales need more digits than the board's tenths.
  const size = `scale(${(scale * shot.turn * (shot.mirrored ? -1 : 1)).toFixed(3)} ${scale.toFixed(3)}) skewY(${stage === 'none' ? ((1 - shot.turn) * 18).toFixed(2) : '0'})`;
  const place = svg`translate(${centre + shot.dx} ${height / 2 + shot.dy}) rotate(${stage === 'none' ? shot.rotation : 0})`;
  const garment = drawGarment(style.cut, cloth, shot.side);
  const shadow = shadowOf(shot.light, cloth, stage === 'mannequin' || stage === 'plinth' ? 0.5 : 1);
  return svg`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${cloth.definitions()}${shared(shot.light)}</defs>${backdrop?.draw() ?? ''}${stage === 'mannequin' && style.cut.shape === 'upper-body' ? drawStand(centre + shot.dx) : ''}<g transform="${place} ${size} translate(-200 -240)"><g transform="translate(0 ${placeOf(style.cut).lift})">${drawStage(stage, style.cut)}${shadow}${garment}</g></g>${overlay(shot.light)}</svg>`;
}

/** Small things are photographed from nearer, so that shorts fill the picture as a coat does. */
function closeness(cut: GarmentCut): number {
  return Math.min(1.2, Math.max(0.92, 245 / heightOf(cut)));
}

function shadowOf({ angle }: Light, cloth: Cloth, distance: number): string {
  const radians = (angle * Math.PI) / 180;
  return cloth.shadow(9 * distance * Math.cos(radians), 7 * distance + 4 * distance * Math.sin(radians));
}

/** Paints that stage, props and light share. */
function shared({ angle, depth }: Light): string {
  return (
    svg`<linearGradient id="light" gradientTransform="rotate(${angle} .5 .5)"><stop offset="0" stop-color="#fff" stop-opacity="${depth.toFixed(3)}"/><stop offset=".42" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="${depth.toFixed(3)}"/></linearGradient>` +
    '<radialGradient id="glow"><stop offset="0" stop-color="#fff3cc" stop-opacity=".85"/><stop offset="1" stop-color="#fff3cc" stop-opacity="0"/></radialGradient>' +
    '<linearGradient id="body"><stop offset="0" stop-color="#000" stop-opacity=".12"/><stop offset=".32" stop-color="#fff" stop-opacity=".28"/><stop offset="1" stop-color="#000" stop-opacity=".2"/></linearGradient>'
  );
}

/** The lamp's colour and direction over the whole photo; some days the sun comes through a window. */
function overlay({ warmth, window: sun }: Light): string {
  const tint = warmth < 0 ? '#3f7fd8' : '#f0932b';
  const panes = sun
    ? '<g fill="#fff6de" fill-opacity=".1"><path d="M40 -20L190 -60V150L40 210ZM204 -64L330 -98V94L204 144ZM40 226L190 166V340L40 420ZM204 160L330 110V276L204 332Z"/></g>'
    : '';
  return svg`<rect width="400" height="480" fill="${tint}" fill-opacity="${Math.abs(warmth).toFixed(3)}"/>${panes}<rect width="400" height="480" fill="url(#light)"/>`;
}
