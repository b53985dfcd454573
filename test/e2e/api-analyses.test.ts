import { describe, expect, it, vi } from 'vitest';
import type { ModelVersion } from '#foundation';
import { GenerationService } from '#generations';
import { JOB_INPUTS } from '#jobs';
import { batchOf, newImport, offerOf, productOf } from '../support/catalogue.js';
import { seededModel } from '../support/seeded-model.js';
import { MODEL } from './api-shop.js';
import { servedShop } from './served-shop.js';
import { begun } from '../support/begun.js';

interface Cluster {
  id: string;
  name: string;
  size: number;
  share: number;
  medoid: { productId: string } | null;
  examples: { productId: string }[];
}

/** Groups of what is served, and listings that show one picture, over HTTP. */
describe('the analyses of the API', () => {
  const served = servedShop();

  async function get<T>(path: string): Promise<{ status: number; body: T }> {
    const response = await fetch(`${served.api.url}${path}`);
    return { status: response.status, body: (await response.json()) as T };
  }
  const clusters = async (query: string) =>
    (await get<{ clusters: Cluster[]; products: number; dial: number; groupBy: string }>(`/v1/clusters?${query}`)).body;
  const membersOf = async ({ id }: Cluster, query = '') =>
    (await get<{ members: { productId: string }[] }>(`/v1/clusters/${id}?${query}`)).body.members.map(
      ({ productId }) => productId,
    );

  it('cut the catalogue into as many groups as are asked for, every product in one', async () => {
    const cut = await clusters('count=3');
    expect(cut).toMatchObject({ products: 10, dial: 0.5, groupBy: 'product' });
    expect(cut.clusters.map(({ size }) => size)).toEqual(
      [...cut.clusters.map(({ size }) => size)].sort((a, b) => b - a),
    );
    const all = await Promise.all(cut.clusters.map((cluster) => membersOf(cluster)));
    expect(all.map(({ length }) => length)).toEqual(cut.clusters.map(({ size }) => size));
    expect(new Set(all.flat()).size).toBe(10);
    cut.clusters.forEach(({ medoid, examples, size, share }, at) => {
      expect(all[at]).toEqual(expect.arrayContaining([medoid, ...examples].map((product) => product?.productId)));
      expect(share).toBeCloseTo(size / 10, 12);
    });
    // The two dresses look like each other and like nothing else.
    expect(all.map((members) => [...members].sort())).toContainEqual(['dress', 'like-dress']);
    expect(cut.clusters.map(({ name }) => name.split(',')[0])).toContain('Women > Dresses');
    expect((await clusters('count=200')).clusters).toHaveLength(10);
  });

  it('group by cut or by colour as the dial says, and one product a style where that is asked', async () => {
    const together = async (dial: number, count: number) => {
      const { clusters: cut } = await clusters(`dial=${dial}&count=${count}`);
      return Promise.all(cut.map(async (cluster) => (await membersOf(cluster)).sort().join(' ')));
    };
    const [byCut, byColour] = [await together(0, 3), await together(1, 3)];
    expect(byCut).not.toEqual(byColour);
    const holding = (groups: string[], product: string) => groups.find((group) => group.split(' ').includes(product));
    expect(holding(byCut, 'coat')).toContain('coat--blue');
    expect(holding(byColour, 'coat')).not.toContain('coat--blue');
    const styles = await clusters('groupBy=style&count=200');
    expect(styles.products).toBe(8);
    const products = styles.clusters.map(({ medoid }) => medoid?.productId ?? '');
    expect(products.filter((id) => id.startsWith('coat'))).toHaveLength(1);
  });

  it('page the members of a group', async () => {
    const [largest] = (await clusters('count=2')).clusters;
    const pages: string[] = [];
    let next: number | null = 0;
    while (next !== null) {
      const { body }: { body: { members: { productId: string }[]; nextOffset: number | null } } = await get(
        `/v1/clusters/${largest?.id}?offset=${next}&limit=3`,
      );
      pages.push(...body.members.map(({ productId }) => productId));
      next = body.nextOffset;
    }
    expect(pages).toEqual(await membersOf(largest!));
  });

  it('say what is wrong with an id or a number', async () => {
    const refused = async (path: string) => {
      const { status, body } = await get<{ code: string }>(path);
      return [status, body.code];
    };
    expect(await refused('/v1/clusters?count=0')).toEqual([400, 'request-invalid']);
    expect(await refused('/v1/clusters?groupBy=brand')).toEqual([400, 'request-invalid']);
    expect(await refused('/v1/clusters/nothing')).toEqual([400, 'request-invalid']);
    const [{ id } = { id: '' }] = (await clusters('count=1')).clusters;
    expect(await refused(`/v1/clusters/${id.replace(/~\d+$/, '~99999')}`)).toEqual([404, 'cluster-unknown']);
  });

  it('compute nothing for an id of another state, and name clusters at any dial', async () => {
    const [{ id } = { id: '' }] = (await clusters('count=1&dial=0.0000001')).clusters;
    expect(await membersOf({ id } as Cluster)).toHaveLength(10);
    const reading = vi.spyOn(served.shop.database.groupedProducts, 'groupedProducts');
    const other = await get<{ code: string }>(`/v1/clusters/${id.replace(/^\d+/, '77')}`);
    expect([other.status, other.body.code]).toEqual([404, 'cluster-unknown']);
    expect(reading).not.toHaveBeenCalled();
    reading.mockRestore();
  });

  it('list products of different styles that show one picture, after an import as it is then', async () => {
    const listed = async () =>
      (
        await get<{
          total: number;
          nextOffset: number | null;
          groups: { kind: string; listings: { product: { productId: string }; photo: string }[] }[];
        }>('/v1/near-duplicates?limit=1')
      ).body;
    expect(await listed()).toMatchObject({ total: 0, groups: [], nextOffset: null });
    const [{ id: before } = { id: '' }] = (await clusters('count=1')).clusters;

    const importId = newImport();
    const twins = ['a', 'b', 'c', 'd'].map((name, at) =>
      productOf(`twin-${name}`, `twins-${name}`, [`twin-${at >> 1}`]),
    );
    const batch = batchOf(
      twins,
      twins.map(({ productId }) => offerOf(`${productId}/m`, productId)),
    );
    await served.shop.database.catalog.saveBatch(importId, batch);
    const open = async () => ({ ...seededModel(MODEL as ModelVersion), close: async () => undefined });
    await new GenerationService(served.shop.database.generations).refresh(open, () => undefined);
    const { id } = await served.shop.database.jobs.create('import', JOB_INPUTS.import.parse({ feed: '/feed.csv' }), {
      requestedBy: 'a test',
    });
    await served.shop.database.jobs.markRunning(id);
    await served.shop.database.jobs.succeed(await begun(served.shop.database.jobs, id), {});

    const first = await listed();
    expect(first).toMatchObject({ total: 2, nextOffset: 1 });
    expect(first.groups[0]).toMatchObject({ kind: 'copies' });
    expect(first.groups[0]?.listings.map(({ product }) => product.productId)).toEqual(['twin-a', 'twin-b']);
    const second = await get<typeof first>('/v1/near-duplicates?limit=1&offset=1');
    expect(second.body.groups[0]?.listings.map(({ product }) => product.productId)).toEqual(['twin-c', 'twin-d']);
    // Groups are those of the new state, and what was named before is no more.
    // `unembedded` and the twins have vectors since.
    expect((await clusters('count=1')).products).toBe(15);
    expect((await get<{ code: string }>(`/v1/clusters/${before}`)).body.code).toBe('cluster-unknown');
  });
});
