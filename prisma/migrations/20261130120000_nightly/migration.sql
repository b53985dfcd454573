ALTER TABLE job_run
  DROP CONSTRAINT job_run_kind_check,
  ADD CONSTRAINT job_run_kind_check CHECK (kind IN ('import', 'train', 'embed', 'judge', 'audit', 'refresh'));
