export { KeptDecisions } from './kept-decisions.js';
export type { Merchandise, MerchandisingStore, Writing } from './merchandising-store.js';
export { type Draft, type Move, type RulePreview, RulePreviews } from './rule-preview.js';
export { type RuleRequest, ruleRequest } from './rule-request.js';
export { RuleService, type WrittenRule } from './rule-service.js';
export type { Scenario } from './scenario.js';
export { ScenarioService } from './scenario-service.js';
export type { StoredRule } from './stored-rule.js';
export { asking, draftFields, previewedRecommendation, previewedSimilar } from './preview-request.js';
