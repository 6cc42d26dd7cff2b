/**
 * Theorem. The box of a bounded polytope contains it, sticks out in no direction by more than a 32nd of its width, and has
 * bounds that are stated or short. The inequalities that are given with it, or with the whole space, are those that matter:
 * together they leave the polytope, and none can be left out.
 *
 * Points that would contradict this are looked for by Fourier-Motzkin elimination, without linear programs.
 *
 * Source: Schrijver 1986, Theory of Linear and Integer Programming, section 8.1 (irredundant systems).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, multiply, ONE, type Rational, rational, subtract, ZERO } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { conditionsOf } from '../../src/network/conditions.js';
import { box, cube, type LinearBound, type PolytopeDomain, polytope, whole } from '../../src/network/domain.js';
import { dimensionOfHull, type PreparedPolytope, preparePolytope } from '../../src/problem/polytope/domain.js';
import { holds } from '../support/generators/holds.js';
import { genericNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { polytopeFor } from '../support/generators/polytopes.js';
import { type StrictRow, strictSolution } from '../support/references/fourier-motzkin.js';
import { openWallsOf } from '../support/references/walls.js';

/** Full-dimensional polytopes of any size and place. */
const polytopes: fc.Arbitrary<PolytopeDomain> = fc.oneof(
  { weight: 3, arbitrary: full(2) },
  { weight: 1, arbitrary: full(3) },
);

function full(dimension: number): fc.Arbitrary<PolytopeDomain> {
  return fc
    .record({
      domain: genericNetwork({ inputs: dimension, widths: [2] }).chain(polytopeFor),
      factor: fc.constantFrom(ONE, rational(3000n), rational(1n, 700n)),
      // Bounds that a single inequality states, some of them met by the polytope.
      single: fc.array(
        fc.record({ input: fc.nat(dimension - 1), side: fc.constantFrom(1n, -2n), slack: smallRational }),
        {
          maxLength: 2,
        },
      ),
    })
    .map(({ domain: { inequalities, box: around }, factor, single }) => {
      const times = (bounds: readonly Rational[]) => bounds.map((bound) => multiply(bound, factor));
      const scaled = inequalities.map(({ coefficients, bound }) => ({ coefficients, bound: multiply(bound, factor) }));
      const own = around && { box: box(times(around.lower), times(around.upper)) };
      const base = polytope(dimension, scaled, own);
      const point = strictSolution(dimension, openWallsOf(base))!;
      const stated = single.map(({ input, side, slack }) => ({
        coefficients: Array.from({ length: dimension }, (_, i) => (i === input ? rational(side) : ZERO)),
        bound: add(multiply(rational(side), point[input]!), multiply(slack, slack)),
      }));
      return polytope(dimension, [...scaled, ...stated.filter((bound) => isInside(bound, point))], own);
    });
}

/** Whether an inequality holds strictly. */
function isInside({ coefficients, bound }: LinearBound, point: readonly Rational[]): boolean {
  return (
    compare(
      coefficients.reduce((sum, a, i) => add(sum, multiply(a, point[i]!)), ZERO),
      bound,
    ) < 0
  );
}

/** The row that is positive where side * x_i < side * bound. */
function beyond(dimension: number, input: number, side: 1 | -1, { numerator, denominator }: Rational): StrictRow {
  const entries = Array.from({ length: dimension }, (_, i) => (i === input ? BigInt(-side) * denominator : 0n));
  return [...entries, BigInt(side) * numerator];
}

const negated = (row: StrictRow): StrictRow => row.map((entry) => -entry);
const boundsOf = ({ lower, upper }: PreparedPolytope['box'] & object) =>
  lower.flatMap((low, i) => [
    { input: i, side: 1 as const, bound: low, width: subtract(upper[i]!, low) },
    { input: i, side: -1 as const, bound: upper[i]!, width: subtract(upper[i]!, low) },
  ]);

/** The largest power of two that is at most a positive number. */
function powerBelow(value: Rational): Rational {
  const half = rational(1n, 2n);
  let power = ONE;
  while (compare(power, value) > 0) power = multiply(power, half);
  while (compare(multiply(power, rational(2n)), value) <= 0) power = multiply(power, rational(2n));
  return power;
}

