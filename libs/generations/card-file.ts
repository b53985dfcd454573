import { join } from 'node:path';
import type { ModelRecord } from './generation.js';

/**
 * Where a model's card lies: in its bundle, beside the files that the manifest names. It may be drawn again, and it may be
 * missing.
 */
export function cardFile({ directory }: Pick<ModelRecord, 'directory'>): string {
  return join(directory, 'card.html');
}
