/**
 * Theorem. On a polytope the cells are the nonempty interiors of the polytope's intersections with the cells of any larger
 * domain: both engines find the ones that Fourier-Motzkin elimination finds, prove them, and count the same after an
 * invertible affine change of the inputs.
 *
 * A flat polytope has the cells of the network on its affine hull; a box written as inequalities is that box.
 *
 * Source: the definition of a cell on a domain.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { verifiedVertexKernel, vertexKernel } from '../../src/engines/vertex/kernel.js';
import { integersFromRationals } from '../../src/exact/integers.js';
import { add, compare, multiply, negate, ONE, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromRationals } from '../../src/network/affine.js';
import {
  type BoxDomain,
  cube,
  type Domain,
  type LinearBound,
  type PolytopeDomain,
  polytope,
} from '../../src/network/domain.js';
import { type Network, precompose } from '../../src/network/network.js';
import { networkOnSlice } from '../../src/network/slice.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { dimensionOfHull } from '../../src/problem/polytope/domain.js';
import { dotOf } from '../../src/theory/rational-vectors.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { cellsOf, countCellsOf } from '../support/engines/cells.js';
import { certificateOf, check } from '../support/engines/checked.js';
import { inequalitiesOf } from '../support/engines/constraints.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork, genericNetwork, type NetworkShape } from '../support/generators/networks.js';
import { smallInteger, smallRational } from '../support/generators/numbers.js';
import { flatPolytope, polytopeFor } from '../support/generators/polytopes.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { strictSolution } from '../support/references/fourier-motzkin.js';
import { openWallsOf } from '../support/references/walls.js';

const LP = lpKernel(simplexBackend);
const SHAPES: readonly NetworkShape[] = [
  { inputs: 1, widths: [3, 2] },
  { inputs: 2, widths: [4] },
  { inputs: 2, widths: [3, 2] },
  { inputs: 3, widths: [3] },
];
const anyShape = (of: (shape: NetworkShape) => fc.Arbitrary<Network>) => fc.oneof(...SHAPES.map(of));
const problems = anyShape(anyNetwork).chain((network) =>
  fc.record({ network: fc.constant(network), domain: polytopeFor(network) }),
);

const unit = (dimension: number, input: number, entry: Rational) =>
  Array.from({ length: dimension }, (_, i) => (i === input ? entry : ZERO));

/** The bounds of a box as inequalities. */
function asInequalities({ lower, upper }: BoxDomain): LinearBound[] {
  const d = lower.length;
  return lower.flatMap((lo, i) => [
    { coefficients: unit(d, i, negate(ONE)), bound: negate(lo) },
    { coefficients: unit(d, i, rational(2n)), bound: multiply(rational(2n), upper[i]!) },
  ]);
}

/** The engines that can work on a domain, the planar kernel where it applies, and the one that verifies itself. */
function engines(network: Network, domain: Domain): KernelFactory[] {
  const planar = partitionProblem(network, domain).variables === 2;
  return [LP, vertexKernel, verifiedVertexKernel(0), ...(planar ? [planarKernel] : [])];
}

/** Counts per layer, by every engine, each proved. */
function provedCounts(network: Network, domain: Domain): readonly number[][] {
  return engines(network, domain).map((kernel) => {
    const proof = check(network, domain, certificateOf(network, domain, kernel));
    return [proof.cells, ...proof.cellsPerLayer];
  });
}

function expectCounts(network: Network, domain: Domain, expected: readonly number[]) {
  for (const counts of provedCounts(network, domain)) expect(counts).toEqual(expected);
}

