import { open, readFile, rename, rm } from 'node:fs/promises';
import { buildFeatureGraph, readTorchTensors } from '#networks';

/**
 * Writes the graph of the frozen backbone and the colour histogram: set-up's last step. Loads no TensorFlow.
 * The file appears whole or not at all.
 *
 * @param weightsPath legacy torch file of EfficientNet-Lite0
 * @param outPath the `.onnx` file to write
 * @throws WeightsUnreadable, WeftError `weights-unsuitable`
 */
export async function writeBackbone(weightsPath: string, outPath: string): Promise<void> {
  const graph = buildFeatureGraph(readTorchTensors(await readFile(weightsPath)));
  const temporary = `${outPath}.${process.pid}.partial`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(graph);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, outPath);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
