import type { InferenceSession } from 'onnxruntime-node';

/**
 * Opens a graph on one thread. More intra-op threads spin while they wait and collapse on a busy machine; Weft runs
 * several one-thread sessions side by side instead. ONNX Runtime is loaded here, on first use, so that processes that
 * only read or write bundles do without it.
 *
 * @param graph path or bytes of an `.onnx` file
 */
export async function openSession(graph: string | Uint8Array): Promise<InferenceSession> {
  const { InferenceSession } = await import('onnxruntime-node');
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  };
  return typeof graph === 'string' ? InferenceSession.create(graph, options) : InferenceSession.create(graph, options);
}

/**
 * Runs a graph of one input. Blocks the calling thread while it computes.
 *
 * @param shape of the input; its first dimension is the number of rows
 * @param outputName of a float output. @default the graph's first, whatever it is called
 * @throws TypeError when the graph has no such output, or it is not float32
 */
export async function runSession(
  session: InferenceSession,
  { values, shape }: { values: Float32Array | Uint8Array; shape: number[] },
  outputName = session.outputNames[0] ?? '',
): Promise<Float32Array> {
  const { Tensor } = await import('onnxruntime-node');
  const tensor =
    values instanceof Uint8Array ? new Tensor('uint8', values, shape) : new Tensor('float32', values, shape);
  const output = (await session.run({ [session.inputNames[0] ?? '']: tensor }, [outputName]))[outputName];
  if (!(output?.data instanceof Float32Array)) throw new TypeError(`The graph's output "${outputName}" is no float.`);
  return output.data;
}
