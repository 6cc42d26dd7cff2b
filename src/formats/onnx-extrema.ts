/**
 * Max, Min, Clip and HardSigmoid: max(a, b) = b + relu(a - b), in trees.
 */
import { compare } from '../exact/rational.js';
import { RELU, type Slopes } from '../network/network.js';
import { type Entry, exactly, negateEntry } from './entries.js';
import type { NodeView, Operator } from './onnx-node.js';
import { addRows, constantRow, offsetRow, type Row, scaleRow, scaleRows } from './onnx-rows.js';
import { broadcastShape, broadcastTo, depthOf, rowsOf, type Value, valueOfRows } from './onnx-value.js';

/** Pairs of rows whose larger one is asked for. */
interface Pair {
  readonly a: Row;
  readonly b: Row;
}

const isConstant = (row: Row) => row.atoms.length === 0;

/** The larger of each pair, by one neuron in layer `depth` each where the input decides. */
function largerOf(node: NodeView, pairs: readonly Pair[], depth: number): Row[] {
  // With a constant as b, nothing has to be carried past the neuron.
  const open = pairs
    .filter(({ a, b }) => a !== b && !(isConstant(a) && isConstant(b)))
    .map(({ a, b }) => (isConstant(a) ? { a: b, b: a } : { a, b }));
  node.context.budget.spend(open.reduce((sum, { a, b }) => sum + a.atoms.length + b.atoms.length, 0));
  const differences = open.map(({ a, b }) => addRows(a, scaleRow(b, -1)));
  const slopes = new Array<Slopes>(open.length).fill(RELU);
  const excess = node.context.lowering.activate(differences, slopes, depth);
  let next = 0;
  return pairs.map(({ a, b }) => {
    if (a === b) return a;
    if (isConstant(a) && isConstant(b)) return compare(exactly(a.constant), exactly(b.constant)) > 0 ? a : b;
    const k = next++;
    return addRows(open[k]!.b, excess[k]!);
  });
}

/** Rows, and the deepest layer that they read. */
export interface Layered {
  readonly rows: readonly Row[];
  readonly depth: number;
}

/**
 * The largest row of every group.
 *
 * A tree of ceil(log2(size)) layers; a pair that occurs in several groups gets one neuron.
 *
 * @param depth the deepest layer that the rows read
 */
export function maximumOfGroups(node: NodeView, groups: readonly (readonly Row[])[], depth: number): Layered {
  let level = groups;
  let deepest = depth;
  while (level.some((group) => group.length > 1)) {
    const known = new Map<Row, Map<Row, number>>();
    const pairs: Pair[] = [];
    const indexOf = (a: Row, b: Row): number => {
      let partners = known.get(a);
      if (partners === undefined) known.set(a, (partners = new Map()));
      if (!partners.has(b)) partners.set(b, pairs.push({ a, b }) - 1);
      return partners.get(b)!;
    };
    const halves = level.map((group) =>
      Array.from({ length: Math.ceil(group.length / 2) }, (_, k) => {
        const [a, b] = [group[2 * k]!, group[2 * k + 1]];
        return b === undefined ? a : indexOf(a, b);
      }),
    );
    deepest++;
    const larger = largerOf(node, pairs, deepest);
    level = halves.map((group) => group.map((half) => (typeof half === 'number' ? larger[half]! : half)));
  }
  return { rows: level.map(([row]) => row!), depth: deepest };
}

/** A value with these rows and this depth: constant if all operands are. */
export function layeredValue(shape: Value['shape'], { rows, depth }: Layered, operands: readonly Value[]): Value {
  const value = valueOfRows(shape, rows, operands);
  return value.kind === 'constant' ? value : { ...value, depth };
}

const negated = (rows: readonly Row[]) => scaleRows(rows, new Array<Entry>(rows.length).fill(-1));

/** The extremum of any number of operands; a minimum is the negative maximum of the negatives. */
function extremum(node: NodeView, largest: boolean): Value {
  const operands = node.inputs.map((_, i) => node.input(i));
  const [first, ...others] = operands;
  if (first === undefined) throw node.fail('expected an operand, got none; repair the model');
  const shape = others.reduce((common, { shape }) => broadcastShape(common, shape), first.shape);
  const columns = operands.map((operand) => {
    const rows = rowsOf(broadcastTo(operand, shape));
    return largest ? rows : negated(rows);
  });
  const groups = columns[0]!.map((_, i) => columns.map((rows) => rows[i]!));
  const depth = Math.max(...operands.map(depthOf));
  const { rows, depth: deepest } = maximumOfGroups(node, groups, depth);
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
    if (value.entries.length !== 1 || value.integer) {
      throw node.fail(`expected a scalar as ${attribute}imum, got shape [${value.shape}]; repair the model`);
    }
    bound = value.entries[0]!;
  }
  return typeof bound === 'number' && Math.abs(bound) >= LARGEST_SINGLE ? undefined : bound;
}

/** lower + relu(x - lower) - relu(x - upper): two neurons in one layer, or one where a bound is missing. */
function clipped(node: NodeView, value: Value, lower: Entry | undefined, upper: Entry | undefined): Value {
  if (lower !== undefined && upper !== undefined && compare(exactly(lower), exactly(upper)) > 0) {
    throw node.fail('the minimum exceeds the maximum; repair the model');
  }
  const rows = rowsOf(value);
  const depth = depthOf(value) + 1;
  const cut = (bound: Entry, input: readonly Row[]) =>
    largerOf(
      node,
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