describe('the box of a bounded polytope', () => {
  it('contains it, and fits it', () => {
    holds(
      fc.property(polytopes, (domain) => {
        const { box: found } = preparePolytope(domain);
        fc.pre(found !== undefined);
        const d = domain.dimension;
        const walls = openWallsOf(domain);
        for (const { input, side, bound, width } of boundsOf(found)) {
          expect(strictSolution(d, [...walls, beyond(d, input, side, bound)])).toBeUndefined();
          const inner = add(bound, multiply(width, rational(BigInt(side), 32n)));
          expect(strictSolution(d, [...walls, beyond(d, input, side, inner)])).toBeDefined();
        }
      }),
      { seed: 81, runs: 60 },
    );
  });

  it('has bounds that are stated, and proved by that condition alone, or short and within what is stated', () => {
    holds(
      fc.property(polytopes, (domain) => {
        const { box: found, evidence } = preparePolytope(domain);
        fc.pre(found !== undefined);
        const conditions = conditionsOf(domain);
        for (const { input, side, bound, width } of boundsOf(found)) {
          const stated = conditions.flatMap(({ row }, k) => {
            const alone = row.every((entry, i) => i === domain.dimension || (entry !== 0n) === (i === input));
            const faces = alone && row[input]! > 0n === side > 0;
            return faces ? [{ k, value: rational(-row.at(-1)!, row[input]!) }] : [];
          });
          for (const { value } of stated) expect(compare(bound, value) * side).toBeGreaterThanOrEqual(0);
          const own = stated.filter(({ value }) => compare(value, bound) === 0).map(({ k }) => k);
          // The polytope's own width is not much less than that of its box.
          const unit = multiply(powerBelow(width), rational(1n, 256n));
          const multiple = multiply(bound, rational(unit.denominator, unit.numerator));
          expect(own.length > 0 || multiple.denominator === 1n).toBe(true);
          const { by } = evidence.bounds![input]![side > 0 ? 0 : 1];
          const isTight =
            strictSolution(domain.dimension, [
              ...openWallsOf(domain),
              beyond(domain.dimension, input, side, add(bound, multiply(width, rational(BigInt(side), 1n << 40n)))),
            ]) !== undefined;
          if (own.length > 0 && isTight) expect(own).toContain(by.length === 1 ? by[0]![0] : undefined);
          expect(by.map(([k]) => k)).toEqual([...new Set(by.map(([k]) => k))].sort((a, b) => a - b));
        }
      }),
      { seed: 82, runs: 60 },
    );
  });
});

it('the inequalities given leave the polytope, none can be left out, and they stand in order', () => {
  holds(
    fc.property(polytopes, (domain) => {
      const { box: found, given, hull } = preparePolytope(domain);
      const d = domain.dimension;
      const conditions = conditionsOf(domain);
      const walls = boundsOf(found ?? { lower: [], upper: [] }).map(({ input, side, bound }) =>
        negated(beyond(d, input, side, bound)),
      );
      expect(given.map(({ condition }) => condition)).toEqual(
        [...given.map(({ condition }) => condition)].sort((a, b) => a - b),
      );
      for (const { condition, row } of given) {
        expect(row).toEqual(hull.restrict(conditions[condition]!.row));
        const others = given.filter((other) => other.condition !== condition).map((other) => other.row);
        expect(strictSolution(d, [...walls, ...others, negated(row)])).toBeDefined();
      }
      const kept = given.map(({ row }) => row);
      for (const wall of openWallsOf(domain)) {
        expect(strictSolution(d, [...walls, ...kept, negated(wall)])).toBeUndefined();
      }
    }),
    { seed: 83, runs: 60 },
  );
});

const row = (entries: Readonly<Record<number, bigint>>, dimension: number, bound: Rational): LinearBound => ({
  coefficients: Array.from({ length: dimension }, (_, i) => rational(entries[i] ?? 0n)),
  bound,
});

describe('by hand', () => {
  const boundsIn = (domain: PolytopeDomain) => preparePolytope(domain).evidence.bounds;

  it('a bound that is stated and met is proved by its condition, not by others that meet there', () => {
    const above = polytope(2, [row({ 0: 1n, 1: 1n }, 2, ONE)], { box: cube(2, 0, 1) });
    const [, upper] = boundsIn(above)![0]!;
    expect(upper).toEqual({ bound: '1', by: [[2, '1']] });
    // In (-1, 0) the second and the third meet the lower bound of the first input.
    const two = rational(2n);
    const meeting = [row({ 0: 1n, 1: -2n }, 2, two), row({ 0: -2n, 1: 1n }, 2, two), row({ 0: -1n, 1: -1n }, 2, ONE)];
    const [lower] = boundsIn(polytope(2, meeting, { box: cube(2, -1, 1) }))![0]!;
    expect(lower).toEqual({ bound: '-1', by: [[3, '1']] });
  });

  it('a bound that is short stays where it is, on either side of zero', () => {
    const signs = [1n, -1n];
    const diamond = signs.flatMap((a) => signs.map((b) => row({ 0: a, 1: b }, 2, ONE)));
    const { lower, upper } = preparePolytope(polytope(2, diamond)).box!;
    expect([...lower, ...upper].map(toDouble)).toEqual([-1, -1, 1, 1]);
  });

  it('a bound that is not short moves outwards, but not beyond what is stated', () => {
    const hundredth = rational(1n, 100n);
    const beside = row({ 0: -1n, 1: 1n }, 2, rational(-1n, 1000n));
    const cut = (low: Rational, high: Rational) => polytope(2, [beside], { box: box([low, low], [high, high]) });
    // x_0 >= low + 1/1000, and x_1 <= high - 1/1000
    expect(preparePolytope(cut(hundredth, ONE)).box!.lower[0]).toEqual(hundredth);
    expect(preparePolytope(cut(ZERO, subtract(ONE, hundredth))).box!.upper[1]).toEqual(rational(99n, 100n));
    const { lower, upper } = preparePolytope(cut(rational(-1n), ONE)).box!;
    expect([lower[0], upper[1]]).toEqual([rational(-1n), ONE]);
  });

  it('the inequalities given with a whole space stand in the order stated, those of one coordinate among them', () => {
    const { box: found, given } = preparePolytope(
      polytope(2, [row({ 0: 1n, 1: 1n }, 2, ONE), row({ 0: 1n }, 2, ZERO), row({ 0: 1n, 1: -1n }, 2, ONE)]),
    );
    expect(found).toBeUndefined();
    expect(given.map(({ condition }) => condition)).toEqual([0, 1, 2]);
  });
});

