import type { GenerationId, ModelVersion } from '#foundation';

/** What there is, and how it goes, by a few questions that cost the same whatever the size of the catalogue. */
export interface Vitals {
  /** Runs that are kept, by kind and state, with the tries that they took beyond the first. */
  jobs: { kind: string; state: string; count: number; retries: number }[];
  /** How long the oldest run that could begin has waited, by kind, in seconds. */
  waiting: { kind: string; seconds: number }[];
  /** How long the runs that succeeded within the last day took from their first start, in seconds. */
  took: { kind: string; median: number; p95: number; most: number }[];
  /** When a run of each kind last succeeded; trials that change nothing do not count. */
  succeeded: { kind: string; at: Date }[];
  /** Schedules that are not paused: when they are due, and were due last. The first hundred by name. */
  schedules: { name: string; nextDue: Date; lastDue: Date | null }[];
  /** Generations by state, with the products and photos that those have in all. */
  generations: { state: string; count: number; products: number; images: number }[];
  /** What answers; null: nothing. */
  active: { generation: GenerationId; modelVersion: ModelVersion; activatedAt: Date; modelMadeAt: Date } | null;
  /** Promotions, refusals and ways back that are recorded. */
  promotions: { action: string; count: number }[];
  /** Messages of webhooks that are kept. */
  messages: { state: string; count: number }[];
  /** How long the oldest message that no webhook has taken yet has waited, in seconds. */
  oldestMessageSeconds: number;
  disabledWebhooks: number;
  /** When a backup was last written; null: never. */
  backedUpAt: Date | null;
}

/** How far the vectors that answer are behind the catalogue. It reads the catalogue, so it is asked seldom. */
export interface Freshness {
  /** Products with a photo and without a vector in the active generation. */
  products: number;
  /** Since when the oldest of them is in the catalogue, in seconds; 0: there is none. */
  oldestSeconds: number;
}

/** Connections of this process to the database. */
export interface Connections {
  busy: number;
  idle: number;
  /** Who waits for one. */
  waiting: number;
}

/** The port to them. Implemented by #persistence. */
export interface VitalsStore {
  vitals(): Promise<Vitals>;
  freshness(): Promise<Freshness>;
  connections(): Connections;
}
