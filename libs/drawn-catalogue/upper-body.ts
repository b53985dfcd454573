import type { Cloth } from './cloth.js';
import { drawEmblem, type Emblem } from './emblem.js';
import { BOARD, bothSides, svg } from './svg.js';

/** The cut of anything worn on the upper body, dresses included. Distances in board units, from the middle axis. */
export interface UpperBodyCut {
  shape: 'upper-body';
  neck: number;
  neckline: 'crew' | 'scoop' | 'v' | 'boat' | 'turtleneck' | 'shirt-collar' | 'stand-collar' | 'lapels' | 'hood';
  neckDepth: number;
  shoulder: number;
  chest: number;
  waist: number;
  hem: number;
  /** From the shoulder's top to the hem. */
  length: number;
  hemline: 'straight' | 'shirt-tail' | 'ribbed' | 'ruffle';
  /** Along the arm; 0 is sleeveless. */
  sleeve: number;
  sleeveWidth: number;
  cuff: 'plain' | 'ribbed' | 'contrast' | 'puffed';
  /** Degrees that the arms stand off the body. */
  armAngle: number;
  closure: 'none' | 'buttons' | 'half-buttons' | 'zip';
  pocket: 'none' | 'chest' | 'kangaroo' | 'patch' | 'slant';
  emblem: { kind: Emblem; size: number; place: 'middle' | 'heart' } | null;
  /** A seam below which a dress widens: its height as a share of the length. */
  waistSeam: number | null;
  quilted: boolean;
}

const TOP = 96;

/** Draws the garment upright around the board's middle. The back shows no pocket, closure or emblem. */
export function drawUpperBody(cut: UpperBodyCut, cloth: Cloth, side: 'front' | 'back'): string {
  const parts = [
    cut.neckline === 'hood' ? hood(cut, cloth) : '',
    cut.sleeve > 0 ? sleeves(cut, cloth) : '',
    side === 'front' ? insideOfNeck(cut, cloth) : '',
    cloth.panel(torso(cut, side)),
    quilting(cut, cloth),
    folds(cut, cloth),
    hem(cut, cloth),
    cut.waistSeam === null ? '' : waistSeam(cut, cloth, cut.waistSeam),
    side === 'front' ? front(cut, cloth) : back(cut, cloth),
  ];
  return parts.join('');
}

const shoulderDrop = (cut: UpperBodyCut): number => (cut.shoulder - cut.neck) * 0.3;
const armpit = (cut: UpperBodyCut): number => TOP + 62 + cut.sleeveWidth * 0.35;
const bottom = (cut: UpperBodyCut): number => TOP + cut.length;

function waistHeight(cut: UpperBodyCut): number {
  return cut.waistSeam === null ? armpit(cut) + (bottom(cut) - armpit(cut)) * 0.5 : TOP + cut.length * cut.waistSeam;
}

function torso(cut: UpperBodyCut, side: 'front' | 'back'): string {
  const { neck, shoulder, chest, waist, hem } = cut;
  const tip = TOP + shoulderDrop(cut);
  const arm = armpit(cut);
  const middle = waistHeight(cut);
  const end = bottom(cut);
  const x = (distance: number): number => BOARD.centre + distance;
  const right = svg`L${x(shoulder)} ${tip}C${x(shoulder - 5)} ${tip + 22} ${x(chest - 9)} ${arm - 20} ${x(chest)} ${arm}C${x(chest - 1)} ${arm + 22} ${x(waist)} ${middle - 26} ${x(waist)} ${middle}C${x(waist + 1)} ${middle + 24} ${x(hem - 2)} ${end - 40} ${x(hem)} ${end}`;
  const left = svg`C${x(2 - hem)} ${end - 40} ${x(-waist - 1)} ${middle + 24} ${x(-waist)} ${middle}C${x(-waist)} ${middle - 26} ${x(1 - chest)} ${arm + 22} ${x(-chest)} ${arm}C${x(9 - chest)} ${arm - 20} ${x(5 - shoulder)} ${tip + 22} ${x(-shoulder)} ${tip}L${x(-neck)} ${TOP}`;
  const across = {
    straight: svg`Q${BOARD.centre} ${end + 7} ${x(-hem)} ${end}`,
    ribbed: svg`Q${BOARD.centre} ${end + 5} ${x(-hem)} ${end}`,
    'shirt-tail': svg`C${x(hem * 0.6)} ${end + 4} ${x(hem * 0.5)} ${end + 26} ${x(0)} ${end + 26}C${x(-hem * 0.5)} ${end + 26} ${x(-hem * 0.6)} ${end + 4} ${x(-hem)} ${end}`,
    ruffle: wavy(x(hem), x(-hem), end, 6),
  }[cut.hemline];
  return svg`M${x(neck)} ${TOP}${right}${across}${left}${neckCurve(cut, side)}Z`;
}

