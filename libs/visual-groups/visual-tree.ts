import { kMeans, meansOf, nearestCentres, pointsAtDial } from '#evaluation';
import { EMBEDDING_SIZE, type ProductId, Random } from '#foundation';
import { wardUnions } from '#similarity';
import { type CommonLabels, commonLabels, nameOf } from './common-labels.js';
import type { GroupedProduct } from './grouped-product.js';
import { onePerStyle } from './one-per-style.js';

/** How a catalogue is grouped. */
export interface Grouping {
  /** 0: by cut; 1: by colour. */
  dial: number;
  /** `style`: one product stands for all colours of its style. */
  groupBy: 'product' | 'style';
}

/** Products that look alike. */
export interface VisualGroup {
  /** Members are `members[start, end)` of the tree. */
  start: number;
  end: number;
  /** In words of the catalogue, from what half of the members and more have in common. */
  name: string;
  common: CommonLabels;
  /** The members nearest to the middle, the medoid first: no other member has a smaller sum of squared distances to all. */
  typical: ProductId[];
  /** Mean of 1 - similarity to the medoid, at the dial. */
  spread: number;
}

/** A catalogue as a tree of groups, from which it can be cut into any number of them. */
export interface VisualTree {
  /** Products in the order of the tree: those of a group follow each other. */
  members: ProductId[];
  /**
   * Of n leaves the groups of one leaf each come first, then the n - 1 unions, the tightest first: the last is everything.
   */
  groups: VisualGroup[];
  /** The two groups of each union, by its place among the unions. */
  parts: [number, number][];
}

/** Up to so many products each is a leaf of the tree. */
const EXACT_UP_TO = 2_000;
/** Leaves where there are more. */
const LEAVES = 512;
/** Products that the leaves' middles are found from, and the steps that are taken: neither more changes the groups to see. */
const SAMPLE = 4_096;
const STEPS = 8;
/** Members of a group that are named. */
const TYPICAL = 10;
/** What looks alike does not depend on chance; which of two equal trees is found may. */
const SEED = 1;

/**
 * Groups products by how they look: Ward's method over the products themselves, or, where they are many, over 512
 * k-means clusters of them. The same products give the same tree, in whatever order they come.
 *
 * Blocks for some seconds where products are many: run it in a thread.
 */
export function growVisualTree(products: readonly GroupedProduct[], { dial, groupBy }: Grouping): VisualTree {
  const sorted = [...products].sort((a, b) => (a.productId < b.productId ? -1 : 1));
  const embeddings = new Float32Array(sorted.length * EMBEDDING_SIZE);
  sorted.forEach(({ embedding }, row) => embeddings.set(embedding, row * EMBEDDING_SIZE));
  const all = { products: sorted, points: pointsAtDial(embeddings, dial) };
  const { products: grouped, points } = groupBy === 'style' ? onePerStyle(all) : all;
  if (grouped.length === 0) return { members: [], groups: [], parts: [] };
  const leaves = leavesOf(points);
  const means = new Float32Array(leaves.length * EMBEDDING_SIZE);
  leaves.forEach((rows, leaf) => means.set(meanOf(points, rows), leaf * EMBEDDING_SIZE));
  const unions = wardUnions(
    leaves.map(({ length }) => length),
    (a, b) => squaredDistance(rowOf(means, a), rowOf(means, b)),
  );
  const parts = unions.map(({ left, right }): [number, number] => [left, right]);
  const { order, ranges } = laidOut(leaves, parts);
  const ofAll = commonLabels(grouped);
  const groups = ranges.map(([start, end]) => {
    const rows = order.slice(start, end);
    const common = commonLabels(rows.map((row) => grouped[row] as GroupedProduct));
    const { typical, spread } = middleOf(points, rows);
    const ids = typical.map((row) => grouped[row]?.productId as ProductId);
    return { start, end, name: nameOf(common, ofAll), common, typical: ids, spread };
  });
  return { members: order.map((row) => grouped[row]?.productId as ProductId), groups, parts };
}

