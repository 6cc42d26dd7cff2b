/**
 * The certificate of a count by orbits: a partition certificate (`format.ts`) in which parts that symmetries take others to are left out.
 * Shared by the writer and the checker.
 *
 * It differs from version 3 of a partition certificate (which may have no charts) in the header and in one record:
 *
 * - the header is `{"format":"relu-atlas-orbits","version":3,"network":..,"domain":..,"cuts":[..],"elements":[..],"parts":[..],"images":[..]}`, with
 *   `"polytope"` or `"charts"` as there. `cuts` are neurons of the first layer with different creases. An element is a change of the inputs, x -> y, by the
 *   rows of its matrix: y_j is the sum of value * x_column over `rows[j]`, plus `shift[j]`. A part is named by the signs of the cuts, a text of + and -. `parts` are those that the tree
 *   walks; an image `[signs, k, [e_1, ..]]` is what the elements e_1, .., one after the other, make of part k.
 * - record 11, *image*, a leaf without fields: the node lies in a part that is an image.
 *
 * The trailer states the counts of the whole.
 */
import { BOUNDED, type CertificateHeader, CHARTED_VERSION } from './format.js';

export const ORBITS_FORMAT = 'relu-atlas-orbits';
/** That of the records, which are those of version 3. */
export const ORBITS_VERSION = CHARTED_VERSION;
/** The record that only these files have. */
export const IMAGE = BOUNDED + 1;

/** A change of the inputs; values are rational texts. */
export interface StatedMap {
  readonly rows: readonly (readonly (readonly [column: number, value: string])[])[];
  readonly shift: readonly string[];
}

export type StatedImage = readonly [signs: string, part: number, elements: readonly number[]];

/** What the header says of the parts. */
export interface StatedOrbits {
  readonly cuts: readonly number[];
  readonly elements: readonly StatedMap[];
  readonly parts: readonly string[];
  readonly images: readonly StatedImage[];
}

export interface OrbitsHeader extends Omit<CertificateHeader, 'format'>, StatedOrbits {
  readonly format: typeof ORBITS_FORMAT;
}
