import type { Artifacts } from '#artifacts';
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
import { type PhotoBox, readKnownPhoto } from '#imaging';
import {
  type ActiveGeneration,
  type CatalogReader,
  type PhotoIndex,
  type ProductCard,
  type RecommendationOptions,
  type Recommendations,
  type Recommender,
  requireActive,
  scaleQuery,
  similarityByPart,
  unknownProduct,
  type VectorIndex,
} from '#similarity';
import type { PhotoEncoder } from './photo-encoder.js';

/**
 * A photo that is asked about: a file's bytes, a photo of the catalogue, or the main photo of a product or offer; and the
 * part of it that is meant. Without a box: the whole.
 */
export type PhotoReference = ({ bytes: Uint8Array } | { imageId: ImageId } | { productId: string }) & {
  box?: PhotoBox | undefined;
};

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
  decision: {
    falseAcceptRate: number;
    threshold: number;
    isSame: boolean;
    /** Share of each sort of pairs of hold-out styles that the threshold accepts; null where there were none to ask. */
    accepted: { sameProduct: number | null; otherColours: number | null; otherStyles: number | null } | null;
  } | null;
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
  /** The winner of the vote, where it is sure enough; null: none of these. */
  recognised: { product: ProductCard; votes: number } | null;
  /** That the winner of the vote is right, half of all photos showing products that are not there; null with no photo to compare. */
  probability: number | null;
  /** Probability from which on the winner is named; null: the model's trials were too few to set one, and none is named. */
  threshold: number | null;
  /** Most probable first. */
  nearest: Candidate[];
}

/** What is known of a photo: what it shows, and what looks like it. */
export interface PhotoSearch {
  /** null: the model was not calibrated to tell products apart by photos. */
  recognition: Recognition | null;
  /** A recognised product is not among them, nor are the other colours of its style. */
  similar: Recommendations;
}

/** Where the photos of the catalogue lie. */
interface KnownPhotos {
  /** Absolute path of a photo's file, or the address that it was fetched from; null for an unknown id. */
  imageSource(id: ImageId): Promise<string | null>;
}

interface Reading {
  catalog: CatalogReader & KnownPhotos;
  index: Pick<VectorIndex, 'embeddings'>;
  photoIndex: PhotoIndex;
  generations: Pick<GenerationStore, 'model'>;
}

/**
 * Answers "do these two photos show the same product?", "which product is this?" and "what looks like this photo?" by the
 * active generation's model.
 */
export class PhotoMatcher {
  /** @param artifacts that bring photos */
  constructor(
    private readonly reading: Reading,
    private readonly encoder: PhotoEncoder,
    private readonly lookalikes: Pick<Recommender, 'similarToPhoto'>,
    private readonly artifacts: Pick<Artifacts, 'photoFile'>,
  ) {}

