import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';
import { TOP, type UpperBodyCut } from './upper-body-cut.js';

const x = (distance: number): number => BOARD.centre + distance;

/** The edge of the opening, from the left shoulder to the right; continues a path. */
export function neckCurve(cut: UpperBodyCut, side: 'front' | 'back'): string {
  const { neck, neckDepth, neckline } = cut;
  const to = svg`${x(neck)} ${TOP}`;
  if (side === 'back') return svg`Q${x(0)} ${TOP + 8} ${to}`;
  switch (neckline) {
    case 'v':
    case 'lapels':
    case 'shawl':
      return svg`Q${x(-neck * 0.62)} ${TOP + neckDepth * 0.42} ${x(0)} ${TOP + neckDepth}Q${x(neck * 0.62)} ${TOP + neckDepth * 0.42} ${to}`;
    case 'square':
      return svg`L${x(3 - neck)} ${TOP + neckDepth}Q${x(0)} ${TOP + neckDepth + 4} ${x(neck - 3)} ${TOP + neckDepth}L${to}`;
    case 'crew':
    case 'scoop':
    case 'boat':
    case 'turtleneck':
    case 'shirt-collar':
    case 'stand-collar':
    case 'polo-collar':
    case 'bow':
    case 'hood':
      return svg`C${x(-neck * 0.86)} ${TOP + neckDepth * 1.32} ${x(neck * 0.86)} ${TOP + neckDepth * 1.32} ${to}`;
  }
}

/** The inside of the back, seen through the opening. */
export function drawInsideOfNeck(cut: UpperBodyCut, cloth: Cloth): string {
  const front = neckCurve({ ...cut, neckDepth: cut.neckDepth + 5 }, 'front');
  const path = svg`M${x(cut.neck)} ${TOP}Q${x(0)} ${TOP - 7} ${x(-cut.neck)} ${TOP}${front}Z`;
  const rim = svg`<path d="M${x(-cut.neck)} ${TOP + 1}Q${x(0)} ${TOP + 6} ${x(cut.neck)} ${TOP + 1}" fill="none" stroke="#000" stroke-opacity=".18" stroke-width="5"/>`;
  return svg`${cloth.trim(path, cloth.dye.inside)}${rim}<rect x="${x(-6.5)}" y="${TOP + 1}" width="13" height="7" rx="1" fill="#f3eee4" fill-opacity=".9"/>`;
}

