import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot, type WeftConfig } from '#config';
import { sha256 } from '#foundation';
import { backboneWeightsPath, featureGraphPath } from '../backbone.js';
import { runCommand } from '../run-command.js';
import { type Finding, ok, problem, SETUP } from './finding.js';
import { judgeModule } from './runtime.js';

export interface BackboneFacts {
  graph: string;
  hasGraph: boolean;
  /** Directory of the weights. */
  weights: string;
  hasWeights: boolean;
  /** Whether the weights have the hash that their name carries, as PyTorch names them. */
  areWeightsWhole: boolean;
}

export function lookAtBackbone(config: WeftConfig): Finding {
  const [graph, weights] = [featureGraphPath(config), backboneWeightsPath(config)];
  const hash = /-([0-9a-f]{8})\.pth$/.exec(basename(weights))?.[1] ?? 'no hash';
  const hasWeights = existsSync(weights);
  return judgeBackbone({
    graph,
    hasGraph: existsSync(graph),
    weights,
    hasWeights,
    areWeightsWhole: hasWeights && sha256(readFileSync(weights)).startsWith(hash),
  });
}

export function judgeBackbone({ graph, hasGraph, weights, hasWeights, areWeightsWhole }: BackboneFacts): Finding {
  const value = { graph, weights };
  if (!hasWeights) return problem('backbone', 'The weights of EfficientNet-Lite0 are not fetched yet.', SETUP, value);
  if (!areWeightsWhole) {
    const sentence = 'The weights of EfficientNet-Lite0 are damaged: their hash is not the one they are named by.';
    return problem('backbone', sentence, `rm -r '${join(weights, '..', '..', '..')}' && ${SETUP}`, value);
  }
  if (!hasGraph) return problem('backbone', 'The feature graph is not built yet.', SETUP, value);
  return ok('backbone', `EfficientNet-Lite0, with the right hash; its graph is ${graph}.`, value);
}

/** Loads ONNX Runtime and, where it is built, the feature graph, in a process of its own. */
export async function lookAtOnnxRuntime(config: WeftConfig): Promise<Finding> {
  const graph = featureGraphPath(config);
  const code = `
    const { InferenceSession, env } = await import('onnxruntime-node');
    const path = process.argv[1];
    if (path !== undefined) await InferenceSession.create(path);
    console.log(JSON.stringify({ onnxruntime: env.versions.node ?? env.versions.common }));`;
  const args = ['--input-type=module', '-e', code, ...(existsSync(graph) ? [graph] : [])];
  const outcome = await runCommand(process.execPath, args, { cwd: repositoryRoot(import.meta.url) });
  return judgeOnnxRuntime(outcome, graph);
}

export function judgeOnnxRuntime(outcome: { status: number; stdout: string; stderr: string }, graph: string): Finding {
  if (
    outcome.status !== 0 &&
    /Protobuf|INVALID_GRAPH|INVALID_PROTOBUF|ModelProto|features\.onnx/i.test(outcome.stderr)
  ) {
    const remedy = `rm -r '${join(graph, '..')}' && ${SETUP}`;
    return problem('onnxruntime', `ONNX Runtime cannot read the feature graph ${graph}.`, remedy, { graph });
  }
  return judgeModule('onnxruntime', 'ONNX Runtime', outcome);
}
