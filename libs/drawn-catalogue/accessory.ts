import { brightness, mixed } from './palette.js';
import type { Cloth } from './cloth.js';
import { BOARD, bothSides, svg } from './svg.js';

/** A bag. Distances in board units. */
export interface BagCut {
  shape: 'bag';
  form: 'tote' | 'satchel' | 'bucket';
  /** Half of the width at the bottom and at the top. */
  base: number;
  rim: number;
  length: number;
  /** Height of the handles. */
  handle: number;
  flap: boolean;
  pocket: boolean;
}

/** A hat. Distances in board units. */
export interface HatCut {
  shape: 'hat';
  form: 'beanie' | 'cap' | 'bucket';
  width: number;
  length: number;
  cuff: number;
  pompom: boolean;
}

const x = (distance: number): number => BOARD.centre + distance;
const leatherOf = (cloth: Cloth): string => (brightness(cloth.dye.base) < 0.4 ? '#a8744a' : '#5c3d2a');

/** Draws a bag whose body begins at `top`. */
export function drawBag(cut: BagCut, cloth: Cloth, side: 'front' | 'back', top: number): string {
  const { base, rim, length, handle } = cut;
  const end = top + length;
  const leather = leatherOf(cloth);
  const strap = (half: number, rise: number, colour: string): string =>
    svg`<path d="M${x(-half)} ${top + 26}C${x(-half)} ${top - rise * 1.3} ${x(half)} ${top - rise * 1.3} ${x(half)} ${top + 26}" fill="none" stroke="${cloth.dye.line}" stroke-width="10.4"/><path d="M${x(-half)} ${top + 26}C${x(-half)} ${top - rise * 1.3} ${x(half)} ${top - rise * 1.3} ${x(half)} ${top + 26}" fill="none" stroke="${colour}" stroke-width="8.6"/><path d="M${x(-half)} ${top + 26}C${x(-half)} ${top - rise * 1.3} ${x(half)} ${top - rise * 1.3} ${x(half)} ${top + 26}" fill="none" stroke="#fff" stroke-opacity=".25" stroke-width="1" stroke-dasharray="3 2"/>`;
  const round = cut.form === 'tote' ? 8 : cut.form === 'satchel' ? 26 : 40;
  const body = svg`M${x(-rim)} ${top}Q${x(0)} ${top + 6} ${x(rim)} ${top}C${x(rim + 2)} ${top + length * 0.4} ${x(base)} ${end - round * 2} ${x(base)} ${end - round}Q${x(base)} ${end} ${x(base - round)} ${end + 1}Q${x(0)} ${end + 6} ${x(round - base)} ${end + 1}Q${x(-base)} ${end} ${x(-base)} ${end - round}C${x(-base)} ${end - round * 2} ${x(-rim - 2)} ${top + length * 0.4} ${x(-rim)} ${top}Z`;
  const inside = cloth.trim(
    svg`M${x(-rim)} ${top}Q${x(0)} ${top - 12} ${x(rim)} ${top}Q${x(0)} ${top + 7} ${x(-rim)} ${top}Z`,
    cloth.dye.inside,
  );
  const folds = [-0.6, -0.2, 0.3, 0.66].map((share) =>
    cloth.fold(
      svg`M${x(share * rim)} ${top + 12}Q${x(share * rim * 0.8)} ${top + length * 0.5} ${x(share * base)} ${end - 14}`,
      1.2,
    ),
  );
  const isFront = side === 'front';
  const flap =
    cut.flap && isFront
      ? cloth.panel(
          svg`M${x(-rim - 2)} ${top - 3}Q${x(0)} ${top + 3} ${x(rim + 2)} ${top - 3}L${x(rim)} ${top + length * 0.36}Q${x(rim - 6)} ${top + length * 0.56} ${x(0)} ${top + length * 0.57}Q${x(6 - rim)} ${top + length * 0.56} ${x(-rim)} ${top + length * 0.36}Z`,
        ) +
        svg`<rect x="${x(-9)}" y="${top + length * 0.5}" width="18" height="22" rx="4" fill="#d9b764" stroke="#8b6c2c"/>`
      : '';
  const pocket =
    cut.pocket && isFront && !cut.flap
      ? cloth.panel(
          svg`M${x(-rim * 0.55)} ${top + length * 0.42}H${x(rim * 0.55)}V${end - 26}Q${x(0)} ${end - 16} ${x(-rim * 0.55)} ${end - 26}Z`,
        )
      : '';
  const hem = cloth.trim(
    svg`M${x(-base)} ${end - 22}Q${x(0)} ${end - 16} ${x(base)} ${end - 22}V${end - round}Q${x(base)} ${end} ${x(base - round)} ${end + 1}Q${x(0)} ${end + 6} ${x(round - base)} ${end + 1}Q${x(-base)} ${end} ${x(-base)} ${end - round}Z`,
    leather,
  );
  const gather =
    cut.form === 'bucket'
      ? cloth.seam(svg`M${x(-rim - 1)} ${top + 24}Q${x(0)} ${top + 31} ${x(rim + 1)} ${top + 24}`, 4)
      : '';
  const tabs = bothSides((at) =>
    cloth.trim(
      svg`M${at(rim * 0.5 - 7)} ${top + 18}H${at(rim * 0.5 + 7)}V${top + 40}L${at(rim * 0.5)} ${top + 46}L${at(rim * 0.5 - 7)} ${top + 40}Z`,
      leather,
    ),
  );
  return (
    strap(rim * 0.5, handle * 0.9, mixed(leather, '#000000', 0.3)) +
    inside +
    cloth.panel(body, folds.join('')) +
    (cut.form === 'tote' ? hem : '') +
    gather +
    flap +
    pocket +
    strap(rim * 0.5, handle, leather) +
    tabs
  );
}

