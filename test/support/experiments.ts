import type { Experiment } from '#experiments';

/** An experiment that runs everywhere, some of it as given. */
export function experimentOf(name: string, more: Partial<Experiment> = {}): Omit<Experiment, 'id'> {
  return {
    ...{ name, salt: 'a salt of sixteen letters', scenarios: [], treatmentShare: 0.5, metric: 'click', windowDays: 7 },
    arms: { control: { generation: null, settings: {} }, treatment: { generation: null, settings: { dial: 0.2 } } },
    plan: { baseline: 0.1, smallestEffect: 0.1, alpha: 0.05, power: 0.8 },
    needed: { control: 10, treatment: 10 },
    ...{ startedAt: new Date('2026-11-24T12:00:00Z'), startedBy: 'a test', stoppedAt: null, stoppedBy: null },
    settled: null,
    ...more,
  };
}
