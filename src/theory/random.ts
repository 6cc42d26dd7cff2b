/**
 * A small seeded source of random numbers, the same on every machine.
 *
 * Source: Mulberry32 (Tommy Ettinger, public domain): a 32-bit counter through a mixing function; full period 2^32.
 */

/** Numbers uniform on [0, 1), multiples of 2^-32, determined by the seed's lowest 32 bits. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers of a seed that come after the first so many: the counter is moved on. */
export function randomNumbersAfter(seed: number, drawn: number): () => number {
  return randomNumbers(seed + Math.imul(drawn, 0x6d2b79f5));
}

/** A standard normal number from two uniform ones (Box and Muller 1958). */
export function normalNumber(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
