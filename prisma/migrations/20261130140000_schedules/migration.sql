-- What is started again and again. The row is the truth about what is due; whoever decides that holds it. input: as whoever asks
-- for such a job gives it. next_due, last_due and skipped_due are instants that the expression names.
CREATE TABLE schedule (
  name        text        PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind        text        NOT NULL CHECK (kind IN ('refresh', 'import', 'train')),
  input       jsonb       NOT NULL,
  cron        text        NOT NULL,
  time_zone   text        NOT NULL,
  is_enabled  boolean     NOT NULL,
  created_at  timestamptz NOT NULL,
  created_by  text        NOT NULL,
  updated_at  timestamptz NOT NULL,
  updated_by  text        NOT NULL,
  next_due    timestamptz NOT NULL,
  last_due    timestamptz,
  last_run    uuid        REFERENCES job_run ON DELETE SET NULL,
  skipped_due timestamptz
);
