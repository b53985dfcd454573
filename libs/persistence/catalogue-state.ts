import type { ClientBase, Pool } from 'pg';
import { rowOf } from './transaction.js';

/**
 * Fingerprint of the photos of active products and of the labels that evaluation reads: a sum of hashes, so that the order of rows
 * does not matter.
 */
export async function catalogueState(client: ClientBase | Pool): Promise<string> {
  const { state } = await rowOf<{ state: string }>(
    client,
    `SELECT count(*) || '-' || coalesce(sum(hashtextextended(
              ROW (i.image_id, i.position, product_id, p.style_id, p.category, p.gender)::text, 0)), 0) AS state
     FROM product_image i JOIN product p USING (product_id) WHERE p.active`,
  );
  return state;
}
