import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attributionResponse } from '../../apps/api/experiments/attribution-schemas.js';
import {
  experimentResponse,
  experimentResultResponse,
  experimentsResponse,
} from '../../apps/api/experiments/experiment-schemas.js';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { batchResponse } from '../../apps/api/products/batch-schemas.js';
import { recommendationsResponse } from '../../apps/api/products/product-schemas.js';
import { recordedEventsResponse } from '../../apps/api/shoppers/shopper-schemas.js';
import type { ModelVersion, ProductId } from '#foundation';
import { RecommendationIds } from '#shoppers';
import { photoId } from '../support/catalogue.js';
import { embeddingAt } from '../support/products.js';
import { type ApiShop, MODEL, openApiShop } from './api-shop.js';
import { askJson } from './served-shop.js';
import { type StartedApi, startApi } from './start-api.js';

const DAY_MS = 86_400_000;
const START = new Date('2026-11-02T12:00:00Z');
let now = START;
let eventsTold = 0;
let shop: ApiShop;
let api: StartedApi;
/** A ready generation in which `dress` is the nearest to `coat`. */
let other: number;

beforeAll(async () => {
  shop = await openApiShop();
  api = await startApi(shop.database, { feedDir: shop.directory, clock: { now: () => now } });
  const build = await shop.database.generations.build(MODEL as ModelVersion);
  await build.copy(
    (async function* () {
      const places = [
        ['coat', 0],
        ['dress', 5],
        ['near-shape', 40],
        ['both', 60],
      ] as const;
      for (const [id, at] of places) {
        const imageId = id === 'coat' ? shop.photoId : photoId(id);
        yield [{ imageId, embedding: embeddingAt(at, at), mainOf: [id as ProductId] }];
      }
    })(),
  );
  await build.index();
  await build.complete();
  other = build.id;
});
afterEach(async () => {
  const { experiments } = experimentsResponse.parse(await (await ask('GET', 'experiments')).json());
  for (const { name } of experiments) expect((await ask('DELETE', `experiments/${name}`)).status).toBe(200);
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
});

type Body = Record<string, unknown>;

const ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  askJson(api, method, path, body, headers);
async function ok(response: Response, status = 200): Promise<unknown> {
  expect([response.status, await response.clone().text()]).toEqual([status, expect.anything()]);
  return response.json();
}
const refusal = async (response: Response) => {
  const { status, code } = problemSchema.parse(await response.json());
  return [status, code];
};
const similar = async (query: string) =>
  recommendationsResponse.parse(await ok(await ask('GET', `products/coat/similar?category=any&${query}`)));
const recommend = async (body: Body) =>
  recommendationsResponse.parse(await ok(await ask('POST', 'recommendations', body)));
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);
const tell = async (...events: Body[]) => {
  const told = events.map((event) => ({ id: `e${(eventsTold += 1)}`, ...event }));
  const recorded = recordedEventsResponse.parse(await ok(await ask('POST', 'events', { events: told })));
  expect(recorded).toMatchObject({ stored: events.length, rejected: [] });
};
const rates = async (by: string, more = '') =>
  attributionResponse.parse(await ok(await ask('GET', `attribution?by=${by}${more}`)));
const experiment = async (body: Body) =>
  experimentResponse.parse(
    await ok(await ask('POST', 'experiments', { metric: 'click', smallestEffect: 0.3, baseline: 0.2, ...body }), 201),
  );
const result = async (name: string) =>
  experimentResultResponse.parse(await ok(await ask('GET', `experiments/${name}`)));
/** Shoppers of an arm, as the service divides them. */
async function shoppersOf(arm: string, count: number, prefix = 'shopper'): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; found.length < count; i += 1) {
    const shopperId = `${prefix}-${i}`;
    if ((await similar(`count=1&shopperId=${shopperId}`)).experiment?.arm === arm) found.push(shopperId);
  }
  return found;
}

