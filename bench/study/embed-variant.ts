import type { ComputeBackend } from '#compute';
import type { Snapshot } from '#datasets';
import {
  COLOUR_SIZE,
  featureColumns,
  featureWidth,
  HISTOGRAM_SIZE,
  pooledWidth,
  Random,
  SHAPE_SIZE,
} from '#foundation';
import { trainingSettingsSchema } from '#foundation';
import { embedRows, labelPhotos, prepareBlock, principalHead, takeRows, trainHeads } from '#training';
import type { Fold } from './folds.js';
import type { Variant } from './variants.js';

const COMPONENTS = { shape: 256, colour: 128 };
const WHITENING = 0.25;

/**
 * Trains a variant on the rows of a fold, all steps of it, and embeds the asked rows.
 *
 * @returns embeddings `[asked, shape + colour]`, and how many numbers of each are shape's
 */
export async function embedVariant(
  backend: ComputeBackend,
  snapshot: Snapshot,
  variant: Variant,
  { train, asked }: Fold,
  seed: number,
): Promise<{ embeddings: Float32Array; shapeSize: number }> {
  const { shape, colour } = featureColumns(snapshot.layout);
  const [shapeSize, colourSize] = variant.dimensions ?? [SHAPE_SIZE, COLOUR_SIZE];
  const columnsOfColour: Record<NonNullable<Variant['colours']>, [number, number]> = {
    both: colour,
    hsv: [colour[0], colour[0] + HISTOGRAM_SIZE],
    lab: [colour[0] + HISTOGRAM_SIZE, colour[1]],
  };
  const prepare = (columns: [number, number], components: number) =>
    prepareBlock(backend, snapshot.features, featureWidth(snapshot.layout), train, {
      columns,
      components,
      whitening: WHITENING,
    });
  const blocks = {
    shape: prepare(variant.isWithoutStages ? [0, pooledWidth(snapshot.layout)] : shape, COMPONENTS.shape),
    colour: prepare(columnsOfColour[variant.colours ?? 'both'], variant.components ?? COMPONENTS.colour),
  };
  const start = {
    shape: principalHead(blocks.shape, train, shapeSize),
    colour: principalHead(blocks.colour, train, colourSize),
  };
  const random = new Random(seed);
  const heads = variant.isUntrained
    ? start
    : await trainHeads(backend, {
        blocks,
        start,
        rows: train,
        labels: labelPhotos(snapshot),
        settings: trainingSettingsSchema.parse(variant.choices),
        random: random.fork(),
        lossRandom: random.fork(),
      });
  const rows = {
    shape: takeRows(blocks.shape.values, blocks.shape.width, asked),
    colour: takeRows(blocks.colour.values, blocks.colour.width, asked),
  };
  return { embeddings: embedRows(heads, rows), shapeSize };
}
