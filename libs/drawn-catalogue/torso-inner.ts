import type { Cloth } from './cloth.js';
import { bothSides, svg } from './svg.js';
import { armpit, bottom, TOP, type UpperBodyCut, waistHeight } from './upper-body-cut.js';

/** What lies on the torso and ends at its edges: folds, quilting, seams. */
export function drawInner(cut: UpperBodyCut, cloth: Cloth, side: 'front' | 'back'): string {
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
