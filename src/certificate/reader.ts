/**
 * Reads the records of certificates (`format.ts` describes them), whatever the bytes.
 */

import type { IntegerVector } from '../exact/index.js';
import { safeDyadicFromDouble } from '../exact/index.js';
import { ByteReader, RecordError } from './bytes.js';
import {
  BOUND_NEGATIVE,
  BOUND_POSITIVE,
  BOUNDED,
  CELL,
  END,
  IMPLIED_NEGATIVE,
  IMPLIED_POSITIVE,
  LOWER_BOUND,
  SPLIT,
  UPPER_BOUND,
  ZERO_ROW,
} from './format.js';

/** One record, decoded. Numbers are exact: numerators over one positive denominator. */
export type CertificateRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'split'; readonly neuron: number }
  | { readonly kind: 'cell'; readonly witness: IntegerVector }
  | { readonly kind: 'zero'; readonly neuron: number }
  | {
      readonly kind: 'implied';
      readonly neuron: number;
      readonly side: 1 | -1;
      readonly splits: readonly number[];
      readonly multipliers: IntegerVector;
    }
  | {
      /** Bit k % 8 of byte k / 8 is neuron k. Valid until more bytes are appended. */
      readonly kind: 'bounded';
      readonly positive: Uint8Array;
      readonly negative: Uint8Array;
    }
  | {
      readonly kind: 'bound';
      readonly variable: number;
      /** 1: a lower bound; -1: an upper bound. */
      readonly side: 1 | -1;
      /** The bound, as a vector of one number. */
      readonly value: IntegerVector;
      readonly splits: readonly number[];
      readonly multipliers: IntegerVector;
    };

export const NO_MULTIPLIERS: IntegerVector = { numerators: [], denominator: 1n };

/** 2^0 to 2^52: a power by a table costs a quarter. */
const POWERS = Float64Array.from({ length: 53 }, (_, bits) => 2 ** bits);

/** mantissa * 2^bits, of a safe integer; short ones without a long shift. */
function shifted(mantissa: number, bits: number): bigint {
  // Beyond the table it would be NaN, which is no safe integer either, but such a look costs as much as all the rest.
  const product = bits < POWERS.length ? mantissa * POWERS[bits]! : Number.POSITIVE_INFINITY;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(mantissa) << BigInt(bits);
}

/** Decodes records from chunks as they arrive. */
export class RecordReader extends ByteReader {
  private skipping = false;
  /** Of the number read last. */
  private exponent = 0;

  /**
   * The next record, or undefined while its bytes are incomplete.
   *
   * @param coordinates how many numbers a witness has
   * @param skipping whether multipliers, bounds and coordinates are of no interest: they are passed over, and none are given
   * @throws RecordError for bytes that are no record
   */
  record(coordinates: number, skipping = false): CertificateRecord | undefined {
    this.skipping = skipping;
    return this.whole(() => this.decode(coordinates));
  }

  private decode(coordinates: number): CertificateRecord {
    const code = this.byte();
    switch (code) {
      case END:
        return { kind: 'end' };
      case SPLIT:
        return { kind: 'split', neuron: this.varint() };
      case CELL:
        return { kind: 'cell', witness: this.numbers(coordinates, this.byte()) };
      case ZERO_ROW:
        return { kind: 'zero', neuron: this.varint() };
      case BOUND_NEGATIVE:
      case BOUND_POSITIVE: {
        const side = code === BOUND_POSITIVE ? 1 : -1;
        return { kind: 'implied', neuron: this.varint(), side, splits: [], multipliers: NO_MULTIPLIERS };
      }
      case IMPLIED_NEGATIVE:
      case IMPLIED_POSITIVE: {
        const side = code === IMPLIED_POSITIVE ? 1 : -1;
        return { kind: 'implied', neuron: this.varint(), side, ...this.combination() };
      }
      case LOWER_BOUND:
      case UPPER_BOUND: {
        const side = code === LOWER_BOUND ? 1 : -1;
        const variable = this.varint();
        const value = this.numbers(1, this.byte());
        return { kind: 'bound', variable, side, value, ...this.combination() };
      }
      case BOUNDED: {
        const length = this.varint();
        return { kind: 'bounded', positive: this.raw(length), negative: this.raw(length) };
      }
      default:
        throw new RecordError(`byte ${code} names no record`);
    }
  }

  /** Multipliers and the splits they belong to. */
  private combination(): { readonly splits: readonly number[]; readonly multipliers: IntegerVector } {
    const form = this.byte();
    const splits: number[] = [];
    const multipliers = this.numbers(this.count(), form, splits);
    return { splits, multipliers };
  }

  /** `count` numbers in one form, each after a split if there is a list for those. */
  private numbers(count: number, form: number, splits?: number[]): IntegerVector {
    if (form === 3) return this.fractions(count, splits);
    const width = [2, 4, 8][form];
    if (width === undefined) throw new RecordError(`number form ${form} is unknown`);
    if (this.skipping) return this.passed(count, width, splits !== undefined);
    const mantissas: number[] = [];
    const exponents: number[] = [];
    let lowest = 0;
    for (let i = 0; i < count && !this.short; i++) {
      splits?.push(this.varint());
      mantissas.push(width === 8 ? this.double() : this.single(width));
      exponents.push(this.exponent);
      if (this.exponent < lowest) lowest = this.exponent;
    }
    const numerators = mantissas.map((m, i) => shifted(m, exponents[i]! - lowest));
    return { numerators, denominator: shifted(1, -lowest) };
  }

  /** Passes over numbers of so many bytes each. */
  private passed(count: number, width: number, withSplits: boolean): IntegerVector {
    for (let i = 0; i < count && !this.short; i++) {
      if (withSplits) this.varint();
      if (this.has(width)) this.at += width;
    }
    return NO_MULTIPLIERS;
  }

  /** The mantissa of a double, an odd integer or 0; its exponent is left in `exponent`. */
  private double(): number {
    this.exponent = 0;
    if (!this.has(8)) return 0;
    const value = this.view.getFloat64(this.at, true);
    if (!Number.isFinite(value)) throw new RecordError('a number is not finite');
    this.at += 8;
    const { mantissa, exponent } = safeDyadicFromDouble(value);
    this.exponent = exponent;
    return mantissa;
  }

  /** The same of a float32, or of the upper 16 bits of one. */
  private single(width: number): number {
    this.exponent = 0;
    if (!this.has(width)) return 0;
    const { view, at } = this;
    const bits = width === 2 ? view.getUint16(at, true) << 16 : view.getInt32(at, true);
    const biased = (bits >>> 23) & 0xff;
    if (biased === 0xff) throw new RecordError('a number is not finite');
    this.at += width;
    const significand = (bits & 0x7fffff) | (biased > 0 ? 0x800000 : 0);
    if (significand === 0) return 0;
    const zeros = 31 - Math.clz32(significand & -significand);
    this.exponent = Math.max(biased, 1) - 150 + zeros;
    return bits < 0 ? -(significand >>> zeros) : significand >>> zeros;
  }

  private fractions(count: number, splits?: number[]): IntegerVector {
    const denominator = this.natural();
    const numerators: bigint[] = [];
    for (let i = 0; i < count && !this.short; i++) {
      splits?.push(this.varint());
      const sign = this.byte();
      if (sign > 1) throw new RecordError('a sign byte is neither 0 nor 1');
      const size = this.natural();
      numerators.push(sign === 1 ? -size : size);
    }
    if (!this.short && denominator === 0n) throw new RecordError('a denominator is zero');
    return { numerators, denominator };
  }
}
