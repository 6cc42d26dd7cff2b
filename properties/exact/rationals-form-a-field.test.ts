/**
 * Theorem. The rationals of src/exact form an ordered field in lowest terms, and texts name them exactly.
 *
 * Source: the axioms of an ordered field.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  divide,
  equal,
  formatRational,
  greatestCommonDivisor,
  multiply,
  negate,
  ONE,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { holds } from '../support/generators/holds.js';
import { anyDouble, anyRational, smallRational } from '../support/generators/numbers.js';

const SEED = 1;
const number = fc.oneof(smallRational, anyRational);

/** x and y are the same number in the same lowest terms. */
function same(x: Rational, y: Rational): void {
  expect(formatRational(x)).toBe(formatRational(y));
}

describe('the rationals are an ordered field', () => {
  it('addition and multiplication are associative, commutative and distributive', () => {
    holds(
      fc.property(number, number, number, (a, b, c) => {
        same(add(a, b), add(b, a));
        same(multiply(a, b), multiply(b, a));
        same(add(add(a, b), c), add(a, add(b, c)));
        same(multiply(multiply(a, b), c), multiply(a, multiply(b, c)));
        same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)));
      }),
      { seed: SEED },
    );
  });

  it('0 and 1 are neutral; subtraction and division undo addition and multiplication', () => {
    holds(
      fc.property(number, number, (a, b) => {
        same(add(a, ZERO), a);
        same(multiply(a, ONE), a);
        same(subtract(add(a, b), b), a);
        same(add(a, negate(a)), ZERO);
        if (b.numerator === 0n) expect(() => divide(a, b)).toThrow(RangeError);
        else same(divide(multiply(a, b), b), a);
      }),
      { seed: SEED },
    );
  });

  it('the order is total and compatible with sums and positive products', () => {
    holds(
      fc.property(number, number, number, (a, b, c) => {
        expect(compare(a, b) + compare(b, a)).toBe(0);
        expect(compare(a, b) === 0).toBe(equal(a, b));
        expect(compare(add(a, c), add(b, c))).toBe(compare(a, b));
        expect(compare(multiply(a, c), multiply(b, c)) + 0).toBe(compare(a, b) * compare(c, ZERO) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        expect(compare(absolute(a), ZERO)).toBe(a.numerator === 0n ? 0 : 1);
      }),
      { seed: SEED },
    );
  });

  it('every result is in lowest terms over a positive denominator', () => {
    holds(
      fc.property(number, number, fc.bigInt(), fc.bigInt(), (a, b, p, q) => {
        const made = q === 0n ? ONE : rational(p, q);
        const results = [made, add(a, b), subtract(a, b), multiply(a, b), negate(a), absolute(a)];
        if (b.numerator !== 0n) results.push(divide(a, b));
        for (const { numerator, denominator } of results) {
          expect(denominator > 0n).toBe(true);
          expect(greatestCommonDivisor(numerator, denominator)).toBe(1n);
        }
        if (q !== 0n) expect(made.numerator * q).toBe(p * made.denominator);
      }),
      { seed: SEED },
    );
  });

  it('a zero denominator is refused', () => {
    expect(() => rational(1n, 0n)).toThrow(/nonzero denominator/);
  });
});

describe('texts name rationals exactly', () => {
  it('parse undoes format', () => {
    holds(
      fc.property(number, (a) => same(parseRational(formatRational(a)), a)),
      { seed: SEED },
    );
  });

  it('a decimal with digits d and exponent e is d * 10^e, whatever doubles make of it', () => {
    const digits = fc.stringMatching(/^[0-9]{1,25}$/);
    holds(
      fc.property(fc.constantFrom('', '-', '+'), digits, digits, fc.integer({ min: -40, max: 40 }), (sign, w, f, e) => {
        const scaled = BigInt(w + f) * (sign === '-' ? -1n : 1n);
        const power = e - f.length;
        const expected = power >= 0 ? rational(scaled * 10n ** BigInt(power)) : rational(scaled, 10n ** BigInt(-power));
        same(parseRational(`${sign}${w}.${f}e${e}`), expected);
        same(parseRational(` ${sign}${w}.${f}E${e} / 7 `), divide(expected, rational(7n)));
      }),
      { seed: SEED },
    );
  });

  it('the shortest decimal text of a double rounds back to the double', () => {
    holds(
      fc.property(anyDouble, (x) => {
        expect(toDouble(parseRational(String(x))) + 0).toBe(x + 0);
      }),
      { seed: SEED, runs: 500 },
    );
  });

  it.each(['', '.', '-', '1/', '/2', '1/0', '1/2/3', '1e', '0x10', '1 2', 'NaN', 'Infinity', '1e99999', '1/0e5'])(
    'refuses %j with the expected form',
    (text) => expect(() => parseRational(text)).toThrow(/expected a decimal or a fraction such as 0.5 or 1\/3/),
  );

  it('exponents may have any size up to 9999, and a message quotes no more than 40 characters', () => {
    expect(parseRational('1e9999').numerator).toBe(10n ** 9999n);
    expect(parseRational('1e-9999').denominator).toBe(10n ** 9999n);
    for (const text of ['1e10000', '1e-10000', '1.0e-9999']) expect(() => parseRational(text)).toThrow(text);
    expect(() => parseRational(`  ${'x'.repeat(60)}`)).toThrow(/got "x{40}"$/);
  });

  it.each([
    [' 1 / 2 ', '1/2'],
    ['.5', '1/2'],
    ['5.', '5'],
    ['-0', '0'],
    ['1/-3', '-1/3'],
    ['-2.5/7', '-5/14'],
    ['1e-3', '1/1000'],
  ])('%s is %s', (text, value) => expect(formatRational(parseRational(text))).toBe(value));
});

it('the rational of a double is its value: arithmetic that is exact in doubles is the same in rationals', () => {
  const integer = fc.integer({ min: -(2 ** 25), max: 2 ** 25 });
  holds(
    fc.property(integer, integer, fc.integer({ min: -60, max: 60 }), (p, q, e) => {
      const [a, b] = [p * 2 ** e, q * 2 ** e];
      same(rationalFromDouble(a + b), add(rationalFromDouble(a), rationalFromDouble(b)));
      same(rationalFromDouble(a * q), multiply(rationalFromDouble(a), rational(BigInt(q))));
    }),
    { seed: SEED },
  );
});
