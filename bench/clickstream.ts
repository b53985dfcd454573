/**
 * Replays the click stream of a clothing shop: learns from April to July, and asks in every session of August, after each
 * click, which product is clicked next. Prints how often it is among ten, beside popularity and a first-order Markov chain,
 * and what the profile's settings do. Asserts nothing.
 *
 * There are no photos: bench/clickstream/product-vectors.ts says what stands for them. Weights, interests, places and the
 * search are those that answer `POST /v1/recommendations`.
 *
 *   npm run bench:clickstream -- eshop-2008.csv.gz
 */
import { Command } from 'commander';
import type { GenerationId, ProductId, StyleId } from '#foundation';
import {
  ExactIndex,
  likenessAt,
  PROFILE_SETTINGS,
  type ProductCard,
  type ProfileSettings,
  searchForProfile,
  ShopperProfile,
  weighSignals,
} from '#similarity';
import { table } from '../apps/cli/output.js';
import { productVectors } from './clickstream/product-vectors.js';
import { readSessions } from './clickstream/sessions.js';

const TEN = 10;
const AUGUST = 8;
const GENERATION = 1 as GenerationId;
const NOW = new Date('2008-09-01T00:00:00Z');
/** The log has no times: clicks are a minute apart. */
const MINUTE_MS = 60_000;
/** Nothing is filtered. */
const NO_FACTS = {
  ...{ category: null, brand: null, colour: null, gender: null, price: null, onSale: false, inStock: true },
  ...{ firstSeen: NOW, attributes: {} },
};
/** Clicks of a session that are told, the latest. */
const TOLD = 50;

const program = new Command('bench:clickstream').argument('<file>', 'gzipped CSV').parse();
const { sessions, products } = readSessions(program.args[0] as string);
const learned = sessions.filter(({ month }) => month < AUGUST);
const asked = sessions.filter(({ month }) => month === AUGUST);
const vectors = productVectors(products, learned);
const categories = new Map(products.map(({ id, category }) => [id, category]));
const index = new ExactIndex(
  products.map(({ id }) => ({ generation: GENERATION, card: cardOf(id), facts: NO_FACTS, embedding: vectorOf(id) })),
);

/** The ten that are shown after these clicks. */
type Recommend = (clicked: string[]) => Promise<string[]> | string[];

const rows: (string | number)[][] = [];
await measure('popularity', popularity());
await measure('first-order Markov', markov());
await measure('mean of all clicks', meanOfAll());
await measure('the profile', profile({}));
for (const halfLifeViews of [0.5, 2, 4, Infinity]) {
  await measure(`a view halves after ${halfLifeViews} views`, profile({ halfLifeViews }));
}
for (const interests of [1, 2, 5]) await measure(`at most ${interests} interests`, profile({ interests }));
for (const joinedUpTo of [0.25, 1, 2]) await measure(`joined up to ${joinedUpTo}`, profile({ joinedUpTo }));
for (const dial of [0.25, 0.5]) await measure(`dial ${dial}`, profile({}, dial));

async function measure(name: string, recommend: Recommend): Promise<void> {
  const counts = { all: 0, hits: 0, turns: 0, turnHits: 0 };
  for (const { products: clicked } of asked) {
    for (let at = 1; at < clicked.length; at += 1) {
      const next = clicked[at] as string;
      const isHit = (await recommend(clicked.slice(0, at))).includes(next);
      const isTurn = categories.get(next) !== categories.get(clicked[at - 1] as string);
      counts.all += 1;
      counts.hits += Number(isHit);
      counts.turns += Number(isTurn);
      counts.turnHits += Number(isHit && isTurn);
    }
  }
  const { all, hits, turns, turnHits } = counts;
  process.stderr.write(`${name}: ${(hits / all).toFixed(3)}\n`);
  rows.push([name, (hits / all).toFixed(3), (turnHits / turns).toFixed(3)]);
  if (rows.length === 1) process.stderr.write(`${all} clicks, ${turns} of them on another category than the last\n`);
}

function popularity(): Recommend {
  const clicks = new Map<string, number>();
  for (const id of learned.flatMap((session) => session.products)) clicks.set(id, (clicks.get(id) ?? 0) + 1);
  const top = highest(clicks);
  return () => top;
}

function markov(): Recommend {
  const followers = new Map<string, Map<string, number>>();
  for (const { products: clicked } of learned) {
    clicked.slice(1).forEach((next, i) => {
      const ofThis = followers.get(clicked[i] as string) ?? new Map<string, number>();
      followers.set(clicked[i] as string, ofThis.set(next, (ofThis.get(next) ?? 0) + 1));
    });
  }
  return (clicked) => highest(followers.get(clicked.at(-1) as string) ?? new Map<string, number>());
}

/** What one average does, without weights and without interests. */
function meanOfAll(): Recommend {
  return (clicked) => {
    const mean = new Float32Array(vectorOf(products[0]!.id).length);
    for (const id of clicked) vectorOf(id).forEach((value, d) => (mean[d]! += value));
    const likeness = likenessAt(0);
    const unseen = products.filter(({ id }) => !clicked.includes(id));
    return highest(new Map(unseen.map(({ id }) => [id, likeness(mean, vectorOf(id))])));
  };
}

/** @param dial 0: what is clicked together alone */
function profile(changes: Partial<ProfileSettings>, dial = 0): Recommend {
  const settings = { ...PROFILE_SETTINGS, ...changes };
  const likeness = likenessAt(dial);
  return async (clicked) => {
    const told = clicked.slice(-TOLD);
    const signals = told.map((id, i) => ({
      ...{ productId: id as ProductId, type: 'view' as const, category: null, embedding: vectorOf(id) },
      at: new Date(NOW.getTime() - (told.length - i) * MINUTE_MS),
    }));
    const shopper = new ShopperProfile(weighSignals(signals, NOW, settings), likeness, NOW, settings);
    const question = {
      ...{ generation: GENERATION, count: TEN, filter: null, now: NOW, boosts: [], minimumSimilarity: null },
      ...{ excludeStyles: [], onePerStyle: true },
      excludeProducts: told as ProductId[],
    };
    const { neighbours } = await searchForProfile(index, shopper, dial, question, {
      ...{ band: 2 * TEN + 10, shown: new Map(), categoriesOf: async () => new Map() },
      spread: (found) => found,
    });
    return neighbours.slice(0, TEN).map(({ productId }) => productId);
  };
}

function highest(numbers: Map<string, number>): string[] {
  return [...numbers]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TEN)
    .map(([id]) => id);
}

function vectorOf(id: string): Float32Array {
  return vectors.get(id) as Float32Array;
}

function cardOf(id: string): ProductCard {
  const empty = { offerId: null, title: null, brand: null, category: null, gender: null, colour: null, link: null };
  return {
    ...{ productId: id as ProductId, styleId: id as StyleId, ...empty },
    ...{ price: null, salePrice: null, currency: null, inStock: true, imageId: null },
  };
}

process.stdout.write(`${table(['', 'hitRateAt10', 'turns'], rows)}\n`);
