import type { Cloth } from './cloth.js';
import { type LegsCut, THREAD } from './legs-cut.js';
import { BOARD, bothSides, svg } from './svg.js';

const x = (distance: number): number => BOARD.centre + distance;

export function drawWaistband(cut: LegsCut, cloth: Cloth, top: number): string {
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

export function drawFrontOfLegs(cut: LegsCut, cloth: Cloth, top: number): string {
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

export function drawSeat(cut: LegsCut, cloth: Cloth, top: number): string {
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
