-- The run that made a generation. Taken up again after it was killed, it goes on with what it has made; it makes no second one.
ALTER TABLE generation ADD COLUMN job_id uuid;
CREATE UNIQUE INDEX generation_job_id_idx ON generation (job_id) WHERE state <> 'failed';
