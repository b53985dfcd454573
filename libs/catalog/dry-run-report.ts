import type { ColumnReport } from '#feeds';
import type { Tally } from './import-result.js';
import type { QuarantineRecord } from './records.js';

/** Records by what an import would make of them. */
export interface Changes {
  new: number;
  changed: number;
  unchanged: number;
  /** Active now, and switched off by the import. */
  deactivated: number;
}

/** Why rows would be set aside, with the first of them. */
export interface Reason {
  code: string;
  rows: number;
  examples: QuarantineRecord[];
}

/** What an import would do. Photos are not opened: rows whose photos all turn out to be unusable are counted as accepted. */
export interface DryRunReport {
  dryRun: true;
  /** What the feed was taken for: `Shopify CSV`. */
  kind: string;
  columns: ColumnReport;
  rows: Tally;
  rowsUnlisted: number;
  rowsAdded: number;
  /** Quarantined rows whose id could not be read; above 0 an import deactivates nothing. */
  rowsWithLostId: number;
  /** Most rows first. */
  reasons: Reason[];
  offers: Changes;
  /** Without `deactivated`: a product goes with its last offer. */
  products: Omit<Changes, 'deactivated'>;
  styles: number;
  photos: {
    /** Distinct ones that accepted rows name. */
    named: number;
    /** Of these, read by an earlier import. */
    known: number;
    /** Of these, files that are not there. */
    missing: number;
  };
  seconds: number;
}
