import { openBackend } from '#compute';
import { type TrainingChoices, trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../test/support/compute-under-test.js';
import { learnableSnapshot } from '../../../test/support/snapshots.js';
import { COLLAPSING, withRandomLabels } from '../../../test/support/trainings.js';
import { type QuickModel, type QuickTraining, trainQuick } from '../quick-recipe.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

const backend = await openBackend(underTest.device);
type Progress = Parameters<QuickTraining['onProgress']>[0];

/** Checkpoints in memory, as bytes; `saved` in order. */
function memory(saved: Uint8Array[] = []) {
  return {
    saved,
    load: async (key: string): Promise<Checkpoint | null> => {
      const newest = saved.at(-1);
      const checkpoint = newest === undefined ? null : decodeCheckpoint(newest);
      return checkpoint?.key === key ? checkpoint : null;
    },
    save: async (checkpoint: Checkpoint) => {
      saved.push(encodeCheckpoint(checkpoint));
    },
  };
}

/** Triplet files in memory. */
function filesIn(files: Map<string, string>) {
  return {
    clear: async () => files.clear(),
    keep: async (name: object, lines: object) => {
      files.set(JSON.stringify(name), JSON.stringify(lines));
    },
  };
}

async function train(
  snapshot: QuickTraining['snapshot'],
  choices: TrainingChoices,
  saved: Uint8Array[] = [],
  files = new Map<string, string>(),
) {
  const said: Progress[] = [];
  const checkpoints = memory(saved);
  const model = await trainQuick({
    backend,
    snapshot,
    settings: trainingSettingsSchema.parse(choices),
    onProgress: (progress) => said.push(progress),
    checkpoints,
    triplets: filesIn(files),
  });
  return { model, said, saved: checkpoints.saved, files };
}

/** Everything of a model but how long it took. */
function outcomeOf({ heads, untrained, reason, metrics }: QuickModel) {
  const { seconds, time, ...figures } = metrics;
  return { heads, untrained, reason, figures };
}

describe('a training that is taken up again', () => {
  const snapshot = learnableSnapshot(20);

  it.each<[string, TrainingChoices]>([
    ['online', { steps: 60 }],
    // Epochs end between checkpoints.
    ['offline', { steps: 60, mining: { name: 'offline', every: 25, triplets: 8 }, miner: { name: 'all' } }],
  ])(
    'ends as though it had never been interrupted, from any of its checkpoints, mining %s',
    async (mining, choices) => {
      const whole = await train(snapshot, choices);
      expect(whole.model.headsChosen).toBe('trained');
      const { epochs = [] } = whole.model.metrics.mining ?? {};
      // Three epochs a pass, of four losses each.
      expect(epochs).toHaveLength(mining === 'offline' ? 2 * 3 * 4 : 0);
      expect(whole.files.size).toBe(mining === 'offline' ? 2 * 3 : 0);
      // Three while judging, one between the passes, three while fitting.
      expect(whole.saved).toHaveLength(7);
      for (const count of [1, 3, 4, 6]) {
        const tensors = backend.tf.memory().numTensors;
        const { model, said, files } = await train(snapshot, choices, whole.saved.slice(0, count));
        for (const [name, text] of files) expect(text).toBe(whole.files.get(name));
        expect(outcomeOf(model), `from checkpoint ${count}`).toEqual(outcomeOf(whole.model));
        expect(backend.tf.memory().numTensors).toBe(tensors);
        if (count <= 3) expect(said[0]?.message).toBe(`Going on from step ${20 * count} of 60`);
        expect(model.saidSeconds).toBe(whole.model.saidSeconds);
        expect(model.elapsed()).toBeGreaterThan(decodeCheckpoint(whole.saved[count - 1] as Uint8Array).seconds);
      }
    },
  );

  it('begins anew with other settings or another snapshot', async () => {
    const { saved } = await train(snapshot, { steps: 20 });
    for (const [of, choices] of [
      [snapshot, { steps: 20, seed: 2 }],
      [learnableSnapshot(21), { steps: 20 }],
    ] as const) {
      const { said } = await train(of, choices, [...saved]);
      expect(said[0]?.message).toMatch(/^Training takes about \d+ s in all$/);
    }
  });
});

describe('a training that collapses', { timeout: 120_000 }, () => {
  const snapshot = withRandomLabels(learnableSnapshot(100));

  it('goes back and on at a lower rate, and says so everywhere; taken up again, it ends the same', async () => {
    const { model, said, saved } = await train(snapshot, COLLAPSING);
    const { interventions, curve } = model.metrics;
    expect(interventions.map(({ sign, restart }) => [sign, restart])).toEqual([
      ['collapsed', { step: 0, factor: 0.1 }],
      ['collapsed', { step: 0, factor: 0.01 }],
    ]);
    const [first] = interventions;
    const words = `The training collapsed at step ${first?.step}: ${first?.words}. It goes on from the start at 0.1 of the learning rate.`;
    expect(said.map(({ message }) => message)).toContain(words);
    expect(model.reason).toContain(words);
    const attempts = [1, 2, 3].map((attempt) => curve.filter((entry) => entry.attempt === attempt));
    expect(attempts.map((entries) => entries.at(-1)?.step)).toEqual([...interventions.map(({ step }) => step), 300]);
    for (const entries of attempts.slice(0, 2)) {
      const last = entries.at(-1);
      expect(last?.spread?.shape).toBeLessThan(0.05);
      expect(last?.loss).toBeCloseTo(2 * Math.LN2, 0);
    }
    expect(attempts[2]?.at(-1)?.spread?.shape).toBeGreaterThan(0.05);

    const afterRestart = saved.findIndex((bytes) => decodeCheckpoint(bytes).run.attempt === 2);
    const resumed = await train(snapshot, COLLAPSING, saved.slice(0, afterRestart + 1));
    expect(outcomeOf(resumed.model)).toEqual(outcomeOf(model));
  });

  it('is given up after three attempts: the untrained heads stay, and the reason says why', async () => {
    const hopeless = withRandomLabels(learnableSnapshot(400));
    const { model } = await train(hopeless, { ...COLLAPSING, learningRate: 1 });
    expect(model.headsChosen).toBe('untrained');
    expect(model.heads).toEqual(model.untrained);
    expect(model.metrics.interventions.map(({ restart }) => restart?.factor ?? null)).toEqual([0.1, 0.01, null]);
    expect(model.reason).toMatch(
      /^The untrained heads stay: the training collapsed in each of 3 attempts, the last time at step \d+: .*--miner semi-hard\.$/,
    );
  });

  it('is not taken for collapsed where photos only draw together before they find their own', async () => {
    const { model } = await train(learnableSnapshot(400, { disturbance: 20 }), COLLAPSING);
    const lowest = Math.min(...model.metrics.curve.map(({ spread }) => spread?.shape ?? 1));
    expect(lowest).toBeLessThan(0.1);
    expect(model.metrics.interventions).toEqual([]);
    expect(model.metrics.validation?.trained.criterion).toBeGreaterThan(0.5);
  });
});

describe('a training with nothing left to learn', () => {
  it('ends early and says so', async () => {
    const easy = learnableSnapshot(20, { disturbance: 0.3 });
    const { model, said } = await train(easy, { loss: { name: 'triplet-margin' }, learningRate: 0.03 });
    const { stoppedEarly } = model.metrics;
    expect(stoppedEarly?.step).toBeLessThan(300);
    expect(stoppedEarly?.words).toBe('no triplet has cost anything for 30 steps');
    expect(model.reason).toContain(`Ended early, at step ${stoppedEarly?.step}: no triplet has cost anything`);
    expect(said.filter(({ pass }) => pass === 1).at(-1)?.step).toBe(stoppedEarly?.step);
  });
});
