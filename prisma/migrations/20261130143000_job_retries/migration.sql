-- A run that waits for its next try, or has begun it, says why the one before failed.
ALTER TABLE job_run
  DROP CONSTRAINT job_run_error_check,
  ADD CONSTRAINT job_run_error_check CHECK (
    CASE WHEN error IS NULL THEN state NOT IN ('failed', 'dead') ELSE state NOT IN ('succeeded', 'cancelled') END);