  /**
   * @param falseAcceptRate one that the model has a threshold for; without, no decision is taken
   * @throws ImageRejected
   * @throws WeftError `no-active-generation`, `not-calibrated`, `false-accept-rate-unsupported`, `image-unknown`,
   *   `image-gone`, `product-unknown`, `photo-not-embedded` and those of `PhotoEncoder.encode`
   */
  async verify(photos: [PhotoReference, PhotoReference], falseAcceptRate?: number): Promise<Verification> {
    const { active, model, matching } = await this.opened();
    if (matching === null) throw notCalibrated(model.version);
    const { calibration, thresholds } = matching.verifier;
    const threshold = falseAcceptRate === undefined ? null : thresholdOf(thresholds, falseAcceptRate, model.version);
    // What is not there is told before anything is decoded.
    const found = await Promise.all(photos.map((photo) => this.find(photo, active)));
    const [one, two] = await Promise.all(found.map((photo) => this.embeddingOf(photo, model)));
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
              accepted: acceptedAt(threshold.falseAcceptRate, matching),
            },
    };
  }

  /**
   * What a photo, or a part of it, shows, and what looks like it.
   *
   * @throws ImageRejected
   * @throws WeftError `no-active-generation`, `image-unknown`, `image-gone`, `product-unknown`, `photo-not-embedded` and
   *   those of `PhotoEncoder.encode`
   */
  async search(photo: PhotoReference, options: RecommendationOptions = {}): Promise<PhotoSearch> {
    const { active, model, matching } = await this.opened();
    const embedding = await this.embeddingOf(await this.find(photo, active), model);
    const recognition =
      matching === null || matching.recogniser === null
        ? null
        : await this.recognise(embedding, active, { ...matching, recogniser: matching.recogniser });
    const shown = recognition?.recognised ? [recognition.recognised.product] : [];
    return { recognition, similar: await this.lookalikes.similarToPhoto(active, embedding, shown, options) };
  }

  private async recognise(
    embedding: Float32Array,
    { generation, dial }: ActiveGeneration,
    matching: Matching & { recogniser: NonNullable<Matching['recogniser']> },
  ): Promise<Recognition> {
    const { recogniser, verifier } = matching;
    const found = await this.reading.photoIndex.nearestPhotos(generation, scaleQuery(embedding, dial), CANDIDATES);
    const votes = voteAmong(found, embedding, verifier.calibration, recogniser.voters);
    const nearest = await this.nearestProducts(embedding, found, matching);
    const [winner] = votes;
    const votesOf = new Map(votes.map((vote) => [vote.productId, vote.photos]));
    const named = winner && isNamed(recogniser, winner.logOdds) ? winner : undefined;
    const product = nearest.find(({ product: card }) => card.productId === named?.productId)?.product;
    return {
      recognised: named && product ? { product, votes: named.photos } : null,
      probability: winner ? winnerProbability(recogniser, winner.logOdds) : null,
      threshold: recogniser.threshold === null ? null : winnerProbability(recogniser, recogniser.threshold),
      nearest: nearest.map((candidate) => ({ ...candidate, votes: votesOf.get(candidate.product.productId) ?? 0 })),
    };
  }

  /** The products found, each by its most probable photo; all that voted are among them. */
  private async nearestProducts(
    embedding: Float32Array,
    found: { imageId: ImageId; productId: ProductId; embedding: Float32Array }[],
    { verifier: { calibration } }: Matching,
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
    const shown = best.slice(0, NEAREST);
    const cards = await this.reading.catalog.products(shown.map(({ productId }) => productId));
    return shown.flatMap(({ productId, imageId, similarity, probability }) => {
      // An import may have taken the product off sale since the search.
      const product = cards.get(productId);
      return product ? [{ product, imageId, similarity, probability }] : [];
    });
  }

  private async opened(): Promise<{ active: ActiveGeneration; model: ModelRecord; matching: Matching | null }> {
    const active = requireActive(await this.reading.catalog.activeGeneration());
    const model = await this.reading.generations.model(active.modelVersion);
    if (model === null) throw notCalibrated(active.modelVersion);
    return { active, model, matching: await this.encoder.matching(model) };
  }

  /** What a photo is to be read from: an embedding that is stored, or a file and what of it is meant. */
  private async find(photo: PhotoReference, active: ActiveGeneration): Promise<FoundPhoto> {
    const { box = null } = photo;
    if ('bytes' in photo) return { bytes: photo.bytes, box };
    if (box === null) return { embedding: await this.storedOf(photo, active) };
    const imageId = 'imageId' in photo ? photo.imageId : await this.mainPhotoOf(photo.productId);
    const source = await this.reading.catalog.imageSource(imageId);
    if (source === null) throw unknownPhoto(imageId);
    return { bytes: await readKnownPhoto(await this.artifacts.photoFile(source, imageId), imageId), box };
  }

  private async embeddingOf(photo: FoundPhoto, model: ModelRecord): Promise<Float32Array> {
    return 'embedding' in photo ? photo.embedding : this.encoder.encode(photo.bytes, model, photo.box);
  }

  private async mainPhotoOf(id: string): Promise<ImageId> {
    const productId = await this.resolved(id);
    const imageId = (await this.reading.catalog.products([productId])).get(productId)?.imageId;
    return imageId ?? raise(notEmbedded(productId));
  }

  private async resolved(id: string): Promise<ProductId> {
    return (await this.reading.catalog.resolve([id])).get(id) ?? raise(unknownProduct(id));
  }

  private async storedOf(
    photo: { imageId: ImageId } | { productId: string },
    active: ActiveGeneration,
  ): Promise<Float32Array> {
    const { index, photoIndex } = this.reading;
    if ('imageId' in photo) {
      const known = await photoIndex.photoEmbeddings(active.generation, [photo.imageId]);
      return known.get(photo.imageId) ?? raise(unknownPhoto(photo.imageId));
    }
    const productId = await this.resolved(photo.productId);
    return (await index.embeddings(active.generation, [productId])).get(productId) ?? raise(notEmbedded(productId));
  }
}

type FoundPhoto = { embedding: Float32Array } | { bytes: Uint8Array; box: PhotoBox | null };

/** Products that are named beside the recognised one: as many as photos vote at most, so that each winner is among them. */
const NEAREST = 5;

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

function acceptedAt(rate: number, { holdout }: Matching) {
  return holdout?.verification.thresholds.find(({ falseAcceptRate }) => falseAcceptRate === rate)?.measured ?? null;
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
