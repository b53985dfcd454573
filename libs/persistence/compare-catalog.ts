/** What an import would make of offers: $1 are OfferRecords as JSON. Inactive ones are new again. */
export const COMPARE_OFFERS = `
  SELECT r."offerId" AS id,
    CASE WHEN o.offer_id IS NULL OR NOT o.active THEN 'new'
      WHEN (o.product_id, o.size, o.link, o.price, o.sale_price, o.currency, o.availability, o.attributes)
        IS DISTINCT FROM (r."productId", r.size, r.link, round(r.price, 3), round(r."salePrice", 3), r.currency,
          r.availability, r.attributes) THEN 'changed'
      ELSE 'unchanged' END AS state
  FROM jsonb_to_recordset($1) AS r("offerId" text, "productId" text, size text, link text, price numeric,
    "salePrice" numeric, currency text, availability text, attributes jsonb)
  LEFT JOIN offer o ON o.offer_id = r."offerId"`;

/** As above for products, without their photos. */
export const COMPARE_PRODUCTS = `
  SELECT r."productId" AS id,
    CASE WHEN p.product_id IS NULL OR NOT p.active THEN 'new'
      WHEN (p.style_id, p.title, p.description, p.brand, p.category, p.gender, p.colour)
        IS DISTINCT FROM (r."styleId", r.title, r.description, r.brand, r.category, r.gender, r.colour) THEN 'changed'
      ELSE 'unchanged' END AS state
  FROM jsonb_to_recordset($1) AS r("productId" text, "styleId" text, title text, description text, brand text,
    category text, gender text, colour text)
  LEFT JOIN product p ON p.product_id = r."productId"`;
