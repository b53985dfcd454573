/** How far a run has come. `fraction` is in [0, 1]; `detail` holds stage-specific numbers (loss, rows, photos). */
export interface Progress {
  stage: string;
  fraction: number;
  message: string;
  detail?: Record<string, number | string | null>;
}

export type ProgressListener = (progress: Progress) => void;
