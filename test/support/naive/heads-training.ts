import {
  naiveBatchHard,
  naiveEuclidean,
  naiveMarginLoss,
  naiveSemiHard,
  naiveSoftMarginLoss,
  naiveSquared,
  naiveUnit,
  type NaiveRelation,
  type Rows,
} from './metric-learning.js';

/** Training of two linear heads by loops over numbers in double precision. Shares nothing with libs/training. */

export interface NaiveLabels {
  photo: number[];
  product: number[];
  style: number[];
  /** Mean colour of each photo in CIELAB. */
  lab: Rows;
}

export interface NaiveHead {
  weight: Rows; // [inputs, outputs]
  bias: number[]; // [outputs]
}

export interface NaiveHeads {
  shape: NaiveHead;
  colour: NaiveHead;
}

export type NaiveLossName = 'batch-hard-soft-margin' | 'semi-hard-margin';

/** Each row times weight plus bias, of unit length. */
export function naiveForward(rows: Rows, { weight, bias }: NaiveHead): Rows {
  return rows.map((row) =>
    naiveUnit(bias.map((start, output) => row.reduce((sum, x, input) => sum + x * weight[input]![output]!, start))),
  );
}

/** What one step reports: parts and joined vector mined by the triple loop, each in its own relation. */
export function naivePartLosses(
  { shape, colour }: { shape: Rows; colour: Rows },
  { style, product, photo, lab }: NaiveLabels,
  name: NaiveLossName,
  weights = { shape: 1, colour: 1, joined: 1, joinedStyle: 1 },
  dial = 0.525,
  colourDifference = 0.4,
) {
  const joined = shape.map((row, i) => [
    ...row.map((value) => value * Math.sqrt(1 - dial)),
    ...colour[i]!.map((value) => value * Math.sqrt(dial)),
  ]);
  const ofParts = [
    { weight: weights.shape, ...naiveMinedLoss(shape, { positive: style, negative: style, photo }, name) },
    { weight: weights.colour, ...naiveMinedLoss(colour, { positive: product, negative: product, photo }, name) },
    { weight: weights.joined, ...naiveMinedLoss(joined, { positive: product, negative: style, photo }, name) },
    { weight: weights.joinedStyle, ...naiveMinedLoss(joined, { positive: style, negative: style, photo }, name) },
  ].filter(({ weight }) => weight > 0);
  const sum = (pick: (part: (typeof ofParts)[0]) => number) => ofParts.reduce((total, part) => total + pick(part), 0);
  const triplets = sum((part) => part.triplets);
  const candidates = sum((part) => part.candidates);
  const loss = sum((part) => part.weight * part.loss);
  return {
    loss,
    descended: loss + colourDifference * naiveColourDifference(colour, style, lab),
    triplets,
    activeShare: candidates === 0 ? null : sum((part) => part.active) / candidates,
    realPositiveShare: sum((part) => part.withPositive) / ofParts.length,
  };
}

function naiveColourDifference(colour: Rows, style: number[], lab: Rows): number {
  const errors = colour.flatMap((a, i) =>
    colour.flatMap((b, j) => {
      if (style[i] === style[j]) return [];
      const difference = Math.sqrt(lab[i]!.reduce((all, value, channel) => all + (value - lab[j]![channel]!) ** 2, 0));
      const cosine = a.reduce((all, value, k) => all + value * b[k]!, 0);
      return [(cosine - (1 - difference / 40)) ** 2];
    }),
  );
  return errors.length === 0 ? 0 : errors.reduce((all, error) => all + error, 0) / errors.length;
}

function naiveMinedLoss(rows: Rows, relation: NaiveRelation, name: NaiveLossName) {
  const isSemiHard = name === 'semi-hard-margin';
  const [distance, margin] = isSemiHard ? [naiveSquared, 0.2] : [naiveEuclidean, 0];
  const distances = rows.map((a) => rows.map((b) => distance(a, b)));
  const triples = isSemiHard ? naiveSemiHard(distances, relation, margin) : naiveBatchHard(distances, relation);
  const positives = rows.map((_, a) =>
    rows.filter((_, p) => relation.positive[a] === relation.positive[p] && relation.photo[a] !== relation.photo[p]),
  );
  return {
    loss: isSemiHard ? naiveMarginLoss(rows, triples, distance, margin) : naiveSoftMarginLoss(rows, triples, distance),
    triplets: triples.length,
    active: triples.filter(([a, p, n]) => distances[a]![p]! + margin > distances[a]![n]!).length,
    candidates: isSemiHard ? positives.flat().length : triples.length,
    withPositive: positives.filter((own) => own.length > 0).length / rows.length,
  };
}

/** All numbers of both heads in one list, shape before colour, weights before biases. */
export function naiveParameters({ shape, colour }: NaiveHeads): number[] {
  return [shape, colour].flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);
}

/** Heads of the sizes of `like` with these numbers. */
export function naiveHeadsOf(parameters: readonly number[], like: NaiveHeads): NaiveHeads {
  const rest = [...parameters];
  const headOf = ({ weight, bias }: NaiveHead): NaiveHead => ({
    weight: weight.map((row) => rest.splice(0, row.length)),
    bias: rest.splice(0, bias.length),
  });
  return { shape: headOf(like.shape), colour: headOf(like.colour) };
}

/** Gradient by central differences. */
export function naiveSlope(loss: (parameters: number[]) => number, parameters: readonly number[], step = 1e-6) {
  return parameters.map((_, at) => {
    const moved = (by: number) => loss(parameters.map((value, other) => (other === at ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** Adam with decoupled decay (arXiv 1711.05101, algorithm 2), one number after the other. */
export class NaiveAdamW {
  private steps = 0;
  private readonly mean = new Map<number, number>();
  private readonly square = new Map<number, number>();

  constructor(private readonly decay: number) {}

  step(parameters: readonly number[], gradient: readonly number[], rate: number): number[] {
    this.steps += 1;
    return parameters.map((value, at) => {
      const mean = 0.9 * (this.mean.get(at) ?? 0) + 0.1 * gradient[at]!;
      const square = 0.999 * (this.square.get(at) ?? 0) + 0.001 * gradient[at]! ** 2;
      this.mean.set(at, mean);
      this.square.set(at, square);
      const corrected = mean / (1 - 0.9 ** this.steps) / (Math.sqrt(square / (1 - 0.999 ** this.steps)) + 1e-8);
      return value - rate * corrected - rate * this.decay * value;
    });
  }
}
