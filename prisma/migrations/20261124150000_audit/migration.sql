-- What a photo looks like, coarsely, so that the audit knows the same picture again. Photos that were imported before have
-- no row until an audit looks at them. Beside image and not in it: every request for a photo reads that table.
CREATE TABLE image_look (
  image_id text     PRIMARY KEY REFERENCES image ON DELETE CASCADE,
  hash     bytea    NOT NULL CHECK (length(hash) = 32),
  grid     bytea    NOT NULL CHECK (length(grid) = 588),
  detail   smallint NOT NULL CHECK (detail BETWEEN 0 AND 100)
);

ALTER TABLE job_run
  DROP CONSTRAINT job_run_kind_check,
  ADD CONSTRAINT job_run_kind_check CHECK (kind IN ('import', 'train', 'embed', 'audit'));
