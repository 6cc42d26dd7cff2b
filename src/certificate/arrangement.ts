/**
 * The file of a count of flats, version 1: what it contains. Shared by the writer and the checker.
 *
 * It proves the characteristic polynomial of the arrangement of a network's one layer on all of R^d. It is a gzip stream of lines of JSON:
 *
 * 1. the header `{"format":"relu-atlas-arrangement","version":1,"network":"<sha256>","domain":{"whole":d},"generators":[{"permutation":[..],"signs":[..]},..]}`;
 * 2. for every rank k from 0 to r - 2 a line `{"level":k,"flats":N}`, N lines `[h_1,..,h_k]`, each with independent hyperplanes whose intersection is a
 *    flat, and, if k < r - 2, N lines `[[t,e_1,..],..]`, one for each of these flats: of the flats that cover it, in the order of their least hyperplanes outside of it,
 *    the position t of a flat of the next level, and the elements that take it there, one after the other;
 * 3. the trailer `{"betti":["1",..],"cells":".."}`.
 *
 * Between lines of the last kind stand lines `{"products":[[a,b],..]}`: further elements, each a product of two before it (first a, then b). Element 0 is the
 * identity, elements 1 to g are the generators.
 *
 * Hyperplanes are numbered as rows (weights, bias) of the bending neurons in their order: without those that have no weight but 0, each in coprime
 * integers with a positive first entry that is not 0, equal ones once; behind them, unless all biases are 0, the hyperplane at infinity (0, .., 0, 1). If all biases are 0 the rows are the weights
 * alone. r is their rank.
 */

export const ARRANGEMENT_FORMAT = 'relu-atlas-arrangement';
export const ARRANGEMENT_VERSION = 1;

/** A longer line is refused. */
export const LONGEST_LINE = 2 ** 26;

export interface ArrangementHeader {
  readonly format: typeof ARRANGEMENT_FORMAT;
  readonly version: number;
  readonly network: string;
  readonly domain: { readonly whole: number };
  readonly generators: readonly StatedSymmetry[];
}

/** A signed permutation of the hyperplanes. */
export interface StatedSymmetry {
  readonly permutation: readonly number[];
  readonly signs: readonly number[];
}

export interface ArrangementTrailer {
  readonly betti: readonly string[];
  readonly cells: string;
}
