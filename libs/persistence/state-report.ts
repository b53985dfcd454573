import type { GenerationId, ModelVersion } from '#foundation';
import type { Completeness, GenerationState } from '#generations';
import type { JobKind, JobState } from '#jobs';
import pg from 'pg';
import { completenessOf } from './completeness.js';
import { type DatabaseConnection, poolConfig, unreachable } from './connection.js';
import { pendingMigrationsOf } from './migrate.js';
import { rowOf, rowsOf } from './transaction.js';

/** What a database holds, for `weft doctor`. */
export interface StateReport {
  /** Names of migrations that the next command will apply. */
  pendingMigrations: string[];
  /** Milliseconds since 1970, by the server's clock. */
  serverTime: number;
  bytes: number;
  /** null: a database in which no Weft has worked yet. */
  content: DatabaseContent | null;
}

export interface DatabaseContent {
  products: number;
  offers: number;
  photos: number;
  /** Active products with a photo that the active generation does not know. */
  awaitingEmbedding: number;
  /** The last import that ended well, and what it set aside. */
  lastImport: { id: string; finishedAt: Date; quarantined: number } | null;
  models: number;
  generations: { id: GenerationId; modelVersion: ModelVersion; state: GenerationState }[];
  active: {
    id: GenerationId;
    modelVersion: ModelVersion;
    /** Directory of the model's bundle. */
    directory: string;
    extractorId: string;
    completeness: Completeness;
  } | null;
  /** Queued and running jobs, oldest first. */
  unfinishedJobs: { id: string; kind: JobKind; state: JobState; createdAt: Date }[];
}

/**
 * Reads what a database holds and changes nothing, not even its tables. Reads every vector of the active generation: .2 s
 * per 100,000.
 *
 * @throws WeftError `database-unreachable`, or what keeps its migrations from being applied
 */
export async function reportState(connection: DatabaseConnection): Promise<StateReport> {
  const client = new pg.Client(poolConfig(connection));
  // A server that ends meanwhile tells the query under way; an event that nobody hears would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SET default_transaction_read_only = on');
    const server = await rowOf<{ serverTime: number; bytes: number; isWeft: boolean }>(
      client,
      `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS "serverTime",
              pg_database_size(current_database())::float8 AS bytes,
              to_regclass('_prisma_migrations') IS NOT NULL AS "isWeft"`,
    );
    const { serverTime, bytes } = server;
    if (!server.isWeft) return { pendingMigrations: [], serverTime, bytes, content: null };
    const pendingMigrations = await pendingMigrationsOf(client);
    // Tables that are about to change are not read by today's queries.
    const content = pendingMigrations.length === 0 ? await contentOf(client) : null;
    return { pendingMigrations, serverTime, bytes, content };
  } catch (error) {
    throw unreachable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function contentOf(client: pg.Client): Promise<DatabaseContent> {
  const counts = await rowOf<Pick<DatabaseContent, 'products' | 'offers' | 'photos' | 'models' | 'awaitingEmbedding'>>(
    client,
    `SELECT (SELECT count(*)::int FROM product WHERE active) AS products,
            (SELECT count(*)::int FROM offer WHERE active) AS offers,
            (SELECT count(DISTINCT image_id)::int FROM product_image JOIN product USING (product_id)
             WHERE active) AS photos,
            (SELECT count(*)::int FROM model) AS models,
            (SELECT count(DISTINCT product_id)::int FROM product_image JOIN product USING (product_id)
             WHERE active AND NOT EXISTS (
               SELECT FROM image_vector v JOIN generation g ON g.id = v.generation_id AND g.state = 'active'
               WHERE v.image_id = product_image.image_id)) AS "awaitingEmbedding"`,
  );
  const [lastImport = null] = await rowsOf<NonNullable<DatabaseContent['lastImport']>>(
    client,
    `SELECT id, finished_at AS "finishedAt",
            (SELECT count(*)::int FROM quarantine WHERE import_id = job_run.id) AS quarantined
     FROM job_run WHERE kind = 'import' AND state = 'succeeded' ORDER BY number DESC LIMIT 1`,
  );
  const [active] = await rowsOf<Omit<NonNullable<DatabaseContent['active']>, 'completeness'>>(
    client,
    `SELECT g.id, g.model_version AS "modelVersion", m.directory, m.extractor_id AS "extractorId"
     FROM generation g JOIN model m ON m.version = g.model_version WHERE g.state = 'active'`,
  );
  return {
    ...counts,
    lastImport,
    generations: await rowsOf(
      client,
      'SELECT id, model_version AS "modelVersion", state FROM generation ORDER BY id DESC',
    ),
    active: active === undefined ? null : { ...active, completeness: await completenessOf(client, active.id) },
    unfinishedJobs: await rowsOf(
      client,
      `SELECT id, kind, state, created_at AS "createdAt" FROM job_run
       WHERE state IN ('queued', 'running') ORDER BY number`,
    ),
  };
}
