/**
 * Theorem. A finite double is exactly one dyadic number, and every rational has one nearest double and one nearest float32,
 * ties to even.
 *
 * Nearest is checked by its definition: no neighbour is nearer, by exact comparison of distances. The neighbours come
 * from the bits of the formats (IEEE 754-2019, binary64 and binary32), not from the code under test.
 *
 * Source: IEEE 754-2019, sections 3.4 and 4.3.1.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitLength, dyadicFromDouble } from '../../src/exact/double.js';
import {
  content,
  dotIntegers,
  integersFromDoubles,
  integersFromRationals,
  longestEntry,
  rationalsFromIntegers,
  reduced,
} from '../../src/exact/integers.js';
import {
  absolute,
  add,
  compare,
  equal,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../src/exact/rational.js';
import { floatBelow, nearestDouble, nearestSingle, nextDown, nextUp } from '../../src/exact/rounding.js';
import { holds } from '../support/generators/holds.js';
import { anyDouble, anyRational, wideDouble } from '../support/generators/numbers.js';

const SEED = 2;
const double = fc.oneof(anyDouble, wideDouble);
const MAX = Number.MAX_VALUE;
const MAX_FLOAT = (2 - 2 ** -23) * 2 ** 127;
const TINY = Number.MIN_VALUE;

/** The finite double with the given place in the order of all doubles; 0 is place 0. */
function doubleAt(place: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, place < 0n ? -place : place);
  return place < 0n ? -view.getFloat64(0) : view.getFloat64(0);
}

function placeOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  return value < 0 ? -view.getBigUint64(0) : view.getBigUint64(0);
}

/** The value of a double by the format's definition: sign, 11 bits of exponent, 52 bits of fraction. */
function valueByFormat(value: number): Rational {
  const bits = placeOf(Math.abs(value));
  const exponent = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = (exponent === 0 ? fraction : fraction + (1n << 52n)) * (value < 0 ? -1n : 1n);
  return rational(mantissa << BigInt(Math.max(exponent, 1)), 1n << 1075n);
}

/** A format by its bits: the numbers in their order, with 0 at place 0 and the infinities behind the last ones. */
interface Format {
  readonly at: (place: bigint) => number;
  readonly placeOf: (value: number) => bigint;
  readonly largest: number;
  /** What the infinities stand for when IEEE 754 rounds: the power of two behind the largest number. */
  readonly beyond: bigint;
}

const DOUBLES: Format = { at: doubleAt, placeOf, largest: MAX, beyond: 1n << 1024n };
const FLOATS: Format = {
  at(place) {
    const bits = Int32Array.of(Number(place < 0n ? -place : place));
    const [value] = new Float32Array(bits.buffer);
    return place < 0n ? -value! : value!;
  },
  placeOf(value) {
    const [bits] = new Int32Array(Float32Array.of(Math.abs(value)).buffer);
    return BigInt(value < 0 ? -bits! : bits!);
  },
  largest: MAX_FLOAT,
  beyond: 1n << 128n,
};

function valueIn({ beyond }: Format, value: number): Rational {
  return Number.isFinite(value) ? valueByFormat(value) : rational(value > 0 ? beyond : -beyond);
}

function distance(format: Format, value: number, target: Rational): Rational {
  return absolute(subtract(valueIn(format, value), target));
}

/** The neighbours of a number in the order of the format, the infinities included. */
function neighbours({ at, placeOf: placeIn }: Format, value: number): [number, number] {
  const place = placeIn(value);
  return [at(place - 1n), at(place + 1n)];
}

function expectNearest(result: number, target: Rational, format = DOUBLES): void {
  const own = distance(format, result, target);
  const infinite = !Number.isFinite(result);
  expect(format.at(format.placeOf(result))).toBe(result + 0);
  for (const other of infinite ? [Math.sign(result) * format.largest] : neighbours(format, result)) {
    const order = compare(own, distance(format, other, target));
    expect(order, `${result} against ${other}`).toBeLessThanOrEqual(0);
    // A tie goes to the even last bit; the infinities count as even.
    if (order === 0) expect(format.placeOf(result) % 2n).toBe(0n);
  }
}

/** The midpoint of a number and the next one, or a number beside it: by `side` / 2^bits of their distance. */
function besideMiddle(format: Format, x: number, [side, bits]: readonly [number, number]): Rational {
  const low = valueIn(format, x);
  const width = subtract(valueIn(format, neighbours(format, x)[1]), low);
  return add(low, multiply(width, add(rational(1n, 2n), rational(BigInt(side), 1n << BigInt(bits)))));
}

const besides = fc.tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: 1, max: 400 }));

