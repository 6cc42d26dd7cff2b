/**
 * How a case of the conformance suite is described, before its answers are worked out.
 */
import { DEGENERATE_CASES, type Entry, type LayerSpec } from '../generators/degenerate-cases.js';
import type { ModelSpec } from '../generators/onnx-models.js';

export type Point = readonly Entry[];

/** Rows of coefficients and, last, the bound: a . x <= b, a . x = b. */
export interface PolytopeSpec {
  readonly inequalities: readonly Point[];
  readonly equalities?: readonly Point[];
  readonly box?: readonly (readonly [Entry, Entry])[];
}

export interface CaseSpec {
  readonly id: string;
  readonly category: string;
  /** What is special, and what goes wrong elsewhere. */
  readonly why: string;
  /** All layers, the output included; or an ONNX model, whose layers the reader makes. */
  readonly layers: readonly LayerSpec[] | { readonly onnx: ModelSpec };
  readonly domain: readonly (readonly [Entry, Entry])[] | 'whole' | PolytopeSpec;
  /** Points in no special position; needed for polytopes. */
  readonly inside?: readonly Point[];
  /** Counted by hand, by closed form or taken from the literature; left out where only the certificate tells. */
  readonly cells?: number;
  /**
   * Which independent computation confirms all of it: brute force (cells, patterns, maps), deletion-restriction (cells of
   * one hidden layer on the whole space), or none beside the certificate.
   */
  readonly confirm: 'brute force' | 'deletion-restriction' | 'certificate';
  /** The argument or the source of `cells`, if `why` does not give it. */
  readonly source?: string;
  /** Points beside the general one that every case has; they must lie in the domain. */
  readonly evaluate?: readonly Point[];
  readonly gradient?: readonly Point[];
  /** Inside the domain. */
  readonly clarke?: readonly Point[];
  readonly locate?: readonly Point[];
  /** Ask for pieces and maps, too. */
  readonly regions?: boolean;
}

/** Rows of weights and, last, the bias. */
export function layer(rows: readonly Point[], activation: LayerSpec['activation'] = 'relu'): LayerSpec {
  return { weights: rows.map((row) => row.slice(0, -1)), bias: rows.map((row) => row.at(-1)!), activation };
}

/** The affine output layer with the given rows. */
export const output = (...rows: readonly Point[]): LayerSpec => layer(rows, 'linear');

/** The output layer that sums `width` values. */
export const sum = (width: number): LayerSpec => output([...new Array<Entry>(width).fill(1), 0]);

/** [-1, 1]^dimension */
export function cube(dimension: number): [Entry, Entry][] {
  return Array.from({ length: dimension }, () => [-1, 1]);
}

/** A network of fixtures/degenerate as a case; `fault` tells what goes wrong elsewhere. */
export function degenerate(
  name: string,
  category: string,
  fault: string,
  more: Partial<Pick<CaseSpec, 'evaluate' | 'gradient' | 'clarke' | 'locate' | 'regions'>> = {},
): CaseSpec {
  const spec = DEGENERATE_CASES.find((other) => other.name === name);
  if (spec === undefined) throw new RangeError(`conformance: no degenerate case is called ${name}`);
  const { layers, domain, cells, why } = spec;
  return {
    id: name,
    category,
    why: `${why} ${fault}`,
    layers: [...layers, sum(layers.at(-1)!.bias.length)],
    domain,
    cells,
    confirm: 'brute force',
    regions: true,
    ...more,
  };
}
