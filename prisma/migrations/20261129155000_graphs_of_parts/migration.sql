-- A graph over each part beside that over whole vectors, for the generations that are here: new ones are built with them.
DO $$
DECLARE
  generation regclass;
BEGIN
  FOR generation IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'product_vector'::regclass LOOP
    EXECUTE format('CREATE INDEX ON %s USING hnsw ((subvector(embedding, 1, 64)::vector(64)) vector_ip_ops)', generation);
    EXECUTE format('CREATE INDEX ON %s USING hnsw ((subvector(embedding, 65, 64)::vector(64)) vector_ip_ops)', generation);
  END LOOP;
END $$;

-- What few pass is found without reading the stock of all.
CREATE INDEX product_stock_price_idx ON product_stock (price);
