/**
 * Theorem. The oracle's answers are those of the definitions: values and signs those of exact evaluation, however large,
 * small or degenerate the numbers; the cells around a point those cells of the partition whose closure contains it; their
 * maps, inequalities and facets those of the walk over the partition; gradients those of the cells around.
 *
 * The references are exact evaluation layer by layer, the whole partition, and membership tested inequality by inequality.
 *
 * Source: the definitions of cell, facet and adjacency (README.md); Clarke 1983 for the gradients.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisProblem, forEachCell, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { mapOf } from '../../src/analysis/cells/maps.js';
import { setValuedGradient } from '../../src/analysis/function/gradient.js';
import { cellGeometry } from '../../src/analysis/geometry/facets.js';
import { Crossings } from '../../src/analysis/geometry/neighbours.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { type BoxDomain, box, cube, whole } from '../../src/network/domain.js';
import { evaluateExact, type RationalAffine } from '../../src/network/evaluate.js';
import { bends, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { type Inequality, inequalitiesOf } from '../../src/oracle/questions/located-cell.js';
import { Oracle } from '../../src/oracle/questions/oracle.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  deepNetwork,
  degenerateNetwork,
  dyadicNetwork,
  extremeNetwork,
} from '../support/generators/networks.js';
import {
  anyRational,
  dyadic,
  extremeDouble,
  smallInteger,
  smallRational,
  wideDouble,
} from '../support/generators/numbers.js';

const SEED = 811;
const PLANE = { inputs: 2, widths: [4, 3, 2], outputs: 2 };
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
const mapText = ({ jacobian, constant }: RationalAffine) => [...jacobian.map(text), text(constant)].join('; ');

/** Coordinates of every kind that a caller may use. */
const coordinate = fc.oneof(
  smallInteger,
  dyadic,
  wideDouble,
  extremeDouble,
  smallRational,
  anyRational,
  smallRational.map(formatRational),
);
const exactOf = (value: number | string | Rational): Rational => {
  if (typeof value === 'number') return rationalFromDouble(value);
  if (typeof value === 'object') return value;
  const [numerator, denominator = '1'] = value.split('/');
  return rational(BigInt(numerator!), BigInt(denominator));
};

/** Signs of the neurons that bend, 0 for the others. */
function bentSigns(network: Network, point: readonly Rational[]): string {
  const { pattern } = evaluateExact(network, point);
  return patternText(pattern.map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? s : 0))));
}

describe('values and signs', () => {
  const networks = fc.oneof(anyNetwork(PLANE), deepNetwork(2, 4), extremeNetwork(PLANE));

  it('are those of exact evaluation, at one point after the other', () => {
    holds(
      fc.property(
        networks,
        fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 4 }),
        (network, points) => {
          const oracle = new Oracle(network);
          for (const point of points) {
            const exact = point.map(exactOf);
            const expected = evaluateExact(network, exact).output;
            const value = oracle.evaluate(point);
            expect(text(value.exact)).toBe(text(expected));
            expect(value.double).toEqual(expected.map(toDouble));
            expect(value.pattern).toBe(bentSigns(network, exact));
            expect(oracle.pattern(point)).toEqual({ pattern: value.pattern, onCrease: value.onCrease });
          }
        },
      ),
      { seed: SEED, runs: 150 },
    );
  });

  it('a sum that overflows in doubles on the way to a small one has the sign of the small one', () => {
    // relu(2^1023 x + 2^1023 x + ... - ...) with partial sums beyond the doubles: x = (1, 1, -1, -1, -1) gives -2^1023.
    const big = 2 ** 1023;
    const network = wideSum([big, big, big, big, big]);
    const { pattern, exact } = new Oracle(network).evaluate([1, 1, -1, -1, -1]);
    expect({ pattern, exact: text(exact) }).toEqual({ pattern: '-', exact: '0' });
  });

  it('a sign that doubles get wrong is settled in integers', () => {
    // Exactly 1 + (2^-53 + 2^-80) - (1 + 2^-52) + 2^-60 = -2^-53 + 2^-60 + 2^-80 < 0. In doubles the first sum is rounded up to
    // 1 + 2^-52, the difference is 0, and 2^-60 > 0 remains.
    const point = [1, 2 ** -53 + 2 ** -80, -(1 + 2 ** -52), 2 ** -60];
    expect(point[0]! + point[1]! + point[2]! + point[3]!).toBeGreaterThan(0);
    expect(new Oracle(wideSum([1, 1, 1, 1])).evaluate(point).pattern).toBe('-');
    expect(new Oracle(wideSum([1, 1, 1])).evaluate([1, 2 ** -53, -1]).pattern).toBe('+');
    expect(new Oracle(wideSum([1, 1, 1])).evaluate([1, 0, -1]).pattern).toBe('0');
  });
});

