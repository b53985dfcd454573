import type { Snapshot, SnapshotPhoto } from '#datasets';
import type { ImageId, ProductId, StyleId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { embeddingAt } from '../../test/support/products.js';
import { validationFigures } from './validation.js';

/** A photo called `style colour view`, with its embedding at these degrees of shape and of colour. */
type Photo = [name: string, shape: number, colour: number];

function ask(photos: Photo[], dial: number, asked = photos.map((_, row) => row)) {
  const snapshot: Snapshot = {
    photos: photos.map(([name]): SnapshotPhoto => {
      const [style = '', colour = ''] = name.split(' ');
      return {
        imageId: name as ImageId,
        productId: `${style} ${colour}` as ProductId,
        styleId: style as StyleId,
        category: null,
        gender: null,
        colour: null,
        split: 'validation',
      };
    }),
    features: new Float32Array(0),
    views: null,
    lab: new Float32Array(photos.length * 3),
    extractorId: '',
    layout: { shape: 0, colour: 0 },
    salt: '',
    contradictions: 0,
    hash: '',
  };
  const embeddings = Float32Array.from(
    asked.flatMap((row) => [...embeddingAt(photos[row]?.[1] ?? 0, photos[row]?.[2] ?? 0)]),
  );
  return validationFigures(embeddings, snapshot, asked, dial);
}

// Two styles, far apart in shape; style A in two colours, the views of a product ten degrees apart.
const photos: Photo[] = [
  ['A red front', 0, 0],
  ['A red back', 10, 10],
  ['A blue front', 2, 90],
  ['A blue back', 12, 100],
  ['B red front', 90, -1],
  ['B red back', 100, 9],
];

describe('validationFigures', () => {
  it('asks each photo for its product, its style, and its style in another colour', () => {
    // Mostly shape: from A red front its back is at .75 cos 10 + .25 cos 10 = .98, A blue front at .75 cos 2 + .25 cos 90
    // = .75, B red front at .75 cos 90 + .25 cos 1 = .25; and so on.
    expect(ask(photos, 0.25)).toEqual({ sameProduct: 1, sameStyle: 1, sameStyleOtherColour: 1, criterion: 1 });
  });

  it('turns with the dial', () => {
    const figures = ask(photos, 1);
    // Colour alone: the reds of A and of B are one degree apart, so only the two blue photos find their own first.
    expect(figures).toMatchObject({ sameProduct: 2 / 6, sameStyle: 2 / 6 });
    // The reds of A find B first; the blue ones find A red back first, one degree before B red back.
    expect(figures?.sameStyleOtherColour).toBe(2 / 4);
    expect(figures?.criterion).toBeCloseTo((2 / 6 + 2 / 6 + 2 / 4) / 3, 12);
  });

  it('leaves out of the criterion what nobody can be asked', () => {
    const inOneColour = photos.filter(([name]) => name.includes('red'));
    expect(ask(inOneColour, 0)).toEqual({ sameProduct: 1, sameStyle: 1, sameStyleOtherColour: null, criterion: 1 });
    const oneView = photos.filter(([name]) => name.startsWith('A') && name.includes('front'));
    expect(ask([...oneView, ['C red front', 1, 1]], 0.5)).toMatchObject({ sameProduct: null, criterion: 0 });
  });

  it('asks and shows the given photos only', () => {
    expect(ask(photos, 1, [0, 1, 2, 3])).toMatchObject({ sameProduct: 1, sameStyle: 1, sameStyleOtherColour: 1 });
  });

  it('is null where there is nothing to find', () => {
    expect(ask(photos, 0.5, [])).toBeNull();
    expect(ask(photos, 0.5, [0, 4])).toBeNull();
  });
});
