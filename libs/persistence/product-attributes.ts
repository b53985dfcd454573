import type { PoolClient } from 'pg';

/**
 * Brings `product_attributes` in line with the offers: sizes and attributes of those in stock where there are any, else of
 * all active ones. Texts as filters compare them, and as numbers, too, where they read as such. Values of more than 100
 * characters are prose and left out. Rows that are right already are not written.
 *
 * `fold`, `MAX_VALUE` and `PLAIN_NUMBER` of #filters say the same; the conformance suite of the vector index holds the two
 * together.
 */
export async function recomputeAttributes(client: PoolClient, productIds: string[]): Promise<void> {
  await client.query(
    `INSERT INTO product_attributes (product_id, attributes)
     SELECT p.product_id, coalesce(a.attributes, '{}')
     FROM product p CROSS JOIN LATERAL (
       SELECT jsonb_object_agg(name, known) AS attributes
       FROM (
         SELECT lower(name COLLATE "C") AS name, jsonb_agg(DISTINCT v.value) AS known
         FROM (
           SELECT *, rank() OVER (ORDER BY availability = 'in_stock' DESC) AS rank
           FROM offer WHERE offer.product_id = p.product_id AND active
         ) o
         CROSS JOIN LATERAL
           jsonb_each_text(jsonb_strip_nulls(o.attributes || jsonb_build_object('size', o.size))) e (name, text)
         CROSS JOIN LATERAL (VALUES
           (to_jsonb(lower(text COLLATE "C"))),
           (CASE WHEN text ~ '^-?[0-9]{1,9}([.][0-9]{1,6})?$' THEN to_jsonb(text::numeric) END)) v (value)
         WHERE o.rank = 1 AND length(text) <= 100 AND v.value IS NOT NULL
         GROUP BY 1
       ) named
     ) a
     WHERE p.product_id = ANY ($1)
     ON CONFLICT (product_id) DO UPDATE SET attributes = excluded.attributes
       WHERE product_attributes.attributes <> excluded.attributes`,
    [productIds],
  );
}
