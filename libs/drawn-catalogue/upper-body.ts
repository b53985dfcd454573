import type { Cloth } from './cloth.js';
import { drawEmblem } from './emblem.js';
import { drawClosure, drawPocket } from './fastening.js';
import { drawBackOfNeck, drawHood, drawInsideOfNeck, drawNeck, neckCurve } from './neckline.js';
import { drawSleeves } from './sleeve.js';
import { BOARD, bothSides, svg } from './svg.js';
import { armpit, bottom, shoulderTip, TOP, type UpperBodyCut, waistHeight } from './upper-body-cut.js';

/** Draws the garment upright around the board's middle. The back shows no pocket, closure or emblem. */
export function drawUpperBody(cut: UpperBodyCut, cloth: Cloth, side: 'front' | 'back'): string {
  const isFront = side === 'front';
  return [
    cut.neckline === 'hood' ? drawHood(cut, cloth, side) : '',
    isFront ? drawInsideOfNeck(cut, cloth) : '',
    cut.sleeve > 0 ? drawSleeves(cut, cloth) : '',
    cloth.panel(torso(cut, side), inner(cut, cloth, side)),
    hem(cut, cloth),
    belt(cut, cloth),
    isFront
      ? drawClosure(cut, cloth) + drawPocket(cut, cloth) + drawNeck(cut, cloth) + emblem(cut, cloth)
      : drawBackOfNeck(cut, cloth),
  ].join('');
}

/** Outline of front or back. */
function torso(cut: UpperBodyCut, side: 'front' | 'back'): string {
  const { neck, shoulder, chest, waist, hem } = cut;
  const tip = shoulderTip(cut);
  const arm = armpit(cut);
  const middle = waistHeight(cut);
  // Ribs take over where the torso ends.
  const end = bottom(cut) - (cut.hemline === 'ribbed' ? 12 : 0);
  const x = (distance: number): number => BOARD.centre + distance;
  const flare = cut.waistSeam === null ? (hem - waist) * 0.5 : (hem - waist) * 0.62;
  const drop = end - middle;
  const right = svg`Q${x((neck + shoulder) / 2)} ${(TOP + tip) / 2 - 1.5} ${x(shoulder)} ${tip}C${x(shoulder - 9)} ${tip + 20} ${x(chest - 11)} ${arm - 20} ${x(chest)} ${arm}C${x(chest - 2)} ${arm + 22} ${x(waist)} ${middle - 26} ${x(waist)} ${middle}C${x(waist + 1)} ${middle + drop * 0.22} ${x(waist + flare)} ${end - drop * 0.5} ${x(hem)} ${end}`;
  const left = svg`C${x(-waist - flare)} ${end - drop * 0.5} ${x(-waist - 1)} ${middle + drop * 0.22} ${x(-waist)} ${middle}C${x(-waist)} ${middle - 26} ${x(2 - chest)} ${arm + 22} ${x(-chest)} ${arm}C${x(11 - chest)} ${arm - 20} ${x(9 - shoulder)} ${tip + 20} ${x(-shoulder)} ${tip}Q${x(-(neck + shoulder) / 2)} ${(TOP + tip) / 2 - 1.5} ${x(-neck)} ${TOP}`;
  return svg`M${x(neck)} ${TOP}${right}${across(cut, end)}${left}${neckCurve(cut, side)}Z`;
}

function across({ hem, hemline, waistSeam }: UpperBodyCut, end: number): string {
  const x = (distance: number): number => BOARD.centre + distance;
  switch (hemline) {
    case 'straight':
      return svg`Q${x(0)} ${end + (waistSeam === null ? 8 : 16)} ${x(-hem)} ${end}`;
    case 'ribbed':
    case 'drawstring':
      return svg`Q${x(0)} ${end + 5} ${x(-hem)} ${end}`;
    case 'shirt-tail':
      return svg`C${x(hem * 0.7)} ${end + 2} ${x(hem * 0.55)} ${end + 26} ${x(0)} ${end + 26}C${x(-hem * 0.55)} ${end + 26} ${x(-hem * 0.7)} ${end + 2} ${x(-hem)} ${end}`;
    case 'ruffle': {
      const step = (2 * hem) / 7;
      return Array.from(
        { length: 7 },
        (_, i) => svg`Q${x(hem - step * (i + 0.5))} ${end + 15} ${x(hem - step * (i + 1))} ${end}`,
      ).join('');
    }
  }
}

