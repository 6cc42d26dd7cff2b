/**
 * Numbers of input files: decimal text as the nearest double, rational strings and exact decimals as they stand.
 */
import {
  equal,
  formatRational,
  magnitude,
  parseRational,
  type Rational,
  rationalFromDouble,
  toDouble,
} from '../../exact/index.js';
import type { Entry } from './entries.js';
import { FormatError, quoted } from './error.js';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A double has at most 767 significant digits (2^-1074); longer texts only cost time. */
export const LONGEST_NUMBER = 2000;
/** Exponents beyond that of any double would only serve to exhaust memory. */
const LARGEST_EXPONENT = 400;

/**
 * The double nearest to a decimal text.
 *
 * @throws FormatError at `place()` for other texts and for numbers beyond the doubles
 */
export function nearestDoubleOfText(text: string, place: () => string): number {
  const value = text.length <= LONGEST_NUMBER && DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new FormatError(place(), `expected a finite decimal number, got ${quoted(text)}; correct it`);
}

/**
 * The exact value of a decimal or fraction text: "0.1", "1/3".
 *
 * @throws FormatError at `place()` for other texts, and for numbers of absurd length
 */
export function exactNumberOfText(text: string, place: () => string): Rational {
  if (text.length > LONGEST_NUMBER) {
    throw new FormatError(place(), `expected a number of at most ${LONGEST_NUMBER} characters, got ${text.length}`);
  }
  const exponents = [...text.matchAll(/[eE]([+-]?\d+)/g)];
  const sane = exponents.every((m) => Math.abs(Number(m[1])) <= LARGEST_EXPONENT);
  try {
    if (sane) return parseRational(text);
  } catch {
    // Falls through to the message that names the place.
  }
  throw new FormatError(
    place(),
    `expected a decimal or a fraction such as "0.5" or "1/3", got ${quoted(text)}; correct it`,
  );
}

/** A JSON value as a number: a double as it is, a string as an exact rational. */
export function entryOfJson(value: unknown, place: () => string): Entry {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') return exactNumberOfText(value, place);
  const got = typeof value === 'number' ? 'a number beyond the doubles' : value === null ? 'null' : typeof value;
  throw new FormatError(place(), `expected a finite number or a string such as "1/3", got ${got}; correct it`);
}

/** An odd numerator above is no double's. */
const LARGEST_MANTISSA = BigInt(Number.MAX_SAFE_INTEGER);

/** An entry as JSON: a number where a double says it exactly, a rational string otherwise. */
export function jsonOfRational(value: Rational): number | string {
  const { numerator, denominator } = value;
  // In lowest terms a double is an integer over a power of two.
  if (denominator !== 1n && ((denominator & (denominator - 1n)) !== 0n || magnitude(numerator) > LARGEST_MANTISSA)) {
    return formatRational(value);
  }
  const double = toDouble(value);
  return Number.isFinite(double) && equal(rationalFromDouble(double), value) ? double : formatRational(value);
}
