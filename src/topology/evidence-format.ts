/**
 * What proves a homology, as JSON: the complex of the domain, an acyclic matching of the faces in the set, and the boundaries between the critical ones that are left.
 *
 * docs/topology.md describes it; `evidence.ts` writes it, `check-evidence.ts` reads it.
 */
import type { Field } from './chain.js';
import type { Ends } from './set.js';

export const HOMOLOGY_FORMAT = 'relu-atlas-homology';
export const HOMOLOGY_VERSION = 2;

export interface HomologyEvidence {
  readonly format: typeof HOMOLOGY_FORMAT;
  readonly version: typeof HOMOLOGY_VERSION;
  /** The digest of the network. */
  readonly network: string;
  readonly domain: object;
  /** Where the domain is unbounded: the faces are those of its part in the box of `enclosingBox`. */
  readonly enclosed?: true;
  /** Combinations of the domain's inequalities (`conditionsOf`) that vanish, so that these are equalities. */
  readonly implied: readonly (readonly (readonly [condition: number, multiplier: string])[])[];
  readonly set: object;
  readonly ends: Ends;
  readonly field: Field;
  readonly betti: readonly number[];
  readonly torsion?: readonly (readonly string[])[];
  /** Exact coordinates. */
  readonly vertices: readonly (readonly string[])[];
  /** boundary[k - 1]: of every face of dimension k in the domain its facets counted from 1, negative where the incidence is -1. */
  readonly boundary: readonly (readonly (readonly number[])[])[];
  /** Of the faces in the set. Dimension, face, coface: in an order in which all other facets of the coface that have partners above come later. */
  readonly pairs: readonly (readonly number[])[];
  readonly critical: readonly (readonly number[])[];
  /** By dimension, of every critical face its boundary: position among the critical faces below, and entry. */
  readonly reduced: readonly (readonly (readonly (readonly [number, string])[])[])[];
}