/** Draws a hat whose crown begins at `top`. */
export function drawHat(cut: HatCut, cloth: Cloth, side: 'front' | 'back', top: number): string {
  const { width, length, cuff } = cut;
  const end = top + length;
  const crown = svg`M${x(-width)} ${end}C${x(-width - 4)} ${top + length * 0.3} ${x(-width * 0.6)} ${top} ${x(0)} ${top}C${x(width * 0.6)} ${top} ${x(width + 4)} ${top + length * 0.3} ${x(width)} ${end}Q${x(0)} ${end + 14} ${x(-width)} ${end}Z`;
  const sectors = [-0.5, 0.5].map((share) =>
    cloth.seam(
      svg`M${x(0)} ${top}C${x(share * width)} ${top + 10} ${x(share * width * 1.1)} ${top + length * 0.4} ${x(share * width)} ${end + 8}`,
    ),
  );
  const folds =
    cloth.fold(
      svg`M${x(-width * 0.7)} ${top + length * 0.3}Q${x(-width * 0.84)} ${top + length * 0.6} ${x(-width * 0.74)} ${end}`,
      1.4,
    ) +
    cloth.fold(
      svg`M${x(width * 0.72)} ${top + length * 0.3}Q${x(width * 0.84)} ${top + length * 0.6} ${x(width * 0.74)} ${end}`,
      1.4,
    );
  switch (cut.form) {
    case 'beanie': {
      const pompom = cut.pompom
        ? Array.from(
            { length: 16 },
            (_, i) =>
              svg`<circle cx="${x(16 * Math.cos(i * 2.4))}" cy="${top - 12 + 14 * Math.sin(i * 2.4)}" r="13" fill="${mixed(cloth.dye.ink, '#000000', (i % 4) * 0.06)}"/>`,
          ).join('')
        : '';
      const band = svg`M${x(-width - 3)} ${end - cuff}Q${x(0)} ${end - cuff + 14} ${x(width + 3)} ${end - cuff}L${x(width + 1)} ${end + 4}Q${x(0)} ${end + 18} ${x(-width - 1)} ${end + 4}Z`;
      return pompom + cloth.panel(crown, folds) + cloth.rib(band);
    }
    case 'bucket': {
      const brim = svg`M${x(-width + 2)} ${end - 8}Q${x(0)} ${end + 6} ${x(width - 2)} ${end - 8}C${x(width + 18)} ${end + 10} ${x(width + 34)} ${end + 30} ${x(width + 40)} ${end + 46}Q${x(0)} ${end + 78} ${x(-width - 40)} ${end + 46}C${x(-width - 34)} ${end + 30} ${x(-width - 18)} ${end + 10} ${x(-width + 2)} ${end - 8}Z`;
      const rows = [18, 34].map((dy) =>
        cloth.stitch(svg`M${x(-width - dy)} ${end + dy}Q${x(0)} ${end + dy * 1.7 + 6} ${x(width + dy)} ${end + dy}`),
      );
      return cloth.panel(crown, folds) + cloth.panel(brim) + rows.join('');
    }
    case 'cap': {
      const peak = svg`M${x(-width * 0.86)} ${end - 6}Q${x(0)} ${end - 26} ${x(width * 0.86)} ${end - 6}C${x(width * 1.16)} ${end + 8} ${x(width * 1.08)} ${end + 30} ${x(width * 0.8)} ${end + 32}Q${x(0)} ${end + 14} ${x(-width * 0.8)} ${end + 32}C${x(-width * 1.08)} ${end + 30} ${x(-width * 1.16)} ${end + 8} ${x(-width * 0.86)} ${end - 6}Z`;
      const strap =
        cloth.band(svg`M${x(-26)} ${end - 10}h52v12h-52z`) +
        cloth.trim(svg`M${x(-30)} ${end - 12}q30 -52 60 0z`, cloth.dye.inside);
      return (
        cloth.panel(crown, folds + sectors.join('')) +
        svg`<circle cx="${x(0)}" cy="${top}" r="6" fill="${cloth.dye.band}" stroke="${cloth.dye.line}"/>` +
        (side === 'front'
          ? cloth.panel(peak) +
            cloth.stitch(svg`M${x(-width * 0.9)} ${end + 22}Q${x(0)} ${end + 6} ${x(width * 0.9)} ${end + 22}`)
          : strap)
      );
    }
  }
}
