/**
 * Reads the records of certificates (`format.ts` describes them), whatever the bytes.
 */

import type { IntegerVector } from '../exact/index.js';
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
import { ExactDoubles } from './numbers.js';

/** One record, decoded. Numbers are exact: numerators over one positive denominator. */
export type CertificateRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'image' }
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

/** A float32 whose lower 16 bits are zero. */
const SINGLE = new DataView(new ArrayBuffer(4));

/** Decodes records from chunks as they arrive. */
export class RecordReader extends ByteReader {
  private skipping = false;
  private coordinates = 0;

  /** @param last the last byte that names a record: more than `BOUNDED` in files with images (`orbits.ts`) */
  constructor(private readonly last = BOUNDED) {
    super();
  }

  /**
   * The next record, or undefined while its bytes are incomplete.
   *
   * @param coordinates how many numbers a witness has
   * @param skipping whether multipliers and coordinates are of no interest: they are passed over, and none are given
   * @throws RecordError for bytes that are no record
   */
  record(coordinates: number, skipping = false): CertificateRecord | undefined {
    this.skipping = skipping;
    this.coordinates = coordinates;
    return this.whole(this.decode);
  }

  /**
   * Passes over the next record: the byte that names it, or undefined while its bytes are incomplete. What it says is not looked at.
   *
   * @throws RecordError for bytes that are no record
   */
  pass(coordinates: number): number | undefined {
    this.skipping = true;
    this.coordinates = coordinates;
    return this.whole(this.passOver);
  }

  private readonly passOver = (): number => {
    const code = this.byte();
    if (code === END || code > BOUNDED) {
      if (code > this.last) throw new RecordError(`byte ${code} names no record`);
    } else if (code === CELL) {
      this.numbers(this.coordinates, this.byte());
    } else if (code === BOUNDED) {
      const length = this.varint();
      this.skip(length);
      this.skip(length);
    } else {
      this.varint();
      if (code === LOWER_BOUND || code === UPPER_BOUND) this.numbers(1, this.byte());
      if (code >= IMPLIED_NEGATIVE) this.combination([]);
    }
    return code;
  };

  private readonly decode = (): CertificateRecord => {
    const code = this.byte();
    switch (code) {
      case END:
        return { kind: 'end' };
      case SPLIT:
        return { kind: 'split', neuron: this.varint() };
      case CELL:
        return { kind: 'cell', witness: this.numbers(this.coordinates, this.byte()) };
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
        const neuron = this.varint();
        const splits: number[] = [];
        return { kind: 'implied', neuron, side, splits, multipliers: this.combination(splits) };
      }
      case LOWER_BOUND:
      case UPPER_BOUND: {
        const side = code === LOWER_BOUND ? 1 : -1;
        const variable = this.varint();
        const value = this.numbers(1, this.byte(), undefined, false);
        const splits: number[] = [];
        return { kind: 'bound', variable, side, value, splits, multipliers: this.combination(splits) };
      }
      case BOUNDED: {
        const length = this.varint();
        return { kind: 'bounded', positive: this.raw(length), negative: this.raw(length) };
      }
      default:
        if (code > this.last) throw new RecordError(`byte ${code} names no record`);
        return { kind: 'image' };
    }
  };

  /** Multipliers; the splits they belong to are added to a list. */
  private combination(splits: number[]): IntegerVector {
    const form = this.byte();
    return this.numbers(this.count(), form, splits);
  }

  /** `count` numbers in one form, each after a split if there is a list for those. */
  private numbers(count: number, form: number, splits?: number[], skipping = this.skipping): IntegerVector {
    if (form === 3) return this.fractions(count, splits);
    if (form > 3) throw new RecordError(`number form ${form} is unknown`);
    const width = 2 << form;
    if (skipping) return this.passed(count, width, splits !== undefined);
    // Of as many as are there: memory grows with the bytes.
    const doubles = new Array<number>(this.has(count * width) ? count : 0);
    for (let i = 0; i < doubles.length; i++) {
      splits?.push(this.varint());
      doubles[i] = this.number(width);
    }
    return new ExactDoubles(doubles);
  }

  /** Passes over numbers of so many bytes each. */
  private passed(count: number, width: number, withSplits: boolean): IntegerVector {
    for (let i = 0; i < count && !this.short; i++) {
      if (withSplits) this.varint();
      if (this.has(width)) this.at += width;
    }
    return NO_MULTIPLIERS;
  }

  /** A double, a float32, or the upper 16 bits of one. */
  private number(width: number): number {
    if (!this.has(width)) return 0;
    const { view, at } = this;
    let value: number;
    if (width === 8) value = view.getFloat64(at, true);
    else if (width === 4) value = view.getFloat32(at, true);
    else {
      SINGLE.setUint16(0, view.getUint16(at, true));
      value = SINGLE.getFloat32(0);
    }
    if (!Number.isFinite(value)) throw new RecordError('a number is not finite');
    this.at += width;
    // There is one zero.
    return value + 0;
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
