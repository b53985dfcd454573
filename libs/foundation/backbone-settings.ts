/** How a backbone that a person brings wants its pictures, and where it gives its features. */
export interface BackboneSettings {
  /** Side of the square picture, in pixels. */
  inputSize: number;
  /** `nchw`: `[n, 3, size, size]`; `nhwc`: `[n, size, size, 3]`. */
  layout: 'nchw' | 'nhwc';
  channels: 'rgb' | 'bgr';
  /** Of pixels in 0..1, in the order of `channels`: (pixel - mean) / std. */
  mean: [number, number, number];
  std: [number, number, number];
  /** A value `[n, d]` or `[n, d, h, w]` of the graph; null: its only output. */
  output: string | null;
}
