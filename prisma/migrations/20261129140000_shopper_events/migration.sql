-- What shoppers did, as storefronts told it. The key begins with the shopper: a repeated event is found, a shopper erased
-- and a shopper's events read by it. No foreign key to product: what was bought is still owned when it is sold no more.
-- Not partitioned by time: the key of a partitioned table would have to hold the time, and an event that is sent again
-- with its id alone would count twice. docs/decisions/events.md.
CREATE TABLE shopper_event (
  shopper_id        text           NOT NULL CHECK (length(shopper_id) BETWEEN 1 AND 128),
  event_id          text           NOT NULL CHECK (length(event_id) BETWEEN 1 AND 64),
  type              text           NOT NULL CHECK (type IN
    ('view', 'wishlist', 'cart', 'purchase', 'dislike', 'click', 'impression')),
  product_id        text           NOT NULL CHECK (length(product_id) BETWEEN 1 AND 512),
  at                timestamptz(3) NOT NULL,
  recommendation_id text           CHECK (length(recommendation_id) BETWEEN 1 AND 512),
  PRIMARY KEY (shopper_id, event_id)
);
CREATE INDEX shopper_event_shopper_at_idx ON shopper_event (shopper_id, at DESC);
-- What is popular, and what is past its time.
CREATE INDEX shopper_event_at_idx ON shopper_event (at);
