import { type GenerationId, type ImageId, type JobId, type ModelVersion, type ProductId, WeftError } from '#foundation';
import type {
  ActivationEntry,
  ActivationMoment,
  CataloguePhoto,
  Completeness,
  Generation,
  GenerationBuild,
  GenerationChanges,
  GenerationState,
  GenerationStore,
  ModelRecord,
  PhotoVector,
  ProductVector,
  PromotionRecord,
  RegisteredManifest,
  Verdict,
} from '#generations';
import type { Pool, PoolClient } from 'pg';
import { catalogueState } from './catalogue-state.js';
import { completenessOf } from './completeness.js';
import type { Prisma, PrismaClient } from './generated/client.js';
import type { GenerationModel, ModelModel } from './generated/models.js';
import { generationLiteral } from './neighbour-sql.js';
import { partitionOf } from './partition.js';
import { promotions, recordPromotion, saveVerdict, verdictOf } from './promotion-log.js';
import { PgGenerationBuild } from './pg-generation-build.js';
import { photosLacking, refreshGeneration } from './refresh-generation.js';
import { inShortLocks } from './short-locks.js';
import { inTransaction, rowsOf } from './transaction.js';
import { decodeVector } from './vector-codec.js';

const COLUMNS = `id, model_version AS "modelVersion", state, products, images, failure, created_at AS "createdAt",
  ready_at AS "readyAt", activated_at AS "activatedAt"`;
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

  build(modelVersion: ModelVersion, run?: JobId): Promise<GenerationBuild> {
    return PgGenerationBuild.begin(this.pool, modelVersion, run ?? null);
  }

  async madeBy(run: JobId): Promise<Generation | null> {
    const [made = null] = await rowsOf<Generation>(
      this.pool,
      `SELECT ${COLUMNS} FROM generation WHERE job_id = $1 AND state NOT IN ('building', 'failed')`,
      [run],
    );
    return made;
  }

  photosLacking(generation: GenerationId): Promise<ImageId[] | null> {
    return photosLacking(this.pool, generation);
  }

  refresh(
    generation: GenerationId,
    vectors: Iterable<Pick<PhotoVector, 'imageId' | 'embedding'>>,
  ): Promise<GenerationChanges | null> {
    return refreshGeneration(this.pool, generation, vectors);
  }

  async check(generation: GenerationId): Promise<Completeness> {
    return completenessOf(this.pool, generation);
  }

  async activate(
    wanted: GenerationId | 'previous',
    decide: (moment: ActivationMoment) => ActivationEntry | null,
  ): Promise<{ generation: Generation; before: Generation | null }> {
    return inTransaction(this.pool, async (client) => {
      // One activation at a time: the second waits here and then sees what the first did.
      await client.query('LOCK TABLE generation IN SHARE ROW EXCLUSIVE MODE');
      const generation = await wantedGeneration(client, wanted);
      const { id, state } = generation;
      const hasVectors = state === 'ready' || state === 'retired' || state === 'active';
      const [before = null] = await rowsOf<Generation>(
        client,
        `SELECT ${COLUMNS} FROM generation WHERE state = 'active'`,
      );
      const found = hasVectors ? await completenessOf(client, id) : null;
      const verdict = await verdictTrueNow(client, id, before);
      const entry = decide({ generation, found, active: before, verdict });
      if (entry === null) return { generation, before };
      await client.query(`UPDATE generation SET state = 'retired' WHERE state = 'active' AND id <> $1`, [id]);
      await client.query(
        `UPDATE generation SET state = 'active', activated_at = clock_timestamp() WHERE id = $1 AND state <> 'active'`,
        [id],
      );
      await endCanaries(client, id, entry.by);
      await recordPromotion(client, { ...entry, generation: id, previousGeneration: before?.id ?? null });
      return { generation, before };
    });
  }

  catalogueState(): Promise<string> {
    return catalogueState(this.pool);
  }

  verdict(generation: GenerationId): Promise<Verdict | null> {
    return verdictOf(this.pool, generation);
  }

  saveVerdict(verdict: Omit<Verdict, 'judgedAt'>): Promise<Verdict | null> {
    return saveVerdict(this.pool, verdict);
  }

  async recordRefusal(verdict: Verdict, by: string): Promise<void> {
    const { generation, against } = verdict;
    const refusal = { action: 'refused', by, reason: null, verdict } as const;
    await recordPromotion(this.pool, { ...refusal, generation, previousGeneration: against });
  }

  promotions(limit: number): Promise<PromotionRecord[]> {
    return promotions(this.pool, limit);
  }

  async productPage(generation: GenerationId, after: ProductId | null, limit: number): Promise<ProductVector[]> {
    const rows = await rowsOf<Omit<ProductVector, 'embedding'> & { embedding: Buffer }>(
      this.pool,
      `SELECT v.product_id AS "productId", p.style_id AS "styleId", p.category, p.brand,
              vector_send(v.embedding) AS embedding
       FROM product_vector v JOIN product p USING (product_id)
       WHERE v.generation_id = ${generationLiteral(generation)} AND p.active AND ($1::text IS NULL OR v.product_id > $1)
       ORDER BY v.product_id LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ embedding, ...product }) => ({ ...product, embedding: decodeVector(embedding) }));
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

  async held(): Promise<Set<GenerationId>> {
    const rows = await rowsOf<{ id: GenerationId }>(
      this.pool,
      `SELECT named.id FROM experiment, unnest(ARRAY[control_generation, treatment_generation]) AS named (id)
       WHERE stopped_at IS NULL AND named.id IS NOT NULL`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async drop(generation: GenerationId): Promise<boolean> {
    const isDropped = await inShortLocks(this.pool, async (client) => {
      // No experiment begins meanwhile, and one that is beginning is seen.
      await client.query('LOCK TABLE experiment IN SHARE MODE');
      const { rowCount } = await client.query(
        `DELETE FROM generation WHERE id = $1 AND state IN ('ready', 'retired', 'failed') AND NOT EXISTS (
           SELECT FROM experiment WHERE stopped_at IS NULL AND $1 IN (control_generation, treatment_generation))`,
        [generation],
      );
      if (rowCount === 0) return false;
      await client.query(`DROP TABLE IF EXISTS ${partitionOf('product_vector', generation)}`);
      await client.query(`DROP TABLE IF EXISTS ${partitionOf('image_vector', generation)}`);
      return true;
    });
    return isDropped ?? false;
  }
}

async function wantedGeneration(client: PoolClient, wanted: GenerationId | 'previous'): Promise<Generation> {
  const isPrevious = wanted === 'previous';
  const [found] = isPrevious
    ? await rowsOf<Generation>(
        client,
        // By the log, in which clocks do not matter; it knows nothing of what was active before there was one.
        `SELECT ${COLUMNS} FROM generation g WHERE state = 'retired'
         ORDER BY (SELECT max(p.id) FROM promotion p WHERE p.generation = g.id AND action <> 'refused') DESC NULLS LAST,
           activated_at DESC LIMIT 1`,
      )
    : await rowsOf<Generation>(client, `SELECT ${COLUMNS} FROM generation WHERE id = $1`, [wanted]);
  if (found !== undefined) return found;
  if (!isPrevious) throw unknownGeneration(wanted);
  throw new WeftError('nothing-to-return-to', 'No generation is kept that was active before.', {
    remedy: 'See `weft generations`: a ready one is served with `weft promote`.',
  });
}

/** Ends experiments that compare a generation with whichever is active, once that is the same. */
async function endCanaries(client: PoolClient, active: GenerationId, by: string): Promise<void> {
  await client.query(
    `UPDATE experiment SET stopped_at = clock_timestamp(), stopped_by = $2
     WHERE stopped_at IS NULL AND control_generation IS NULL AND treatment_generation = $1`,
    [active, by],
  );
}

/** What the gate said, unless something else is active, or for sale, since. */
async function verdictTrueNow(client: PoolClient, id: GenerationId, active: Generation | null) {
  const verdict = await verdictOf(client, id);
  if (verdict === null || verdict.against !== active?.id) return null;
  return verdict.catalogue === (await catalogueState(client)) ? verdict : null;
}

function unknownGeneration(generation: GenerationId): WeftError {
  return new WeftError('generation-unknown', `There is no generation ${generation}.`, { value: generation });
}

function modelRecord({ version, createdAt, extractorId, dial, directory }: ModelModel): ModelRecord {
  return { version: version as ModelVersion, createdAt, extractorId, dial, directory };
}

/** Only this library writes the table, so what it reads has the types it wrote. */
function generationOf({ jobId: _, ...row }: GenerationModel): Generation {
  return { ...row, modelVersion: row.modelVersion as ModelVersion, state: row.state as GenerationState };
}
