-- first_seen: when an import brought the product for the first time, to the millisecond, as programs count time. What is
-- here already may be as old as the first import.
-- category_path: `women>dresses>`, which begins with the path of every category above it. A to Z are folded, nothing else:
-- under the collation "C" this is the same on every server. 500 characters fit a btree entry in any script.
ALTER TABLE product
  ADD COLUMN first_seen    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN category_path text COLLATE "C" GENERATED ALWAYS AS
    (left(regexp_replace(lower(category COLLATE "C"), ' *> *', '>', 'g') || '>', 500)) STORED;
UPDATE product SET first_seen = first_import.at
FROM (SELECT min(created_at) AS at FROM job_run WHERE kind = 'import') first_import WHERE first_import.at IS NOT NULL;
CREATE INDEX product_category_path_idx ON product (category_path);
CREATE INDEX product_brand_idx ON product ((lower(brand COLLATE "C")));
CREATE INDEX product_colour_idx ON product ((lower(colour COLLATE "C")));
CREATE INDEX product_first_seen_idx ON product (first_seen);

-- Whether the offer that gives the price is reduced.
ALTER TABLE product_stock ADD COLUMN on_sale boolean NOT NULL DEFAULT false;
UPDATE product_stock s SET on_sale = true
FROM product p CROSS JOIN LATERAL (
  SELECT sale_price < price AS on_sale FROM offer WHERE offer.product_id = p.product_id AND active
  ORDER BY availability = 'in_stock' DESC, coalesce(sale_price, price) NULLS LAST, offer_id LIMIT 1
) o
WHERE p.product_id = s.product_id AND o.on_sale;

-- Sizes and attributes of the product's offers: {"size": ["m", "l"], "rating": ["4.5", 4.5]}. Of the offers in stock where
-- there are any, else of all active ones. Texts are folded as above; what reads as a number stands there as one, too.
-- Beside product_stock and not in it: few filters ask, and stock is joined by every search.
CREATE TABLE product_attributes (
  product_id text  PRIMARY KEY REFERENCES product ON DELETE CASCADE,
  attributes jsonb NOT NULL
);
INSERT INTO product_attributes (product_id, attributes)
SELECT p.product_id, coalesce(a.attributes, '{}')
FROM product p CROSS JOIN LATERAL (
  SELECT jsonb_object_agg(name, known) AS attributes
  FROM (
    SELECT lower(name COLLATE "C") AS name, jsonb_agg(DISTINCT v.value) AS known
    FROM (
      SELECT *, rank() OVER (ORDER BY availability = 'in_stock' DESC) AS rank
      FROM offer WHERE offer.product_id = p.product_id AND active
    ) o
    CROSS JOIN LATERAL jsonb_each_text(jsonb_strip_nulls(o.attributes || jsonb_build_object('size', o.size))) e (name, text)
    CROSS JOIN LATERAL (VALUES
      (to_jsonb(lower(text COLLATE "C"))),
      (CASE WHEN text ~ '^-?[0-9]{1,9}([.][0-9]{1,6})?$' THEN to_jsonb(text::numeric) END)) v (value)
    WHERE o.rank = 1 AND length(text) <= 100 AND v.value IS NOT NULL
    GROUP BY 1
  ) named
) a;
CREATE INDEX product_attributes_idx ON product_attributes USING gin (attributes jsonb_path_ops);