describe('bounds of many coordinates', () => {
  const half = rational(1n, 2n);
  const atMostHalf = (dimension: number) =>
    polytope(dimension, [row({ 0: 1n, 1: 1n }, dimension, half)], { box: cube(dimension, 0, 1) });

  it('are made tight up to 16 coordinates, even where the ones stated would do', () => {
    const { box: found, given } = preparePolytope(atMostHalf(16));
    for (const i of [0, 1]) {
      expect(compare(found!.upper[i]!, half)).toBeGreaterThanOrEqual(0);
      expect(compare(found!.upper[i]!, rational(17n, 32n))).toBeLessThan(0);
    }
    expect(found!.upper.slice(2)).toEqual(new Array(14).fill(ONE));
    expect(found!.lower).toEqual(new Array(16).fill(ZERO));
    expect(given.map(({ condition }) => condition)).toEqual([0]);
  });

  it('are those stated beyond, each proved by its condition', () => {
    const { box: found, evidence } = preparePolytope(atMostHalf(17));
    expect(found).toEqual({ lower: new Array(17).fill(ZERO), upper: new Array(17).fill(ONE) });
    evidence.bounds!.forEach(([low, high], i) => {
      expect(low).toEqual({ bound: '0', by: [[2 * i + 1, '1']] });
      expect(high).toEqual({ bound: '1', by: [[2 * i + 2, '1']] });
    });
  });

  it.each([
    ['below', 1n],
    ['above', -1n],
  ] as const)('are looked for beyond where none is stated %s', (_, side) => {
    const d = 17;
    // 0 <= side * x_i <= 1 for all i but the last; the last one is at least 0, or at most, and 3 away from that at most.
    const singles = Array.from({ length: d - 1 }, (_, i) => [
      row({ [i]: side }, d, ONE),
      row({ [i]: -side }, d, ZERO),
    ]).flat();
    const last = [row({ 16: side, 0: side }, d, rational(3n)), row({ 16: -side }, d, ZERO)];
    const { box: found } = preparePolytope(polytope(d, [...singles, ...last]));
    const [near, far] = side > 0n ? [found!.lower, found!.upper] : [found!.upper, found!.lower];
    expect(near).toEqual(new Array(d).fill(ZERO));
    expect(far.slice(0, 16)).toEqual(new Array(16).fill(rational(side)));
    const reach = multiply(rational(side), far[16]!);
    expect(compare(reach, rational(3n))).toBeGreaterThanOrEqual(0);
    expect(compare(reach, rational(100n, 32n))).toBeLessThan(0);
    expect(preparePolytope(polytope(d, [...singles, last[0]!])).box).toBeUndefined();
  });
});

describe('the dimension of a domain', () => {
  it('is the number of inputs that it leaves free', () => {
    expect(dimensionOfHull(whole(3))).toBe(3);
    expect(dimensionOfHull(cube(2, 0, 1))).toBe(2);
    expect(dimensionOfHull(box([ZERO, ONE, ZERO], [ONE, ONE, ONE]))).toBe(2);
  });

  it('is less where bounds meet, whether stated as bounds or as inequalities', () => {
    const square = cube(2, 0, 1);
    expect(dimensionOfHull(polytope(2, [], { box: square }))).toBe(2);
    expect(dimensionOfHull(polytope(2, [row({ 0: 1n }, 2, ZERO)], { box: square }))).toBe(1);
    const tilted = row({ 0: 1n, 1: 1n }, 2, rational(3n, 2n));
    expect(dimensionOfHull(polytope(2, [row({ 0: 1n }, 2, ZERO), tilted], { box: square }))).toBe(1);
    expect(dimensionOfHull(polytope(2, [row({ 0: 1n }, 2, ZERO), row({ 1: 2n }, 2, ZERO)], { box: square }))).toBe(0);
  });
});

it('a domain is prepared once', () => {
  const domain = polytope(2, [row({ 0: 1n, 1: 1n }, 2, ONE)], { box: cube(2, 0, 1) });
  expect(preparePolytope(domain)).toBe(preparePolytope(domain));
  expect(preparePolytope(polytope(2, domain.inequalities, { box: cube(2, 0, 1) }))).toEqual(preparePolytope(domain));
});
