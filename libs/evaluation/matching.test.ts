import { describe, expect, it } from 'vitest';
import { EMBEDDING_SIZE, Random, SHAPE_SIZE } from '#foundation';
import { normaliseParts } from '#similarity';
import { matchingOf, matchingSchema, measureRecognition, measureVerification } from './matching.js';
import { countKinds, pairWeights, photoPairs } from './photo-pairs.js';
import { fitRecogniser, isNamed, winnerProbability } from './recogniser.js';
import { measureSeparation } from './separation.js';
import { type EmbeddedPhotos, fitVerifier } from './verification.js';

/** A shop: shape follows the style, colour the product, each photo differs by `noise`. */
function shop(styles: number, { seed = 1, colours = 2, photos = 2, noise = 0.4 } = {}): EmbeddedPhotos {
  const random = new Random(seed);
  const direction = (size: number) => Array.from({ length: size }, () => random.between(-1, 1));
  const set = { products: [] as string[], styles: [] as string[], imageIds: [] as string[], vectors: [] as number[] };
  for (let style = 0; style < styles; style += 1) {
    const shape = direction(SHAPE_SIZE);
    for (let colour = 0; colour < colours; colour += 1) {
      const hue = direction(EMBEDDING_SIZE - SHAPE_SIZE);
      for (let photo = 0; photo < photos; photo += 1) {
        const values = [...shape, ...hue].map((value) => value + noise * random.between(-1, 1));
        set.vectors.push(...normaliseParts(Float32Array.from(values)));
        set.products.push(`${seed} ${style} ${colour}`);
        set.styles.push(`${seed} ${style}`);
        set.imageIds.push(`${seed} ${style} ${colour} ${photo}`);
      }
    }
  }
  return { ...set, vectors: Float32Array.from(set.vectors) };
}

const fitted = fitVerifier(shop(40), new Random(1));

