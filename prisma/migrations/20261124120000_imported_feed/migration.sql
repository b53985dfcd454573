-- What the catalogue was imported from: asked again, an unchanged feed costs nothing. One row at most, and none while an
-- import is under way or after one that failed.
CREATE TABLE imported_feed (
  id            smallint    PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  import_id     uuid        NOT NULL,
  -- Hash of the address and of everything that decides how the feed is read.
  reading       text        NOT NULL,
  etag          text,
  last_modified text,
  -- sha256 of the bytes, for hosts that answer neither.
  content       text        NOT NULL,
  imported_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
