-- Photos that a job wants read, in batches that any worker takes. A batch is held by a row lock while it is read, so that one
-- whose reader dies is free at once.
CREATE TABLE photo_batch (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES job_run (id) ON DELETE CASCADE,
  -- The process that works on the job; it reads what nobody else does.
  posted_by uuid NOT NULL,
  extractor_id text NOT NULL,
  root text,
  files text[] NOT NULL,
  -- What was read; null until then.
  outcome jsonb
);

CREATE INDEX photo_batch_waiting ON photo_batch (id) WHERE outcome IS NULL;
CREATE INDEX photo_batch_job ON photo_batch (job_id);
