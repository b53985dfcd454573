import type { ImageId } from '#foundation';
import type { FeedOffer } from './feed-offers.js';
import type { OfferRecord, ProductRecord } from './records.js';

export function offerRecord(offer: FeedOffer): OfferRecord {
  const { offerId, productId, size, link, price, salePrice, currency, availability, attributes } = offer;
  return { offerId, productId, size, link, price, salePrice, currency, availability, attributes };
}

export function productRecord(offer: FeedOffer, imageIds: ImageId[]): ProductRecord {
  const { productId, styleId, title, description, brand, category, gender, colour } = offer;
  return { productId, styleId, title, description, brand, category, gender, colour, imageIds };
}
