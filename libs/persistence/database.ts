import { PrismaPg } from '@prisma/adapter-pg';
import { type DatabaseConnection, openPool, unreachable } from './connection.js';
import { PrismaClient } from './generated/client.js';
import { PgAuditStore } from './pg-audit-store.js';
import { PgCatalog } from './pg-catalog.js';
import { PgFetchedPhotos } from './pg-fetched-photos.js';
import { PgGenerationStore } from './pg-generation-store.js';
import { PgJobStore } from './pg-job-store.js';
import { PgKeyStore } from './pg-key-store.js';
import { PgPhotoIndex } from './pg-photo-index.js';
import { PgRetentionStore } from './pg-retention-store.js';
import { PgVectorIndex } from './pg-vector-index.js';
import { assertPgvectorInstalled } from './pgvector-version.js';

/** Connections of one process. A build takes three, the rest answers requests. */
const MOST_CONNECTIONS = 10;
/**
 * A connection is replaced when it is this old, in seconds: it keeps every named statement it was ever given, and a search
 * names its statement after the generation.
 */
const CONNECTION_LIFE_S = 3_600;

/** An open database: what Weft keeps, by port. */
export interface Database {
  readonly audit: PgAuditStore;
  readonly catalog: PgCatalog;
  readonly fetchedPhotos: PgFetchedPhotos;
  readonly jobs: PgJobStore;
  readonly generations: PgGenerationStore;
  readonly index: PgVectorIndex;
  readonly photoIndex: PgPhotoIndex;
  readonly keys: PgKeyStore;
  readonly retention: PgRetentionStore;
  /** Lets go of every connection. */
  close(): Promise<void>;
}

/**
 * Opens a migrated database.
 *
 * @param limits.connectionLifeS how old a connection may grow, in seconds; default 3,600
 * @param limits.statementMs after which Postgres ends a statement, in milliseconds; default: never
 * @throws WeftError `database-unreachable`, `pgvector-missing`, `pgvector-too-old`
 */
export async function openDatabase(
  connection: DatabaseConnection,
  limits: { connectionLifeS?: number; statementMs?: number } = {},
): Promise<Database> {
  const { connectionLifeS = CONNECTION_LIFE_S, statementMs = false } = limits;
  const pool = openPool(connection, {
    ...{ max: MOST_CONNECTIONS, maxLifetimeSeconds: connectionLifeS, statement_timeout: statementMs },
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
  return {
    audit: new PgAuditStore(pool),
    catalog: new PgCatalog(pool),
    fetchedPhotos: new PgFetchedPhotos(pool),
    jobs: new PgJobStore(prisma, pool),
    generations: new PgGenerationStore(pool, prisma),
    index: new PgVectorIndex(pool),
    photoIndex: new PgPhotoIndex(pool),
    keys: new PgKeyStore(pool),
    retention: new PgRetentionStore(pool),
    close,
  };
}
