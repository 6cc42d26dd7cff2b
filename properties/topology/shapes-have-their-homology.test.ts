/**
 * Theorem. Sets whose homology is known have it, in dimensions 1 to 4, degenerate ones among them: balls, spheres, annuli, tori, discs
 * side by side, as level, sublevel and superlevel sets of max-min networks.
 *
 * The Betti numbers are those of the shapes, not of this program. Complements have those that Alexander
 * duality gives: b_k(box - X) = b~_(d-1-k)(X) + [k = 0] + [k = d - 1] for a compact X inside a box of dimension d >= 2.
 *
 * Source: A. Hatcher, Algebraic Topology (2002), chapters 2 and 3.
 */
import { describe, expect, it } from 'vitest';
import { rational } from '../../src/exact/index.js';
import { cube, type Domain, type Network, polytope, whole } from '../../src/network/index.js';
import { type DecisionSet, homologyOf, setComplex, topology } from '../../src/topology/index.js';
import {
  absolute,
  constant,
  type Formula,
  input,
  maximum,
  maxMinNetwork,
  minimum,
  minus,
  plus,
} from '../support/generators/max-min.js';

const norm = (...inputs: number[]): Formula => maximum(...inputs.map((i) => absolute(input(i))));
const diamond = (...inputs: number[]): Formula => plus(...inputs.map((i) => absolute(input(i))));
/** The distance, in the maximum norm, from a point. */
const from = (...point: number[]): Formula => maximum(...point.map((c, i) => absolute(minus(input(i), constant(c)))));
/** How far the norm of the first two coordinates is from 2. */
const ring = absolute(minus(norm(0, 1), constant(2)));

interface Shape {
  readonly name: string;
  readonly inputs: number;
  readonly formula: Formula;
  readonly kind: 'above' | 'below' | 'equal';
  readonly level: number;
  readonly betti: readonly number[];
  /** Whether the shape lies inside of the box [-4, 4]^d. */
  readonly inside?: boolean;
}

