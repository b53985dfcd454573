import {
  CANDIDATES,
  isNamed,
  logOddsOf,
  type Matching,
  probabilityAt,
  voteAmong,
  winnerProbability,
} from '#evaluation';
import { type ImageId, type ModelVersion, type ProductId, WeftError } from '#foundation';
import type { GenerationStore, ModelRecord } from '#generations';
import {
  type ActiveGeneration,
  type CatalogReader,
  type PhotoIndex,
  type ProductCard,
  requireActive,
  scaleQuery,
  similarityByPart,
  unknownProduct,
  type VectorIndex,
} from '#similarity';
import type { PhotoEncoder } from './photo-encoder.js';

/** A photo that is asked about: a file's bytes, a photo of the catalogue, or the main photo of a product or offer. */
export type PhotoReference = { bytes: Uint8Array } | { imageId: ImageId } | { productId: string };

/** Whether two photos show the same product. */
export interface Verification {
  modelVersion: ModelVersion;
  /** That they show one product; see docs/verification.md for which pairs it is about. */
  probability: number;
  /** Cosines, -1 to 1. */
  similarity: { shape: number; colour: number };
  /** Squared Euclidean distances of the parts, 0 to 4: 2 - 2 cos. */
  distance: { shape: number; colour: number };
  /** At the rate that was asked for; null where none was. */
  decision: { falseAcceptRate: number; threshold: number; isSame: boolean } | null;
}

/** A product that a photo may show. */
export interface Candidate {
  product: ProductCard;
  /** Of its photos, the one most probably showing the same product. */
  imageId: ImageId;
  similarity: { shape: number; colour: number };
  /** That this photo and the query show the same product, as `Verification.probability`. */
  probability: number;
  /** Photos that voted for it. */
  votes: number;
}

/** Which product a photo shows, or none of these. */
export interface Recognition {
  modelVersion: ModelVersion;
  /** The winner of the vote, where it is sure enough; null: none of these. */
  recognised: { product: ProductCard; votes: number } | null;
  /** That the winner of the vote is right, half of all photos showing products that are not there; null with no photo to compare. */
  probability: number | null;
  /** Probability from which on the winner is named; null: the model's trials were too few to set one, and none is named. */
  threshold: number | null;
  /** Most probable first. */
  nearest: Candidate[];
}

interface Reading {
  catalog: CatalogReader;
  index: Pick<VectorIndex, 'embeddings'>;
  photoIndex: PhotoIndex;
  generations: Pick<GenerationStore, 'model'>;
}

/** Answers "do these two photos show the same product?" and "which product is this?" by the active generation's model. */
export class PhotoMatcher {
  constructor(
    private readonly reading: Reading,
    private readonly encoder: PhotoEncoder,
  ) {}

  /**
   * @param falseAcceptRate one that the model has a threshold for; without, no decision is taken
   * @throws ImageRejected
   * @throws WeftError `no-active-generation`, `not-calibrated`, `false-accept-rate-unsupported`, `image-unknown`,
   *   `product-unknown`, `photo-not-embedded` and those of `PhotoEncoder.encode`
   */
  async verify(photos: [PhotoReference, PhotoReference], falseAcceptRate?: number): Promise<Verification> {
    const { active, model, matching } = await this.opened();
    const { calibration, thresholds } = matching.verifier;
    const threshold = falseAcceptRate === undefined ? null : thresholdOf(thresholds, falseAcceptRate, model.version);
    // What is not there is told before anything is decoded.
    const stored = await Promise.all(
      photos.map(async (photo) => ('bytes' in photo ? null : this.storedOf(photo, active))),
    );
    const [one, two] = await Promise.all(
      photos.map(async (photo, at) =>
        'bytes' in photo ? (await this.encoder.encode(photo.bytes, model)).embedding : stored[at],
      ),
    );
    const { shape, colour } = similarityByPart(one as Float32Array, two as Float32Array, 0);
    const logOdds = logOddsOf(calibration, { shape, colour });
    return {
      modelVersion: model.version,
      probability: probabilityAt(calibration, logOdds),
      similarity: { shape, colour },
      distance: { shape: 2 - 2 * shape, colour: 2 - 2 * colour },
      decision:
        threshold === null
          ? null
          : {
              falseAcceptRate: threshold.falseAcceptRate,
              threshold: threshold.probability,
              isSame: logOdds >= threshold.logOdds,
            },
    };
  }

  /**
   * @param count nearest products to name, 1 to 20
   * @throws ImageRejected
   * @throws WeftError `no-active-generation`, `not-calibrated`, and those of `PhotoEncoder.encode`
   */
  async recognise(bytes: Uint8Array, count: number): Promise<Recognition> {
    const { active, model, matching } = await this.opened();
    const { recogniser, verifier } = matching;
    if (recogniser === null) throw notCalibrated(model.version);
    const { embedding } = await this.encoder.encode(bytes, model);
    const { generation, dial } = active;
    const found = await this.reading.photoIndex.nearestPhotos(generation, scaleQuery(embedding, dial), CANDIDATES);
    const votes = voteAmong(found, embedding, verifier.calibration, recogniser.voters);
    const nearest = await this.nearestProducts(embedding, found, matching, count);
    const [winner] = votes;
    const votesOf = new Map(votes.map((vote) => [vote.productId, vote.photos]));
    const named = winner && isNamed(recogniser, winner.logOdds) ? winner : undefined;
    const product = nearest.find(({ product: card }) => card.productId === named?.productId)?.product;
    return {
      modelVersion: model.version,
      recognised: named && product ? { product, votes: named.photos } : null,
      probability: winner ? winnerProbability(recogniser, winner.logOdds) : null,
      threshold: recogniser.threshold === null ? null : winnerProbability(recogniser, recogniser.threshold),
      nearest: nearest
        .slice(0, count)
        .map((candidate) => ({ ...candidate, votes: votesOf.get(candidate.product.productId) ?? 0 })),
    };
  }

