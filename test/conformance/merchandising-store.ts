import { beforeEach, describe, expect, it } from 'vitest';
import { type MerchandisingStore, ruleRequest, type Scenario } from '#merchandising';

const NOW = new Date('2026-11-24T12:00:00.123Z');

function scenarioOf(name: string, settings: Scenario['settings'] = {}): Scenario {
  return { name, settings, updatedAt: NOW, updatedBy: 'a test' };
}

const writing = (by: string, ms = 0) => ({ by, at: new Date(NOW.getTime() + ms) });

/**
 * What every MerchandisingStore promises.
 *
 * @param emptyStore gives one in which nothing is kept
 */
export function merchandisingStoreConformance(name: string, emptyStore: () => Promise<MerchandisingStore>): void {
  describe(`${name} as a MerchandisingStore`, () => {
    let store: MerchandisingStore;

    beforeEach(async () => {
      store = await emptyStore();
    });

    it('gives scenarios back as they were put, by name', async () => {
      const settings = {
        ...{
          count: 4,
          dial: 0.25,
          filter: "brand = 'O''Neill' AND NOT onSale",
          category: 'Été > Ärmel',
          inStock: false,
        },
        ...{ boosts: [{ filter: 'onSale', weight: -0.1 }], exclude: { styles: ['a'] } },
      };
      const scenarios = [scenarioOf('B'), scenarioOf('a.b_c-1', settings), scenarioOf('b')];
      for (const scenario of [...scenarios].reverse()) expect(await store.putScenario(scenario, 3)).toBe(true);
      expect((await store.read()).scenarios).toEqual(scenarios);
    });

    it('puts a scenario in place of all that it was', async () => {
      await store.putScenario(scenarioOf('home', { count: 4, dial: 0 }), 10);
      const later = {
        ...scenarioOf('home', { diversity: 0.5 }),
        updatedAt: new Date(NOW.getTime() + 1),
        updatedBy: 'b',
      };
      await store.putScenario(later, 10);
      expect((await store.read()).scenarios).toEqual([later]);
    });

    it('takes no more scenarios than it may, and changes those that it has', async () => {
      expect(await store.putScenario(scenarioOf('a'), 2)).toBe(true);
      const [one, two] = await Promise.all(['b', 'c'].map((next) => store.putScenario(scenarioOf(next), 2)));
      expect([one, two].sort()).toEqual([false, true]);
      expect(await store.putScenario(scenarioOf('a', { count: 1 }), 2)).toBe(true);
      expect((await store.read()).scenarios.map((scenario) => scenario.settings)).toEqual([{ count: 1 }, {}]);
    });

    it('removes a scenario, and says whether there was one', async () => {
      await store.putScenario(scenarioOf('a'), 2);
      expect(await store.removeScenario('a')).toBe(true);
      expect(await store.removeScenario('a')).toBe(false);
      expect((await store.read()).scenarios).toEqual([]);
    });

    const pin = ruleRequest.parse({ kind: 'pin', name: 'Scarf', product: "O'Neill--😀", position: 2 });
    const apart = ruleRequest.parse({
      ...{ kind: 'never-together', name: 'Fur and vegan', priority: -3, enabled: false },
      sets: [{ filter: "attribute.material = 'fur'" }, { products: ['a', 'b'] }],
      when: { category: 'Été > Ärmel', scenarios: ['home'], until: '2026-12-24T00:00:00+01:00' },
    });

    it('gives rules back as they were put, by id, and each its own', async () => {
      const first = await store.insertRule(pin, writing('one'), 2);
      const second = await store.insertRule(apart, writing('two', 5), 2);
      expect(first).toEqual({
        ...{ id: first?.id, rule: pin, createdAt: NOW, createdBy: 'one', updatedAt: NOW, updatedBy: 'one' },
      });
      expect(second?.rule).toEqual(apart);
      expect(second?.id).toBe(Number(first?.id) + 1);
      expect((await store.read()).rules).toEqual([first, second]);
      expect(await store.insertRule(pin, writing('three'), 2)).toBeNull();
    });

    it('puts a rule in place of another, and keeps who made it', async () => {
      const { id } = (await store.insertRule(pin, writing('one'), 9))!;
      const replaced = await store.updateRule(id, apart, writing('two', 5));
      const [updatedAt, updatedBy] = [new Date(NOW.getTime() + 5), 'two'];
      expect(replaced).toEqual({ id, rule: apart, createdAt: NOW, createdBy: 'one', updatedAt, updatedBy });
      expect((await store.read()).rules).toEqual([replaced]);
      expect(await store.updateRule(id + 1, pin, writing('two'))).toBeNull();
    });

    it('removes a rule, and never gives its id to another', async () => {
      const { id } = (await store.insertRule(pin, writing('one'), 9))!;
      expect(await store.removeRule(id)).toBe(true);
      expect(await store.removeRule(id)).toBe(false);
      expect((await store.insertRule(pin, writing('one'), 9))?.id).toBeGreaterThan(id);
    });

    it('has another version after every change, and gives what it holds unless that is known', async () => {
      const read = await store.read();
      expect(await store.readUnless(read.version)).toBeNull();
      expect(await store.readUnless('of another store')).toEqual(read);
      let { version } = read;
      const versions = [version];
      const expectChanged = async () => {
        const changed = await store.readUnless(version);
        expect(changed).toEqual(await store.read());
        version = changed!.version;
        versions.push(version);
        expect(await store.readUnless(version)).toBeNull();
      };
      await store.putScenario(scenarioOf('a'), 2);
      await expectChanged();
      // What is written in the same moment is another thing all the same.
      await store.putScenario(scenarioOf('a', { count: 4 }), 2);
      await expectChanged();
      await store.putScenario(scenarioOf('b'), 2);
      await store.removeScenario('a');
      await expectChanged();
      const { id } = (await store.insertRule(pin, writing('one'), 9))!;
      await expectChanged();
      await store.updateRule(id, apart, writing('one'));
      await expectChanged();
      await store.removeRule(id);
      await store.insertRule(apart, writing('one'), 9);
      await expectChanged();
      await store.removeScenario('b');
      await expectChanged();
      expect(new Set(versions).size).toBe(8);
    });

    it('takes no more rules than it may from two at once', async () => {
      const made = await Promise.all([1, 2, 3].map(() => store.insertRule(pin, writing('one'), 2)));
      expect(made.filter((one) => one === null)).toHaveLength(1);
    });
  });
}
