/** sRGB byte to linear light (IEC 61966-2-1). */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** The CIELAB curve: a cube root with a linear foot. */
function curve(ratio: number): number {
  return ratio > 216 / 24389 ? Math.cbrt(ratio) : ((24389 / 27) * ratio + 16) / 116;
}

/** An sRGB colour in CIELAB under D65 (CIE 15:2004). L in [0, 100]; a and b in about [-128, 128]. */
export function labOf(red: number, green: number, blue: number): [number, number, number] {
  const r = LINEAR[red] ?? 0;
  const g = LINEAR[green] ?? 0;
  const b = LINEAR[blue] ?? 0;
  const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const BACKGROUND_MIN_LIGHTNESS = 94;
const BACKGROUND_MAX_CHROMA = 6;
const MIN_FOREGROUND_SHARE = 0.02;

/**
 * Mean CIELAB (D65) of the foreground: the pixels that are not near-white, that is neither light (L > 94) and grey
 * (chroma < 6) at once. If fewer than 2 % remain (a white shirt on white), all pixels count.
 *
 * @param pixels RGB bytes `[count, 3]` of the photo alone, without the padding
 */
export function meanForegroundLab(pixels: Uint8Array): [number, number, number] {
  const count = pixels.length / 3;
  const everything = new LabSum();
  const foreground = new LabSum();
  let previous = -1;
  let lab: [number, number, number] = [0, 0, 0];
  let isForeground = false;
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i] ?? 0;
    const green = pixels[i + 1] ?? 0;
    const blue = pixels[i + 2] ?? 0;
    // Neighbours are often equal (studio backgrounds), and cube roots are what this loop costs.
    const colour = (red << 16) | (green << 8) | blue;
    if (colour !== previous) {
      previous = colour;
      lab = labOf(red, green, blue);
      isForeground = lab[0] <= BACKGROUND_MIN_LIGHTNESS || Math.hypot(lab[1], lab[2]) >= BACKGROUND_MAX_CHROMA;
    }
    everything.add(lab);
    if (isForeground) foreground.add(lab);
  }
  return (foreground.count >= MIN_FOREGROUND_SHARE * count ? foreground : everything).mean();
}

class LabSum {
  count = 0;
  private lightness = 0;
  private a = 0;
  private b = 0;

  add(lab: [number, number, number]): void {
    this.count += 1;
    this.lightness += lab[0];
    this.a += lab[1];
    this.b += lab[2];
  }

  mean(): [number, number, number] {
    const divisor = Math.max(this.count, 1);
    return [this.lightness / divisor, this.a / divisor, this.b / divisor];
  }
}
