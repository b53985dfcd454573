import type { Grouping } from '#visual-groups';

/** A group of one tree: of which state of the catalogue, grouped how, and its number in the tree. */
export interface ClusterId extends Grouping {
  state: string;
  group: number;
}

/** What `printClusterId` writes. A dial near 0 is written as 1e-7 is. */
export const CLUSTER_ID =
  /^(\d{1,10}-(?:[0-9a-f]{8}|none))~(\d(?:\.\d{1,25})?(?:e-\d{1,3})?)~(product|style)~(\d{1,7})$/;

export function printClusterId({ state, dial, groupBy, group }: ClusterId): string {
  return `${state}~${dial}~${groupBy}~${group}`;
}

/** null for what no list of clusters can have named. */
export function readClusterId(id: string): ClusterId | null {
  const [, state = '', dial, by, group] = CLUSTER_ID.exec(id) ?? [];
  const read = {
    state,
    dial: Number(dial),
    groupBy: by === 'style' ? 'style' : 'product',
    group: Number(group),
  } as const;
  return read.dial <= 1 ? read : null;
}
