/**
 * What trains. `auto`: the native TensorFlow, on a GPU if it finds a usable one, else on the CPU; where there is no native
 * TensorFlow, WebAssembly, and the run says so. `cpu`, `gpu`: that one, or the run fails. `wasm`: WebAssembly.
 */
export const DEVICES = ['auto', 'cpu', 'gpu', 'wasm'] as const;
/** What WebAssembly costs, measured on synthetic snapshots; docs/decisions/wasm-training.md. */
export const WASM_COST =
  'It needs no native parts and gives a model as good; it takes 1.1 times as long for 400 photos, 5.2 times for 4,000, 3.7 times for 20,000.';

export type Device = (typeof DEVICES)[number];