describe('full-dimensional polytopes, bounded or not', () => {
  it('have the cells that brute force finds, by every engine, with accepted certificates', () => {
    holds(
      fc.property(problems, ({ network, domain }) => {
        const { cells, cellsPerLayer } = bruteForcePartition(network, domain);
        expectCounts(network, domain, [cells.length, ...cellsPerLayer]);
        const signs = (list: readonly { pattern: unknown }[]) => list.map((c) => JSON.stringify(c.pattern)).sort();
        const own = cellsOf(network, domain);
        // Signs at a witness are those of the cell; where the reference has 0, the neuron is zero or does not bend.
        expect(new Set(signs(own)).size).toBe(own.length);
        expect(own.length).toBe(cells.length);
      }),
      { seed: 61, runs: 40 },
    );
  });

  it('meet exactly the cells of a larger domain that they have interior in common with', () => {
    const within = anyShape(degenerateNetwork).chain((network) =>
      fc.record({ network: fc.constant(network), domain: polytopeFor(network), around: smallBox(network.inputs) }),
    );
    holds(
      fc.property(within, ({ network, domain, around }) => {
        const own = domain.box === undefined ? [] : asInequalities(domain.box);
        const cut = polytope(network.inputs, [...domain.inequalities, ...own, ...asInequalities(around)]);
        const rows = openWallsOf(domain);
        const met = cellsOf(network, around).filter((cell) => {
          const sides = inequalitiesOf(network, around, cell).map((row) => integersFromRationals(row).numerators);
          return strictSolution(network.inputs, [...sides, ...rows]) !== undefined;
        });
        // Without interior in common they may still touch, or not.
        if (met.length === 0) expect(dimensionOrEmpty(cut)).toBeLessThan(network.inputs);
        else expect(countCellsOf(network, cut).cells).toBe(met.length);
      }),
      { seed: 62, runs: 40 },
    );
  });
});

/** -1 for the empty set. */
function dimensionOrEmpty(domain: PolytopeDomain): number {
  try {
    return dimensionOfHull(domain);
  } catch (error) {
    expect((error as Error).message).toMatch(/^the domain is empty: .*(contradict each other|no point satisfies)/);
    return -1;
  }
}

it('a box written as inequalities is that box: no row is left over, every engine proves the same counts', () => {
  const boxed = anyShape(anyNetwork).chain((network) =>
    fc.record({ network: fc.constant(network), domain: smallBox(network.inputs, { flat: true }) }),
  );
  holds(
    fc.property(boxed, ({ network, domain }) => {
      const stated = polytope(network.inputs, asInequalities(domain));
      const { given, exactLower, exactUpper, boxDenominator } = partitionProblem(network, stated);
      const same = partitionProblem(network, domain);
      expect(given.numerators).toEqual([]);
      const scaled = (bounds: readonly bigint[], factor: bigint) => bounds.map((x) => x * factor);
      expect(scaled(exactLower, same.boxDenominator)).toEqual(scaled(same.exactLower, boxDenominator));
      expect(scaled(exactUpper, same.boxDenominator)).toEqual(scaled(same.exactUpper, boxDenominator));
      const [expected, ...others] = provedCounts(network, domain);
      for (const counts of [...others, ...provedCounts(network, stated)]) expect(counts).toEqual(expected);
    }),
    { seed: 63, runs: 20 },
  );
});

describe('flat polytopes', () => {
  it('have the cells of the network on their affine hull, however the equalities are said', () => {
    const shapes = fc.constantFrom([2, 1], [3, 1], [3, 2]).chain(([inputs, inner]) =>
      fc.record({
        network: anyNetwork({ inputs: inputs!, widths: [4, 2] }),
        flat: flatPolytope(inputs!, inner!),
      }),
    );
    holds(
      fc.property(shapes, ({ network, flat: { domain, origin, directions, inner } }) => {
        expect(dimensionOfHull(domain)).toBe(directions.length);
        const { cells, cellsPerLayer } = bruteForcePartition(networkOnSlice(network, { origin, directions }), inner);
        expectCounts(network, domain, [cells.length, ...cellsPerLayer]);
        // Every witness is a point of the domain.
        for (const { witness } of cellsOf(network, domain)) {
          for (const { coefficients, bound } of domain.inequalities) {
            expect(compare(dotOf(coefficients, witness), bound)).toBeLessThanOrEqual(0);
          }
          for (const { coefficients, bound } of domain.equalities) expect(dotOf(coefficients, witness)).toEqual(bound);
        }
      }),
      { seed: 64, runs: 25 },
    );
  });

  it('that are one point have no partition, and say so', () => {
    const point = polytope(1, [...asInequalities(cube(1, 0, 1)), { coefficients: [negate(ONE)], bound: negate(ONE) }]);
    const network = fc.sample(anyNetwork({ inputs: 1, widths: [1] }), { numRuns: 1, seed: 1 })[0]!;
    expect(() => partitionProblem(network, point)).toThrow(/it is one point/);
  });
});

