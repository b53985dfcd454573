import type { PoolClient } from 'pg';

/**
 * Brings `product_stock` in line with the offers: in stock if any active offer is; the price is the lowest that a shopper
 * pays among the offers in stock, else among all; on sale if that offer's price is reduced. Rows that are right already
 * are not written.
 *
 * @param productIds null: every product
 */
export async function recomputeStock(client: PoolClient, productIds: string[] | null): Promise<void> {
  await client.query(
    `INSERT INTO product_stock (product_id, in_stock, price, currency, on_sale)
     SELECT p.product_id, coalesce(o.in_stock, false), o.price, o.currency, coalesce(o.on_sale, false)
     FROM product p
     LEFT JOIN LATERAL (
       SELECT availability = 'in_stock' AS in_stock, coalesce(sale_price, price) AS price, currency,
              sale_price < price AS on_sale
       FROM offer WHERE offer.product_id = p.product_id AND active
       ORDER BY availability = 'in_stock' DESC, coalesce(sale_price, price) NULLS LAST, offer_id
       LIMIT 1
     ) o ON true
     WHERE $1::text[] IS NULL OR p.product_id = ANY ($1)
     ON CONFLICT (product_id) DO UPDATE
       SET in_stock = excluded.in_stock, price = excluded.price, currency = excluded.currency,
           on_sale = excluded.on_sale
       WHERE (product_stock.in_stock, product_stock.price, product_stock.currency, product_stock.on_sale)
         IS DISTINCT FROM (excluded.in_stock, excluded.price, excluded.currency, excluded.on_sale)`,
    [productIds],
  );
}