describe('attribution', () => {
  const seen = (shopperId: string, answer: { recommendationId: string }, ...products: string[]) =>
    products.map((productId) => ({
      type: 'impression',
      shopperId,
      productId,
      recommendationId: answer.recommendationId,
    }));

  it('tells what the results that were shown led to, by last touch, in 7 days, of each shopper once', async () => {
    now = new Date('2026-09-01T12:00:00Z');
    const home = await similar('count=3&scenario=home');
    const detail = await similar('count=2');
    const { recommendationId } = home;
    await tell(...seen('ana', home, 'both', 'near-colour', 'near-shape'), ...seen('ben', home, 'both', 'near-colour'));
    await tell(
      ...seen('ana', home, 'both').map((event) => ({ ...event, id: 'once more' })),
      ...seen('ana', detail, 'both'),
    );
    await tell({ type: 'click', shopperId: 'ana', productId: 'both', recommendationId });
    now = new Date(now.getTime() + 5 * DAY_MS);
    // By her click, five days later, and without an id; by his own word.
    await tell({ type: 'purchase', shopperId: 'ana', productId: 'both/m' });
    await tell({ type: 'wishlist', shopperId: 'ben', productId: 'near-colour', recommendationId });
    // Neither was clicked.
    await tell(
      { type: 'cart', shopperId: 'ben', productId: 'both' },
      { type: 'cart', shopperId: 'cy', productId: 'both' },
    );
    now = new Date(now.getTime() + 5 * DAY_MS);
    // Too late.
    await tell({ type: 'cart', shopperId: 'ana', productId: 'both' });
    const { groups, warning, windowDays } = await rates('scenario');
    expect([warning, windowDays]).toEqual([null, 7]);
    const counts = groups.map(({ scenario, shown, shoppers, open, actions }) => {
      return [scenario, shown, shoppers, open, ...Object.values(actions).map(({ count }) => count)];
    });
    expect(counts).toEqual([
      ['home', 5, 2, 0, 1, 1, 0, 1],
      [null, 1, 1, 0, 0, 0, 0, 0],
    ]);
    const [first, second] = groups;
    expect(first?.actions.click.rate?.rate).toBeCloseTo(1 / 5, 12);
    expect(first?.actions.click.rate?.interval95?.[0]).toBeLessThan(1 / 5);
    expect(second?.actions.click.rate).toEqual({ rate: 0, interval95: null });
    const [model] = (await rates('model')).groups;
    expect(model).toMatchObject({ modelVersion: MODEL, shown: 6 });
    expect((await rates('rule')).groups).toMatchObject([{ rule: null, shown: 6 }]);
    expect((await rates('experiment')).groups).toEqual([]);
  });

  it('by rule tells results that a rule touched from the rest', async () => {
    now = new Date('2026-05-01T12:00:00Z');
    const raise = { kind: 'boost', name: 'Brand c first', filter: "brand = 'Brand c'", weight: 0.5 };
    const { id } = (await ok(await ask('POST', 'rules', { ...raise, when: { scenarios: ['ruled'] } }), 201)) as {
      id: number;
    };
    const answer = await similar('count=3&scenario=ruled');
    expect(answer.results.map(({ rules }) => rules.map((rule) => rule.id))).toEqual([[id], [], []]);
    await tell(...seen('pia', answer, ...ids(answer)));
    const { recommendationId } = answer;
    await tell({ type: 'click', shopperId: 'pia', productId: ids(answer)[0], recommendationId });
    now = new Date(now.getTime() + 1_000);
    const of = async () =>
      (await rates('rule')).groups.map(({ rule, ruleName, shown, actions }) => [
        rule,
        ruleName,
        shown,
        actions.click.count,
      ]);
    expect(await of()).toEqual([
      [null, null, 2, 0],
      [id, 'Brand c first', 1, 1],
    ]);
    expect((await ask('DELETE', `rules/${id}`)).status).toBe(200);
    expect((await of())[1]).toEqual([id, null, 1, 1]);
  });

  it('is of the answers of a span of time, and forgets who is erased', async () => {
    now = new Date('2026-08-01T12:00:00Z');
    const early = await similar('count=1&scenario=early');
    await tell(...seen('dan', early, 'both'), ...seen('eve', early, 'both'));
    await tell({ type: 'click', shopperId: 'dan', productId: 'both', recommendationId: early.recommendationId });
    const span = (from: string, until: string) => `&from=${from}T00:00:00Z&until=${until}T00:00:00Z`;
    expect((await rates('scenario', span('2026-08-01', '2026-08-02'))).groups).toMatchObject([
      { scenario: 'early', shown: 2, open: 2, actions: { click: { count: 1 } } },
    ]);
    expect((await rates('scenario', span('2026-07-01', '2026-08-01'))).groups).toEqual([]);
    await ask('DELETE', 'shoppers/dan');
    expect((await rates('scenario', span('2026-08-01', '2026-08-02'))).groups).toMatchObject([
      { scenario: 'early', shown: 1, actions: { click: { count: 0 } } },
    ]);
    const backwards = await ask('GET', `attribution?by=scenario${span('2026-08-02', '2026-08-01')}`);
    expect(await refusal(backwards)).toEqual([400, 'span-invalid']);
    expect(await refusal(await ask('GET', 'attribution?by=weather'))).toEqual([400, 'request-invalid']);
  });

  it('gives no rate where no impression was told, and says so', async () => {
    now = new Date('2026-07-01T12:00:00Z');
    const { recommendationId } = await similar('count=1&scenario=silent');
    await tell({ type: 'click', shopperId: 'fay', productId: 'both', recommendationId });
    now = new Date(now.getTime() + 1_000);
    const { groups, warning } = await rates('scenario');
    expect(groups).toMatchObject([
      { scenario: 'silent', shown: 0, withoutImpression: 1, actions: { click: { count: 0, rate: null } } },
    ]);
    expect(warning).toContain('No impression was told');
  });

  it('takes what a clock that is behind tells of an answer as of the moment of the answer', async () => {
    now = new Date('2026-06-01T12:00:00Z');
    const answer = await similar('count=1&scenario=behind');
    const at = new Date(now.getTime() - 60_000).toISOString();
    await tell(...seen('gus', answer, 'both').map((event) => ({ ...event, at })));
    const kept = (await ok(await ask('GET', 'shoppers/gus'))) as { events: { at: string }[] };
    expect(kept.events.map((event) => event.at)).toEqual([now.toISOString()]);
  });
});

