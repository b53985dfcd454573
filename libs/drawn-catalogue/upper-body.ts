import type { Cloth } from './cloth.js';
import { drawEmblem } from './emblem.js';
import { drawClosure, drawPocket } from './fastening.js';
import { drawBackOfNeck, drawHood, drawInsideOfNeck, drawNeck, neckCurve } from './neckline.js';
import { drawInner } from './torso-inner.js';
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
    cloth.panel(torso(cut, side), drawInner(cut, cloth, side)),
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
