/**
 * MatMul and Gemm, with the variable on either side.
 */

import type { Budget } from '../graph/context.js';
import { combiner, productsOf, type Row, scaleRows, weightsOf } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import { sum } from './elementwise.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, type Shape, sizeOf } from './tensor.js';
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

function weightsAt(entries: Float64Array | readonly Entry[], start: number, step: number, count: number) {
  if (!(entries instanceof Float64Array)) return strided(entries, start, step, count);
  const picked = new Float64Array(count);
  for (let k = 0; k < count; k++) picked[k] = entries[start + k * step]!;
  return picked;
}

/** One matrix product: m x k times k x n, at the given offsets of the operands. */
interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly left: number;
  readonly right: number;
}

/** The m x n rows of a product whose right factor is constant. */
function productWithConstantRight(
  rows: readonly Row[],
  entries: Constant['entries'],
  p: Product,
  budget: Budget,
): Row[] {
  const columns = Array.from({ length: p.n }, (_, j) => weightsOf(weightsAt(entries, p.right + j, p.n, p.k)));
  return Array.from({ length: p.m }, (_, i) => {
    const factors = strided(rows, p.left + i * p.k, 1, p.k);
    budget.spendProducts(p.n, productsOf(factors));
    return columns.map(combiner(factors));
  }).flat();
}

/** The m x n rows of a product whose left factor is constant. */
function productWithConstantLeft(
  entries: Constant['entries'],
  rows: readonly Row[],
  p: Product,
  budget: Budget,
): Row[] {
  const weights = Array.from({ length: p.m }, (_, i) => weightsOf(weightsAt(entries, p.left + i * p.k, 1, p.k)));
  const columns = Array.from({ length: p.n }, (_, j) => {
    const factors = strided(rows, p.right + j, p.n, p.k);
    budget.spendProducts(p.m, productsOf(factors));
    return weights.map(combiner(factors));
  });
  return Array.from({ length: p.m * p.n }, (_, e) => columns[e % p.n]![Math.floor(e / p.n)]!);
}

/** The numpy product of two values, at least one of which is constant. */
function matrixProduct(node: NodeView, a: Value, b: Value): Value {
  if (a.kind === 'affine' && b.kind === 'affine') {
    throw node.fail(
      'expected a constant factor; a product of two values that depend on the input is not piecewise linear',
    );
  }
  if (a.shape.length === 0 || b.shape.length === 0)
    throw node.fail('expected matrices, got a scalar; repair the model');
  const left: Shape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right: Shape = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k] = left.slice(-2) as [number, number];
  const [inner, n] = right.slice(-2) as [number, number];
  if (k !== inner)
    throw node.fail(`cannot multiply [${a.shape}] by [${b.shape}]; the shapes of the model do not match`);
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  checkSize([...batch, m, n]);
  node.context.budget.spend(sizeOf(batch) * m * n * (k + 1));
  const leftBatch = broadcastIndices(left.slice(0, -2), batch);
  const rightBatch = broadcastIndices(right.slice(0, -2), batch);
  const rows = Array.from(leftBatch, (l, i) => {
    const product = { m, k, n, left: l * m * k, right: rightBatch[i]! * k * n };
    const { budget } = node.context;
    if (b.kind === 'constant') return productWithConstantRight(rowsOf(a), floats(node, b), product, budget);
    return productWithConstantLeft(floats(node, a), rowsOf(b), product, budget);
  }).flat();
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  return valueOfRows(shape, rows, [a, b]);
}

function floats(node: NodeView, value: Value): Float64Array | readonly Entry[] {
  if (value.kind !== 'constant' || value.integer) throw node.fail('expected floating-point weights; cast them first');
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
  const product = scaled(matrixProduct(node, factor(0, 'transA'), factor(1, 'transB')), alpha);
  if (node.inputs[2] === undefined) return product;
  const offset = node.inputs[2];
  if (broadcastShape(offset.shape, product.shape).join() !== product.shape.join()) {
    throw node.fail(
      `cannot add C of shape [${offset.shape}] to [${product.shape}]; the shapes of the model do not match`,
    );
  }
  return sum(product, scaled(broadcastTo(offset, product.shape), beta));
};
