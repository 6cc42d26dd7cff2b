/**
 * Element by element: sums, products with constants, and the activations.
 */
import { compare, ONE, rational, rationalFromDouble, ZERO } from '../../exact/index.js';
import { ABSOLUTE, bends, leaky, RELU, type Slopes } from '../../network/index.js';
import { addRows, type Row, scaleRow, scaleRows } from '../graph/rows.js';
import { type Entry, entryOf, exactly, invertEntry } from '../input/entries.js';
import { branched, inverted } from './branch.js';
import { integral, ofIntegers } from './integers.js';
import type { NodeView, Operator } from './node.js';
import { broadcastPair, operands } from './operands.js';
import { type Constant, isIntegral, sizeOf } from './tensor.js';
import {
  broadcastShape,
  broadcastTo,
  computed,
  type GraphValue,
  type Mask,
  reshaped,
  rowsOf,
  type Value,
  valueOfRows,
} from './value.js';

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

export const addition: Operator = (node) => {
  const [a, b] = operands(node);
  return integral(a, b) ? ofIntegers(node, a, b, (x, y) => x + y) : sum(a, b);
};

/** The sum of any number of operands. */
export const total: Operator = (node) =>
  node.allInputs().reduce((left, right) => sum(...broadcastPair(node, left, right)));

/** Their mean. */
export const mean: Operator = (node) => {
  const values = node.allInputs();
  const all = values.reduce((left, right) => sum(...broadcastPair(node, left, right)));
  const rows = rowsOf(all);
  const factor = entryOf(rational(1n, BigInt(values.length)));
  return valueOfRows(all.shape, scaleRows(rows, new Array<Entry>(rows.length).fill(factor)), [all]);
};

const isOne = (value: GraphValue) =>
  value.kind === 'constant' && Array.from(value.entries).every((entry) => entry === 1);

export const subtraction: Operator = (node) => {
  const [left, right] = [node.operand(0), node.operand(1)];
  // 1 - [x > 0]
  if (right.kind === 'mask' && right.numeric && isOne(left) && sizeOf(left.shape) === 1) return inverted(right);
  const [a, b] = operands(node);
  return integral(a, b) ? ofIntegers(node, a, b, (x, y) => x - y) : sum(a, negated(b));
};

export const negation: Operator = (node) => {
  const value = node.input(0);
  return integral(value, value) ? ofIntegers(node, value, value, (x) => -x) : negated(value);
};

/** The elements of `value` times those of a constant of the same shape. */
function scaledBy(value: Value, factors: Constant): Value {
  return valueOfRows(value.shape, scaleRows(rowsOf(value), factors.entries), [value, factors]);
}

/** [x > 0] * v */
function maskedProduct(node: NodeView, mask: Mask, factor: Value): Value {
  if (!mask.numeric) throw node.fail('expected numbers, got flags; cast them to float');
  const zero = computed([], 'float', [0]);
  return branched(node, mask, factor, zero);
}

export const multiplication: Operator = (node) => {
  const [left, right] = [node.operand(0), node.operand(1)];
  if (left.kind === 'mask') return maskedProduct(node, left, node.input(1));
  if (right.kind === 'mask') return maskedProduct(node, right, left);
  const [a, b] = operands(node);
  if (integral(a, b)) return ofIntegers(node, a, b, (x, y) => x * y);
  if (b.kind === 'constant' && !isIntegral(b)) return scaledBy(a, b);
  if (a.kind === 'constant' && !isIntegral(a)) return scaledBy(b, a);
  throw node.fail(
    'expected a constant floating-point factor; a product of two values that depend on the input is not piecewise linear',
  );
};

export const division: Operator = (node) => {
  const [a, b] = operands(node);
  if (b.kind === 'affine')
    throw node.fail('expected a constant divisor; a quotient by the input is not piecewise linear');
  if (Array.from(b.entries).some((entry) => entry === 0)) throw node.fail('division by zero; repair the weights');
  if (integral(a, b)) return ofIntegers(node, a, b, (x, y) => Math.trunc(x / y));
  rowsOf(b);
  return scaledBy(a, computed(b.shape, b.type, Array.from(b.entries, invertEntry)));
};

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
  // Their coefficients are paid for already, and become those of the neurons.
  node.context.budget.spendRows(rows.length, 0);
  const depth = value.depth + 1;
  return { kind: 'affine', shape: value.shape, rows: node.context.lowering.activate(rows, slopes, depth), depth };
}

export function sameSlopes(node: NodeView, slopes: Slopes): Value {
  const value = node.input(0);
  return activated(node, value, new Array<Slopes>(rowsOf(value).length).fill(slopes));
}

export const relu: Operator = (node) => sameSlopes(node, RELU);

/** x where x > alpha, else 0: continuous for alpha = 0 only. */
export const thresholdedRelu: Operator = (node) => {
  const alpha = node.float('alpha', 1);
  if (alpha === 0) return sameSlopes(node, RELU);
  throw node.fail(`it jumps at alpha = ${alpha}, so it is not piecewise linear and continuous; only alpha = 0 is read`);
};

export const absoluteValue: Operator = (node) => {
  const value = node.input(0);
  return integral(value, value) ? ofIntegers(node, value, value, Math.abs) : sameSlopes(node, ABSOLUTE);
};

/** The default slope is the float32 nearest to 0.01, which is what runtimes use. */
export const leakyRelu: Operator = (node) =>
  sameSlopes(node, leaky(rationalFromDouble(node.float('alpha', Math.fround(0.01)))));

/** One slope per element, broadcast to the input's shape. */
export const parametricRelu: Operator = (node) => {
  const value = node.input(0);
  const given = node.constant(1, 'slopes');
  const channels = node.opset < 7 && sizeOf(given.shape) > 1 && given.shape.length === 1;
  // Before opset 7 one slope per channel had no further axes.
  const slope = channels ? reshaped(given, [...given.shape, ...value.shape.slice(2).map(() => 1)]) : given;
  if (broadcastShape(value.shape, slope.shape).join() !== value.shape.join()) {
    throw node.fail(`slopes of shape [${slope.shape}] do not fit values of shape [${value.shape}]; repair the model`);
  }
  const slopes = rowsOf(broadcastTo(slope, value.shape)).map((row) => ({
    negative: exactly(row.constant),
    positive: ONE,
  }));
  return activated(node, value, slopes);
};
