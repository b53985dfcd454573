/**
 * `quick`: frozen EfficientNet-Lite0 and colour histogram, trained linear heads.
 * `custom`: the same over a frozen backbone that a person brings.
 */
export const RECIPE_NAMES = ['quick', 'custom'] as const;

/**
 * `batch-hard-soft-margin`: Hermans, Beyer and Leibe, arXiv 1703.07737.
 * `semi-hard-margin`: Schroff, Kalenichenko and Philbin (FaceNet), arXiv 1503.03832, margin .2 on squared distances.
 */
export const LOSS_NAMES = ['batch-hard-soft-margin', 'semi-hard-margin'] as const;
export type LossName = (typeof LOSS_NAMES)[number];
