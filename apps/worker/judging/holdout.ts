import { assignSplit } from '#datasets';
import type { FeatureCache } from '#embedder';
import { retrievalSet, type RetrievalSet } from '#evaluation';
import { featureWidth, type GenerationId, stableFraction } from '#foundation';
import type { CataloguePhoto } from '#generations';
import type { Database } from '#persistence';
import { packed } from './packed.js';

/** Photos that two models are compared on: 64 million pairs, some 10 s a model. */
const MOST_PHOTOS = 8_000;
/** Those of them that baselines are measured on: their vectors are ten times as wide, and their features 20 MB. */
const MOST_OF_BASELINES = 2_500;
/** Photos whose features are read at once: 8 MB. */
const PHOTOS_AT_ONCE = 1_024;
/** Decides which styles are taken where there are more than enough: always the same. */
const ORDER = 'gate';

/** The hold-out photos of the catalogue of now, as two generations have them. */
export interface Holdout {
  candidate: RetrievalSet;
  active: RetrievalSet;
  /** The first rows, of whole styles, with their features. */
  ofBaselines: { rows: number; features: Float32Array };
  counts: { styles: number; photos: number; ofStyles: number; ofPhotos: number; leftOut: number };
}

/** @param cache of the features that the candidate's model stands on */
export async function holdoutOf(
  { generations, photoIndex }: Pick<Database, 'generations' | 'photoIndex'>,
  candidate: GenerationId,
  active: GenerationId,
  cache: FeatureCache,
): Promise<Holdout> {
  const [salt, photos] = await Promise.all([generations.salt(), generations.photosOfCatalogue()]);
  const heldOut = photos.filter(({ styleId }) => assignSplit(styleId, salt) === 'holdout');
  const asked = wholeStyles(heldOut, MOST_PHOTOS);
  const imageIds = [...new Set(asked.map(({ imageId }) => imageId))];
  const [ofCandidate, ofActive] = await Promise.all([
    photoIndex.photoEmbeddings(candidate, imageIds),
    photoIndex.photoEmbeddings(active, imageIds),
  ]);
  const used = asked.filter(({ imageId }) => ofCandidate.has(imageId) && ofActive.has(imageId) && cache.has(imageId));
  const rows = wholeStyles(used, MOST_OF_BASELINES).length;
  const { lab, features } = await read(used, rows, cache);
  const embedded = (vectors: typeof ofActive) =>
    retrievalSet(used, lab, packed(used.map(({ imageId }) => vectors.get(imageId)!)));
  return {
    ...{ candidate: embedded(ofCandidate), active: embedded(ofActive) },
    ofBaselines: { rows, features },
    counts: {
      ...{ styles: stylesOf(used), photos: used.length, ofStyles: stylesOf(heldOut), ofPhotos: heldOut.length },
      leftOut: asked.length - used.length,
    },
  };
}

const stylesOf = (photos: readonly CataloguePhoto[]) => new Set(photos.map(({ styleId }) => styleId)).size;

/** Photos of styles in an order that says nothing of them, whole styles only, up to about so many. */
function wholeStyles(photos: readonly CataloguePhoto[], most: number): CataloguePhoto[] {
  const byStyle = new Map<string, CataloguePhoto[]>();
  for (const photo of photos) {
    const own = byStyle.get(photo.styleId);
    if (own) own.push(photo);
    else byStyle.set(photo.styleId, [photo]);
  }
  const ordered = [...byStyle.values()]
    .map((own) => ({ own, at: stableFraction(own[0]!.styleId, ORDER) }))
    .sort((a, b) => a.at - b.at);
  const taken: CataloguePhoto[] = [];
  for (const { own } of ordered) {
    if (taken.length > 0 && taken.length + own.length > most) break;
    taken.push(...own);
  }
  return taken;
}

/** Colours of all photos, features of the first ones. */
async function read(photos: readonly CataloguePhoto[], withFeatures: number, cache: FeatureCache) {
  const width = featureWidth(cache.layout);
  const lab = new Float32Array(3 * photos.length);
  const features = new Float32Array(width * withFeatures);
  for (let at = 0; at < photos.length; at += PHOTOS_AT_ONCE) {
    const batch = photos.slice(at, at + PHOTOS_AT_ONCE);
    const found = await cache.readMany(batch.map(({ imageId }) => imageId));
    // Damaged just now: the attempt after this one knows.
    if (found.missing.length > 0) throw new Error(`The features of ${found.missing.length} photos cannot be read.`);
    lab.set(found.lab, 3 * at);
    if (at < withFeatures) features.set(found.features.subarray(0, width * (withFeatures - at)), width * at);
  }
  return { lab, features };
}
