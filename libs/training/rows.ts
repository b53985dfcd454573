/** Below this length a row has no direction; the ONNX graphs use the same number. */
const SHORTEST = 1e-9;

/** In place: every row divided by its length, max(length, 1e-9). */
export function scaleRowsToUnit(values: Float32Array, width: number): void {
  for (let at = 0; at < values.length; at += width) {
    let squares = 0;
    for (let k = at; k < at + width; k += 1) squares += (values[k] as number) ** 2;
    const length = Math.max(Math.sqrt(squares), SHORTEST);
    for (let k = at; k < at + width; k += 1) values[k] = (values[k] as number) / length;
  }
}

/** Some rows of a matrix, in the order asked for. */
export function takeRows(matrix: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => taken.set(matrix.subarray(row * width, (row + 1) * width), at * width));
  return taken;
}

/** Columns [from, to) of a matrix. */
export function takeColumns(matrix: Float32Array, width: number, from: number, to: number): Float32Array {
  const rows = matrix.length / width;
  const taken = new Float32Array(rows * (to - from));
  for (let row = 0; row < rows; row += 1) {
    taken.set(matrix.subarray(row * width + from, row * width + to), row * (to - from));
  }
  return taken;
}
