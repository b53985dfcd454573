import type { Cloth } from './cloth.js';
import { svg } from './svg.js';

/** A print on the chest. Shapes only: letters would need fonts, which a machine may lack. */
export const EMBLEMS = ['sun', 'hill', 'leaf', 'wave', 'ring', 'diamond', 'arch', 'bars'] as const;
export type Emblem = (typeof EMBLEMS)[number];

/** Draws an emblem around a point; `size` is half its width. */
export function drawEmblem(emblem: Emblem, cloth: Cloth, x: number, y: number, size: number): string {
  const fill = cloth.dye.ink;
  const s = size;
  const at = svg`transform="translate(${x} ${y})" fill="${fill}"`;
  switch (emblem) {
    case 'sun':
      return svg`<g ${at}><circle r="${s * 0.5}"/><path d="M0 ${-s}V${s}M${-s} 0H${s}M${-s * 0.7} ${-s * 0.7}L${s * 0.7} ${s * 0.7}M${-s * 0.7} ${s * 0.7}L${s * 0.7} ${-s * 0.7}" stroke="${fill}" stroke-width="${s * 0.12}"/></g>`;
    case 'hill':
      return svg`<path ${at} d="M${-s} ${s * 0.6}L${-s * 0.3} ${-s * 0.6}L${s * 0.1} 0L${s * 0.4} ${-s * 0.3}L${s} ${s * 0.6}Z"/>`;
    case 'leaf':
      return svg`<path ${at} d="M0 ${s}Q${-s} 0 0 ${-s}Q${s} 0 0 ${s}Z"/>`;
    case 'wave':
      return svg`<path ${at} fill-opacity="0" stroke="${fill}" stroke-width="${s * 0.24}" d="M${-s} ${-s * 0.3}q${s / 2} ${-s * 0.6} ${s} 0t${s} 0M${-s} ${s * 0.3}q${s / 2} ${-s * 0.6} ${s} 0t${s} 0"/>`;
    case 'ring':
      return svg`<circle ${at} r="${s * 0.75}" fill-opacity="0" stroke="${fill}" stroke-width="${s * 0.3}"/>`;
    case 'diamond':
      return svg`<path ${at} d="M0 ${-s}L${s * 0.7} 0L0 ${s}L${-s * 0.7} 0Z"/>`;
    case 'arch':
      return svg`<path ${at} d="M${-s} ${s * 0.7}V0A${s} ${s} 0 0 1 ${s} 0V${s * 0.7}H${s * 0.45}V0A${s * 0.45} ${s * 0.45} 0 0 0 ${-s * 0.45} 0V${s * 0.7}Z"/>`;
    case 'bars':
      return svg`<path ${at} d="M${-s} ${-s * 0.7}h${s * 2}v${s * 0.35}h${-s * 2}zM${-s} ${-s * 0.15}h${s * 2}v${s * 0.35}h${-s * 2}zM${-s} ${s * 0.4}h${s * 2}v${s * 0.35}h${-s * 2}z"/>`;
  }
}