/** What lies on the torso and ends at its edges: folds, quilting, seams. */
function inner(cut: UpperBodyCut, cloth: Cloth, side: 'front' | 'back'): string {
  return (
    folds(cut, cloth) +
    (cut.quilted ? quilting(cut, cloth) : '') +
    (side === 'back' ? backSeams(cut, cloth) : '') +
    (cut.piping ? piping(cut, cloth) : '')
  );
}

function folds(cut: UpperBodyCut, cloth: Cloth): string {
  const arm = armpit(cut);
  const middle = waistHeight(cut);
  const end = bottom(cut);
  const drop = end - middle;
  const drape = bothSides(
    (x) =>
      cloth.fold(
        svg`M${x(cut.chest - 2)} ${arm + 4}Q${x(cut.chest * 0.72)} ${arm + 16} ${x(cut.chest * 0.5)} ${arm + 44}`,
      ) +
      cloth.fold(
        svg`M${x(cut.chest + 2)} ${arm + 16}Q${x(cut.chest * 0.8)} ${arm + 34} ${x(cut.chest * 0.66)} ${arm + 66}`,
        0.7,
      ),
  );
  if (cut.waistSeam !== null) {
    const shares = [-0.82, -0.5, -0.2, 0.14, 0.46, 0.78];
    const pleats = shares.map((share, i) =>
      cloth.fold(
        svg`M${200 + share * cut.waist} ${middle + 7}Q${200 + share * cut.waist * 1.1} ${middle + drop * 0.4} ${200 + share * cut.hem * 0.98} ${end + 4 - (i % 2) * drop * 0.2}`,
        1.3,
      ),
    );
    return drape + pleats.join('');
  }
  const lower = bothSides((x, s) =>
    cloth.fold(
      svg`M${x(cut.hem * (0.62 + 0.06 * s))} ${end}Q${x(cut.hem * 0.66)} ${end - drop * 0.34} ${x(cut.waist * (0.8 - 0.08 * s))} ${end - drop * (0.72 + 0.12 * s)}`,
      1.2,
    ),
  );
  return drape + lower + cloth.fold(svg`M${206} ${end - 6}q-5 -26 1 -54`, 0.9);
}

function quilting(cut: UpperBodyCut, cloth: Cloth): string {
  const rows = Math.floor((cut.length - 40) / 25);
  return Array.from({ length: rows }, (_, i) => {
    const y = TOP + 36 + i * 25;
    const line = svg`M${200 - cut.hem - 30} ${y}Q200 ${y + 8} ${200 + cut.hem + 30} ${y}`;
    return (
      cloth.fold(svg`M${200 - cut.hem - 30} ${y + 2}Q200 ${y + 10} ${200 + cut.hem + 30} ${y + 2}`, 1.3) +
      cloth.seam(line)
    );
  }).join('');
}

function backSeams(cut: UpperBodyCut, cloth: Cloth): string {
  const y = TOP + 36;
  return cloth.seam(svg`M${200 - cut.shoulder} ${y}Q200 ${y + 8} ${200 + cut.shoulder} ${y}`);
}

function piping(cut: UpperBodyCut, cloth: Cloth): string {
  const y = armpit(cut) - 22;
  return svg`<path d="M${200 - cut.chest - 9} ${y}Q200 ${y + 10} ${200 + cut.chest + 9} ${y}" fill="none" stroke="${cloth.dye.ink}" stroke-width="3.4"/>`;
}

