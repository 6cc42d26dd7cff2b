/**
 * Hyperplanes as rows of integers up to a factor.
 */
import { content, inverseOf, residue } from '../exact/index.js';

export type Row = readonly bigint[];

/** A prime: products of residues are exact in doubles. */
const PRIME = 2 ** 26 - 5;
const MODULUS = BigInt(PRIME);
/** A residue that tells hyperplanes apart by a polynomial in it: any will do. */
const POINT = 48_271;

/** The row divided by what its entries have in common; its sign stays. */
export function primitive(row: Row): Row {
  const divisor = content(row);
  return divisor <= 1n ? row : row.map((entry) => entry / divisor);
}

/**
 * The first row of each hyperplane among them, in order; those that are 0 are none.
 *
 * Rows of one hyperplane have the same residues up to a factor, so rows are compared with those alone whose residues are, divided by the first one that is not 0, the same.
 */
export function distinctRows(rows: readonly Row[]): Row[] {
  const known = new Map<number, Row[]>();
  const distinct: Row[] = [];
  for (const row of rows) {
    if (row.every((entry) => entry === 0n)) continue;
    const name = nameOf(row);
    const others = known.get(name);
    if (others === undefined) known.set(name, [row]);
    else if (others.some((other) => isSameHyperplane(row, other))) continue;
    else others.push(row);
    distinct.push(row);
  }
  return distinct;
}

/** The same number for all rows of a hyperplane; others have it rarely. */
function nameOf(row: Row): number {
  let name = 0;
  let scale = 0;
  for (const entry of row) {
    const rest = Number(entry % MODULUS);
    const own = rest < 0 ? rest + PRIME : rest;
    if (scale === 0 && own !== 0) scale = inverseOf(own, PRIME);
    name = modulo(name * POINT + modulo(own * scale));
  }
  return scale === 0 ? nameOf(primitive(row)) : name;
}

function modulo(x: number): number {
  return residue(x, PRIME, 1 / PRIME);
}

function isSameHyperplane(a: Row, b: Row): boolean {
  const lead = a.findIndex((entry) => entry !== 0n);
  return a.every((entry, i) => entry * b[lead]! === b[i]! * a[lead]!);
}