/** x -> relu(w . x) */
function wideSum(weights: readonly number[]): Network {
  return buildNetwork(weights.length, [
    { affine: affineFromDoubles(1, weights.length, weights, [0]) },
    { slopes: [RELU] },
  ]);
}

/** A cell of the partition as the tests compare it. */
interface Walked {
  readonly pattern: string;
  readonly map: string;
  /** "0:3=1:2" for each facet, sorted. */
  readonly facets: readonly string[];
  readonly rows: readonly Inequality[];
}

const facetName = (neurons: readonly (readonly [number, number])[], bound?: { input: number; side: string }) =>
  bound === undefined
    ? neurons
        .map((n) => n.join(':'))
        .sort()
        .join('=')
    : `x${bound.input} ${bound.side}`;

/** The whole partition of a box. */
function walked(network: Network, domain: BoxDomain): Walked[] {
  const problem = analysisProblem(network, domain);
  const geometry = cellGeometry(problem);
  const crossings = new Crossings(problem);
  const cells: Walked[] = [];
  forEachCell(problem, (cell) => {
    const facets = geometry.facets(cell, true).map((facet) => {
      const [first] = facet.constraints as [number];
      const bound =
        first < 2 * problem.variables ? { input: first >> 1, side: first & 1 ? 'upper' : 'lower' } : undefined;
      return facetName(bound === undefined ? crossings.of(cell, first).neurons : [], bound);
    });
    const rows = inequalitiesOf(cell);
    cells.push({ pattern: patternText(patternOf(cell)), map: mapText(mapOf(cell)), facets: facets.sort(), rows });
  });
  return cells;
}

const rowAt = ({ coefficients, constant }: Inequality, point: readonly Rational[]) =>
  coefficients.reduce((sum, a, i) => add(sum, multiply(a, point[i]!)), constant);

const contains = ({ rows }: Walked, point: readonly Rational[]) =>
  rows.every((row) => compare(rowAt(row, point), ZERO) >= 0);

/** Points of the square where creases are likely: its corners, its centre, grid points, vertices of cells. */
function tellingPoints(cells: readonly Walked[], domain: BoxDomain): Rational[][] {
  const grid = [-2n, -1n, 0n, 1n, 2n].map((n) => rational(n));
  const points = grid.flatMap((x) => grid.map((y) => [x, y]));
  for (const { rows } of cells.slice(0, 4)) {
    const [a, b] = rows;
    if (a === undefined || b === undefined) continue;
    const [p, q] = [a.coefficients, b.coefficients];
    const determinant = add(multiply(p[0]!, q[1]!), multiply(rational(-1n), multiply(p[1]!, q[0]!)));
    if (determinant.numerator === 0n) continue;
    const minor = (u: Rational, v: Rational, w: Rational, z: Rational) =>
      add(multiply(u, z), multiply(rational(-1n), multiply(v, w)));
    const inverse = rational(determinant.denominator, determinant.numerator);
    const x = multiply(minor(p[1]!, a.constant, q[1]!, b.constant), inverse);
    const y = multiply(minor(a.constant, p[0]!, b.constant, q[0]!), inverse);
    points.push([x, y]);
  }
  return points.filter((point) =>
    point.every((x, i) => compare(x, domain.lower[i]!) >= 0 && compare(x, domain.upper[i]!) <= 0),
  );
}

