/**
 * Poolings over windows, and sums and means over whole axes.
 */
import { rational } from '../../exact/index.js';
import { maximumOfGroups } from '../graph/maximum.js';
import { combiner, type Row, weightsOf } from '../graph/rows.js';
import { type Entry, entryOf } from '../input/entries.js';
import { layeredValue } from './extrema.js';
import type { NodeView, Operator } from './node.js';
import { type Shape, sizeOf } from './tensor.js';
import { checkSize, depthOf, reshaped, rowsOf, transposed, type Value, valueOfRows } from './value.js';
import { slidingWindows, type Window } from './window.js';

/** The rows of each window of each channel. */
interface Pooling {
  readonly shape: Shape;
  readonly windows: readonly Window[];
  readonly groups: readonly (readonly Row[])[];
  readonly kernel: Shape;
  readonly overhangs: boolean;
}

function poolingOf(node: NodeView, value: Value): Pooling {
  const [batch, channels, ...extents] = value.shape;
  const kernel = node.ints('kernel_shape');
  if (batch === undefined || channels === undefined || kernel === undefined) {
    throw node.fail(`expected an input [batch, channels, ...] and kernel_shape, got shape [${value.shape}]`);
  }
  const ceil = node.int('ceil_mode', 0) !== 0;
  const { shape, windows } = slidingWindows(node, extents, kernel, ceil);
  const overhangs = ceil && sizeOf(slidingWindows(node, extents, kernel).shape) !== windows.length;
  checkSize([batch, channels, windows.length]);
  const rows = rowsOf(value);
  const pixels = sizeOf(extents);
  const covered = windows.reduce((sum, { sources }) => sum + sources.length, 0);
  node.context.budget.spendRows(batch * channels * windows.length, batch * channels * covered);
  const groups: Row[][] = [];
  for (let image = 0; image < batch * channels; image++) {
    for (const { sources } of windows) groups.push(sources.map((source) => rows[image * pixels + source]!));
  }
  return { shape: [batch, channels, ...shape], windows, groups, kernel, overhangs };
}

/** The largest element of every window; padding never wins. */
export const maxPool: Operator = (node) => {
  const value = node.input(0);
  node.int('storage_order', 0);
  const { shape, groups } = poolingOf(node, value);
  if (groups.some((group) => group.length === 0)) throw node.fail('a window lies in the padding; repair the model');
  return layeredValue(shape, maximumOfGroups(node.context, groups, depthOf(value)), [value]);
};

/** factor times the sum of the rows. */
function sumOf(rows: readonly Row[], factor: Entry): Row {
  return combiner(rows)(weightsOf(new Array<Entry>(rows.length).fill(factor)));
}

const reciprocal = (count: number): Entry => entryOf(rational(1n, BigInt(count)));

/** The mean of every window; padding counts as zeros if the model says so, else not at all. */
export const averagePool: Operator = (node) => {
  const value = node.input(0);
  const padded = node.int('count_include_pad', 0) !== 0;
  const { shape, groups, kernel, windows, overhangs } = poolingOf(node, value);
  if (padded && overhangs) {
    throw node.fail('runtimes disagree on ceil_mode with count_include_pad; export with ceil_mode = 0');
  }
  if (windows.some(({ taps }) => taps.length === 0)) throw node.fail('a window lies in the padding; repair the model');
  const rows = groups.map((group) => sumOf(group, reciprocal(padded ? sizeOf(kernel) : group.length)));
  return valueOfRows(shape, rows, [value]);
};

/** The axes of ReduceSum and ReduceMean: an attribute in older operator sets, an input since. */
function reducedAxes(node: NodeView, rank: number): readonly number[] {
  const axes = node.ints('axes') ?? (node.inputs[1] === undefined ? [] : node.integers(1, 'axes'));
  const empty = node.int('noop_with_empty_axes', 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis);
  return axes.length === 0 ? empty : axes.map((axis) => node.axis(axis, rank));
}

/** Sums or means over the given axes, which stay with extent 1. */
function reducedOver(node: NodeView, value: Value, axes: readonly number[], mean: boolean): Value {
  const kept = value.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const last = value.shape.map((_, axis) => axis).filter((axis) => axes.includes(axis));
  const count = sizeOf(last.map((axis) => value.shape[axis]!));
  if (count === 0) throw node.fail('an axis of extent 0 is reduced; repair the model');
  node.context.budget.spendRows(sizeOf(value.shape) / count, sizeOf(value.shape));
  const rows = rowsOf(transposed(value, [...kept, ...last]));
  const factor = mean ? reciprocal(count) : 1;
  const sums = Array.from({ length: rows.length / count }, (_, i) =>
    sumOf(rows.slice(i * count, (i + 1) * count), factor),
  );
  return valueOfRows(
    value.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
    sums,
    [value],
  );
}

function reduction(node: NodeView, mean: boolean): Value {
  const value = node.input(0);
  const axes = reducedAxes(node, value.shape.length);
  const result = reducedOver(node, value, axes, mean);
  if (node.int('keepdims', 1) !== 0) return result;
  return reshaped(
    result,
    result.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

export const reduceSum: Operator = (node) => reduction(node, false);

export const reduceMean: Operator = (node) => reduction(node, true);

export const globalAveragePool: Operator = (node) => {
  const value = node.input(0);
  if (value.shape.length < 3) throw node.fail(`expected an input [batch, channels, ...], got shape [${value.shape}]`);
  return reducedOver(
    node,
    value,
    value.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis])),
    true,
  );
};
