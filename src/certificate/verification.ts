/**
 * The file of a verification, version 4: what it contains, byte by byte. Shared by the writer and the checker.
 *
 * It is a gzip stream of
 *
 * 1. one line of JSON, the header: `{"format":"relu-atlas-verification","version":4,"network":"<sha256>","unsafe":{...}}`, the unsafe set as
 *    `{"inputs":n,"outputs":m,"disjuncts":[[{"x":[..],"y":[..],"c":"..","strict":true},...],...]}`: x . inputs + y . outputs + c >= 0, rational texts;
 * 2. one tree for every root, in the order of `loweredUnsafe` (`checker/unsafe.ts`), in depth-first order, of the records below;
 * 3. the byte 0, and one line of JSON, the trailer: `{"nodes":N}`.
 *
 * A node is any number of records 3, 4, 6 and 8, and then, unless all disjuncts of the root are closed on the way from it, record 1, 2, 5 or 7.
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
 * | 8 | box | of a node without one: grid, number of inputs, then for every input its lower and its upper face: place in units of 2^-grid (signed), count, rows and multipliers as in 4: `checker/enclosure.ts` |
 *
 * Neurons and their values are those of the condensed network (`network/condensed.ts`), which the checker makes of the network that the digest names.
 * Number forms are those of `format.ts`: 0 the upper 16 bits of a float32, 1 float32, 2 float64. docs/certificates.md says all of this so that another
 * checker can be written. Version 4 has the condensed network in lowest terms: before, its rows had denominators that nobody else could know.
 */

export const VERIFICATION_FORMAT = 'relu-atlas-verification';
export const VERIFICATION_VERSION = 4;

export const INPUT_SPLIT = 1;
export const NEURON_SPLIT = 2;
export const CLOSED = 3;
export const CLOSED_EXACTLY = 4;
export const EMPTY = 5;
export const IMPLIED_SIDE = 6;
export const AGAIN = 7;
export const BOX = 8;

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

/** Rows and multipliers as integers. */
export interface IntegerRows {
  readonly rows: readonly number[];
  readonly values: readonly bigint[];
}

export type VerificationRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'input'; readonly input: number; readonly at: number }
  | { readonly kind: 'neuron'; readonly neuron: number }
  | { readonly kind: 'closed'; readonly disjunct: number; readonly by: WeightedRows }
  | ({ readonly kind: 'exact'; readonly disjunct: number } & IntegerRows)
  | { readonly kind: 'empty' }
  | { readonly kind: 'implied'; readonly neuron: number; readonly side: 1 | -1; readonly by: readonly WeightedRows[] }
  | { readonly kind: 'again' }
  | {
      readonly kind: 'box';
      readonly grid: number;
      readonly lower: readonly number[];
      readonly upper: readonly number[];
      /** For every input those of its lower face, then of its upper one. */
      readonly faces: readonly IntegerRows[];
    };
