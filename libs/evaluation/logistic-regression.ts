/** Far more than Newton's method needs; a fit that has not settled by then never will. */
const MOST_STEPS = 50;
/** Change of every coefficient below which the fit has settled. */
const SETTLED = 1e-9;
/** Of unit prior precision: keeps coefficients finite where the columns tell the classes apart without error. */
const RIDGE = 1e-6;

/** 1 / (1 + e^-x), without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/**
 * Weighted logistic regression by Newton's method: the coefficients that maximise
 * sum w (y log p + (1 - y) log(1 - p)), p = sigmoid(b0 + b1 x1 + ...), less a ridge of 1e-6 on b1 and beyond.
 *
 * @param columns the values of each variable, in step with the targets
 * @param targets in [0, 1]; numbers between are allowed (Platt's smoothed targets)
 * @param weights not negative, with a sum of about 1
 * @returns the intercept, then a coefficient for each column
 */
export function fitLogistic(
  columns: ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): number[] {
  const size = columns.length + 1;
  let coefficients = new Array<number>(size).fill(0);
  const objective = (candidate: number[]) => logLikelihood(candidate, columns, targets, weights);
  let reached = objective(coefficients);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { gradient, hessian } = derivatives(coefficients, columns, targets, weights);
    const change = solve(hessian, gradient);
    // Halved until it helps: a full step may leap over the top where the classes lie far apart.
    let scale = 1;
    let next = coefficients;
    for (; scale > 1e-6; scale /= 2) {
      const size = scale;
      next = coefficients.map((value, at) => value + size * (change[at] as number));
      if (objective(next) >= reached) break;
    }
    if (scale <= 1e-6) break;
    coefficients = next;
    reached = objective(coefficients);
    if (change.every((value) => Math.abs(scale * value) < SETTLED)) break;
  }
  return coefficients;
}

function logLikelihood(
  coefficients: number[],
  columns: ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): number {
  let sum = 0;
  for (let row = 0; row < targets.length; row += 1) {
    const x = logOddsOf(coefficients, columns, row);
    // log p = -log(1 + e^-x), written so that neither end overflows.
    const logP = x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
    sum += (weights[row] as number) * (logP - (1 - (targets[row] as number)) * x);
  }
  const ridge = coefficients.slice(1).reduce((squares, value) => squares + value * value, 0);
  return sum - (RIDGE / 2) * ridge;
}

function logOddsOf(coefficients: number[], columns: ArrayLike<number>[], row: number): number {
  let x = coefficients[0] as number;
  for (let at = 0; at < columns.length; at += 1) {
    x += (coefficients[at + 1] as number) * ((columns[at] as ArrayLike<number>)[row] as number);
  }
  return x;
}

function derivatives(
  coefficients: number[],
  columns: ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): { gradient: number[]; hessian: number[][] } {
  const size = coefficients.length;
  const gradient = coefficients.map((value, at) => (at === 0 ? 0 : -RIDGE * value));
  const hessian = coefficients.map((_, i) => coefficients.map((_value, j) => (i === j && i > 0 ? RIDGE : 0)));
  // So that a fit whose pairs have all been settled still has a direction.
  (hessian[0] as number[])[0] = 1e-12;
  const values = new Array<number>(size).fill(1);
  for (let row = 0; row < targets.length; row += 1) {
    for (let at = 1; at < size; at += 1) values[at] = (columns[at - 1] as ArrayLike<number>)[row] as number;
    const p = sigmoid(logOddsOf(coefficients, columns, row));
    const weight = weights[row] as number;
    for (let i = 0; i < size; i += 1) {
      gradient[i] = (gradient[i] as number) + weight * ((targets[row] as number) - p) * (values[i] as number);
      const line = hessian[i] as number[];
      for (let j = 0; j < size; j += 1) {
        line[j] = (line[j] as number) + weight * p * (1 - p) * (values[i] as number) * (values[j] as number);
      }
    }
  }
  return { gradient, hessian };
}

/** Solves A x = b by elimination with pivots; A is positive definite and a few rows wide. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((line, i) => [...line, b[i] as number]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = rows
      .slice(column)
      .sort((x, y) => Math.abs(y[column] as number) - Math.abs(x[column] as number))[0] as number[];
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (let row = 0; row < size; row += 1) {
      const line = rows[row] as number[];
      const factor = (line[column] as number) / (pivot[column] as number);
      if (row === column || factor === 0) continue;
      for (let at = column; at <= size; at += 1) line[at] = (line[at] as number) - factor * (pivot[at] as number);
    }
  }
  return rows.map((line, i) => (line[size] as number) / (line[i] as number));
}
