/**
 * Rows of a batch: anchor i belongs with positive i and not with negative i. The three arrays have one length, and
 * the three rows of a triplet differ.
 */
export interface Triplets {
  anchors: Int32Array;
  positives: Int32Array;
  negatives: Int32Array;
}

/** Collects triplets one by one. */
export class TripletList {
  private readonly rows: [number, number, number][] = [];

  add(anchor: number, positive: number, negative: number): void {
    this.rows.push([anchor, positive, negative]);
  }

  toTriplets(): Triplets {
    return {
      anchors: Int32Array.from(this.rows, ([anchor]) => anchor),
      positives: Int32Array.from(this.rows, ([, positive]) => positive),
      negatives: Int32Array.from(this.rows, ([, , negative]) => negative),
    };
  }
}
