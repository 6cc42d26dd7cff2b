/**
 * Affine maps from entries of a file, in doubles wherever they are exact.
 */
import {
  bitLength,
  greatestCommonDivisor,
  integersFromRationals,
  nearestDouble,
  type Rational,
  rationalFromDouble,
  toDouble,
} from '../../exact/index.js';
import { type AffineMap, affineFromDoubles, type IntegerAffine } from '../../network/index.js';
import { type Entry, entryOf, exactly, integersOfEntries, isRational } from './entries.js';
import { FormatError } from './error.js';
import { MAX_NUMBERS } from './source.js';

/** The most bits that one layer's weights may take over their common denominator: 256 MiB. */
const MAX_EXACT_BITS = 2 ** 31;

/** @throws FormatError when a layer of this size is beyond what the program takes */
export function checkLayerSize(outputs: number, inputs: number, place: string) {
  if (outputs * (inputs + 1) > MAX_NUMBERS) {
    const got = `${outputs} x ${inputs}`;
    throw new FormatError(place, `expected at most ${MAX_NUMBERS} weights, got ${got}; use a smaller network`);
  }
}

/** @throws FormatError when all layers up to `place` together are beyond what the program takes */
export function checkTotalSize(weights: number, place: string) {
  if (weights > MAX_NUMBERS) {
    throw new FormatError(place, `expected at most ${MAX_NUMBERS} weights up to here, got more; use a smaller network`);
  }
}

/** @throws FormatError when writing `count` entries over the common denominator of these would exhaust the memory */
function checkCommonDenominator(rationals: readonly Rational[], count: number, place: string) {
  let common = 1n;
  const seen = new Set<bigint>();
  for (const { denominator } of rationals) {
    if (seen.has(denominator)) continue;
    seen.add(denominator);
    common *= denominator / greatestCommonDivisor(common, denominator);
    if (bitLength(common) * count > MAX_EXACT_BITS) {
      throw new FormatError(place, 'the common denominator of the weights exhausts the memory; write them as decimals');
    }
  }
}

type Entries = Float64Array | readonly Entry[];

/** The same entries, as doubles wherever one says them exactly. */
function simplified(entries: Entries): Entries {
  if (entries instanceof Float64Array) return entries;
  const simple = entries.map((entry) => (isRational(entry) ? entryOf(entry) : entry));
  return simple.some(isRational) ? simple : Float64Array.from(simple as number[]);
}

/** The nearest doubles. @throws FormatError for numbers beyond the doubles */
function nearest(entries: Entries, place: string): Float64Array {
  if (entries instanceof Float64Array) return entries;
  return Float64Array.from(entries, (entry) => {
    const double = isRational(entry) ? toDouble(entry) : entry;
    if (Number.isFinite(double)) return double;
    throw beyondDoubles(place);
  });
}

function beyondDoubles(place: string): FormatError {
  return new FormatError(place, 'a weight is beyond the doubles (1.8e308); rescale the network');
}

/**
 * The affine map with the given entries.
 *
 * Where an entry is no double, the exact integers are made at their first use: a large layer with one odd bias is not
 * turned into integers just to be read.
 *
 * @param weights row-major, outputs x inputs
 * @throws FormatError for layers that are too large, also in exact form
 */
export function affineFromEntries(inputs: number, weights: Entries, bias: Entries, place: string): AffineMap {
  const outputs = bias.length;
  checkLayerSize(outputs, inputs, place);
  const simple = [simplified(weights), simplified(bias)] as const;
  const [w, b] = [nearest(simple[0], place), nearest(simple[1], place)];
  const nearby = affineFromDoubles(outputs, inputs, w, b);
  const rationals = simple.flatMap((list) => (list instanceof Float64Array ? [] : list.filter(isRational)));
  if (rationals.length === 0) return nearby;
  checkCommonDenominator(rationals, w.length + b.length, place);
  let exact: IntegerAffine | undefined;
  const integers = () => (exact ??= integersOf(outputs, inputs, [...simple[0], ...simple[1]]));
  return { ...nearby, exactDoubles: false, integers };
}

/** Factors of the rows or of the columns of a matrix. */
export interface Factors {
  readonly along: 'rows' | 'columns';
  readonly factors: readonly Entry[];
}

/** A matrix of doubles with factors, and offsets. */
interface Scaled extends Factors {
  /** Row-major, outputs x inputs. */
  readonly weights: Float64Array;
  readonly bias: Entries;
}

/** The double nearest to weight * factor. */
function nearestProduct(weight: number, factor: Rational): number {
  const [top, bottom] = [Number(factor.numerator), Number(factor.denominator)];
  // A product of two float32 numbers is exact, and its quotient by an integer is rounded once: none of them is so large or
  // so small that it leaves the normal doubles.
  const single = Math.fround(weight) === weight && Math.fround(top) === top && Number.isFinite(top);
  if (single && factor.denominator <= 2n ** 53n) return (weight * top) / bottom;
  const { numerator, denominator } = rationalFromDouble(weight);
  return nearestDouble(numerator * factor.numerator, denominator * factor.denominator);
}

/**
 * The affine map x -> diag(factors) W x + b, or W diag(factors) x + b.
 *
 * The caller knows that some product is no double. The exact integers are made at their first use.
 *
 * @throws FormatError for layers that are too large, also in exact form
 */
export function affineFromScaled(inputs: number, scaled: Scaled, place: string): AffineMap {
  const { along } = scaled;
  const outputs = scaled.bias.length;
  checkLayerSize(outputs, inputs, place);
  const bias = simplified(scaled.bias);
  const factors = scaled.factors.map(exactly);
  const rationals = bias instanceof Float64Array ? [] : bias.filter(isRational);
  checkCommonDenominator([...factors, ...rationals], outputs * (inputs + 1), place);
  const factorAt = (i: number) => (along === 'rows' ? Math.floor(i / inputs) : i % inputs);
  const weights = scaled.weights.map((weight, i) => nearestProduct(weight, factors[factorAt(i)]!));
  if (!weights.every(Number.isFinite)) throw beyondDoubles(place);
  const nearby = affineFromDoubles(outputs, inputs, weights, nearest(bias, place));
  let exact: IntegerAffine | undefined;
  const integers = () => {
    if (exact !== undefined) return exact;
    const plain = integersOfEntries(scaled.weights);
    const scales = integersFromRationals(factors);
    const offsets = integersOfEntries(bias);
    const common = plain.denominator * scales.denominator;
    const denominator = (common / greatestCommonDivisor(common, offsets.denominator)) * offsets.denominator;
    const biasScale = denominator / offsets.denominator;
    const multiples = scales.numerators.map((scale) => (scale * denominator) / common);
    exact = {
      outputs,
      inputs,
      weights: plain.numerators.map((n, i) => n * multiples[factorAt(i)]!),
      bias: offsets.numerators.map((n) => n * biasScale),
      denominator,
    };
    return exact;
  };
  return { ...nearby, exactDoubles: false, integers };
}

function integersOf(outputs: number, inputs: number, entries: readonly Entry[]): IntegerAffine {
  const { numerators, denominator } = integersOfEntries(entries);
  const split = outputs * inputs;
  return { outputs, inputs, weights: numerators.slice(0, split), bias: numerators.slice(split), denominator };
}
