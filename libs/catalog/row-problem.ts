/** What keeps a row out. */
export interface RowProblem {
  field: string;
  value: string;
  code: string;
  message: string;
}
