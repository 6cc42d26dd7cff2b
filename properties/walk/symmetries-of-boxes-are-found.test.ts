/**
 * Theorem. The affine maps that take a box to itself are the signed permutations of coordinates in which it is [-1, 1]^d. The group found for one layer is exactly that of those that permute
 * its creases; for deeper networks it contains every map that was planted, also on polytopes inside of boxes; and one part of each of its orbits gives the counts of the plain walk, layer by
 * layer, with either engine.
 *
 * Source: a box's symmetries keep the pairs of opposite facets (the hyperoctahedral group); the orbit-stabiliser theorem. The referee tries all 2^d d! maps.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCells, kernelOf } from '../../src/engines/index.js';
import { compare, divide, equal, multiply, negate, type Rational, rational, subtract } from '../../src/exact/index.js';
import { simplexBackend } from '../../src/lp/index.js';
import {
  ABSOLUTE,
  affineFromRationals,
  type BoxDomain,
  box,
  buildNetwork,
  cube,
  type Domain,
  type InputMap,
  type Network,
  polytope,
  RELU,
  scaledRelu,
} from '../../src/network/index.js';
import { countingProblem, foundSymmetries } from '../../src/problem/index.js';
import { orbitWalk } from '../../src/walk/index.js';
import { closedNetwork, generatorsOf, seedsOf } from '../support/generators/equivariant.js';
import { holds } from '../support/generators/holds.js';

/** Coordinate i goes to coordinate |s_i| - 1, with the sign of s_i. */
type Signed = readonly number[];

const composed = (first: Signed, then: Signed): Signed => first.map((s) => Math.sign(s) * then[Math.abs(s) - 1]!);

function closure(generators: readonly Signed[], d: number): ReadonlySet<string> {
  const unit = Array.from({ length: d }, (_, i) => i + 1);
  const all: Signed[] = [unit];
  const known = new Set([unit.join()]);
  for (const one of all)
    for (const generator of generators) {
      const next = composed(one, generator);
      if (known.has(next.join())) continue;
      known.add(next.join());
      all.push(next);
    }
  return known;
}

/** All signed permutations. */
function everySigned(d: number): Signed[] {
  if (d === 0) return [[]];
  return everySigned(d - 1).flatMap((rest) =>
    Array.from({ length: d }, (_, at) => [d, -d].map((s) => [...rest.slice(0, at), s, ...rest.slice(at)])).flat(),
  );
}

const middle = ({ lower, upper }: BoxDomain, i: number) => divide(sum(lower[i]!, upper[i]!), rational(2n));
const half = ({ lower, upper }: BoxDomain, i: number) => divide(subtract(upper[i]!, lower[i]!), rational(2n));
const sum = (a: Rational, b: Rational) => subtract(a, negate(b));

/** A map of the inputs as a signed permutation, if it takes the box to itself. */
function signedOf({ rows, shift, denominator }: InputMap, domain: BoxDomain): Signed {
  const signed = new Array<number>(rows.length).fill(0);
  rows.forEach((row, j) => {
    expect(row).toHaveLength(1);
    const [[i, entry]] = row as [readonly [number, bigint]];
    const factor = rational(entry, denominator);
    const ratio = divide(half(domain, j), half(domain, i));
    const sign = compare(factor, rational(0n));
    expect(equal(factor, sign > 0 ? ratio : negate(ratio))).toBe(true);
    const moved = sum(multiply(factor, middle(domain, i)), rational(shift[j]!, denominator));
    expect(equal(moved, middle(domain, j))).toBe(true);
    signed[i] = sign * (j + 1);
  });
  return signed;
}

function foundGroup(network: Network, domain: Domain, around: BoxDomain): ReadonlySet<string> {
  const found = foundSymmetries(countingProblem(network, domain));
  const maps = found?.planOf([]).symmetries.map(({ map }) => map()!) ?? [];
  return closure(
    maps.map((map) => signedOf(map, around)),
    network.inputs,
  );
}

