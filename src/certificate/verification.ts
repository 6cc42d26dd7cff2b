/**
 * The file of a verification, version 1: what it contains, byte by byte. Shared by the writer and the checker.
 *
 * It is a gzip stream of
 *
 * 1. one line of JSON, the header: `{"format":"relu-atlas-verification","version":1,"network":"<sha256>","unsafe":{...}}`, the unsafe set as
 *    `{"inputs":n,"outputs":m,"disjuncts":[[{"x":[..],"y":[..],"c":"..","strict":true},...],...]}`: x . inputs + y . outputs + c >= 0, rational texts;
 * 2. one tree for every root, in the order of `loweredUnsafe` (`checker/unsafe.ts`), in depth-first order, of the records below;
 * 3. the byte 0, and one line of JSON, the trailer: `{"nodes":N}`.
 *
 * A node is any number of records 3, 4 and 6, and then, unless all disjuncts of the root are closed on the way from it, record 1, 2, 5 or 7.
 * Integers are unsigned LEB128 (`varint`); signed ones are zigzag.
 *
 * | byte | record | fields |
 * |---|---|---|
 * | 1 | input split | input, place in units of the root's grid (signed); the lower half follows, then the upper one |
 * | 2 | neuron split | neuron (counted through all layers); the negative side follows, then the positive one |
 * | 3 | closed | disjunct, number form, count, then per row: row, multiplier: `checker/closing.ts` |
 * | 4 | closed exactly | disjunct, count, then per row: row, multiplier (varint length, big-endian bytes): `checker/settled.ts` |
 * | 5 | empty | the bounds contradict a split |
 * | 6 | implied | neuron, side (0 negative, 1 positive), then for every disjunct still open: number form, count, rows, multipliers: the other side is closed by these and the row that the neuron is there |
 * | 7 | again | the sides implied so far take effect: the node goes on with new bounds |
 *
 * Number forms are those of `format.ts`: 0 the upper 16 bits of a float32, 1 float32, 2 float64.
 */
import type { RecordWriter } from './format.js';

export const VERIFICATION_FORMAT = 'relu-atlas-verification';
export const VERIFICATION_VERSION = 1;

export const INPUT_SPLIT = 1;
export const NEURON_SPLIT = 2;
export const CLOSED = 3;
export const CLOSED_EXACTLY = 4;
export const EMPTY = 5;
export const IMPLIED_SIDE = 6;
export const AGAIN = 7;

export interface StatedCondition {
  readonly x: readonly string[];
  readonly y: readonly string[];
  readonly c: string;
  readonly strict: boolean;
}

export interface VerificationHeader {
  readonly format: typeof VERIFICATION_FORMAT;
  readonly version: number;
  readonly network: string;
  readonly unsafe: {
    readonly inputs: number;
    readonly outputs: number;
    readonly disjuncts: readonly (readonly StatedCondition[])[];
  };
}

export interface VerificationTrailer {
  readonly nodes: number;
}

/** Rows and multipliers as doubles. */
export interface WeightedRows {
  readonly rows: readonly number[];
  readonly values: readonly number[];
}

export type VerificationRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'input'; readonly input: number; readonly at: number }
  | { readonly kind: 'neuron'; readonly neuron: number }
  | { readonly kind: 'closed'; readonly disjunct: number; readonly by: WeightedRows }
  | {
      readonly kind: 'exact';
      readonly disjunct: number;
      readonly rows: readonly number[];
      readonly values: readonly bigint[];
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'implied'; readonly neuron: number; readonly side: 1 | -1; readonly by: readonly WeightedRows[] }
  | { readonly kind: 'again' };

/** Writes count, rows and multipliers after the number form. */
export function writeWeightedRows(writer: RecordWriter, form: 0 | 1 | 2, { rows, values }: WeightedRows): void {
  writer.byte(form);
  writer.varint(rows.length);
  rows.forEach((row, r) => {
    writer.varint(row);
    writer.float(values[r]!, form);
  });
}

export function writeSigned(writer: RecordWriter, value: number): void {
  writer.varint(value >= 0 ? 2 * value : -2 * value - 1);
}

