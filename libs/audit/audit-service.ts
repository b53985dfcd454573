import { setImmediate as breathe } from 'node:timers/promises';
import type { ImageId, ProgressListener } from '#foundation';
import { auditCatalogue, type AuditTools } from './audit-catalogue.js';
import type { AuditedCatalogue, AuditStore, Look } from './audited-catalogue.js';
import type { AuditReport } from './audit-report.js';

/** Photos that are looked at before what was seen is kept. */
const LOOKED_AT_ONCE = 256;
/** How long the audit computes before others have a turn, in milliseconds. */
const TURN_MS = 50;

/** What an audit needs of the machine. */
export interface AuditSupply extends Pick<AuditTools, 'features' | 'splitOf'> {
  /** Looks at a photo's file; null when that is gone, broken or another by now. */
  lookAt(imageId: ImageId, source: string): Promise<Look | null>;
}

/** Audits the active catalogue. Photos that were imported before looks were kept are looked at once, and remembered. */
export class AuditService {
  constructor(
    private readonly store: AuditStore,
    private readonly supply: AuditSupply,
  ) {}

  /**
   * @param report told what is being done; the fraction only tells the looking
   * @param signal ends the audit
   */
  async run(report: ProgressListener, signal: AbortSignal): Promise<AuditReport> {
    report({ stage: 'audit', fraction: 0, message: 'auditing: reading the catalogue' });
    const catalogue = await this.store.auditedCatalogue();
    await this.lookAtTheRest(catalogue, report, signal);
    let rested = performance.now();
    let told = '';
    return auditCatalogue(catalogue, {
      ...this.supply,
      pause: async (stage) => {
        signal.throwIfAborted();
        if (stage !== told) report({ stage: 'audit', fraction: 1, message: `auditing: ${stage}` });
        told = stage;
        if (performance.now() - rested < TURN_MS) return;
        await breathe();
        rested = performance.now();
      },
    });
  }

  private async lookAtTheRest({ photos }: AuditedCatalogue, report: ProgressListener, signal: AbortSignal) {
    const unseen = photos.filter(({ look }) => look === null);
    for (let start = 0; start < unseen.length; start += LOOKED_AT_ONCE) {
      signal.throwIfAborted();
      const message = `auditing: looking at photo ${start + 1} of ${unseen.length}`;
      report({ stage: 'audit', fraction: start / unseen.length, message });
      const some = unseen.slice(start, start + LOOKED_AT_ONCE);
      const sources = await this.store.photoSources(some.map(({ imageId }) => imageId));
      await Promise.all(
        some.map(async (photo) => {
          const source = sources.get(photo.imageId);
          if (source !== undefined) photo.look = await this.supply.lookAt(photo.imageId, source);
        }),
      );
      const seen = some.flatMap(({ imageId, look }) => (look === null ? [] : [{ imageId, look }]));
      if (seen.length > 0) await this.store.saveLooks(seen);
    }
  }
}
