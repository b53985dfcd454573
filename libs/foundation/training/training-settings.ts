import { z } from 'zod';
import { lossSettings, TRIPLET_LOSSES, type LossSettings } from './loss-settings.js';
import { minerSettings, type MinerSettings } from './miner-settings.js';
import { samplerSettings } from './sampler-settings.js';

/** `quick`: frozen EfficientNet-Lite0 and colour histogram, trained linear heads. */
export const RECIPE_NAMES = ['quick'] as const;

export const DISTANCE_NAMES = ['squared-euclidean', 'euclidean', 'cosine', 'dot-product'] as const;
export type DistanceName = (typeof DISTANCE_NAMES)[number];

const weight = z.number().min(0).max(100);

/**
 * Members of a training's settings, for schemas that hold more than them; {@link completeSettings} makes them whole.
 * What is left out is what `weft train` does by default.
 */
export const trainingFields = {
  recipe: z.enum(RECIPE_NAMES).default('quick').describe('How the model is trained.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1)
    .describe('Of every random choice; names a run, together with its snapshot and settings.'),
  loss: lossSettings.default({ name: 'soft-margin' }).describe('What embeddings are asked to satisfy.'),
  miner: minerSettings
    .nullable()
    .optional()
    .describe('Which triplets of a batch count. Default: batch-hard with soft-margin, semi-hard with triplet-margin.'),
  distance: z
    .enum(DISTANCE_NAMES)
    .optional()
    .describe('Of loss and miner. Default: squared-euclidean with triplet-margin, else euclidean.'),
  sampler: samplerSettings.prefault({ name: 'style-then-product' }).describe('What a batch is made of.'),
  weights: z
    .strictObject({ shape: weight.default(1), colour: weight.default(1), joined: weight.default(0) })
    .prefault({})
    .describe('Of the loss of each part, and of both joined as the dial joins them, in the sum.'),
  dial: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Weight of colour in a similarity: what is validated at and served by default.'),
  steps: z.int().min(1).max(100_000).default(300).describe('Length of the cosine schedule.'),
  learningRate: z.number().positive().max(1).default(3e-3).describe('Of AdamW at the first step.'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe('Decoupled decay of AdamW.'),
};

type Given = z.output<z.ZodObject<typeof trainingFields>>;

/** Everything that decides the outcome of a training, beside its snapshot. */
export type TrainingSettings = Omit<Given, 'miner' | 'distance'> & {
  /** null: the loss looks at whole batches. */
  miner: MinerSettings | null;
  distance: DistanceName;
};

/**
 * The settings with what they left out, which depends on their loss; refuses combinations that make no sense. Complete
 * settings come back as they are.
 */
export function completeSettings<G extends Given>(given: G, context: z.RefinementCtx): G & TrainingSettings {
  const refuse = (path: keyof Given, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const { loss, weights } = given;
  const usesTriplets = TRIPLET_LOSSES.includes(loss.name);
  if (!usesTriplets && given.miner != null) {
    refuse('miner', `must be left out: the loss ${loss.name} looks at whole batches and costs no mined triplets`);
  }
  if (usesTriplets && given.miner === null)
    refuse('miner', `must be named: the loss ${loss.name} costs mined triplets`);
  if (weights.shape + weights.colour + weights.joined === 0) refuse('weights', 'must not all be 0');
  return {
    ...given,
    miner: usesTriplets ? completeMiner(given.miner ?? defaultMiner(loss), loss) : null,
    distance: given.distance ?? (loss.name === 'triplet-margin' ? 'squared-euclidean' : 'euclidean'),
  };
}

export const trainingSettingsSchema = z.strictObject(trainingFields).transform(completeSettings);
/** Settings without what has a default. */
export type TrainingChoices = z.input<typeof trainingSettingsSchema>;

/** As in the papers: Hermans et al. take the hardest, FaceNet the semi-hard. */
function defaultMiner(loss: LossSettings): NonNullable<Given['miner']> {
  return minerSettings.parse({ name: loss.name === 'triplet-margin' ? 'semi-hard' : 'batch-hard' });
}

function completeMiner(miner: NonNullable<Given['miner']>, loss: LossSettings): MinerSettings {
  switch (miner.name) {
    case 'easy':
    case 'semi-hard':
    case 'semi-hard-then-hard':
      return { ...miner, margin: miner.margin ?? (loss.name === 'triplet-margin' ? loss.margin : 0.2) };
    default:
      return miner;
  }
}
