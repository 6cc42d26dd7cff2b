/**
 * Theorem. The volume of a parallelepiped with edges w_1 .. w_n is |det (w_1 .. w_n)|, and that of the simplex with these edges at one corner a part n! of it, whatever
 * numbers they have; the volume that WebAssembly finds of them is this, in lowest terms. Polytopes with other faces have the volumes of their triangulations.
 *
 * Source: the definition of the determinant; Cohen and Hickey 1979 (triangulations). Of other implementations none is asked: determinants by elimination (`exact/linear-systems.ts`),
 * lowest terms by Lehmer (`exact/rational.ts`).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { facetsOf } from '../../src/analysis/geometry/faces.js';
import { limbsOf } from '../../src/analysis/geometry/measure/limbs.js';
import { SimpleVolumes } from '../../src/analysis/geometry/measure/simple-volumes.js';
import { cutPolytope, makeVertex, type Polytope } from '../../src/analysis/geometry/polytope.js';
import { polytopeVolume } from '../../src/analysis/geometry/volume.js';
import { larger, magnitude, rowAt } from '../../src/exact/integers.js';
import { determinant } from '../../src/exact/linear-systems.js';
import { withoutContent } from '../../src/exact/lowest-terms.js';
import { formatRational, type Rational, rational } from '../../src/exact/rational.js';
import { holds } from '../support/generators/holds.js';

type Row = readonly bigint[];

const volumes = SimpleVolumes.here()!;
/** Volumes that were written as text. */
let texts = 0;

/** What WebAssembly says of a polytope. @param rows of the facets */
function measured(polytope: Polytope, rows: (constraint: number) => Row): Rational | undefined {
  const facets = facetsOf(polytope);
  const isMeasured = volumes.measure({
    dimension: polytope.vertices[0]!.near.length,
    vertices: polytope.vertices.map(({ point }) => limbsOf([...point.numerators, point.denominator])),
    facets: facets.map(({ vertices }) => vertices),
    rows: facets.map(({ constraints }) => limbsOf(rows(constraints[0]!))),
  });
  if (!isMeasured) return undefined;
  const volume = volumes.rational();
  const text = volumes.fraction();
  if (text !== undefined) {
    expect(text).toBe(formatRational(volume));
    texts++;
  }
  return volume;
}

/** The hyperplane through a point along all edges but one; with `extra`, through the ends of all edges. */
function rowAlong(edges: readonly Row[], without: number, at: Row, scale: bigint): Row {
  const n = at.length;
  const along = edges.filter((_, k) => k !== without);
  const coefficients = at.map((_, i) => {
    const minor = along.map((edge) => edge.filter((_, j) => j !== i));
    return (i % 2 === 0 ? 1n : -1n) * (n === 1 ? 1n : determinant(minor));
  });
  // Zero at `at / scale`.
  const constant = -coefficients.reduce((sum, c, i) => sum + c * at[i]!, 0n);
  return [...coefficients.map((c) => c * scale), constant];
}

const add = (a: Row, b: Row): Row => a.map((x, i) => x + b[i]!);

/** Facet 2k holds the corners without edge k, 2k + 1 those with it. */
function parallelepiped(corner: Row, edges: readonly Row[], scale: bigint) {
  const n = corner.length;
  const vertices = Array.from({ length: 2 ** n }, (_, bits) => {
    const taken = edges.filter((_, k) => ((bits >> k) & 1) === 1);
    const tight = edges.map((_, k) => 2 * k + ((bits >> k) & 1));
    return makeVertex(withoutContent({ numerators: taken.reduce(add, corner), denominator: scale }), tight);
  });
  const rows = edges.flatMap((edge, k) => [
    rowAlong(edges, k, corner, scale),
    rowAlong(edges, k, add(corner, edge), scale),
  ]);
  return { polytope: { vertices }, rows: (constraint: number) => rows[constraint]! };
}

/** Facet k holds all corners but the end of edge k, facet n all but the first corner. */
function simplex(corner: Row, edges: readonly Row[], scale: bigint) {
  const n = corner.length;
  const corners = [...edges.map((edge) => add(corner, edge)), corner];
  const vertices = corners.map((numerators, v) => {
    const tight = Array.from({ length: n + 1 }, (_, k) => k).filter((k) => k !== v);
    return makeVertex(withoutContent({ numerators, denominator: scale }), tight);
  });
  const between = edges.slice(1).map((edge) => edge.map((x, i) => x - edges[0]![i]!));
  const far = rowAlong([edges[0]!, ...between], 0, corners[0]!, scale);
  const rows = [...edges.map((_, k) => rowAlong(edges, k, corner, scale)), far];
  return { polytope: { vertices }, rows: (constraint: number) => rows[constraint]! };
}