/** Collar, rib or lapels of the front. */
export function drawNeck(cut: UpperBodyCut, cloth: Cloth): string {
  const { neck, neckDepth } = cut;
  const edge = svg`M${x(-neck)} ${TOP}${neckCurve(cut, 'front')}`;
  const contrast = cut.cuff === 'contrast' ? cloth.dye.ink : cloth.dye.band;
  switch (cut.neckline) {
    case 'crew':
      return cloth.ribbedEdge(edge, 6.5, contrast);
    case 'scoop':
    case 'v':
    case 'boat':
      return cut.hemline === 'ribbed' || cut.cuff === 'contrast'
        ? cloth.ribbedEdge(edge, 6, contrast)
        : cloth.seam(edge, 3.4) +
            cloth.stitch(
              svg`M${x(-neck - 4)} ${TOP + 1}${neckCurve({ ...cut, neck: neck + 4, neckDepth: neckDepth + 5 }, 'front')}`,
            );
    case 'square':
      return cloth.seam(edge, 3.4);
    case 'turtleneck':
      return (
        cloth.rib(
          svg`M${x(-neck - 3)} ${TOP + 6}C${x(-neck - 1)} ${TOP - 6} ${x(1 - neck)} ${TOP - 18} ${x(2 - neck)} ${TOP - 28}Q${x(0)} ${TOP - 36} ${x(neck - 2)} ${TOP - 28}C${x(neck - 1)} ${TOP - 18} ${x(neck + 1)} ${TOP - 6} ${x(neck + 3)} ${TOP + 6}Q${x(0)} ${TOP + 22} ${x(-neck - 3)} ${TOP + 6}Z`,
        ) + cloth.fold(svg`M${x(2 - neck)} ${TOP - 9}Q${x(0)} ${TOP + 3} ${x(neck - 2)} ${TOP - 9}`)
      );
    case 'stand-collar':
      return bothSides((at) =>
        cloth.panel(
          svg`M${at(neck + 4)} ${TOP + 4}C${at(neck + 2)} ${TOP - 8} ${at(neck)} ${TOP - 14} ${at(neck - 2)} ${TOP - 20}Q${at(neck * 0.5)} ${TOP - 6} ${at(1.5)} ${TOP + 2}L${at(1)} ${TOP + neckDepth + 6}Q${at(neck * 0.6)} ${TOP + neckDepth * 0.9} ${at(neck + 4)} ${TOP + 4}Z`,
        ),
      );
    case 'shirt-collar':
    case 'polo-collar': {
      const tip = cut.neckline === 'shirt-collar' ? 24 : 16;
      const leaf = (at: (distance: number) => number): string =>
        svg`M${at(neck - 5)} ${TOP - 11}Q${at(neck + 5)} ${TOP - 8} ${at(neck + 9)} ${TOP + 5}Q${at(neck + 1)} ${TOP + neckDepth * 0.6 + 6} ${at(27)} ${TOP + neckDepth + tip}Q${at(12)} ${TOP + neckDepth + 8} ${at(0.5)} ${TOP + neckDepth}Q${at(neck * 0.62)} ${TOP + 8} ${at(neck - 5)} ${TOP - 11}Z`;
      return bothSides((at) => (cut.cuff === 'contrast' ? cloth.trim(leaf(at)) : cloth.panel(leaf(at))));
    }
    case 'bow': {
      const y = TOP + neckDepth + 3;
      return (
        cloth.ribbedEdge(edge, 5, cloth.dye.band) +
        bothSides(
          (at) =>
            cloth.panel(
              svg`M${at(1)} ${y}C${at(10)} ${y + 20} ${at(22)} ${y + 40} ${at(17)} ${y + 76}L${at(5)} ${y + 70}C${at(8)} ${y + 44} ${at(4)} ${y + 24} ${at(-2)} ${y + 4}Z`,
            ) +
            cloth.panel(
              svg`M${at(0)} ${y}C${at(14)} ${y - 16} ${at(36)} ${y - 14} ${at(35)} ${y + 2}C${at(35)} ${y + 18} ${at(14)} ${y + 14} ${at(0)} ${y + 3}Z`,
            ),
        ) +
        cloth.band(
          svg`M${x(-6)} ${y - 4}Q${x(0)} ${y - 7} ${x(6)} ${y - 4}L${x(5)} ${y + 8}Q${x(0)} ${y + 10} ${x(-5)} ${y + 8}Z`,
        )
      );
    }
    case 'lapels':
      return bothSides(
        (at) =>
          cloth.panel(
            svg`M${at(0)} ${TOP + neckDepth + 3}Q${at(neck * 0.5)} ${TOP + neckDepth * 0.5} ${at(neck - 2)} ${TOP}L${at(neck + 10)} ${TOP + 8}Q${at(neck + 20)} ${TOP + neckDepth * 0.3} ${at(neck + 22)} ${TOP + neckDepth * 0.52}Q${at(neck * 0.7)} ${TOP + neckDepth * 0.86} ${at(0)} ${TOP + neckDepth + 3}Z`,
          ) +
          cloth.panel(
            svg`M${at(neck - 4)} ${TOP - 9}Q${at(neck + 8)} ${TOP - 5} ${at(neck + 12)} ${TOP + 6}L${at(neck + 20)} ${TOP + neckDepth * 0.32}L${at(neck + 7)} ${TOP + neckDepth * 0.4}Q${at(neck - 2)} ${TOP + neckDepth * 0.2} ${at(neck - 4)} ${TOP - 9}Z`,
          ),
      );
    case 'shawl':
      return bothSides((at) =>
        cloth.rib(
          svg`M${at(neck - 5)} ${TOP - 10}Q${at(neck + 8)} ${TOP - 6} ${at(neck + 11)} ${TOP + 8}Q${at(neck + 10)} ${TOP + neckDepth * 0.6} ${at(5)} ${TOP + neckDepth + 14}L${at(-2)} ${TOP + neckDepth + 2}Q${at(neck * 0.62)} ${TOP + neckDepth * 0.4} ${at(neck - 5)} ${TOP - 10}Z`,
        ),
      );
    case 'hood':
      return bothSides(
        (at) =>
          svg`<path d="M${at(9)} ${TOP + neckDepth}q${at(3) - at(0)} 24 ${at(0) - at(1)} 46" fill="none" stroke="#000" stroke-opacity=".2" stroke-width="4.6" stroke-linecap="round"/><path d="M${at(9)} ${TOP + neckDepth - 1}q${at(3) - at(0)} 24 ${at(0) - at(1)} 46" fill="none" stroke="#f3eee4" stroke-width="2.8" stroke-linecap="round"/>`,
      );
  }
}

