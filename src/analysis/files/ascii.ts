/**
 * Text of ASCII letters in the making, as bytes: many short pieces and numbers without a string for each.
 */

/** The bytes of a text of ASCII letters. */
export function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** What a number takes at most. */
const MOST_DIGITS = 16;
const ZERO = 48;

export class AsciiText {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  /** Some bytes of a list. */
  add(piece: Uint8Array, from = 0, to = piece.length): void {
    if (this.length + to - from > this.bytes.length) this.grow(to - from);
    const { bytes } = this;
    let at = this.length;
    for (let k = from; k < to; k++) bytes[at++] = piece[k]!;
    this.length = at;
  }

  /** A nonnegative integer below 2^53 in decimal digits. */
  number(value: number): void {
    if (this.length + MOST_DIGITS > this.bytes.length) this.grow(MOST_DIGITS);
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - 10 * next;
      rest = next;
    }
    this.length += digits;
  }

  /** The text so far, which begins anew. */
  take(): Uint8Array {
    const text = this.bytes.slice(0, this.length);
    this.length = 0;
    return text;
  }

  private grow(by: number) {
    const larger = new Uint8Array(2 * (this.length + by));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
