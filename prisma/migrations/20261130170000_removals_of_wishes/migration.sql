-- What a shopper takes off the wishlist or out of the cart speaks for nothing any more: events of their own, so that what happened
-- stays as it was told.
ALTER TABLE shopper_event
  DROP CONSTRAINT shopper_event_type_check,
  ADD CONSTRAINT shopper_event_type_check CHECK (type IN
    ('view', 'wishlist', 'cart', 'purchase', 'dislike', 'click', 'impression', 'wishlist-removal', 'cart-removal'));
-- Asked of every signal of a shopper whenever a profile is made.
CREATE INDEX shopper_event_removal_idx ON shopper_event (shopper_id, product_id, type, at)
  WHERE type IN ('wishlist-removal', 'cart-removal');
