/**
 * Small polytopes: bounded or not, with duplicate, redundant and zero rows, with facets on creases, and flat ones.
 */
import fc from 'fast-check';
import { add, multiply, negate, ONE, type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import { box, type LinearBound, type PolytopeDomain, polytope } from '../../../src/network/domain.js';
import { rationalAffine } from '../../../src/network/evaluate.js';
import type { Network } from '../../../src/network/network.js';
import { dotOf } from '../../../src/theory/rational-vectors.js';
import { exactly, genericDouble, smallInteger, smallRational } from './numbers.js';
import { printedAs, showDomain } from './show.js';

/** A number a > 0 by which a row is nonzero at the centre, or by which it is scaled. */
const positive = fc.integer({ min: 1, max: 12 }).map((k) => rational(BigInt(k), 4n));

const entry: fc.Arbitrary<Rational> = fc.oneof(
  { weight: 3, arbitrary: exactly(smallInteger) },
  { weight: 1, arbitrary: smallRational },
  { weight: 1, arbitrary: exactly(genericDouble) },
);

const vector = (dimension: number, of: fc.Arbitrary<Rational> = entry) =>
  fc.array(of, { minLength: dimension, maxLength: dimension });

/** The row with the given coefficients that is `slack` at the centre. */
function rowThrough(centre: readonly Rational[], coefficients: readonly Rational[], slack: Rational): LinearBound {
  return { coefficients, bound: add(dotOf(coefficients, centre), slack) };
}

/** Rows that all hold strictly at the centre: random ones, and some of them again, scaled or weaker. */
function rowsAround(centre: readonly Rational[], most: number): fc.Arbitrary<LinearBound[]> {
  const row = fc
    .tuple(vector(centre.length), positive)
    .map(([coefficients, slack]) => rowThrough(centre, coefficients, slack));
  const again = fc.tuple(fc.nat(), positive, fc.constantFrom(ZERO, ONE));
  return fc
    .tuple(fc.array(row, { minLength: 1, maxLength: most }), fc.array(again, { maxLength: 2 }))
    .map(([rows, copies]) => [
      ...rows,
      ...copies.map(([k, factor, more]) => {
        const { coefficients, bound } = rows[k % rows.length]!;
        return {
          coefficients: coefficients.map((a) => multiply(factor, a)),
          bound: add(multiply(factor, bound), more),
        };
      }),
    ]);
}

/** Sides of creases of the first layer, taken as facets: the inequality that holds at the centre. */
function creasesAround(network: Network, centre: readonly Rational[]): LinearBound[] {
  const [head] = network.layers;
  if (head === undefined) return [];
  const { jacobian, constant } = rationalAffine(head.affine);
  return jacobian.flatMap((row, k) => {
    const value = add(dotOf(row, centre), constant[k]!).numerator;
    if (value === 0n) return [];
    // value > 0: -row . x <= constant
    const sign = value > 0n ? negate(ONE) : ONE;
    return [{ coefficients: row.map((w) => multiply(sign, w)), bound: multiply(negate(sign), constant[k]!) }];
  });
}

/** A full-dimensional polytope for a network: with a box around it or not, some facets on creases of the first layer. */
export function polytopeFor(network: Network): fc.Arbitrary<PolytopeDomain> {
  const d = network.inputs;
  return vector(d, smallRational).chain((centre) =>
    fc
      .record({
        rows: rowsAround(centre, d + 2),
        creases: fc.subarray(creasesAround(network, centre)).map((rows) => rows.slice(0, 2)),
        zeros: fc.constantFrom([], [ZERO], [ONE, ZERO]),
        around: fc.option(vector(d, positive)),
      })
      .map(({ rows, creases, zeros, around }) => {
        const empty = zeros.map((bound) => ({ coefficients: new Array<Rational>(d).fill(ZERO), bound }));
        const within =
          around === null
            ? {}
            : {
                box: box(
                  centre.map((x, i) => add(x, negate(around[i]!))),
                  centre.map((x, i) => add(x, around[i]!)),
                ),
              };
        return printedAs(polytope(d, [...rows, ...empty, ...creases], within), showDomain);
      }),
  );
}

/** A flat polytope with what it is made of: the points o + V u with u in a full-dimensional polytope. */
export interface FlatPolytope {
  readonly domain: PolytopeDomain;
  readonly origin: readonly Rational[];
  /** One direction per coordinate u: the unit vectors in the first coordinates. */
  readonly directions: readonly (readonly Rational[])[];
  readonly inner: PolytopeDomain;
}

/** How the equalities are said: as they are, each by two inequalities, or all by one more than there are. */
type Saying = 'equalities' | 'pairs' | 'sum';

const negated = ({ coefficients, bound }: LinearBound): LinearBound => ({
  coefficients: coefficients.map(negate),
  bound: negate(bound),
});

/** Inequalities that say the same as the equalities. */
function asInequalities(saying: Saying, equalities: readonly LinearBound[]): readonly LinearBound[] {
  if (saying === 'equalities') return [];
  if (saying === 'pairs') return equalities.flatMap((equality) => [equality, negated(equality)]);
  // Each slack is nonnegative, and so is minus their sum.
  const sum = equalities.reduce((one, other) => ({
    coefficients: one.coefficients.map((a, i) => add(a, other.coefficients[i]!)),
    bound: add(one.bound, other.bound),
  }));
  return [...equalities, negated(sum)];
}

/** A polytope of dimension `inner` in R^dimension. */
export function flatPolytope(dimension: number, inner: number): fc.Arbitrary<FlatPolytope> {
  const dependent = dimension - inner;
  return fc
    .record({
      centre: vector(inner, smallRational),
      slopes: fc.array(vector(inner, exactly(smallInteger)), { minLength: dependent, maxLength: dependent }),
      offsets: vector(dependent, smallRational),
      saying: fc.constantFrom<Saying>('equalities', 'pairs', 'sum'),
    })
    .chain(({ centre, slopes, offsets, saying }) => {
      const full = [...centre, ...slopes.map((slope, k) => add(dotOf(slope, centre), offsets[k]!))];
      return rowsAround(full, dimension + 2).map((rows) => flatFrom({ rows, slopes, offsets, saying, inner }));
    });
}

interface FlatParts {
  readonly rows: readonly LinearBound[];
  readonly slopes: readonly (readonly Rational[])[];
  readonly offsets: readonly Rational[];
  readonly saying: Saying;
  readonly inner: number;
}

function flatFrom({ rows, slopes, offsets, saying, inner }: FlatParts): FlatPolytope {
  const dimension = inner + slopes.length;
  // x_{inner + k} - slope . u = offset
  const relations = slopes.map((slope, k) => ({
    coefficients: [...slope.map(negate), ...slopes.map((_, j) => (j === k ? ONE : ZERO))],
    bound: offsets[k]!,
  }));
  const inequalities = asInequalities(saying, relations);
  const equalities = saying === 'equalities' ? relations : [];
  const substituted = rows.map(({ coefficients, bound }) => ({
    coefficients: Array.from({ length: inner }, (_, i) =>
      slopes.reduce((sum, slope, k) => add(sum, multiply(coefficients[inner + k]!, slope[i]!)), coefficients[i]!),
    ),
    bound: offsets.reduce((sum, offset, k) => add(sum, negate(multiply(coefficients[inner + k]!, offset))), bound),
  }));
  return {
    domain: printedAs(polytope(dimension, [...inequalities, ...rows], { equalities }), showDomain),
    origin: [...new Array<Rational>(inner).fill(ZERO), ...offsets],
    directions: Array.from({ length: inner }, (_, i) => [
      ...Array.from({ length: inner }, (_, j) => (i === j ? ONE : ZERO)),
      ...slopes.map((slope) => slope[i]!),
    ]),
    inner: polytope(inner, substituted),
  };
}
