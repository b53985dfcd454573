import { Gauge, Registry } from 'prom-client';
import type { Clock } from '#foundation';
import { type Freshness, Kept, type Vitals, type VitalsStore } from '#vitals';

/** The database is asked this seldom, however many ask for metrics. */
const VITALS_MS = 5_000;
/** It reads the catalogue. */
const FRESHNESS_MS = 60_000;

/** What is asked for at each reading. */
export interface VitalSources {
  vitals: VitalsStore;
  redis: {
    /** Whether Redis answers now. */
    answers(): Promise<boolean>;
  };
  clock: Clock;
}

/** What is told of the database, of Redis and of the connections to them. docs/metrics.md has each. */
const GAUGES = {
  weft_database_read: 'Whether what is told of the database could be read; where not, it is absent.',
  weft_redis_up: 'Whether Redis answered this process.',
  weft_database_connections: 'Connections of this process to the database, and who waits for one.',
  weft_jobs: 'Runs that are kept.',
  weft_job_retries: 'Tries beyond the first, of the runs that are kept.',
  weft_job_oldest_queued_seconds: 'How long the oldest run that could begin has waited; absent where none waits.',
  weft_job_run_seconds: 'From the first start to success, of the runs that succeeded within the last day.',
  weft_job_last_success_timestamp_seconds: 'When a run last succeeded.',
  weft_schedule_next_timestamp_seconds: 'When a schedule is due next; absent for paused ones.',
  weft_schedule_last_timestamp_seconds: 'When what a schedule started last was due.',
  weft_generations: 'Generations.',
  weft_generation_products: 'Products of the generations of a state.',
  weft_generation_images: 'Photos of the generations of a state.',
  weft_active_generation: 'Number of the generation that answers.',
  weft_active_generation_timestamp_seconds: 'Since when it answers.',
  weft_active_model_timestamp_seconds: 'When its model was made.',
  weft_promotions: 'Flips and refusals that are recorded.',
  weft_products_without_vector: 'Products with a photo that the vectors in use lack.',
  weft_oldest_product_without_vector_seconds: 'How long the oldest of them is in the catalogue; 0: there is none.',
  weft_webhook_messages: 'Messages of webhooks that are kept.',
  weft_webhook_oldest_pending_seconds: 'How long the oldest message that was not taken yet has waited; 0: none waits.',
  weft_webhooks_disabled: 'Webhooks that answered 410 and are told nothing more.',
  weft_last_backup_timestamp_seconds: 'When a backup was last written; absent: never.',
} as const;

type Sample = [name: keyof typeof GAUGES, value: number, labels?: Record<string, string>];

/**
 * Gauges that are made anew at each reading: what cannot be read is absent, and never old. Every process of the API tells the
 * same of the database.
 */
export class VitalsMetrics {
  private readonly vitals: Kept<Vitals>;
  private readonly freshness: Kept<Freshness>;

  constructor(private readonly sources: VitalSources) {
    const { vitals, clock } = sources;
    this.vitals = new Kept(() => vitals.vitals(), VITALS_MS, clock);
    this.freshness = new Kept(() => vitals.freshness(), FRESHNESS_MS, clock);
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const { vitals: store, redis } = this.sources;
    const [vitals, freshness, isRedisUp] = await Promise.allSettled([
      this.vitals.get(),
      this.freshness.get(),
      redis.answers(),
    ]);
    const samples: Sample[] = [
      ['weft_database_read', vitals.status === 'fulfilled' ? 1 : 0],
      ['weft_redis_up', isRedisUp.status === 'fulfilled' && isRedisUp.value ? 1 : 0],
      ...Object.entries(store.connections()).map(([state, count]): Sample => [
        'weft_database_connections',
        count as number,
        { state },
      ]),
      ...(vitals.status === 'fulfilled' ? samplesOf(vitals.value) : []),
    ];
    if (freshness.status === 'fulfilled') {
      samples.push(['weft_products_without_vector', freshness.value.products]);
      samples.push(['weft_oldest_product_without_vector_seconds', freshness.value.oldestSeconds]);
    }
    return textOf(samples);
  }
}

function samplesOf(vitals: Vitals): Sample[] {
  const { active, backedUpAt } = vitals;
  const retries = new Map<string, number>();
  for (const { kind, retries: more } of vitals.jobs) retries.set(kind, (retries.get(kind) ?? 0) + more);
  return [
    ...vitals.jobs.map(({ kind, state, count }): Sample => ['weft_jobs', count, { kind, state }]),
    ...[...retries].map(([kind, count]): Sample => ['weft_job_retries', count, { kind }]),
    ...vitals.waiting.map(({ kind, seconds }): Sample => ['weft_job_oldest_queued_seconds', seconds, { kind }]),
    ...vitals.took.flatMap(({ kind, median, p95, most }): Sample[] => [
      ['weft_job_run_seconds', median, { kind, quantile: '0.5' }],
      ['weft_job_run_seconds', p95, { kind, quantile: '0.95' }],
      ['weft_job_run_seconds', most, { kind, quantile: '1' }],
    ]),
    ...vitals.succeeded.map(({ kind, at }): Sample => [
      'weft_job_last_success_timestamp_seconds',
      secondsOf(at),
      { kind },
    ]),
    ...vitals.schedules.flatMap(({ name: schedule, nextDue, lastDue }): Sample[] => [
      ['weft_schedule_next_timestamp_seconds', secondsOf(nextDue), { schedule }],
      ...(lastDue === null
        ? []
        : [['weft_schedule_last_timestamp_seconds', secondsOf(lastDue), { schedule }] satisfies Sample]),
    ]),
    ...vitals.generations.flatMap(({ state, count, products, images }): Sample[] => [
      ['weft_generations', count, { state }],
      ['weft_generation_products', products, { state }],
      ['weft_generation_images', images, { state }],
    ]),
    ...(active === null ? [] : samplesOfActive(active)),
    ...vitals.promotions.map(({ action, count }): Sample => ['weft_promotions', count, { action }]),
    ...vitals.messages.map(({ state, count }): Sample => ['weft_webhook_messages', count, { state }]),
    ['weft_webhook_oldest_pending_seconds', vitals.oldestMessageSeconds],
    ['weft_webhooks_disabled', vitals.disabledWebhooks],
    ...(backedUpAt === null ? [] : [['weft_last_backup_timestamp_seconds', secondsOf(backedUpAt)] as Sample]),
  ];
}

function samplesOfActive({
  generation,
  modelVersion,
  activatedAt,
  modelMadeAt,
}: NonNullable<Vitals['active']>): Sample[] {
  return [
    ['weft_active_generation', generation, { model: modelVersion }],
    ['weft_active_generation_timestamp_seconds', secondsOf(activatedAt)],
    ['weft_active_model_timestamp_seconds', secondsOf(modelMadeAt)],
  ];
}

function textOf(samples: Sample[]): Promise<string> {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  for (const [name, value, labels = {}] of samples) {
    const labelNames = Object.keys(labels);
    const gauge = gauges.get(name) ?? new Gauge({ name, help: GAUGES[name], labelNames, registers: [registry] });
    gauges.set(name, gauge);
    gauge.set(labels, value);
  }
  return registry.metrics();
}

function secondsOf(at: Date): number {
  return at.getTime() / 1000;
}
