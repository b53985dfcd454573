import { type ImageId, type JobId, type OfferId, type ProductId, WeftError } from '#foundation';
import { mayPass } from '#fetching';
import type { CatalogBatch, CatalogStore } from './catalog-store.js';
import type { FeedItem, FeedOffer } from './feed-offers.js';
import { ImageLedger, type NewOutcome } from './image-ledger.js';
import type { ImportResult, Tally } from './import-result.js';
import { nothingUsable } from './nothing-usable.js';
import { offerRecord, productRecord } from './offer-records.js';
import type { PhotoFetcher } from './photo-fetching.js';
import type { PhotoReader } from './photo-reading.js';
import { quarantined } from './quarantine.js';
import type { ProductRecord, QuarantineRecord } from './records.js';

/** Why a photo that is here may be usable in a while though nobody touched it; fetching has reasons of its own. */
const BAD_LUCK = new Set(['image-too-slow', 'image-kills-decoder', 'image-unreadable', 'artifact-damaged']);

/** One import while it runs: what it has counted, and the products it has met. */
export class ImportRun {
  private readonly start = performance.now();
  private readonly rows: Tally = { read: 0, accepted: 0, quarantined: 0 };
  private readonly images: Tally = { read: 0, accepted: 0, quarantined: 0 };
  private readonly reasons = new Map<string, number>();
  /** Of every product met so far. No more is kept of them: descriptions of a million products are gigabytes. */
  private readonly photosOf = new Map<ProductId, ImageId[]>();
  private readonly ledger: ImageLedger;
  private readonly timingsBefore;
  private offers = 0;
  private hasPhotosToRetry = false;
  private rowsWithLostId = 0;
  private readonly aside = { unlisted: 0, addition: 0 };
  private firstProblem: QuarantineRecord | null = null;
  private storeSeconds = 0;
  /** Photos that had been decoded when the batch that is being written was begun. */
  private decodedBefore = 0;

  constructor(
    private readonly importId: JobId,
    private readonly store: CatalogStore,
    private readonly photos: PhotoReader,
    private readonly fetcher: PhotoFetcher,
    root: string | null,
  ) {
    this.ledger = new ImageLedger(importId, store, photos, fetcher, root);
    this.timingsBefore = { ...photos.timings };
  }

  async write(items: FeedItem[], onImages: (share: number) => void, signal: AbortSignal): Promise<void> {
    this.decodedBefore = this.photos.timings.decoded;
    const quarantine = items.flatMap((item) => ('quarantine' in item ? [item.quarantine] : []));
    const offers = items.flatMap((item) => ('offer' in item ? [item.offer] : []));
    const { outcomes, images, sources } = await this.ledger.read(
      offers.flatMap((offer) => offer.images),
      onImages,
      signal,
    );

    // Reading photos takes long; whoever has lost the right to write meanwhile is told here.
    onImages(1);

    const { products, morePhotos, unusable } = this.collectProducts(offers);
    for (const offer of unusable) {
      const message = 'None of the images of this product can be used; each is quarantined where it is first named.';
      const problem = { field: 'image_link', value: offer.imageLink, code: 'no-usable-image', message };
      quarantine.push(quarantined(offer.row, offer.offerId, problem));
    }
    const accepted = offers.filter((offer) => !unusable.has(offer));

    this.rows.read += items.length;
    this.offers += accepted.length;
    for (const item of items) if ('aside' in item) this.aside[item.aside] += 1;
    this.rows.accepted += accepted.length + items.filter((item) => 'aside' in item).length;
    this.rows.quarantined += quarantine.length;
    this.rowsWithLostId += items.filter((item) => 'quarantine' in item && item.isIdLost).length;
    const imageQuarantine = this.countImages(outcomes, offers);
    const everything = [...imageQuarantine, ...quarantine];
    for (const record of everything) {
      this.firstProblem ??= record;
      this.reasons.set(record.code, (this.reasons.get(record.code) ?? 0) + 1);
    }

    await this.timed(async () => {
      await this.store.saveBatch(this.importId, {
        offers: accepted.map(offerRecord),
        ...{ products, morePhotos },
        images,
        sources,
        quarantine: everything,
      });
      const lost = quarantine.flatMap(({ offerId }) => (offerId === null ? [] : [offerId as OfferId]));
      if (lost.length > 0) await this.store.keepLastGood(this.importId, lost);
    });
  }

