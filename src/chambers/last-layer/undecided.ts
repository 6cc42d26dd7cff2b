/**
 * Where nothing is decided: a sign is not certain, or creases are degenerate.
 */

/** Something is not certain. */
export class Undecided extends Error {}

export function undecided(): never {
  throw new Undecided();
}
