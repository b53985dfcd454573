/**
 * Memory that features are read into, over and over again: fresh memory costs more than decoding does, because the kernel
 * clears every page of it when it is first touched. What was read before is written over.
 */
export class FeatureBuffer {
  private numbers = new Float32Array(0);
  private raw = Buffer.alloc(0);

  /** @returns room for so many numbers, with anything in it */
  floats(count: number): Float32Array {
    if (this.numbers.length < count) this.numbers = new Float32Array(count);
    return this.numbers.subarray(0, count);
  }

  /** @returns room for so many bytes, with anything in it; at the beginning of its memory */
  bytes(count: number): Buffer {
    if (this.raw.length < count) this.raw = Buffer.allocUnsafeSlow(count);
    return this.raw.subarray(0, count);
  }
}
