/**
 * The numbers of a record: doubles that are taken exactly, or fractions. Most are only ever asked for as doubles.
 */
import { type IntegerVector, nearestDouble, roundsRelatively, safeDyadicFromDouble } from '../exact/index.js';

/** 2^0 to 2^52: a power by a table costs a quarter. */
const POWERS = Float64Array.from({ length: 53 }, (_, bits) => 2 ** bits);

/** mantissa * 2^bits, of a safe integer; short ones without a long shift. */
function shifted(mantissa: number, bits: number): bigint {
  // Beyond the table it would be NaN, which is no safe integer either, but such a look costs as much as all the rest.
  const product = bits < POWERS.length ? mantissa * POWERS[bits]! : Number.POSITIVE_INFINITY;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(mantissa) << BigInt(bits);
}

function integersOf(doubles: readonly number[]): IntegerVector {
  const dyadics = doubles.map(safeDyadicFromDouble);
  let lowest = 0;
  for (const { exponent } of dyadics) if (exponent < lowest) lowest = exponent;
  const numerators = dyadics.map(({ mantissa, exponent }) => shifted(mantissa, exponent - lowest));
  return { numerators, denominator: shifted(1, -lowest) };
}

/** Finite doubles, each of them exactly. Their integers are made when they are asked for. */
export class ExactDoubles implements IntegerVector {
  private integers: IntegerVector | undefined;

  constructor(readonly doubles: readonly number[]) {}

  private get exact(): IntegerVector {
    return (this.integers ??= integersOf(this.doubles));
  }

  get numerators(): readonly bigint[] {
    return this.exact.numerators;
  }

  get denominator(): bigint {
    return this.exact.denominator;
  }
}

/**
 * The doubles nearest to the numbers, off by at most 2^-53 of their magnitudes (infinite beyond the range of doubles); undefined if some
 * number is too small for that.
 */
export function nearestDoubles(numbers: IntegerVector): readonly number[] | undefined {
  if (numbers instanceof ExactDoubles) return numbers.doubles;
  const { numerators, denominator } = numbers;
  const doubles = numerators.map((n) => nearestDouble(n, denominator));
  return roundsRelatively(doubles, numerators) ? doubles : undefined;
}

/** Whether number k is negative. */
export function isNegative(numbers: IntegerVector, k: number): boolean {
  return numbers instanceof ExactDoubles ? numbers.doubles[k]! < 0 : numbers.numerators[k]! < 0n;
}
