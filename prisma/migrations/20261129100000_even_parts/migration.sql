-- Embeddings hold 64 numbers of shape and 64 of colour; until now 96 and 32. Vectors of the two cannot be compared and a
-- search would cut those of older models at the wrong place, so what was served of them is served no more.
UPDATE generation
SET state = 'failed',
    failure = 'Its vectors are of 96 and 32 numbers. Train a model with 64 and 64: weft train, then weft embed.'
WHERE model_version IN (
  SELECT version FROM model WHERE (manifest -> 'embedding' ->> 'shape') IS DISTINCT FROM '64'
);
