import type { Device } from '#foundation';

/** The device that tests of the learning wing compute on; test/conformance/wasm-backend.test.ts runs them on another. */
export const underTest: { device: Device } = { device: 'cpu' };
