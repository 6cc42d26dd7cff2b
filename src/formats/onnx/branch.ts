/**
 * Comparisons with the input, and the continuous functions that are made of them: ReLU written as where(x > 0, x, 0) or
 * x * (x > 0), and their like.
 */
import { add, compare, divide, equal, negate, ONE, type Rational, ZERO } from '../../exact/index.js';
import type { Slopes } from '../../network/index.js';
import { addRows, coefficientsOf, type Row, scaleRow, scaleRows } from '../graph/rows.js';
import { type Entry, entryOf, exactly } from '../input/entries.js';
import type { NodeView, Operator } from './node.js';
import { operands } from './operands.js';
import { isIntegral, type Shape, sizeOf } from './tensor.js';
import {
  broadcastIndices,
  broadcastShape,
  broadcastTo,
  computed,
  depthOf,
  type GraphValue,
  gathered,
  type Mask,
  rowsOf,
  type Value,
  valueOfRows,
} from './value.js';

const negatedRows = (rows: readonly Row[]) => scaleRows(rows, new Array<Entry>(rows.length).fill(-1));

/** Not: `row > 0` fails where `-row >= 0`. */
export function inverted(mask: Mask): Mask {
  return { ...mask, rows: negatedRows(mask.rows), strict: !mask.strict };
}

const JUMPS = 'jumps where its operands meet, so it is not piecewise linear; only constants are compared so';

/** The flags of a comparison of constants, or what a comparison with the input is. */
function comparison(node: NodeView, strict: boolean, swapped: boolean): GraphValue {
  const pair = operands(node);
  const [a, b] = swapped ? [pair[1], pair[0]] : pair;
  if (a.kind === 'constant' && b.kind === 'constant') {
    const flags = Array.from(a.entries, (entry, i) => {
      const sign = compare(exactly(entry), exactly(b.entries[i]!));
      return sign > 0 || (!strict && sign === 0) ? 1 : 0;
    });
    return computed(a.shape, 'bool', Float64Array.from(flags));
  }
  const [left, right] = [rowsOf(a), rowsOf(b)];
  const rows = left.map((row, i) => addRows(row, scaleRow(right[i]!, -1)));
  return { kind: 'mask', shape: a.shape, rows, depth: Math.max(depthOf(a), depthOf(b)), strict, numeric: false };
}

export const greater: Operator = (node) => comparison(node, true, false);
export const less: Operator = (node) => comparison(node, true, true);
export const greaterOrEqual: Operator = (node) => comparison(node, false, false);
export const lessOrEqual: Operator = (node) => comparison(node, false, true);

/** Flags of two constants. */
function ofConstants(node: NodeView, decide: (a: Entry, b: Entry) => boolean): Value {
  const [a, b] = operands(node);
  if (a.kind !== 'constant' || b.kind !== 'constant') throw node.fail(JUMPS);
  const flags = Array.from(a.entries, (entry, i) => (decide(entry, b.entries[i]!) ? 1 : 0));
  return computed(a.shape, 'bool', Float64Array.from(flags));
}

export const same: Operator = (node) => ofConstants(node, (a, b) => equal(exactly(a), exactly(b)));
export const conjunction: Operator = (node) => ofConstants(node, (a, b) => a === 1 && b === 1);
export const disjunction: Operator = (node) => ofConstants(node, (a, b) => a === 1 || b === 1);
export const exclusion: Operator = (node) => ofConstants(node, (a, b) => (a === 1) !== (b === 1));

export const complement: Operator = (node) => {
  const value = node.operand(0);
  if (value.kind === 'mask' && !value.numeric) return inverted(value);
  if (value.kind !== 'constant' || value.type !== 'bool') throw node.fail('expected flags; repair the model');
  return computed(
    value.shape,
    'bool',
    Float64Array.from(value.entries as Float64Array, (flag) => 1 - flag),
  );
};

/** The nonzero coefficients of a row by atom. */
function termsOf(row: Row): Map<number, Rational> {
  const coefficients = coefficientsOf(row);
  const terms = new Map<number, Rational>();
  row.atoms.forEach((atom, k) => {
    const coefficient = exactly(coefficients[k]!);
    if (!equal(coefficient, ZERO)) terms.set(atom, coefficient);
  });
  return terms;
}

/** The c with row = c * base, if there is one; `base` depends on some atom. */
function ratioTo(base: Row, row: Row): Rational | undefined {
  const [below, above] = [termsOf(base), termsOf(row)];
  const [atom, first] = [...below][0]!;
  const ratio = divide(above.get(atom) ?? ZERO, first);
  const scaled = addRows(row, scaleRow(base, entryOf(negate(ratio))));
  return termsOf(scaled).size === 0 && equal(exactly(scaled.constant), ZERO) ? ratio : undefined;
}

