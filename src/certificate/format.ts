/**
 * The certificate file, version 3: what it contains, byte by byte. Shared by the writer and the checker, and all they share.
 *
 * A certificate is a gzip stream of
 *
 * 1. one line of JSON, the header:
 *    `{"format":"relu-atlas-certificate","version":2,"network":"<sha256>","domain":{"box":[["lo","hi"],...]}|{"whole":d}}`,
 *    or for a polytope `"domain":{"dimension":d,"inequalities":[{"a":[...],"b":".."}],...},"polytope":{...}`, see below;
 * 2. the split tree in depth-first order, one record per node (below);
 * 3. the byte 0, and one line of JSON, the trailer: `{"cells":N,"cellsPerLayer":[...]}`.
 *
 * A record is one byte that names it, then its fields. Integers are unsigned LEB128 (`varint`). Layers are never named: a
 * layer ends when all its neurons that bend are settled, on the way from the root, by a split or an implied record.
 *
 * | byte | record | fields |
 * |---|---|---|
 * | 1 | split | neuron; the subtree of the negative side follows, then that of the positive side |
 * | 2 | cell (a leaf) | number form, then the witness: one number per input that the domain does not fix; for the whole space d + 1 homogeneous numbers (y, t), the point being y / t |
 * | 3 | zero | neuron: its pre-activation is identically zero on the cell |
 * | 4, 5 | implied negative, positive | neuron; the bounds of the domain prove it |
 * | 6, 7 | implied negative, positive | neuron, number form, count, then per multiplier: split position (counted from the root, 0 first), number |
 * | 8, 9 | lower, upper bound | variable (counted over the inputs that the domain does not fix), number form and number, number form, count, then per multiplier: split position, number |
 *
 * | 10 | implied, several | number of bytes, as many bytes for the positive ones, as many for the negative ones: bit k % 8 of byte k / 8 is neuron k; the bounds of the domain prove it |
 *
 * A bound record narrows the box of its subtree; records 4 to 10 are proved on the box of their node. There are none for the
 * whole space without charts. Record 10 is what version 2 has and version 1 has not. The charts of the whole space are what version 3
 * has and version 2 has not, and a file says version 3 if it has them; certificates of all versions are read.
 *
 * Charts (`network/chart.ts`): where the header of a whole space has `"charts":{"neurons":[..],"exponents":[..]}`, the tree begins with
 * splits by these r neurons of the first layer, in this order, to 2^r parts. The subtree of a part is about the network in the
 * coordinates v of the chart with the scales 2^exponent: on the box [0, 1]^n, with one condition if n > 1, v_1 + .. + v_n <= 1 (split
 * position 0; the splits of the part follow), on which the r neurons are settled. There are n = r coordinates, and n = r - 1 where r > 1
 * and the cells are cones: no layer has constants in the chart. Witnesses are n numbers v, strictly inside the simplex.
 *
 * Number forms: 0: the upper 16 bits of a float32; 1: float32; 2: float64 (all little-endian, taken exactly); 3: fractions,
 * one denominator (varint length, big-endian bytes) in front, then numerators (sign byte, varint length, bytes).
 *
 * A certificate may come from a stranger: the header has at most `LIMITS.header` bytes, the trailer `LIMITS.trailer`, a number
 * or list `LIMITS.field`, a record `LIMITS.record`; text holds no control characters. Longer ones are refused as soon as
 * that is seen, in time and memory linear in the bytes read until then.
 *
 * What the evidence means is defined in `walk/tree.ts` (`Evidence`).
 *
 * On a polytope domain the conditions (numbered as in `network/conditions.ts`) count as the first splits, all of them taken on
 * their positive side: split position k < number of conditions is condition k as a primitive integer row in the free
 * coordinates, and the splits of the tree follow. The inputs "that the domain does not fix" are the free ones of the affine
 * hull (`network/hull.ts`); if the header bounds them, they are treated as a box's, otherwise as those of the whole space.
 */

import type { IntegerVector } from '../exact/index.js';
import { safeDyadicFromDouble } from '../exact/index.js';

export const CERTIFICATE_FORMAT = 'relu-atlas-certificate';
export const CERTIFICATE_VERSION = 2;
/** Of certificates with charts. */
export const CHARTED_VERSION = 3;
/** The versions that are read. */
export const READABLE_VERSIONS: readonly number[] = [1, 2, CHARTED_VERSION];

export const END = 0;
export const SPLIT = 1;
export const CELL = 2;
export const ZERO_ROW = 3;
export const BOUND_NEGATIVE = 4;
export const BOUND_POSITIVE = 5;
export const IMPLIED_NEGATIVE = 6;
export const IMPLIED_POSITIVE = 7;
export const LOWER_BOUND = 8;
export const UPPER_BOUND = 9;
export const BOUNDED = 10;

