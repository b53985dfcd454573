import { ArtifactDamaged, type Artifacts } from '#artifacts';
import { AuditService, type AuditStore } from '#audit';
import { assignSplit } from '#datasets';
import type { ProgressListener } from '#foundation';
import type { GenerationStore } from '#generations';
import { decodeCanonical, ImageRejected, readImageFile } from '#imaging';
import type { JobHandler } from '#jobs';
import { completeFeatures, type PhotoSources } from './complete-features.js';
import type { Features } from './features.js';

/** Audits the catalogue as it is now; a training does so first. */
export type Audit = (report: ProgressListener, signal: AbortSignal) => ReturnType<AuditService['run']>;

/** Audits with Weft's own features, whatever backbone is trained on; those that are missing are computed first. */
export function auditOf(
  artifacts: Artifacts,
  store: AuditStore,
  generations: Pick<GenerationStore, 'salt' | 'photosOfCatalogue'>,
  features: Features,
  sources: PhotoSources,
): Audit {
  return async (report, signal) => {
    const salt = await generations.salt();
    const supply = await features.ofWeft();
    const imageIds = (await generations.photosOfCatalogue()).map(({ imageId }) => imageId);
    const reader = () => features.reader(supply);
    await completeFeatures(supply, imageIds, sources, { artifacts, reader, report, signal });
    const service = new AuditService(store, {
      features: supply.cache,
      splitOf: (styleId) => assignSplit(styleId, salt),
      lookAt: async (imageId, source) => {
        try {
          const photo = await decodeCanonical(await readImageFile(await artifacts.photoFile(source, imageId)));
          return photo.imageId === imageId ? photo.look : null;
        } catch (error) {
          if (error instanceof ImageRejected || error instanceof ArtifactDamaged) return null;
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