/** What of a collar is seen from behind. */
export function drawBackOfNeck({ neck, neckline }: UpperBodyCut, cloth: Cloth): string {
  const edge = svg`M${x(-neck)} ${TOP}Q${x(0)} ${TOP + 8} ${x(neck)} ${TOP}`;
  switch (neckline) {
    case 'crew':
    case 'v':
    case 'scoop':
    case 'boat':
    case 'square':
    case 'bow':
      return cloth.ribbedEdge(edge, 5);
    case 'hood':
      return '';
    case 'turtleneck':
    case 'shirt-collar':
    case 'stand-collar':
    case 'polo-collar':
    case 'lapels':
    case 'shawl':
      return cloth.panel(
        svg`M${x(-neck - 6)} ${TOP + 6}Q${x(-neck)} ${TOP - 14} ${x(0)} ${TOP - 15}Q${x(neck)} ${TOP - 14} ${x(neck + 6)} ${TOP + 6}Q${x(0)} ${TOP + 19} ${x(-neck - 6)} ${TOP + 6}Z`,
      );
  }
}

/** A hood that stands up behind the shoulders; from behind it is closed. */
export function drawHood({ neck, neckDepth }: UpperBodyCut, cloth: Cloth, side: 'front' | 'back'): string {
  const outer = svg`M${x(-neck - 16)} ${TOP + 14}C${x(-neck - 26)} ${TOP - 30} ${x(-34)} ${TOP - 66} ${x(0)} ${TOP - 68}C${x(34)} ${TOP - 66} ${x(neck + 26)} ${TOP - 30} ${x(neck + 16)} ${TOP + 14}Q${x(0)} ${TOP + 44} ${x(-neck - 16)} ${TOP + 14}Z`;
  if (side === 'back') {
    return cloth.panel(outer, cloth.seam(svg`M${x(0)} ${TOP - 68}Q${x(3)} ${TOP - 20} ${x(0)} ${TOP + 40}`));
  }
  const opening = svg`M${x(-3)} ${TOP + neckDepth + 2}C${x(-neck - 6)} ${TOP + 4} ${x(-neck - 4)} ${TOP - 44} ${x(0)} ${TOP - 50}C${x(neck + 4)} ${TOP - 44} ${x(neck + 6)} ${TOP + 4} ${x(3)} ${TOP + neckDepth + 2}Z`;
  const folds =
    cloth.fold(svg`M${x(-neck - 10)} ${TOP + 4}Q${x(-neck - 12)} ${TOP - 30} ${x(-20)} ${TOP - 56}`) +
    cloth.fold(svg`M${x(neck + 12)} ${TOP + 4}Q${x(neck + 14)} ${TOP - 30} ${x(22)} ${TOP - 56}`);
  return cloth.panel(outer, folds) + cloth.trim(opening, cloth.dye.inside) + cloth.stitch(opening);
}