/** Conditions of a polytope by number with positive multipliers, as rational texts. */
export type WeightedConditions = readonly (readonly [condition: number, multiplier: string])[];

/** A bound of a free coordinate u, as rational text: side * (u - bound) is the combination plus a nonnegative constant. */
export interface ProvedBound {
  readonly bound: string;
  readonly by: WeightedConditions;
}

/** Why a polytope has the affine hull and the bounding box on which its tree stands. */
export interface PolytopeEvidence {
  /**
   * Combinations of inequalities that vanish on the hull of the equalities and of the combinations before: so each of these
   * inequalities holds with equality throughout. That no more do is shown by the witnesses.
   */
  readonly implied: readonly WeightedConditions[];
  /** Lower and upper bound of every free coordinate; absent if the tree is in homogeneous coordinates. */
  readonly bounds?: readonly (readonly [lower: ProvedBound, upper: ProvedBound])[];
}

/** coefficients . x <= bound, or = bound; rational texts. */
export interface StatedBound {
  readonly a: readonly string[];
  readonly b: string;
}

/** A polytope as the header states it. */
export interface StatedPolytope {
  readonly dimension: number;
  readonly inequalities: readonly StatedBound[];
  readonly equalities?: readonly StatedBound[];
  readonly box?: readonly (readonly [string, string])[];
}

/** The neurons of the first layer between whose creases the charts lie, and their scales as powers of two. */
export interface StatedCharts {
  readonly neurons: readonly number[];
  readonly exponents: readonly number[];
}

export interface CertificateHeader {
  readonly format: typeof CERTIFICATE_FORMAT;
  /** One of `READABLE_VERSIONS`; `CHARTED_VERSION` is written where there are charts, otherwise `CERTIFICATE_VERSION`. */
  readonly version: number;
  /** SHA-256 of the canonical network. */
  readonly network: string;
  /** Rational texts. */
  readonly domain:
    | { readonly box: readonly (readonly [string, string])[] }
    | { readonly whole: number }
    | StatedPolytope;
  /** Of a polytope domain. */
  readonly polytope?: PolytopeEvidence;
  /** Of the whole space, if its tree is in charts. */
  readonly charts?: StatedCharts;
}

export interface CertificateTrailer {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
}

const scratch = new DataView(new ArrayBuffer(8));

/** A growing buffer of record bytes. */
export class RecordWriter {
  private bytes = new Uint8Array(1 << 12);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** The bytes written since the last call. */
  take(): Uint8Array {
    const result = this.bytes.slice(0, this.length);
    this.length = 0;
    return result;
  }

  private reserve(more: number) {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** The neurons with this side: one bit each, the last byte filled up with zeros. */
  bits(sides: Int8Array, count: number, side: 1 | -1): void {
    for (let from = 0; from < count; from += 8) {
      let byte = 0;
      for (let k = Math.min(count, from + 8) - 1; k >= from; k--) byte = 2 * byte + (sides[k] === side ? 1 : 0);
      this.byte(byte);
    }
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** One number in form 0, 1 or 2; the caller has seen to it that the form holds the value exactly. */
  float(value: number, form: number): void {
    this.reserve(8);
    if (form === 0) {
      scratch.setFloat32(0, value);
      this.view.setUint16(this.length, scratch.getUint16(0), true);
      this.length += 2;
    } else if (form === 1) {
      this.view.setFloat32(this.length, value, true);
      this.length += 4;
    } else {
      this.view.setFloat64(this.length, value, true);
      this.length += 8;
    }
  }

  natural(value: bigint): void {
    const hex = value.toString(16);
    const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
    this.varint(padded.length / 2);
    for (let i = 0; i < padded.length; i += 2) this.byte(Number.parseInt(padded.slice(i, i + 2), 16));
  }

  integer(value: bigint): void {
    this.byte(value < 0n ? 1 : 0);
    this.natural(value < 0n ? -value : value);
  }
}

/** Keeps the upper 16 bits of the float32 nearest to a value, rounded towards zero: 8 significant bits. */
export function truncatedTo16Bits(value: number): number {
  scratch.setFloat32(0, value);
  scratch.setUint16(2, 0);
  return scratch.getFloat32(0);
}

/** The shortest form that holds every value exactly. */
export function floatForm(values: ArrayLike<number>): 0 | 1 | 2 {
  let form: 0 | 1 | 2 = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.fround(value) !== value) return 2;
    if (form === 0 && truncatedTo16Bits(value) !== value) form = 1;
  }
  return form;
}

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

/** What is wrong with the bytes. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

export const NO_MULTIPLIERS: IntegerVector = { numerators: [], denominator: 1n };
/** The most bytes of each part of a certificate, and of entries in a list: far beyond what any engine writes. */
export const LIMITS = { header: 1 << 24, trailer: 1 << 20, field: 1 << 20, record: 1 << 24 } as const;
/** A record that is incomplete beyond this is not tried again before twice its bytes have come: trying costs its length. */
const PATIENCE = 1 << 16;