const SHAPES: readonly Shape[] = [
  { name: 'two points', inputs: 1, formula: norm(0), kind: 'equal', level: 1, betti: [2, 0], inside: true },
  { name: 'an interval', inputs: 1, formula: norm(0), kind: 'below', level: 1, betti: [1, 0], inside: true },
  { name: 'a point', inputs: 1, formula: norm(0), kind: 'below', level: 0, betti: [1, 0], inside: true },
  { name: 'nothing', inputs: 1, formula: norm(0), kind: 'below', level: -1, betti: [0, 0], inside: true },
  { name: 'a square', inputs: 2, formula: norm(0, 1), kind: 'below', level: 1, betti: [1, 0, 0], inside: true },
  { name: 'its outline', inputs: 2, formula: norm(0, 1), kind: 'equal', level: 1, betti: [1, 1, 0], inside: true },
  {
    name: 'a diamond outline',
    inputs: 2,
    formula: diamond(0, 1),
    kind: 'equal',
    level: 1,
    betti: [1, 1, 0],
    inside: true,
  },
  { name: 'an annulus', inputs: 2, formula: ring, kind: 'below', level: 1, betti: [1, 1, 0], inside: true },
  { name: 'its two outlines', inputs: 2, formula: ring, kind: 'equal', level: 1, betti: [2, 2, 0], inside: true },
  { name: 'a circle as a minimum', inputs: 2, formula: ring, kind: 'below', level: 0, betti: [1, 1, 0], inside: true },
  {
    name: 'two discs',
    inputs: 2,
    formula: minimum(from(-2, 0), from(2, 0)),
    kind: 'below',
    level: 1,
    betti: [2, 0, 0],
    inside: true,
  },
  {
    name: 'two discs that touch',
    inputs: 2,
    formula: minimum(from(-1, 0), from(1, 0)),
    kind: 'below',
    level: 1,
    betti: [1, 0, 0],
    inside: true,
  },
  {
    name: 'discs joined at a corner',
    inputs: 2,
    formula: minimum(from(-1, -1), from(1, 1)),
    kind: 'below',
    level: 1,
    betti: [1, 0, 0],
    inside: true,
  },
  {
    name: 'a figure eight',
    inputs: 2,
    formula: absolute(minus(minimum(from(-1, -1), from(1, 1)), constant(1))),
    kind: 'below',
    level: 0,
    betti: [1, 2, 0],
    inside: true,
  },
  {
    name: 'a cross',
    inputs: 2,
    formula: minimum(absolute(input(0)), absolute(input(1))),
    kind: 'equal',
    level: 0,
    betti: [1, 0, 0],
  },
  { name: 'four corners', inputs: 2, formula: norm(0, 1), kind: 'above', level: 4, betti: [1, 1, 0] },
  { name: 'a ball', inputs: 3, formula: norm(0, 1, 2), kind: 'below', level: 2, betti: [1, 0, 0, 0], inside: true },
  { name: 'a sphere', inputs: 3, formula: norm(0, 1, 2), kind: 'equal', level: 2, betti: [1, 0, 1, 0], inside: true },
  {
    name: 'an octahedron',
    inputs: 3,
    formula: diamond(0, 1, 2),
    kind: 'equal',
    level: 2,
    betti: [1, 0, 1, 0],
    inside: true,
  },
  {
    name: 'a solid torus',
    inputs: 3,
    formula: maximum(ring, absolute(input(2))),
    kind: 'below',
    level: 1,
    betti: [1, 1, 0, 0],
    inside: true,
  },
  {
    name: 'a torus',
    inputs: 3,
    formula: maximum(ring, absolute(input(2))),
    kind: 'equal',
    level: 1,
    betti: [1, 2, 1, 0],
    inside: true,
  },
  {
    name: 'a circle in space',
    inputs: 3,
    formula: maximum(ring, absolute(input(2))),
    kind: 'equal',
    level: 0,
    betti: [1, 1, 0, 0],
    inside: true,
  },
  {
    name: 'the edges of a cube, thick',
    inputs: 3,
    formula: minimum(
      maximum(
        absolute(minus(absolute(input(0)), constant(2))),
        absolute(minus(absolute(input(1)), constant(2))),
        minus(absolute(input(2)), constant(2)),
      ),
      maximum(
        absolute(minus(absolute(input(0)), constant(2))),
        absolute(minus(absolute(input(2)), constant(2))),
        minus(absolute(input(1)), constant(2)),
      ),
      maximum(
        absolute(minus(absolute(input(1)), constant(2))),
        absolute(minus(absolute(input(2)), constant(2))),
        minus(absolute(input(0)), constant(2)),
      ),
    ),
    kind: 'below',
    level: 0,
    betti: [1, 5, 0, 0],
    inside: true,
  },
  {
    name: 'a sphere of dimension 3',
    inputs: 4,
    formula: norm(0, 1, 2, 3),
    kind: 'equal',
    level: 1,
    betti: [1, 0, 0, 1, 0],
    inside: true,
  },
  {
    name: 'a torus in dimension 4',
    inputs: 4,
    formula: maximum(absolute(minus(norm(0, 1), constant(1))), absolute(minus(norm(2, 3), constant(1)))),
    kind: 'equal',
    level: 0,
    betti: [1, 2, 1, 0, 0],
    inside: true,
  },
];

const networkOf = ({ inputs, formula }: Shape): Network => maxMinNetwork(inputs, formula);
const setOf = ({ kind, level }: Shape): DecisionSet => ({ kind, output: 0, level: rational(BigInt(level)) });

