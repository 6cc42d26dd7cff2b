/**
 * Rationals as rounded decimals, for people.
 */
import type { Rational } from './rational.js';

/** Decimals below and from these powers of ten on are written with an exponent, as `decimal.js` does and nearly as doubles are. */
const SMALLEST_PLAIN = -6;
const LEAST_EXPONENT = 21;

/** The decimal with so many significant digits that is nearest to a rational, ties away from 0: "0.333333", "-1.5e-9", "0". */
export function roundedDecimal({ numerator, denominator }: Rational, digits: number): string {
  if (numerator === 0n) return '0';
  const size = numerator < 0n ? -numerator : numerator;
  // 10^exponent <= value < 10^(exponent + 1): the lengths of both say that up to one.
  let exponent = size.toString().length - denominator.toString().length;
  if (scaled(size, -exponent) < scaled(denominator, exponent)) exponent--;
  const shift = digits - 1 - exponent;
  const divisor = 2n * scaled(denominator, -shift);
  let rounded = ((2n * scaled(size, shift) + divisor / 2n) / divisor).toString();
  // 99...9 became 100...0.
  if (rounded.length > digits) exponent++;
  rounded = rounded.replace(/0+$/, '');
  return (numerator < 0n ? '-' : '') + placed(rounded, exponent);
}

/** value * 10^power if the power is positive, else the value. */
function scaled(value: bigint, power: number): bigint {
  return power > 0 ? value * 10n ** BigInt(power) : value;
}

/** Digits, the first of which stands for 10^exponent. */
function placed(digits: string, exponent: number): string {
  if (exponent < SMALLEST_PLAIN || exponent >= LEAST_EXPONENT) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits[0]}${fraction}e${exponent < 0 ? '' : '+'}${exponent}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return digits.length > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole;
}