function wavy(from: number, to: number, y: number, waves: number): string {
  const step = (to - from) / waves;
  return Array.from(
    { length: waves },
    (_, i) => svg`Q${from + step * (i + 0.5)} ${y + 16} ${from + step * (i + 1)} ${y}`,
  ).join('');
}

function neckCurve(cut: UpperBodyCut, side: 'front' | 'back'): string {
  const { neck } = cut;
  const to = svg`${BOARD.centre + neck} ${TOP}`;
  const depth = side === 'back' ? 5 : cut.neckDepth;
  if (side === 'front' && (cut.neckline === 'v' || cut.neckline === 'lapels')) {
    return svg`L${BOARD.centre} ${TOP + depth}L${to}`;
  }
  return svg`C${BOARD.centre - neck * 0.8} ${TOP + depth * 1.3} ${BOARD.centre + neck * 0.8} ${TOP + depth * 1.3} ${to}`;
}

function insideOfNeck(cut: UpperBodyCut, cloth: Cloth): string {
  const { neck } = cut;
  const label = svg`<rect x="${BOARD.centre - 7}" y="${TOP + 2}" width="14" height="6" rx="1" fill="#f3eee4" fill-opacity=".85"/>`;
  const front = neckCurve({ ...cut, neckDepth: cut.neckDepth + 5 }, 'front');
  const path = svg`M${BOARD.centre + neck} ${TOP}Q${BOARD.centre} ${TOP - 9} ${BOARD.centre - neck} ${TOP}${front}Z`;
  return cloth.trim(path, cloth.dye.inside) + label;
}

function sleeves(cut: UpperBodyCut, cloth: Cloth): string {
  const radians = (cut.armAngle * Math.PI) / 180;
  const along = { x: Math.sin(radians), y: Math.cos(radians) };
  const tip = { x: cut.shoulder - 3, y: TOP + shoulderDrop(cut) };
  const pit = { x: cut.chest - 2, y: armpit(cut) + 2 };
  const width = cut.sleeveWidth;
  const end = { x: tip.x + along.x * cut.sleeve + 4, y: tip.y + along.y * cut.sleeve };
  const inner = { x: end.x - along.y * width, y: end.y + along.x * width };
  const puff = cut.cuff === 'puffed' ? 16 : 5;
  return bothSides((x) => {
    const outer = svg`C${x(tip.x + puff)} ${tip.y + 8} ${x(end.x - along.x * cut.sleeve * 0.4 + puff)} ${end.y - along.y * cut.sleeve * 0.4} ${x(end.x)} ${end.y}`;
    const sleeve = svg`M${x(tip.x)} ${tip.y}${outer}L${x(inner.x)} ${inner.y}L${x(pit.x)} ${pit.y}L${x(tip.x - 14)} ${tip.y + 20}Z`;
    const depth = cut.cuff === 'ribbed' ? 15 : cut.cuff === 'contrast' ? 11 : 0;
    const band = svg`M${x(end.x)} ${end.y}L${x(inner.x)} ${inner.y}L${x(inner.x - along.x * depth)} ${inner.y - along.y * depth}L${x(end.x - along.x * depth + 1)} ${end.y - along.y * depth}Z`;
    const hemStitch = svg`M${x(end.x - along.x * 7)} ${end.y - along.y * 7}L${x(inner.x - along.x * 7)} ${inner.y - along.y * 7}`;
    const finish = depth === 0 ? cloth.stitch(hemStitch) : cut.cuff === 'ribbed' ? cloth.band(band) : cloth.trim(band);
    const crease =
      cut.sleeve < 90
        ? ''
        : cloth.fold(svg`M${x(pit.x + 8)} ${pit.y + 14}L${x((pit.x + end.x) / 2 + 4)} ${(pit.y + end.y) / 2 + 4}`);
    return cloth.panel(sleeve) + crease + finish;
  });
}

