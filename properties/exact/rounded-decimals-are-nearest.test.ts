/**
 * Theorem. A rational rounded to n significant digits is the n-digit decimal nearest to it, ties away from 0, and written as
 * `decimal.js` writes it.
 *
 * The reference is decimal.js: the quotient at so many digits that rounding it again errs only at ties, which are made of decimals
 * whose digits are known.
 *
 * Source: decimal.js, `toSignificantDigits` and `toString` with rounding mode ROUND_HALF_UP.
 */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundedDecimal } from '../../src/exact/decimal.js';
import { parseRational, rational } from '../../src/exact/rational.js';
import { holds } from '../support/generators/holds.js';

const Precise = Decimal.clone({ precision: 400, toExpNeg: -7, toExpPos: 21 });
const large = fc.bigInt({ min: 1n, max: 10n ** 40n });
const digits = fc.integer({ min: 1, max: 25 });

describe('rounded decimals', () => {
  it('are what decimal.js makes of the quotient', () => {
    holds(
      fc.property(large, large, fc.boolean(), digits, (top, bottom, negative, n) => {
        const value = rational(negative ? -top : top, bottom);
        const quotient = new Precise(value.numerator.toString()).div(value.denominator.toString());
        expect(roundedDecimal(value, n)).toBe(quotient.toSignificantDigits(n, Decimal.ROUND_HALF_UP).toString());
      }),
      { seed: 29111 },
    );
  });

  it('round ties away from 0, carry, and change to exponents where decimal.js does', () => {
    const cases: readonly [string, number, string][] = [
      ['0', 5, '0'],
      ['1/8', 2, '0.13'],
      ['-1/8', 2, '-0.13'],
      ['9995/1000', 3, '10'],
      ['99949/10000', 3, '9.99'],
      ['1/1000000', 3, '0.000001'],
      ['1/10000000', 3, '1e-7'],
      ['15/100000000', 3, '1.5e-7'],
      ['100000000000000000000', 4, '100000000000000000000'],
      ['1234500000000000000000', 3, '1.23e+21'],
      ['999999999999999999999', 3, '1e+21'],
    ];
    for (const [value, n, text] of cases) expect(roundedDecimal(parseRational(value), n), value).toBe(text);
  });
});
