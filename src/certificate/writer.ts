/**
 * Writes the records of certificates (`format.ts` describes them).
 */

const scratch = new DataView(new ArrayBuffer(8));

/** A growing buffer of record bytes. */
export class RecordWriter {
  private bytes = new Uint8Array(1 << 12);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** How many bytes have been written since the last `take`. */
  get size(): number {
    return this.length;
  }

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
