/**
 * The bin of one colour, from fractions of whole numbers: hue in 255ths of a turn, cut off, eight bins of 32; saturation in
 * 255ths, cut off, four bins of 64; value, four bins of 64.
 */
export function naiveColourBin(red: number, green: number, blue: number): number {
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const chroma = max - min;
  let hue = 0;
  let saturation = 0;
  if (chroma > 0) {
    // Sixths of a turn, times the chroma.
    let sixths: number;
    if (red === max) sixths = green - blue;
    else if (green === max) sixths = 2 * chroma + (blue - red);
    else sixths = 4 * chroma + (red - green);
    if (sixths < 0) sixths += 6 * chroma;
    // 255 sixths / 6 / chroma / 32, and 255 chroma / max / 64: integer division without a fraction in between.
    hue = Number((255n * BigInt(sixths)) / (6n * 32n * BigInt(chroma)));
    saturation = Number((255n * BigInt(chroma)) / (64n * BigInt(max)));
  }
  return hue * 16 + saturation * 4 + Math.floor(max / 64);
}

/** Colours of the image reduced four times, row by row. `pixels`: RGB [size, size, 3]. */
export function naiveReducedColours(pixels: Uint8Array, size: number): number[][] {
  const colours: number[][] = [];
  for (let top = 0; top < size; top += 4) {
    for (let left = 0; left < size; left += 4) {
      const mean = [0, 1, 2].map((channel) => {
        let sum = 0;
        for (let y = top; y < top + 4; y += 1) {
          for (let x = left; x < left + 4; x += 1) sum += pixels[(y * size + x) * 3 + channel] as number;
        }
        return Math.floor(sum / 16 + 0.5);
      });
      colours.push(mean);
    }
  }
  return colours;
}

/** How many pixels of the image reduced four times fall into each of the 128 bins. `pixels`: RGB [size, size, 3]. */
export function naiveHistogramCounts(pixels: Uint8Array, size: number): number[] {
  const counts = new Array<number>(128).fill(0);
  for (const [red, green, blue] of naiveReducedColours(pixels, size)) {
    const bin = naiveColourBin(red as number, green as number, blue as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
