import type { Cloth } from './cloth.js';
import { type LegsCut, THREAD } from './legs-cut.js';
import { drawFrontOfLegs, drawSeat, drawWaistband } from './legs-details.js';
import { BOARD, bothSides, svg } from './svg.js';

const x = (distance: number): number => BOARD.centre + distance;

/** Draws trousers or shorts with their waist at `top`, centred on the board. */
export function drawLegs(cut: LegsCut, cloth: Cloth, side: 'front' | 'back', top: number): string {
  return [
    bothSides((at, s) => leg(cut, cloth, top, at, s)),
    cloth.seam(svg`M${x(0)} ${top}V${top + cut.rise}`),
    drawWaistband(cut, cloth, top),
    side === 'front' ? drawFrontOfLegs(cut, cloth, top) : drawSeat(cut, cloth, top),
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
