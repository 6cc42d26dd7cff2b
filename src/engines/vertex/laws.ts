/**
 * The laws of a built cell of the `vertex` engine, verified in exact arithmetic.
 *
 * 1. Every vertex satisfies all constraints of the path.
 * 2. Its tight set is the set of those slots' constraints that are zero there.
 * 3. Its doubles are within its radii of the exact vertex, and none is larger than its radius (`engines/evidence/vertex-error.ts`).
 * 4. Every slot in use is a facet: no other constraint in use holds at all of its vertices.
 * 5. It is a vertex: its tight constraints have rank n.
 */
import {
  compare,
  multiply,
  type Rational,
  rank,
  rational,
  rationalFromDouble,
  rowAt,
  signOfInteger,
  subtract,
} from '../../exact/index.js';
import type { VertexExact } from './exact.js';
import type { VertexPath } from './path.js';
import type { VertexPool } from './pool.js';

/** A cell: its vertices, and how many splits lead to it. */
interface CellOfVertices {
  readonly path: VertexPath;
  readonly pool: VertexPool;
  readonly exact: VertexExact;
  readonly ids: readonly number[];
  readonly depth: number;
}

/** @throws Error if a law does not hold; naming it */
export function verifyLaws(cell: CellOfVertices): void {
  const { path, pool, ids } = cell;
  const used = Array.from({ length: 32 * pool.words }, (_, slot) => slot).filter((slot) =>
    ids.some((id) => isTight(pool, id, slot)),
  );
  for (const id of ids) {
    const values = valuesAt(cell, id);
    if (values.some((sign) => sign < 0)) throw new Error(`vertex laws: vertex ${id} lies outside of its cell`);
    for (const slot of used) {
      const expected = values[path.owner[slot]!] === 0;
      if (isTight(pool, id, slot) !== expected) {
        throw new Error(`vertex laws: constraint ${path.owner[slot]} at vertex ${id}: expected tight = ${expected}`);
      }
    }
    if (!isNear(cell, id)) throw new Error(`vertex laws: vertex ${id} is farther from the truth than its radii`);
    const normals = used.filter((slot) => isTight(pool, id, slot)).map((slot) => normalOf(path, path.owner[slot]!));
    if (rank(normals) !== path.n) throw new Error(`vertex laws: point ${id} is no vertex`);
  }
  for (const slot of used) {
    const vertices = ids.filter((id) => isTight(pool, id, slot));
    const other = used.find((s) => s !== slot && vertices.every((id) => isTight(pool, id, s)));
    if (other !== undefined) throw new Error(`vertex laws: constraint ${path.owner[slot]} is no facet`);
  }
}

function isTight(pool: VertexPool, id: number, slot: number): boolean {
  return (pool.tight[id * pool.words + (slot >>> 5)]! & (1 << (slot & 31))) !== 0;
}

/** The coefficients of a constraint. */
function normalOf({ n, context, splitLayer, splitNeuron }: VertexPath, owner: number): bigint[] {
  if (owner < 2 * n) return Array.from({ length: n }, (_, i) => (i === owner >> 1 ? 1n : 0n));
  return context.exact.row(splitLayer[owner - 2 * n]!, splitNeuron[owner - 2 * n]!).slice(0, n);
}

/** The signs of all constraints of the path at a vertex, by number. */
function valuesAt({ path, exact, depth }: CellOfVertices, id: number): (-1 | 0 | 1)[] {
  const { n, context } = path;
  const { exactLower, exactUpper, boxDenominator } = context.problem;
  const { numerators, denominator } = exact.vertex(id);
  const signs: (-1 | 0 | 1)[] = [];
  for (let i = 0; i < n; i++) {
    signs.push(signOfInteger(numerators[i]! * boxDenominator - exactLower[i]! * denominator));
    signs.push(signOfInteger(exactUpper[i]! * denominator - numerators[i]! * boxDenominator));
  }
  for (let k = 0; k < depth; k++) {
    const row = context.exact.row(path.splitLayer[k]!, path.splitNeuron[k]!);
    signs.push(signOfInteger(BigInt(path.splitSide[k]!) * rowAt(row, numerators, denominator)));
  }
  return signs;
}

function isNear({ path, pool, exact }: CellOfVertices, id: number): boolean {
  if (!Number.isFinite(pool.radius[id]!)) return true;
  const { numerators, denominator } = exact.vertex(id);
  return Array.from(path.units.subarray(0, path.n)).every((unit, i) => {
    const difference = subtract(rationalFromDouble(pool.x[id * path.n + i]!), rational(numerators[i]!, denominator));
    const radius = pool.radii[id * path.n + i]!;
    const limit = multiply(rationalFromDouble(radius), rationalFromDouble(unit));
    return radius <= pool.radius[id]! && compare(absolute(difference), limit) <= 0;
  });
}

function absolute(value: Rational): Rational {
  return value.numerator < 0n ? { ...value, numerator: -value.numerator } : value;
}
