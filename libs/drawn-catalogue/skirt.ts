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
  front: 'plain' | 'buttons' | 'slit' | 'pockets';
  waistband: 'plain' | 'contrast' | 'bow';
}

const x = (distance: number): number => BOARD.centre + distance;

/** Draws a skirt, upright and centred on the board. */
export function drawSkirt(cut: SkirtCut, cloth: Cloth, side: 'front' | 'back'): string {
  const top = 240 - cut.length / 2;
  return [
    cloth.panel(outline(cut, top)),
    pleats(cut, cloth, top),
    tiers(cut, cloth, top),
    waistband(cut, cloth, top, side),
    side === 'front' ? front(cut, cloth, top) : cloth.seam(svg`M${x(0)} ${top + 14}v54`, 2),
  ].join('');
}

function outline({ waist, hip, hem, length, hemline }: SkirtCut, top: number): string {
  const end = top + length;
  const hips = top + Math.min(72, length * 0.42);
  const waves = 7;
  const step = (hem * 2) / waves;
  const across =
    hemline === 'straight'
      ? svg`Q${x(0)} ${end + 12} ${x(-hem)} ${end}`
      : Array.from(
          { length: waves },
          (_, i) => svg`Q${x(hem - step * (i + 0.5))} ${end + 17} ${x(hem - step * (i + 1))} ${end}`,
        );
  return svg`M${x(-waist)} ${top}L${x(waist)} ${top}C${x(waist + 6)} ${top + 26} ${x(hip)} ${hips - 22} ${x(hip)} ${hips}L${x(hem)} ${end}${across}L${x(-hip)} ${hips}C${x(-hip)} ${hips - 22} ${x(-waist - 6)} ${top + 26} ${x(-waist)} ${top}Z`;
}

function pleats(cut: SkirtCut, cloth: Cloth, top: number): string {
  return Array.from({ length: cut.pleats }, (_, i) => {
    const share = ((i + 1) / (cut.pleats + 1)) * 2 - 1;
    return cloth.seam(
      svg`M${x(share * cut.waist)} ${top + 14}Q${x(share * cut.hip)} ${top + cut.length * 0.4} ${x(share * cut.hem)} ${top + cut.length + 3}`,
    );
  }).join('');
}

function tiers(cut: SkirtCut, cloth: Cloth, top: number): string {
  return Array.from({ length: cut.tiers }, (_, i) => {
    const share = (i + 1) / (cut.tiers + 1);
    const y = top + cut.length * share;
    const half = cut.hip + (cut.hem - cut.hip) * Math.max(0, (share - 0.35) / 0.65) - 1;
    const gathers = Array.from({ length: 9 }, (_, k) => cloth.fold(svg`M${x(((k - 4) / 4.6) * half)} ${y + 7}v17`));
    return cloth.seam(svg`M${x(-half)} ${y}Q${x(0)} ${y + 9} ${x(half)} ${y}`, 2.4) + gathers.join('');
  }).join('');
}

function waistband(cut: SkirtCut, cloth: Cloth, top: number, side: 'front' | 'back'): string {
  const band = svg`M${x(-cut.waist - 1)} ${top - 3}H${x(cut.waist + 1)}V${top + 13}H${x(-cut.waist - 1)}Z`;
  const bow =
    cut.waistband === 'bow' && side === 'front'
      ? bothSides((at) =>
          cloth.trim(
            svg`M${at(0)} ${top + 6}L${at(26)} ${top - 8}V${top + 18}ZM${at(0)} ${top + 8}L${at(17)} ${top + 46}L${at(8)} ${top + 48}Z`,
          ),
        )
      : '';
  return (cut.waistband === 'contrast' ? cloth.trim(band) : cloth.band(band)) + bow;
}

function front(cut: SkirtCut, cloth: Cloth, top: number): string {
  const end = top + cut.length;
  switch (cut.front) {
    case 'plain':
      return '';
    case 'buttons': {
      const count = Math.max(4, Math.round(cut.length / 32));
      return (
        cloth.seam(svg`M${x(-9)} ${top + 13}V${end + 4}M${x(9)} ${top + 13}V${end + 4}`) +
        Array.from({ length: count }, (_, i) =>
          cloth.button(x(0), top + 24 + (i * (cut.length - 36)) / (count - 1), 4),
        ).join('')
      );
    }
    case 'slit':
      return cloth.trim(
        svg`M${x(cut.hem * 0.34)} ${end - cut.length * 0.36}L${x(cut.hem * 0.5)} ${end + 6}L${x(cut.hem * 0.26)} ${end + 7}Z`,
        cloth.dye.inside,
      );
    case 'pockets':
      return bothSides(
        (at) =>
          cloth.panel(svg`M${at(16)} ${top + 34}H${at(cut.hip - 12)}V${top + 72}L${at(22)} ${top + 76}Z`) +
          cloth.stitch(svg`M${at(18)} ${top + 41}H${at(cut.hip - 13)}`),
      );
  }
}
