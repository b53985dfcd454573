import { isAbsolute } from 'node:path';
import { type Clock, type OfferId, type ProgressListener, systemClock } from '#foundation';
import type { ColumnReport } from '#feeds';
import type { CatalogComparer, RecordState } from './catalog-comparer.js';
import type { CatalogStore } from './catalog-store.js';
import type { Changes, DryRunReport, Reason } from './dry-run-report.js';
import { type FeedItem, type FeedOffer, readFeed } from './feed-offers.js';
import { FingerprintMap } from './fingerprint-map.js';
import { inspectSource } from './image-source.js';
import type { ImportInput } from './import-service.js';
import { nothingUsable } from './nothing-usable.js';
import { offerRecord, productRecord } from './offer-records.js';
import type { QuarantineRecord } from './records.js';

const BATCH_ROWS = 1_000;
const MOST_EXAMPLES = 3;

/**
 * Reads a feed as an import would and compares it with the catalogue; changes nothing. Keeps some 100 bytes for each row,
 * product and photo.
 *
 * @throws FeedError as an import does when the file is no feed, or none of its rows can be used
 */
export async function dryRun(
  store: CatalogComparer & Pick<CatalogStore, 'knownSources'>,
  input: ImportInput,
  report: ProgressListener,
  options: { clock?: Clock; signal?: AbortSignal } = {},
): Promise<DryRunReport> {
  const run = new DryRun(store, input.root);
  const { clock = systemClock, signal } = options;
  const start = performance.now();
  let share = 0;
  let batch: FeedItem[] = [];
  const judge = async () => {
    signal?.throwIfAborted();
    await run.judge(batch);
    batch = [];
    report({ stage: 'dry run', fraction: share, message: `${run.rows.read} rows` });
  };
  let kind = '';
  let columns: ColumnReport | null = null;
  const items = readFeed(input.feed, {
    ...input,
    clock,
    onProgress: (fraction) => (share = fraction),
    onEnd: (...found) => ([kind, columns] = found),
  });
  for await (const item of items) {
    batch.push(item);
    if (batch.length === BATCH_ROWS) await judge();
  }
  await judge();
  run.assertUsable(input.feed);
  return {
    dryRun: true,
    kind,
    columns: columns ?? { recognised: [], attributes: [], ignored: [], missing: [] },
    ...(await run.finish()),
    seconds: (performance.now() - start) / 1000,
  };
}

/** A dry run's counts so far. */
class DryRun {
  readonly rows = { read: 0, accepted: 0, quarantined: 0 };
  private readonly aside = { unlisted: 0, addition: 0 };
  private rowsWithLostId = 0;
  private readonly reasons = new Map<string, Reason>();
  private firstProblem: QuarantineRecord | null = null;
  private readonly offers: Record<RecordState, number> = { new: 0, changed: 0, unchanged: 0 };
  private readonly products: Record<RecordState, number> = { new: 0, changed: 0, unchanged: 0 };
  private readonly photos = { named: 0, known: 0, missing: 0 };
  private readonly met = { products: new FingerprintMap(), styles: new FingerprintMap(), photos: new FingerprintMap() };
  /** Active offers that an import would leave active. */
  private readonly kept = new FingerprintMap();

  constructor(
    private readonly store: CatalogComparer & Pick<CatalogStore, 'knownSources'>,
    private readonly root: string | null,
  ) {}

  async judge(items: FeedItem[]): Promise<void> {
    const offers = items.flatMap((item) => ('offer' in item ? [item.offer] : []));
    const quarantine = items.flatMap((item) => ('quarantine' in item ? [item.quarantine] : []));
    for (const item of items) {
      if ('aside' in item) this.aside[item.aside] += 1;
      if ('quarantine' in item && item.isIdLost) this.rowsWithLostId += 1;
    }
    this.rows.read += items.length;
    this.rows.quarantined += quarantine.length;
    this.rows.accepted += items.length - quarantine.length;
    for (const record of quarantine) this.note(record);
    await this.compare(offers);
    const named = quarantine.flatMap(({ offerId }) => (offerId === null ? [] : [offerId as OfferId]));
    if (named.length > 0) for (const id of await this.store.activeAmong(named)) this.kept.set(id, 0);
    await this.lookAtPhotos(offers);
  }

  assertUsable(feed: string): void {
    const { new: fresh, changed, unchanged } = this.offers;
    if (fresh + changed + unchanged > 0) return;
    throw nothingUsable(
      feed,
      this.rows.read,
      this.firstProblem,
      new Map([...this.reasons.values()].map(({ code, rows }) => [code, rows])),
    );
  }

  async finish(): Promise<Omit<DryRunReport, 'dryRun' | 'kind' | 'columns' | 'seconds'>> {
    const active = await this.store.activeOffers();
    const offers: Changes = {
      ...this.offers,
      deactivated: this.rowsWithLostId > 0 ? 0 : active - this.kept.size,
    };
    return {
      rows: this.rows,
      rowsUnlisted: this.aside.unlisted,
      rowsAdded: this.aside.addition,
      rowsWithLostId: this.rowsWithLostId,
      reasons: [...this.reasons.values()].sort((one, other) => other.rows - one.rows),
      offers,
      products: this.products,
      styles: this.met.styles.size,
      photos: this.photos,
    };
  }

  private note(record: QuarantineRecord): void {
    const reason = this.reasons.get(record.code) ?? { code: record.code, rows: 0, examples: [] };
    this.reasons.set(record.code, reason);
    this.firstProblem ??= record;
    reason.rows += 1;
    if (reason.examples.length < MOST_EXAMPLES) reason.examples.push(record);
  }

  private async compare(offers: FeedOffer[]): Promise<void> {
    if (offers.length === 0) return;
    const firsts = offers.filter(({ productId, styleId }) => {
      this.met.styles.set(styleId, 0);
      if (this.met.products.get(productId) !== undefined) return false;
      this.met.products.set(productId, 0);
      return true;
    });
    const compared = await this.store.compare(
      offers.map(offerRecord),
      firsts.map((offer) => productRecord(offer, [])),
    );
    for (const [id, state] of compared.offers) {
      this.offers[state] += 1;
      if (state !== 'new') this.kept.set(id, 0);
    }
    for (const state of compared.products.values()) this.products[state] += 1;
  }

  private async lookAtPhotos(offers: FeedOffer[]): Promise<void> {
    const fresh = new Set<string>();
    for (const { images } of offers) {
      for (const { source } of images) {
        if (this.met.photos.get(source) !== undefined) continue;
        this.met.photos.set(source, 0);
        fresh.add(source);
      }
    }
    if (fresh.size === 0) return;
    this.photos.named += fresh.size;
    const known = await this.store.knownSources([...fresh]);
    for (const { imageId } of known.values()) if (imageId !== null) this.photos.known += 1;
    for (const source of fresh) {
      if (!isAbsolute(source)) continue;
      const { isAllowed, fingerprint } = await inspectSource(source, this.root);
      if (isAllowed && fingerprint === '') this.photos.missing += 1;
    }
  }
}
