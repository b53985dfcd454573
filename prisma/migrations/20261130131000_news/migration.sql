-- When `weft backup` last wrote a whole one: what the age of the last backup is counted from.
ALTER TABLE installation ADD COLUMN backed_up_at timestamptz;

-- The log of promotions says what happened and why, refusals too: it is what webhooks are told from, in place of the generations.
DROP TRIGGER generation_activated ON generation;
DROP FUNCTION tell_of_generation();

CREATE OR REPLACE FUNCTION tell_of_promotion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks(
    CASE NEW.action WHEN 'refused' THEN 'promotion.refused' WHEN 'rolled-back' THEN 'generation.rolled-back'
      ELSE 'generation.promoted' END,
    'generation', NEW.at, json_build_object(
      'id', NEW.generation, 'modelVersion', NEW.model_version, 'action', NEW.action,
      'previous', NEW.previous_generation, 'by', NEW."by", 'reason', NEW.reason,
      'outcome', NEW.verdict -> 'judgement' -> 'outcome'));
  RETURN NULL;
END
$$;

CREATE TRIGGER promotion_made AFTER INSERT ON promotion
  FOR EACH ROW EXECUTE FUNCTION tell_of_promotion();
