import { readFile } from 'node:fs/promises';
import { writeDurably } from '#foundation';
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
  await writeDurably(outPath, buildFeatureGraph(readTorchTensors(await readFile(weightsPath))));
}
