import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProductId, Random, type StyleId } from '#foundation';
import { similarityByPart } from '#similarity';
import { randomEmbedding } from '../../test/conformance/indexed-products.js';
import { embeddingAt } from '../../test/support/products.js';
import { cutTree, type Grouping, growVisualTree, type GroupedProduct, type VisualTree } from './index.js';

const grouping: Grouping = { dial: 0.5, groupBy: 'product' };

function productAt(id: string, embedding: Float32Array, fields: Partial<GroupedProduct> = {}): GroupedProduct {
  return {
    productId: id as ProductId,
    styleId: id as StyleId,
    ...{ category: null, colour: null, brand: null },
    embedding,
    ...fields,
  };
}

const randomProducts = (count: number, seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, at) => productAt(`p${at}`, randomEmbedding(random)));
};

const membersOf = ({ members, groups }: VisualTree, group: number) =>
  members.slice(groups[group]?.start, groups[group]?.end);

describe('growVisualTree', () => {
  it('holds each product once, and each union what its parts hold', () => {
    const trees = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
      dial: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(trees, ({ count, seed, dial }) => {
        const products = randomProducts(count, seed);
        const tree = growVisualTree(products, { dial, groupBy: 'product' });
        expect([...tree.members].sort()).toEqual(products.map(({ productId }) => productId).sort());
        expect(tree.groups).toHaveLength(2 * count - 1);
        tree.parts.forEach((parts, at) => {
          const union = membersOf(tree, count + at);
          expect(parts.flatMap((part) => membersOf(tree, part))).toEqual(union);
        });
        for (let wanted = 1; wanted <= count + 2; wanted += 1) {
          const cut = cutTree(tree, wanted);
          expect(cut).toHaveLength(Math.min(wanted, count));
          expect(cut.flatMap((group) => membersOf(tree, group)).sort()).toEqual([...tree.members].sort());
        }
      }),
      { numRuns: 50 },
    );
  });

  it('names the medoid and how far members lie from it, by the definition of both', () => {
    const products = randomProducts(40, 3);
    const dial = 0.3;
    const tree = growVisualTree(products, { dial, groupBy: 'product' });
    const embeddings = new Map(products.map(({ productId, embedding }) => [productId, embedding]));
    const similarity = (a: ProductId, b: ProductId) =>
      similarityByPart(embeddings.get(a)!, embeddings.get(b)!, dial).total;
    for (const group of tree.groups.keys()) {
      const members = membersOf(tree, group);
      const farness = (from: ProductId) => members.reduce((sum, to) => sum + (2 - 2 * similarity(from, to)), 0);
      const { typical, spread } = tree.groups[group]!;
      const least = Math.min(...members.map(farness));
      expect(farness(typical[0]!)).toBeCloseTo(least, 5);
      expect(typical).toHaveLength(Math.min(10, members.length));
      expect(spread).toBeCloseTo(
        members.reduce((sum, to) => sum + 1 - similarity(typical[0]!, to), 0) / members.length,
        5,
      );
    }
  });

  it('is the same in whatever order the products come', () => {
    const products = randomProducts(60, 5);
    const tree = growVisualTree(products, grouping);
    expect(growVisualTree(new Random(1).shuffled(products), grouping)).toEqual(tree);
  });

  it.each([40, 2_400])('finds groups that are there, among %i products', (count) => {
    const random = new Random(9);
    // Four looks, each within a few degrees; of more than 2,000 products the leaves are found first.
    const looks = [0, 90, 180, 270];
    const products = Array.from({ length: count }, (_, at) => {
      const look = looks[at % 4]!;
      const embedding = embeddingAt(look + 20 * random.next(), look + 20 * random.next());
      return productAt(`p${at}`, embedding, { category: `Looks > Look ${look}` });
    });
    const tree = growVisualTree(products, grouping);
    const cut = cutTree(tree, 4).map((group) => tree.groups[group]!);
    expect(cut.map(({ end, start }) => end - start)).toEqual([count / 4, count / 4, count / 4, count / 4]);
    expect(cut.map(({ name }) => name).sort()).toEqual(looks.map((look) => `Looks > Look ${look}`).sort());
    expect(cut.every(({ spread }) => spread < 0.02)).toBe(true);
    expect(growVisualTree(products, grouping)).toEqual(tree);
  });

  it('groups by cut at a dial of 0 and by colour at 1', () => {
    const products = [0, 180].flatMap((shape) =>
      [0, 180].map((colour) => productAt(`${shape}/${colour}`, embeddingAt(shape, colour))),
    );
    const groupsAt = (dial: number) => {
      const tree = growVisualTree(products, { dial, groupBy: 'product' });
      return cutTree(tree, 2)
        .map((group) => membersOf(tree, group).sort().join(' '))
        .sort();
    };
    expect(groupsAt(0)).toEqual(['0/0 0/180', '180/0 180/180']);
    expect(groupsAt(1)).toEqual(['0/0 180/0', '0/180 180/180']);
  });

  it('has one product stand for its style, the one in the middle of its colours', () => {
    const style = (id: string, styleId: string, colour: number) =>
      productAt(id, embeddingAt(0, colour), { styleId: styleId as StyleId });
    const products = [style('a', 's', 0), style('b', 's', 40), style('c', 's', 80), style('d', 't', 200)];
    const tree = growVisualTree(products, { dial: 0.5, groupBy: 'style' });
    expect([...tree.members].sort()).toEqual(['b', 'd']);
  });

  it('names groups by what half of the members have in common', () => {
    const embedding = embeddingAt(0, 0);
    const fields = [
      { category: 'Women > Dresses > Maxi', colour: 'red', brand: 'A' },
      { category: 'Women > Dresses > Midi', colour: 'red', brand: 'A' },
      { category: 'Women > Tops', colour: 'blue', brand: 'A' },
      { category: 'Men > Shirts', colour: null, brand: null },
    ];
    const nameOf = (rows: Partial<GroupedProduct>[]) => {
      const tree = growVisualTree(
        rows.map((row, at) => productAt(`p${at}`, embedding, row)),
        grouping,
      );
      return tree.groups.at(-1);
    };
    expect(nameOf(fields)).toMatchObject({
      // The brand is that of the whole catalogue.
      name: 'Women > Dresses, red',
      common: {
        category: { value: 'Women > Dresses', share: 0.5 },
        colour: { value: 'red', share: 0.5 },
        brand: { value: 'A', share: 0.75 },
      },
    });
    const mixed = [...fields.slice(1), { category: 'Kids > Shoes', colour: 'green', brand: 'B' }];
    expect(nameOf(mixed)?.name).toBe('Women');
    expect(nameOf([{ category: 'A' }, { category: 'B' }, { category: 'C' }])?.name).toBe('mixed, most often A');
    expect(nameOf([{}, {}])).toMatchObject({
      name: 'without labels',
      common: { category: null, colour: null, brand: null },
    });
  });
});