function hood(cut: UpperBodyCut, cloth: Cloth): string {
  const { neck } = cut;
  const shape = (grow: number): string =>
    svg`M${BOARD.centre - neck - grow - 8} ${TOP + 10}C${BOARD.centre - neck - 26 - grow} ${TOP - 44} ${BOARD.centre - 24} ${TOP - 62 - grow} ${BOARD.centre} ${TOP - 62 - grow}C${BOARD.centre + 24} ${TOP - 62 - grow} ${BOARD.centre + neck + 26 + grow} ${TOP - 44} ${BOARD.centre + neck + grow + 8} ${TOP + 10}Q${BOARD.centre} ${TOP + 40} ${BOARD.centre - neck - grow - 8} ${TOP + 10}Z`;
  return cloth.panel(shape(3)) + cloth.trim(shape(-13), cloth.dye.inside);
}

function folds(cut: UpperBodyCut, cloth: Cloth): string {
  const middle = waistHeight(cut);
  const end = bottom(cut);
  return bothSides((x) =>
    cloth.fold(
      svg`M${x(cut.waist * 0.82)} ${middle - 6}q${x(0) - x(9)} 20 ${x(0) - x(4)} ${Math.min(62, (end - middle) * 0.5)}`,
    ),
  );
}

function quilting(cut: UpperBodyCut, cloth: Cloth): string {
  if (!cut.quilted) return '';
  const lines: string[] = [];
  for (let y = TOP + 46; y < bottom(cut) - 12; y += 27) {
    const half = y < armpit(cut) ? cut.chest - 12 : Math.min(cut.waist, cut.hem) - 1;
    lines.push(cloth.seam(svg`M${BOARD.centre - half} ${y}Q${BOARD.centre} ${y + 7} ${BOARD.centre + half} ${y}`));
  }
  return lines.join('');
}

function hem(cut: UpperBodyCut, cloth: Cloth): string {
  const end = bottom(cut);
  const x = (distance: number): number => BOARD.centre + distance;
  const { hem: half } = cut;
  if (cut.hemline === 'ribbed') {
    return (
      cloth.band(
        svg`M${x(half)} ${end}Q${x(0)} ${end + 5} ${x(-half)} ${end}L${x(2 - half)} ${end - 16}Q${x(0)} ${end - 11} ${x(half - 2)} ${end - 16}Z`,
      ) +
      Array.from({ length: 15 }, (_, i) => {
        const at = x(-half + 6 + (i * (half * 2 - 12)) / 14);
        return svg`<path d="M${at} ${end - 13}V${end}" stroke="${cloth.dye.line}" stroke-opacity=".35"/>`;
      }).join('')
    );
  }
  if (cut.hemline === 'straight') {
    return cloth.stitch(svg`M${x(half - 2)} ${end - 8}Q${x(0)} ${end - 1} ${x(2 - half)} ${end - 8}`);
  }
  return '';
}

