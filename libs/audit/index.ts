export { AuditService, type AuditSupply } from './audit-service.js';
export {
  auditReportSchema,
  type AuditReport,
  auditSummarySchema,
  type AuditSummary,
  type Finding,
  type FindingExample,
  type FindingKind,
  sentenceOf,
  summaryOf,
} from './audit-report.js';
export type { AuditedCatalogue, AuditStore, Look, SetAside } from './audited-catalogue.js';
export { type NearDuplicateListings, type NearDuplicates, nearDuplicateListings } from './near-duplicates.js';
