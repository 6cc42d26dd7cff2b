/**
 * The bytes of certificates as they arrive: lines of text, and the fields of records. They come from outside: anything may be wrong with them.
 */

/** What is wrong with the bytes. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * The most bytes of each part of a certificate, and of entries in a list: far beyond what any engine writes. The header of a verification states a
 * question of up to 16,384 disjuncts.
 */
export const LIMITS = {
  header: 1 << 24,
  question: 1 << 28,
  trailer: 1 << 20,
  field: 1 << 20,
  record: 1 << 24,
} as const;
/** A record that is incomplete beyond this is not tried again before twice its bytes have come: trying costs its length. */
const PATIENCE = 1 << 16;
/** A byte order mark is no part of JSON: it is not taken away. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads fields; a record whose bytes are incomplete is read again when there are more. */
export class ByteReader {
  private bytes = new Uint8Array(0);
  protected view = new DataView(this.bytes.buffer);
  protected at = 0;
  /** Where the bytes end that have come. */
  private end = 0;
  /** Up to where a line has no end. */
  private searched = 0;
  /** How many bytes there must be before an incomplete record is tried again. */
  private enough = 0;
  /** The bytes have run out: what is read from here on means nothing. */
  protected short = false;
  private length = 0;

  /** Bytes held in memory, read or not. */
  get held(): number {
    return this.bytes.length;
  }

  /** Of the record read last. */
  get bytesOfRecord(): number {
    return this.length;
  }

  /** Copies the bytes of the record read last. */
  copyRecord(target: Uint8Array, to: number): void {
    const from = this.at - this.length;
    for (let k = 0; k < this.length; k++) target[to + k] = this.bytes[from + k]!;
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
   * @throws RecordError for a line with control characters or more than `most` bytes; TypeError for one that is no UTF-8
   */
  line(most: number): string | undefined {
    for (let k = Math.max(this.at, this.searched); k < this.end; k++) {
      const byte = this.bytes[k]!;
      if (k - this.at > most) break;
      if (byte === 10) {
        const text = UTF8.decode(this.bytes.subarray(this.at, k));
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
   * What a decoder makes of the next bytes, or undefined while they are incomplete.
   *
   * @throws RecordError for more than `LIMITS.record` bytes
   */
  protected whole<Decoded>(decode: () => Decoded): Decoded | undefined {
    const start = this.at;
    const available = this.end - start;
    if (available < this.enough) return undefined;
    this.short = false;
    const record = decode();
    this.length = this.short ? available : this.at - start;
    if (this.length > LIMITS.record) throw new RecordError(`a record has more than ${LIMITS.record} bytes`);
    this.enough = this.short && available > PATIENCE ? 2 * available : 0;
    if (!this.short) return record;
    this.at = start;
    return undefined;
  }

  protected byte(): number {
    // Once the bytes have run out, nothing more is read: the record is decoded again when there are more.
    this.short ||= this.at >= this.end;
    return this.short ? 0 : this.bytes[this.at++]!;
  }

  /** Whether so many bytes are there; otherwise nothing more is read, as in `byte`. */
  protected has(bytes: number): boolean {
    this.short ||= this.at + bytes > this.end;
    return !this.short;
  }

  /** Bytes as they are. */
  protected raw(length: number): Uint8Array {
    this.skip(length);
    return this.short ? this.bytes.subarray(0, 0) : this.bytes.subarray(this.at - length, this.at);
  }

  /** Passes over bytes of a list. */
  protected skip(length: number): void {
    if (length > LIMITS.field) throw new RecordError(`a list has more than ${LIMITS.field} bytes`);
    if (this.has(length)) this.at += length;
  }

  protected varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale >= 2 ** 42) throw new RecordError('an integer is too long');
    }
  }

  /** How many entries a list has. */
  protected count(): number {
    const count = this.varint();
    if (count > LIMITS.field) throw new RecordError(`a list has more than ${LIMITS.field} entries`);
    return count;
  }

  protected natural(): bigint {
    const length = this.varint();
    if (length > LIMITS.field) throw new RecordError(`a number has more than ${LIMITS.field} bytes`);
    const bytes = this.raw(length);
    return bytes.length === 0 ? 0n : BigInt(`0x${hexOf(bytes)}`);
  }
}

/** By Node where there is Node, which is quickest. */
function hexOf(bytes: Uint8Array): string {
  if (typeof Buffer === 'function') return Buffer.from(bytes).toString('hex');
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
