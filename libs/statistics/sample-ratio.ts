import { twoSided } from './normal.js';
import type { ArmSizes } from './sample-size.js';

/**
 * How likely arms are as unequal as these, or more, where each unit goes to the treatment with the chance that was
 * planned: chi-square with one degree of freedom (A. Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled
 * Experiments, 2019). Below .001 something other than chance decides who is counted.
 *
 * @returns the p-value; 1 without a unit
 */
export function sampleRatioTest({ control, treatment }: ArmSizes, treatmentShare: number): number {
  const total = control + treatment;
  if (total === 0) return 1;
  const expected = total * treatmentShare;
  // The square root of chi-square with one degree of freedom is a standard normal number.
  return twoSided((treatment - expected) / Math.sqrt(expected * (1 - treatmentShare)));
}
