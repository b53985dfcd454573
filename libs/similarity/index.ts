export {
  type ActiveGeneration,
  type CatalogReader,
  type KnownProduct,
  type ProductCard,
  requireActive,
} from './catalog-reader.js';
export { ExactIndex, type IndexedProduct } from './exact-index.js';
export type { IndexedPhoto } from './exact-photo-index.js';
export type { Decisions, Merchandising, Variant } from './merchandising.js';
export { neighbourVote, type Vote } from './neighbour-vote.js';
export {
  boostWeight,
  lookalikeBody,
  MOST_BOOSTS,
  MOST_EXCLUDED,
  OPTION_VALUES,
  OPTION_WORDS,
  optional,
  optionsOf,
  type ScenarioSettings,
  scenarioSettings,
  shopperBody,
  shopperId,
  signalsOf,
  similarBody,
  withRange,
} from './option-fields.js';
export { innerProduct, normaliseParts, scaleQuery, similarityByPart } from './parts.js';
export type { PhotoIndex, PhotoNeighbour } from './photo-index.js';
export { searchForProfile } from './profile-search.js';
export { PROFILE_SETTINGS, type ProfileSettings, SIGNAL_WEIGHTS, type SignalType } from './profile-settings.js';
export { DEFAULT_COUNT, type RecommendationOptions } from './recommendation-options.js';
export { type Recommendations, Recommender, unknownProduct } from './recommender.js';
export { type ProductSet, type Rule, RULE_KINDS, type RuleEffect, type RuleReference } from './rules/rule.js';
export type { Shopper, ShopperOptions, Signal } from './shopper.js';
export type { EventSpan, KeptSignal, ShelfProduct, ShelfQuery, ShopperMemory } from './shopper-memory.js';
export { likenessAt, ShopperProfile } from './shopper-profile.js';
export { type ProductSignal, weighSignals } from './signals.js';
export { wardUnions } from './ward.js';
export {
  type Boost,
  type Neighbour,
  type NeighbourAnswer,
  type NeighbourQuery,
  rankNeighbours,
  type VectorIndex,
} from './vector-index.js';
export { type SearchWatcher, WatchedIndex } from './watched-index.js';