/** What is wrong with the bytes. */
export class VerificationBytesError extends Error {
  override readonly name = 'VerificationBytesError';
}

const MAX_COUNT = 1 << 24;
const LONGEST_LINE = 1 << 28;

/** Decodes records from chunks as they arrive. */
export class VerificationReader {
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  private short = false;

  append(chunk: Uint8Array): void {
    const rest = this.bytes.subarray(this.at);
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.bytes = joined;
    this.view = new DataView(joined.buffer);
    this.at = 0;
  }

  get exhausted(): boolean {
    return this.at === this.bytes.length;
  }

  /** A line of text, or undefined while it is incomplete. */
  line(): string | undefined {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) {
      if (this.bytes.length - this.at > LONGEST_LINE) throw new VerificationBytesError('a line of text has no end');
      return undefined;
    }
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  /** The next record, or undefined while its bytes are incomplete. @param open how many disjuncts are open at its node */
  record(open: number): VerificationRecord | undefined {
    const start = this.at;
    this.short = false;
    const record = this.decode(open);
    if (!this.short) return record;
    this.at = start;
    return undefined;
  }

  private decode(open: number): VerificationRecord {
    const code = this.byte();
    switch (code) {
      case 0:
        return { kind: 'end' };
      case INPUT_SPLIT:
        return { kind: 'input', input: this.varint(), at: this.signed() };
      case NEURON_SPLIT:
        return { kind: 'neuron', neuron: this.varint() };
      case CLOSED:
        return { kind: 'closed', disjunct: this.varint(), by: this.weightedRows() };
      case CLOSED_EXACTLY:
        return { kind: 'exact', disjunct: this.varint(), ...this.naturals() };
      case EMPTY:
        return { kind: 'empty' };
      case IMPLIED_SIDE: {
        const neuron = this.varint();
        const side = this.byte();
        if (side > 1) throw new VerificationBytesError(`side ${side} is none`);
        const by: WeightedRows[] = [];
        for (let d = 0; d < open && !this.short; d++) by.push(this.weightedRows());
        return { kind: 'implied', neuron, side: side === 1 ? 1 : -1, by };
      }
      case AGAIN:
        return { kind: 'again' };
      default:
        throw new VerificationBytesError(`byte ${code} names no record`);
    }
  }

  private byte(): number {
    this.short ||= this.at >= this.bytes.length;
    return this.short ? 0 : this.bytes[this.at++]!;
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 44) throw new VerificationBytesError('an integer is too long');
    }
  }

  private signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private count(): number {
    const count = this.varint();
    if (count > MAX_COUNT) throw new VerificationBytesError('a list is too long');
    return count;
  }

  private weightedRows(): WeightedRows {
    const form = this.byte();
    const width = [2, 4, 8][form];
    if (width === undefined) throw new VerificationBytesError(`number form ${form} is unknown`);
    const rows: number[] = [];
    const values: number[] = [];
    for (let left = this.count(); left > 0 && !this.short; left--) {
      rows.push(this.varint());
      values.push(this.float(width));
    }
    return { rows, values };
  }

  private float(width: number): number {
    this.short ||= this.at + width > this.bytes.length;
    if (this.short) return 0;
    this.at += width;
    const at = this.at - width;
    if (width === 8) return finite(this.view.getFloat64(at, true));
    if (width === 4) return finite(this.view.getFloat32(at, true));
    const scratch = new DataView(new ArrayBuffer(4));
    scratch.setUint16(0, this.view.getUint16(at, true));
    return finite(scratch.getFloat32(0));
  }

  private naturals(): { readonly rows: readonly number[]; readonly values: readonly bigint[] } {
    const rows: number[] = [];
    const values: bigint[] = [];
    for (let left = this.count(); left > 0 && !this.short; left--) {
      rows.push(this.varint());
      const length = this.count();
      this.short ||= this.at + length > this.bytes.length;
      if (this.short) break;
      const hex = Array.from(this.bytes.subarray(this.at, this.at + length), (b) => b.toString(16).padStart(2, '0'));
      values.push(BigInt(`0x0${hex.join('')}`));
      this.at += length;
    }
    return { rows, values };
  }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new VerificationBytesError('a multiplier is no number');
  return value;
}
