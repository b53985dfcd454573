export const DISTANCE_NAMES = ['squared-euclidean', 'euclidean', 'cosine', 'dot-product'] as const;
export type DistanceName = (typeof DISTANCE_NAMES)[number];
