import { countLeakedTensors, openBackend } from '#compute';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import { flat, naiveHead, randomHead, randomRows, rowsOf, worstDifference } from '../../test/support/head-training.js';
import { naiveSquared, naiveUnit, type Rows } from '../../test/support/naive/metric-learning.js';
import { applyHead, embedRows } from './apply-head.js';
import { foldBlock, prepareBlock, principalHead, recentreBlock, type BlockSettings } from './feature-block.js';

const backend = await openBackend(underTest.device);

/** Rows of `count` photos whose columns vary by very different amounts, and another block beside them. */
function features(count: number, seed: number): Rows {
  const random = new Random(seed);
  const directions = randomRows(6, 10, random);
  return Array.from({ length: count }, () => {
    const codes = directions.map((_, at) => random.between(-1, 1) * 0.6 ** at);
    const own = directions[0]?.map((_, column) =>
      Math.fround(codes.reduce((sum, code, at) => sum + code * (directions[at]?.[column] ?? 0), 2)),
    );
    return [9, -9, ...(own ?? []), 9];
  });
}

const WIDTH = 13;
const settings: BlockSettings = { columns: [2, 12], components: 4, whitening: 0.25 };
const all = (rows: Rows) => rows.map((_, row) => row);
const prepare = (rows: Rows, fitted = all(rows), over: Partial<BlockSettings> = {}) =>
  prepareBlock(backend, flat(rows), WIDTH, fitted, { ...settings, ...over });
const unitRowsOf = (rows: Rows) => rows.map((row) => naiveUnit(row.slice(2, 12)));

/** x W + b, by the loop. */
const naiveLinear = (rows: Rows, { weight, bias }: ReturnType<typeof naiveHead>) =>
  rows.map((row) => bias.map((start, k) => row.reduce((sum, x, at) => sum + x * (weight[at]?.[k] ?? NaN), start)));

const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Covariance of columns, [width, width]. */
function covariance(rows: Rows): Rows {
  const centre = (rows[0] ?? []).map((_, k) => mean(rows.map((row) => row[k] as number)));
  return centre.map((a, i) =>
    centre.map((b, j) => mean(rows.map((row) => ((row[i] as number) - a) * ((row[j] as number) - b)))),
  );
}