it('an invertible affine change of the inputs moves the partition and changes no count', () => {
  const moved = problems.chain(({ network, domain }) =>
    fc.record({
      network: fc.constant(network),
      domain: fc.constant(domain),
      // Unit lower times unit upper triangular: always invertible.
      entries: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 9, maxLength: 9 }),
      shift: fc.array(smallRational, { minLength: network.inputs, maxLength: network.inputs }),
    }),
  );
  holds(
    fc.property(moved, ({ network, domain, entries, shift }) => {
      const d = network.inputs;
      const triangle = (lower: boolean) => (i: number, j: number) =>
        i === j ? 1 : i > j === lower ? entries[3 * i + j]! : 0;
      const product = (i: number, j: number) =>
        Array.from({ length: d }, (_, k) => triangle(true)(i, k) * triangle(false)(k, j)).reduce((a, b) => a + b, 0);
      const matrix = Array.from({ length: d }, (_, i) =>
        Array.from({ length: d }, (_, j) => rational(BigInt(product(i, j)))),
      );
      // x = matrix z + shift
      const own = domain.box === undefined ? [] : asInequalities(domain.box);
      const inequalities = [...domain.inequalities, ...own].map(({ coefficients, bound }) => ({
        coefficients: matrix.map((_, j) => coefficients.reduce((s, a, i) => add(s, multiply(a, matrix[i]![j]!)), ZERO)),
        bound: add(bound, negate(dotOf(coefficients, shift))),
      }));
      const after = precompose(network, affineFromRationals(d, matrix, shift));
      const expected = countCellsOf(network, domain);
      for (const kernel of [LP, vertexKernel]) {
        expect(countCellsOf(after, polytope(d, inequalities), kernel)).toEqual(expected);
      }
    }),
    { seed: 65, runs: 20 },
  );
});

it('a hyperplane in general position adds as many cells as the network has on it', () => {
  const cut = anyShape(genericNetwork).chain((network) =>
    fc.record({
      network: fc.constant(network),
      domain: smallBox(network.inputs),
      row: fc.array(smallInteger, { minLength: network.inputs, maxLength: network.inputs }),
    }),
  );
  holds(
    fc.property(cut, ({ network, domain, row }) => {
      fc.pre(row.some((entry) => entry !== 0) && network.inputs > 1);
      const coefficients = row.map((entry) => rational(BigInt(entry)));
      const centre = domain.lower.map((lo, i) => multiply(rational(1n, 2n), add(lo, domain.upper[i]!)));
      const on = { coefficients, bound: dotOf(coefficients, centre) };
      const beyond = { coefficients: coefficients.map(negate), bound: negate(on.bound) };
      const count = (within: Domain) => countCellsOf(network, within).cells;
      const [below, above] = [on, beyond].map((side) => count(polytope(network.inputs, [side], { box: domain })));
      const along = count(polytope(network.inputs, [], { equalities: [on], box: domain }));
      // Each cell is below, above, or cut in two along one cell of the hyperplane.
      expect(below! + above!).toBe(count(domain) + along);
    }),
    { seed: 66, runs: 30 },
  );
});
