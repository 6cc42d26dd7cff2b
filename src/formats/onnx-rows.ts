/**
 * Elements of graph values as exact affine functions of *atoms*: the inputs of the network and the outputs of its neurons.
 */
import { rational } from '../exact/rational.js';
import { addEntries, dotEntries, type Entry, entryOf, integersOfEntries, multiplyEntries } from './entries.js';

/** sum of coefficients[k] * atom(atoms[k]) + constant; the atoms are distinct. */
export interface Row {
  readonly atoms: Int32Array;
  readonly coefficients: Float64Array | readonly Entry[];
  readonly constant: Entry;
}

const NO_ATOMS = new Int32Array(0);
const NO_COEFFICIENTS = new Float64Array(0);
const UNIT = new Float64Array([1]);

/** The value of one atom. */
export function atomRow(atom: number): Row {
  return { atoms: new Int32Array([atom]), coefficients: UNIT, constant: 0 };
}

export function constantRow(constant: Entry): Row {
  return { atoms: NO_ATOMS, coefficients: NO_COEFFICIENTS, constant };
}

/** factor * row */
export function scaleRow(row: Row, factor: Entry): Row {
  if (factor === 1) return row;
  const coefficients = Array.from(row.coefficients, (c) => multiplyEntries(c, factor));
  return { atoms: row.atoms, coefficients, constant: multiplyEntries(row.constant, factor) };
}

/** left + right */
export function addRows(left: Row, right: Row): Row {
  const constant = addEntries(left.constant, right.constant);
  if (right.atoms.length === 0) return { ...left, constant };
  if (left.atoms.length === 0) return { ...right, constant };
  const coefficients = new Map<number, Entry>();
  for (const { atoms, coefficients: terms } of [left, right]) {
    atoms.forEach((atom, k) => {
      const before = coefficients.get(atom);
      coefficients.set(atom, before === undefined ? terms[k]! : addEntries(before, terms[k]!));
    });
  }
  return { atoms: Int32Array.from(coefficients.keys()), coefficients: [...coefficients.values()], constant };
}

/** row -> sum of weights[k] * rows[k], for many weight vectors over the same rows. */
export type Combiner = (weights: Float64Array | readonly Entry[]) => Row;

/** Rows that are one atom with coefficient 1 each, all different: then the weights are the coefficients. */
function distinctAtoms(rows: readonly Row[]): Int32Array | undefined {
  const atoms = new Set<number>();
  for (const row of rows) if (row.atoms.length === 1 && row.coefficients[0] === 1) atoms.add(row.atoms[0]!);
  return atoms.size === rows.length ? Int32Array.from(atoms) : undefined;
}

/**
 * Prepares exact linear combinations of the given rows.
 *
 * Cost of one combination: nothing but the constant when the rows are distinct atoms (with an offset each), else one
 * integer product per coefficient.
 */
export function combiner(rows: readonly Row[]): Combiner {
  const atoms = distinctAtoms(rows);
  return atoms === undefined ? integerCombiner(rows) : atomCombiner(rows, atoms);
}

function atomCombiner(rows: readonly Row[], atoms: Int32Array): Combiner {
  const constants = rows.map((row) => row.constant);
  const plain = constants.every((constant) => constant === 0);
  return (weights) => ({ atoms, coefficients: weights, constant: plain ? 0 : dotEntries(weights, constants) });
}

function integerCombiner(rows: readonly Row[]): Combiner {
  const columns = new Map<number, number>();
  for (const row of rows) for (const atom of row.atoms) if (!columns.has(atom)) columns.set(atom, columns.size);
  const atoms = Int32Array.from(columns.keys());
  const all = integersOfEntries(rows.flatMap((row) => [...row.coefficients, row.constant]));
  let position = 0;
  const terms = rows.map((row) => {
    const targets = [...Array.from(row.atoms, (atom) => columns.get(atom)!), columns.size];
    const numerators = all.numerators.slice(position, (position += targets.length));
    return { targets, numerators };
  });
  return (weights) => {
    const sums = new Array<bigint>(columns.size + 1).fill(0n);
    const factors = integersOfEntries(weights);
    terms.forEach(({ targets, numerators }, k) => {
      const factor = factors.numerators[k]!;
      if (factor === 0n) return;
      for (let t = 0; t < targets.length; t++) sums[targets[t]!]! += numerators[t]! * factor;
    });
    const denominator = all.denominator * factors.denominator;
    const entries = sums.map((sum) => entryOf(rational(sum, denominator)));
    return { atoms, coefficients: entries.slice(0, -1), constant: entries.at(-1)! };
  };
}
