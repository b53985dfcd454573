/** The drawing board: every drawing uses these units, whatever size it is rendered at. */
export const BOARD = { width: 400, height: 480, centre: 200 } as const;

type Part = string | number | readonly string[];

/** A template for SVG text: numbers are rounded to tenths (short, and equal on every machine), lists are joined. */
export function svg(strings: TemplateStringsArray, ...parts: Part[]): string {
  return String.raw({ raw: strings }, ...parts.map(written));
}

function written(part: Part): string {
  if (typeof part === 'number') return String(Math.round(part * 10) / 10);
  return typeof part === 'string' ? part : part.join('');
}

/** Draws something at both sides of the middle axis: `x` turns a distance from the axis into a coordinate. */
export function bothSides(draw: (x: (distance: number) => number, side: 1 | -1) => string): string {
  return ([1, -1] as const).map((side) => draw((distance) => BOARD.centre + side * distance, side)).join('');
}