function hem(cut: UpperBodyCut, cloth: Cloth): string {
  const end = bottom(cut);
  const left = 200 - cut.hem;
  const right = 200 + cut.hem;
  switch (cut.hemline) {
    case 'ribbed':
      return cloth.rib(
        svg`M${right - 1} ${end - 14}Q200 ${end - 7} ${left + 1} ${end - 14}C${left + 1} ${end - 8} ${left + 5} ${end - 4} ${left + 6} ${end + 4}Q200 ${end + 10} ${right - 6} ${end + 4}C${right - 5} ${end - 4} ${right - 1} ${end - 8} ${right - 1} ${end - 14}Z`,
      );
    case 'drawstring':
      return (
        cloth.seam(svg`M${left} ${end - 10}Q200 ${end - 4} ${right} ${end - 10}`) +
        bothSides(
          (x) =>
            svg`<path d="M${x(cut.hem - 4)} ${end - 4}q${x(5) - x(0)} 14 ${x(1) - x(0)} 24" fill="none" stroke="#efe9dc" stroke-width="2.4" stroke-linecap="round"/>`,
        )
      );
    case 'straight': {
      const sag = cut.waistSeam === null ? 8 : 16;
      return cloth.stitch(svg`M${left + 1} ${end - 7}Q200 ${end + sag - 7} ${right - 1} ${end - 7}`);
    }
    case 'shirt-tail':
      return cloth.stitch(
        svg`M${left + 2} ${end - 5}C${left + cut.hem * 0.3} ${end - 3} ${left + cut.hem * 0.45} ${end + 21} 200 ${end + 21}C${right - cut.hem * 0.45} ${end + 21} ${right - cut.hem * 0.3} ${end - 3} ${right - 2} ${end - 5}`,
      );
    case 'ruffle':
      return (
        cloth.seam(svg`M${left + 4} ${end - 26}Q200 ${end - 16} ${right - 4} ${end - 26}`) +
        Array.from({ length: 11 }, (_, i) =>
          cloth.fold(svg`M${200 + (i - 5) * cut.hem * 0.18} ${end - 22}v22`, 0.6),
        ).join('')
      );
  }
}

function belt(cut: UpperBodyCut, cloth: Cloth): string {
  const y = waistHeight(cut);
  const half = cut.waist + 1;
  const band = svg`M${200 - half} ${y - 6}Q200 ${y} ${200 + half} ${y - 6}L${200 + half} ${y + 7}Q200 ${y + 13} ${200 - half} ${y + 7}Z`;
  switch (cut.belt) {
    case 'none':
      return cut.waistSeam === null
        ? ''
        : cloth.seam(svg`M${200 - half} ${y}Q200 ${y + 7} ${200 + half} ${y}`) +
            cloth.fold(svg`M${200 - half} ${y + 4}Q200 ${y + 11} ${200 + half} ${y + 4}`, 0.7);
    case 'tied':
      return (
        cloth.band(svg`M196 ${y + 6}Q184 ${y + 34} 180 ${y + 62}L193 ${y + 64}Q196 ${y + 32} 203 ${y + 8}Z`) +
        cloth.band(svg`M200 ${y + 6}Q210 ${y + 28} 208 ${y + 52}L220 ${y + 50}Q219 ${y + 26} 207 ${y + 4}Z`) +
        cloth.band(band) +
        cloth.band(svg`M193 ${y - 6}Q200 ${y - 9} 208 ${y - 5}L209 ${y + 13}Q200 ${y + 16} 192 ${y + 12}Z`)
      );
    case 'buckled':
      return svg`${cloth.trim(band, '#4a3324')}<rect x="190" y="${y - 6}" width="20" height="17" rx="3" fill="none" stroke="#d9c27a" stroke-width="3"/>`;
  }
}

function emblem(cut: UpperBodyCut, cloth: Cloth): string {
  if (cut.emblem === null) return '';
  const { kind, size, place } = cut.emblem;
  return place === 'heart'
    ? drawEmblem(kind, cloth, 200 + cut.chest * 0.46, TOP + 64, size * 0.42)
    : drawEmblem(kind, cloth, 200, TOP + 102, size);
}
