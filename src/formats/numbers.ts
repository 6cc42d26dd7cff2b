/**
 * Numbers of input files: decimal text as the nearest double, rational strings and exact decimals as they stand.
 */
import { bitLength } from '../exact/double.js';
import {
  equal,
  formatRational,
  greatestCommonDivisor,
  parseRational,
  type Rational,
  rationalFromDouble,
  toDouble,
} from '../exact/rational.js';
import { type AffineMap, affineFromDoubles, affineFromRationals } from '../network/affine.js';
import { FormatError, quoted } from './error.js';
import { MAX_NUMBERS } from './source.js';

/** An entry of a file: a finite double, or a rational that is meant exactly. */
export type Entry = number | Rational;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A double has at most 767 significant digits (2^-1074); longer texts only cost time. */
const LONGEST_NUMBER = 2000;
/** Exponents beyond that of any double would only serve to exhaust memory. */
const LARGEST_EXPONENT = 400;
/** The most bits of exact weights of one layer over their common denominator: 128 MiB. */
const MAX_EXACT_BITS = 2 ** 30;

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
  const exponents = [...text.slice(0, LONGEST_NUMBER).matchAll(/[eE]([+-]?\d+)/g)];
  const sane = text.length <= LONGEST_NUMBER && exponents.every((m) => Math.abs(Number(m[1])) <= LARGEST_EXPONENT);
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

/** Whether an entry is a rational (and not a double). */
export function isRational(entry: Entry): entry is Rational {
  return typeof entry === 'object';
}

/** @throws FormatError when writing all entries over one denominator would exhaust the memory */
function checkCommonDenominator(entries: readonly Rational[], place: string) {
  let common = 1n;
  const seen = new Set<bigint>();
  for (const { denominator } of entries) {
    if (seen.has(denominator)) continue;
    seen.add(denominator);
    common *= denominator / greatestCommonDivisor(common, denominator);
    if (bitLength(common) * entries.length > MAX_EXACT_BITS) {
      throw new FormatError(place, 'the common denominator of the weights exhausts the memory; write them as decimals');
    }
  }
}

/** @throws FormatError when a layer of this size is beyond what the program takes */
export function checkLayerSize(outputs: number, inputs: number, place: string) {
  if (outputs * (inputs + 1) > MAX_NUMBERS) {
    throw new FormatError(
      place,
      `expected at most ${MAX_NUMBERS} weights, got ${outputs} x ${inputs}; use a smaller network`,
    );
  }
}

/**
 * The affine map with the given entries, in doubles where all of them are.
 *
 * @param weights row-major, outputs x inputs
 */
export function affineFromEntries(
  inputs: number,
  weights: readonly Entry[],
  bias: readonly Entry[],
  place: string,
): AffineMap {
  const outputs = bias.length;
  checkLayerSize(outputs, inputs, place);
  if (!weights.some(isRational) && !bias.some(isRational)) {
    return affineFromDoubles(outputs, inputs, weights as readonly number[], bias as readonly number[]);
  }
  const exact = (entry: Entry) => (isRational(entry) ? entry : rationalFromDouble(entry));
  const w = weights.map(exact);
  const b = bias.map(exact);
  checkCommonDenominator([...w, ...b], place);
  const rows = Array.from({ length: outputs }, (_, r) => w.slice(r * inputs, (r + 1) * inputs));
  const map = affineFromRationals(inputs, rows, b);
  if (![...map.weights, ...map.bias].every(Number.isFinite)) {
    throw new FormatError(place, 'a weight is beyond the doubles (1.8e308); rescale the network');
  }
  return map;
}

/** An entry as JSON: a number where a double says it exactly, a rational string otherwise. */
export function jsonOfRational(value: Rational): number | string {
  const double = toDouble(value);
  return Number.isFinite(double) && equal(rationalFromDouble(double), value) ? double : formatRational(value);
}
