import { describe, expect, it } from 'vitest';
import { trainingSettingsSchema } from './training-settings.js';

const refusal = (choices: unknown) => {
  const { error } = trainingSettingsSchema.safeParse(choices);
  return error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
};

describe('trainingSettingsSchema', () => {
  it('is batch-hard with a soft margin where nothing is said', () => {
    expect(trainingSettingsSchema.parse({})).toEqual({
      recipe: 'quick',
      backbone: null,
      seed: 1,
      loss: { name: 'soft-margin' },
      miner: { name: 'batch-hard' },
      distance: 'euclidean',
      mining: { name: 'online' },
      sampler: { name: 'style-then-product', stylesPerBatch: 20, productsPerStyle: 2, photosPerProduct: 2 },
      views: 'none',
      weights: { shape: 1, colour: 1, joined: 1, joinedStyle: 1 },
      colourDifference: 0.4,
      dial: 0.525,
      steps: 300,
      learningRate: 3e-3,
      weightDecay: 0.01,
    });
  });

  it("is FaceNet's where only its loss is named: semi-hard in the loss's own margin, on squared distances", () => {
    expect(trainingSettingsSchema.parse({ loss: { name: 'triplet-margin', margin: 0.4 } })).toMatchObject({
      loss: { name: 'triplet-margin', margin: 0.4, swap: false, smooth: false, mean: 'all' },
      miner: { name: 'semi-hard', margin: 0.4 },
      distance: 'squared-euclidean',
    });
  });

  it.each([
    ['contrastive', { positiveMargin: 0, negativeMargin: 1 }, 'euclidean'],
    ['multi-similarity', { alpha: 2, beta: 50, base: 0.5 }, 'cosine'],
    ['supervised-contrastive', { temperature: 0.1 }, 'cosine'],
    ['proxy-anchor', { margin: 0.1, alpha: 32 }, 'cosine'],
  ] as const)('asks nothing of a miner where the loss is %s', (name, members, distance) => {
    const settings = { loss: { name, ...members }, miner: null, distance };
    expect(trainingSettingsSchema.parse({ loss: { name } })).toMatchObject(settings);
  });

  it('turns the margins of pairs round for a similarity', () => {
    const { loss } = trainingSettingsSchema.parse({
      loss: { name: 'contrastive', negativeMargin: 0.2 },
      distance: 'cosine',
    });
    expect(loss).toEqual({ name: 'contrastive', positiveMargin: 1, negativeMargin: 0.2 });
  });

  it('makes batches of triplets where they are mined offline', () => {
    expect(trainingSettingsSchema.parse({ mining: { name: 'offline' } })).toMatchObject({
      mining: { name: 'offline', every: 50, triplets: 40 },
      miner: { name: 'batch-hard' },
      sampler: null,
    });
  });

  it.each([
    {},
    { mining: { name: 'offline', every: 20 }, loss: { name: 'triplet-margin' } },
    { loss: { name: 'contrastive' } },
    { loss: { name: 'proxy-anchor', alpha: 16 } },
    { loss: { name: 'triplet-margin', margin: 0.4 } },
    { miner: { name: 'semi-hard' }, weights: { joined: 2 } },
  ] as const)('leaves complete settings as they are: %j', (choices) => {
    const complete = trainingSettingsSchema.parse(choices);
    expect(trainingSettingsSchema.parse(complete)).toEqual(complete);
    expect(trainingSettingsSchema.parse(JSON.parse(JSON.stringify(complete)))).toEqual(complete);
  });

  it('fills in what is left out of a member', () => {
    expect(trainingSettingsSchema.parse({ weights: { joined: 2 } }).weights).toEqual({
      shape: 1,
      colour: 1,
      joined: 2,
      joinedStyle: 1,
    });
  });

  it.each([
    [{ weights: { shape: 0, colour: 0, joined: 0, joinedStyle: 0 } }, 'weights must not all be 0'],
    [{ miner: null }, 'miner must be named: the loss soft-margin costs mined triplets'],
    [{ loss: { name: 'soft-margin', margin: 0.2 } }, 'loss Unrecognized key: "margin"'],
    [{ speed: 1 }, ' Unrecognized key: "speed"'],
    [
      { loss: { name: 'proxy-anchor' }, miner: { name: 'batch-hard' } },
      'miner must be left out: the loss proxy-anchor looks at whole batches and costs no mined triplets',
    ],
    [
      { loss: { name: 'multi-similarity' }, distance: 'euclidean' },
      'distance must be cosine or dot-product: the loss multi-similarity compares similarities',
    ],
    [
      { loss: { name: 'proxy-anchor' }, distance: 'dot-product' },
      'distance must be cosine: the loss proxy-anchor compares similarities',
    ],
    [
      { loss: { name: 'contrastive' }, mining: { name: 'offline' } },
      'mining must be online: the loss contrastive looks at whole batches and costs no mined triplets',
    ],
    [
      { mining: { name: 'offline' }, sampler: { name: 'p-x-k' } },
      'sampler must be left out: batches are made of the triplets that were mined offline',
    ],
    [{ sampler: null }, 'sampler must be named: what is mined online is mined in batches'],
    [
      { mining: { name: 'offline', triplets: 1000 }, steps: 1001 },
      'mining must come to 1000000 triplets at most, steps times triplets: each of them is written down',
    ],
  ])('refuses %j', (choices, sentence) => expect(refusal(choices)).toEqual([sentence]));

  it.each([
    { loss: { name: 'hinge' } },
    { loss: 'soft-margin' },
    { loss: { name: 'triplet-margin', margin: 0 } },
    { miner: { name: 'semi-hard', margin: -1 } },
    { sampler: { name: 'style-then-product', stylesPerBatch: 1 } },
    { steps: 0 },
    { learningRate: 0 },
    { dial: 1.1 },
    { seed: -1 },
    { weights: { shape: -1 } },
    { weights: { form: 1 } },
  ])('refuses %j', (choices) => expect(refusal(choices)).toHaveLength(1));
});