function waistSeam(cut: UpperBodyCut, cloth: Cloth, share: number): string {
  const y = TOP + cut.length * share;
  const { waist } = cut;
  const belt = svg`M${BOARD.centre - waist} ${y - 5}Q${BOARD.centre} ${y} ${BOARD.centre + waist} ${y - 5}V${y + 5}Q${BOARD.centre} ${y + 10} ${BOARD.centre - waist} ${y + 5}Z`;
  const gathers = Array.from({ length: 7 }, (_, i) => {
    const spread = (i - 3) / 3;
    return cloth.fold(
      svg`M${BOARD.centre + spread * waist * 0.8} ${y + 14}L${BOARD.centre + spread * cut.hem * 0.8} ${y + (bottom(cut) - y) * 0.72}`,
    );
  });
  return gathers.join('') + cloth.trim(belt);
}

function front(cut: UpperBodyCut, cloth: Cloth): string {
  return closure(cut, cloth) + pocket(cut, cloth) + neckFinish(cut, cloth) + emblem(cut, cloth);
}

function back(cut: UpperBodyCut, cloth: Cloth): string {
  const y = TOP + 38;
  const half = cut.chest - 14;
  const yoke = cloth.seam(svg`M${BOARD.centre - half} ${y}Q${BOARD.centre} ${y + 8} ${BOARD.centre + half} ${y}`);
  const collar =
    cut.neckline === 'crew' || cut.neckline === 'v' || cut.neckline === 'scoop' || cut.neckline === 'boat'
      ? ''
      : cloth.band(
          svg`M${BOARD.centre - cut.neck - 3} ${TOP + 3}Q${BOARD.centre} ${TOP - 22} ${BOARD.centre + cut.neck + 3} ${TOP + 3}Q${BOARD.centre} ${TOP + 12} ${BOARD.centre - cut.neck - 3} ${TOP + 3}Z`,
        );
  return yoke + collar;
}

function closure(cut: UpperBodyCut, cloth: Cloth): string {
  const from = TOP + cut.neckDepth;
  const end = bottom(cut) - (cut.hemline === 'ribbed' ? 2 : 0);
  if (cut.closure === 'none') return '';
  if (cut.closure === 'zip') {
    return svg`${cloth.seam(svg`M${BOARD.centre} ${from}V${end + 3}`, 5)}<path d="M${BOARD.centre} ${from}V${end + 3}" stroke="#d8d8de" stroke-width="2" stroke-dasharray="2.5 2"/><rect x="${BOARD.centre - 3}" y="${from + 6}" width="6" height="13" rx="2" fill="#d8d8de" stroke="${cloth.dye.line}"/>`;
  }
  const to = cut.closure === 'buttons' ? end : from + 62;
  const count = cut.closure === 'buttons' ? Math.max(4, Math.round((to - from) / 34)) : 3;
  const placket = svg`M${BOARD.centre - 8} ${from}V${to + 3}H${BOARD.centre + 8}V${from}`;
  const buttons = Array.from({ length: count }, (_, i) =>
    cloth.button(BOARD.centre, from + 12 + (i * (to - from - 22)) / (count - 1)),
  );
  return cloth.seam(placket) + buttons.join('');
}

function pocket(cut: UpperBodyCut, cloth: Cloth): string {
  const end = bottom(cut);
  const x = (distance: number): number => BOARD.centre + distance;
  switch (cut.pocket) {
    case 'none':
      return '';
    case 'chest':
      return cloth.panel(svg`M${x(18)} ${TOP + 72}h32v30l-16 9l-16 -9z`) + cloth.stitch(svg`M${x(19)} ${TOP + 78}h30`);
    case 'kangaroo':
      return (
        cloth.panel(svg`M${x(-30)} ${end - 92}H${x(30)}L${x(52)} ${end - 50}V${end - 22}H${x(-52)}V${end - 50}Z`) +
        bothSides((at) => cloth.stitch(svg`M${at(27)} ${end - 89}L${at(48)} ${end - 49}V${end - 24}`))
      );
    case 'patch':
      return bothSides(
        (at) =>
          cloth.panel(svg`M${at(18)} ${end - 84}H${at(56)}V${end - 34}Q${at(37)} ${end - 24} ${at(18)} ${end - 34}Z`) +
          cloth.band(svg`M${at(17)} ${end - 86}H${at(57)}V${end - 72}H${at(17)}Z`),
      );
    case 'slant':
      return bothSides((at) => cloth.seam(svg`M${at(30)} ${end - 84}L${at(48)} ${end - 42}`, 3.2));
  }
}

