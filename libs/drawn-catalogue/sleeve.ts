import type { Cloth } from './cloth.js';
import { bothSides, svg } from './svg.js';
import { armpit, shoulderTip, type UpperBodyCut } from './upper-body-cut.js';

/** How wide the sleeve ends, as a share of its width at the shoulder. */
const END_WIDTH = { straight: 0.7, tapered: 0.5, puffed: 0.44, bell: 1.2 } as const;

interface Point {
  x: number;
  y: number;
}

/** Both sleeves, to be drawn before the torso that covers their inner ends. */
export function drawSleeves(cut: UpperBodyCut, cloth: Cloth): string {
  const angle = (cut.armAngle * Math.PI) / 180;
  const along = { x: Math.sin(angle), y: Math.cos(angle) };
  const tip = { x: cut.shoulder - 1, y: shoulderTip(cut) };
  const pit = { x: cut.chest - 3, y: armpit(cut) + 1 };
  const top = (pit.y - tip.y) * 0.82;
  const isLong = cut.sleeve > 100;
  const width = top * (isLong ? END_WIDTH[cut.sleeveShape] : (END_WIDTH[cut.sleeveShape] + 1.05) / 2);
  const end = { x: tip.x + along.x * cut.sleeve + 5, y: tip.y + along.y * cut.sleeve };
  const wrist = { x: end.x - along.y * width, y: end.y + along.x * width };
  const puff = cut.sleeveShape === 'puffed' ? (isLong ? 20 : 15) : 5;
  const back = (from: Point, by: number): Point => ({ x: from.x - along.x * by, y: from.y - along.y * by });
  return bothSides((at) => {
    const p = ({ x, y }: Point): string => svg`${at(x)} ${y}`;
    const elbow = back(end, cut.sleeve * (cut.sleeveShape === 'puffed' ? 0.2 : 0.45));
    const cap = svg`C${at(tip.x + 8 + puff * 0.6)} ${tip.y + 5} ${at(elbow.x + puff)} ${elbow.y} ${p(end)}`;
    const inside = svg`C${p(back(wrist, cut.sleeve * 0.4))} ${at(pit.x + along.x * 12 + 1)} ${pit.y + 12} ${p(pit)}`;
    const sag = { x: (end.x + wrist.x) / 2 + along.x * 4, y: (end.y + wrist.y) / 2 + along.y * 4 };
    const path = svg`M${at(tip.x - 20)} ${tip.y + 2}L${p(tip)}${cap}Q${p(sag)} ${p(wrist)}${inside}L${at(pit.x - 20)} ${pit.y}Z`;
    const middle = { x: (end.x + wrist.x) / 2, y: (end.y + wrist.y) / 2 };
    return (
      cloth.panel(path, sleeveFolds(cut, cloth, at, pit, middle)) + finish(cut, cloth, at, { end, wrist, back, sag })
    );
  });
}

function sleeveFolds(cut: UpperBodyCut, cloth: Cloth, at: (x: number) => number, pit: Point, middle: Point): string {
  const fromPit = (x: number, y: number, depth: number): string =>
    cloth.fold(
      svg`M${at(pit.x - 4)} ${pit.y - 6}Q${at(pit.x + x * 0.6)} ${pit.y + y * 0.3} ${at(pit.x + x)} ${pit.y + y}`,
      depth,
    );
  if (cut.sleeve <= 100) return fromPit(13, -26, 0.9) + fromPit(17, -8, 0.7);
  const halfway = { x: (pit.x + middle.x) / 2, y: (pit.y + middle.y) / 2 };
  const crease = (dy: number): string =>
    cloth.fold(svg`M${at(halfway.x - 14)} ${halfway.y + dy}q${at(14) - at(0)} 8 ${at(26) - at(0)} -2`, 0.7);
  const gathers =
    cut.sleeveShape === 'puffed'
      ? [-8, 0, 8].map((x) => cloth.fold(svg`M${at(middle.x + x)} ${middle.y - 6}l${at(-6) - at(0)} -30`, 0.6)).join('')
      : '';
  return (
    fromPit(12, 44, 1) +
    fromPit(20, 22, 0.7) +
    crease(-8) +
    crease(6) +
    gathers +
    cloth.fold(svg`M${at(pit.x + 10)} ${pit.y + 12}L${at(middle.x - 5)} ${middle.y}`, 1.2)
  );
}

function finish(
  cut: UpperBodyCut,
  cloth: Cloth,
  at: (x: number) => number,
  { end, wrist, back, sag }: { end: Point; wrist: Point; back: (from: Point, by: number) => Point; sag: Point },
): string {
  const p = ({ x, y }: Point): string => svg`${at(x)} ${y}`;
  const depth = { plain: 0, ribbed: 15, contrast: 11, buttoned: 17 }[cut.cuff];
  if (depth === 0) return cloth.stitch(svg`M${p(back(end, 6))}Q${p(back(sag, 6))} ${p(back(wrist, 6))}`);
  const band = svg`M${p(end)}Q${p(sag)} ${p(wrist)}L${p(back(wrist, depth))}Q${p(back(sag, depth))} ${p(back(end, depth))}Z`;
  if (cut.cuff === 'ribbed') return cloth.rib(band);
  if (cut.cuff === 'contrast') return cloth.trim(band);
  const button = back({ x: wrist.x * 0.6 + end.x * 0.4, y: wrist.y * 0.6 + end.y * 0.4 }, depth / 2);
  return cloth.panel(band) + cloth.button(at(button.x), button.y, 2.2);
}
