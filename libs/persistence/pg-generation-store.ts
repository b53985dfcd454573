import { setTimeout as sleep } from 'node:timers/promises';
import { type GenerationId, type ModelVersion, WeftError } from '#foundation';
import type {
  CataloguePhoto,
  Completeness,
  Generation,
  GenerationBuild,
  GenerationState,
  GenerationStore,
  ModelRecord,
  RegisteredManifest,
} from '#generations';
import type { Pool } from 'pg';
import { completenessOf } from './completeness.js';
import type { Prisma, PrismaClient } from './generated/client.js';
import type { GenerationModel, ModelModel } from './generated/models.js';
import { partitionOf } from './partition.js';
import { PgGenerationBuild } from './pg-generation-build.js';
import { inTransaction, rowsOf } from './transaction.js';

const COLUMNS = `id, model_version AS "modelVersion", state, products, images, failure, created_at AS "createdAt",
  ready_at AS "readyAt", activated_at AS "activatedAt"`;
/** How often, and how far apart, the removal of a generation is tried while searches keep it busy. */
const DROP_ATTEMPTS = 20;
const DROP_PAUSE_MS = 200;
const NEWEST_MODEL_FIRST = [{ createdAt: 'desc' }, { version: 'desc' }] as const;

/** Models and generations. */
export class PgGenerationStore implements GenerationStore {
  constructor(
    private readonly pool: Pool,
    private readonly prisma: PrismaClient,
  ) {}

  async registerModel(manifest: RegisteredManifest, directory: string): Promise<void> {
    const { version, createdAt, extractorId, dial } = manifest;
    await this.prisma.model.upsert({
      where: { version },
      update: { directory },
      create: {
        version,
        createdAt: new Date(createdAt),
        extractorId,
        dial,
        directory,
        manifest: JSON.parse(JSON.stringify(manifest)) as Prisma.InputJsonValue,
      },
    });
  }

  async models(): Promise<ModelRecord[]> {
    return (await this.prisma.model.findMany({ orderBy: [...NEWEST_MODEL_FIRST] })).map(modelRecord);
  }

  async model(version: ModelVersion): Promise<ModelRecord | null> {
    const row = await this.prisma.model.findUnique({ where: { version } });
    return row && modelRecord(row);
  }

  async latestModel(): Promise<ModelRecord | null> {
    const row = await this.prisma.model.findFirst({ orderBy: [...NEWEST_MODEL_FIRST] });
    return row && modelRecord(row);
  }

  /**
   * Replaces the salt by a known one, so that a demonstration holds out the same styles everywhere. Does nothing once there
   * is a model: what it was trained on must never become hold-out.
   *
   * @param salt at least 32 characters
   */
  async fixSalt(salt: string): Promise<void> {
    await this.pool.query('UPDATE installation SET salt = $1 WHERE NOT EXISTS (SELECT FROM model)', [salt]);
  }

  async salt(): Promise<string> {
    return (await this.prisma.installation.findFirstOrThrow()).salt;
  }

  photosOfCatalogue(): Promise<CataloguePhoto[]> {
    return rowsOf<CataloguePhoto>(
      this.pool,
      `SELECT i.image_id AS "imageId", product_id AS "productId", p.style_id AS "styleId", p.category, p.gender,
              p.colour, i.position
       FROM product_image i JOIN product p USING (product_id) WHERE p.active
       ORDER BY product_id COLLATE "C", i.position`,
    );
  }

  build(modelVersion: ModelVersion): Promise<GenerationBuild> {
    return PgGenerationBuild.begin(this.pool, modelVersion);
  }

  async check(generation: GenerationId): Promise<Completeness> {
    return completenessOf(this.pool, generation);
  }

  async activate(
    generation: GenerationId,
    judge: (generation: Generation, found: Completeness | null, active: Generation | null) => boolean,
  ): Promise<{ generation: Generation; before: Generation | null }> {
    return inTransaction(this.pool, async (client) => {
      // One activation at a time: the second waits here and then sees what the first did.
      await client.query('LOCK TABLE generation IN SHARE ROW EXCLUSIVE MODE');
      const [candidate] = await rowsOf<Generation>(client, `SELECT ${COLUMNS} FROM generation WHERE id = $1`, [
        generation,
      ]);
      if (candidate === undefined) throw unknownGeneration(generation);
      const hasVectors = candidate.state === 'ready' || candidate.state === 'retired' || candidate.state === 'active';
      const [before = null] = await rowsOf<Generation>(
        client,
        `SELECT ${COLUMNS} FROM generation WHERE state = 'active'`,
      );
      const found = hasVectors ? await completenessOf(client, generation) : null;
      if (!judge(candidate, found, before)) return { generation: candidate, before };
      await client.query(`UPDATE generation SET state = 'retired' WHERE state = 'active' AND id <> $1`, [generation]);
      await client.query(
        `UPDATE generation SET state = 'active', activated_at = clock_timestamp() WHERE id = $1 AND state <> 'active'`,
        [generation],
      );
      return { generation: candidate, before };
    });
  }

  async find(generation: GenerationId): Promise<Generation | null> {
    const row = await this.prisma.generation.findUnique({ where: { id: generation } });
    return row && generationOf(row);
  }

  async active(): Promise<Generation | null> {
    const row = await this.prisma.generation.findFirst({ where: { state: 'active' } });
    return row && generationOf(row);
  }

  async list(): Promise<Generation[]> {
    return (await this.prisma.generation.findMany({ orderBy: { id: 'desc' } })).map(generationOf);
  }

  async drop(generation: GenerationId): Promise<boolean> {
    for (let attempt = 1; attempt <= DROP_ATTEMPTS; attempt += 1) {
      if (attempt > 1) await sleep(DROP_PAUSE_MS);
      try {
        return await this.dropNow(generation);
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
      }
    }
    return false;
  }

  private dropNow(generation: GenerationId): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      // Dropping a partition locks its parent: while it waits for one long search, all others wait behind it.
      await client.query(`SET LOCAL lock_timeout = '50ms'`);
      const { rowCount } = await client.query(
        `DELETE FROM generation WHERE id = $1 AND state IN ('ready', 'retired', 'failed')`,
        [generation],
      );
      if (rowCount === 0) return false;
      await client.query(`DROP TABLE IF EXISTS ${partitionOf('product_vector', generation)}`);
      await client.query(`DROP TABLE IF EXISTS ${partitionOf('image_vector', generation)}`);
      return true;
    });
  }
}

/** Postgres's `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

function unknownGeneration(generation: GenerationId): WeftError {
  return new WeftError('generation-unknown', `There is no generation ${generation}.`, { value: generation });
}

function modelRecord({ version, createdAt, extractorId, dial, directory }: ModelModel): ModelRecord {
  return { version: version as ModelVersion, createdAt, extractorId, dial, directory };
}

/** Only this library writes the table, so what it reads has the types it wrote. */
function generationOf(row: GenerationModel): Generation {
  return { ...row, modelVersion: row.modelVersion as ModelVersion, state: row.state as GenerationState };
}
