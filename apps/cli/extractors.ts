import { readFile } from 'node:fs/promises';
import { openArtifacts } from '#artifacts';
import { Backbones } from '#backbones';
import type { WeftConfig } from '#config';
import { extractorIdOf } from '#embedder';
import { featureGraphPath } from '#provision';

/**
 * What computes features here: Weft's own graph and brought backbones. null: the former is not built, so that nobody knows
 * which it is.
 */
export async function extractorsOf(config: WeftConfig): Promise<string[] | null> {
  const own = await readFile(featureGraphPath(config)).then(
    (graph) => extractorIdOf(graph),
    () => null,
  );
  return own === null ? null : [own, ...(await new Backbones(await openArtifacts(config)).ids())];
}
