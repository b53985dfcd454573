import { beforeEach, describe, expect, it } from 'vitest';
import { KeptDecisions } from './kept-decisions.js';
import { MemoryMerchandisingStore } from './memory-store.js';
import { ruleRequest } from './rule-request.js';
import { RuleService } from './rule-service.js';
import { ScenarioService } from './scenario-service.js';

const START = new Date('2026-11-24T12:00:00Z').getTime();

describe('kept decisions', () => {
  let now: Date;
  const clock = { now: () => now };
  let store: MemoryMerchandisingStore;
  let readings: number;
  let failure: Error | null;
  let kept: KeptDecisions;
  const counts = async () => [...(await kept.decisions()).scenarios.values()].map(({ count }) => count);
  const put = (name: string, count: number) =>
    store.putScenario({ name, settings: { count }, updatedAt: now, updatedBy: 'a test' }, 10);

  beforeEach(() => {
    now = new Date(START);
    store = new MemoryMerchandisingStore();
    readings = 0;
    failure = null;
    const counted =
      <Asked extends string[], Read>(read: (...asked: Asked) => Promise<Read>) =>
      async (...asked: Asked): Promise<Read> => {
        readings += 1;
        if (failure !== null) throw failure;
        return read(...asked);
      };
    const read = counted(() => store.read());
    const readUnless = counted((version: string) => store.readUnless(version));
    kept = new KeptDecisions({ read, readUnless }, clock);
  });

  it('are read once a second, however many ask', async () => {
    await put('home', 4);
    expect(await Promise.all([counts(), counts(), counts()])).toEqual([[4], [4], [4]]);
    await put('home', 5);
    now = new Date(START + 999);
    expect(await counts()).toEqual([4]);
    expect(readings).toBe(1);
    now = new Date(START + 1_000);
    expect(await counts()).toEqual([5]);
    expect(readings).toBe(2);
  });

  it('are those that were made of the last reading where nothing changed', async () => {
    await put('home', 4);
    const first = await kept.decisions();
    now = new Date(START + 1_000);
    expect(await kept.decisions()).toBe(first);
    kept.forget();
    expect(await kept.decisions()).toBe(first);
    expect(readings).toBe(3);
    await store.removeScenario('home');
    kept.forget();
    expect(await counts()).toEqual([]);
  });

  it('are read anew when the clock was set back', async () => {
    await counts();
    now = new Date(START - 3_600_000);
    await counts();
    expect(readings).toBe(2);
  });

  it('fail when they cannot be read, and are tried anew by the next request', async () => {
    failure = new Error('no database');
    await expect(kept.decisions()).rejects.toThrow('no database');
    failure = null;
    expect(await counts()).toEqual([]);
  });

  it('hold at once what was changed by way of this process', async () => {
    const scenarios = new ScenarioService(store, kept, clock);
    expect(await counts()).toEqual([]);
    await scenarios.put('home', { count: 7 }, 'a test');
    expect(await counts()).toEqual([7]);
    await scenarios.remove('home');
    expect(await counts()).toEqual([]);
  });
});

describe('rules', () => {
  const clock = { now: () => new Date(START) };
  const rule = ruleRequest.parse({ kind: 'hide', name: 'a', what: { products: ['a'] } });
  const open = () => {
    const store = new MemoryMerchandisingStore();
    const kept = new KeptDecisions(store, clock);
    return { kept, rules: new RuleService(store, kept, { resolve: async () => new Map() }, clock) };
  };

  it('hold when they are enabled, at once where they were made, and change the key that cursors go by', async () => {
    const { kept, rules } = open();
    const keys = new Set([(await kept.decisions()).rulesKey]);
    expect([...keys]).toEqual(['']);
    const made = await rules.add(rule, 'a test');
    keys.add((await kept.decisions()).rulesKey);
    expect((await kept.decisions()).rules.map(({ id, kind }) => [id, kind])).toEqual([[made.rule.id, 'hide']]);
    await rules.replace(made.rule.id, { ...rule, priority: 1 }, 'a test');
    keys.add((await kept.decisions()).rulesKey);
    await rules.add({ ...rule, enabled: false }, 'a test');
    expect((await kept.decisions()).rules).toHaveLength(1);
    expect(keys.size).toBe(3);
    expect(keys).toContain((await kept.decisions()).rulesKey);
    await rules.remove(made.rule.id);
    expect((await kept.decisions()).rules).toEqual([]);
  });

  it('are 500 at most', async () => {
    const { rules } = open();
    for (let i = 0; i < 500; i += 1) await rules.add(rule, 'a test');
    await expect(rules.add(rule, 'a test')).rejects.toMatchObject({ code: 'too-many-rules' });
  });

  it('hold 20,000 characters of filters at most, all together', async () => {
    const { rules } = open();
    const long = (length: number) =>
      ruleRequest.parse({ kind: 'hide', name: 'a', what: { filter: `brand = '${'b'.repeat(length - 10)}'` } });
    const made = [];
    for (let i = 0; i < 200; i += 1) made.push(await rules.add(long(100), 'a test'));
    await expect(rules.add(long(11), 'a test')).rejects.toMatchObject({ code: 'too-many-rules' });
    await expect(rules.replace(made[0]!.rule.id, long(101), 'a test')).rejects.toMatchObject({
      code: 'too-many-rules',
    });
    await rules.replace(made[0]!.rule.id, long(80), 'a test');
    await rules.add(long(20), 'a test');
  });
});

describe('scenarios', () => {
  const clock = { now: () => new Date(START) };
  const open = () => {
    const store = new MemoryMerchandisingStore();
    return new ScenarioService(store, new KeptDecisions(store, clock), clock);
  };

  it('say when they were stored and by whom', async () => {
    const scenarios = open();
    const home = { name: 'home', settings: { dial: 0.2 }, updatedAt: clock.now(), updatedBy: 'Fq3x9Zk' };
    expect(await scenarios.put('home', { dial: 0.2 }, 'Fq3x9Zk')).toEqual(home);
    expect(await scenarios.get('home')).toEqual(home);
    expect(await scenarios.list()).toEqual([home]);
  });

  it('that are not there cannot be shown or removed', async () => {
    await expect(open().get('home')).rejects.toMatchObject({ code: 'scenario-unknown', value: 'home' });
    await expect(open().remove('home')).rejects.toMatchObject({ code: 'scenario-unknown' });
  });

  it('are 500 at most', async () => {
    const scenarios = open();
    for (let i = 0; i < 500; i += 1) await scenarios.put(`s${i}`, {}, 'a test');
    await expect(scenarios.put('one-more', {}, 'a test')).rejects.toMatchObject({ code: 'too-many-scenarios' });
    await scenarios.put('s1', { count: 1 }, 'a test');
  });
});
