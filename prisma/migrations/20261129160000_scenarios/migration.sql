-- What holds for a placement where a request says nothing. Settings are options as a request writes them, checked when they
-- are written.
CREATE TABLE scenario (
  name       text        PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
  settings   jsonb       NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  updated_at timestamptz NOT NULL,
  updated_by text        NOT NULL
);
