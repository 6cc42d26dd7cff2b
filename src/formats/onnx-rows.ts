/**
 * Elements of graph values as exact affine functions of *atoms*: the inputs of the network and the outputs of its neurons.
 */
import type { IntegerVector } from '../exact/integers.js';
import { addEntries, dotEntries, type Entry, entryOfQuotient, integersOfEntries, multiplyEntries } from './entries.js';

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

/**
 * factors[i] * rows[i].
 *
 * The rows of one channel of a convolution share their coefficients, and so do those of the result: the products of a
 * normalisation are made once per channel and not once per pixel.
 */
export function scaleRows(rows: readonly Row[], factors: ArrayLike<Entry>): Row[] {
  const done = new Map<Row['coefficients'], Map<Entry, Row['coefficients']>>();
  return rows.map((row, i) => {
    const factor = factors[i]!;
    if (factor === 1) return row;
    let known = done.get(row.coefficients);
    if (known === undefined) done.set(row.coefficients, (known = new Map()));
    let coefficients = known.get(factor);
    if (coefficients === undefined) known.set(factor, (coefficients = scaleRow(row, factor).coefficients));
    return { atoms: row.atoms, coefficients, constant: multiplyEntries(row.constant, factor) };
  });
}

/** row + offset */
export function offsetRow(row: Row, offset: Entry): Row {
  return offset === 0 ? row : { ...row, constant: addEntries(row.constant, offset) };
}

/** Factors that are applied to many groups of rows; `integers()` is computed at the first call. */
export interface Weights {
  readonly entries: Float64Array | readonly Entry[];
  integers(): IntegerVector;
}

export function weightsOf(entries: Float64Array | readonly Entry[]): Weights {
  let exact: IntegerVector | undefined;
  return { entries, integers: () => (exact ??= integersOfEntries(entries)) };
}

/** row -> sum of weights[k] * rows[k], for many weight vectors over the same rows. */
export type Combiner = (weights: Weights) => Row;

/** The atoms of rows that have at most one each, all different. */
function separateAtoms(rows: readonly Row[]): Int32Array | undefined {
  const atoms = new Set<number>();
  for (const row of rows) {
    if (row.atoms.length > 1) return undefined;
    if (row.atoms.length === 1) {
      if (atoms.has(row.atoms[0]!)) return undefined;
      atoms.add(row.atoms[0]!);
    }
  }
  return Int32Array.from(atoms);
}

/**
 * Prepares exact linear combinations of the given rows.
 *
 * Cost of one combination: nothing but the constant when the rows are distinct atoms (with an offset each), one product
 * per row when they are multiples of distinct atoms, else one integer product per coefficient.
 */
export function combiner(rows: readonly Row[]): Combiner {
  const atoms = separateAtoms(rows);
  return atoms === undefined ? integerCombiner(rows) : atomCombiner(rows, atoms);
}

function atomCombiner(rows: readonly Row[], atoms: Int32Array): Combiner {
  const constants = rows.map((row) => row.constant);
  const constantOf = constants.every((constant) => constant === 0)
    ? () => 0
    : ({ entries }: Weights) => dotEntries(entries, constants);
  if (rows.every((row) => row.coefficients.length === 1 && row.coefficients[0] === 1)) {
    return (weights) => ({ atoms, coefficients: weights.entries, constant: constantOf(weights) });
  }
  const present = rows.flatMap((row, k) => (row.atoms.length === 1 ? [k] : []));
  return (weights) => ({
    atoms,
    coefficients: present.map((k) => multiplyEntries(weights.entries[k]!, rows[k]!.coefficients[0]!)),
    constant: constantOf(weights),
  });
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
    const factors = weights.integers();
    terms.forEach(({ targets, numerators }, k) => {
      const factor = factors.numerators[k]!;
      if (factor === 0n) return;
      for (let t = 0; t < targets.length; t++) sums[targets[t]!]! += numerators[t]! * factor;
    });
    const denominator = all.denominator * factors.denominator;
    const entries = sums.map((sum) => entryOfQuotient(sum, denominator));
    return { atoms, coefficients: entries.slice(0, -1), constant: entries.at(-1)! };
  };
}
