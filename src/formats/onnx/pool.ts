/**
 * Poolings over windows.
 */
import { rational } from '../../exact/index.js';
import { ABSOLUTE } from '../../network/index.js';
import { maximumOfGroups } from '../graph/maximum.js';
import { combiner, type Row, weightsOf } from '../graph/rows.js';
import { type Entry, entryOf } from '../input/entries.js';
import { sameSlopes } from './elementwise.js';
import { layeredValue } from './extrema.js';
import type { NodeView, Operator } from './node.js';
import { type Shape, sizeOf } from './tensor.js';
import { checkSize, depthOf, rowsOf, type Value, valueOfRows } from './value.js';
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
export function sumOf(rows: readonly Row[], factor: Entry): Row {
  return combiner(rows)(weightsOf(new Array<Entry>(rows.length).fill(factor)));
}

export const reciprocal = (count: number): Entry => entryOf(rational(1n, BigInt(count)));

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

/** The sum of the absolute values in every window: p = 1. */
export const lpPool: Operator = (node) => {
  checkExponent(node);
  const value = sameSlopes(node, ABSOLUTE);
  const { shape, groups } = poolingOf(node, value);
  return valueOfRows(
    shape,
    groups.map((group) => sumOf(group, 1)),
    [value],
  );
};

/** @throws FormatError unless p = 1 */
export function checkExponent(node: NodeView) {
  // A float in the first version.
  const p = node.opset < 2 ? node.float('p', 2) : node.int('p', 2);
  if (p !== 1) throw node.fail(`p = ${p}: only p = 1, the sum of absolute values, is piecewise linear`);
}
