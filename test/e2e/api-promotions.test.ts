import { describe, expect, it } from 'vitest';
import type { ModelVersion, ProductId } from '#foundation';
import { GenerationService } from '#generations';
import { batchOf, newImport, offerOf, productOf, registerModel } from '../support/catalogue.js';
import { seededModel } from '../support/seeded-model.js';
import { findOf } from '../support/verdicts.js';
import { askJson, servedShop } from './served-shop.js';

const CANDIDATE = '20261125-093000-1a2b3c4d' as ModelVersion;

describe('promotions over HTTP', () => {
  const served = servedShop();
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await askJson(served.api, method, path, body);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const similar = async () => (await ask('GET', 'products/coat/similar?count=3')).body;

  /** The shop without the product that has no vector, and a generation of a new model. */
  async function candidate(): Promise<number> {
    const { database } = served.shop;
    await registerModel(database, CANDIDATE, 25);
    const importId = newImport();
    const products = ['coat', 'dress', 'like-dress'].map((id) => productOf(id, id, [id]));
    await database.catalog.saveBatch(
      importId,
      batchOf(
        products,
        products.map(({ productId }) => offerOf(`${productId}/m`, productId)),
      ),
    );
    await database.catalog.finishImport(importId);
    const service = new GenerationService(database.generations);
    const open = async () => ({ ...seededModel(CANDIDATE), close: () => Promise.resolve() });
    await service.refresh(open, () => undefined);
    return (await service.embed(seededModel(CANDIDATE), () => undefined)).generation;
  }

  it('judges, refuses with the verdict, is overridden with a reason, goes back, and tells it all', async () => {
    const { database, generation: first } = served.shop;
    const id = await candidate();
    expect(await ask('POST', `generations/${id}/promote`)).toMatchObject({
      ...{
        status: 409,
        body: { code: 'verdict-missing', remedy: expect.stringContaining(`/v1/generations/${id}/judge`) as string },
      },
    });
    expect(await ask('GET', `generations/${id}/verdict`)).toMatchObject({
      status: 404,
      body: { code: 'verdict-unknown' },
    });
    expect(await ask('POST', `generations/${id}/judge`, { promote: 'if-better' })).toMatchObject({
      ...{ status: 202, body: { kind: 'judge', state: 'queued', input: { generation: id, promote: 'if-better' } } },
    });

    await findOf(database, id, 'worse');
    const refused = await ask('POST', `generations/${id}/promote`, {});
    expect(refused).toMatchObject({
      ...{ status: 409, body: { code: 'promotion-refused', verdict: { generation: id, against: first } } },
    });
    expect((await ask('GET', `generations/${id}/verdict`)).body).toEqual(refused.body['verdict']);
    expect((await similar())['generation']).toBe(first);

    const reason = 'The new season is photographed on models.';
    expect(await ask('POST', `generations/${id}/promote`, { override: { reason } })).toEqual({
      ...{ status: 200, body: { generation: id, modelVersion: CANDIDATE, retired: first } },
    });
    expect((await similar())['generation']).toBe(id);
    expect(await ask('POST', 'generations/rollback')).toMatchObject({
      status: 200,
      body: { generation: first, retired: id },
    });
    expect(await ask('POST', 'generations/rollback', { to: id })).toMatchObject({
      status: 200,
      body: { generation: id },
    });
    expect((await similar())['generation']).toBe(id);

    const { promotions } = (await ask('GET', 'promotions?limit=4')).body as { promotions: Record<string, unknown>[] };
    expect(promotions.map(({ action, generation, by, reason: why }) => [action, generation, by, why])).toEqual([
      ['rolled-back', id, 'anyone on this machine', null],
      ['rolled-back', first, 'anyone on this machine', null],
      ['promoted', id, 'anyone on this machine', reason],
      ['refused', id, 'anyone on this machine', null],
    ]);
    expect(promotions[3]!['verdict']).toEqual(refused.body['verdict']);
  });

  it('refuses overrides without a reason, and what is not there', async () => {
    const status = async (path: string, body?: unknown) => (await ask('POST', path, body)).status;
    expect(await status('generations/1/promote', { override: {} })).toBe(400);
    expect(await status('generations/1/promote', { override: { reason: '' } })).toBe(400);
    expect(await status('generations/1/promote', { override: { reason: ' ' } })).toBe(400);
    expect(await status('generations/99/promote', {})).toBe(404);
    expect(await status('generations/99/judge', {})).toBe(404);
    expect(await status('generations/rollback', { to: 99 })).toBe(404);
    expect(await status('generations/1/judge', { promote: 'always' })).toBe(400);
  });

  it('answers every request while it goes to and fro', async () => {
    let isFlipping = true;
    const seen = new Set<unknown>();
    const shopper = async () => {
      while (isFlipping) {
        const answer = await ask('POST', 'recommendations', {
          ...{ signals: [{ productId: 'coat' as ProductId, type: 'view' }], count: 2, gender: 'any' },
        });
        expect(answer.status).toBe(200);
        seen.add(answer.body['generation']);
      }
    };
    const shoppers = [1, 2, 3].map(shopper);
    for (let flip = 0; flip < 20; flip += 1) expect((await ask('POST', 'generations/rollback')).status).toBe(200);
    isFlipping = false;
    await Promise.all(shoppers);
    expect(seen.size).toBe(2);
  });
});
