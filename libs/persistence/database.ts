import { inTime } from '#foundation';
import { PrismaPg } from '@prisma/adapter-pg';
import { type DatabaseConnection, openPool, unreachable } from './connection.js';
import { PrismaClient } from './generated/client.js';
import { PgAttributionStore } from './pg-attribution-store.js';
import { PgAuditStore } from './pg-audit-store.js';
import { PgCatalog } from './pg-catalog.js';
import { PgExperimentStore } from './pg-experiment-store.js';
import { PgFetchedPhotos } from './pg-fetched-photos.js';
import { PgGenerationStore } from './pg-generation-store.js';
import { PgGroupedProducts } from './pg-grouped-products.js';
import { PgJobEvents } from './pg-job-events.js';
import { PgJobStore } from './pg-job-store.js';
import { PgKeyStore } from './pg-key-store.js';
import { PgMerchandisingStore } from './pg-merchandising-store.js';
import { PgPhotoBatches } from './pg-photo-batches.js';
import { PgPhotoIndex } from './pg-photo-index.js';
import { PgRepairStore } from './pg-repair-store.js';
import { PgRetentionStore } from './pg-retention-store.js';
import { PgScheduleStore } from './pg-schedule-store.js';
import { type OnTrouble, PgShopperStore } from './pg-shopper-store.js';
import { PgVectorIndex } from './pg-vector-index.js';
import { PgVitals } from './pg-vitals.js';
import { PgWebhookStore } from './pg-webhook-store.js';
import { assertPgvectorInstalled } from './pgvector-version.js';

/** Connections of a process that answers requests. */
const MOST_CONNECTIONS = 10;
/**
 * A connection is replaced when it is this old, in seconds: it keeps every named statement it was ever given, and a search
 * names its statement after the generation.
 */
const CONNECTION_LIFE_S = 3_600;

/** Longer than Postgres may take to end a statement and say so. */
const SILENCE_MS = 1_000;

/** An open database: what Weft keeps, by port. */
export interface Database {
  readonly attribution: PgAttributionStore;
  readonly audit: PgAuditStore;
  readonly catalog: PgCatalog;
  readonly experiments: PgExperimentStore;
  readonly fetchedPhotos: PgFetchedPhotos;
  readonly jobs: PgJobStore;
  readonly jobEvents: PgJobEvents;
  readonly generations: PgGenerationStore;
  readonly groupedProducts: PgGroupedProducts;
  readonly index: PgVectorIndex;
  readonly photoBatches: PgPhotoBatches;
  readonly photoIndex: PgPhotoIndex;
  readonly keys: PgKeyStore;
  readonly merchandising: PgMerchandisingStore;
  readonly repair: PgRepairStore;
  readonly retention: PgRetentionStore;
  readonly schedules: PgScheduleStore;
  readonly shoppers: PgShopperStore;
  readonly vitals: PgVitals;
  readonly webhooks: PgWebhookStore;
  /** Whether Postgres answers within so many milliseconds. */
  answers(ms: number): Promise<boolean>;
  /** Lets go of every connection. */
  close(): Promise<void>;
}

/**
 * Opens a migrated database.
 *
 * @param options.connections most at a time; default 10
 * @param options.connectionLifeS how old a connection may grow, in seconds; default 3,600
 * @param options.statementMs after which Postgres ends a statement, in milliseconds; default: never
 * @param options.onTrouble hears what goes wrong without failing a request, and that it does no more
 * @throws WeftError `database-unreachable`, `pgvector-missing`, `pgvector-too-old`
 */
export async function openDatabase(
  connection: DatabaseConnection,
  options: { connections?: number; connectionLifeS?: number; statementMs?: number; onTrouble?: OnTrouble } = {},
): Promise<Database> {
  const {
    connections = MOST_CONNECTIONS,
    connectionLifeS = CONNECTION_LIFE_S,
    statementMs = false,
    onTrouble,
  } = options;
  const pool = openPool(connection, {
    ...{ max: connections, maxLifetimeSeconds: connectionLifeS, statement_timeout: statementMs },
    // A connection that fell silent, behind a router that forgot it, say, is given up: it would never be free again.
    ...(statementMs === false ? {} : { query_timeout: statementMs + SILENCE_MS, connectionTimeoutMillis: statementMs }),
  });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
  try {
    await assertPgvectorInstalled(pool);
  } catch (error) {
    await close();
    throw unreachable(error);
  }
  let asked: Promise<unknown> | null = null;
  return {
    attribution: new PgAttributionStore(pool),
    audit: new PgAuditStore(pool),
    catalog: new PgCatalog(pool),
    experiments: new PgExperimentStore(pool),
    fetchedPhotos: new PgFetchedPhotos(pool),
    jobs: new PgJobStore(prisma, pool),
    jobEvents: new PgJobEvents(pool),
    generations: new PgGenerationStore(pool, prisma),
    groupedProducts: new PgGroupedProducts(pool),
    index: new PgVectorIndex(pool),
    photoBatches: new PgPhotoBatches(pool),
    photoIndex: new PgPhotoIndex(pool),
    keys: new PgKeyStore(pool),
    merchandising: new PgMerchandisingStore(pool),
    repair: new PgRepairStore(pool),
    retention: new PgRetentionStore(pool),
    schedules: new PgScheduleStore(pool),
    shoppers: new PgShopperStore(pool, { onTrouble }),
    vitals: new PgVitals(pool),
    webhooks: new PgWebhookStore(pool),
    answers: async (ms) => {
      // One at a time: what hangs must not take every connection.
      asked ??= pool.query('SELECT 1').finally(() => (asked = null));
      const late = () => new Error('Postgres did not answer.');
      return inTime(asked, ms, late).then(
        () => true,
        () => false,
      );
    },
    close,
  };
}
