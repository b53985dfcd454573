/** CIELAB (D65) of one sRGB colour, rounded to whole numbers: L, a, b. */
function naiveLab(rgb: readonly number[]): [number, number, number] {
  const [r, g, b] = rgb.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }) as [number, number, number];
  const f = (t: number) => (t > Math.pow(6 / 29, 3) ? Math.cbrt(t) : t / (3 * Math.pow(6 / 29, 2)) + 4 / 29);
  const fx = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const fy = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const fz = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [Math.round(116 * fy - 16), Math.round(500 * (fx - fy)), Math.round(200 * (fy - fz))];
}

/** The two bins that share a place between their centres, and how. */
function naiveShares(place: number, bins: number): [number, number][] {
  const inside = Math.min(Math.max(place, 0), bins - 1);
  const below = Math.floor(inside);
  const fraction = inside - below;
  return below + 1 < bins ? [[below, 1 - fraction], [below + 1, fraction]] : [[below, 1]]; // prettier-ignore
}

/** Where a or b lies among nine centres: four either way of grey, the last at 80. */
function naivePlace(value: number): number {
  const root = 4 * ((Math.sqrt(1 + Math.abs(value)) - 1) / (Math.sqrt(81) - 1));
  return value < 0 ? 4 - root : 4 + root;
}

/**
 * Shares of the 8 x 9 x 9 bins among foreground pixels, bin = 81 lightness + 9 a + b.
 *
 * @param colours RGB of each pixel
 */
export function naiveLabHistogram(colours: readonly (readonly number[])[]): number[] {
  const labs = colours.map(naiveLab);
  const foreground = labs.filter(([l, a, b]) => !(l > 94 && Math.sqrt(a * a + b * b) < 6));
  const counted = foreground.length < 0.02 * labs.length ? labs : foreground;
  const bins = new Array<number>(648).fill(0);
  for (const [l, a, b] of counted) {
    for (const [binL, shareL] of naiveShares((7 * l) / 100, 8)) {
      for (const [binA, shareA] of naiveShares(naivePlace(a), 9)) {
        for (const [binB, shareB] of naiveShares(naivePlace(b), 9)) {
          const bin = 81 * binL + 9 * binA + binB;
          bins[bin] = (bins[bin] as number) + (shareL * shareA * shareB) / counted.length;
        }
      }
    }
  }
  return bins;
}
