/**
 * A row at many vertices: the innermost loop of the `vertex` engine, written out for the dimensions where it is hottest.
 */

/**
 * values[k] := data[at + constant] + sum_i data[at + i] * x[n ids[k] + i] for k < count, each a rounded sum of rounded
 * products (Lemma 2 in `exact/sign.ts` holds for any order of summation).
 */
export type RowAtVertices = (
  data: Float64Array,
  at: number,
  constant: number,
  x: Float64Array,
  ids: Int32Array,
  count: number,
  values: Float64Array,
) => void;

const inThree: RowAtVertices = (data, at, constant, x, ids, count, values) => {
  const c = data[at + constant]!;
  const a0 = data[at]!;
  const a1 = data[at + 1]!;
  const a2 = data[at + 2]!;
  for (let k = 0; k < count; k++) {
    const p = 3 * ids[k]!;
    values[k] = c + a0 * x[p]! + a1 * x[p + 1]! + a2 * x[p + 2]!;
  }
};

const inFour: RowAtVertices = (data, at, constant, x, ids, count, values) => {
  const c = data[at + constant]!;
  const a0 = data[at]!;
  const a1 = data[at + 1]!;
  const a2 = data[at + 2]!;
  const a3 = data[at + 3]!;
  for (let k = 0; k < count; k++) {
    const p = 4 * ids[k]!;
    values[k] = c + a0 * x[p]! + a1 * x[p + 1]! + (a2 * x[p + 2]! + a3 * x[p + 3]!);
  }
};

const inFive: RowAtVertices = (data, at, constant, x, ids, count, values) => {
  const c = data[at + constant]!;
  const a0 = data[at]!;
  const a1 = data[at + 1]!;
  const a2 = data[at + 2]!;
  const a3 = data[at + 3]!;
  const a4 = data[at + 4]!;
  for (let k = 0; k < count; k++) {
    const p = 5 * ids[k]!;
    values[k] = c + a0 * x[p]! + (a1 * x[p + 1]! + a2 * x[p + 2]!) + (a3 * x[p + 3]! + a4 * x[p + 4]!);
  }
};

const inSix: RowAtVertices = (data, at, constant, x, ids, count, values) => {
  const c = data[at + constant]!;
  const a0 = data[at]!;
  const a1 = data[at + 1]!;
  const a2 = data[at + 2]!;
  const a3 = data[at + 3]!;
  const a4 = data[at + 4]!;
  const a5 = data[at + 5]!;
  for (let k = 0; k < count; k++) {
    const p = 6 * ids[k]!;
    const head = c + a0 * x[p]! + (a1 * x[p + 1]! + a2 * x[p + 2]!);
    values[k] = head + (a3 * x[p + 3]! + a4 * x[p + 4]!) + a5 * x[p + 5]!;
  }
};

function inAny(n: number): RowAtVertices {
  return (data, at, constant, x, ids, count, values) => {
    const c = data[at + constant]!;
    for (let k = 0; k < count; k++) {
      let sum = c;
      for (let i = 0, p = n * ids[k]!; i < n; i++, p++) sum += data[at + i]! * x[p]!;
      values[k] = sum;
    }
  };
}

/** The evaluation for vertices of n coordinates. */
export function rowAtVertices(n: number): RowAtVertices {
  return [undefined, undefined, undefined, inThree, inFour, inFive, inSix][n] ?? inAny(n);
}