/** Row of a function behind a signed permutation, where the box is [-1, 1]^d. */
const behind = (row: readonly number[], signed: Signed) => [
  ...signed.map((s) => Math.sign(s) * row[Math.abs(s) - 1]! + 0),
  row.at(-1)!,
];

/** The line of a row of small integers, by name. */
function lineOf(row: readonly number[]): string {
  const lead = row.find((entry) => entry !== 0)!;
  const divisor = row.reduce((g, entry) => gcd(g, Math.abs(entry)), 0) * Math.sign(lead);
  return row.map((entry) => entry / divisor + 0).join();
}
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** One neuron per row and factor, on a box where the rows are meant for [-1, 1]^d. */
function layerOn(domain: BoxDomain, rows: readonly (readonly number[])[], factors: readonly number[]): Network {
  const d = domain.lower.length;
  const weights = rows.map((row, k) =>
    Array.from({ length: d }, (_, i) =>
      divide(rational(BigInt(row[i]! * factors[k % factors.length]!)), half(domain, i)),
    ),
  );
  const constants = rows.map((row, k) =>
    weights[k]!.reduce(
      (rest, weight, i) => subtract(rest, multiply(weight, middle(domain, i))),
      rational(BigInt(row[d]! * factors[k % factors.length]!)),
    ),
  );
  return buildNetwork(d, [{ affine: affineFromRationals(d, weights, constants) }, { slopes: rows.map(() => RELU) }]);
}

const interval = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 3));

/** Arrangements of more are not counted, only looked at. */
const MOST_COUNTED = 14;

const oneLayer = fc.constantFrom(1, 2, 2, 3, 3, 4).chain((d) =>
  fc.record({
    d: fc.constant(d),
    intervals: fc.array(interval, { minLength: d, maxLength: d }),
    generators: fc.array(fc.constantFrom(...everySigned(d)), { maxLength: 2 }),
    seeds: fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: d + 1, maxLength: d + 1 }), {
      minLength: 1,
      maxLength: 3,
    }),
    factors: fc.array(fc.constantFrom(1, -1, 2, -3), { minLength: 1, maxLength: 5 }),
  }),
);

const counts = (network: Network, domain: Domain, options: Parameters<typeof countCells>[2]) => {
  const { cells, cellsPerLayer } = countCells(network, domain, options);
  return { cells, cellsPerLayer };
};

describe('symmetries of one layer on a box', () => {
  it('are all found, whatever the intervals and the factors of neurons, and count right', () => {
    let [larger, counted] = [0, 0];
    holds(
      fc.property(oneLayer, ({ d, intervals, generators, seeds, factors }) => {
        const domain = box(
          intervals.map(([low, , q]) => rational(BigInt(low), BigInt(q))),
          intervals.map(([low, width, q]) => rational(BigInt(low + width), BigInt(q))),
        );
        const rows = seeds.filter((row) => row.slice(0, d).some((entry) => entry !== 0));
        if (rows.length === 0) return;
        const group = [...closure(generators, d)].map((name) => name.split(',').map(Number));
        const all = rows.flatMap((row) => group.map((signed) => behind(row, signed)));
        const lines = new Map(all.map((row) => [lineOf(row), row]));
        const network = layerOn(domain, [...lines.values()], factors);
        const isSymmetry = (signed: Signed) =>
          [...lines.values()].every((row) => lines.has(lineOf(behind(row, signed))));
        const expected = everySigned(d).filter(isSymmetry).map(String).sort();
        expect([...foundGroup(network, domain, domain)].sort()).toEqual(expected);
        if (expected.length > 1) larger++;
        if (lines.size > MOST_COUNTED) return;
        counted++;
        expect(counts(network, domain, {})).toEqual(counts(network, domain, { symmetry: 'none' }));
      }),
      { seed: 2140, runs: 30 },
    );
    expect(larger).toBeGreaterThan(15);
    expect(counted).toBeGreaterThan(10);
  });
});

const SIDE = 2;

