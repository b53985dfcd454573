import { type AuditReport, auditReportSchema, type FindingKind } from '#audit';
import { describe, expect, it } from 'vitest';
import { auditPage } from './audit-page.js';

const product = (productId: string) => ({ productId, styleId: productId, title: `Title of ${productId}` });

/** A report of one finding with one example, as JSON would bring it. */
function reportOf(kind: FindingKind, photos: [imageId: string, productId: string][], products: string[]): AuditReport {
  const example = {
    certainty: 'likely',
    why: 'What was seen.',
    photos: photos.map(([imageId, productId]) => ({ imageId, productId })),
    products: products.map((id) => ({ ...product(id), category: null, colour: null })),
    measures: {},
  };
  return auditReportSchema.parse({
    format: 'weft-audit-1',
    catalogue: { products: 3, styles: 3, photos: 3, photosNotLookedAt: 0, photosWithoutFeatures: 0 },
    findings: [
      {
        ...{ kind, title: 'Finding', unit: 'photos', count: 1, certainty: 'likely', advice: 'Do this.', limit: null },
        examples: [example],
      },
    ],
    seconds: 1,
  });
}

/** The page without the report for programs, which names everything. */
function pageOf(report: AuditReport): string {
  const page = auditPage(report, () => null, new Date(0));
  return page.slice(0, page.indexOf('id="weft-audit"'));
}

describe('auditPage', () => {
  it('names every product that claims a photo, not only the one it is shown under', () => {
    const page = pageOf(reportOf('contradictions', [['image', 'one']], ['one', 'two', 'three']));
    expect([...page.matchAll(/<code[^>]*>(\w+)<\/code>/g)].map(([, id]) => id)).toEqual(['one', 'two', 'three']);
    expect(page).toMatch(/Also: Title of two/);
  });

  it('calls a photo in question where one is, and none where all are alike in that', () => {
    const photos: [string, string][] = [
      ['first', 'one'],
      ['second', 'two'],
    ];
    expect(pageOf(reportOf('mislabels', photos, ['one', 'two'])).match(/in question/g)).toHaveLength(1);
    for (const kind of ['near-duplicates', 'split-styles', 'small-categories'] as const)
      expect(pageOf(reportOf(kind, photos, ['one', 'two']))).not.toContain('in question');
  });

  it('shows what a feed says as text, in the report for programs, too', () => {
    const report = reportOf('near-duplicates', [['image', 'one']], ['one', '</pre><script>alert(1)</script>']);
    const page = auditPage(report, () => null, new Date(0));
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(1)');
  });
});
