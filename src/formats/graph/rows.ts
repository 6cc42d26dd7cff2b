/**
 * Elements of graph values as exact affine functions of *atoms*: the inputs of the network and the outputs of its neurons.
 */
import type { IntegerVector } from '../../exact/index.js';
import { equal } from '../../exact/index.js';
import {
  addEntries,
  dotEntries,
  type Entry,
  entryOfQuotient,
  integersOfEntries,
  isRational,
  multiplyEntries,
} from '../input/entries.js';

/**
 * factor * (sum of coefficients[k] * atom(atoms[k])) + constant, or with a factor per atom; the atoms are distinct.
 *
 * A normalisation of the input or of a layer multiplies rows by numbers such as 1 / 0.3081, which are no doubles: factors
 * are kept apart, so that a million weights need not become fractions before somebody asks for them.
 */
export interface Row {
  readonly atoms: Int32Array;
  readonly coefficients: Float64Array | readonly Entry[];
  /** Not 0; a list has one factor per atom, and zeros where it pleases. */
  readonly factor: Entry | readonly Entry[];
  readonly constant: Entry;
}

const NO_ATOMS = new Int32Array(0);
const NO_COEFFICIENTS = new Float64Array(0);
const UNIT = new Float64Array([1]);

/** The value of one atom. */
export function atomRow(atom: number): Row {
  return { atoms: new Int32Array([atom]), coefficients: UNIT, factor: 1, constant: 0 };
}

export function constantRow(constant: Entry): Row {
  return { atoms: NO_ATOMS, coefficients: NO_COEFFICIENTS, factor: 1, constant };
}

/** Whether a row has one factor per atom. */
export function hasFactorPerAtom(factor: Row['factor']): factor is readonly Entry[] {
  return Array.isArray(factor);
}

/** factor * row. Cost: constant, unless the row has a factor per atom. */
export function scaleRow(row: Row, factor: Entry): Row {
  if (factor === 1) return row;
  if (factor === 0) return constantRow(0);
  const scaled = hasFactorPerAtom(row.factor)
    ? row.factor.map((own) => multiplyEntries(own, factor))
    : multiplyEntries(row.factor, factor);
  return { ...row, factor: scaled, constant: multiplyEntries(row.constant, factor) };
}

/** factors[i] * rows[i] */
export function scaleRows(rows: readonly Row[], factors: ArrayLike<Entry>): Row[] {
  return rows.map((row, i) => scaleRow(row, factors[i]!));
}

/** The coefficients with the factor multiplied in. */
export function coefficientsOf({ coefficients, factor }: Row): Float64Array | readonly Entry[] {
  if (factor === 1) return coefficients;
  if (hasFactorPerAtom(factor)) return factor.map((own, k) => multiplyEntries(coefficients[k]!, own));
  return Array.from(coefficients, (c) => multiplyEntries(c, factor));
}

/** Whether the k-th atom has no weight. */
export function isZeroAt({ coefficients, factor }: Row, k: number): boolean {
  return coefficients[k] === 0 || (hasFactorPerAtom(factor) && factor[k] === 0);
}

export const sameEntry = (a: Entry, b: Entry) => a === b || (isRational(a) && isRational(b) && equal(a, b));

/** left + right */
export function addRows(left: Row, right: Row): Row {
  const constant = addEntries(left.constant, right.constant);
  if (right.atoms.length === 0) return { ...left, constant };
  if (left.atoms.length === 0) return { ...right, constant };
  const [a, b] = [left.factor, right.factor];
  const factor = !hasFactorPerAtom(a) && !hasFactorPerAtom(b) && sameEntry(a, b) ? a : 1;
  const coefficients = new Map<number, Entry>();
  for (const row of [left, right]) {
    const terms = factor === 1 ? coefficientsOf(row) : row.coefficients;
    row.atoms.forEach((atom, k) => {
      const before = coefficients.get(atom);
      coefficients.set(atom, before === undefined ? terms[k]! : addEntries(before, terms[k]!));
    });
  }
  return { atoms: Int32Array.from(coefficients.keys()), coefficients: [...coefficients.values()], factor, constant };
}

/** row + offset */
export function offsetRow(row: Row, offset: Entry): Row {
  return offset === 0 ? row : { ...row, constant: addEntries(row.constant, offset) };
}

/** Factors that are applied to many groups of rows; `integers()` is computed at the first call. */
export interface Weights {
  /** Which of the rows they multiply, ascending; null for all. The other factors are 0. */
  readonly places: Int32Array | null;
  readonly entries: Float64Array | readonly Entry[];
  integers(): IntegerVector;
}