describe('photoPairs', () => {
  it('holds every pair of different images once, by what it shows', () => {
    const pairs = photoPairs(shop(3));
    expect(countKinds(pairs)).toEqual({ sameProduct: 6, sameStyleOtherColour: 12, otherStyles: 48 });
    expect(pairs.first.every((first, pair) => first < (pairs.second[pair] as number))).toBe(true);
  });

  it('makes no pair of one image, under whatever products it is filed', () => {
    const twice = { products: ['a', 'b', 'a'], styles: ['s', 's', 's'], imageIds: ['i', 'i', 'j'] };
    expect(countKinds(photoPairs(twice))).toEqual({ sameProduct: 1, sameStyleOtherColour: 1, otherStyles: 0 });
  });

  it('keeps every so many of a kind that is too many', () => {
    const names = Array.from({ length: 700 }, (_, i) => String(i));
    const { otherStyles } = countKinds(photoPairs({ products: names, styles: names, imageIds: names }));
    expect(otherStyles).toBe(Math.ceil((700 * 699) / 2 / 2));
  });

  it('weighs both halves alike, and what is not the same product by kind', () => {
    const pairs = photoPairs(shop(3));
    const weights = pairWeights(pairs);
    const sumOf = (kind: number) =>
      weights.reduce((sum, weight, pair) => sum + (pairs.kinds[pair] === kind ? weight : 0), 0);
    expect([0, 1, 2].map((kind) => Math.round(1e6 * sumOf(kind)) / 1e6)).toEqual([0.5, 0.25, 0.25]);
    const plain = photoPairs(shop(3, { colours: 1 }));
    expect(pairWeights(plain).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});

describe('measureSeparation', () => {
  it('is null without pairs of both sorts, and without one sort of the different', () => {
    const one = photoPairs(shop(1, { colours: 1 }));
    expect(measureSeparation(one, [1])).toMatchObject({ auc: null, aucOtherColours: null, aucOtherStyles: null });
    const plain = photoPairs(shop(4, { colours: 1 }));
    const separation = measureSeparation(
      plain,
      Array.from(plain.kinds, (kind) => -kind),
    );
    expect(separation).toMatchObject({ auc: 1, aucOtherColours: null, aucOtherStyles: 1 });
  });
});

describe('fitVerifier', () => {
  it('is calibrated on styles that it has not seen', () => {
    const outcome = measureVerification(fitted ?? never(), shop(40, { seed: 2 }));
    expect(outcome.reliability?.ece).toBeLessThan(0.1);
    expect(outcome.reliability?.brier).toBeLessThan(0.1);
    expect(outcome.separation.auc).toBeGreaterThan(0.95);
  });

  it('accepts about as many wrong pairs as its threshold says, and leaves out rates that the pairs do not support', () => {
    const rates = fitted?.thresholds.map(({ falseAcceptRate, logOdds }) => [falseAcceptRate, logOdds !== null]);
    // 160 pairs of other colours weigh as much as all others: about 640 of equal weight.
    expect(rates).toEqual([
      [0.1, true],
      [0.01, false],
      [0.001, false],
    ]);
    const [tenth] = measureVerification(fitted ?? never(), shop(40, { seed: 2 })).thresholds;
    const { otherColours = null, otherStyles = null } = tenth?.measured ?? {};
    expect(((otherColours as number) + (otherStyles as number)) / 2).toBeLessThan(0.2);
    expect(tenth?.measured?.sameProduct).toBeGreaterThan(0.8);
  });

  it('is none of few products, of one style, of one photo a product, or of duplicates of one image', () => {
    expect(fitVerifier(shop(2), new Random(1))).toBeNull();
    expect(fitVerifier(shop(1, { colours: 6 }), new Random(1))).toBeNull();
    expect(fitVerifier(shop(40, { photos: 1 }), new Random(1))).toBeNull();
    const copies = shop(20, { colours: 1 });
    const same = { ...copies, imageIds: copies.products };
    expect(fitVerifier(same, new Random(1))).toBeNull();
    expect(
      fitVerifier({ products: [], styles: [], imageIds: [], vectors: new Float32Array() }, new Random(1)),
    ).toBeNull();
  });

  it('stays finite where photos are all alike, and where vectors are zero', () => {
    const photos = shop(20);
    const alike = photos.vectors.map((_, at) => photos.vectors[at % EMBEDDING_SIZE] as number);
    for (const vectors of [alike, new Float32Array(photos.vectors.length)]) {
      const verifier = fitVerifier({ ...photos, vectors }, new Random(1)) ?? never();
      const { reliability, separation } = measureVerification(verifier, { ...photos, vectors });
      expect(separation.auc).toBeCloseTo(0.5, 6);
      expect(Number.isFinite(reliability?.logLoss)).toBe(true);
      expect(verifier.thresholds.every(({ logOdds }) => logOdds === null)).toBe(true);
    }
  });

  it('gives the same for the same seed', () => {
    expect(fitVerifier(shop(40), new Random(1))).toEqual(fitted);
  });
});

describe('fitRecogniser', () => {
  const { calibration } = fitted ?? never();
  const queries = shop(40);
  const recogniser = fitRecogniser(queries, queries, calibration, 0.5) ?? never();

  it('lets through the share of unknown products that it was set to', () => {
    expect(recogniser.fittedOn.acceptedWrong).toBeLessThanOrEqual(0.1);
    const fresh = shop(40, { seed: 3 });
    const outcome = measureRecognition(fitted ?? never(), recogniser, fresh, fresh, 0.5);
    expect(outcome).toMatchObject({ gallery: 160, known: 160, unknown: 160 });
    expect(outcome.acceptedWrong).toBeLessThan(0.25);
    expect(outcome.recognised).toBeGreaterThan(0.6);
    const { rankOne, recognised, refusedRight } = outcome;
    expect((recognised as number) + (refusedRight as number)).toBeCloseTo(rankOne as number, 12);
  });

  it('is surer of nearer winners, and names those above its threshold only', () => {
    expect(winnerProbability(recogniser, 3)).toBeGreaterThan(winnerProbability(recogniser, 0));
    const threshold = recogniser.threshold as number;
    expect([threshold, threshold - 1e-9].map((logOdds) => isNamed(recogniser, logOdds))).toEqual([true, false]);
    expect(isNamed({ ...recogniser, threshold: null }, 100)).toBe(false);
  });

  it('sets no threshold on few queries, and is none where no query has another photo', () => {
    const few = shop(10);
    expect(fitRecogniser(few, few, calibration, 0.5)?.threshold).toBeNull();
    const single = shop(40, { photos: 1 });
    expect(fitRecogniser(single, single, calibration, 0.5)).toBeNull();
  });
});

describe('matchingOf', () => {
  it('reads what a training wrote, and knows models from before', () => {
    const matching = { verifier: fitted ?? never(), recogniser: null, holdout: null };
    expect(matchingOf({ matching: JSON.parse(JSON.stringify(matching)) as unknown, more: 1 })).toEqual(matching);
    expect(matchingSchema.parse(matching)).toEqual(matching);
    expect(matchingOf({})).toBeNull();
  });
});

function never(): never {
  throw new Error('Nothing was fitted.');
}
