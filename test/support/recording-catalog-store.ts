import type { CatalogBatch, CatalogStore, FinishedImport, KnownSource, OfferRecord, ProductRecord } from '#catalog';
import type { JobId, OfferId } from '#foundation';

/** A catalogue in memory that remembers what an import asked of it. The port's promises are tested on Postgres. */
export class RecordingCatalogStore implements CatalogStore {
  readonly batches: CatalogBatch[] = [];
  readonly kept: OfferId[] = [];
  readonly products = new Map<string, ProductRecord>();
  readonly offers = new Map<string, OfferRecord>();
  finished = 0;
  private readonly sources = new Map<string, KnownSource>();

  async knownSources(sources: string[]): Promise<Map<string, KnownSource>> {
    const known = sources.flatMap((source) => {
      const found = this.sources.get(source);
      return found === undefined ? [] : [[source, found] as const];
    });
    return new Map(known);
  }

  async beginImport(): Promise<void> {}

  async saveBatch(_importId: JobId, batch: CatalogBatch): Promise<void> {
    this.batches.push(structuredClone(batch));
    for (const product of batch.products) this.products.set(product.productId, structuredClone(product));
    for (const { productId, imageIds } of batch.morePhotos) {
      const known = this.products.get(productId);
      if (known === undefined) throw new Error(`More photos of ${productId}, which no batch has brought.`);
      known.imageIds = [...imageIds];
    }
    for (const offer of batch.offers) this.offers.set(offer.offerId, offer);
    for (const { source, ...known } of batch.sources) this.sources.set(source, known);
  }

  async keepLastGood(_importId: JobId, offerIds: OfferId[]): Promise<void> {
    this.kept.push(...offerIds);
  }

  async finishImport(): Promise<FinishedImport> {
    this.finished += 1;
    const styles = new Set([...this.products.values()].map(({ styleId }) => styleId));
    const counts = { products: this.products.size, styles: styles.size };
    return { offersDeactivated: 0, productsDeactivated: 0, ...counts };
  }

  get quarantine() {
    return this.batches.flatMap((batch) => batch.quarantine);
  }
}
