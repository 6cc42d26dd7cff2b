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
import {
  type AffineMap,
  affineFromStored,
  affineNear,
  compactDoubles,
  compactList,
  densePattern,
  forEachEntry,
  type Stored,
} from '../../network/index.js';
import { type Entry, entryOf, exactly, integersOfEntries, isRational } from './entries.js';
import { FormatError } from './error.js';
import { MAX_NUMBERS } from './source.js';

/** The most bits that one layer's weights may take over their common denominator: 256 MiB. */
const MAX_EXACT_BITS = 2 ** 31;

/** The most entries of one matrix, zeros included: what shows all of them, or their columns, still fits into the memory. */
const MAX_ENTRIES = 2 ** 27;

/** @throws FormatError when a layer with so many weights, zeros included, is beyond what the program takes */
export function checkLayerSize(outputs: number, inputs: number, place: string, most = MAX_NUMBERS) {
  if (outputs * (inputs + 1) > most) {
    const got = `${outputs} x ${inputs}`;
    throw new FormatError(place, `expected at most ${most} weights, got ${got}; use a smaller network`);
  }
}

/** The same for a layer of which only nonzero weights are stored. @throws FormatError */
export function checkSparseLayerSize(outputs: number, inputs: number, place: string) {
  checkLayerSize(outputs, inputs, place, MAX_ENTRIES);
}

/** The most neurons of a network that is read node by node: each is a few objects. */
const MAX_NEURONS = MAX_NUMBERS / 32;

/** @throws FormatError when there are more neurons than the program takes */
export function checkNeurons(neurons: number, place: string) {
  if (neurons > MAX_NEURONS) {
    throw new FormatError(place, `expected at most ${MAX_NEURONS} neurons up to here, got more; use a smaller network`);
  }
}

/** @throws FormatError when all layers up to `place` together are beyond what the program takes */
export function checkTotalSize(weights: number, place: string, most = MAX_NUMBERS) {
  if (weights > most) {
    throw new FormatError(place, `expected at most ${most} weights up to here, got more; use a smaller network`);
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
 * @throws FormatError for layers that are too large, also in exact form
 */
export function affineFromEntries(matrix: Stored<Entries>, bias: Entries, place: string): AffineMap {
  const { pattern, values: weights } = compactEntries({ pattern: matrix.pattern, values: simplified(matrix.values) });
  const offsets = simplified(bias);
  const [w, b] = [nearest(weights, place), nearest(offsets, place)];
  const rationals = [weights, offsets].flatMap((list) => (list instanceof Float64Array ? [] : list.filter(isRational)));
  if (rationals.length === 0) return affineFromStored({ pattern, values: w }, b);
  checkCommonDenominator(rationals, w.length + b.length, place);
  return affineNear({ pattern, values: w }, b, false, () => {
    const { numerators, denominator } = integersOfEntries([...weights, ...offsets]);
    return { pattern, values: numerators.slice(0, w.length), bias: numerators.slice(w.length), denominator };
  });
}

/** Row-major entries, all stored. @throws FormatError for layers that are too large */
export function denseEntries(outputs: number, inputs: number, values: Entries, place: string): Stored<Entries> {
  checkLayerSize(outputs, inputs, place);
  return { pattern: densePattern(outputs, inputs), values };
}

/** The same entries in less memory, if there is a way. */
function compactEntries({ pattern, values }: Stored<Entries>): Stored<Entries> {
  return values instanceof Float64Array
    ? compactDoubles({ pattern, values })
    : compactList<Entry>({ pattern, values }, 0, (entry) => (isRational(entry) ? entry.numerator === 0n : entry === 0));
}

/** Factors of the rows or of the columns of a matrix. */
export interface Factors {
  readonly along: 'rows' | 'columns';
  readonly factors: readonly Entry[];
}

/** A matrix of doubles with factors, and offsets. */
interface Scaled extends Factors {
  readonly matrix: Stored<Float64Array>;
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
export function affineFromScaled(scaled: Scaled, place: string): AffineMap {
  const { along } = scaled;
  const { pattern, values } = compactDoubles(scaled.matrix);
  const bias = simplified(scaled.bias);
  const factors = scaled.factors.map(exactly);
  const rationals = bias instanceof Float64Array ? [] : bias.filter(isRational);
  checkCommonDenominator([...factors, ...rationals], values.length + bias.length, place);
  /** The number of the factor of every stored weight. */
  const factorAt = new Int32Array(values.length);
  forEachEntry(pattern, (r, c, e) => {
    factorAt[e] = along === 'rows' ? r : c;
  });
  const weights = values.map((weight, e) => nearestProduct(weight, factors[factorAt[e]!]!));
  if (!weights.every(Number.isFinite)) throw beyondDoubles(place);
  return affineNear({ pattern, values: weights }, nearest(bias, place), false, () => {
    const plain = integersOfEntries(values);
    const scales = integersFromRationals(factors);
    const offsets = integersOfEntries(bias);
    const common = plain.denominator * scales.denominator;
    const denominator = (common / greatestCommonDivisor(common, offsets.denominator)) * offsets.denominator;
    const biasScale = denominator / offsets.denominator;
    const multiples = scales.numerators.map((scale) => (scale * denominator) / common);
    return {
      pattern,
      values: plain.numerators.map((n, e) => n * multiples[factorAt[e]!]!),
      bias: offsets.numerators.map((n) => n * biasScale),
      denominator,
    };
  });
}
