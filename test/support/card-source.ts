import { buildSnapshot, type SnapshotPhoto, type TrainingMetrics } from '#datasets';
import {
  baselineVectors,
  baselineWidth,
  evaluateRetrieval,
  figuresByCategory,
  fitVerifier,
  measureRetrieval,
  measureVerification,
  type RetrievalSet,
  retrievalSet,
  scaleQuery,
} from '#evaluation';
import {
  DEFAULT_LAYOUT,
  EMBEDDING_SIZE,
  featureWidth,
  type ImageId,
  type ModelVersion,
  type ProductId,
  Random,
  sha256,
  type StyleId,
} from '#foundation';
import { renderSvg } from '#imaging';
import { normaliseParts } from '#similarity';
import type { CardSource } from '../../libs/model-card/card-source.js';

const DIAL = 0.5;
/** Gives 40 styles some of each split. */
const SALT = 'salt of the card';

export interface TestedCard {
  source: CardSource;
  metrics: TrainingMetrics;
  /** Files of photos. */
  files: Map<ImageId, Uint8Array>;
}

/**
 * A small catalogue, a model that is a random projection, and true figures of it: everything a card is made from.
 *
 * @param options.categories dealt to the styles in turn
 * @param options.styles 40 give each split some
 */
export async function cardSource({
  styles = 40,
  categories = ['Women > Tops > Tees', 'Men > Tops > Tees', 'Shoes'] as (string | null)[],
} = {}): Promise<TestedCard> {
  const random = new Random(5);
  const photos: Omit<SnapshotPhoto, 'split'>[] = [];
  const files = new Map<ImageId, Uint8Array>();
  const features: number[] = [];
  const width = featureWidth(DEFAULT_LAYOUT);
  for (let style = 0; style < styles; style += 1) {
    const cut = Array.from({ length: width }, () => random.next());
    for (const colour of ['black', 'red']) {
      for (const view of [0, 1]) {
        const hue = random.int(360);
        const file = await renderSvg(
          `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="50"><rect width="40" height="50" fill="hsl(${hue},60%,50%)"/><text y="20">${style}${view}</text></svg>`,
          { width: 40, format: 'png' },
        );
        const imageId = sha256(file) as ImageId;
        files.set(imageId, file);
        photos.push({
          ...{ imageId, colour, gender: style % 2 === 0 ? 'female' : null },
          productId: `product-${style}-${colour}` as ProductId,
          styleId: `style-${style}` as StyleId,
          category: categories[style % categories.length] ?? null,
        });
        features.push(...cut.map((value) => value + random.between(0, 4)));
      }
    }
  }
  const snapshot = buildSnapshot({
    ...{ photos, features: Float32Array.from(features), layout: DEFAULT_LAYOUT, salt: SALT },
    lab: Float32Array.from({ length: photos.length * 3 }, () => random.between(0, 60)),
    extractorId: '0123456789abcdef',
  });
  const embed = (values: Float32Array) => {
    const rows = values.length / width;
    const embeddings = new Float32Array(rows * EMBEDDING_SIZE);
    for (let row = 0; row < rows; row += 1) {
      const own = embeddings.subarray(row * EMBEDDING_SIZE, (row + 1) * EMBEDDING_SIZE);
      for (let d = 0; d < EMBEDDING_SIZE; d += 1) own[d] = (values[row * width + 11 * d] ?? 0) - 0.8;
      normaliseParts(own);
    }
    return embeddings;
  };
  const metrics = measured(snapshot, embed);
  const source: CardSource = {
    ...{ snapshot, embed: async (values) => embed(values), feed: '/feeds/shop.csv' },
    manifest: {
      format: 'weft-model-1',
      version: '20261124-093000-1a2b3c4d' as ModelVersion,
      settings: { recipe: 'quick', seed: 7, loss: { name: 'soft-margin' } },
      createdAt: '2026-11-24T09:30:00.000Z',
      ...{ extractorId: snapshot.extractorId, layout: DEFAULT_LAYOUT, preprocessing: 'as tested' },
      embedding: { shape: 64, colour: 64 },
      ...{ dial: DIAL, headsChosen: 'trained', reason: 'Training helps on validation styles.' },
      ...{ snapshotHash: snapshot.hash, files: {}, metrics },
    },
    readPhoto: async (id) => files.get(id) ?? null,
    titles: async (ids) => new Map(ids.map((id) => [id, `Title of ${id}`])),
    madeAt: new Date('2026-11-24T10:00:00Z'),
  };
  return { source, metrics, files };
}

