/** What a brought backbone may cost while it is looked at. */
export interface BackboneLimits {
  /** Of the `.onnx` file. @default 536870912 (512 MiB: a ViT-B takes 350 MB) */
  fileBytes: number;
  /** Writable memory of the processes that read and try it. @default 4 GiB; held on Linux */
  memoryBytes: number;
  /** Longest that reading it, and trying it, may take, in milliseconds each. @default 120000 */
  timeoutMs: number;
}

export const BACKBONE_LIMITS: Readonly<BackboneLimits> = Object.freeze({
  fileBytes: 512 * 1024 ** 2,
  memoryBytes: 4 * 1024 ** 3,
  timeoutMs: 120_000,
});

/** Fewer features than this tell no garments apart; more fill the cache with what training throws away. */
export const FEATURES = { from: 16, to: 4096 } as const;
