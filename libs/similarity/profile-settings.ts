/**
 * How much each kind of signal says about taste. A wish is the plainest word about looks; a cart and a purchase also
 * speak of need and price; a view is a glance. A dislike pushes away.
 */
export const SIGNAL_WEIGHTS = { view: 1, cart: 2, purchase: 2, wishlist: 3, dislike: -2 } as const;

export type SignalType = keyof typeof SIGNAL_WEIGHTS;

/** How signals become a profile. docs/evaluation.md has what the choices were measured on, and which could not be. */
export interface ProfileSettings {
  /** Days until a signal counts half. */
  halfLifeDays: number;
  /** Later views until a view counts half: one glance gives way to the next, also within a minute. */
  halfLifeViews: number;
  /**
   * Two products are one interest while their similarity at the request's dial is at least 1 less this; groups of them by
   * Ward's cost.
   */
  joinedUpTo: number;
  /** Most interests that are searched for: the heaviest. */
  interests: number;
  /** Most products that shape a profile: the heaviest. */
  products: number;
  /**
   * What a dislike takes from a product exactly like the disliked one; from others the square of their similarity of it:
   * what is half as similar loses a quarter as much, and what is unlike loses nothing.
   */
  dislikeTakes: number;
  /** The share that a purchase takes at first from the similarity of its category's products, and from older likes of them. */
  purchaseTakes: number;
  /** Days until a purchase takes half of that. */
  purchaseHalfLifeDays: number;
}

export const PROFILE_SETTINGS: ProfileSettings = {
  halfLifeDays: 7,
  halfLifeViews: 1,
  joinedUpTo: 0.5,
  interests: 3,
  products: 32,
  dislikeTakes: 0.5,
  purchaseTakes: 0.3,
  purchaseHalfLifeDays: 30,
};
