import { systemClock } from '#foundation';
import { KeptDecisions } from '#merchandising';
import type { Database } from '#persistence';
import { Recommender } from '#similarity';

/** The recommender of the API, over an open database. */
export function openRecommender({ index, catalog, shoppers, merchandising }: Database): Recommender {
  return new Recommender(index, catalog, systemClock, shoppers, new KeptDecisions(merchandising, systemClock));
}
