/**
 * Sums of many rationals: exactly while that is short, and always between two dyadic bounds.
 *
 * The vertices of cells have denominators without common factors, so that an exact sum over n cells has a denominator as long as all
 * of theirs together. Beyond `LONGEST` bits it is given up, and the bounds tell: each term is rounded down to a multiple of
 * 2^-`PLACES` for the lower one, up for the upper one.
 */
import { add, bitLength, type Rational, rational, ZERO } from '../exact/index.js';

/** A number between two rationals, and the number itself where it is short enough to write down. */
export interface Enclosed {
  readonly lower: Rational;
  readonly upper: Rational;
  readonly exact?: Rational;
}

/** Bits of an exact sum's denominator that are still carried along. */
const LONGEST = 4096;

/** Bits behind the binary point. */
const PLACES = 256n;

/** The largest integer that is at most numerator / denominator, for a denominator above 0. */
function floor(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** Adds rationals of either sign. */
export class BracketSum {
  private lower = 0n;
  private upper = 0n;
  private exact: Rational | undefined = ZERO;

  /** Adds numerator / denominator, in any terms; the denominator above 0. */
  add(numerator: bigint, denominator: bigint): void {
    const scaled = numerator << PLACES;
    const quotient = scaled / denominator;
    const isWhole = quotient * denominator === scaled;
    const down = numerator < 0n && !isWhole ? quotient - 1n : quotient;
    this.lower += down;
    this.upper += isWhole ? down : down + 1n;
    if (this.exact === undefined) return;
    // In lowest terms it may be much shorter than it comes.
    const sum = add(this.exact, rational(numerator, denominator));
    this.exact = bitLength(sum.denominator) > LONGEST ? undefined : sum;
  }

  /** Adds a number that is known between two others only, both over one denominator above 0. */
  addBetween(lower: bigint, upper: bigint, denominator: bigint): void {
    this.lower += floor(lower << PLACES, denominator);
    this.upper -= floor(-upper << PLACES, denominator);
    this.exact = undefined;
  }

  /** The sum so far. */
  total(): Enclosed {
    if (this.exact !== undefined) return { lower: this.exact, upper: this.exact, exact: this.exact };
    const unit = 1n << PLACES;
    return { lower: rational(this.lower, unit), upper: rational(this.upper, unit) };
  }
}

/** The product with a positive rational. */
export function scaledBy(value: Enclosed, factor: Rational): Enclosed {
  const by = (x: Rational) => rational(x.numerator * factor.numerator, x.denominator * factor.denominator);
  return { lower: by(value.lower), upper: by(value.upper), ...(value.exact && { exact: by(value.exact) }) };
}