function neckFinish(cut: UpperBodyCut, cloth: Cloth): string {
  const { neck, neckDepth } = cut;
  const x = (distance: number): number => BOARD.centre + distance;
  switch (cut.neckline) {
    case 'crew':
    case 'scoop':
    case 'boat':
      return svg`<path d="M${x(-neck)} ${TOP}C${x(-neck * 0.8)} ${TOP + neckDepth * 1.3} ${x(neck * 0.8)} ${TOP + neckDepth * 1.3} ${x(neck)} ${TOP}" fill="none" stroke="${cut.cuff === 'contrast' ? cloth.dye.ink : cloth.dye.line}" stroke-width="${cut.cuff === 'contrast' ? 6 : 4}" stroke-opacity=".85"/>`;
    case 'v':
      return svg`<path d="M${x(-neck)} ${TOP}L${x(0)} ${TOP + neckDepth}L${x(neck)} ${TOP}" fill="none" stroke="${cut.cuff === 'contrast' ? cloth.dye.ink : cloth.dye.line}" stroke-width="5" stroke-opacity=".85" stroke-linejoin="round"/>`;
    case 'turtleneck':
      return (
        cloth.band(
          svg`M${x(-neck - 2)} ${TOP + 8}L${x(3 - neck)} ${TOP - 26}Q${x(0)} ${TOP - 34} ${x(neck - 3)} ${TOP - 26}L${x(neck + 2)} ${TOP + 8}Q${x(0)} ${TOP + 20} ${x(-neck - 2)} ${TOP + 8}Z`,
        ) + cloth.fold(svg`M${x(-neck + 2)} ${TOP - 8}Q${x(0)} ${TOP + 3} ${x(neck - 2)} ${TOP - 8}`)
      );
    case 'stand-collar':
      return bothSides((at) =>
        cloth.panel(
          svg`M${at(neck + 3)} ${TOP + 4}L${at(neck - 2)} ${TOP - 18}L${at(2)} ${TOP + 1}L${at(1)} ${TOP + neckDepth + 7}Z`,
        ),
      );
    case 'shirt-collar':
      return bothSides((at) =>
        cloth.panel(
          svg`M${at(neck - 3)} ${TOP - 8}L${at(neck + 7)} ${TOP + 4}L${at(25)} ${TOP + neckDepth + 21}L${at(1)} ${TOP + neckDepth}Z`,
        ),
      );
    case 'lapels':
      return bothSides((at) =>
        cloth.panel(
          svg`M${at(neck - 2)} ${TOP - 7}L${at(neck + 9)} ${TOP + 6}L${at(neck + 20)} ${TOP + neckDepth * 0.4}L${at(neck + 9)} ${TOP + neckDepth * 0.47}L${at(neck + 15)} ${TOP + neckDepth * 0.6}L${at(0)} ${TOP + neckDepth + 4}Z`,
        ),
      );
    case 'hood':
      return bothSides(
        (at) =>
          svg`<path d="M${at(11)} ${TOP + neckDepth}q${at(2) - at(0)} 26 ${at(0) - at(2)} 48" fill="none" stroke="#f3eee4" stroke-width="3" stroke-linecap="round"/>`,
      );
  }
}

function emblem(cut: UpperBodyCut, cloth: Cloth): string {
  if (cut.emblem === null) return '';
  const { kind, size, place } = cut.emblem;
  return place === 'heart'
    ? drawEmblem(kind, cloth, BOARD.centre + 34, TOP + 78, size * 0.45)
    : drawEmblem(kind, cloth, BOARD.centre, TOP + 104, size);
}
