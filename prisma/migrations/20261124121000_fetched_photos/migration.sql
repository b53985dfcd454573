-- What an address gave when it was last asked, so that the next import asks whether that has changed, and one that was
-- killed does not ask again. The bytes lie in WEFT_HOME/photos, named by content_hash; they may be a picture or not.
CREATE TABLE fetched_photo (
  url_hash      bytea  PRIMARY KEY CHECK (length(url_hash) = 32),
  url           text   NOT NULL,
  content_hash  text   NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  bytes         bigint NOT NULL CHECK (bytes > 0),
  etag          text,
  last_modified text,
  -- The import that asked last.
  last_import   uuid   NOT NULL
);