describe('a double is one dyadic number', () => {
  it('with the value that the format defines, its mantissa odd', () => {
    holds(
      fc.property(double, (x) => {
        const { mantissa, exponent } = dyadicFromDouble(x);
        expect(equal(rationalFromDouble(x), valueByFormat(x))).toBe(true);
        expect(mantissa === 0n ? exponent === 0 : mantissa % 2n !== 0n).toBe(true);
        expect(bitLength(mantissa)).toBeLessThanOrEqual(53);
      }),
      { seed: SEED, runs: 1000 },
    );
  });

  it('and the nearest double of it is the double itself', () => {
    holds(
      fc.property(double, (x) => {
        const { numerator, denominator } = rationalFromDouble(x);
        expect(nearestDouble(numerator, denominator)).toBe(x + 0);
        // Not only in lowest terms.
        expect(nearestDouble(numerator * 3n ** 50n, denominator * 3n ** 50n)).toBe(x + 0);
      }),
      { seed: SEED, runs: 1000 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is none', (x) => {
    expect(() => dyadicFromDouble(x)).toThrow(/expected a finite double/);
  });

  it.each([
    [TINY, 1n, -1074],
    [MAX, 2n ** 53n - 1n, 971],
    [2 ** -1022, 1n, -1022],
    [-0, 0n, 0],
    [-0.75, -3n, -2],
    [2 ** 52 + 1, 2n ** 52n + 1n, 0],
    [2 ** 31, 1n, 31],
    [2 ** 63, 1n, 63],
  ])('%d = %d * 2^%d', (x, mantissa, exponent) => expect(dyadicFromDouble(x)).toEqual({ mantissa, exponent }));
});

describe('the nearest double is nearest', () => {
  it('to any rational', () => {
    holds(
      fc.property(anyRational, (r) => expectNearest(nearestDouble(r.numerator, r.denominator), r)),
      { seed: SEED, runs: 1000 },
    );
  });

  it('to midpoints of neighbours and numbers just beside them, subnormal and huge ones too', () => {
    holds(
      fc.property(double, besides, (x, offset) => {
        const target = besideMiddle(DOUBLES, x, offset);
        expectNearest(nearestDouble(target.numerator, target.denominator), target);
      }),
      { seed: SEED, runs: 2000 },
    );
  });

  const half = rational(1n, 1n << 1075n);
  const limit = (1n << 1024n) - (1n << 970n);
  it.each([
    ['half the smallest is 0 (even)', half, 0],
    ['a bit more is the smallest', rational((1n << 100n) + 1n, 1n << 1175n), TINY],
    ['three halves of the smallest is two (even)', multiply(half, rational(3n)), 2 * TINY],
    ['far below the range is 0', rational(1n, 1n << 5000n), 0],
    ['the midpoint beyond the largest is infinite (even)', rational(limit), Number.POSITIVE_INFINITY],
    ['just below that midpoint is the largest', rational(limit - 1n), MAX],
    ['far beyond is infinite', rational(-(10n ** 400n)), Number.NEGATIVE_INFINITY],
    ['the largest subnormal rounds up to the smallest normal', rational((1n << 54n) - 1n, 1n << 1076n), 2 ** -1022],
  ])('%s', (_, { numerator, denominator }, expected) => expect(nearestDouble(numerator, denominator)).toBe(expected));

  it('as the division of two doubles is (53-bit integers, so that IEEE division is the judge)', () => {
    const integer = fc.maxSafeInteger().filter((n) => n !== 0);
    holds(
      fc.property(integer, integer, (p, q) => {
        const d = BigInt(Math.abs(q));
        expect(nearestDouble(BigInt(p), d)).toBe(p / Math.abs(q));
      }),
      { seed: SEED, runs: 1000 },
    );
  });
});

describe('the nearest float32 is nearest', () => {
  const float = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -5, max: 5 }).map((k) => k * 2 ** -149),
    fc.constantFrom(MAX_FLOAT, -MAX_FLOAT, 2 ** -126, 2 ** -126 - 2 ** -149),
  );

  it('to any rational, midpoints and numbers just beside them, wherever doubles would round twice', () => {
    const targets = fc.oneof(
      anyRational,
      fc.tuple(float, besides).map(([x, offset]) => besideMiddle(FLOATS, x, offset)),
    );
    holds(
      fc.property(targets, (target) =>
        expectNearest(nearestSingle(target.numerator, target.denominator), target, FLOATS),
      ),
      { seed: SEED, runs: 1000 },
    );
  });

  it.each([
    [1 + 2 ** -24, 60, 1 + 2 ** -23],
    [1 + 2 ** -24, 2000, 1 + 2 ** -23],
    [2 ** -150, 400, 2 ** -149],
    [MAX_FLOAT, 10, MAX_FLOAT],
    [2 ** 128 - 2 ** 103, 400, Number.POSITIVE_INFINITY],
    [1e300, 1, Number.POSITIVE_INFINITY],
  ])('to %d + 2^-%d', (x, bits, expected) => {
    const { numerator, denominator } = add(rationalFromDouble(x), rational(1n, 1n << BigInt(bits)));
    expect(nearestSingle(numerator, denominator)).toBe(expected);
    expect(nearestSingle(-numerator, denominator)).toBe(-expected);
  });
});

