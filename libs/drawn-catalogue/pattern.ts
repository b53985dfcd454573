import type { Random } from '#foundation';
import { svg } from './svg.js';

/** What is woven or printed all over a garment. Sizes in board units. */
export interface Pattern {
  kind: 'plain' | 'stripes' | 'pinstripes' | 'dots' | 'check' | 'gingham' | 'herringbone' | 'sprigs';
  /** Distance of repeats. */
  pitch: number;
  /** Width of a line or dot as a share of the pitch. */
  weight: number;
  /** Degrees. */
  angle: number;
}

const KINDS: readonly Pattern['kind'][] = [
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'stripes',
  'stripes',
  'pinstripes',
  'dots',
  'check',
  'gingham',
  'herringbone',
  'sprigs',
];

/** A pattern of a style. Half of all garments are plain or nearly so, as in shops. */
export function choosePattern(random: Random): Pattern {
  const kind = random.pick(KINDS);
  return {
    kind,
    pitch: random.between(14, 34),
    weight: random.between(0.16, 0.42),
    angle: kind === 'stripes' ? random.pick([0, 0, 90, 35]) : kind === 'pinstripes' ? 90 : random.pick([0, 0, 45]),
  };
}

/** The `<pattern>` element with the given id in the given ink; empty for plain cloth. */
export function patternDefinition(pattern: Pattern, id: string, ink: string): string {
  const tile = tileOf(pattern, ink);
  if (tile === '') return '';
  const { pitch, angle } = pattern;
  return svg`<pattern id="${id}" width="${pitch}" height="${pitch}" patternUnits="userSpaceOnUse" patternTransform="translate(200 0) rotate(${angle})">${tile}</pattern>`;
}

function tileOf({ kind, pitch, weight }: Pattern, ink: string): string {
  const line = pitch * weight;
  const half = pitch / 2;
  switch (kind) {
    case 'plain':
      return '';
    case 'stripes':
      return svg`<rect width="${pitch}" height="${line}" fill="${ink}"/>`;
    case 'pinstripes':
      return svg`<rect width="${pitch}" height="1.6" fill="${ink}"/>`;
    case 'dots':
      return svg`<circle cx="${half}" cy="${half}" r="${line * 0.7}" fill="${ink}"/>`;
    case 'check':
      return svg`<path d="M0 ${half}H${pitch}M${half} 0V${pitch}" stroke="${ink}" stroke-width="${Math.max(2, line / 2)}" fill="none"/>`;
    case 'gingham':
      return svg`<g fill="${ink}" fill-opacity=".55"><rect width="${pitch}" height="${half}"/><rect width="${half}" height="${pitch}"/></g>`;
    case 'herringbone':
      return svg`<path d="M0 0L${half} ${half}L${pitch} 0M0 ${half}L${half} ${pitch}L${pitch} ${half}" stroke="${ink}" stroke-width="${Math.max(1.5, line / 3)}" fill="none"/>`;
    case 'sprigs':
      return svg`<g fill="${ink}"><circle cx="${half}" cy="${half * 0.8}" r="${line * 0.45}"/><path d="M${half} ${half}q${-line} ${line * 0.2} ${-line} ${line}q${line} 0 ${line} ${-line}q0 ${line} ${line} ${line}q0 ${-line} ${-line} ${-line}z"/></g>`;
  }
}
