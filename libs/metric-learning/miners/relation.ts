/**
 * What belongs together in a batch, by labels of its rows. The two labels may differ, and pairs that are neither
 * positive nor negative are ignored:
 *
 * | part   | positive | negative | ignored                      |
 * |--------|----------|----------|------------------------------|
 * | shape  | style    | style    |                              |
 * | colour | product  | product  |                              |
 * | joined | product  | style    | other colours of one's style |
 */
export interface Relation {
  /** Rows with equal numbers are positives of each other. */
  positive: Int32Array; // [batch]
  /** Rows with different numbers are negatives of each other. */
  negative: Int32Array; // [batch]
  /** Which photo a row is: rows of one photo are neither positives nor negatives of each other. */
  photo: Int32Array; // [batch]
}

/** Whether row `j` is a positive of anchor `i`. Never true for two rows of one photo. */
export function isPositive(relation: Relation, i: number, j: number): boolean {
  return relation.positive[i] === relation.positive[j] && relation.photo[i] !== relation.photo[j];
}

/** Whether row `j` is a negative of anchor `i`. Never true for a positive. */
export function isNegative(relation: Relation, i: number, j: number): boolean {
  return (
    relation.negative[i] !== relation.negative[j] &&
    relation.positive[i] !== relation.positive[j] &&
    relation.photo[i] !== relation.photo[j]
  );
}

/** Positives of an anchor, by ascending row. */
export function positivesOf(relation: Relation, anchor: number): number[] {
  return rowsWhere(relation, (row) => isPositive(relation, anchor, row));
}

/** Negatives of an anchor, by ascending row. */
export function negativesOf(relation: Relation, anchor: number): number[] {
  return rowsWhere(relation, (row) => isNegative(relation, anchor, row));
}

/**
 * Both for an anchor of very many rows, in one pass.
 *
 * @param room as long as there are rows; the answer's negatives lie in it
 */
export function othersOf(
  { positive, negative, photo }: Relation,
  anchor: number,
  room: Int32Array,
): { positives: number[]; negatives: Int32Array } {
  const [ownPositive, ownNegative, ownPhoto] = [positive[anchor], negative[anchor], photo[anchor]];
  const positives: number[] = [];
  let count = 0;
  for (let row = 0; row < photo.length; row += 1) {
    if (photo[row] === ownPhoto) continue;
    if (positive[row] === ownPositive) positives.push(row);
    else if (negative[row] !== ownNegative) {
      room[count] = row;
      count += 1;
    }
  }
  return { positives, negatives: room.subarray(0, count) };
}

function rowsWhere({ photo }: Relation, belongs: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < photo.length; row += 1) if (belongs(row)) rows.push(row);
  return rows;
}
