/**
 * Maxima of affine functions: max(a, b) = b + relu(a - b), in trees.
 */
import { compare } from '../../exact/index.js';
import { RELU, type Slopes } from '../../network/index.js';
import { exactly } from '../input/entries.js';
import type { GraphContext } from './context.js';
import { addRows, type Row, scaleRow } from './rows.js';

/** Where neurons are made and paid for. */
export type Neurons = Pick<GraphContext, 'lowering' | 'budget'>;

/** Pairs of rows whose larger one is asked for. */
export interface Pair {
  readonly a: Row;
  readonly b: Row;
}

const isConstant = (row: Row) => row.atoms.length === 0;

/** The larger of each pair, by one neuron in layer `depth` each where the input decides. */
export function largerOf(context: Neurons, pairs: readonly Pair[], depth: number): Row[] {
  // With a constant as b, nothing has to be carried past the neuron.
  const open = pairs
    .filter(({ a, b }) => a !== b && !(isConstant(a) && isConstant(b)))
    .map(({ a, b }) => (isConstant(a) ? { a: b, b: a } : { a, b }));
  const coefficients = open.reduce((sum, { a, b }) => sum + a.atoms.length + b.atoms.length, 0);
  context.budget.spendRows(4 * open.length, coefficients);
  const differences = open.map(({ a, b }) => addRows(a, scaleRow(b, -1)));
  const slopes = new Array<Slopes>(open.length).fill(RELU);
  const excess = context.lowering.activate(differences, slopes, depth);
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
export function maximumOfGroups(context: Neurons, groups: readonly (readonly Row[])[], depth: number): Layered {
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
    const larger = largerOf(context, pairs, deepest);
    level = halves.map((group) => group.map((half) => (typeof half === 'number' ? larger[half]! : half)));
  }
  return { rows: level.map(([row]) => row!), depth: deepest };
}
