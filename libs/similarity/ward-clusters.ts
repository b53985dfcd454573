import { wardUnions } from './ward.js';

/**
 * Groups points by Ward's method, see `wardUnions`, as long as a union adds at most `limit` to the sum of squared distances to
 * the groups' means.
 *
 * @param count of points
 * @param distance squared Euclidean distance of two points
 * @param limit in the unit of `distance`; two single points are joined at a squared distance of up to twice the limit
 * @returns groups in order of their lowest member
 */
export function wardClusters(count: number, distance: (a: number, b: number) => number, limit: number): number[][] {
  const points = Array.from({ length: count }, (_, point) => point);
  const groups = new Map(points.map((point) => [point, [point]]));
  const unions = wardUnions(
    points.map(() => 1),
    distance,
  );
  for (const [at, { left, right, height }] of unions.entries()) {
    if (height > limit) break;
    groups.set(
      count + at,
      [...(groups.get(left) ?? []), ...(groups.get(right) ?? [])].sort((a, b) => a - b),
    );
    groups.delete(left);
    groups.delete(right);
  }
  return [...groups.values()].sort(([a = 0], [b = 0]) => a - b);
}
