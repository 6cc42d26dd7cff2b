/**
 * Element by element: sums, products with constants, and the activations.
 */
import { compare, ONE, rationalFromDouble, ZERO } from '../../exact/index.js';
import { ABSOLUTE, bends, leaky, RELU, type Slopes } from '../../network/index.js';
import { addRows, type Row, scaleRow, scaleRows } from '../graph/rows.js';
import { entryOf, exactly, invertEntry } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import type { Constant } from './tensor.js';
import { broadcastShape, broadcastTo, rowsOf, type Value, valueOfRows } from './value.js';

/** a + b for values of one shape. */
export function sum(a: Value, b: Value): Value {
  const right = rowsOf(b);
  return valueOfRows(
    a.shape,
    rowsOf(a).map((row, i) => addRows(row, right[i]!)),
    [a, b],
  );
}

function negated(value: Value): Value {
  const rows = rowsOf(value);
  return valueOfRows(value.shape, scaleRows(rows, new Array<number>(rows.length).fill(-1)), [value]);
}

function spendRows(node: NodeView, rows: readonly Row[]) {
  const coefficients = rows.reduce((sum, row) => sum + row.atoms.length, 0);
  node.context.budget.spendRows(rows.length, coefficients);
}

/** The two operands, broadcast to one shape. */
function operands(node: NodeView): [Value, Value] {
  return broadcastPair(node, node.input(0), node.input(1));
}

function broadcastPair(node: NodeView, a: Value, b: Value): [Value, Value] {
  const shape = broadcastShape(a.shape, b.shape);
  const pair: [Value, Value] = [broadcastTo(a, shape), broadcastTo(b, shape)];
  for (const value of pair) {
    if (value.kind === 'affine') spendRows(node, value.rows);
  }
  return pair;
}

export const addition: Operator = (node) => sum(...operands(node));

/** The sum of any number of operands. */
export const total: Operator = (node) =>
  node.inputs.map((_, i) => node.input(i)).reduce((left, right) => sum(...broadcastPair(node, left, right)));

export const subtraction: Operator = (node) => {
  const [a, b] = operands(node);
  return sum(a, negated(b));
};

export const negation: Operator = (node) => negated(node.input(0));

/** The elements of `value` times those of a constant of the same shape. */
function scaledBy(value: Value, factors: Constant): Value {
  return valueOfRows(value.shape, scaleRows(rowsOf(value), factors.entries), [value, factors]);
}

export const multiplication: Operator = (node) => {
  const [a, b] = operands(node);
  if (a.kind === 'constant' && b.kind === 'constant' && (a.integer || b.integer)) throw integerArithmetic(node);
  if (b.kind === 'constant' && !b.integer) return scaledBy(a, b);
  if (a.kind === 'constant' && !a.integer) return scaledBy(b, a);
  throw node.fail(
    'expected a constant floating-point factor; a product of two values that depend on the input is not piecewise linear',
  );
};

export const division: Operator = (node) => {
  const [a, b] = operands(node);
  if (b.kind === 'affine')
    throw node.fail('expected a constant divisor; a quotient by the input is not piecewise linear');
  if (b.integer) throw integerArithmetic(node);
  if (Array.from(b.entries).some((entry) => entry === 0)) throw node.fail('division by zero; repair the weights');
  return scaledBy(a, { ...b, entries: Array.from(b.entries, invertEntry) });
};

function integerArithmetic(node: NodeView) {
  return node.fail('arithmetic on integers is not supported; export with fixed shapes');
}

/** The activation on a constant: nothing to cut. */
function constantAfter(row: Row, { negative, positive }: Slopes): Row {
  const value = exactly(row.constant);
  return scaleRow(row, entryOf(compare(value, ZERO) > 0 ? positive : negative));
}

/** Puts a neuron on each element; a pair of equal slopes for all is just a factor. */
function activated(node: NodeView, value: Value, slopes: readonly Slopes[]): Value {
  const rows = rowsOf(value);
  if (value.kind === 'constant') {
    return valueOfRows(
      value.shape,
      rows.map((row, i) => constantAfter(row, slopes[i]!)),
      [value],
    );
  }
  if (!slopes.some(bends)) {
    const factors = slopes.map(({ positive }) => entryOf(positive));
    return { ...value, rows: scaleRows(rows, factors) };
  }
  spendRows(node, rows);
  const depth = value.depth + 1;
  return { kind: 'affine', shape: value.shape, rows: node.context.lowering.activate(rows, slopes, depth), depth };
}

function sameSlopes(node: NodeView, slopes: Slopes): Value {
  const value = node.input(0);
  return activated(node, value, new Array<Slopes>(rowsOf(value).length).fill(slopes));
}

export const relu: Operator = (node) => sameSlopes(node, RELU);

export const absoluteValue: Operator = (node) => sameSlopes(node, ABSOLUTE);

/** The default slope is the float32 nearest to 0.01, which is what runtimes use. */
export const leakyRelu: Operator = (node) =>
  sameSlopes(node, leaky(rationalFromDouble(node.float('alpha', Math.fround(0.01)))));

/** One slope per element, broadcast to the input's shape. */
export const parametricRelu: Operator = (node) => {
  const value = node.input(0);
  const slope = node.constant(1, 'slopes');
  if (broadcastShape(value.shape, slope.shape).join() !== value.shape.join()) {
    throw node.fail(`slopes of shape [${slope.shape}] do not fit values of shape [${value.shape}]; repair the model`);
  }
  const slopes = rowsOf(broadcastTo(slope, value.shape)).map((row) => ({
    negative: exactly(row.constant),
    positive: ONE,
  }));
  return activated(node, value, slopes);
};
