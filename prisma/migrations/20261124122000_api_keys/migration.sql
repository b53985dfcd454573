-- Keys of the API. Rows are never removed: they are the record of what was made and revoked, and an empty table is what
-- lets callers on this machine in without a key, so revoking the last one must not empty it.
CREATE TABLE api_key (
  id                     text        PRIMARY KEY CHECK (id ~ '^[0-9A-Za-z]{7}$'),
  hash                   bytea       NOT NULL CHECK (length(hash) = 32),
  kind                   text        NOT NULL CHECK (kind IN ('storefront', 'merchandiser', 'operator')),
  name                   text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scopes                 text[]      NOT NULL CHECK (cardinality(scopes) > 0),
  origins                text[]      NOT NULL,
  per_minute             integer     NOT NULL CHECK (per_minute > 0),
  per_minute_per_address integer     NOT NULL CHECK (per_minute_per_address > 0),
  created_at             timestamptz NOT NULL,
  created_by             text        NOT NULL,
  expires_at             timestamptz,
  revoked_at             timestamptz,
  revoked_by             text,
  last_used_at           timestamptz,
  -- At most one successor.
  replaces               text        UNIQUE REFERENCES api_key,
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
  CHECK ((kind = 'storefront') = (cardinality(origins) > 0))
);