export function weightsOf(entries: Float64Array | readonly Entry[], places: Int32Array | null = null): Weights {
  let exact: IntegerVector | undefined;
  return { places, entries, integers: () => (exact ??= integersOfEntries(entries)) };
}

/** row -> sum of weights[k] * rows[k], for many weight vectors over the same rows. */
export type Combiner = (weights: Weights) => Row;

/** How many integer products these combinations of the rows take: none where `combiner` needs none. */
export function productsOf(rows: readonly Row[], weights: readonly Weights[]): number {
  if (separateAtoms(rows) !== undefined) return 0;
  const all = rows.reduce((sum, row) => sum + row.atoms.length + 1, 0);
  const some = (places: Int32Array) => places.reduce((sum, k) => sum + rows[k]!.atoms.length + 1, 0);
  return weights.reduce((sum, { places }) => sum + (places === null ? all : some(places)), 0);
}

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
 * Cost of one combination: nothing but the constant when the rows are multiples of distinct atoms (with an offset each),
 * else one integer product per factor and coefficient that it meets.
 */
export function combiner(rows: readonly Row[]): Combiner {
  const atoms = separateAtoms(rows);
  if (atoms === undefined) return integerCombiner(rows);
  const all = atomCombiner(rows, atoms);
  return (weights) => {
    const { places, entries } = weights;
    if (places === null) return all(weights);
    const some = Array.from(places, (k) => rows[k]!);
    return atomCombiner(some, separateAtoms(some)!)(weightsOf(entries));
  };
}

function atomCombiner(rows: readonly Row[], atoms: Int32Array): Combiner {
  const constants = rows.map((row) => row.constant);
  const constantOf = constants.every((constant) => constant === 0)
    ? () => 0
    : ({ entries }: Weights) => dotEntries(entries, constants);
  const present = rows.flatMap((row, k) => (row.atoms.length === 1 ? [k] : []));
  const multiples = present.map((k) => coefficientsOf(rows[k]!)[0]!);
  const [first = 1] = multiples;
  const factor = first !== 0 && multiples.every((multiple) => sameEntry(multiple, first)) ? first : multiples;
  const all = present.length === rows.length;
  return (weights) => {
    const coefficients = all ? weights.entries : present.map((k) => weights.entries[k]!);
    return { atoms, coefficients, factor, constant: constantOf(weights) };
  };
}

function integerCombiner(rows: readonly Row[]): Combiner {
  const columns = new Map<number, number>();
  for (const row of rows) for (const atom of row.atoms) if (!columns.has(atom)) columns.set(atom, columns.size);
  const atoms = Int32Array.from(columns.keys());
  const all = integersOfEntries(rows.flatMap((row) => [...coefficientsOf(row), row.constant]));
  let position = 0;
  const terms = rows.map((row) => {
    const targets = [...Array.from(row.atoms, (atom) => columns.get(atom)!), columns.size];
    const numerators = all.numerators.slice(position, (position += targets.length));
    return { targets, numerators };
  });
  /** Adds up the products; returns the sums over their denominator. */
  const addUp = (sums: bigint[], { places, integers }: Weights): bigint => {
    const { numerators: factors, denominator } = integers();
    for (let i = 0; i < factors.length; i++) {
      const factor = factors[i]!;
      if (factor === 0n) continue;
      const { targets, numerators } = terms[places === null ? i : places[i]!]!;
      for (let t = 0; t < targets.length; t++) sums[targets[t]!]! += numerators[t]! * factor;
    }
    return all.denominator * denominator;
  };
  const everywhere = new Array<bigint>(columns.size + 1).fill(0n);
  return (weights) => {
    const { places } = weights;
    // A column of zeros meets nothing, not even a constant.
    if (places?.length === 0) return constantRow(0);
    const met = places === null ? undefined : columnsMet(Array.from(places, (k) => terms[k]!.targets));
    const sums = met === undefined ? new Array<bigint>(columns.size + 1).fill(0n) : everywhere;
    const denominator = addUp(sums, weights);
    const entries = (met?.map((target) => sums[target]!) ?? sums).map((sum) => entryOfQuotient(sum, denominator));
    for (const target of met ?? []) sums[target] = 0n;
    const own = met === undefined ? atoms : Int32Array.from(met.slice(0, -1), (target) => atoms[target]!);
    return { atoms: own, coefficients: entries.slice(0, -1), factor: 1, constant: entries.at(-1)! };
  };
}

/** All that occur in the lists, ascending. */
function columnsMet(lists: readonly (readonly number[])[]): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
