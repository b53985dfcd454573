import type { AuditedCatalogue } from './audited-catalogue.js';
import type { Certainty, Finding, FindingExample, FindingKind } from './audit-report.js';

/** Most photos and products of one example. */
const MOST_SHOWN = 8;

/** A suspicion in row numbers, before it is written down. */
export interface Draft {
  certainty: Certainty;
  why: string;
  /** Rows of photos, the one in question first. */
  photos: readonly number[];
  /** Rows of products. */
  products: readonly number[];
  measures?: Record<string, number>;
  /** What comes first: larger is clearer. */
  weight: number;
}

/** All that is said of one kind of finding. */
export interface DraftedFinding {
  kind: FindingKind;
  title: string;
  unit: string;
  advice: string;
  limit?: string | null;
  drafts: Draft[];
}

const RANK: Record<Certainty, number> = { certain: 0, likely: 1, possible: 2 };

/**
 * Writes a finding down.
 *
 * @param most examples that are kept; the count is of all
 */
export function findingOf({ products, photos }: AuditedCatalogue, drafted: DraftedFinding, most: number): Finding {
  const { kind, title, unit, advice, limit = null } = drafted;
  const drafts = [...drafted.drafts].sort((a, b) => RANK[a.certainty] - RANK[b.certainty] || b.weight - a.weight);
  const examples = drafts.slice(0, most).map((draft): FindingExample => {
    const named = draft.products.slice(0, MOST_SHOWN).flatMap((at) => products[at] ?? []);
    return {
      certainty: draft.certainty,
      why: draft.why,
      photos: draft.photos.slice(0, MOST_SHOWN).flatMap((row) => {
        const imageId = photos[row]?.imageId;
        const owner = named.find((product) => product.photos.includes(row));
        return imageId === undefined ? [] : [{ imageId, productId: owner?.productId ?? null }];
      }),
      products: named.map(({ productId, styleId, title: words, category, colour }) => {
        return { productId, styleId, title: words, category, colour };
      }),
      measures: draft.measures ?? {},
    };
  });
  const certainty = drafts.at(-1)?.certainty ?? null;
  return { kind, title, unit, count: drafts.length, certainty, advice, limit, examples };
}
