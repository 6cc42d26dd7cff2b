/**
 * Max, Min, Clip and HardSigmoid.
 */
import { compare } from '../../exact/index.js';
import { type Layered, largerOf, maximumOfGroups } from '../graph/maximum.js';
import { addRows, constantRow, offsetRow, type Row, scaleRow, scaleRows } from '../graph/rows.js';
import { type Entry, exactly, negateEntry } from '../input/entries.js';
import { integral, ofIntegers } from './integers.js';
import type { NodeView, Operator } from './node.js';
import { isIntegral } from './tensor.js';
import { broadcastShape, broadcastTo, depthOf, rowsOf, type Value, valueOfRows } from './value.js';

/** A value with these rows and this depth: constant if all operands are. */
export function layeredValue(shape: Value['shape'], { rows, depth }: Layered, operands: readonly Value[]): Value {
  const value = valueOfRows(shape, rows, operands);
  return value.kind === 'constant' ? value : { ...value, depth };
}

const negated = (rows: readonly Row[]) => scaleRows(rows, new Array<Entry>(rows.length).fill(-1));

function integerExtremum(node: NodeView, [first, ...others]: readonly [Value, ...Value[]], largest: boolean): Value {
  return others.reduce<Value>((a, b) => {
    const shape = broadcastShape(a.shape, b.shape);
    return ofIntegers(node, broadcastTo(a, shape), broadcastTo(b, shape), largest ? Math.max : Math.min);
  }, first);
}

/** The extremum of any number of operands; a minimum is the negative maximum of the negatives. */
function extremum(node: NodeView, largest: boolean): Value {
  const operands = node.allInputs();
  const [first, ...others] = operands;
  if (operands.every((operand) => integral(operand, operand))) return integerExtremum(node, operands, largest);
  const shape = others.reduce((common, { shape }) => broadcastShape(common, shape), first.shape);
  const columns = operands.map((operand) => {
    const rows = rowsOf(broadcastTo(operand, shape));
    return largest ? rows : negated(rows);
  });
  const groups = columns[0]!.map((_, i) => columns.map((rows) => rows[i]!));
  const depth = Math.max(...operands.map(depthOf));
  const { rows, depth: deepest } = maximumOfGroups(node.context, groups, depth);
  return layeredValue(shape, { rows: largest ? rows : negated(rows), depth: deepest }, operands);
}

export const maximum: Operator = (node) => extremum(node, true);

export const minimum: Operator = (node) => extremum(node, false);

/** The largest float32: exporters write it where there is no bound, and no input exceeds it. */
const LARGEST_SINGLE = Math.fround(3.4028234e38);

/** A bound of Clip: an attribute before opset 11, a scalar since; undefined where nothing is cut off. */
function boundOf(node: NodeView, index: number, attribute: 'min' | 'max'): Entry | undefined {
  const missing = attribute === 'min' ? -LARGEST_SINGLE : LARGEST_SINGLE;
  let bound: Entry = node.float(attribute, missing);
  if (node.inputs[index] !== undefined) {
    const value = node.constant(index, `${attribute}imum`);
    if (value.entries.length !== 1 || isIntegral(value)) {
      throw node.fail(`expected a scalar as ${attribute}imum, got shape [${value.shape}]; repair the model`);
    }
    bound = value.entries[0]!;
  }
  return typeof bound === 'number' && Math.abs(bound) >= LARGEST_SINGLE ? undefined : bound;
}

/** lower + relu(x - lower) - relu(x - upper): two neurons in one layer, or one where a bound is missing. */
function clipped(node: NodeView, value: Value, lower: Entry | undefined, upper: Entry | undefined): Value {
  const rows = rowsOf(value);
  if (lower !== undefined && upper !== undefined && compare(exactly(lower), exactly(upper)) > 0) {
    // min(max, max(x, min)): the maximum wins, whatever the input.
    node.context.notes.add('Clip: a minimum exceeds its maximum, which is the result then');
    return valueOfRows(
      value.shape,
      rows.map(() => constantRow(upper)),
      [value],
    );
  }
  const depth = depthOf(value) + 1;
  const cut = (bound: Entry, input: readonly Row[]) =>
    largerOf(
      node.context,
      input.map((a) => ({ a, b: constantRow(bound) })),
      depth,
    );
  let result = lower === undefined ? rows : cut(lower, rows);
  if (upper !== undefined) {
    // max(x, upper) - upper is what is cut off.
    const excess = cut(upper, rows).map((row) => offsetRow(row, negateEntry(upper)));
    result = result.map((row, i) => addRows(row, scaleRow(excess[i]!, -1)));
  }
  return layeredValue(
    value.shape,
    { rows: result, depth: lower === undefined && upper === undefined ? depth - 1 : depth },
    [value],
  );
}

export const clip: Operator = (node) => clipped(node, node.input(0), boundOf(node, 1, 'min'), boundOf(node, 2, 'max'));

/** max(0, min(1, alpha x + beta)); the defaults are the float32 nearest to 0.2 and 0.5. */
export const hardSigmoid: Operator = (node) => {
  const value = node.input(0);
  const [alpha, beta] = [node.float('alpha', Math.fround(0.2)), node.float('beta', 0.5)];
  const rows = rowsOf(value);
  const scaled = scaleRows(rows, new Array<Entry>(rows.length).fill(alpha)).map((row) => offsetRow(row, beta));
  return clipped(node, valueOfRows(value.shape, scaled, [value]), 0, 1);
};

/** Soft thresholding: x + bias below -lambd, x - bias above lambd, 0 between; continuous where bias = lambd. */
export const shrink: Operator = (node) => {
  const value = node.input(0);
  const [lambd, bias] = [node.float('lambd', 0.5), node.float('bias', 0)];
  if (lambd < 0 || bias !== lambd) {
    throw node.fail(
      `it jumps unless bias = lambd, so it is not piecewise linear and continuous; got ${bias} and ${lambd}`,
    );
  }
  const rows = rowsOf(value);
  const middle = clipped(node, value, -lambd, lambd);
  const rest = rowsOf(middle).map((row, i) => addRows(rows[i]!, scaleRow(row, -1)));
  return layeredValue(value.shape, { rows: rest, depth: depthOf(middle) }, [value]);
};
