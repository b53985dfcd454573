import type { Random } from '#foundation';
import { svg } from './svg.js';

/** What is woven or printed all over a garment. Sizes in board units. */
export interface Pattern {
  kind:
    | 'plain'
    | 'stripes'
    | 'breton'
    | 'pinstripes'
    | 'dots'
    | 'windowpane'
    | 'tartan'
    | 'gingham'
    | 'chevron'
    | 'herringbone'
    | 'floral'
    | 'sprigs'
    | 'leaves'
    | 'geometric'
    | 'ombre'
    | 'colour-block';
  /** Distance of repeats. */
  pitch: number;
  /** Width of a line or dot as a share of the pitch. */
  weight: number;
  /** Degrees. */
  angle: number;
  /** Height at which a gradient or a block changes, as a share of the board's. */
  change: number;
}

/** A pattern of a style among those that its kind of garment comes in. */
export function choosePattern(random: Random, kinds: readonly Pattern['kind'][]): Pattern {
  const kind = random.pick(kinds);
  const isLine = kind === 'stripes' || kind === 'breton';
  return {
    kind,
    pitch: random.between(13, 34),
    weight: random.between(0.18, 0.42),
    angle: kind === 'stripes' ? random.pick([0, 90, 90, 35]) : isLine ? 0 : random.pick([0, 0, 45]),
    change: random.between(0.36, 0.62),
  };
}

export interface PrintColours {
  base: string;
  ink: string;
  accent: string;
}

/** The paint with the given id; empty for plain cloth. */
export function patternDefinition(pattern: Pattern, id: string, colours: PrintColours): string {
  const { kind, pitch, angle, change } = pattern;
  const stop = (at: number, colour: string, opacity = 1): string =>
    svg`<stop offset="${at.toFixed(3)}" stop-color="${colour}" stop-opacity="${opacity}"/>`;
  const gradient = (stops: string): string =>
    svg`<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="480">${stops}</linearGradient>`;
  switch (kind) {
    case 'plain':
      return '';
    case 'ombre':
      return gradient(stop(change - 0.2, colours.ink, 0) + stop(change + 0.3, colours.ink));
    case 'colour-block':
      return gradient(
        stop(change, colours.ink, 0) +
          stop(change, colours.ink) +
          stop(change + 0.11, colours.ink) +
          stop(change + 0.11, colours.accent),
      );
    case 'stripes':
    case 'breton':
    case 'pinstripes':
    case 'dots':
    case 'windowpane':
    case 'tartan':
    case 'gingham':
    case 'herringbone':
    case 'chevron':
    case 'floral':
    case 'sprigs':
    case 'leaves':
    case 'geometric': {
      const height = kind === 'chevron' ? pitch * 0.8 : pitch;
      return svg`<pattern id="${id}" width="${pitch}" height="${height}" patternUnits="userSpaceOnUse" patternTransform="translate(200 0) rotate(${angle})">${tileOf(pattern, colours)}</pattern>`;
    }
  }
}

function tileOf({ kind, pitch, weight }: Pattern, { ink, accent }: PrintColours): string {
  const line = pitch * weight;
  const half = pitch / 2;
  switch (kind) {
    case 'stripes':
      return svg`<rect width="${pitch}" height="${line}" fill="${ink}"/>`;
    case 'breton':
      return svg`<rect width="${pitch}" height="${pitch * 0.3}" fill="${ink}"/>`;
    case 'pinstripes':
      return svg`<rect width="1.5" height="${pitch}" fill="${ink}"/>`;
    case 'dots':
      return svg`<g fill="${ink}"><circle cx="${half}" cy="${half}" r="${line * 0.55}"/><circle r="${line * 0.55}"/><circle cx="${pitch}" r="${line * 0.55}"/><circle cy="${pitch}" r="${line * 0.55}"/><circle cx="${pitch}" cy="${pitch}" r="${line * 0.55}"/></g>`;
    case 'windowpane':
      return svg`<path d="M0 ${half}H${pitch}M${half} 0V${pitch}" stroke="${ink}" stroke-width="${Math.max(1.6, line / 4)}" fill="none"/>`;
    case 'tartan':
      return svg`<g fill="${ink}" fill-opacity=".45"><rect width="${pitch}" height="${line}"/><rect width="${line}" height="${pitch}"/></g><g fill="${accent}" fill-opacity=".7"><rect y="${pitch * 0.66}" width="${pitch}" height="2"/><rect x="${pitch * 0.66}" width="2" height="${pitch}"/></g>`;
    case 'gingham':
      return svg`<g fill="${ink}" fill-opacity=".5"><rect width="${pitch}" height="${half}"/><rect width="${half}" height="${pitch}"/></g>`;
    case 'chevron':
      return svg`<path d="M${-line} ${pitch * 0.7}L${half} ${pitch * 0.2}L${pitch + line} ${pitch * 0.7}" stroke="${ink}" stroke-width="${line * 0.7}" fill="none"/>`;
    case 'herringbone':
      return svg`<path d="M0 0L${half} ${half}L${pitch} 0M0 ${half}L${half} ${pitch}L${pitch} ${half}" stroke="${ink}" stroke-width="${Math.max(1.3, line / 4)}" fill="none"/>`;
    case 'floral':
      return (
        svg`<path d="M${half} ${half}q${-half * 0.5} ${half * 0.2} ${-half * 0.7} ${half * 0.8}M${half} ${half}q${half * 0.5} ${half * 0.3} ${half * 0.6} ${half * 0.9}" stroke="${ink}" stroke-opacity=".6" stroke-width="1.2" fill="none"/>` +
        bloom(half, half, line * 0.62, ink, accent) +
        bloom(pitch * 0.08, pitch * 0.92, line * 0.3, accent, ink)
      );
    case 'sprigs':
      return svg`<g fill="${ink}"><circle cx="${half}" cy="${half * 0.8}" r="${line * 0.38}"/><path d="M${half} ${half}q${-line} ${line * 0.2} ${-line} ${line}q${line} 0 ${line} ${-line}q0 ${line} ${line} ${line}q0 ${-line} ${-line} ${-line}z"/></g>`;
    case 'leaves':
      return svg`<path d="M${half * 0.4} ${half * 1.2}Q${half * 0.2} ${half * 0.4} ${half * 1.1} ${half * 0.2}Q${half * 1.2} ${half} ${half * 0.4} ${half * 1.2}Z" fill="${ink}"/><path d="M${half * 1.2} ${half * 1.9}Q${half * 1.1} ${half * 1.2} ${half * 1.8} ${half}Q${half * 1.9} ${half * 1.7} ${half * 1.2} ${half * 1.9}Z" fill="${accent}"/>`;
    case 'geometric':
      return svg`<path d="M0 ${half}L${half} 0L${pitch} ${half}L${half} ${pitch}Z" fill="${ink}" fill-opacity=".85"/><path d="M${half * 0.55} ${half}L${half} ${half * 0.55}L${half * 1.45} ${half}L${half} ${half * 1.45}Z" fill="${accent}"/>`;
    case 'plain':
    case 'ombre':
    case 'colour-block':
      return '';
  }
}

/** A flower of five petals. */
function bloom(x: number, y: number, size: number, petal: string, heart: string): string {
  const petals = [0, 72, 144, 216, 288].map(
    (angle) =>
      svg`<ellipse transform="rotate(${angle})" cy="${-size * 0.75}" rx="${size * 0.52}" ry="${size * 0.72}" fill="${petal}"/>`,
  );
  return svg`<g transform="translate(${x} ${y})">${petals}<circle r="${size * 0.4}" fill="${heart}"/></g>`;
}