describe('shapes', () => {
  it.each(SHAPES)('$name has its Betti numbers over every field', (shape) => {
    const complex = setComplex(networkOf(shape), cube(shape.inputs, -4, 4), setOf(shape)).faces;
    for (const field of ['Q', 'GF2', 'Z'] as const) {
      const { betti, torsion } = homologyOf(complex, field);
      expect(betti).toEqual(shape.betti);
      if (field === 'Z') expect(torsion!.flat()).toEqual([]);
    }
  });

  it.each(SHAPES.filter(({ inside, inputs, kind }) => inside === true && kind === 'below' && inputs > 1 && inputs < 4))(
    '$name and its complement are dual to each other (Alexander)',
    (shape) => {
      const { inputs: d, level, betti } = shape;
      // No value lies between the level and a little more at any vertex: all vertices have multiples of 1/2.
      const beyond = { kind: 'above', output: 0, level: rational(BigInt(4 * level + 1), 4n) } as const;
      const complement = topology(networkOf(shape), cube(d, -4, 4), { set: beyond }).betti;
      const reduced = betti.map((b, k) => (k === 0 ? b - 1 : b));
      const expected = betti.map((_, k) => (reduced[d - 1 - k] ?? 0) + (k === 0 ? 1 : 0) + (k === d - 1 ? 1 : 0));
      expect(complement).toEqual(expected);
    },
  );

  it('have the same homology in all of space, and that of their compactification', () => {
    for (const shape of SHAPES.filter(({ inside, inputs }) => inside === true && inputs < 3)) {
      const request = { set: setOf(shape) };
      expect(topology(networkOf(shape), whole(shape.inputs), request).betti, shape.name).toEqual(shape.betti);
      const modulo = topology(networkOf(shape), whole(shape.inputs), { ...request, ends: 'borel-moore' });
      expect(modulo.betti, shape.name).toEqual(shape.betti);
    }
    // R^d: a point to singular homology, a sphere modulo infinity. A line: the same in its dimension.
    const line = maxMinNetwork(2, minus(input(0), input(1)));
    const on = (kind: 'equal' | 'above', ends: 'singular' | 'borel-moore') =>
      topology(line, whole(2), { set: { kind, output: 0, level: rational(0n) }, ends }).betti;
    expect(topology(line, whole(2), { set: { kind: 'all' }, ends: 'borel-moore' }).betti).toEqual([0, 0, 1]);
    expect([on('equal', 'singular'), on('equal', 'borel-moore')]).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect([on('above', 'singular'), on('above', 'borel-moore')]).toEqual([
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('are seen far away: the box meets what a level, classes and the rows of a polytope put there', () => {
    // A billion away, where the network's own entries are 1.
    const far = 10n ** 9n;
    const square = maxMinNetwork(2, norm(0, 1));
    const level = { kind: 'equal', output: 0, level: rational(far) } as const;
    expect(topology(square, whole(2), { set: level }).betti).toEqual([1, 1, 0]);
    expect(topology(square, whole(2), { set: { ...level, kind: 'above' } }).betti).toEqual([1, 1, 0]);
    // |x| - |y| is equal to a constant on two wedges, whose corners are at it.
    const saddle = maxMinNetwork(2, minus(absolute(input(0)), absolute(input(1))), constant(1e9));
    expect(topology(saddle, whole(2), { set: { kind: 'class', classes: [0, 1] } }).betti).toEqual([2, 0, 0]);
    // x >= a billion leaves a corner of the wedge |y| <= x out of sight.
    const beyond = polytope(2, [{ coefficients: [rational(-1n), rational(0n)], bound: rational(-far) }]);
    const wedge = maxMinNetwork(2, minus(absolute(input(0)), absolute(input(1))));
    const sides = { kind: 'equal', output: 0, level: rational(0n) } as const;
    expect(topology(wedge, beyond, { set: sides }).betti).toEqual([2, 0, 0]);
    expect(topology(wedge, beyond, { set: { ...sides, kind: 'below' } }).betti).toEqual([2, 0, 0]);
  });

  it('have the homology of what an unbounded polytope leaves of them', () => {
    const polytopeOf = (...rows: readonly (readonly [readonly number[], number])[]) =>
      polytope(
        2,
        rows.map(([a, b]) => ({ coefficients: a.map((entry) => rational(BigInt(entry))), bound: rational(BigInt(b)) })),
      );
    const betti = (kind: 'above' | 'equal' | 'below', level: bigint, domain: Domain) =>
      topology(ringNetwork, domain, { set: { kind, output: 0, level: rational(level) } });
    // The norm is 2 on a square; the half-plane x >= 0 leaves an arc of it, and rays of the complement.
    const ringNetwork = maxMinNetwork(2, ring);
    const half = polytopeOf([[-1, 0], 0]);
    expect(betti('below', 0n, half)).toMatchObject({ betti: [1, 0, 0], enclosed: true });
    expect(betti('above', 1n, half).betti).toEqual([2, 0, 0]);
    // |x| <= 1: two sides of the square, far away from each other, cut off; the outer part falls into two.
    const strip = polytopeOf([[1, 0], 1], [[-1, 0], 1]);
    expect(betti('equal', 0n, strip).betti).toEqual([2, 0, 0]);
    expect(betti('above', 1n, strip).betti).toEqual([3, 0, 0]);
    // A line through the middle meets the square twice; a half-plane beyond it never.
    const line = polytope(2, [], {
      equalities: [{ coefficients: [rational(1n), rational(-1n)], bound: rational(0n) }],
    });
    expect(
      topology(ringNetwork, line, { set: { kind: 'equal', output: 0, level: rational(0n) } }).betti.slice(0, 2),
    ).toEqual([2, 0]);
    expect(betti('equal', 0n, polytopeOf([[-1, 0], -5])).betti).toEqual([0, 0, 0]);
    expect(topology(ringNetwork, cube(2, -4, 4), { set: { kind: 'all' } }).enclosed).toBeUndefined();
  });
});
