import { AuditService, type AuditStore } from '#audit';
import { assignSplit } from '#datasets';
import { photoFile, type ProgressListener } from '#foundation';
import type { GenerationStore } from '#generations';
import { decodeCanonical, ImageRejected, readImageFile } from '#imaging';
import type { JobHandler } from '#jobs';
import type { Features } from './features.js';

/** Audits the catalogue as it is now; a training does so first. */
export type Audit = (report: ProgressListener, signal: AbortSignal) => ReturnType<AuditService['run']>;

/** @param photos directory of fetched photos */
export function auditOf(
  store: AuditStore,
  generations: Pick<GenerationStore, 'salt'>,
  features: Features,
  photos: string,
): Audit {
  return async (report, signal) => {
    const salt = await generations.salt();
    const service = new AuditService(store, {
      features: (await features.ofWeft()).cache,
      splitOf: (styleId) => assignSplit(styleId, salt),
      lookAt: async (imageId, source) => {
        try {
          const photo = await decodeCanonical(await readImageFile(photoFile(source, imageId, photos)));
          return photo.imageId === imageId ? photo.look : null;
        } catch (error) {
          if (error instanceof ImageRejected) return null;
          throw error;
        }
      },
    });
    return service.run(report, signal);
  };
}

export function auditHandler(audit: Audit): JobHandler<'audit'> {
  return (_run, report, signal) => audit(report, signal);
}
