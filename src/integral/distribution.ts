/**
 * The exact distribution function of an output: F(t) = the volume of { x : f(x) <= t }, as a spline.
 *
 * *One simplex.* Let f be affine on a simplex of volume V with values v_0, .., v_n at its corners, not all equal. By the formula of Hermite
 * and Genocchi the divided difference of g at the values is the mean of g^(n) / n! over the simplex; with g(x) = (t - x)_+^n it says
 * that the part where f <= t has the volume V (-1)^n [v_0, .., v_n] (t - x)_+^n (Curry and Schoenberg 1966: B-splines are shadows
 * of simplices). A divided difference is a combination of values and derivatives at its knots, with the coefficients of the partial
 * fractions of 1 / prod (z - v_i): so F is a sum of truncated powers c (t - knot)_+^k. Where f is constant F has a jump, k = 0.
 */
import { type Cell, outputDenominator, outputRows } from '../analysis/cells/index.js';
import type { Polytope, Triangulation } from '../analysis/geometry/index.js';
import { binomial } from '../analysis/regions/index.js';
import {
  add,
  compare,
  divide,
  formatRational,
  multiply,
  ONE,
  type Rational,
  rational,
  rowAt,
  subtract,
  ZERO,
} from '../exact/index.js';
import { BracketSum, type Enclosed } from './bracket-sum.js';

/** coefficient * (t - knot)^power for t > knot, and from t = knot on where the power is 0. */
export interface TruncatedPower {
  readonly knot: Rational;
  readonly power: number;
  readonly coefficient: Rational;
}

function power(base: Rational, exponent: number): Rational {
  return rational(base.numerator ** BigInt(exponent), base.denominator ** BigInt(exponent));
}

/** The first `count` Taylor coefficients of (c + u)^-m in u, c not 0. */
function inversePower(c: Rational, m: number, count: number): Rational[] {
  return Array.from({ length: count }, (_, i) => {
    const choose = rational(binomial(m + i - 1, i) * (i % 2 === 0 ? 1n : -1n));
    return divide(choose, power(c, m + i));
  });
}

function product(a: readonly Rational[], b: readonly Rational[]): Rational[] {
  return a.map((_, k) => {
    let sum = ZERO;
    for (let i = 0; i <= k; i++) sum = add(sum, multiply(a[i]!, b[k - i]!));
    return sum;
  });
}

interface Knot {
  readonly value: Rational;
  readonly multiplicity: number;
}

/** Different values with their multiplicities. */
function knotsOf(values: readonly Rational[]): Knot[] {
  const sorted = [...values].sort(compare);
  const knots: { value: Rational; multiplicity: number }[] = [];
  for (const value of sorted) {
    const last = knots.at(-1);
    if (last !== undefined && compare(last.value, value) === 0) last.multiplicity++;
    else knots.push({ value, multiplicity: 1 });
  }
  return knots;
}

/** The distribution function of an affine function on a simplex of volume 1 from its values at the corners. */
export function simplexDistribution(values: readonly Rational[]): TruncatedPower[] {
  const n = values.length - 1;
  const knots = knotsOf(values);
  if (knots.length === 1) return [{ knot: knots[0]!.value, power: 0, coefficient: ONE }];
  return knots.flatMap(({ value, multiplicity }, own) => {
    // 1 / prod over the others of (z - v_j)^m_j, in powers of u = z - v_i
    const others = knots
      .filter((_, j) => j !== own)
      .map((other) => inversePower(subtract(value, other.value), other.multiplicity, multiplicity));
    const series = others.reduce(product);
    return series.map((_, k): TruncatedPower => {
      // The coefficient of 1 / (z - v_i)^(k + 1) stands before g^(k)(v_i) / k! = (-1)^k binomial(n, k) (t - v_i)_+^(n - k).
      const sign = (n + k) % 2 === 0 ? 1n : -1n;
      const coefficient = multiply(series[multiplicity - 1 - k]!, rational(sign * binomial(n, k)));
      return { knot: value, power: n - k, coefficient };
    });
  });
}

/** Adds up the distribution function of one output, cell by cell, in volumes of the problem's variables. */
export class DistributionSum {
  private readonly terms = new Map<string, Map<number, TruncatedPower>>();

  constructor(private readonly output: number) {}

  visit(cell: Cell, polytope: Polytope, { simplices, unit }: Triangulation): void {
    const row = outputRows(cell)[this.output]!;
    const denominator = outputDenominator(cell);
    const values = polytope.vertices.map(({ point }) =>
      rational(rowAt(row, point.numerators, point.denominator), point.denominator * denominator),
    );
    for (const { corners, measure } of simplices) {
      const volume = rational(measure, unit);
      for (const term of simplexDistribution(corners.map((v) => values[v]!)))
        this.add({ ...term, coefficient: multiply(term.coefficient, volume) });
    }
  }

  private add(term: TruncatedPower): void {
    const key = formatRational(term.knot);
    const own = this.terms.get(key) ?? new Map<number, TruncatedPower>();
    this.terms.set(key, own);
    const before = own.get(term.power);
    own.set(term.power, { ...term, coefficient: add(term.coefficient, before?.coefficient ?? ZERO) });
  }

  /** @param factor what volumes are multiplied by, such as 1 / (volume of the domain) for probabilities */
  result(factor: Rational): Distribution {
    const terms = [...this.terms.values()].flatMap((own) => [...own.values()]);
    const scaled = terms
      .filter(({ coefficient }) => coefficient.numerator !== 0n)
      .map((term) => ({ ...term, coefficient: multiply(term.coefficient, factor) }));
    return new Distribution(scaled.sort((a, b) => compare(a.knot, b.knot) || b.power - a.power));
  }
}

/** A distribution function as a sum of truncated powers, by ascending knots. */
export class Distribution {
  constructor(readonly terms: readonly TruncatedPower[]) {}

  /** F(t). Cost: one power per knot below t. */
  at(t: Rational): Enclosed {
    const sum = new BracketSum();
    for (const { knot, power: exponent, coefficient } of this.terms) {
      const distance = subtract(t, knot);
      if (distance.numerator < 0n) break;
      const value = multiply(coefficient, power(distance, exponent));
      sum.add(value.numerator, value.denominator);
    }
    return sum.total();
  }

  /** The values that are taken on a set with interior, and its volume. */
  atoms(): { readonly value: Rational; readonly mass: Rational }[] {
    return this.terms
      .filter((term) => term.power === 0)
      .map(({ knot, coefficient }) => ({ value: knot, mass: coefficient }));
  }
}
