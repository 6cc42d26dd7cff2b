/**
 * MatMul and Gemm, with the variable on either side.
 */

import type { Budget } from '../graph/context.js';
import { combiner, productsOf, type Row, scaleRows, type Weights, weightsOf } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import { sum } from './elementwise.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, isIntegral, type Shape } from './tensor.js';
import {
  broadcastIndices,
  broadcastShape,
  broadcastTo,
  checkSize,
  rowsOf,
  transposed,
  type Value,
  valueOfRows,
} from './value.js';

/** The elements start, start + step, ... of a list. */
function strided<T>(list: ArrayLike<T>, start: number, step: number, count: number): T[] {
  return Array.from({ length: count }, (_, k) => list[start + k * step]!);
}

/** Below this part of nonzero entries, factors are kept with their places. */
const SPARSE = 0.5;

/** Whether none of the lists has so many zeros that its places are kept. */
function isDense(entries: Float64Array, start: number, apart: number, count: number, lists: number): boolean {
  for (let l = 0; l < lists; l++) {
    let some = 0;
    const from = start + l * apart;
    for (let e = from; e < from + count; e++) if (entries[e] !== 0) some++;
    if (some < SPARSE * count) return false;
  }
  return true;
}

/** Columns that are copied together: as many numbers as a line of the cache holds lie beside each other in every row. */
const TOGETHER = 16;

/** A matrix of the file, k x n numbers from row `top` of its tensor on, as it is decoded: some whole rows at a time. */
interface Stored {
  readonly pieces: () => Iterable<Float64Array | Float32Array>;
  readonly top: number;
  readonly k: number;
  readonly n: number;
}

/** Calls back with every piece of the matrix: its entries, where its first row begins among them, which row of the matrix that is, and which is the last one. */
function forEachPiece(
  { pieces, top, k, n }: Stored,
  visit: (entries: Float64Array | Float32Array, start: number, first: number, end: number) => void,
) {
  let row = -top;
  for (const entries of pieces()) {
    const rows = entries.length / n;
    const first = Math.max(0, row);
    const end = Math.min(k, row + rows);
    if (first < end) visit(entries, (first - row) * n, first, end);
    row += rows;
  }
}

/** The columns of a matrix behind each other. */
function columnsAsRows(stored: Stored): Float64Array {
  const { k, n } = stored;
  const turned = new Float64Array(k * n);
  forEachPiece(stored, (entries, start, top, end) => {
    for (let first = 0; first < n; first += TOGETHER) {
      const last = Math.min(n, first + TOGETHER);
      for (let i = top; i < end; i++) {
        for (let j = first; j < last; j++) turned[j * k + i] = entries[start + (i - top) * n + j]!;
      }
    }
  });
  return turned;
}

/** Whether a part of a matrix, its first piece, has mostly zeros. */
function beginsSparse({ pieces }: Stored): boolean {
  for (const entries of pieces()) {
    let some = 0;
    for (let e = 0; e < entries.length; e++) if (entries[e] !== 0) some++;
    return some < SPARSE * entries.length;
  }
  return false;
}

/** The columns of a matrix without their zeros; undefined if one has few. */
function sparseColumns(stored: Stored): Weights[] | undefined {
  const { k, n } = stored;
  const counts = new Int32Array(n);
  forEachPiece(stored, (entries, start, first, end) => {
    let e = start;
    for (let i = first; i < end; i++) for (let j = 0; j < n; j++, e++) if (entries[e] !== 0) counts[j]!++;
  });
  if (counts.some((count) => count >= SPARSE * k)) return undefined;
  const places = Array.from(counts, (count) => new Int32Array(count));
  const values = Array.from(counts, (count) => new Float64Array(count));
  const next = new Int32Array(n);
  forEachPiece(stored, (entries, start, first, end) => {
    let e = start;
    for (let i = first; i < end; i++) {
      for (let j = 0; j < n; j++, e++) {
        const entry = entries[e]!;
        if (entry === 0) continue;
        const at = next[j]!++;
        places[j]![at] = i;
        values[j]![at] = entry;
      }
    }
  });
  return values.map((own, j) => weightsOf(own, places[j]!));
}

