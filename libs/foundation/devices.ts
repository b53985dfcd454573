/**
 * What trains. `auto`: the native TensorFlow, on a GPU if it finds a usable one, else on the CPU; where there is no native
 * TensorFlow, WebAssembly, and the run says so. `cpu`, `gpu`: that one, or the run fails. `wasm`: WebAssembly.
 */
export const DEVICES = ['auto', 'cpu', 'gpu', 'wasm'] as const;
export type Device = (typeof DEVICES)[number];
