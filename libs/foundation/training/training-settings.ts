import { z } from 'zod';
import { VIEW_NAMES } from '../view-id.js';
import { DISTANCE_NAMES, type DistanceName } from './distance-names.js';
import { completeLoss, DISTANCES_OF_LOSS, lossSettings, TRIPLET_LOSSES, type LossSettings } from './loss-settings.js';
import { minerSettings, type MinerSettings } from './miner-settings.js';
import { miningSettings, MOST_MINED } from './mining-settings.js';
import { samplerSettings, type SamplerSettings } from './sampler-settings.js';

/**
 * `quick`: frozen EfficientNet-Lite0 and colour histogram, trained linear heads.
 * `custom`: the same over a frozen backbone that a person brought.
 */
export const RECIPE_NAMES = ['quick', 'custom'] as const;

/** What a brought backbone may be called in commands and in the API: never a path. */
export const backboneName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be up to 63 of a-z, 0-9 and -, beginning with a letter or digit');

const weight = z.number().min(0).max(100);

/**
 * Members of a training's settings, for schemas that hold more than them; {@link completeSettings} makes them whole.
 * What is left out is what `weft train` does by default.
 */
export const trainingFields = {
  recipe: z.enum(RECIPE_NAMES).default('quick').describe('How the model is trained.'),
  backbone: backboneName
    .nullable()
    .default(null)
    .describe('Of the recipe custom: the name under which `weft backbone add` keeps it.'),
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
    .describe(
      'Which triplets of a batch count. Default: batch-hard with soft-margin, semi-hard with triplet-margin; none with losses of whole batches.',
    ),
  distance: z.enum(DISTANCE_NAMES).optional().describe('Of loss and miner. Default: that of the loss in its paper.'),
  mining: miningSettings
    .prefault({ name: 'online' })
    .describe('When triplets are mined: at each step from its batch, or at each epoch from all photos.'),
  sampler: samplerSettings
    .nullable()
    .optional()
    .describe('What a batch is made of. Default: style-then-product; none where batches are of offline triplets.'),
  views: z
    .enum(VIEW_NAMES)
    .default('none')
    .describe('A second, augmented view of photos that are all that their product has, as a positive of shape alone.'),
  weights: z
    .strictObject({
      shape: weight.default(1),
      colour: weight.default(1),
      joined: weight.default(1).describe('Both parts joined: photos of one product against other styles.'),
      joinedStyle: weight.default(1).describe('Both parts joined: photos of one style against other styles.'),
    })
    .prefault({})
    .describe('Of the loss of each part, and of both joined as the dial joins them, in the sum.'),
  colourDifference: weight
    .default(0.4)
    .describe('How much the colour part of photos of different styles is held to how much their mean colours differ.'),
  dial: z
    .number()
    .min(0)
    .max(1)
    .default(0.525)
    .describe('Weight of colour in a similarity: what is validated at and served by default.'),
  steps: z.int().min(1).max(100_000).default(300).describe('Length of the cosine schedule.'),
  learningRate: z.number().positive().max(1).default(3e-3).describe('Of AdamW at the first step.'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe('Decoupled decay of AdamW.'),
};

type Given = z.output<z.ZodObject<typeof trainingFields>>;

/** Everything that decides the outcome of a training, beside its snapshot. */
export type TrainingSettings = Omit<Given, 'loss' | 'miner' | 'distance' | 'sampler'> & {
  loss: LossSettings;
  /** null: the loss looks at whole batches. */
  miner: MinerSettings | null;
  distance: DistanceName;
  /** null: batches are made of triplets that were mined offline. */
  sampler: SamplerSettings | null;
};

/**
 * The settings with what they left out, which depends on their loss; refuses combinations that make no sense. Complete
 * settings come back as they are.
 */
export function completeSettings<G extends Given>(given: G, context: z.RefinementCtx): G & TrainingSettings {
  const refuse = (path: keyof Given, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const { weights } = given;
  const distances = DISTANCES_OF_LOSS[given.loss.name];
  const { distance = distances[0] } = given;
  const loss = completeLoss(given.loss, distance);
  const usesTriplets = TRIPLET_LOSSES.includes(loss.name);
  if (!usesTriplets && given.miner != null) {
    refuse('miner', `must be left out: the loss ${loss.name} looks at whole batches and costs no mined triplets`);
  }
  if (usesTriplets && given.miner === null)
    refuse('miner', `must be named: the loss ${loss.name} costs mined triplets`);
  if (!distances.includes(distance)) {
    refuse('distance', `must be ${distances.join(' or ')}: the loss ${loss.name} compares similarities`);
  }
  const isOffline = given.mining.name === 'offline';
  if (isOffline && !usesTriplets) {
    refuse('mining', `must be online: the loss ${loss.name} looks at whole batches and costs no mined triplets`);
  }
  if (given.mining.name === 'offline' && given.steps * given.mining.triplets > MOST_MINED) {
    refuse('mining', `must come to ${MOST_MINED} triplets at most, steps times triplets: each of them is written down`);
  }
  if (isOffline && given.sampler != null) {
    refuse('sampler', 'must be left out: batches are made of the triplets that were mined offline');
  }
  if (!isOffline && given.sampler === null)
    refuse('sampler', 'must be named: what is mined online is mined in batches');
  if (given.recipe === 'custom' && given.backbone === null) {
    refuse('backbone', 'must be named for the recipe custom; weft backbone list shows what there is');
  }
  if (given.recipe !== 'custom' && given.backbone !== null) {
    refuse('backbone', `must be left out: the recipe ${given.recipe} has its own; custom takes one`);
  }
  if (Object.values(weights).every((of) => of === 0)) refuse('weights', 'must not all be 0');
  return {
    ...given,
    loss,
    miner: usesTriplets ? completeMiner(given.miner ?? defaultMiner(loss), loss) : null,
    distance,
    sampler: isOffline ? null : (given.sampler ?? samplerSettings.parse({ name: 'style-then-product' })),
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
  if (miner.name !== 'easy' && miner.name !== 'semi-hard' && miner.name !== 'semi-hard-then-hard') return miner;
  return { ...miner, margin: miner.margin ?? (loss.name === 'triplet-margin' ? loss.margin : 0.2) };
}
