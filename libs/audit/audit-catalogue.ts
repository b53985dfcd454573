import { type AuditReport, FINDING_KINDS } from './audit-report.js';
import type { AuditedCatalogue } from './audited-catalogue.js';
import { type DraftedFinding, findingOf } from './draft.js';
import { missingColours, smallCategories } from './findings/feed-fields.js';
import { mislabelledPhotos } from './findings/mislabels.js';
import { photoFileFindings } from './findings/photo-files.js';
import { pictureFindings } from './findings/pictures.js';
import { splitStyles } from './findings/split-styles.js';
import { labelsOf } from './labels.js';
import { type FeatureReader, openPhotoSpace, type PhotoSpace } from './photo-space.js';
import { findSamePictures } from './same-pictures.js';

/** Examples of each finding that a report keeps. */
const MOST_EXAMPLES = 24;

/** What an audit works with beside the catalogue. */
export interface AuditTools {
  features: FeatureReader;
  /** What a style is used for, which decides whether its category can be learned and measured. */
  splitOf: (styleId: string) => 'train' | 'validation' | 'holdout';
  /** Awaited now and then: 100,000 photos take a minute. What it throws ends the audit. */
  pause: (stage: string) => Promise<void>;
}

/** Everything that is wrong with a catalogue as far as its rows, pictures and features tell. It changes nothing. */
export async function auditCatalogue(catalogue: AuditedCatalogue, tools: AuditTools): Promise<AuditReport> {
  const start = performance.now();
  const { space, drafted } = await draftFindings(catalogue, tools);
  const labels = labelsOf(catalogue);
  return {
    format: 'weft-audit-1',
    catalogue: {
      products: catalogue.products.length,
      styles: labels.styles.length,
      photos: catalogue.photos.length,
      photosNotLookedAt: catalogue.photos.filter(({ look }) => look === null).length,
      photosWithoutFeatures: space.isKnown.filter((known) => known === 0).length,
    },
    findings: FINDING_KINDS.flatMap((kind) => {
      const found = drafted.find((finding) => finding.kind === kind);
      return found === undefined ? [] : [findingOf(catalogue, found, MOST_EXAMPLES)];
    }),
    seconds: (performance.now() - start) / 1000,
  };
}

/** The findings with all their drafts, in row numbers. */
export async function draftFindings(
  catalogue: AuditedCatalogue,
  { features, splitOf, pause }: AuditTools,
): Promise<{ space: PhotoSpace; drafted: DraftedFinding[] }> {
  const labels = labelsOf(catalogue);
  const imageIds = catalogue.photos.map(({ imageId }) => imageId);
  const space = await openPhotoSpace(imageIds, features, () => pause('placing the photos by their features'));
  const same = await findSamePictures(catalogue.photos, labels, space, () =>
    pause('looking for the same picture twice'),
  );
  const { finding: splits, groups } = splitStyles(catalogue, labels, space, same);
  const pictures = pictureFindings(catalogue, labels, same, groups);
  const mislabels = await mislabelledPhotos(catalogue, labels, space, pictures.placeholders, () =>
    pause('comparing photos with those of other styles'),
  );
  return {
    space,
    drafted: [
      ...pictures.findings,
      mislabels,
      splits,
      ...photoFileFindings(catalogue, labels),
      missingColours(catalogue, labels),
      smallCategories(catalogue, labels, splitOf),
    ],
  };
}