const isZero = (row: Row) => termsOf(row).size === 0 && equal(exactly(row.constant), ZERO);

/** What one element of where(d > 0, p, q) is: a row, or a neuron on d with an offset. */
type Branch =
  | { readonly row: Row }
  | { readonly on: Row; readonly slopes: Slopes; readonly factor: Entry; readonly rest: Row | undefined };

function branchOf(node: NodeView, d: Row, strict: boolean, p: Row, q: Row): Branch {
  if (termsOf(d).size === 0) {
    const sign = compare(exactly(d.constant), ZERO);
    return { row: sign > 0 || (!strict && sign === 0) ? p : q };
  }
  const difference = addRows(p, scaleRow(q, -1));
  if (isZero(difference)) return { row: p };
  const slope = ratioTo(d, difference);
  if (slope === undefined) {
    throw node.fail('it jumps where the comparison changes, so it is not piecewise linear and continuous');
  }
  const below = ratioTo(d, q);
  if (below !== undefined) {
    return { on: d, slopes: { negative: below, positive: add(below, slope) }, factor: 1, rest: undefined };
  }
  return { on: d, slopes: { negative: ZERO, positive: ONE }, factor: entryOf(slope), rest: q };
}

/** The mask broadcast to a shape that it fits. */
function maskTo(mask: Mask, shape: Shape): readonly Row[] {
  return Array.from(broadcastIndices(mask.shape, shape), (i) => mask.rows[i]!);
}

/**
 * where(mask, p, q), if that is continuous: p - q is a multiple of what is compared with 0, element by element. It is
 * q + c relu(d) then, or one neuron with two slopes where q is a multiple of d too.
 *
 * @throws FormatError if it jumps
 */
export function branched(node: NodeView, mask: Mask, p: Value, q: Value): Value {
  const shape = broadcastShape(broadcastShape(mask.shape, p.shape), q.shape);
  const tests = maskTo(mask, shape);
  const [yes, no] = [rowsOf(broadcastTo(p, shape)), rowsOf(broadcastTo(q, shape))];
  const branches = tests.map((d, i) => branchOf(node, d, mask.strict, yes[i]!, no[i]!));
  const neurons = branches.flatMap((branch) => ('on' in branch ? [branch] : []));
  node.context.budget.spendRows(
    4 * neurons.length,
    neurons.reduce((sum, { on }) => sum + on.atoms.length, 0),
  );
  const depth = mask.depth + 1;
  const [on, slopes] = [neurons.map((neuron) => neuron.on), neurons.map((neuron) => neuron.slopes)];
  const outputs = neurons.length === 0 ? [] : node.context.lowering.activate(on, slopes, depth);
  let next = 0;
  const rows = branches.map((branch) => {
    if ('row' in branch) return branch.row;
    const bent = scaleRow(outputs[next++]!, branch.factor);
    return branch.rest === undefined ? bent : addRows(branch.rest, bent);
  });
  const deepest = Math.max(neurons.length > 0 ? depth : 0, depthOf(p), depthOf(q));
  return { kind: 'affine', shape, rows, depth: deepest };
}

/** The elements of two values, as constant flags choose. */
function chosen(node: NodeView, flags: ArrayLike<Entry>, p: Value, q: Value): Value {
  const pick = <T>(a: ArrayLike<T>, b: ArrayLike<T>) => Array.from(flags, (flag, i) => (flag === 1 ? a[i]! : b[i]!));
  if (p.kind === 'constant' && q.kind === 'constant') {
    if (p.type !== q.type) throw node.fail('its inputs have different types; repair it');
    const entries = pick<Entry>(p.entries, q.entries);
    return {
      ...computed(p.shape, p.type, isIntegral(p) ? Float64Array.from(entries as number[]) : entries),
      stored: p.stored && q.stored,
    };
  }
  return valueOfRows(p.shape, pick(rowsOf(p), rowsOf(q)), [p, q]);
}

export const where: Operator = (node) => {
  const condition = node.operand(0);
  const [p, q] = [node.input(1), node.input(2)];
  if (condition.kind === 'mask') return branched(node, condition, p, q);
  if (condition.kind !== 'constant' || condition.type !== 'bool') throw node.fail('expected flags; repair the model');
  const shape = broadcastShape(broadcastShape(condition.shape, p.shape), q.shape);
  const flags = gathered(condition, shape, broadcastIndices(condition.shape, shape));
  const result = chosen(
    node,
    flags.kind === 'constant' ? flags.entries : [],
    broadcastTo(p, shape),
    broadcastTo(q, shape),
  );
  node.context.budget.spendCopies(sizeOf(shape));
  return result;
};
