import { PrismaPg } from '@prisma/adapter-pg';
import { type DatabaseConnection, openPool, unreachable } from './connection.js';
import { PrismaClient } from './generated/client.js';
import { PgCatalog } from './pg-catalog.js';
import { PgGenerationStore } from './pg-generation-store.js';
import { PgJobStore } from './pg-job-store.js';
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
  readonly catalog: PgCatalog;
  readonly jobs: PgJobStore;
  readonly generations: PgGenerationStore;
  readonly index: PgVectorIndex;
  readonly retention: PgRetentionStore;
  /** Lets go of every connection. */
  close(): Promise<void>;
}

/**
 * Opens a migrated database.
 *
 * @param connectionLifeS how old a connection may grow, in seconds; default 3,600
 * @throws WeftError `database-unreachable`, `pgvector-missing`, `pgvector-too-old`
 */
export async function openDatabase(
  connection: DatabaseConnection,
  connectionLifeS = CONNECTION_LIFE_S,
): Promise<Database> {
  const pool = openPool(connection, { max: MOST_CONNECTIONS, maxLifetimeSeconds: connectionLifeS });
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
    catalog: new PgCatalog(pool),
    jobs: new PgJobStore(prisma, pool),
    generations: new PgGenerationStore(pool, prisma),
    index: new PgVectorIndex(pool),
    retention: new PgRetentionStore(pool),
    close,
  };
}