describe('the cells around a point', () => {
  const networks = fc.oneof(degenerateNetwork(PLANE), dyadicNetwork(PLANE), anyNetwork({ ...PLANE, widths: [3, 2] }));
  const domains = fc.constantFrom(cube(2, -2, 2), cube(2, -1, '1/3'), box([ZERO, rational(-1n)], [rational(2n), ZERO]));

  it('are the cells of the partition that contain it, with a point strictly inside each', () => {
    let several = 0;
    let atBounds = 0;
    holds(
      fc.property(networks, domains, (network, domain) => {
        const cells = walked(network, domain);
        const oracle = new Oracle(network);
        for (const point of tellingPoints(cells, domain)) {
          const found = oracle.locate(point, { domain });
          const expected = cells.filter((cell) => contains(cell, point));
          expect(found.cells.map(({ pattern }) => pattern).sort()).toEqual(
            expected.map(({ pattern }) => pattern).sort(),
          );
          for (const { pattern, inside } of found.cells) {
            expect(oracle.locate(inside, { domain })).toMatchObject({ onBounds: [], cells: [{ pattern }] });
          }
          if (expected.length > 1) several++;
          if (found.onBounds.length > 0) atBounds++;
        }
      }),
      { seed: SEED, runs: 35 },
    );
    expect(several).toBeGreaterThan(40);
    expect(atBounds).toBeGreaterThan(200);
  });

  it('have the maps and facets of the partition; behind each facet lies the cell that is named', () => {
    let neighbours = 0;
    holds(
      fc.property(networks, (network) => {
        const domain = cube(2, -2, 2);
        const cells = walked(network, domain);
        const byPattern = new Map(cells.map((cell) => [cell.pattern, cell]));
        const oracle = new Oracle(network);
        for (const point of tellingPoints(cells, domain).slice(0, 8)) {
          for (const cell of oracle.locate(point, { domain, details: ['map', 'facets', 'inequalities'] }).cells) {
            const expected = byPattern.get(cell.pattern)!;
            expect(mapText(cell.map!)).toBe(expected.map);
            const named = cell.facets!.filter(({ neurons, bound }) => bound !== undefined || neurons.length > 0);
            // The walk names the splits that make a facet, the located cell all neurons that are zero on it.
            expect(named.length).toBe(expected.facets.length);
            for (const { neurons, bound } of named) {
              const mine = facetName(neurons, bound).split('=');
              expect(expected.facets.some((facet) => facet.split('=').every((one) => mine.includes(one)))).toBe(true);
            }
            for (const row of cell.inequalities!) expect(compare(rowAt(row, cell.inside), ZERO)).toBe(1);
            for (const { neighbour } of cell.facets!) {
              if (neighbour === undefined) continue;
              neighbours++;
              expect(byPattern.has(neighbour)).toBe(true);
              expect(neighbour).not.toBe(cell.pattern);
            }
          }
        }
      }),
      { seed: SEED, runs: 25 },
    );
    expect(neighbours).toBeGreaterThan(200);
  });

  it('outside the domain there are none: the question is refused', () => {
    const oracle = new Oracle(wideSum([1, 1]));
    expect(() => oracle.locate([0, 2], { domain: cube(2, -1, 1) })).toThrow(/coordinate 1 lies outside the domain/);
    expect(() => oracle.locate([0, 0], { domain: whole(3) })).toThrow(/expected 2 intervals/);
    expect(() => oracle.locate([0])).toThrow(/expected 2 coordinates, one per input, got 1/);
  });
});

describe('gradients', () => {
  it('are those of the cells around the point, on creases and off them', () => {
    const networks = fc.oneof(degenerateNetwork(PLANE), dyadicNetwork(PLANE), anyNetwork(PLANE));
    holds(
      fc.property(
        networks,
        fc.tuple(fc.oneof(smallInteger, dyadic), fc.oneof(smallRational, smallInteger)),
        (network, point) => {
          const mine = new Oracle(network).gradient(point);
          const reference = setValuedGradient(network, point.map(exactOf));
          const content = ({ jacobians, conventional, conventionalIsAttained, onCrease, cells }: typeof mine) => ({
            jacobians: jacobians.map((rows) => rows.map(text)),
            conventional: conventional.map(text),
            conventionalIsAttained,
            onCrease,
            patterns: cells.map(({ pattern }) => patternText(pattern)),
          });
          expect(content(mine)).toEqual(content(reference));
        },
      ),
      { seed: SEED, runs: 70 },
    );
  });
});
