import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';

/** The cut of trousers and shorts. Distances in board units. */
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
  pocket: 'slant' | 'cargo' | 'patch';
  front: 'plain' | 'crease' | 'pleats';
  hem: 'plain' | 'turn-up' | 'ribbed';
  sideStripe: boolean;
}

const x = (distance: number): number => BOARD.centre + distance;

/** Draws trousers or shorts, upright and centred on the board. */
export function drawLegs(cut: LegsCut, cloth: Cloth, side: 'front' | 'back'): string {
  const top = 240 - cut.length / 2;
  return [
    bothSides((at) => leg(cut, cloth, top, at)),
    cloth.seam(svg`M${x(0)} ${top}V${top + cut.rise}`),
    waistband(cut, cloth, top),
    side === 'front' ? front(cut, cloth, top) : seat(cut, cloth, top),
  ].join('');
}

function leg(cut: LegsCut, cloth: Cloth, top: number, at: (distance: number) => number): string {
  const { waist, hip, rise, length, knee, ankle, stance } = cut;
  const end = top + length;
  const crotch = top + rise;
  const bend = crotch + (length - rise) * 0.45;
  const inner = stance;
  const outer = inner + ankle;
  const kneeOuter = Math.min(hip, inner * 0.6 + knee);
  const path = svg`M${at(0)} ${top}L${at(waist)} ${top}C${at(hip)} ${top + 24} ${at(hip)} ${crotch - 20} ${at(hip - 1)} ${crotch}C${at(hip - 3)} ${crotch + 40} ${at(kneeOuter)} ${bend - 20} ${at(kneeOuter)} ${bend}L${at(outer)} ${end}Q${at((inner + outer) / 2)} ${end + 5} ${at(inner)} ${end}L${at(inner * 0.6)} ${bend}L${at(0)} ${crotch}Z`;
  const band = (height: number): string =>
    svg`M${at(outer)} ${end}Q${at((inner + outer) / 2)} ${end + 5} ${at(inner)} ${end}L${at(inner)} ${end - height}Q${at((inner + outer) / 2)} ${end - height + 5} ${at(outer)} ${end - height}Z`;
  const hem = {
    plain: cloth.stitch(
      svg`M${at(outer - 1)} ${end - 8}Q${at((inner + outer) / 2)} ${end - 3} ${at(inner + 1)} ${end - 8}`,
    ),
    'turn-up': cloth.trim(band(17)),
    ribbed: cloth.band(band(15)),
  }[cut.hem];
  const stripe = cut.sideStripe
    ? svg`<path d="M${at(waist - 3)} ${top + 14}C${at(hip - 6)} ${top + 30} ${at(hip - 6)} ${crotch - 20} ${at(hip - 7)} ${crotch}C${at(hip - 9)} ${crotch + 40} ${at(kneeOuter - 6)} ${bend - 20} ${at(kneeOuter - 6)} ${bend}L${at(outer - 6)} ${end}" fill="none" stroke="${cloth.dye.ink}" stroke-width="7"/>`
    : '';
  const fold = cloth.fold(svg`M${at(5)} ${crotch + 6}L${at(hip * 0.5)} ${crotch + 22}`);
  return cloth.panel(path) + stripe + fold + hem;
}

function waistband(cut: LegsCut, cloth: Cloth, top: number): string {
  const band = svg`M${x(-cut.waist - 1)} ${top - 2}H${x(cut.waist + 1)}V${top + 14}H${x(-cut.waist - 1)}Z`;
  switch (cut.waistband) {
    case 'plain':
      return cloth.band(band) + cloth.button(x(0), top + 6);
    case 'drawstring':
      return (
        cloth.band(band) +
        bothSides(
          (at) =>
            svg`<path d="M${at(4)} ${top + 7}q${at(7) - at(0)} 18 ${at(3) - at(0)} 36" fill="none" stroke="#f3eee4" stroke-width="3" stroke-linecap="round"/>`,
        )
      );
    case 'belt':
      return svg`${cloth.trim(band, '#4a3324')}<rect x="${x(-9)}" y="${top - 1}" width="18" height="14" rx="2" fill="none" stroke="#d9c27a" stroke-width="3"/>`;
  }
}

function front(cut: LegsCut, cloth: Cloth, top: number): string {
  const crotch = top + cut.rise;
  const fly = cloth.stitch(svg`M${x(9)} ${top + 16}V${crotch - 26}Q${x(8)} ${crotch - 14} ${x(1)} ${crotch - 12}`);
  const pockets = bothSides((at) => {
    switch (cut.pocket) {
      case 'slant':
        return cloth.seam(svg`M${at(cut.waist - 16)} ${top + 15}L${at(cut.hip - 3)} ${top + 52}`, 2);
      case 'patch':
        return cloth.panel(svg`M${at(20)} ${top + 26}H${at(cut.hip - 8)}V${top + 62}L${at(24)} ${top + 66}Z`);
      case 'cargo': {
        const y = Math.min(crotch + 16, top + cut.length - 62);
        const from = cut.hip - 40;
        return (
          cloth.seam(svg`M${at(cut.waist - 16)} ${top + 15}L${at(cut.hip - 3)} ${top + 46}`, 2) +
          cloth.panel(svg`M${at(from)} ${y}H${at(from + 33)}V${y + 42}H${at(from)}Z`) +
          cloth.band(svg`M${at(from - 2)} ${y - 2}H${at(from + 35)}V${y + 12}H${at(from - 2)}Z`)
        );
      }
    }
  });
  const end = top + cut.length;
  const middle = cut.stance + cut.ankle / 2;
  const lines = {
    plain: '',
    crease: bothSides((at) => cloth.seam(svg`M${at(cut.waist * 0.55)} ${top + 50}L${at(middle)} ${end - 12}`)),
    pleats: bothSides((at) =>
      [0.35, 0.55].map((share) => cloth.seam(svg`M${at(cut.waist * share)} ${top + 15}l${at(2) - at(0)} 42`)).join(''),
    ),
  }[cut.front];
  return fly + pockets + lines;
}

function seat(cut: LegsCut, cloth: Cloth, top: number): string {
  return (
    cloth.seam(svg`M${x(-cut.waist - 3)} ${top + 26}L${x(0)} ${top + 38}L${x(cut.waist + 3)} ${top + 26}`) +
    bothSides((at) =>
      cloth.panel(svg`M${at(16)} ${top + 44}H${at(46)}V${top + 74}L${at(31)} ${top + 82}L${at(16)} ${top + 74}Z`),
    )
  );
}