/** 2^0 to 2^52: a power by a table costs a quarter. */
const POWERS = Float64Array.from({ length: 53 }, (_, bits) => 2 ** bits);

/** mantissa * 2^bits, of a safe integer; short ones without a long shift. */
function shifted(mantissa: number, bits: number): bigint {
  // Beyond the table it would be NaN, which is no safe integer either, but such a look costs as much as all the rest.
  const product = bits < POWERS.length ? mantissa * POWERS[bits]! : Number.POSITIVE_INFINITY;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(mantissa) << BigInt(bits);
}

/** Decodes records from chunks as they arrive. */
export class RecordReader {
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  /** Where the bytes end that have come. */
  private end = 0;
  /** Up to where a line has no end. */
  private searched = 0;
  /** How many bytes there must be before an incomplete record is tried again. */
  private enough = 0;
  private short = false;
  private skipping = false;
  /** Of the number read last. */
  private exponent = 0;

  /** Bytes held in memory, read or not. */
  get held(): number {
    return this.bytes.length;
  }

  /** Adds bytes to those not read yet. A full buffer is left for one of twice the bytes: each is copied twice at most. */
  append(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) {
      const rest = this.bytes.subarray(this.at, this.end);
      const needed = rest.length + chunk.length;
      this.bytes = new Uint8Array(rest.length === 0 ? needed : 2 * needed);
      this.bytes.set(rest);
      this.view = new DataView(this.bytes.buffer);
      this.searched = Math.max(0, this.searched - this.at);
      this.at = 0;
      this.end = rest.length;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** No more bytes will come. */
  finish(): void {
    this.enough = 0;
  }

  /**
   * A line of UTF-8 text, or undefined while it is incomplete.
   *
   * @throws RecordError for a line with control characters or more than `most` bytes
   */
  line(most: number): string | undefined {
    for (let k = Math.max(this.at, this.searched); k < this.end; k++) {
      const byte = this.bytes[k]!;
      if (k - this.at > most) break;
      if (byte === 10) {
        const text = new TextDecoder().decode(this.bytes.subarray(this.at, k));
        this.at = k + 1;
        return text;
      }
      if (byte < 32 && byte !== 9 && byte !== 13) throw new RecordError(`byte ${byte} is no part of a line of text`);
    }
    this.searched = this.end;
    if (this.end - this.at > most) throw new RecordError(`a line of text has more than ${most} bytes`);
    return undefined;
  }

  /** True when every byte has been read. */
  get exhausted(): boolean {
    return this.at === this.end;
  }

  /**
   * The next record, or undefined while its bytes are incomplete.
   *
   * @param coordinates how many numbers a witness has
   * @param skipping whether multipliers, bounds and coordinates are of no interest: they are passed over, and none are given
   * @throws RecordError for bytes that are no record
   */
  record(coordinates: number, skipping = false): CertificateRecord | undefined {
    const start = this.at;
    this.skipping = skipping;
    const available = this.end - start;
    if (available < this.enough) return undefined;
    this.short = false;
    const record = this.decode(coordinates);
    const length = this.short ? available : this.at - start;
    if (length > LIMITS.record) throw new RecordError(`a record has more than ${LIMITS.record} bytes`);
    this.enough = this.short && available > PATIENCE ? 2 * available : 0;
    if (!this.short) return record;
    this.at = start;
    return undefined;
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
    const count = this.varint();
    if (count > LIMITS.field) throw new RecordError(`a list has more than ${LIMITS.field} entries`);
    const multipliers = this.numbers(count, form, splits);
    return { splits, multipliers };
  }

  private byte(): number {
    // Once the bytes have run out, nothing more is read: the record is decoded again when there are more.
    this.short ||= this.at >= this.end;
    return this.short ? 0 : this.bytes[this.at++]!;
  }

  /** Bytes as they are. */
  private raw(length: number): Uint8Array {
    if (length > LIMITS.field) throw new RecordError(`a list has more than ${LIMITS.field} bytes`);
    this.short ||= this.at + length > this.end;
    if (this.short) return this.bytes.subarray(0, 0);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 42) throw new RecordError('an integer is too long');
    }
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

  /** Whether so many bytes are there; otherwise nothing more is read, as in `byte`. */
  private has(bytes: number): boolean {
    this.short ||= this.at + bytes > this.end;
    return !this.short;
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

  private natural(): bigint {
    const length = this.varint();
    if (length > LIMITS.field) throw new RecordError(`a number has more than ${LIMITS.field} bytes`);
    if (this.at + length > this.end) this.short = true;
    if (this.short || length === 0) return 0n;
    const hex = Buffer.from(this.bytes.subarray(this.at, this.at + length)).toString('hex');
    this.at += length;
    return BigInt(`0x${hex}`);
  }
}
