import { readdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Work } from './faults.js';
import type { KeptService } from './kept-service.js';

export interface Job {
  id: string;
  state: string;
  attempts: number;
  error: unknown;
  result: unknown;
}

/** Comes of use, of the refresh's own record, too: it is no trace of a fault. */
const WEAR = ['dead-rows', 'old-statistics'];

/** Work that was chosen, and how to see that it was done, and once. */
interface Wish {
  /** Asks for it, and follows it to its end. @returns the job; null where it is a request without one */
  done(): Promise<Job | null>;
  expectOnce(job: Job | null): Promise<void>;
}

interface Generation {
  id: number;
  state: string;
  activatedAt: string | null;
}
interface Served {
  id: number;
  action: string;
  generation: number;
}
interface Standing {
  models: string[];
  /** Newest first, those without vectors left out. */
  kept: Generation[];
  /** What was served since when, newest first. */
  served: Served[];
}

/**
 * A shop behind a service that may end at any moment: it asks as a careful client does, with a key for each wish and with the
 * number of what it wants served, so that a request whose answer was lost can be sent again.
 */
export class StruckShop {
  private readonly wished: string[] = [];
  private firstImport: unknown = null;

  constructor(
    private readonly service: KeptService,
    private readonly feed: string,
  ) {}

  async wish(work: Work): Promise<Wish> {
    const before = await this.standing();
    const active = before.kept.find(({ state }) => state === 'active')?.id;
    const key = `wish-${this.wished.length + 1}`;
    this.wished.push(work);
    switch (work) {
      case 'imports':
        touch(dirname(this.feed));
        return {
          done: () => this.follow('imports', { feed: this.feed, again: true }, key),
          expectOnce: async (job) => {
            const { rows, images, products, styles } = job?.result as Record<string, unknown>;
            const counts = { rows, images, products, styles };
            this.firstImport ??= counts;
            expect(counts).toEqual(this.firstImport);
          },
        };
      case 'trainings':
        return {
          done: () => this.follow('trainings', { steps: 60, seed: this.wished.length }, key),
          expectOnce: async (job) => {
            const { version } = job?.result as { version: string };
            const { models } = await this.standing();
            expect(models.filter((one) => !before.models.includes(one))).toEqual([version]);
          },
        };
      case 'embeddings':
        return {
          done: () => this.follow('embeddings', {}, key),
          expectOnce: async (job) => {
            const { generation, state } = job?.result as { generation: number; state: string };
            const { kept, served } = await this.standing();
            const known = Math.max(0, ...before.kept.map(({ id }) => id));
            expect(kept.filter(({ id }) => id > known).map((one) => [one.id, one.state])).toEqual([
              [generation, state],
            ]);
            expect(servedSince(before, served)).toEqual(state === 'active' ? [generation] : []);
          },
        };
      case 'promotions': {
        const candidate = before.kept.find(({ id }) => id !== active)!.id;
        return {
          done: () => this.promote(candidate, key),
          expectOnce: () => this.expectServed(candidate, before),
        };
      }
      case 'rollbacks': {
        const to = before.kept.find(({ id, activatedAt }) => id !== active && activatedAt !== null)!.id;
        return {
          done: () => this.request('/v1/generations/rollback', { to }),
          expectOnce: () => this.expectServed(to, before),
        };
      }
      case 'refreshes':
        return { done: () => this.follow('refreshes', {}, key), expectOnce: async () => undefined };
    }
  }

  /** The active generation is the only one, and answers for whatever is for sale. */
  async expectServing(): Promise<void> {
    const { kept } = await this.standing();
    expect(kept.filter(({ state }) => state === 'active')).toHaveLength(1);
    const { products } = await this.get<{ products: { productId: string }[] }>('/v1/products?count=3');
    expect(products).toHaveLength(3);
    for (const { productId } of products) {
      const path = `/v1/products/${encodeURIComponent(productId)}/similar?category=any&gender=any`;
      const answer = await this.get<{ results: unknown[]; withoutVector: string[] }>(path);
      expect(answer.withoutVector).toEqual([]);
      expect(answer.results.length).toBeGreaterThan(0);
    }
  }

  /** A refresh closes what was left behind; the next one finds nothing. No job waits, and there are no more than were wished for. */
  async expectNothingOrphaned(): Promise<void> {
    for (let night = 0; night < 2; night += 1) {
      const wish = await this.wish('refreshes');
      expect((await wish.done())?.state).toBe('succeeded');
    }
    const { differences } = await this.get<{ differences: { kind: string }[] }>('/v1/refreshes/latest');
    expect(differences.filter(({ kind }) => !WEAR.includes(kind))).toEqual([]);
    const { generations } = await this.get<{ generations: Generation[] }>('/v1/generations');
    expect(generations.map(({ state }) => state)).not.toContain('building');
    const jobs = await this.jobs();
    expect(jobs.filter(({ state }) => state !== 'succeeded')).toEqual([]);
    expect(jobs).toHaveLength(this.wished.filter((work) => work !== 'rollbacks').length);
  }

  /** Judges a generation, as a job, and then serves it whatever the gate says. */
  private async promote(generation: number, key: string): Promise<Job | null> {
    const judged = await this.follow(`generations/${generation}/judge`, { promote: 'if-better' }, key);
    await this.request(`/v1/generations/${generation}/promote`, { override: { reason: 'The test wants it.' } });
    return judged;
  }

  private async request(path: string, body: object): Promise<null> {
    await this.service.ask('POST', path, body, {}, (status) => (status === 200 ? status : null));
    return null;
  }

  private async follow(path: string, body: object, key: string): Promise<Job> {
    const id = await this.service.ask('POST', `/v1/${path}`, body, { 'idempotency-key': key }, (status, job: Job) =>
      status === 202 ? job.id : null,
    );
    return this.service.ask('GET', `/v1/jobs/${id}`, undefined, {}, (status, job: Job) =>
      status === 200 && !['queued', 'running'].includes(job.state) ? job : null,
    );
  }

  private async expectServed(generation: number, before: Standing): Promise<void> {
    const { kept, served } = await this.standing();
    expect(kept.find(({ state }) => state === 'active')?.id).toBe(generation);
    expect(servedSince(before, served)).toEqual([generation]);
  }

  private async standing(): Promise<Standing> {
    const { models } = await this.get<{ models: { version: string }[] }>('/v1/models');
    const { generations } = await this.get<{ generations: Generation[] }>('/v1/generations');
    const { promotions } = await this.get<{ promotions: Served[] }>('/v1/promotions?limit=10');
    return {
      models: models.map(({ version }) => version),
      kept: generations.filter(({ state }) => state !== 'failed' && state !== 'building'),
      served: promotions.filter(({ action }) => action !== 'refused'),
    };
  }

  private async jobs(): Promise<Job[]> {
    const all: Job[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { jobs: Job[]; nextCursor: string | null } = await this.get(
        `/v1/jobs?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      all.push(...page.jobs);
      cursor = page.nextCursor;
    }
    return all;
  }

  private get<T>(path: string): Promise<T> {
    return this.service.ask('GET', path, undefined, {}, (status, answer: T) => (status === 200 ? answer : null));
  }
}

/** Has the next import read every photo anew. */
function touch(directory: string): void {
  const now = new Date();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    if (/\.(jpe?g|png|webp)$/.test(name)) utimesSync(join(directory, name), now, now);
}

/** Generations that were activated since, oldest first. */
function servedSince(before: Standing, served: Served[]): number[] {
  const known = before.served[0]?.id ?? 0;
  return served
    .filter(({ id }) => id > known)
    .map(({ generation }) => generation)
    .reverse();
}
