import type {
  CatalogBatch,
  CatalogComparer,
  CatalogStore,
  CategoryCount,
  Comparison,
  FinishedImport,
  ImportedFeed,
  ImportedFeedStore,
  KnownSource,
  OfferRecord,
  ProductListing,
  ProductRecord,
  Quarantine,
  QuarantineRecord,
  RecordState,
  RememberedFeed,
} from '#catalog';
import { allOf, type Filter } from '#filters';
import { type GenerationId, type ImageId, type JobId, type OfferId, type ProductId, sha256 } from '#foundation';
import type { ActiveGeneration, CatalogReader, KnownProduct, ProductCard } from '#similarity';
import type { Pool } from 'pg';
import { COMPARE_OFFERS, COMPARE_PRODUCTS } from './compare-catalog.js';
import { filterSql } from './filter-sql.js';
import { factJoins } from './neighbour-sql.js';
import { recomputeAttributes } from './product-attributes.js';
import { recomputeStock } from './product-stock.js';
import { saveBatch } from './save-batch.js';
import { inTransaction, rowOf, rowsOf } from './transaction.js';
import { decodeVector } from './vector-codec.js';

/** The mark of an offer that no import has met. */
const NO_IMPORT = '00000000-0000-0000-0000-000000000000';

/**
 * The ids that $1, a JSON array, holds. Of an array of text Postgres knows how many it holds, finds a plan for one id cheaper
 * than its plan for ten, and plans anew each time: twice the time of the lookup.
 */
const IDS = 'SELECT jsonb_array_elements_text($1::jsonb)';

/** The products that the ids name. A feed may call an offer what another product is called; the product goes first. */
const RESOLVED = `SELECT DISTINCT ON (id) id, product_id FROM (
  SELECT product_id AS id, product_id, 0 AS rank FROM product WHERE product_id IN (${IDS}) AND active
  UNION ALL
  SELECT offer_id, product_id, 1 FROM offer JOIN product USING (product_id)
  WHERE offer_id IN (${IDS}) AND offer.active AND product.active
) named ORDER BY id, rank`;

/** The columns of a {@link ProductCard}, of `product p` and {@link CARD_JOINS}. */
const CARD = `p.product_id AS "productId", p.style_id AS "styleId", o.offer_id AS "offerId", p.title, p.brand,
  p.category, p.gender, p.colour, o.link, o.price::float8 AS price, o.sale_price::float8 AS "salePrice", o.currency,
  coalesce(s.in_stock, false) AS "inStock", i.image_id AS "imageId"`;

const CARD_JOINS = `LEFT JOIN product_stock s USING (product_id)
  LEFT JOIN LATERAL (
    SELECT * FROM offer WHERE offer.product_id = p.product_id AND active
    ORDER BY availability = 'in_stock' DESC, coalesce(sale_price, offer.price) NULLS LAST, offer_id LIMIT 1
  ) o ON true
  LEFT JOIN LATERAL (
    SELECT image_id FROM product_image WHERE product_image.product_id = p.product_id ORDER BY position LIMIT 1
  ) i ON true`;

/** Products, offers, images and what imports did to them. */
export class PgCatalog implements CatalogStore, CatalogReader, CatalogComparer, ImportedFeedStore {
  constructor(private readonly pool: Pool) {}

  async knownSources(sources: string[]): Promise<Map<string, KnownSource>> {
    const rows = await rowsOf<KnownSource & { source: string }>(
      this.pool,
      `SELECT source, fingerprint, image_id AS "imageId", rejection
       FROM image_source WHERE source_hash = ANY ($1::bytea[])`,
      [sources.map((source) => Buffer.from(sha256(source), 'hex'))],
    );
    return new Map(rows.map(({ source, ...known }) => [source, known]));
  }

