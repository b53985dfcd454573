-- The newest events that say what shoppers like, past all impressions and clicks: what is popular is summed up from so many.
CREATE INDEX shopper_event_signal_at_idx ON shopper_event (at)
  WHERE type IN ('view', 'wishlist', 'cart', 'purchase', 'dislike');