describe('an experiment', () => {
  it('between generations divides shoppers for good, and leaves out whom it does not know', async () => {
    now = START;
    const begun = await experiment({ name: 'vectors', treatment: { generation: other }, treatmentShare: 0.4 });
    expect(begun).toMatchObject({
      ...{ control: { generation: shop.generation, settings: {} }, treatment: { generation: other, settings: {} } },
      ...{
        scenarios: [],
        windowDays: 7,
        alpha: 0.05,
        power: 0.8,
        startedBy: 'anyone on this machine',
        stoppedAt: null,
      },
    });
    const plain = await similar('count=1');
    expect([plain.experiment, ids(plain)]).toEqual([null, ['both']]);
    const [shopperId] = await shoppersOf('treatment', 1);
    const [another] = await shoppersOf('control', 1);
    const answer = await similar(`count=1&shopperId=${shopperId}`);
    expect(answer).toMatchObject({ experiment: { name: 'vectors', arm: 'treatment' }, generation: other });
    expect(ids(answer)).toEqual(['dress']);
    expect(ids(await similar(`count=1&shopperId=${another}`))).toEqual(['both']);
    const signals = [{ productId: 'coat', type: 'view' }];
    expect(ids(await recommend({ signals, shopperId, count: 1 }))).toEqual(['dress']);
    const requests = [
      { similarTo: 'coat', category: 'any', shopperId, count: 1 },
      { signals, shopperId, count: 1 },
      { similarTo: 'coat', category: 'any', shopperId: another, count: 1 },
    ];
    const { answers } = batchResponse.parse(await ok(await ask('POST', 'recommendations/batch', { requests })));
    expect(answers.map((one) => [one.answer?.experiment?.arm, one.answer && ids(one.answer)[0]])).toEqual([
      ...[['treatment', 'dress'], ['treatment', 'dress'], ['control', 'both']], // prettier-ignore
    ]);
    const reader = new RecommendationIds(() => shop.database.shoppers.signingKey());
    const { inExperiment } = (await reader.read(answer.recommendationId))!;
    expect(inExperiment).toMatchObject({ arm: 'treatment' });
    // It is the service that divides: another process, which knows nothing of this one, does alike.
    const second = await startApi(shop.database, { feedDir: shop.directory, clock: { now: () => now } });
    const elsewhere = await fetch(`${second.url}/v1/products/coat/similar?category=any&shopperId=${shopperId}`);
    expect(recommendationsResponse.parse(await elsewhere.json()).experiment?.arm).toBe('treatment');
    await second.close();
  });

  it('keeps its pages within the arm, and its answers out of the other arm’s cache', async () => {
    await experiment({ name: 'pages', treatment: { generation: other } });
    const [shopperId] = await shoppersOf('treatment', 1);
    const [another] = await shoppersOf('control', 1);
    const first = await similar(`count=2&shopperId=${shopperId}`);
    const cursor = encodeURIComponent(first.nextCursor!);
    const second = await similar(`count=2&shopperId=${shopperId}&cursor=${cursor}`);
    expect([...ids(first), ...ids(second)]).toEqual(['dress', 'near-shape', 'both']);
    expect(second.experiment?.arm).toBe('treatment');
    for (const stranger of [`&shopperId=${another}`, '']) {
      const response = await ask('GET', `products/coat/similar?category=any&count=2${stranger}&cursor=${cursor}`);
      expect(await refusal(response)).toEqual([409, 'cursor-stale']);
    }
    const path = (id: string) => `products/coat/similar?category=any&shopperId=${id}`;
    const known = await ask('GET', path(shopperId!));
    expect(known.headers.get('cache-control')).toBe('private, no-cache');
    const etag = known.headers.get('etag')!;
    const asked = async (id: string) => (await ask('GET', path(id), undefined, { 'if-none-match': etag })).status;
    expect([await asked(shopperId!), await asked(another!)]).toEqual([304, 200]);
    // Named anew on the next day: an event would be owed to an answer of long ago.
    now = new Date(now.getTime() + DAY_MS);
    expect(await asked(shopperId!)).toBe(200);
  });

  it('of arms that answer alike still tells their answers apart', async () => {
    await experiment({ name: 'dials', treatment: { settings: { dial: 0.5001 } } });
    const etags = await Promise.all(
      [...(await shoppersOf('treatment', 2)), ...(await shoppersOf('control', 2))].map(async (id) =>
        (await ask('GET', `products/coat/similar?category=any&count=1&dial=0.5&shopperId=${id}`)).headers.get('etag'),
      ),
    );
    expect(etags[0]).toBe(etags[1]);
    expect(etags[2]).toBe(etags[3]);
    expect(etags[0]).not.toBe(etags[2]);
  });

  it('between settings runs on its placements alone, over what the scenario says and under the request', async () => {
    expect((await ask('PUT', 'scenarios/home', { count: 2, dial: 0 })).status).toBe(200);
    await experiment({ name: 'settings', scenarios: ['home'], treatment: { settings: { dial: 1 } } });
    const asked = (arm: string) => `shopperId=${arm}&scenario=home`;
    const of = async (arm: string) => {
      for (let i = 0; ; i += 1) if ((await similar(asked(`s${i}`))).experiment?.arm === arm) return `s${i}`;
    };
    const [treated, control] = [await of('treatment'), await of('control')];
    expect(await similar(asked(treated))).toMatchObject({ dial: 1, results: [{ productId: 'near-colour' }, {}] });
    expect(await similar(asked(control))).toMatchObject({ dial: 0, results: [{ productId: 'near-shape' }, {}] });
    expect((await similar(`${asked(treated)}&dial=0.5`)).dial).toBe(0.5);
    expect((await similar(`shopperId=${treated}&scenario=cart`)).experiment).toBeNull();
    expect((await similar(`shopperId=${treated}`)).experiment).toBeNull();
    expect((await ask('DELETE', 'scenarios/home')).status).toBe(200);
  });

  it('counts shoppers who saw it, for whom the window is over, and gives no verdict before both arms have theirs', async () => {
    now = START;
    const { needed } = await experiment({ name: 'counted', treatment: { generation: other }, windowDays: 3 });
    expect(needed).toEqual({ control: 39, treatment: 39 });
    expect((await result('counted')).result).toMatchObject({ verdict: 'not-yet', effect: null, missing: needed });
    const shoppers = {
      control: await shoppersOf('control', needed.control, 'counted'),
      treatment: await shoppersOf('treatment', needed.treatment, 'counted'),
    };
    const show = async (shopperId: string, isClicked: boolean) => {
      const answer = await similar(`count=1&shopperId=${shopperId}`);
      const event = { shopperId, productId: ids(answer)[0], recommendationId: answer.recommendationId };
      const type = isClicked ? ['impression', 'click'] : ['impression'];
      await tell(...type.map((one, i) => ({ id: `${shopperId}-${i}`, type: one, ...event })));
    };
    for (const [i, id] of shoppers.control.slice(1).entries()) await show(id, i % 5 === 0);
    for (const [i, id] of shoppers.treatment.entries()) await show(id, i % 5 !== 0);
    expect((await result('counted')).result).toMatchObject({
      ...{ verdict: 'not-yet', missing: needed, pValue: null },
      arms: { control: { exposed: 38, waiting: 38, shoppers: 0 }, treatment: { exposed: 39, waiting: 39, rate: null } },
    });
    now = new Date(START.getTime() + 4 * DAY_MS);
    const early = (await result('counted')).result;
    expect(early).toMatchObject({ verdict: 'not-yet', missing: { control: 1, treatment: 0 }, pValue: null });
    expect(early.effect?.interval95[0]).toBeGreaterThan(0.3);
    await show(shoppers.control[0]!, false);
    now = new Date(START.getTime() + 8 * DAY_MS);
    const { result: late } = await result('counted');
    expect(late).toMatchObject({
      ...{ verdict: 'better', missing: { control: 0, treatment: 0 }, strayed: 0 },
      arms: { control: { shoppers: 39, hits: 8 }, treatment: { shoppers: 39, hits: 31 } },
    });
    expect(late.pValue).toBeLessThan(1e-6);
    expect(late.detectableEffect).toBeGreaterThan(0.25);
    const { groups } = await rates('experiment');
    expect(groups.map(({ experiment: name, arm, shown, actions }) => [name, arm, shown, actions.click.count])).toEqual([
      ...[['counted', 'control', 39, 8], ['counted', 'treatment', 39, 31]], // prettier-ignore
    ]);
    // It stays so, whoever is erased or comes later, and after a stop.
    await ask('DELETE', `shoppers/${shoppers.treatment[0]}`);
    for (const id of await shoppersOf('treatment', 60, 'late')) await show(id, false);
    now = new Date(START.getTime() + 20 * DAY_MS);
    expect((await result('counted')).result).toEqual(late);
    await ask('DELETE', 'experiments/counted');
    expect((await result('counted')).result).toEqual(late);
  });

  it('counts nobody whose window was open when it was stopped', async () => {
    now = START;
    await experiment({ name: 'cut', treatment: { settings: { dial: 1 } }, windowDays: 3 });
    const tellOf = async (shopperId: string, ...types: string[]) => {
      const { recommendationId, results } = await similar(`count=1&shopperId=${shopperId}`);
      await tell(...types.map((type) => ({ type, shopperId, productId: results[0]!.productId, recommendationId })));
    };
    const [early, open] = (await shoppersOf('treatment', 2, 'cut')) as [string, string];
    await tellOf(early, 'impression', 'click');
    now = new Date(START.getTime() + 2 * DAY_MS);
    await tellOf(open, 'impression');
    now = new Date(START.getTime() + 4 * DAY_MS);
    await ask('DELETE', 'experiments/cut');
    const { result: stopped } = await result('cut');
    expect(stopped).toMatchObject({
      verdict: 'stopped-early',
      arms: { treatment: { exposed: 2, waiting: 1, shoppers: 1, hits: 1 } },
    });
    now = new Date(START.getTime() + 9 * DAY_MS);
    await tell({ type: 'click', shopperId: open, productId: 'both' });
    await ask('DELETE', `shoppers/${early}`);
    expect((await result('cut')).result).toEqual(stopped);
  });

  it('takes its baseline from what was told, or asks for one', async () => {
    now = new Date('2026-10-01T12:00:00Z');
    const request = { name: 'measured', treatment: { settings: { dial: 1 } }, metric: 'purchase', smallestEffect: 0.1 };
    expect(await refusal(await ask('POST', 'experiments', { ...request, scenarios: ['base'] }))).toEqual([
      ...[409, 'baseline-unknown'],
    ]);
    const answer = await similar('count=1&scenario=base');
    const events = Array.from({ length: 120 }, (_, i) => {
      const event = { shopperId: `base-${i}`, productId: 'both' };
      const seen = { ...event, type: 'impression', recommendationId: answer.recommendationId };
      return i % 4 === 0 ? [seen, { ...event, type: 'purchase' }] : [seen];
    }).flat();
    await tell(...events);
    now = new Date(now.getTime() + 10 * DAY_MS);
    const begun = experimentResponse.parse(
      await ok(await ask('POST', 'experiments', { ...request, scenarios: ['base'] }), 201),
    );
    expect(begun.baseline).toBe(0.25);
  });

  it('is refused where it could find nothing, or is in the way of another', async () => {
    const refused = async (body: Body) =>
      refusal(
        await ask('POST', 'experiments', { name: 'x', metric: 'click', baseline: 0.2, smallestEffect: 0.1, ...body }),
      );
    expect(await refused({ treatment: {} })).toEqual([400, 'experiment-invalid']);
    expect(await refused({ treatment: { generation: shop.generation } })).toEqual([400, 'experiment-invalid']);
    expect(await refused({ treatment: { settings: { dial: 1 } }, baseline: 0.95 })).toEqual([
      400,
      'experiment-invalid',
    ]);
    expect(await refused({ treatment: { generation: 99 } })).toEqual([409, 'generation-not-kept']);
    expect(await refused({ treatment: { settings: { dail: 1 } } })).toEqual([400, 'request-invalid']);
    await experiment({ name: 'first', scenarios: ['home'], treatment: { settings: { dial: 1 } } });
    expect(await refused({ treatment: { settings: { dial: 0 } } })).toEqual([409, 'experiment-overlap']);
    expect(await refused({ name: 'first', treatment: { settings: { dial: 0 } } })).toEqual([409, 'experiment-exists']);
    for (const method of ['GET', 'DELETE']) {
      expect(await refusal(await ask(method, 'experiments/none'))).toEqual([404, 'experiment-unknown']);
    }
  });

  it('holds its generation until it is stopped', async () => {
    await experiment({ name: 'held', treatment: { generation: other } });
    expect(await shop.database.generations.drop(other)).toBe(false);
    const stopped = experimentResponse.parse(await ok(await ask('DELETE', 'experiments/held')));
    expect(stopped.stoppedAt).toBe(now.toISOString());
    expect((await similar('count=1&shopperId=anyone')).experiment).toBeNull();
  });
});