  /** Deactivates what was not met, and adds up. */
  async finish(feed: string): Promise<ImportResult> {
    this.assertAddsUp();
    if (this.offers === 0) throw nothingUsable(feed, this.rows.read, this.firstProblem, this.reasons);
    const unlisted = this.rowsWithLostId === 0 ? 'deactivate' : 'keep';
    const finished = await this.timed(() => this.store.finishImport(this.importId, unlisted));
    const { timings } = this.photos;
    const fetched = this.fetcher.counts;
    const decode = timings.decode - this.timingsBefore.decode;
    const features = timings.features - this.timingsBefore.features;
    const database = this.storeSeconds + this.ledger.storeSeconds;
    const total = (performance.now() - this.start) / 1000;
    return {
      unchanged: false,
      rows: { ...this.rows },
      images: { ...this.images },
      reasons: Object.fromEntries(this.reasons),
      rowsWithLostId: this.rowsWithLostId,
      hasPhotosToRetry: this.hasPhotosToRetry,
      offers: this.offers,
      rowsUnlisted: this.aside.unlisted,
      rowsAdded: this.aside.addition,
      ...finished,
      fetched: { ...fetched },
      photosDecoded: timings.decoded - this.timingsBefore.decoded,
      photosReadByOthers: timings.byOthers - this.timingsBefore.byOthers,
      featuresExtracted: timings.extracted - this.timingsBefore.extracted,
      seconds: {
        rows: Math.max(0, total - fetched.seconds - decode - features - database),
        fetch: fetched.seconds,
        decode,
        features,
        database,
        total,
      },
    };
  }

  /** @param atWork rows of the batch that is being written whose photos are done */
  words(atWork = 0): { message: string; detail: Record<string, number> } {
    const { quarantined } = this.rows;
    const read = this.rows.read + atWork;
    const photos = this.images.accepted + (atWork > 0 ? this.photos.timings.decoded - this.decodedBefore : 0);
    const { fresh, bytes } = this.fetcher.counts;
    const aside = quarantined === 0 ? '' : `, ${quarantined} quarantined`;
    const fetched = fresh === 0 ? '' : `, ${fresh} fetched (${(bytes / 1e6).toFixed(1)} MB)`;
    return {
      message: `${read} rows${aside}, ${photos} photos${fetched}`,
      detail: { rows: read, quarantined, photos, photosFetched: fresh, bytesFetched: bytes },
    };
  }

  /**
   * What the offers add to products: those that are met for the first time, more photos of known ones, and the offers whose
   * product has no usable image so far.
   */
  private collectProducts(
    offers: FeedOffer[],
  ): Pick<CatalogBatch, 'products' | 'morePhotos'> & { unusable: Set<FeedOffer> } {
    const byProduct = new Map<ProductId, FeedOffer[]>();
    for (const offer of offers) {
      const members = byProduct.get(offer.productId);
      if (members === undefined) byProduct.set(offer.productId, [offer]);
      else members.push(offer);
    }
    const [products, morePhotos]: [ProductRecord[], CatalogBatch['morePhotos']] = [[], []];
    const unusable = new Set<FeedOffer>();
    for (const [productId, members] of byProduct) {
      const known = this.photosOf.get(productId) ?? [];
      const usable = members.flatMap((offer) => offer.images.flatMap((image) => this.imageIdOf(image) ?? []));
      const imageIds = [...new Set([...known, ...usable])];
      const [first] = members;
      if (first === undefined || imageIds.length === 0) members.forEach((offer) => unusable.add(offer));
      else if (known.length === 0) products.push(productRecord(first, imageIds));
      else if (imageIds.length > known.length) morePhotos.push({ productId, imageIds });
      if (imageIds.length > known.length) this.photosOf.set(productId, imageIds);
    }
    return { products, morePhotos, unusable };
  }

  private imageIdOf(image: FeedOffer['images'][number]): ImageId | null {
    const outcome = this.ledger.outcomeOf(image);
    return outcome !== undefined && 'imageId' in outcome ? outcome.imageId : null;
  }

  private countImages(outcomes: NewOutcome[], offers: FeedOffer[]): QuarantineRecord[] {
    const rejected: QuarantineRecord[] = [];
    for (const { reference, outcome } of outcomes) {
      this.images.read += 1;
      if ('imageId' in outcome) this.images.accepted += 1;
      else {
        this.images.quarantined += 1;
        const { code } = outcome.rejection;
        this.hasPhotosToRetry ||= mayPass(code) || BAD_LUCK.has(code);
        const offer = offers.find(({ images }) => images.includes(reference));
        const problem = { field: reference.field, value: reference.link, ...outcome.rejection };
        rejected.push(quarantined(offer?.row ?? 0, offer?.offerId ?? null, problem));
      }
    }
    return rejected;
  }

  private assertAddsUp(): void {
    for (const [what, { read, accepted, quarantined: aside }] of Object.entries({
      rows: this.rows,
      images: this.images,
    })) {
      if (accepted + aside === read) continue;
      throw new WeftError('import-miscounted', `The import lost count of its ${what}; this is a fault in Weft.`, {
        value: { read, accepted, quarantined: aside },
      });
    }
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const value = await work();
    this.storeSeconds += (performance.now() - start) / 1000;
    return value;
  }
}
