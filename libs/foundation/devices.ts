/**
 * What trains. `auto`: the native TensorFlow, on a GPU if it finds a usable one, else on the CPU; where there is no native
 * TensorFlow, WebAssembly, and the run says so. `cpu`, `gpu`: that one, or the run fails. `wasm`: WebAssembly.
 */
export const DEVICES = ['auto', 'cpu', 'gpu', 'wasm'] as const;
/** What WebAssembly costs, measured on the drawn catalogue; docs/decisions/wasm-training.md. */
export const WASM_COST = 'It needs no native parts, gives a model as good, and takes about N times as long.';

export type Device = (typeof DEVICES)[number];
