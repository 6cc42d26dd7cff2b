/**
 * Seeded random integers of any size, the same on every machine.
 *
 * Source: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"): a 64-bit counter through a mixing function.
 */

const WORD = 64n;
const MASK = (1n << WORD) - 1n;
const STEP = 0x9e3779b97f4a7c15n;

export class RandomBits {
  private state: bigint;

  constructor(seed: number | bigint) {
    this.state = BigInt(seed) & MASK;
  }

  /** An integer uniform on [0, 2^64). */
  word(): bigint {
    this.state = (this.state + STEP) & MASK;
    let z = this.state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return z ^ (z >> 31n);
  }

  /** An integer uniform on [0, limit), for a limit above 0: words are drawn until they are below it. */
  below(limit: bigint): bigint {
    const bits = BigInt((limit - 1n).toString(2).length);
    for (;;) {
      let value = 0n;
      for (let have = 0n; have < bits; have += WORD) value = (value << WORD) | this.word();
      const excess = (WORD - (bits % WORD)) % WORD;
      value >>= excess;
      if (value < limit) return value;
    }
  }
}