describe('a canary', () => {
  const canary = async (body: Body = {}) =>
    experimentResponse.parse(
      await ok(await ask('POST', `generations/${other}/canary`, { share: 0.3, baseline: 0.2, ...body }), 201),
    );
  const generationOf = async (query: string) => (await similar(`count=1${query}`)).generation;

  it('answers its share of shoppers, each always alike, and nobody who is not known; what it led to is counted', async () => {
    const { name } = await canary();
    expect(name).toBe(`canary-${other}`);
    const shoppers = Array.from({ length: 120 }, (_, i) => `visitor-${i}`);
    const firstAsked = await Promise.all(shoppers.map((id) => generationOf(`&shopperId=${id}`)));
    expect(await Promise.all(shoppers.map((id) => generationOf(`&shopperId=${id}`)))).toEqual(firstAsked);
    const share = firstAsked.filter((generation) => generation === other).length / shoppers.length;
    // The salt is another in every run: beyond five standard errors it is one run in a million.
    expect(Math.abs(share - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 120));
    expect(await generationOf('')).toBe(shop.generation);

    const [shopperId] = await shoppersOf('treatment', 1, 'clicker');
    const { recommendationId, results } = await similar(`count=1&shopperId=${shopperId}`);
    const about = { shopperId, productId: results[0]!.productId, recommendationId };
    await tell({ ...about, type: 'impression' }, { ...about, type: 'click' });
    expect((await result(name)).result.arms.treatment).toMatchObject({ exposed: 1 });
  });

  it('ends when it is told to, by name of its generation, and can begin again', async () => {
    const first = await canary();
    expect(await refusal(await ask('POST', `generations/${other}/canary`, { baseline: 0.2 }))).toEqual([
      409,
      'experiment-overlap',
    ]);
    const ended = experimentResponse.parse(await ok(await ask('DELETE', `generations/${other}/canary`)));
    expect(ended).toMatchObject({ name: first.name, stoppedBy: 'anyone on this machine' });
    expect(await refusal(await ask('DELETE', `generations/${other}/canary`))).toEqual([404, 'canary-unknown']);
    expect(Number((await canary()).name.split('-').at(-1))).toBeGreaterThan(1);
  });

  it('keeps its generation while it runs, and ends by itself when that is served to all', async () => {
    const { name } = await canary();
    expect(await shop.database.generations.drop(other)).toBe(false);
    const active = { by: 'Ada', action: 'promoted', reason: null, verdict: null } as const;
    await shop.database.generations.activate(other, () => active);
    expect((await result(name)).experiment).toMatchObject({
      stoppedBy: 'Ada',
      stoppedAt: expect.any(String) as string,
    });
    expect(await refusal(await ask('POST', `generations/${other}/canary`, { baseline: 0.2 }))).toEqual([
      409,
      'canary-of-active',
    ]);
    // An experiment that named what was active then goes on.
    const { name: pinned } = await experiment({ name: 'pinned', treatment: { generation: shop.generation } });
    await shop.database.generations.activate(shop.generation, () => active);
    expect((await result(pinned)).experiment.stoppedAt).toBeNull();
  });

  it('is refused where nothing can come of it', async () => {
    const begin = (id: number, body: Body) => ask('POST', `generations/${id}/canary`, body);
    expect(await refusal(await begin(999, { baseline: 0.2 }))).toEqual([404, 'generation-unknown']);
    expect(await refusal(await begin(other, { share: 1 }))).toEqual([400, 'request-invalid']);
    expect(await refusal(await begin(other, { baseline: 0.99 }))).toEqual([400, 'experiment-invalid']);
  });
});
