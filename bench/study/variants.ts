import type { TrainingChoices } from '#foundation';

/** One way to train, as far as it differs from the default. */
export interface Variant {
  /** What is compared; variants of one question stand together in the table. */
  question: string;
  name: string;
  choices: TrainingChoices;
  /** Which of the colour features are given. @default both */
  colours?: 'hsv' | 'lab' | 'both';
  /** Shape knows only what the backbone gives in the end. */
  isWithoutStages?: boolean;
  /** Numbers of shape and of colour in an embedding. @default those of #foundation */
  dimensions?: [shape: number, colour: number];
  /** Principal components of colour that the head sees. @default 128 */
  components?: number;
  /** Takes the heads where training starts. */
  isUntrained?: boolean;
}

const weights = (shape: number, colour: number, joined: number, joinedStyle: number) => ({
  weights: { shape, colour, joined, joinedStyle },
});
const batch = (stylesPerBatch: number, productsPerStyle: number, photosPerProduct: number): TrainingChoices => ({
  sampler: { name: 'style-then-product', stylesPerBatch, productsPerStyle, photosPerProduct },
});

/** The first is the default, against which all others are paired. */
export const VARIANTS: readonly Variant[] = [
  { question: 'default', name: 'default', choices: {} },
  { question: 'default', name: 'untrained heads', choices: {}, isUntrained: true },
  { question: 'shape features', name: 'without earlier stages', choices: {}, isWithoutStages: true },
  { question: 'colour difference', name: 'not held', choices: { colourDifference: 0 } },
  { question: 'colour difference', name: 'held twice as much', choices: { colourDifference: 0.8 } },
  { question: 'colour features', name: 'HSV histogram only', choices: {}, colours: 'hsv' },
  { question: 'colour features', name: 'CIELAB histogram only', choices: {}, colours: 'lab' },
  { question: 'colour features', name: '64 components', choices: {}, components: 64 },
  { question: 'dimensions', name: 'shape 96, colour 32', choices: {}, dimensions: [96, 32] },
  { question: 'dimensions', name: 'shape 48, colour 80', choices: {}, dimensions: [48, 80] },
  { question: 'losses', name: 'parts only', choices: weights(1, 1, 0, 0) },
  { question: 'losses', name: 'parts and joined products', choices: weights(1, 1, 1, 0) },
  { question: 'losses', name: 'parts and joined styles', choices: weights(1, 1, 0, 1) },
  { question: 'losses', name: 'joined only', choices: weights(0, 0, 1, 1) },
  { question: 'losses', name: 'joined twice', choices: weights(1, 1, 2, 2) },
  { question: 'miner', name: 'semi-hard, margin .2', choices: { loss: { name: 'triplet-margin' } } },
  { question: 'batch', name: '30 styles', choices: batch(30, 2, 2) },
  { question: 'batch', name: '3 products of a style', choices: batch(20, 3, 2) },
  { question: 'batch', name: '3 photos of a product', choices: batch(20, 2, 3) },
  { question: 'steps', name: '150 steps', choices: { steps: 150 } },
  { question: 'steps', name: '600 steps', choices: { steps: 600 } },
  { question: 'steps', name: 'learning rate .0015', choices: { learningRate: 1.5e-3 } },
];

/** What was the default before, the newest first. */
export const FORMER: readonly Variant[] = [
  {
    question: 'default',
    name: 'the former default',
    choices: { colourDifference: 0, dial: 0.5 },
    isWithoutStages: true,
  },
  {
    question: 'default',
    name: 'the first default',
    choices: { ...weights(1, 1, 0, 0), colourDifference: 0, dial: 0.5 },
    isWithoutStages: true,
    colours: 'hsv',
    dimensions: [96, 32],
    components: 64,
  },
];