/** `lists` lists of factors: the l-th one is start + l * apart, and so on in steps. Zeros are left out where they are many. */
function weightLists(
  entries: Float64Array | readonly Entry[],
  { start, step, count, apart, lists }: Record<'start' | 'step' | 'count' | 'apart' | 'lists', number>,
): Weights[] {
  const at = (l: number, k: number) => entries[start + l * apart + k * step]!;
  // Row by row as they lie in memory: the entries of a column of a large matrix are far apart.
  const forEachNonzero = (visit: (l: number, k: number) => void) => {
    const across = apart < step;
    const [outer, inner] = across ? [count, lists] : [lists, count];
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const l = across ? i : o;
        const k = across ? o : i;
        if (at(l, k) !== 0) visit(l, k);
      }
    }
  };
  // Rows of a dense matrix are parts of it; they are not copied.
  if (entries instanceof Float64Array && step === 1 && isDense(entries, start, apart, count, lists)) {
    return Array.from({ length: lists }, (_, l) =>
      weightsOf(entries.subarray(start + l * apart, start + l * apart + count)),
    );
  }
  const nonzeros = new Int32Array(lists);
  forEachNonzero((l) => {
    nonzeros[l]!++;
  });
  const places = Array.from(nonzeros, (some) => (some < SPARSE * count ? new Int32Array(some) : null));
  const next = new Int32Array(lists);
  forEachNonzero((l, k) => {
    const own = places[l];
    if (own) own[next[l]!++] = k;
  });
  return places.map((own, l) => {
    const picked = Array.from(own ?? { length: count }, (place, k) => at(l, own === null ? k : place!));
    return weightsOf(entries instanceof Float64Array ? Float64Array.from(picked as number[]) : picked, own);
  });
}

/** One matrix product: m x k times k x n, at the given offsets of the operands. */
interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly left: number;
  readonly right: number;
}

const isPart = (entries: Weights['entries']) =>
  entries instanceof Float64Array && entries.byteLength < entries.buffer.byteLength;

/** Pays for the combinations of rows, which have so many coefficients in all, and makes them. */
function combinations(rows: readonly Row[], weights: readonly Weights[], budget: Budget): Row[] {
  budget.spendRows(
    weights.length,
    // Parts of a tensor of the file cost nothing more.
    weights.reduce((sum, { entries }) => (isPart(entries) ? sum : sum + entries.length), 0),
  );
  budget.spendProducts(productsOf(rows, weights));
  return weights.map(combiner(rows));
}

/** The m x n rows of a product whose right factor is constant. */
function productWithConstantRight(
  rows: readonly Row[],
  columns: readonly Weights[],
  p: Product,
  budget: Budget,
): Row[] {
  return Array.from({ length: p.m }, (_, i) =>
    combinations(strided(rows, p.left + i * p.k, 1, p.k), columns, budget),
  ).flat();
}

/** The m x n rows of a product whose left factor is constant. */
function productWithConstantLeft(weights: readonly Weights[], rows: readonly Row[], p: Product, budget: Budget): Row[] {
  const columns = Array.from({ length: p.n }, (_, j) =>
    combinations(strided(rows, p.right + j, p.n, p.k), weights, budget),
  );
  return Array.from({ length: p.m * p.n }, (_, e) => columns[e % p.n]![Math.floor(e / p.n)]!);
}

/** The columns of a constant right factor: without their zeros where these are many, else as rows of a copy if its entries are doubles. */
function turnedLists(node: NodeView, b: Constant, { k, n, right }: Product): readonly Weights[] {
  const entries = isIntegral(b) || b.pieces === undefined ? floats(node, b) : undefined;
  if (entries !== undefined && !(entries instanceof Float64Array))
    return weightLists(entries, { start: right, step: n, count: k, apart: 1, lists: n });
  const pieces = () => (entries === undefined ? b.pieces!(n) : [entries]);
  const stored = { pieces, top: right / n, k, n };
  const sparse = beginsSparse(stored) ? sparseColumns(stored) : undefined;
  if (sparse !== undefined) return sparse;
  node.context.budget.spendTurned(b, k * n);
  return weightLists(columnsAsRows(stored), { start: 0, step: 1, count: k, apart: k, lists: n });
}

/**
 * The numpy product of two values, at least one of which is constant.
 *
 * @param turned whether b, a constant matrix, is given with its rows as columns
 */