/**
 * The groups of a tree when it is cut into so many, by number; fewer where it has fewer leaves. Of every cut into this
 * number along the tree it is the one whose members are nearest to the middles of their groups.
 *
 * @param count at least 1
 */
export function cutTree({ groups, parts }: VisualTree, count: number): number[] {
  const leaves = groups.length - parts.length;
  // All unions but the last count - 1.
  const kept = groups.length - Math.min(count, leaves) + 1;
  const isPart = new Set(parts.slice(0, Math.max(0, kept - leaves)).flat());
  return groups.flatMap((_, group) => (group < kept && !isPart.has(group) ? [group] : []));
}

/** Rows by leaf, none empty. */
function leavesOf(points: Float32Array): number[][] {
  const count = points.length / EMBEDDING_SIZE;
  if (count <= EXACT_UP_TO) return Array.from({ length: count }, (_, row) => [row]);
  const random = new Random(SEED);
  const rows = Array.from({ length: count }, (_, row) => row);
  const sample = random.shuffled(rows).slice(0, SAMPLE);
  const drawn = new Float32Array(sample.length * EMBEDDING_SIZE);
  sample.forEach((row, at) => drawn.set(rowOf(points, row), at * EMBEDDING_SIZE));
  const assigned = kMeans(drawn, EMBEDDING_SIZE, LEAVES, random, STEPS);
  const centres = meansOf(drawn, EMBEDDING_SIZE, assigned, new Float32Array(LEAVES * EMBEDDING_SIZE));
  const leaves = Array.from({ length: LEAVES }, (): number[] => []);
  nearestCentres(points, centres, EMBEDDING_SIZE).forEach((leaf, row) => leaves[leaf]?.push(row));
  return leaves.filter(({ length }) => length > 0);
}

/** Rows so that those of each group follow each other, and where each group lies. */
function laidOut(leaves: number[][], parts: [number, number][]) {
  const sizes = leaves.map(({ length }) => length);
  for (const [left, right] of parts) sizes.push((sizes[left] ?? 0) + (sizes[right] ?? 0));
  const ranges: [number, number][] = sizes.map((size) => [0, size]);
  // From everything down: the parts of a union share its place.
  for (let union = parts.length - 1; union >= 0; union -= 1) {
    const [left, right] = parts[union] as [number, number];
    const [start, end] = ranges[leaves.length + union] as [number, number];
    const middle = start + (sizes[left] ?? 0);
    ranges[left] = [start, middle];
    ranges[right] = [middle, end];
  }
  const order = new Array<number>(sizes.at(-1) ?? 0);
  leaves.forEach((rows, leaf) => rows.forEach((row, at) => (order[(ranges[leaf]?.[0] ?? 0) + at] = row)));
  return { order, ranges };
}

/**
 * The rows nearest to the mean, and how far rows lie from the first of them. Points are of unit length, so that the sum of
 * squared distances of one to all, 2 n - 2 n <x, mean>, is least where the inner product with the mean is largest.
 */
function middleOf(points: Float32Array, rows: number[]): { typical: number[]; spread: number } {
  const mean = meanOf(points, rows);
  const nearness = rows.map((row): [number, number] => [row, dot(rowOf(points, row), mean)]);
  nearness.sort(([a, nearA], [b, nearB]) => nearB - nearA || a - b);
  const [, nearest = 0] = nearness[0] ?? [];
  return { typical: nearness.slice(0, TYPICAL).map(([row]) => row), spread: Math.max(0, 1 - nearest) };
}

function meanOf(points: Float32Array, rows: number[]): Float64Array {
  const mean = new Float64Array(EMBEDDING_SIZE);
  for (const row of rows) {
    const point = rowOf(points, row);
    for (let d = 0; d < EMBEDDING_SIZE; d += 1) mean[d] = (mean[d] as number) + (point[d] as number) / rows.length;
  }
  return mean;
}

function rowOf(points: Float32Array, row: number): Float32Array {
  return points.subarray(row * EMBEDDING_SIZE, (row + 1) * EMBEDDING_SIZE);
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += ((a[d] as number) - (b[d] as number)) ** 2;
  return sum;
}

function dot(a: Float32Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
