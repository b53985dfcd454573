-- A webhook that is being removed, or has just said that it is gone, is waited for: otherwise its removal would undo the end of
-- the job that it is told of, or leave it a message that nobody sends.
CREATE OR REPLACE FUNCTION tell_webhooks(what text, about text, happened_at timestamptz, data json) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO webhook_delivery (webhook_id, kind, subject, body)
  SELECT id, what, about, json_build_object(
    'type', what,
    'timestamp', to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', data)::text
  FROM (SELECT id FROM webhook WHERE disabled_at IS NULL AND what = ANY (kinds) ORDER BY id FOR SHARE) told
$$;