  /** The products found, each by its most probable photo; all that voted are among them. */
  private async nearestProducts(
    embedding: Float32Array,
    found: { imageId: ImageId; productId: ProductId; embedding: Float32Array }[],
    { verifier: { calibration } }: Matching,
    count: number,
  ): Promise<Omit<Candidate, 'votes'>[]> {
    const compared = found
      .map((neighbour) => {
        const { shape, colour } = similarityByPart(embedding, neighbour.embedding, 0);
        const logOdds = logOddsOf(calibration, { shape, colour });
        return {
          ...neighbour,
          similarity: { shape, colour },
          logOdds,
          probability: probabilityAt(calibration, logOdds),
        };
      })
      .sort((a, b) => b.logOdds - a.logOdds);
    const seen = new Set<ProductId>();
    const best = compared.filter(({ productId }) => !seen.has(productId) && seen.add(productId));
    const shown = best.slice(0, Math.max(count, MOST_VOTERS));
    const cards = await this.reading.catalog.products(shown.map(({ productId }) => productId));
    return shown.flatMap(({ productId, imageId, similarity, probability }) => {
      // An import may have taken the product off sale since the search.
      const product = cards.get(productId);
      return product ? [{ product, imageId, similarity, probability }] : [];
    });
  }

  private async opened(): Promise<{ active: ActiveGeneration; model: ModelRecord; matching: Matching }> {
    const active = requireActive(await this.reading.catalog.activeGeneration());
    const model = await this.reading.generations.model(active.modelVersion);
    const matching = model && (await this.encoder.matching(model));
    if (model === null || matching === null) throw notCalibrated(active.modelVersion);
    return { active, model, matching };
  }

  private async storedOf(
    photo: Exclude<PhotoReference, { bytes: Uint8Array }>,
    active: ActiveGeneration,
  ): Promise<Float32Array> {
    const { catalog, index, photoIndex } = this.reading;
    if ('imageId' in photo) {
      const known = await photoIndex.photoEmbeddings(active.generation, [photo.imageId]);
      return known.get(photo.imageId) ?? raise(unknownPhoto(photo.imageId));
    }
    const productId = (await catalog.resolve([photo.productId])).get(photo.productId);
    if (productId === undefined) throw unknownProduct(photo.productId);
    return (await index.embeddings(active.generation, [productId])).get(productId) ?? raise(notEmbedded(productId));
  }
}

/** Largest number of photos that vote, so that every one of their products is looked up. */
const MOST_VOTERS = 5;

function thresholdOf(
  thresholds: Matching['verifier']['thresholds'],
  rate: number,
  version: ModelVersion,
): { falseAcceptRate: number; logOdds: number; probability: number } {
  const threshold = thresholds.find(({ falseAcceptRate }) => falseAcceptRate === rate);
  if (threshold?.logOdds != null && threshold.probability !== null) {
    return { falseAcceptRate: rate, logOdds: threshold.logOdds, probability: threshold.probability };
  }
  const known = thresholds.flatMap(({ falseAcceptRate, logOdds }) => (logOdds === null ? [] : [falseAcceptRate]));
  throw new WeftError(
    'false-accept-rate-unsupported',
    `The model ${version} was calibrated on too few pairs to promise a false accept rate of ${rate}.`,
    {
      value: rate,
      remedy:
        known.length > 0
          ? `Ask for ${known.join(' or ')}, or go by the probability; a larger catalogue supports lower rates.`
          : 'Go by the probability; a larger catalogue supports rates.',
    },
  );
}

function notCalibrated(version: ModelVersion): WeftError {
  return new WeftError('not-calibrated', `The model ${version} was not calibrated to tell products apart by photos.`, {
    value: version,
    remedy:
      'Train on a catalogue where more products have two photos, then embed: weft train, weft embed. Five such products ' +
      'among the validation styles are needed.',
  });
}

function unknownPhoto(imageId: ImageId): WeftError {
  return new WeftError('image-unknown', `There is no embedded photo ${imageId}.`, {
    value: imageId,
    remedy: 'Use the id of a photo of the catalogue, or send the photo itself.',
  });
}

function notEmbedded(productId: ProductId): WeftError {
  return new WeftError('photo-not-embedded', `The product ${productId} has no embedding.`, {
    value: productId,
    remedy: 'Give it a usable photo, import the feed and run weft embed, or send the photo itself.',
  });
}

function raise(error: WeftError): never {
  throw error;
}
