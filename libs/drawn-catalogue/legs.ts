import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';

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

const x = (distance: number): number => BOARD.centre + distance;
const THREAD = '#d9a55a';

/** Draws trousers or shorts with their waist at `top`, centred on the board. */
export function drawLegs(cut: LegsCut, cloth: Cloth, side: 'front' | 'back', top: number): string {
  return [
    bothSides((at, s) => leg(cut, cloth, top, at, s)),
    cloth.seam(svg`M${x(0)} ${top}V${top + cut.rise}`),
    waistband(cut, cloth, top),
    side === 'front' ? front(cut, cloth, top) : seat(cut, cloth, top),
  ].join('');
}

function leg(cut: LegsCut, cloth: Cloth, top: number, at: (distance: number) => number, s: 1 | -1): string {
  const { waist, hip, rise, length, knee, ankle, stance } = cut;
  const crotch = top + rise;
  const end = top + length;
  const bend = crotch + (end - crotch) * 0.45;
  const hips = top + rise * 0.62;
  const outer = stance + ankle;
  const middle = stance / 2 + hip * 0.42;
  const kneeOuter = Math.max(middle + knee / 2, (hip + outer) / 2 - 6);
  const kneeInner = Math.max(2, kneeOuter - knee);
  const outside = svg`L${at(waist)} ${top}C${at(waist + 4)} ${top + 22} ${at(hip)} ${hips - 26} ${at(hip)} ${hips}C${at(hip)} ${hips + 40} ${at(kneeOuter + 1)} ${bend - 40} ${at(kneeOuter)} ${bend}C${at(kneeOuter - 1)} ${bend + 30} ${at(outer)} ${end - 50} ${at(outer)} ${end}`;
  const inside = svg`Q${at(stance + ankle / 2)} ${end + 6} ${at(stance)} ${end}C${at(stance)} ${end - 50} ${at(kneeInner)} ${bend + 30} ${at(kneeInner)} ${bend}C${at(kneeInner)} ${bend - 40} ${at(3)} ${crotch + 26} ${at(0)} ${crotch}Z`;
  const stripe = cut.sideStripe
    ? svg`<path d="M${at(waist - 3)} ${top}C${at(waist + 1)} ${top + 22} ${at(hip - 6)} ${hips - 26} ${at(hip - 6)} ${hips}C${at(hip - 6)} ${hips + 40} ${at(kneeOuter - 5)} ${bend - 40} ${at(kneeOuter - 6)} ${bend}C${at(kneeOuter - 7)} ${bend + 30} ${at(outer - 6)} ${end - 50} ${at(outer - 6)} ${end}" fill="none" stroke="${cloth.dye.ink}" stroke-width="6"/>`
    : '';
  const isLong = length > 240;
  const folds = [
    cloth.fold(svg`M${at(1)} ${crotch - 4}Q${at(hip * 0.34)} ${crotch + 6} ${at(hip * 0.68)} ${crotch - 8 - 4 * s}`),
    cloth.fold(svg`M${at(3)} ${crotch + 5}Q${at(hip * 0.3)} ${crotch + 24} ${at(hip * 0.62)} ${crotch + 26}`, 0.8),
    isLong
      ? cloth.fold(
          svg`M${at(kneeInner + 1)} ${bend + 4 * s}q${at(knee * 0.3) - at(0)} 9 ${at(knee * 0.62) - at(0)} 2`,
          0.8,
        )
      : '',
    isLong
      ? cloth.fold(
          svg`M${at(kneeOuter - 1)} ${bend + 16}q${at(-knee * 0.3) - at(0)} 8 ${at(-knee * 0.5) - at(0)} 3`,
          0.6,
        )
      : '',
    isLong
      ? cloth.fold(
          svg`M${at(stance + 2)} ${end - 20 - 4 * s}q${at(ankle * 0.4) - at(0)} 8 ${at(ankle * 0.8) - at(0)} 0`,
          0.7,
        )
      : '',
    cloth.fold(
      svg`M${at((kneeOuter + kneeInner) / 2 + 3)} ${bend - 60}Q${at((kneeOuter + kneeInner) / 2 + 5)} ${bend} ${at(stance + ankle * 0.55)} ${end}`,
      1.1,
    ),
  ];
  return cloth.panel(svg`M${at(-1)} ${top}${outside}${inside}`, folds.join('') + stripe) + hem(cut, cloth, end, at);
}

function hem(cut: LegsCut, cloth: Cloth, end: number, at: (distance: number) => number): string {
  const from = cut.stance;
  const to = cut.stance + cut.ankle;
  const band = (depth: number, grow: number): string =>
    svg`M${at(to + grow)} ${end}Q${at((from + to) / 2)} ${end + 6} ${at(from - grow)} ${end}L${at(from - grow)} ${end - depth}Q${at((from + to) / 2)} ${end - depth + 6} ${at(to + grow)} ${end - depth}Z`;
  switch (cut.hem) {
    case 'plain':
      return cloth.stitch(
        svg`M${at(to - 1)} ${end - 8}Q${at((from + to) / 2)} ${end - 2} ${at(from + 1)} ${end - 8}`,
        cut.isTopstitched ? THREAD : undefined,
      );
    case 'turn-up':
      return cloth.panel(band(17, 1.5));
    case 'ribbed':
      return cloth.rib(band(17, -2));
  }
}

