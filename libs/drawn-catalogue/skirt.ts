import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';

/** The cut of a skirt. Distances in board units. */
export interface SkirtCut {
  shape: 'skirt';
  waist: number;
  hip: number;
  hem: number;
  length: number;
  /** Lines from the waist down; 0 for a smooth skirt. */
  pleats: number;
  /** Seams across, each with a ruffle; 0 or more. */
  tiers: number;
  hemline: 'straight' | 'wavy';
  front: 'plain' | 'buttons' | 'slit' | 'pockets' | 'wrap';
  waistband: 'plain' | 'contrast' | 'bow';
}

const x = (distance: number): number => BOARD.centre + distance;

/** Draws a skirt with its waist at `top`, centred on the board. */
export function drawSkirt(cut: SkirtCut, cloth: Cloth, side: 'front' | 'back', top: number): string {
  return [
    cloth.panel(outline(cut, top), pleats(cut, cloth, top) + tiers(cut, cloth, top)),
    waistband(cut, cloth, top, side),
    side === 'front' ? front(cut, cloth, top) : cloth.seam(svg`M${x(0)} ${top + 14}v54`, 2),
  ].join('');
}

function outline({ waist, hip, hem, length, hemline }: SkirtCut, top: number): string {
  const end = top + length;
  const hips = top + Math.min(78, length * 0.4);
  const drop = end - hips;
  const waves = 7;
  const step = (hem * 2) / waves;
  const across =
    hemline === 'straight'
      ? svg`Q${x(0)} ${end + 16} ${x(-hem)} ${end}`
      : Array.from(
          { length: waves },
          (_, i) => svg`Q${x(hem - step * (i + 0.5))} ${end + 17} ${x(hem - step * (i + 1))} ${end}`,
        );
  const side = (s: 1 | -1): string[] => [
    svg`${x(s * (waist + 5))} ${top + 24} ${x(s * hip)} ${hips - 24} ${x(s * hip)} ${hips}`,
    svg`${x(s * (hip + (hem - hip) * 0.2))} ${hips + drop * 0.35} ${x(s * (hem - (hem - hip) * 0.12))} ${end - drop * 0.3} ${x(s * hem)} ${end}`,
  ];
  const [upper = '', lower = ''] = side(1);
  return svg`M${x(-waist)} ${top}Q${x(0)} ${top + 5} ${x(waist)} ${top}C${upper}C${lower}${across}C${x(-(hem - (hem - hip) * 0.12))} ${end - drop * 0.3} ${x(-(hip + (hem - hip) * 0.2))} ${hips + drop * 0.35} ${x(-hip)} ${hips}C${x(-hip)} ${hips - 24} ${x(-waist - 5)} ${top + 24} ${x(-waist)} ${top}Z`;
}

function pleats(cut: SkirtCut, cloth: Cloth, top: number): string {
  const line = (share: number): string =>
    svg`M${x(share * cut.waist)} ${top + 12}Q${x(share * cut.hip)} ${top + cut.length * 0.4} ${x(share * cut.hem)} ${top + cut.length + 12}`;
  if (cut.pleats === 0) {
    const flare = cut.hem > cut.hip + 6 ? [-0.7, -0.36, 0.02, 0.4, 0.74] : [-0.5, 0.5];
    return flare
      .map((share, i) =>
        cloth.fold(
          svg`M${x(share * cut.hip * 0.94)} ${top + cut.length * (0.3 + 0.08 * (i % 2))}Q${x(share * (cut.hip + cut.hem) * 0.5)} ${top + cut.length * 0.66} ${x(share * cut.hem)} ${top + cut.length + 8}`,
          1.5,
        ),
      )
      .join('');
  }
  return Array.from({ length: cut.pleats }, (_, i) => {
    const share = ((i + 1) / (cut.pleats + 1)) * 2 - 1;
    return cloth.fold(line(share + 0.02), 1.2) + cloth.seam(line(share), 1);
  }).join('');
}

