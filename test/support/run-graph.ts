import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs an ONNX graph of one input and one output once, on one thread, without going through the code under test. */
export async function runGraph(
  graph: Uint8Array,
  values: Float32Array | Uint8Array,
  shape: number[],
): Promise<{ shape: readonly number[]; values: Float32Array }> {
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const tensor =
      values instanceof Uint8Array ? new Tensor('uint8', values, shape) : new Tensor('float32', values, shape);
    const output = (await session.run({ [session.inputNames[0] as string]: tensor }))[session.outputNames[0] as string];
    if (!(output?.data instanceof Float32Array)) throw new TypeError('The graph gives no floats.');
    return { shape: output.dims, values: output.data };
  } finally {
    await session.release();
  }
}
