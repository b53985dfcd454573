import { compiledFile } from '#config';
import { type TrialFindings, trialFindings } from './description.js';
import { runLimited } from './limited-process.js';
import type { BackboneLimits } from './limits.js';

/**
 * Loads a feature graph in a process of its own and runs it on pictures: the same features each time, finite, not alike for
 * different pictures, between 16 and 4096 of them beside the colour's.
 *
 * @param graphPath of the finished feature graph
 * @param side of its pictures, in pixels
 * @throws WeftError `backbone-refused`
 */
export function tryGraph(graphPath: string, side: number, limits: BackboneLimits): Promise<TrialFindings> {
  const script = compiledFile(import.meta.url, './trial-process.js');
  return runLimited('Running', script, [graphPath, String(side)], trialFindings, limits);
}