function tiers(cut: SkirtCut, cloth: Cloth, top: number): string {
  return Array.from({ length: cut.tiers }, (_, i) => {
    const share = (i + 1) / (cut.tiers + 1);
    const y = top + cut.length * share;
    const half = cut.hip + (cut.hem - cut.hip) * Math.max(0, (share - 0.35) / 0.65) + 2;
    const gathers = Array.from({ length: 9 }, (_, k) =>
      cloth.fold(svg`M${x(((k - 4) / 4.6) * half)} ${y + 7}v17`, 0.6),
    );
    return cloth.seam(svg`M${x(-half)} ${y}Q${x(0)} ${y + 11} ${x(half)} ${y}`, 2) + gathers.join('');
  }).join('');
}

function waistband(cut: SkirtCut, cloth: Cloth, top: number, side: 'front' | 'back'): string {
  const w = cut.waist + 1;
  const inside = cloth.trim(
    svg`M${x(-w)} ${top - 4}Q${x(0)} ${top - 12} ${x(w)} ${top - 4}Q${x(0)} ${top + 2} ${x(-w)} ${top - 4}Z`,
    cloth.dye.inside,
  );
  const band = svg`M${x(-w)} ${top - 4}Q${x(0)} ${top + 1} ${x(w)} ${top - 4}L${x(w + 1)} ${top + 11}Q${x(0)} ${top + 17} ${x(-w - 1)} ${top + 11}Z`;
  const bow =
    cut.waistband === 'bow' && side === 'front'
      ? bothSides(
          (at) =>
            cloth.panel(
              svg`M${at(1)} ${top + 8}C${at(8)} ${top + 22} ${at(18)} ${top + 40} ${at(16)} ${top + 58}L${at(6)} ${top + 56}Q${at(5)} ${top + 30} ${at(-1)} ${top + 12}Z`,
            ) +
            cloth.panel(
              svg`M${at(0)} ${top + 5}C${at(12)} ${top - 12} ${at(30)} ${top - 10} ${at(30)} ${top + 6}C${at(30)} ${top + 20} ${at(12)} ${top + 18} ${at(0)} ${top + 9}Z`,
            ),
        )
      : '';
  return inside + (cut.waistband === 'contrast' ? cloth.trim(band) : cloth.band(band)) + bow;
}

function front(cut: SkirtCut, cloth: Cloth, top: number): string {
  const end = top + cut.length;
  switch (cut.front) {
    case 'plain':
      return '';
    case 'buttons': {
      const count = Math.max(4, Math.round(cut.length / 32));
      return (
        cloth.seam(svg`M${x(-9)} ${top + 14}V${end + 7}M${x(9)} ${top + 14}V${end + 7}`) +
        Array.from({ length: count }, (_, i) =>
          cloth.button(x(0), top + 24 + (i * (cut.length - 36)) / (count - 1), 4),
        ).join('')
      );
    }
    case 'slit':
      return cloth.trim(
        svg`M${x(cut.hem * 0.34)} ${end - cut.length * 0.36}Q${x(cut.hem * 0.46)} ${end - cut.length * 0.16} ${x(cut.hem * 0.5)} ${end + 6}L${x(cut.hem * 0.26)} ${end + 8}Q${x(cut.hem * 0.34)} ${end - cut.length * 0.16} ${x(cut.hem * 0.34)} ${end - cut.length * 0.36}Z`,
        cloth.dye.inside,
      );
    case 'wrap':
      return (
        cloth.fold(
          svg`M${x(cut.waist * 0.7)} ${top + 14}Q${x(cut.hip * 0.2)} ${top + cut.length * 0.6} ${x(-cut.hem * 0.1)} ${end + 6}`,
        ) +
        cloth.seam(
          svg`M${x(cut.waist * 0.66)} ${top + 14}Q${x(cut.hip * 0.16)} ${top + cut.length * 0.6} ${x(-cut.hem * 0.14)} ${end + 6}`,
          1.8,
        )
      );
    case 'pockets':
      return bothSides(
        (at) =>
          cloth.panel(
            svg`M${at(15)} ${top + 34}H${at(cut.hip - 14)}V${top + 70}Q${at(cut.hip * 0.5)} ${top + 78} ${at(17)} ${top + 70}Z`,
          ) + cloth.stitch(svg`M${at(17)} ${top + 41}H${at(cut.hip - 15)}`),
      );
  }
}
