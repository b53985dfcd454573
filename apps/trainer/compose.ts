import { readFile, writeFile } from 'node:fs/promises';
import { backboneSettings } from '#backbones';
import { BackboneRefused, buildBroughtFeatureGraph } from '#networks';

/**
 * Reads an `.onnx` file that nobody vouches for and writes the feature graph around it. Started with limits, by
 * #backbones; says in one line that it is done, or what it refuses.
 *
 * @param settings of the backbone, as JSON
 */
export async function compose(options: { onnx: string; settings: string; out: string }): Promise<void> {
  const settings = backboneSettings.parse(JSON.parse(options.settings));
  try {
    await writeFile(options.out, buildBroughtFeatureGraph(await readFile(options.onnx), settings), { flag: 'wx' });
    say({ written: true });
  } catch (error) {
    if (!(error instanceof BackboneRefused)) throw error;
    const { message, value, remedy } = error;
    say({ refused: { message, ...(value == null ? {} : { value }), ...(remedy === undefined ? {} : { remedy }) } });
  }
}

function say(reply: object): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
