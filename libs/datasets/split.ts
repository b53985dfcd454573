import { stableFraction } from '#foundation';

/** What a style is used for. Never decided by product or photo: colourways are recolours of one exposure. */
export type Split = 'train' | 'validation' | 'holdout';

const HOLDOUT_SHARE = 0.2;
const VALIDATION_SHARE = 0.2;

/**
 * The split of a style: a stable function of style id and installation salt, so that a style held out once is held
 * out from every version of the model, whatever is added to the catalogue later.
 *
 * 20 % of all styles are held out; 20 % of the rest, by a second, independent fraction, are validation.
 */
export function assignSplit(styleId: string, salt: string): Split {
  if (stableFraction(styleId, salt) < HOLDOUT_SHARE) return 'holdout';
  return stableFraction(styleId, `${salt}\u0000validation`) < VALIDATION_SHARE ? 'validation' : 'train';
}
