import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';
import { bottom, TOP, type UpperBodyCut } from './upper-body-cut.js';

const x = (distance: number): number => BOARD.centre + distance;

/** Buttons or zip down the front. */
export function drawClosure(cut: UpperBodyCut, cloth: Cloth): string {
  const from = TOP + cut.neckDepth;
  const end = bottom(cut) + (cut.hemline === 'shirt-tail' ? 25 : cut.waistSeam === null ? 3 : 7);
  switch (cut.closure) {
    case 'none':
      return '';
    case 'zip':
      return zip(from, end, cloth);
    case 'half-zip':
      return zip(from - 4, from + 58, cloth);
    case 'open':
      return (
        cloth.seam(svg`M${x(0)} ${from}Q${x(2)} ${(from + end) / 2} ${x(-1)} ${end}`, 2.4) +
        cloth.fold(svg`M${x(5)} ${from}Q${x(7)} ${(from + end) / 2} ${x(4)} ${end}`)
      );
    case 'double-buttons': {
      const rows = Math.max(2, Math.round((end - from) / 52));
      const line = cloth.seam(svg`M${x(18)} ${from - 10}Q${x(20)} ${(from + end) / 2} ${x(17)} ${end}`, 1.6);
      const buttons = Array.from({ length: rows }, (_, i) =>
        bothSides((at) => cloth.button(at(17) - 2, from + 8 + i * Math.min(46, (end - from - 30) / rows), 4)),
      );
      return line + buttons.join('');
    }
    case 'buttons':
    case 'half-buttons': {
      const to = cut.closure === 'buttons' ? end : from + 60;
      const count =
        cut.closure === 'buttons' ? Math.max(cut.neckline === 'lapels' ? 2 : 4, Math.round((to - from) / 36)) : 3;
      const foot = cut.closure === 'buttons' ? '' : svg`H${x(8)}`;
      const placket = svg`M${x(-8)} ${from}V${to - 1}${foot === '' ? svg`M${x(8)} ${to - 1}` : foot}V${from}`;
      const step = (to - from - 26) / Math.max(1, count - 1);
      const buttons = Array.from({ length: count }, (_, i) => cloth.button(x(0), from + 11 + i * step));
      return (
        (cut.neckline === 'lapels' ? cloth.seam(svg`M${x(0)} ${from}V${end}`, 1.6) : cloth.seam(placket)) +
        buttons.join('')
      );
    }
  }
}

function zip(from: number, to: number, cloth: Cloth): string {
  return svg`${cloth.seam(svg`M${x(0)} ${from}V${to}`, 6)}<path d="M${x(0)} ${from}V${to}" stroke="#d3d3da" stroke-width="2.2" stroke-dasharray="2 1.4"/>${cloth.stitch(svg`M${x(-7)} ${from}V${to}M${x(7)} ${from}V${to}`)}<rect x="${x(-2.6)}" y="${from + 4}" width="5.2" height="14" rx="2" fill="#dcdce2" stroke="${cloth.dye.line}" stroke-width=".8"/>`;
}

/** Pockets of the front. */
export function drawPocket(cut: UpperBodyCut, cloth: Cloth): string {
  const end = bottom(cut);
  switch (cut.pocket) {
    case 'none':
      return '';
    case 'chest':
      return chestPocket(cut, cloth, x);
    case 'two-chest':
      return bothSides((at) => {
        const y = TOP + 60;
        const near = cut.chest * 0.24;
        const far = cut.chest * 0.72;
        return (
          cloth.panel(
            svg`M${at(near)} ${y}H${at(far)}V${y + 36}L${at((near + far) / 2)} ${y + 43}L${at(near)} ${y + 36}Z`,
          ) +
          cloth.panel(
            svg`M${at(near - 1.5)} ${y - 3}H${at(far + 1.5)}V${y + 8}L${at((near + far) / 2)} ${y + 15}L${at(near - 1.5)} ${y + 8}Z`,
          ) +
          cloth.button(at((near + far) / 2), y + 9, 2.4)
        );
      });
    case 'kangaroo':
      return (
        cloth.panel(
          svg`M${x(-32)} ${end - 82}Q${x(0)} ${end - 80} ${x(32)} ${end - 82}Q${x(38)} ${end - 56} ${x(54)} ${end - 44}L${x(53)} ${end - 18}H${x(-53)}L${x(-54)} ${end - 44}Q${x(-38)} ${end - 56} ${x(-32)} ${end - 82}Z`,
        ) + bothSides((at) => cloth.stitch(svg`M${at(28)} ${end - 79}Q${at(34)} ${end - 54} ${at(50)} ${end - 42}`))
      );
    case 'patch':
    case 'flap': {
      const y = Math.min(end - 34, TOP + 190);
      return bothSides((at) => {
        const flap = cloth.panel(
          svg`M${at(19)} ${y - 50}H${at(59)}L${at(58)} ${y - 36}Q${at(39)} ${y - 32} ${at(20)} ${y - 36}Z`,
        );
        if (cut.pocket === 'flap') return flap;
        return cloth.panel(svg`M${at(20)} ${y - 48}H${at(58)}V${y - 6}Q${at(39)} ${y + 2} ${at(20)} ${y - 6}Z`) + flap;
      });
    }
    case 'slant': {
      const y = Math.min(end - 24, TOP + 196);
      return bothSides(
        (at) =>
          cloth.seam(svg`M${at(34)} ${y - 54}L${at(50)} ${y - 14}`, 3) +
          cloth.stitch(svg`M${at(30)} ${y - 53}L${at(46)} ${y - 13}`),
      );
    }
  }
}

function chestPocket(cut: UpperBodyCut, cloth: Cloth, at: (distance: number) => number): string {
  const y = TOP + 64;
  const near = cut.chest * 0.26;
  return (
    cloth.panel(svg`M${at(near)} ${y}h30v27q0 4 -4 6l-11 5l-11 -5q-4 -2 -4 -6z`) +
    cloth.stitch(svg`M${at(near + 1)} ${y + 6}h28`)
  );
}
