/**
 * One claim of the article report: what is stated, under which hypotheses, what was computed, and where it is tested.
 */
import type { Picture } from '../page/index.js';

/** A table of numbers; the first column names the row. */
export interface NumberTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface TheorySection {
  /** The anchor of the section. */
  readonly id: string;
  /** The claim as a heading: a short sentence. */
  readonly title: string;
  /** The claim in full. Plain text. */
  readonly claim: string;
  readonly hypotheses: string;
  /** Where the claim comes from. */
  readonly source: string;
  /** The files of properties/ that test it. */
  readonly properties: readonly string[];
  readonly pictures: readonly Picture[];
  /** How to read the pictures, and what they show. */
  readonly caption: string;
  readonly tables: readonly NumberTable[];
}
