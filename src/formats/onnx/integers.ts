/**
 * Arithmetic on constant integers: shapes, indices and flags that a graph computes.
 */
import { type IntegerType, integerRange } from './element.js';
import type { NodeView, Operator } from './node.js';
import { type Constant, isIntegral, saturated, sizeOf } from './tensor.js';
import { broadcastShape, broadcastTo, computed, type GraphValue, type Value } from './value.js';

/** Whether both are constants that are no weights. */
export function integral(a: GraphValue, b: GraphValue): boolean {
  return a.kind === 'constant' && b.kind === 'constant' && (isIntegral(a) || isIntegral(b));
}

/** The integers of a constant. @throws FormatError for those that were cut off at 2^53 */
export function integersOf(node: NodeView, value: Value): readonly number[] {
  if (value.kind !== 'constant' || !isIntegral(value)) throw node.fail('expected integers; repair the model');
  const integers = Array.from(value.entries as Float64Array);
  if (integers.every((integer) => Math.abs(integer) < Number.MAX_SAFE_INTEGER)) return integers;
  throw node.fail('an integer beyond 2^53 is no number to calculate with; repair the model');
}

/** @throws FormatError for integers that their type does not hold */
function checkRange(node: NodeView, type: Constant['type'], integers: readonly number[]) {
  const [least, most] = integerRange(type as IntegerType);
  const cut = saturated(BigInt(most));
  const bad = integers.find((integer) => !(integer >= least && integer <= Math.min(most, cut)));
  if (bad !== undefined) throw node.fail(`the result ${bad} is beyond ${type}; repair the model`);
}

/** Two constants of one type, one shape; the result of `calculate` on each pair. */
export function ofIntegers(
  node: NodeView,
  a: GraphValue,
  b: GraphValue,
  calculate: (x: number, y: number) => number,
): Constant {
  const [left, right] = [a, b] as [Constant, Constant];
  if (left.type !== right.type || left.type === 'bool') {
    throw node.fail(`cannot calculate with ${left.type} and ${right.type}; cast them before exporting`);
  }
  const [xs, ys] = [integersOf(node, left), integersOf(node, right)];
  const results = xs.map((x, i) => calculate(x, ys[i]!) + 0);
  checkRange(node, left.type, results);
  return computed(left.shape, left.type, Float64Array.from(results));
}

/** The remainder: with the sign of the divisor, or with fmod that of the dividend. */
export const modulo: Operator = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  const like = node.int('fmod', 0) !== 0;
  if (!integral(a, b))
    throw node.fail('a remainder jumps, so it is not piecewise linear; only constant integers are read');
  const shape = broadcastShape(a.shape, b.shape);
  return ofIntegers(node, broadcastTo(a, shape), broadcastTo(b, shape), (x, y) => {
    if (y === 0) throw node.fail('division by zero; repair the model');
    const rest = x % y;
    return like || rest === 0 || rest < 0 === y < 0 ? rest : rest + y;
  });
};

type Fold = (integers: readonly number[]) => number;

const FOLDS: Readonly<Record<string, Fold>> = {
  ReduceSum: (integers) => integers.reduce((total, integer) => total + integer, 0),
  ReduceProd: (integers) => integers.reduce((product, integer) => product * integer, 1),
  ReduceMax: (integers) => integers.reduce((most, integer) => Math.max(most, integer), Number.NEGATIVE_INFINITY),
  ReduceMin: (integers) => integers.reduce((least, integer) => Math.min(least, integer), Number.POSITIVE_INFINITY),
};

/**
 * Groups of `count` integers that follow each other, each as one number.
 *
 * @param shape of the result
 */
export function foldedIntegers(node: NodeView, value: Constant, shape: Constant['shape'], count: number): Constant {
  const fold = FOLDS[node.operator];
  if (fold === undefined || value.type === 'bool') throw node.fail('expected floating-point numbers; cast them first');
  const integers = integersOf(node, value);
  const results = Array.from({ length: sizeOf(shape) }, (_, i) => fold(integers.slice(i * count, (i + 1) * count)));
  checkRange(node, value.type, results);
  return computed(shape, value.type, Float64Array.from(results));
}