describe('symmetries of deeper networks', () => {
  it('contain those planted, on boxes and polytopes, and count right with either engine', () => {
    let saved = 0;
    const drawn = fc.constantFrom(2, 2, 3).chain((d) => {
      const { shift, exchange, reflect, turn } = generatorsOf(d, SIDE);
      return fc.record({
        d: fc.constant(d),
        planted: fc.constantFrom([shift], [exchange], [turn], [shift, turn], [reflect], [reflect, exchange]),
        seeds: seedsOf(d, d === 2 ? [2, 1, 1] : [1, 1]),
        slopes: fc.constantFrom(RELU, ABSOLUTE, scaledRelu(rational(1n, 4n))),
        isPolytope: fc.boolean(),
      });
    });
    holds(
      fc.property(drawn, ({ d, planted, seeds, slopes, isPolytope }) => {
        const network = closedNetwork(planted, seeds, slopes);
        const around = cube(d, 0, SIDE);
        const domain = isPolytope ? cutCorners(d, around) : around;
        const group = foundGroup(network, domain, around);
        for (const { inputs, signs } of planted)
          if (network.layers[0]!.affine.integers().weights.some((entry) => entry !== 0n))
            expect(group).toContain(inputs.map((to, i) => signs[i]! * (to + 1)).join());
        const full = counts(network, domain, { symmetry: 'none' });
        for (const engine of ['vertex', 'lp'] as const) expect(counts(network, domain, { engine })).toEqual(full);
        const { roots } = orbitWalk(countingProblem(network, domain), kernelOf('vertex', simplexBackend), 'found');
        if (roots.some(({ weight }) => weight > 1)) saved++;
      }),
      { seed: 2141, runs: 16 },
    );
    expect(saved).toBeGreaterThan(7);
  });

  it('are none where a polytope has other ones than its box, or one weight is another', () => {
    const { exchange } = generatorsOf(2, SIDE);
    const seeds = [[[1, 2, -2]], [[1, -2, 1]]];
    const network = closedNetwork([exchange], seeds, RELU);
    const around = cube(2, 0, SIDE);
    expect(foundGroup(network, around, around).size).toBe(2);
    const corner = { coefficients: [rational(1n), rational(2n)], bound: rational(5n) };
    expect(foundSymmetries(countingProblem(network, polytope(2, [corner], { box: around })))).toBeUndefined();
    expect(
      foundSymmetries(countingProblem(network, box([rational(0n), rational(0n)], [rational(2n), rational(3n)]))),
    ).toBeUndefined();
    const [first, second] = network.layers;
    const { weights, bias, denominator } = second!.affine.integers();
    const other = affineFromRationals(
      second!.affine.inputs,
      Array.from({ length: second!.affine.outputs }, (_, r) =>
        Array.from({ length: second!.affine.inputs }, (_c, c) =>
          rational(weights[r * second!.affine.inputs + c]! + (r + c === 0 ? 1n : 0n), denominator),
        ),
      ),
      bias.map((entry) => rational(entry, denominator)),
    );
    const broken = buildNetwork(2, [
      { affine: first!.affine },
      { slopes: first!.slopes },
      { affine: other },
      { slopes: second!.slopes },
    ]);
    expect(foundSymmetries(countingProblem(broken, around))).toBeUndefined();
  });
});

/** The cube without its corners: |x_1 - 1| + ... + |x_d - 1| <= d - 1/2. */
function cutCorners(d: number, around: BoxDomain): Domain {
  const bounds = everySign(d).map((signs) => ({
    coefficients: signs.map((sign) => rational(BigInt(sign))),
    bound: sum(rational(BigInt(2 * d - 1), 2n), rational(BigInt(signs.reduce((all, sign) => all + sign, 0)))),
  }));
  return polytope(d, bounds, { box: around });
}

const everySign = (d: number): number[][] =>
  d === 0 ? [[]] : everySign(d - 1).flatMap((rest) => [1, -1].map((sign) => [...rest, sign]));