function waistband(cut: LegsCut, cloth: Cloth, top: number): string {
  const w = cut.waist + 1;
  const band = svg`M${x(-w)} ${top - 3}Q${x(0)} ${top + 2} ${x(w)} ${top - 3}L${x(w + 1)} ${top + 13}Q${x(0)} ${top + 19} ${x(-w - 1)} ${top + 13}Z`;
  const inside = cloth.trim(
    svg`M${x(-w)} ${top - 3}Q${x(0)} ${top - 11} ${x(w)} ${top - 3}Q${x(0)} ${top + 3} ${x(-w)} ${top - 3}Z`,
    cloth.dye.inside,
  );
  const loops = bothSides((at) => cloth.band(svg`M${at(w * 0.5)} ${top - 3}h${at(5) - at(0)}v20h${at(-5) - at(0)}Z`));
  switch (cut.waistband) {
    case 'plain':
      return inside + cloth.panel(band) + loops + cloth.button(x(0), top + 7);
    case 'drawstring':
      return (
        inside +
        cloth.rib(band) +
        bothSides(
          (at) =>
            svg`<path d="M${at(4)} ${top + 9}q${at(8) - at(0)} 20 ${at(3) - at(0)} 38" fill="none" stroke="#f3eee4" stroke-width="2.8" stroke-linecap="round"/>`,
        )
      );
    case 'belt':
      return svg`${inside}${cloth.trim(band, '#4a3324')}${loops}<rect x="${x(-9)}" y="${top - 1}" width="18" height="17" rx="2.5" fill="none" stroke="#d9c27a" stroke-width="2.8"/>`;
  }
}

function front(cut: LegsCut, cloth: Cloth, top: number): string {
  const crotch = top + cut.rise;
  const thread = cut.isTopstitched ? THREAD : undefined;
  const fly = cloth.stitch(
    svg`M${x(10)} ${top + 18}V${crotch - 34}Q${x(9)} ${crotch - 18} ${x(1)} ${crotch - 14}`,
    thread,
  );
  const pockets = bothSides((at) => pocket(cut, cloth, top, at, thread));
  const end = top + cut.length;
  const middle = cut.stance + cut.ankle / 2;
  const lines = {
    plain: '',
    crease: bothSides((at) =>
      cloth.seam(
        svg`M${at(cut.waist * 0.56)} ${top + 40}Q${at(cut.hip * 0.5)} ${crotch} ${at(middle)} ${end - 6}`,
        1.4,
      ),
    ),
    pleats: bothSides((at) =>
      [0.36, 0.58]
        .map(
          (share) =>
            cloth.seam(svg`M${at(cut.waist * share)} ${top + 17}l${at(2) - at(0)} 44`) +
            cloth.fold(svg`M${at(cut.waist * share + 2)} ${top + 20}l${at(3) - at(0)} 60`),
        )
        .join(''),
    ),
  }[cut.front];
  return fly + pockets + lines;
}

function pocket(
  cut: LegsCut,
  cloth: Cloth,
  top: number,
  at: (distance: number) => number,
  thread: string | undefined,
): string {
  switch (cut.pocket) {
    case 'slant':
      return cloth.seam(
        svg`M${at(cut.waist - 14)} ${top + 16}Q${at(cut.hip - 12)} ${top + 38} ${at(cut.hip - 3)} ${top + 54}`,
        2,
      );
    case 'jeans':
      return (
        cloth.seam(
          svg`M${at(cut.waist * 0.46)} ${top + 17}Q${at(cut.waist * 0.56)} ${top + 40} ${at(cut.hip - 2)} ${top + 42}`,
          1.6,
        ) +
        cloth.stitch(
          svg`M${at(cut.waist * 0.4)} ${top + 18}Q${at(cut.waist * 0.5)} ${top + 45} ${at(cut.hip - 2)} ${top + 47}`,
          thread,
        )
      );
    case 'cargo': {
      const y = Math.min(top + cut.rise + 18, top + cut.length - 62);
      const from = cut.hip - 36;
      return (
        cloth.seam(svg`M${at(cut.waist - 14)} ${top + 16}L${at(cut.hip - 3)} ${top + 50}`, 2) +
        cloth.panel(
          svg`M${at(from)} ${y}H${at(from + 34)}V${y + 42}Q${at(from + 17)} ${y + 47} ${at(from)} ${y + 42}Z`,
        ) +
        cloth.panel(
          svg`M${at(from - 2)} ${y - 3}H${at(from + 36)}V${y + 10}Q${at(from + 17)} ${y + 14} ${at(from - 2)} ${y + 10}Z`,
        )
      );
    }
  }
}

function seat(cut: LegsCut, cloth: Cloth, top: number): string {
  const thread = cut.isTopstitched ? THREAD : undefined;
  return (
    cloth.seam(svg`M${x(-cut.waist - 3)} ${top + 26}Q${x(0)} ${top + 46} ${x(cut.waist + 3)} ${top + 26}`) +
    bothSides(
      (at) =>
        cloth.panel(
          svg`M${at(14)} ${top + 46}H${at(47)}L${at(45)} ${top + 80}L${at(30)} ${top + 88}L${at(16)} ${top + 80}Z`,
        ) + cloth.stitch(svg`M${at(16)} ${top + 60}Q${at(30)} ${top + 70} ${at(45)} ${top + 60}`, thread),
    )
  );
}
