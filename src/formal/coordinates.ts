/**
 * What differs between certificates in the network's own inputs and those in charts.
 */
import type { CertificateRecord } from '../certificate/index.js';
import type { IntegerVector, Rational } from '../exact/index.js';
import type { Terms, TreePath } from './path.js';
import type { Evidence } from './plain.js';
import type { RationalRow } from './rows.js';

export type BoundRecord = Extract<CertificateRecord, { readonly kind: 'bound' }>;
export type ImpliedRecord = Extract<CertificateRecord, { readonly kind: 'implied' }>;

/** The bounds of a node's box, as far as the certificate has them. */
export interface NodeBounds {
  readonly lower: readonly (Rational | undefined)[];
  readonly upper: readonly (Rational | undefined)[];
}

/** Where a node is. */
export interface Place {
  readonly path: TreePath;
  /** The numbers of the known rows that the splits above it gave. */
  readonly splits: readonly number[];
  readonly bounds: NodeBounds;
}

export interface Coordinates {
  /** How many numbers a witness has. */
  readonly witnessLength: number;
  /** The domain's conditions, true rows. */
  readonly conditions: readonly RationalRow[];
  /** Whether the rows of neurons are needed. */
  readonly follows: boolean;
  /** The denominator of bounds besides those of bound records. */
  readonly grid: bigint;
  /** Whether bound records are bounds of inputs. */
  readonly boundsInputs: boolean;
  readonly flat: readonly (Evidence | undefined)[];
  /** What has to be known at the root. @returns its box */
  begin(path: TreePath, grid: bigint): NodeBounds;
  /** Multipliers that prove a neuron's side. */
  implied(place: Place, record: ImpliedRecord): Terms;
  /** A bound record. @returns the box from there on */
  bound(place: Place, record: BoundRecord, grid: bigint): NodeBounds;
  /** A witness as a point of the inputs. */
  point(place: Place, witness: IntegerVector): IntegerVector;
}

/** The box with one bound replaced. */
export function withBound(bounds: NodeBounds, at: number, side: 1 | -1, value: Rational): NodeBounds {
  const replaced = (old: readonly (Rational | undefined)[]) => old.map((bound, i) => (i === at ? value : bound));
  return side > 0 ? { ...bounds, lower: replaced(bounds.lower) } : { ...bounds, upper: replaced(bounds.upper) };
}