describe('nextUp and nextDown step through the doubles in order', () => {
  it('one place at a time, and back', () => {
    holds(
      fc.property(double, (x) => {
        expect(nextUp(x) + 0).toBe(doubleAt(placeOf(x) + 1n) + 0);
        expect(nextDown(x) + 0).toBe(doubleAt(placeOf(x) - 1n) + 0);
        if (Math.abs(x) < MAX) expect(nextDown(nextUp(x)) + 0).toBe(x + 0);
      }),
      { seed: SEED, runs: 1000 },
    );
  });

  it.each([
    [0, TINY],
    [-0, TINY],
    [-TINY, -0],
    [MAX, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, -MAX],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
    [1, 1 + 2 ** -52],
  ])('after %d comes %d', (x, next) => expect(nextUp(x)).toBe(next));
});

/** The next float32: their bits, read as integers, are in the order of their magnitudes. */
function floatAfter(x: number): number {
  const floats = Float32Array.of(x);
  const bits = new Int32Array(floats.buffer);
  if (x === 0) return 2 ** -149;
  bits[0]! += x > 0 ? 1 : -1;
  return floats[0]!;
}

describe('floatBelow is the greatest float32 that is not greater', () => {
  it('than any double', () => {
    const near = fc.oneof(
      double,
      double.map(Math.fround),
      fc.float({ noNaN: true, noDefaultInfinity: true }).map(nextUp),
    );
    holds(
      fc.property(near, (x) => {
        const below = floatBelow(x);
        fc.pre(Math.abs(x) < MAX_FLOAT);
        expect(Math.fround(below)).toBe(below);
        expect(below).toBeLessThanOrEqual(x);
        expect(floatAfter(below)).toBeGreaterThan(x);
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it.each([
    [0, 0],
    [2 ** -150, 0],
    [-(2 ** -150), -(2 ** -149)],
    [-TINY, -(2 ** -149)],
    [1 + 2 ** -23, 1 + 2 ** -23],
    [1 + 2 ** -24 + 2 ** -40, 1],
    [1 - 2 ** -40, 1 - 2 ** -24],
    [-1 - 2 ** -40, -1 - 2 ** -23],
    [-1 + 2 ** -40, -1],
    [MAX, MAX_FLOAT],
    [-MAX, Number.NEGATIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('than %d: %d', (x, below) => expect(floatBelow(x) + 0).toBe(below));
});

describe('vectors over a common denominator', () => {
  it('integersFromDoubles keeps every value, over the smallest power of two', () => {
    holds(
      fc.property(fc.array(double), (values) => {
        const { numerators, denominator } = integersFromDoubles(values);
        values.forEach((x, i) => {
          expect(equal(rational(numerators[i]!, denominator), valueByFormat(x))).toBe(true);
        });
        expect(denominator & (denominator - 1n)).toBe(0n);
        expect(denominator === 1n || numerators.some((n) => n % 2n !== 0n)).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it('integersFromRationals keeps every value, over the least common denominator', () => {
    holds(
      fc.property(fc.array(anyRational, { maxLength: 5 }), (values) => {
        const vector = integersFromRationals(values);
        rationalsFromIntegers(vector).forEach((r, i) => {
          expect(equal(r, values[i]!)).toBe(true);
        });
        expect(content([...vector.numerators, vector.denominator])).toBe(1n);
      }),
      { seed: SEED },
    );
  });

  it('reduced divides by the content and changes no value', () => {
    const entries = fc.array(fc.bigInt({ min: -1000n, max: 1000n }), { maxLength: 5 });
    holds(
      fc.property(entries, fc.bigInt({ min: 1n, max: 60n }), fc.bigInt({ min: 1n, max: 60n }), (raw, factor, d) => {
        const vector = { numerators: raw.map((n) => n * factor), denominator: d * factor };
        const short = reduced(vector);
        expect(content([...short.numerators, short.denominator])).toBe(1n);
        short.numerators.forEach((n, i) => {
          expect(n * vector.denominator).toBe(vector.numerators[i]! * short.denominator);
        });
      }),
      { seed: SEED },
    );
  });

  it('bitLength, longestEntry, content and dotIntegers are what they say', () => {
    const entries = fc.array(fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }), { minLength: 1, maxLength: 6 });
    holds(
      fc.property(entries, (v) => {
        const bits = v.map((n) => (n === 0n ? 0 : (n < 0n ? -n : n).toString(2).length));
        expect(v.map(bitLength)).toEqual(bits);
        expect(longestEntry(v)).toBe(Math.max(...bits));
        const g = content(v);
        expect(v.every((n) => (g === 0n ? n === 0n : n % g === 0n))).toBe(true);
        let sum = 0n;
        for (const n of v) sum += n * n;
        expect(dotIntegers(v, v)).toBe(sum);
      }),
      { seed: SEED },
    );
    expect(content([])).toBe(0n);
    expect(content([0n, 6n, -4n])).toBe(2n);
  });
});
