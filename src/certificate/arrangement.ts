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

import type { StatedDomain } from './format.js';

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

/**
 * The file of a count inside of a domain, version 1: the sums b_k of |mu| over the flats of codimension k that meet the domain's interior. A gzip stream of
 * lines of JSON as well; texts are integers.
 *
 * 1. the header `{"format":"relu-atlas-arrangement-inside","version":1,"network":"<sha256>","domain":{"box":[["lo","hi"],..]}}`, or a polytope as in `format.ts`;
 * 2. lines `{"flat":[[w,"m"],..]}`, none for most domains: the combination of walls w with positive multipliers m is 0, so that these walls vanish on all of the domain; all that
 *    follows is restricted to them, in the order of the line, and walls that vanish are left out and numbered no more;
 * 3. either `{"point":["x",..]}`, a point of the interior, and then lines of evidence in the order of the walk: `{"point":[..]}`, a point of the interior on a flat, or
 *    `{"empty":[[w,"m"],..]}`, walls whose combination is 0 on it: it does not meet the interior;
 * 4. or `{"common":["x",..],"generators":[..]}`, a point of the interior on all hyperplanes, and then the lines 2 of a file of flats, about the hyperplanes as they are now;
 * 5. the trailer `{"betti":["1",..],"cells":".."}`.
 *
 * Rows are homogeneous: d + 1 integers, that of t last. Hyperplanes are (weights, bias) of the bending neurons; walls, positive inside, are the domain's conditions in the order of
 * `network/conditions.ts`, an equality twice, the second time with opposite signs, and last t itself. Points have as many coordinates as rows have entries.
 *
 * A row is restricted to another one by adding a multiple of that so that its first entry that is not 0 vanishes, which then is left out; it is divided by what
 * its entries have in common, and its sign stays what it is there. Equal hyperplanes (up to any factor) count once, the first of them; those that are 0 do not count.
 *
 * The walk visits a flat with hyperplanes H_1, .., H_m of it. If its dimension is at least 3 there is a line of evidence for each H_i in turn: whether H_i meets the interior;
 * behind it, if it does, come the lines of the flat H_i with H_1, .., H_(i-1) restricted to it. Flats of dimension 1 and 2 need no evidence.
 */
export const INSIDE_FORMAT = 'relu-atlas-arrangement-inside';
export const INSIDE_VERSION = 1;

export interface InsideHeader {
  readonly format: typeof INSIDE_FORMAT;
  readonly version: number;
  readonly network: string;
  readonly domain: StatedDomain;
}

/** Walls by number with positive multipliers. */
export type WeightedWalls = readonly (readonly [wall: number, multiplier: string])[];