  async beginImport(importId: JobId): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query('DELETE FROM quarantine WHERE import_id = $1', [importId]);
      await client.query('DELETE FROM imported_feed');
      await client.query('UPDATE offer SET last_import = $2 WHERE last_import = $1', [importId, NO_IMPORT]);
    });
  }

  async saveBatch(importId: JobId, batch: CatalogBatch): Promise<void> {
    await inTransaction(this.pool, (client) => saveBatch(client, importId, batch));
  }

  async keepLastGood(importId: JobId, offerIds: OfferId[]): Promise<void> {
    await this.pool.query('UPDATE offer SET last_import = $1 WHERE offer_id = ANY ($2) AND active', [
      importId,
      offerIds,
    ]);
  }

  async finishImport(importId: JobId, unlisted: 'deactivate' | 'keep' = 'deactivate'): Promise<FinishedImport> {
    const finished = await inTransaction(this.pool, async (client) => {
      const unlistedOffers = await rowsOf<{ productId: string }>(
        client,
        `UPDATE offer SET active = false WHERE active AND last_import <> $1 AND $2
         RETURNING product_id AS "productId"`,
        [importId, unlisted === 'deactivate'],
      );
      const products = await client.query(
        `UPDATE product p SET active = false
         WHERE active AND NOT EXISTS (SELECT FROM offer o WHERE o.product_id = p.product_id AND o.active)`,
      );
      await recomputeStock(client, null);
      await recomputeAttributes(client, [...new Set(unlistedOffers.map(({ productId }) => productId))]);
      const counts = await rowOf<{ products: number; styles: number }>(
        client,
        `SELECT count(*)::int AS products, count(DISTINCT style_id)::int AS styles FROM product WHERE active`,
      );
      return {
        offersDeactivated: unlistedOffers.length,
        productsDeactivated: products.rowCount ?? 0,
        ...counts,
      };
    });
    // Searches are planned by what Postgres knows of the catalogue; by itself it looks a minute later.
    await this.pool.query('ANALYZE product, product_stock, product_attributes');
    return finished;
  }

  async importedFeed(): Promise<ImportedFeed | null> {
    const rows = await rowsOf<ImportedFeed>(
      this.pool,
      `SELECT import_id AS "importId", reading, etag, last_modified AS "lastModified", content,
              imported_at AS "importedAt" FROM imported_feed`,
    );
    return rows[0] ?? null;
  }

  async rememberFeed({ importId, reading, etag, lastModified, content }: RememberedFeed): Promise<void> {
    await this.pool.query(
      `INSERT INTO imported_feed (import_id, reading, etag, last_modified, content) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET import_id = excluded.import_id, reading = excluded.reading, etag = excluded.etag,
         last_modified = excluded.last_modified, content = excluded.content, imported_at = excluded.imported_at`,
      [importId, reading, etag, lastModified, content],
    );
  }

  async activeOffers(): Promise<number> {
    const { count } = await rowOf<{ count: number }>(
      this.pool,
      'SELECT count(*)::int AS count FROM offer WHERE active',
    );
    return count;
  }

  async compare(offers: OfferRecord[], products: Omit<ProductRecord, 'imageIds'>[]): Promise<Comparison> {
    const [ofOffers, ofProducts] = await Promise.all([
      rowsOf<{ id: OfferId; state: RecordState }>(this.pool, COMPARE_OFFERS, [JSON.stringify(offers)]),
      rowsOf<{ id: ProductId; state: RecordState }>(this.pool, COMPARE_PRODUCTS, [JSON.stringify(products)]),
    ]);
    const byId = <Id>(rows: { id: Id; state: RecordState }[]) => new Map(rows.map(({ id, state }) => [id, state]));
    return { offers: byId(ofOffers), products: byId(ofProducts) };
  }

  async activeAmong(offerIds: OfferId[]): Promise<OfferId[]> {
    const rows = await rowsOf<{ id: OfferId }>(
      this.pool,
      'SELECT offer_id AS id FROM offer WHERE offer_id = ANY ($1) AND active',
      [offerIds],
    );
    return rows.map(({ id }) => id);
  }

  /** What an import set aside, in the feed's order: the first `limit` entries, and how many there are. */
  async quarantine(importId: JobId, limit: number): Promise<Quarantine> {
    const [{ total }, entries] = await Promise.all([
      rowOf<{ total: number }>(this.pool, 'SELECT count(*)::int AS total FROM quarantine WHERE import_id = $1', [
        importId,
      ]),
      rowsOf<QuarantineRecord>(
        this.pool,
        `SELECT row, offer_id AS "offerId", field, value, code, message
         FROM quarantine WHERE import_id = $1 ORDER BY row, id LIMIT $2`,
        [importId, limit],
      ),
    ]);
    return { total, entries };
  }

  async resolve(ids: string[]): Promise<Map<string, ProductId>> {
    const { rows } = await this.pool.query<{ id: string; productId: ProductId }>({
      name: 'catalog-resolve',
      text: `SELECT id, product_id AS "productId" FROM (${RESOLVED}) known`,
      values: [JSON.stringify(ids)],
    });
    return new Map(rows.map(({ id, productId }) => [id, productId]));
  }

  async products(ids: ProductId[]): Promise<Map<ProductId, ProductCard>> {
    const { rows } = await this.pool.query<ProductCard>({
      name: 'catalog-products',
      text: `SELECT ${CARD} FROM product p ${CARD_JOINS} WHERE p.product_id IN (${IDS}) AND p.active`,
      values: [JSON.stringify(ids)],
    });
    return new Map(rows.map((card) => [card.productId, card]));
  }

  async lookUp(
    ids: string[],
    generation?: GenerationId,
  ): Promise<{ generation: ActiveGeneration | null; known: Map<string, KnownProduct> }> {
    const { rows } = await this.pool.query<
      ActiveGeneration & ProductCard & { id: string | null; vector: Buffer | null }
    >({
      name: 'catalog-look-up',
      // The last subquery has a LIMIT so that it is asked once a product: joined, it might read every generation.
      text: `SELECT g.*, found.*, v.vector
             FROM (
               SELECT g.id AS generation, g.model_version AS "modelVersion", m.dial
               FROM generation g JOIN model m ON m.version = g.model_version
               WHERE CASE WHEN $2::int IS NULL THEN g.state = 'active' ELSE g.id = $2 END
             ) g
             LEFT JOIN (
               SELECT known.id, ${CARD} FROM (${RESOLVED}) known JOIN product p USING (product_id) ${CARD_JOINS}
             ) found ON true
             LEFT JOIN LATERAL (
               SELECT vector_send(embedding) AS vector FROM product_vector
               WHERE generation_id = g.generation AND product_id = found."productId" LIMIT 1
             ) v ON true`,
      values: [JSON.stringify(ids), generation ?? null],
    });
    const [first] = rows;
    if (first === undefined) return { generation: null, known: new Map() };
    const active = { generation: first.generation, modelVersion: first.modelVersion, dial: first.dial };
    const known = rows.flatMap(({ generation: _, modelVersion: __, dial: ___, id, vector, ...card }) =>
      id === null ? [] : [[id, { card, embedding: vector && decodeVector(vector) }] as const],
    );
    return { generation: active, known: new Map(known) };
  }

  async categoriesOf(ids: ProductId[]): Promise<Map<ProductId, string | null>> {
    const { rows } = await this.pool.query<{ productId: ProductId; category: string | null }>({
      name: 'catalog-categories-of',
      text: 'SELECT product_id AS "productId", category FROM product WHERE product_id = ANY ($1)',
      values: [ids],
    });
    return new Map(rows.map(({ productId, category }) => [productId, category]));
  }

  async passing(ids: ProductId[], filters: Filter[], now: Date): Promise<Map<ProductId, boolean[]>> {
    const values: unknown[] = [ids];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const passes = filters.map((filter) => `${filterSql(filter, now, parameter)} IS TRUE`);
    const rows = await rowsOf<{ productId: ProductId; passes: boolean[] }>(
      this.pool,
      `SELECT p.product_id AS "productId", ARRAY[${passes.join(', ')}]::boolean[] AS passes
       FROM product p ${factJoins(allOf(filters))} WHERE p.product_id = ANY ($1) AND p.active`,
      values,
    );
    return new Map(rows.map(({ productId, passes: each }) => [productId, each]));
  }

  async activeGeneration(): Promise<ActiveGeneration | null> {
    const { rows } = await this.pool.query<ActiveGeneration>({
      name: 'catalog-active-generation',
      text: `SELECT g.id AS generation, g.model_version AS "modelVersion", m.dial
             FROM generation g JOIN model m ON m.version = g.model_version WHERE g.state = 'active'`,
    });
    return rows[0] ?? null;
  }

  /** Ids of active products as {@link ProductListing} asks for them, in the order of their ids; at most `limit`. */
  async list({ after, category, style, onePerStyle }: ProductListing, limit: number): Promise<ProductId[]> {
    const values: unknown[] = [limit];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const among = ['active'];
    if (category !== undefined) among.push(`category = ${parameter(category)}`);
    if (style !== undefined) among.push(`style_id = ${parameter(style)}`);
    const conditions = among.map((condition) => `p.${condition}`);
    if (after !== undefined) conditions.push(`p.product_id > ${parameter(after)}`);
    if (onePerStyle) {
      const others = among.map((condition) => `other.${condition}`).join(' AND ');
      conditions.push(`NOT EXISTS (SELECT FROM product other
        WHERE other.style_id = p.style_id AND other.product_id < p.product_id AND ${others})`);
    }
    const rows = await rowsOf<{ productId: ProductId }>(
      this.pool,
      `SELECT p.product_id AS "productId" FROM product p WHERE ${conditions.join(' AND ')} ORDER BY p.product_id LIMIT $1`,
      values,
    );
    return rows.map(({ productId }) => productId);
  }

  /** The categories of active products, the fullest first. */
  async categories(): Promise<CategoryCount[]> {
    return rowsOf<CategoryCount>(
      this.pool,
      `SELECT category, count(*)::int AS products FROM product
       WHERE active AND category IS NOT NULL GROUP BY category ORDER BY products DESC, category COLLATE "C"`,
    );
  }

  /** Absolute path of a file with this photo, or the address that it was fetched from; null when the photo is not known. */
  async imageSource(imageId: ImageId): Promise<string | null> {
    const rows = await rowsOf<{ source: string }>(this.pool, 'SELECT source FROM image WHERE image_id = $1', [imageId]);
    return rows[0]?.source ?? null;
  }

  /** As {@link imageSource}, of many photos; those that are not known are left out. */
  async imageSources(imageIds: readonly ImageId[]): Promise<{ imageId: ImageId; source: string }[]> {
    return rowsOf<{ imageId: ImageId; source: string }>(
      this.pool,
      'SELECT image_id AS "imageId", source FROM image WHERE image_id = ANY($1) ORDER BY image_id',
      [imageIds],
    );
  }
}
