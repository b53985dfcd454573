import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { SearchWatcher } from '#similarity';
import { type VitalSources, VitalsMetrics } from './vitals-metrics.js';

/** Seconds: around what a search takes, up to the deadline of a request. */
const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const RECALLS = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.999];

/** What this process counts for Prometheus, and what it is told of the database and Redis. */
export class Metrics implements SearchWatcher {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'weft_http_request_seconds',
    help: 'From the arrival of a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly searches = new Counter({
    name: 'weft_searches_total',
    help: 'Searches of the vectors, by plan: exact, or by the graphs (hnsw).',
    labelNames: ['plan'],
    registers: [this.registry],
  });
  private readonly recall = new Histogram({
    name: 'weft_live_recall',
    help: 'Share of the exact nearest that an answer of the graphs held: of one question every ten seconds at most.',
    buckets: RECALLS,
    registers: [this.registry],
  });
  private readonly unknownRecalls = new Counter({
    name: 'weft_live_recall_failures_total',
    help: 'Questions of which the exact nearest could not be had.',
    registers: [this.registry],
  });

  private readonly streams = new Gauge({
    name: 'weft_event_streams',
    help: 'Open streams of server-sent events.',
    registers: [this.registry],
  });

  private readonly vitals: VitalsMetrics;

  constructor(
    private readonly logger: Logger,
    sources: VitalSources,
  ) {
    this.vitals = new VitalsMetrics(sources);
    collectDefaultMetrics({ register: this.registry });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status }, seconds);
  }

  /** Told whenever a stream of events begins or ends. */
  streaming(open: number): void {
    this.streams.set(open);
  }

  searched(plan: string): void {
    this.searches.inc({ plan });
  }

  recalled(share: number): void {
    this.recall.observe(share);
  }

  failed(error: unknown): void {
    this.unknownRecalls.inc();
    this.logger.warn({ err: error }, 'the live recall of a search could not be measured');
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    return (await this.registry.metrics()) + (await this.vitals.text());
  }
}
