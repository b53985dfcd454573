import { holdoutSample, type TrainingMetrics } from '#datasets';
import { nearestPhotos, type PhotoAnswer, retrievalSet, scaleQuery, type RetrievalSet } from '#evaluation';
import {
  EMBEDDING_SIZE,
  featureWidth,
  type ImageId,
  type ProductId,
  Random,
  SHAPE_SIZE,
  stableFraction,
} from '#foundation';
import type { CardSource } from './card-source.js';
import { chooseQueries, type ChosenAnswers } from './choose-queries.js';
import { flatten, onGrid } from './flatten.js';
import { Thumbnails } from './thumbnails.js';

/** Widths of pictures in pixels: twice what they are shown at. */
export const SHEET_WIDTH = 200;
export const MAP_WIDTH = 64;

const ANSWERS = 5;
/** Photos of each kind that are shown with their answers. */
const QUERIES = 6;
/** Photos of a map, and cells of its grid's side: a third stays free, so that neighbourhoods show. */
const MAP_PHOTOS = 170;
const MAP_CELLS = 16;

/** Everything on a card that shows photos, or stands on their vectors. */
export interface CardPictures {
  /** Photos of the hold-out with their vectors; rows of all that follows. */
  set: RetrievalSet;
  chosen: ChosenAnswers;
  /** Photos with something to find. */
  asked: number;
  titles: Map<string, string>;
  thumbnails: Thumbnails;
  /** Null where there are too few photos. */
  maps: { rows: number[]; shape: [number, number][]; colour: [number, number][]; cells: number } | null;
}

/**
 * Embeds the hold-out, asks each of its photos for the nearest others, and draws thumbnails of those that are shown.
 *
 * @returns null without a hold-out, and where the catalogue's features are not those of the model
 */
export async function takePictures(source: CardSource, metrics: TrainingMetrics): Promise<CardPictures | null> {
  const { snapshot, manifest } = source;
  const rows = holdoutSample(snapshot);
  if (rows.length === 0 || snapshot.extractorId !== manifest.extractorId) return null;
  const vectors = await source.embed(rowsOf(snapshot.features, featureWidth(snapshot.layout), rows));
  const photos = rows.flatMap((row) => snapshot.photos[row] ?? []);
  const set = retrievalSet(photos, rowsOf(snapshot.lab, 3, rows), vectors);
  const queries = { ...set, vectors: scaleQuery(vectors, metrics.dial) };
  const answers = nearestPhotos({ queries, gallery: set, dim: EMBEDDING_SIZE }, ANSWERS);
  const chosen = chooseQueries(answers, set, manifest.version, QUERIES);
  const maps = drawMaps(set, manifest.version);

  const shown = [...chosen.drawn, ...chosen.worst].flatMap(rowsShown);
  const imageOf = (row: number) => set.imageIds[row] as ImageId;
  const thumbnails = new Thumbnails(source.readPhoto);
  await thumbnails.prepare(shown.map(imageOf), SHEET_WIDTH);
  const mined = (metrics.mining?.hardest ?? []).flatMap(({ anchor, positive, negative }) => [
    anchor,
    positive,
    negative,
  ]);
  await thumbnails.prepare(
    mined.map(({ imageId }) => imageId as ImageId),
    SHEET_WIDTH,
  );
  await thumbnails.prepare((maps?.rows ?? []).map(imageOf), MAP_WIDTH);
  const products = [...shown.map((row) => set.products[row] ?? ''), ...mined.map(({ productId }) => productId)];
  const titles = await source.titles([...new Set(products)] as ProductId[]);
  const asked = answers.filter(({ firstOfStyle }) => firstOfStyle !== null).length;
  return { set, chosen, asked, titles, thumbnails, maps };
}

const rowsShown = ({ query, nearest }: PhotoAnswer) => [query, ...nearest.map(({ row }) => row)];

/** The same photos by shape and by colour: drawn by the version, so that nobody chose them. */
function drawMaps({ vectors, imageIds }: RetrievalSet, version: string): CardPictures['maps'] {
  const seed = Math.floor(stableFraction('map of the card', version) * 2 ** 32);
  // A photo that several products share is one point.
  const different = imageIds.flatMap((id, row) => (imageIds.indexOf(id) === row ? [row] : []));
  const rows = new Random(seed)
    .shuffled(different)
    .slice(0, MAP_PHOTOS)
    .sort((a, b) => a - b);
  const part = (start: number, end: number) =>
    flatten(
      rows.map((row) => vectors.subarray(row * EMBEDDING_SIZE + start, row * EMBEDDING_SIZE + end)),
      seed,
    );
  const [shape, colour] = [part(0, SHAPE_SIZE), part(SHAPE_SIZE, EMBEDDING_SIZE)];
  if (shape === null || colour === null) return null;
  return { rows, cells: MAP_CELLS, shape: onGrid(shape, MAP_CELLS), colour: onGrid(colour, MAP_CELLS) };
}

function rowsOf(values: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => taken.set(values.subarray(row * width, (row + 1) * width), at * width));
  return taken;
}
