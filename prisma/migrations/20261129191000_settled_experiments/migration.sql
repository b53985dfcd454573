-- What an experiment came to, once nothing may change it any more: counts of shoppers, and nobody's id. An erasure and the end of
-- an event's time leave it as it is. docs/decisions/attribution.md.
ALTER TABLE experiment ADD COLUMN settled jsonb;

-- The model whose generation gave the answer: rates by model outlive the generations, of which each import makes another. NULL
-- where the generation is gone, or the event carries no id.
ALTER TABLE shopper_event ADD COLUMN model_version text;
UPDATE shopper_event e SET model_version = g.model_version FROM generation g WHERE g.id = e.generation;