// Fewer rows than columns go through the Gram matrix, more through the covariance.
describe.each([7, 40])('prepareBlock of %i photos', (count) => {
  const rows = features(count, count);

  it('gives the unit rows of its columns through its projection', () => {
    const { values, width, projection } = prepare(rows);
    expect([width, projection.inputs, projection.outputs]).toEqual([4, 10, 4]);
    expect(worstDifference(values, naiveLinear(unitRowsOf(rows), naiveHead(projection)).flat())).toBeLessThan(1e-5);
  });

  it('is centred on the fitted rows, of RMS length 1, and its components do not go together', () => {
    const fitted = all(rows).filter((row) => row % 3 !== 1);
    const block = rowsOf(prepare(rows, fitted).values, 4);
    const own = fitted.map((row) => block[row] as number[]);
    for (let k = 0; k < 4; k += 1) expect(mean(own.map((row) => row[k] as number))).toBeCloseTo(0, 5);
    expect(mean(own.map((row) => row.reduce((sum, value) => sum + value * value, 0)))).toBeCloseTo(1, 5);
    covariance(own).forEach((ofRow, i) =>
      ofRow.forEach((value, j) => {
        if (i !== j) expect(value).toBeCloseTo(0, 4);
        else if (i > 0) expect(value).toBeLessThan(covariance(own)[i - 1]?.[i - 1] ?? 0);
      }),
    );
  });

  it('turns to the directions of largest variance, with nothing left of more variance', () => {
    const { projection } = prepare(rows, all(rows), { whitening: 0 });
    const { weight } = naiveHead(projection);
    const columns = Array.from({ length: 4 }, (_, k) => weight.map((row) => row[k] as number));
    const directions = columns.map(naiveUnit);
    const ofUnit = covariance(unitRowsOf(rows));
    directions.forEach((direction, k) => {
      // C v = variance v, all directions unit and orthogonal, the leading entry positive.
      const image = ofUnit.map((row) => row.reduce((sum, value, at) => sum + value * (direction[at] as number), 0));
      const variance = image.reduce((sum, value, at) => sum + value * (direction[at] as number), 0);
      expect(
        worstDifference(
          image,
          direction.map((value) => value * variance),
        ),
      ).toBeLessThan(1e-4 * variance);
      expect(Math.max(...direction)).toBe(Math.max(...direction.map(Math.abs)));
      for (let other = 0; other < k; other += 1) {
        const product = direction.reduce((sum, value, at) => sum + value * (directions[other]?.[at] as number), 0);
        expect(product).toBeCloseTo(0, 4);
      }
    });
    // No whitening: the block keeps the variances as they are, up to one factor.
    const kept = covariance(rowsOf(prepare(rows, all(rows), { whitening: 0 }).values, 4)).map((row, k) => row[k] ?? 0);
    const total = ofUnit.reduce((sum, row, k) => sum + (row[k] as number), 0);
    const variances = directions.map((direction) =>
      direction.reduce(
        (sum, a, i) => sum + direction.reduce((inner, b, j) => inner + a * b * (ofUnit[i]?.[j] as number), 0),
        0,
      ),
    );
    const taken = variances.reduce((sum, value) => sum + value, 0);
    expect(
      worstDifference(
        kept,
        variances.map((value) => value / taken),
      ),
    ).toBeLessThan(1e-4);
    expect(taken / total).toBeGreaterThan(0.9);
  });

  it.each([0, 0.25, 0.5])('divides each component by its variance to the power of %f', (whitening) => {
    const variancesAt = (power: number) => {
      const { values, width } = prepare(rows, all(rows), { whitening: power });
      return covariance(rowsOf(values, width)).map((row, k) => row[k] as number);
    };
    const plain = variancesAt(0);
    const expected = plain.map((variance) => variance ** (1 - 2 * whitening));
    const sum = expected.reduce((total, value) => total + value, 0);
    expect(
      worstDifference(
        variancesAt(whitening),
        expected.map((value) => value / sum),
      ),
    ).toBeLessThan(1e-3);
  });

  it('does not look at rows that it is not fitted on', () => {
    const fitted = all(rows).slice(0, count - 2);
    const others = rows.map((row, at) => (at < count - 2 ? row : row.map((value) => -value)));
    const [one, two] = [prepare(rows, fitted), prepare(others, fitted)];
    expect(two.projection).toEqual(one.projection);
    expect(two.values.subarray(0, (count - 2) * 4)).toEqual(one.values.subarray(0, (count - 2) * 4));
    expect(two.values).not.toEqual(one.values);
  });

  it('leaves no tensor behind', () => expect(countLeakedTensors(backend, () => prepare(rows))).toBe(0));
});

describe('prepareBlock', () => {
  it('finds the same whether photos are few or each is there four times', () => {
    const rows = features(7, 3);
    const four = [...rows, ...rows, ...rows, ...rows];
    const [few, many] = [prepare(rows), prepare(four)];
    expect(worstDifference(few.projection.weight, many.projection.weight)).toBeLessThan(1e-3);
    expect(worstDifference(few.values, many.values.subarray(0, few.values.length))).toBeLessThan(1e-4);
  });

  it('keeps no more components than the photos have', () => {
    expect(prepare(features(3, 1)).width).toBe(2);
  });

  it.each<[string, number, number[]]>([
    ['the fitted photos are all alike', 7, [0, 1, 2, 3, 4, 5, 6]],
    ['one photo is fitted', 7, [3]],
    ['no photo is fitted', 0, []],
  ])('keeps distances about as they are where %s', (_, alike, fitted) => {
    const varied = features(20, 2);
    const rows = varied.map((row, at) => (at < alike ? (varied[0] as number[]) : row));
    const { values, width, projection } = prepare(rows, fitted, { components: 1000 });
    expect([width, projection.outputs, projection.weight.length]).toEqual([1000, 1000, 10 * 1000]);
    const block = rowsOf(values, width);
    const unit = unitRowsOf(rows);
    for (const row of [8, 9, 10]) {
      const ratio =
        naiveSquared(block[row] ?? [], block[row + 5] ?? []) / naiveSquared(unit[row] ?? [], unit[row + 5] ?? []);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    }
  });
});