/** Integers of very different lengths: short ones have much in common with each other. */
const integer = fc
  .tuple(fc.constantFrom(2, 5, 31, 32, 33, 64, 150, 400), fc.bigInt({ min: 0n, max: 2n ** 400n }), fc.boolean())
  .map(([bits, value, isNegative]) => (isNegative ? -1n : 1n) * (value % 2n ** BigInt(bits)));
const scales = fc.oneof(
  integer.map((value) => (value < 0n ? -value : value) + 1n),
  fc.nat({ max: 500 }).map((power) => 2n ** BigInt(power)),
);

const frames = fc.integer({ min: 2, max: 5 }).chain((n) =>
  fc.record({
    corner: fc.array(integer, { minLength: n, maxLength: n }),
    edges: fc.array(fc.array(integer, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
    scale: scales,
  }),
);

const factorial = (n: number): bigint => (n <= 1 ? 1n : BigInt(n) * factorial(n - 1));

test('parallelepipeds and simplices have the volumes of their determinants', () => {
  holds(
    fc.property(frames, ({ corner, edges, scale }) => {
      const n = corner.length;
      const value = determinant(edges);
      fc.pre(value !== 0n);
      const [size, unit] = [value < 0n ? -value : value, scale ** BigInt(n)];
      const whole = parallelepiped(corner, edges, scale);
      expect(measured(whole.polytope, whole.rows)).toEqual(rational(size, unit));
      const part = simplex(corner, edges, scale);
      expect(measured(part.polytope, part.rows)).toEqual(rational(size, unit * factorial(n)));
    }),
    { seed: 15_001, runs: 60 },
  );
});

/** A cube and half-spaces that cut it. */
const cuts = fc.integer({ min: 2, max: 4 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    normals: fc.array(
      fc.array(
        integer.map((value) => (value === 0n ? 1n : value)),
        { minLength: n, maxLength: n },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

test('cubes that half-spaces cut have the volumes of their triangulations', () => {
  let simple = 0;
  holds(
    fc.property(cuts, ({ n, normals }) => {
      const unit = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 2n : 0n)));
      const start = parallelepiped(
        unit.map(() => -1n),
        unit,
        1n,
      );
      const extra: Row[] = [];
      const rows = (k: number) => (k < 2 * n ? start.rows(k) : extra[k - 2 * n]!);
      let polytope: Polytope = start.polytope;
      for (const normal of normals) {
        const longest = normal.map(magnitude).reduce(larger);
        const row = [...normal, longest / 2n];
        const signs = polytope.vertices.map(({ point }) => {
          const value = rowAt(row, point.numerators, point.denominator);
          return value > 0n ? 1 : value < 0n ? -1 : 0;
        });
        if (!signs.includes(1)) continue;
        extra.push(row);
        polytope = cutPolytope(polytope, 2 * n + extra.length - 1, signs, rows);
      }
      fc.pre(polytope.vertices.every(({ tight }) => tight.length === n));
      simple++;
      expect(measured(polytope, rows)).toEqual(polytopeVolume(polytope));
    }),
    { seed: 15_002, runs: 60 },
  );
  expect(simple).toBeGreaterThan(30);
  expect(texts).toBeGreaterThan(30);
});

const edge = (bits: number) => [
  [2n ** BigInt(bits) - 1n, 1n, 0n],
  [0n, 2n ** BigInt(bits) - 3n, 5n],
  [7n, 0n, 2n ** BigInt(bits) - 5n],
];

test('numbers that are too long are told, and long ones that are not are right', () => {
  const corner = [1n, 1n, 1n];
  const scale = 2n ** 2000n + 1n;
  const short = parallelepiped(corner, edge(1000), scale);
  expect(measured(short.polytope, short.rows)).toEqual(rational(determinant(edge(1000)), scale ** 3n));
  const long = parallelepiped(corner, edge(40_000), 3n);
  expect(measured(long.polytope, long.rows)).toBeUndefined();
});
