import { Command } from 'commander';
import { trainingSettingsSchema } from '#foundation';
import { trainingOptions } from '#model-card';
import { describe, expect, it } from 'vitest';
import { addTrainingOptions } from './training-options.js';

describe('the options of a training', () => {
  it.each([
    {},
    { seed: 7, steps: 40, learningRate: 0.001, dial: 0.25 },
    { loss: { name: 'triplet-margin', margin: 0.4, swap: true }, weights: { joined: 2 } },
    { mining: { name: 'offline', every: 20, triplets: 12 }, miner: { name: 'semi-hard' } },
  ] as const)('that a model card shows give the settings that the model was trained with: %j', (choices) => {
    const settings = trainingSettingsSchema.parse(choices);
    const command = addTrainingOptions(new Command('train')).exitOverride();
    command.parse(trainingOptions(settings).flat(), { from: 'user' });
    expect(trainingSettingsSchema.parse(command.opts())).toEqual(settings);
  });
});