describe('principalHead', () => {
  const rows = features(40, 5);
  const fitted = all(rows).slice(0, 30);
  const block = prepare(rows, fitted);

  it('takes the first components as they are, at RMS length 1 on the fitted rows', () => {
    const outputs = rowsOf(applyHead(principalHead(block, fitted, 3), block.values), 3);
    expect(mean(fitted.map((row) => (outputs[row] ?? []).reduce((sum, value) => sum + value ** 2, 0)))).toBeCloseTo(
      1,
      5,
    );
    const first = rowsOf(block.values, 4).map((row) => row.slice(0, 3));
    const factor = (outputs[0]?.[0] as number) / (first[0]?.[0] as number);
    expect(factor).toBeGreaterThan(1);
    expect(
      worstDifference(
        outputs.flat(),
        first.flat().map((value) => value * factor),
      ),
    ).toBeLessThan(1e-5);
  });

  it('leaves outputs beyond the block at zero', () => {
    const outputs = rowsOf(applyHead(principalHead(block, fitted, 6), block.values), 6);
    for (const row of outputs) expect(row.slice(4)).toEqual([0, 0]);
    expect(
      worstDifference(
        outputs.flatMap((row) => row.slice(0, 4)),
        block.values,
      ),
    ).toBeLessThan(1e-5);
  });
});

describe('foldBlock', () => {
  it('gives for unit rows of the columns what the head gives for the block', () => {
    const random = new Random(6);
    const rows = features(20, 7);
    const [block, other] = [prepare(rows), prepare(rows, all(rows), { columns: [0, 13], components: 3 })];
    const heads = { shape: randomHead(4, 5, random), colour: randomHead(3, 2, random) };
    const folded = { shape: foldBlock(heads.shape, block), colour: foldBlock(heads.colour, other) };
    expect([folded.shape.inputs, folded.shape.outputs, folded.shape.weight.length]).toEqual([10, 5, 50]);
    const unit = { shape: unitRowsOf(rows), colour: rows.map(naiveUnit) };
    const expected = naiveLinear(rowsOf(block.values, 4), naiveHead(heads.shape));
    expect(worstDifference(naiveLinear(unit.shape, naiveHead(folded.shape)).flat(), expected.flat())).toBeLessThan(
      1e-4,
    );
    const byBlocks = embedRows(heads, { shape: block.values, colour: other.values });
    const byUnitRows = embedRows(folded, { shape: flat(unit.shape), colour: flat(unit.colour) });
    expect(worstDifference(byUnitRows, byBlocks)).toBeLessThan(1e-4);
  });
});

describe('recentreBlock', () => {
  const shop = features(30, 1);
  /** The same directions about another middle: another shop's light and paper. */
  const other = features(20, 2).map((row) => row.map((value, at) => (at % 3 === 0 ? value + 1.5 : value)));
  const block = prepare(shop);
  const recentre = (rows: Rows, fitted = all(rows)) =>
    recentreBlock(block, flat(rows), WIDTH, fitted, settings.columns);

  it("is centred on the other shop's fitted rows, of RMS length 1, and keeps the block's directions", () => {
    const fitted = all(other).filter((row) => row % 2 === 0);
    const { values, width, projection } = recentre(other, fitted);
    const own = fitted.map((row) => rowsOf(values, width)[row] as number[]);
    for (let k = 0; k < width; k += 1) expect(mean(own.map((row) => row[k] as number))).toBeCloseTo(0, 5);
    expect(mean(own.map((row) => row.reduce((sum, value) => sum + value * value, 0)))).toBeCloseTo(1, 5);
    const scale = (projection.weight[0] ?? NaN) / (block.projection.weight[0] ?? NaN);
    expect(
      worstDifference(
        projection.weight,
        block.projection.weight.map((value) => value * scale),
      ),
    ).toBeLessThan(1e-5);
  });

  it("is not where the first shop's centre would put it", () => {
    const elsewhere = naiveLinear(unitRowsOf(other), naiveHead(block.projection)).flat();
    expect(worstDifference(recentre(other).values, elsewhere)).toBeGreaterThan(0.1);
  });

  it('is the block itself for the shop that the block was fitted on', () => {
    expect(worstDifference(recentre(shop).values, block.values)).toBeLessThan(1e-4);
  });

  it('gives heads of the block the other centre when it is folded in', () => {
    const head = randomHead(block.width, 3, new Random(5));
    const own = recentre(other);
    const folded = foldBlock(head, own);
    const expected = applyHead(head, own.values);
    expect(worstDifference(applyHead(folded, flat(unitRowsOf(other))), expected)).toBeLessThan(1e-4);
  });

  it.each([
    ['no row', [] as number[]],
    ['one row', [3]],
  ])("keeps the block's centre where %s is fitted", (_, fitted) => {
    const elsewhere = naiveLinear(unitRowsOf(other), naiveHead(block.projection)).flat();
    expect(worstDifference(recentre(other, fitted).values, elsewhere)).toBeLessThan(1e-5);
  });
});