export function matrixProduct(node: NodeView, a: Value, b: Value, turned = false): Value {
  if (a.kind === 'affine' && b.kind === 'affine') {
    throw node.fail(
      'expected a constant factor; a product of two values that depend on the input is not piecewise linear',
    );
  }
  if (a.shape.length === 0 || b.shape.length === 0)
    throw node.fail('expected matrices, got a scalar; repair the model');
  const left: Shape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right: Shape = b.shape.length === 1 ? [...b.shape, 1] : turned ? [b.shape[1]!, b.shape[0]!] : b.shape;
  const [m, k] = left.slice(-2) as [number, number];
  const [inner, n] = right.slice(-2) as [number, number];
  if (k !== inner)
    throw node.fail(`cannot multiply [${a.shape}] by [${b.shape}]; the shapes of the model do not match`);
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  checkSize([...batch, m, n]);
  const leftBatch = broadcastIndices(left.slice(0, -2), batch);
  const rightBatch = broadcastIndices(right.slice(0, -2), batch);
  const { budget } = node.context;
  // A constant matrix serves all batches that it is broadcast to.
  const lists = new Map<number, readonly Weights[]>();
  const listsAt = (start: number, make: () => readonly Weights[]) => {
    const known = lists.get(start) ?? make();
    lists.set(start, known);
    return known;
  };
  const rows = Array.from(leftBatch, (l, i) => {
    const product = { m, k, n, left: l * m * k, right: rightBatch[i]! * k * n };
    const { left: start, right } = product;
    if (b.kind === 'constant') {
      const columns = turned
        ? { start: right, step: 1, count: k, apart: k, lists: n }
        : { start: right, step: n, count: k, apart: 1, lists: n };
      const own = listsAt(right, () =>
        turned || k === 1 || n === 1 ? weightLists(floats(node, b), columns) : turnedLists(node, b, product),
      );
      return productWithConstantRight(rowsOf(a), own, product, budget);
    }
    const own = listsAt(start, () => weightLists(floats(node, a), { start, step: 1, count: k, apart: k, lists: m }));
    return productWithConstantLeft(own, rowsOf(b), product, budget);
  }).flat();
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  return valueOfRows(shape, rows, [a, b]);
}

function floats(node: NodeView, value: Value): Float64Array | readonly Entry[] {
  if (value.kind !== 'constant' || isIntegral(value))
    throw node.fail('expected floating-point weights; cast them first');
  return value.entries;
}

export const matMul: Operator = (node) => matrixProduct(node, node.input(0), node.input(1));

function scaled(value: Value, factor: number): Value {
  if (factor === 1) return value;
  const rows = rowsOf(value);
  return valueOfRows(value.shape, scaleRows(rows, new Array<number>(rows.length).fill(factor)), [value]);
}

/** alpha * A' * B' + beta * C, where ' transposes if the attribute says so. */
export const gemm: Operator = (node) => {
  const factor = (index: number, attribute: string): Value => {
    const value = node.input(index);
    if (value.shape.length !== 2) throw node.fail(`expected a matrix as input ${index}, got shape [${value.shape}]`);
    return node.int(attribute, 0) === 0 ? value : transposed(value, [1, 0]);
  };
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  const right = node.input(1);
  // The weights of most exporters: their rows are read as they lie.
  const turned = right.kind === 'constant' && right.shape.length === 2 && node.int('transB', 0) !== 0;
  const b = turned ? right : factor(1, 'transB');
  const product = scaled(matrixProduct(node, factor(0, 'transA'), b, turned), alpha);
  const asked = node.opset >= 7 || node.int('broadcast', 0) !== 0;
  const offset = node.optional(2);
  if (offset === undefined) return product;
  if (!asked && offset.shape.join() !== product.shape.join()) {
    throw node.fail(
      `expected C of shape [${product.shape}], or broadcast = 1, got [${offset.shape}]; repair the model`,
    );
  }
  if (broadcastShape(offset.shape, product.shape).join() !== product.shape.join()) {
    throw node.fail(
      `cannot add C of shape [${offset.shape}] to [${product.shape}]; the shapes of the model do not match`,
    );
  }
  return sum(product, scaled(broadcastTo(offset, product.shape), beta));
};
