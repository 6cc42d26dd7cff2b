/**
 * A cell of the `vertex` engine outside of any walk: its vertices are found by trying all intersections, in fractions.
 */

import { VertexExact } from '../../../src/engines/vertex/exact.js';
import type { VertexList } from '../../../src/engines/vertex/frame.js';
import { VertexPath } from '../../../src/engines/vertex/path.js';
import { VertexPool } from '../../../src/engines/vertex/pool.js';
import { type Rational, rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { nearestDouble } from '../../../src/exact/rounding.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box } from '../../../src/network/domain.js';
import { buildNetwork, RELU } from '../../../src/network/network.js';
import { type Affine, evaluate, verticesByEnumeration } from '../references/vertex-enumeration.js';
import { BOUNDS } from './placed-vertex.js';
import { contextOf } from './vertex-context.js';

export type Row = readonly number[];

export interface EnumeratedCell extends ReturnType<typeof cellOf> {}

/** The value of a row of doubles, the constant last. */
export function valueOfRow(row: Row, point: readonly Rational[]): Rational {
  return evaluate(row.map(rationalFromDouble), point);
}

/**
 * The part of the box `BOUNDS` in n variables on the given sides of the first rows, in the order of the rows, as a certificate
 * sees it; undefined if it has no interior. All rows are neurons of the only layer; the first ones are splits, each is met.
 */
export function enumeratedCell(
  n: number,
  rows: readonly Row[],
  sides: readonly (1 | -1)[],
): EnumeratedCell | undefined {
  const signed = rows.slice(0, sides.length).map((row, k) => row.map((entry) => rationalFromDouble(sides[k]! * entry)));
  const faces = BOUNDS.slice(0, n).flatMap(([lower, upper], i) => [faceOf(n, i, 1, -lower), faceOf(n, i, -1, upper)]);
  const constraints: Affine[] = [...faces, ...signed];
  const vertices = verticesByEnumeration(constraints, n);
  const tight = vertices.map((vertex) => constraints.map((row) => evaluate(row, vertex).numerator === 0n));
  // With an interior no constraint is tight everywhere.
  if (vertices.length <= n || constraints.some((_, c) => tight.every((at) => at[c]))) return undefined;
  const places = constraints.map((_, c) => vertices.flatMap((__, v) => (tight[v]![c] ? [v] : [])));
  // Of two constraints with one hyperplane, or on one face of lower dimension, the first counts.
  const covers = (d: number, c: number) =>
    places[c]!.every((v) => places[d]!.includes(v)) && (d < c || places[d]!.length > places[c]!.length);
  const isFacet = (c: number) => places[c]!.length >= n && !places.some((_, d) => d !== c && covers(d, c));
  const facets = constraints.flatMap((_, c) => (isFacet(c) ? [c] : []));
  return cellOf(n, rows, sides, { vertices, tight, facets });
}

function faceOf(n: number, variable: number, sign: 1 | -1, constant: number): Affine {
  const entries = Array.from({ length: n }, (_, i) => rational(i === variable ? BigInt(sign) : 0n));
  return [...entries, rationalFromDouble(constant)];
}

interface Shape {
  readonly vertices: readonly (readonly Rational[])[];
  readonly tight: readonly (readonly boolean[])[];
  /** Numbers of constraints: faces of the box, then splits. */
  readonly facets: readonly number[];
}

/** The slot of a constraint, in any order. */
const slotOf = (constraint: number) => (23 * constraint + 5) % 64;

function cellOf(n: number, rows: readonly Row[], sides: readonly (1 | -1)[], { vertices, tight, facets }: Shape) {
  const weights = rows.flatMap((row) => row.slice(0, n));
  const affine = affineFromDoubles(
    rows.length,
    n,
    weights,
    rows.map((row) => row[n]!),
  );
  const network = buildNetwork(n, [{ affine }, { slopes: rows.map(() => RELU) }]);
  const bounds = (side: 0 | 1) => BOUNDS.slice(0, n).map((bound) => rationalFromDouble(bound[side]));
  const context = contextOf(network, box(bounds(0), bounds(1)), true);
  const path = new VertexPath(context);
  const pool = new VertexPool(n, 2);
  pool.widen();
  path.owner = new Int32Array(64);
  path.owner.fill(2 * n);
  for (let c = 0; c < 2 * n + sides.length; c++) path.owner[slotOf(c)] = c;
  sides.forEach((side, k) => {
    path.splitLayer[k] = 0;
    path.splitNeuron[k] = k;
    path.splitSide[k] = side;
    context.rows.sides[0]![k] = side;
  });
  // A vertex of no cell, where everything is tight.
  pool.tight.fill(-1, 0, 2);
  pool.add();
  const ids = Int32Array.from(vertices, (vertex, v) => {
    const id = pool.add();
    vertex.forEach(({ numerator, denominator }, i) => {
      pool.x[id * n + i] = nearestDouble(numerator, denominator);
    });
    pool.setRadius(id, path.rounded);
    for (const c of facets) if (tight[v]![c]) pool.tight[2 * id + (slotOf(c) >> 5)]! |= 1 << (slotOf(c) & 31);
    return id;
  });
  const cell: VertexList = { ids: Int32Array.from([...ids, 0]), count: ids.length };
  const splits = facets.filter((c) => c >= 2 * n).map((c) => c - 2 * n);
  const tightSplits = tight.map((at) => splits.filter((k) => at[2 * n + k]));
  const isSimple = tight.map((at) => facets.filter((c) => at[c]).length === n);
  return { context, path, pool, exact: new VertexExact(path, pool), cell, vertices, splits, tightSplits, isSimple };
}
