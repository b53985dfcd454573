-- When an event came in, beside when it happened: later pages of an answer go by what was known at the first, and an event
-- that is told late was not. Events of before this column were known to every page that is asked for from now on.
ALTER TABLE shopper_event ADD COLUMN received_at timestamptz(3) NOT NULL DEFAULT '-infinity';
ALTER TABLE shopper_event ALTER COLUMN received_at DROP DEFAULT;
