/**
 * The bytes of a certificate, decoded: docs/certificates.md, "Format".
 */
import { rational, rationalFromDouble } from '../exact/index.js';
import { type Integers, overCommon } from './fractions.js';

/** The certificate proves nothing. */
export class PlainRefusal extends Error {
  override readonly name = 'PlainRefusal';
  /** @param path sides taken at the splits from the root to the node; '' for the root or the file */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path === '' ? 'root' : path}: ${reason}`);
  }
}

/** Refuses the file as a whole unless the condition holds. */
export function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new PlainRefusal('', reason);
}

/** Multipliers of splits, over one denominator. */
export interface Combination {
  readonly splits: readonly number[];
  readonly multipliers: Integers;
  readonly over: bigint;
}

export type PlainRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'split' | 'zero'; readonly neuron: number }
  | { readonly kind: 'cell'; readonly witness: Integers; readonly denominator: bigint }
  | { readonly kind: 'implied'; readonly neuron: number; readonly side: 1 | -1; readonly by: Combination }
  | {
      readonly kind: 'bound';
      readonly variable: number;
      readonly side: 1 | -1;
      readonly value: ReturnType<typeof rational>;
      readonly by: Combination;
    }
  | { readonly kind: 'bounded'; readonly positive: Uint8Array; readonly negative: Uint8Array };

const FIELD_LIMIT = 1 << 20;
const UNAIDED: Combination = { splits: [], multipliers: [], over: 1n };

export class PlainBytes {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  private take(count: number): Uint8Array {
    require(this.at + count <= this.bytes.length, 'the file is truncated: it ends before the trailer');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** A line of JSON. */
  line(most: number): unknown {
    const end = this.bytes.indexOf(10, this.at);
    require(end >= 0, 'the file is truncated: it ends before the trailer');
    require(end - this.at <= most, `a line of text has more than ${most} bytes`);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    try {
      const content: unknown = JSON.parse(text.decode(this.take(end - this.at)));
      this.at++;
      return content;
    } catch {
      throw new PlainRefusal('', 'a line of text is not JSON');
    }
  }

  private varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 128) {
      const byte = this.take(1)[0]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new PlainRefusal('', 'an integer is too long');
  }

  private size(what: string): number {
    const size = this.varint();
    require(size <= FIELD_LIMIT, `${what} has more than ${FIELD_LIMIT} entries`);
    return size;
  }

  private natural(): bigint {
    const digits = Buffer.from(this.take(this.size('a number'))).toString('hex');
    return digits === '' ? 0n : BigInt(`0x${digits}`);
  }

  /** Numerators over one denominator; each after the number of a split if there is a list for those. */
  private numbers(count: number, form: number, splits?: number[]): readonly [bigint[], bigint] {
    require(form <= 3, `number form ${form} is unknown`);
    const denominator = form === 3 ? this.natural() : 1n;
    require(denominator > 0n, 'a denominator is zero');
    const values = Array.from({ length: count }, () => {
      splits?.push(this.varint());
      if (form < 3) {
        const raw = form === 0 ? Uint8Array.of(0, 0, ...this.take(2)) : Uint8Array.from(this.take(4 * form));
        const view = new DataView(raw.buffer);
        const value = form === 2 ? view.getFloat64(0, true) : view.getFloat32(0, true);
        require(Number.isFinite(value), 'a number is not finite');
        return rationalFromDouble(value);
      }
      const sign = this.take(1)[0]!;
      require(sign <= 1, 'a sign byte is neither 0 nor 1');
      return { numerator: sign === 1 ? -this.natural() : this.natural(), denominator: 1n };
    });
    return form === 3 ? [values.map(({ numerator }) => numerator), denominator] : overCommon(values);
  }

  private combination(): Combination {
    const form = this.take(1)[0]!;
    const splits: number[] = [];
    const [multipliers, over] = this.numbers(this.size('a list'), form, splits);
    return { splits, multipliers, over };
  }

  record(witnessLength: number): PlainRecord {
    const kind = this.take(1)[0]!;
    switch (kind) {
      case 0:
        return { kind: 'end' };
      case 1:
      case 3:
        return { kind: kind === 1 ? 'split' : 'zero', neuron: this.varint() };
      case 2: {
        const [witness, denominator] = this.numbers(witnessLength, this.take(1)[0]!);
        return { kind: 'cell', witness, denominator };
      }
      case 4:
      case 5:
        return { kind: 'implied', neuron: this.varint(), side: kind === 5 ? 1 : -1, by: UNAIDED };
      case 6:
      case 7:
        return { kind: 'implied', neuron: this.varint(), side: kind === 7 ? 1 : -1, by: this.combination() };
      case 8:
      case 9: {
        const variable = this.varint();
        const [[numerator], denominator] = this.numbers(1, this.take(1)[0]!);
        const value = rational(numerator!, denominator);
        return { kind: 'bound', variable, side: kind === 8 ? 1 : -1, value, by: this.combination() };
      }
      case 10: {
        const size = this.size('a list');
        return { kind: 'bounded', positive: this.take(size), negative: this.take(size) };
      }
      default:
        throw new PlainRefusal('', `byte ${kind} names no record`);
    }
  }
}