/** What a training would have measured. */
function measured(snapshot: CardSource['snapshot'], embed: (values: Float32Array) => Float32Array): TrainingMetrics {
  const width = featureWidth(snapshot.layout);
  const rows = snapshot.photos.flatMap(({ split }, row) => (split === 'holdout' ? [row] : []));
  const take = (values: Float32Array, size: number) =>
    Float32Array.from(rows.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)]));
  const photos = rows.map((row) => snapshot.photos[row] as SnapshotPhoto);
  const [features, lab] = [take(snapshot.features, width), take(snapshot.lab, 3)];
  const gallery = retrievalSet(photos, lab, embed(features));
  const queriesAt = (dial: number) => ({ ...gallery, vectors: scaleQuery(gallery.vectors, dial) });
  const reportAt = (dial: number) =>
    evaluateRetrieval({ queries: queriesAt(dial), gallery, dim: EMBEDDING_SIZE, random: new Random(1) });
  const baseline = (name: 'backbone' | 'histogram') => {
    const set = retrievalSet(photos, lab, baselineVectors(features, name, snapshot.layout));
    return evaluateRetrieval({
      ...{ queries: set, gallery: set, random: new Random(1) },
      dim: baselineWidth(name, snapshot.layout),
    });
  };
  const countOf = (split: string) => {
    const own = snapshot.photos.filter((photo) => photo.split === split);
    const different = (values: string[]) => new Set(values).size;
    return {
      styles: different(own.map(({ styleId }) => styleId)),
      products: different(own.map(({ productId }) => productId)),
      photos: own.length,
    };
  };
  const outcomes = measureRetrieval({ queries: queriesAt(DIAL), gallery, dim: EMBEDDING_SIZE });
  const difference = { difference: 0.25, interval95: [0.05, 0.45] as [number, number] };
  const figures = { sameProduct: 0.5, sameStyle: 0.75, sameStyleOtherColour: 0.25, criterion: 0.5 };
  const spread = { shape: 0.9, colour: 0.8 };
  const step = (at: number) => ({
    step: at,
    loss: 1 / at,
    activeShare: 0.5,
    realPositiveShare: 0.9,
    spread,
    attempt: 1,
  });
  return {
    dial: DIAL,
    counts: {
      train: countOf('train'),
      validation: countOf('validation'),
      holdout: countOf('holdout'),
      contradictions: 3,
    },
    audit: { contradictions: 3 },
    curve: [
      { ...step(1), step: 0, loss: null, activeShare: null, validation: figures },
      ...[1, 2, 3, 4].map((at) => ({ ...step(at), validation: at === 4 ? figures : null })),
    ],
    refitCurve: [1, 2, 3, 4].map(step),
    interventions: [],
    stoppedEarly: null,
    mining: null,
    validation: { trained: figures, untrained: figures, step: 4 },
    holdout: {
      trained: reportAt(DIAL),
      untrained: reportAt(0.9),
      backbone: baseline('backbone'),
      histogram: baseline('histogram'),
    },
    sweep: [0, 0.25, 0.5, 0.75, 1].map((dial) => ({ dial, ...reportAt(dial) })),
    categories: figuresByCategory(gallery, outcomes, 1),
    kinds: null,
    trainedMinusUntrained: { sameProduct: difference, sameStyle: difference, sameStyleOtherColour: null },
    secondShop: null,
    matching: matchingOfPhotos(gallery),
    seconds: { train: 2.5, refit: 1.5, evaluate: 0.25 },
    time: { saidSeconds: 5, seconds: 4.5 },
    compute: { tensorflow: '2.21.0', tfjs: '4.22.0', device: 'cpu', threads: 1, insteadBecause: null },
  };
}

/** A verifier fitted on the very photos that it is measured on: its figures are too good, and real. */
function matchingOfPhotos(photos: RetrievalSet): TrainingMetrics['matching'] {
  const verifier = fitVerifier(photos, new Random(1));
  if (verifier === null) return null;
  return {
    ...{ verifier, recogniser: null },
    holdout: { verification: measureVerification(verifier, photos), recognition: null },
  };
}
