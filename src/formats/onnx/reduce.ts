/**
 * Sums, means, extrema and sums of absolute values over whole axes; prefix sums.
 */
import { ABSOLUTE } from '../../network/index.js';
import { maximumOfGroups } from '../graph/maximum.js';
import { addRows, constantRow, type Row, scaleRows } from '../graph/rows.js';
import type { Entry } from '../input/entries.js';
import { sameSlopes } from './elementwise.js';
import { layeredValue } from './extrema.js';
import { foldedIntegers } from './integers.js';
import type { NodeView, Operator } from './node.js';
import { checkExponent, reciprocal, sumOf } from './pool.js';
import { isIntegral, sizeOf } from './tensor.js';
import { depthOf, reshaped, rowsOf, transposed, type Value, valueOfRows } from './value.js';

/** The axes of a reduction: an attribute in older operator sets, an input since. */
function reducedAxes(node: NodeView, rank: number): readonly number[] {
  const axes = node.ints('axes') ?? (node.inputs[1] === undefined ? [] : node.integers(1, 'axes'));
  const empty = node.int('noop_with_empty_axes', 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis);
  return axes.length === 0 ? empty : axes.map((axis) => node.axis(axis, rank));
}

/** The groups of rows that are reduced to one each, one behind the other. */
type Reduce = (groups: readonly (readonly Row[])[], value: Value, shape: readonly number[]) => Value;

/** A value without some axes: its elements in groups of `count`. */
function reducedOver(node: NodeView, value: Value, axes: readonly number[], reduce: Reduce): Value {
  const kept = value.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const last = value.shape.map((_, axis) => axis).filter((axis) => axes.includes(axis));
  const count = sizeOf(last.map((axis) => value.shape[axis]!));
  if (count === 0) throw node.fail('an axis of extent 0 is reduced; repair the model');
  const shape = value.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const grouped = transposed(value, [...kept, ...last]);
  if (grouped.kind === 'constant' && isIntegral(grouped)) return foldedIntegers(node, grouped, shape, count);
  node.context.budget.spendRows(sizeOf(value.shape) / count, sizeOf(value.shape));
  const rows = rowsOf(grouped);
  const groups = Array.from({ length: rows.length / count }, (_, i) => rows.slice(i * count, (i + 1) * count));
  return reduce(groups, value, shape);
}

const sums: Reduce = (groups, value, shape) =>
  valueOfRows(
    shape,
    groups.map((group) => sumOf(group, 1)),
    [value],
  );

const means: Reduce = (groups, value, shape) =>
  valueOfRows(
    shape,
    groups.map((group) => sumOf(group, reciprocal(group.length))),
    [value],
  );

const negatives = (rows: readonly Row[]) => scaleRows(rows, new Array<Entry>(rows.length).fill(-1));

const largest =
  (node: NodeView): Reduce =>
  (groups, value, shape) =>
    layeredValue(shape, maximumOfGroups(node.context, groups, depthOf(value)), [value]);

/** A minimum is the negative maximum of the negatives. */
const smallest =
  (node: NodeView): Reduce =>
  (groups, value, shape) => {
    // Each row once, so that equal pairs of several groups share a neuron.
    const { rows, depth } = maximumOfGroups(node.context, groups.map(negatives), depthOf(value));
    return layeredValue(shape, { rows: negatives(rows), depth }, [value]);
  };

function reduction(node: NodeView, value: Value, reduce: Reduce): Value {
  const axes = reducedAxes(node, value.shape.length);
  const result = reducedOver(node, value, axes, reduce);
  if (node.int('keepdims', 1) !== 0) return result;
  return reshaped(
    result,
    result.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

export const reduceSum: Operator = (node) => reduction(node, node.input(0), sums);
export const reduceMean: Operator = (node) => reduction(node, node.input(0), means);
export const reduceMax: Operator = (node) => reduction(node, node.input(0), largest(node));
export const reduceMin: Operator = (node) => reduction(node, node.input(0), smallest(node));

/** The sum of the absolute values. */
export const reduceL1: Operator = (node) => {
  // Without axes to reduce nothing is summed, and absolute values remain.
  return reduction(node, sameSlopes(node, ABSOLUTE), sums);
};

/** Products of constant integers: sizes. */
export const reduceProd: Operator = (node) => {
  const value = node.input(0);
  if (value.kind !== 'constant' || !isIntegral(value)) {
    throw node.fail('a product of values that depend on the input is not piecewise linear; only integers are read');
  }
  return reduction(node, value, sums);
};

/** The axes behind batch and channels. */
function spatialAxes(node: NodeView): readonly number[] {
  const { shape } = node.input(0);
  if (shape.length < 3) throw node.fail(`expected an input [batch, channels, ...], got shape [${shape}]`);
  return shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
}

export const globalAveragePool: Operator = (node) => reducedOver(node, node.input(0), spatialAxes(node), means);
export const globalMaxPool: Operator = (node) => reducedOver(node, node.input(0), spatialAxes(node), largest(node));

export const globalLpPool: Operator = (node) => {
  checkExponent(node);
  return reducedOver(node, sameSlopes(node, ABSOLUTE), spatialAxes(node), sums);
};

/** Sums of all elements up to each along an axis, or from it on, with it or without. */
export const cumulativeSum: Operator = (node) => {
  const value = node.input(0);
  const axis = node.axis(node.integers(1, 'axis')[0] ?? 0, value.shape.length);
  const [exclusive, reverse] = [node.int('exclusive', 0) !== 0, node.int('reverse', 0) !== 0];
  const rows = rowsOf(value);
  const extent = value.shape[axis]!;
  const inner = sizeOf(value.shape.slice(axis + 1));
  const result = new Array<Row>(rows.length);
  for (let start = 0; start < rows.length; start++) {
    if (Math.floor(start / inner) % extent !== 0) continue;
    let sum = constantRow(0);
    for (let k = 0; k < extent; k++) {
      const at = start + (reverse ? extent - 1 - k : k) * inner;
      const next = addRows(sum, rows[at]!);
      node.context.budget.spendRows(1, next.atoms.length);
      result[at] = exclusive ? sum : next;
      sum = next;
    }
  }
  return valueOfRows(value.shape, result, [value]);
};
