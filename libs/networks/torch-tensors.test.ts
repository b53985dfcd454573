import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickle, torchFile, type StoredTensor } from '../../test/support/torch-file.js';
import { readTorchTensors, WeightsUnreadable } from './index.js';

const matrix: StoredTensor = {
  name: 'matrix',
  type: 'FloatStorage',
  shape: [2, 3],
  strides: [3, 1],
  offset: 0,
  stored: [1, 2, 3, 4, 5, 6],
};
const counter: StoredTensor = { name: 'steps', type: 'LongStorage', shape: [], strides: [], offset: 0, stored: [7] };

function refuses(bytes: Uint8Array, sentence: string): void {
  expect(() => readTorchTensors(bytes)).toThrow(WeightsUnreadable);
  expect(() => readTorchTensors(bytes)).toThrow(sentence);
}

describe('readTorchTensors', () => {
  it('reads float and integer tensors in their order', () => {
    const tensors = readTorchTensors(torchFile([matrix, counter]));
    expect([...tensors.keys()]).toEqual(['matrix', 'steps']);
    expect(tensors.get('matrix')).toEqual({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(tensors.get('steps')).toEqual({ shape: [], values: BigInt64Array.of(7n) });
  });

  it('honours strides and offset: a transposed view of a part comes out dense', () => {
    const view = { ...matrix, shape: [2, 2], strides: [1, 3], offset: 1 };
    expect(readTorchTensors(torchFile([view])).get('matrix')?.values).toEqual(Float32Array.of(2, 5, 3, 6));
  });

  it('reads the same from a Buffer, an array and a window into a larger array', () => {
    const bytes = torchFile([matrix, counter]);
    const window = new Uint8Array(bytes.length + 5).subarray(5);
    window.set(bytes);
    const expected = readTorchTensors(Uint8Array.from(bytes));
    expect(readTorchTensors(Buffer.from(bytes))).toEqual(expected);
    expect(readTorchTensors(window)).toEqual(expected);
  });

  it('refuses a file that names any other global, and runs nothing', () => {
    const command = [
      ...[...pickle.begin, ...pickle.global('os', 'system'), ...pickle.mark],
      ...[...pickle.text('touch pwned'), ...pickle.tuple, ...pickle.reduce, ...pickle.end],
    ];
    refuses(torchFile([], command), 'os.system');
  });

  it('refuses a call of a storage type', () => {
    const call = [...pickle.begin, ...pickle.global('torch', 'FloatStorage'), ...pickle.emptyTuple, ...pickle.reduce];
    refuses(torchFile([], [...call, ...pickle.end]), 'call');
  });

  it('refuses an instruction that plain tensors do not need', () => {
    const instance = 0x81; // NEWOBJ
    refuses(torchFile([], [...pickle.begin, instance, ...pickle.end]), '0x81');
  });

  it('refuses a dictionary that holds something else than tensors', () => {
    const other = [
      ...[...pickle.begin, ...pickle.dictionary, ...pickle.mark, ...pickle.text('name'), ...pickle.none],
      ...[...pickle.setItems, ...pickle.end],
    ];
    refuses(torchFile([], other), 'not a tensor');
  });

  it.each([
    ['strides that leave the storage', { strides: [4, 1] }],
    ['an offset that leaves the storage', { offset: 1 }],
    ['more rows than are stored', { shape: [3, 3] }],
    ['as many elements as no memory holds, all of them the same one', { shape: [2 ** 30, 2 ** 30], strides: [0, 0] }],
    ['fewer strides than dimensions', { strides: [1] }],
  ])('refuses a tensor with %s', (_, wrong) => {
    refuses(torchFile([{ ...matrix, ...wrong }]), 'reaches outside its storage');
  });

  it('refuses negative strides', () => {
    refuses(torchFile([{ ...matrix, strides: [-3, 1] }]), 'makes no sense');
  });

  it('refuses bytes after the last tensor', () => {
    refuses(Buffer.concat([torchFile([matrix]), Buffer.from('x')]), 'goes on');
  });

  it('refuses the file cut short anywhere', () => {
    const bytes = torchFile([matrix, counter]);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => readTorchTensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(WeightsUnreadable);
    }
  });

  it('answers any damage with tensors or a refusal, never with another failure', () => {
    const bytes = torchFile([matrix, counter]);
    const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { minLength: 1 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        try {
          readTorchTensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsUnreadable);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
