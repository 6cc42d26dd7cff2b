/**
 * What proves a homology, as JSON: the complex, an acyclic matching, and the boundaries between the critical cells that are left.
 *
 * docs/topology.md has the format; `check-evidence.ts` reads it.
 */
import { formatRational } from '../exact/index.js';
import { jsonOfDomain } from '../formats/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import type { SetComplex } from './build.js';
import type { Homology } from './homology.js';
import type { MorseComplex } from './morse.js';
import type { DecisionSet } from './set.js';

export const HOMOLOGY_FORMAT = 'relu-atlas-homology';

export interface HomologyEvidence {
  readonly format: typeof HOMOLOGY_FORMAT;
  readonly version: 1;
  /** The digest of the network. */
  readonly network: string;
  readonly domain: object;
  readonly set: object;
  readonly field: Homology['field'];
  readonly betti: readonly number[];
  readonly torsion?: readonly (readonly string[])[];
  /** Exact coordinates. */
  readonly vertices: readonly (readonly string[])[];
  /** By dimension, the vertices of every face. */
  readonly faces: readonly (readonly (readonly number[])[])[];
  /** By dimension, of every face its facets counted from 1, negative where the incidence is -1. */
  readonly boundary: readonly (readonly (readonly number[])[])[];
  /** Dimension, face, coface: in an order in which all other facets of the coface that have partners above come later. */
  readonly pairs: readonly (readonly number[])[];
  readonly critical: readonly (readonly number[])[];
  /** By dimension, of every critical face its boundary: position among the critical faces below, and entry. */
  readonly reduced: readonly (readonly (readonly (readonly [number, string])[])[])[];
}

/** A set as JSON, its level as text. */
export function jsonOfSet(set: DecisionSet): object {
  return 'level' in set ? { ...set, level: formatRational(set.level) } : set;
}

/** What a computation of singular homology on a bounded domain has at hand. */
export interface Computed {
  readonly network: Network;
  readonly domain: Domain;
  readonly set: DecisionSet;
  readonly complex: SetComplex;
  readonly morse: MorseComplex;
  readonly homology: Homology;
}

/** The evidence for a homology. Cost and memory: those of the complex, as text. */
export function homologyEvidence({ network, domain, set, complex, morse, homology }: Computed): HomologyEvidence {
  const { faces, point } = complex;
  const { field, betti, torsion } = homology;
  const vertices = faces[0]!.vertices.map(([id]) => point(id!).map(formatRational));
  const number = new Map(faces[0]!.vertices.map(([id], k) => [id!, k]));
  return {
    format: HOMOLOGY_FORMAT,
    version: 1,
    network: networkDigest(network),
    domain: jsonOfDomain(domain),
    set: jsonOfSet(set),
    field,
    betti,
    ...(torsion && { torsion: torsion.map((orders) => orders.map(String)) }),
    vertices,
    faces: faces.map((level) => level.vertices.map((ids) => ids.map((id) => number.get(id)!))),
    boundary: faces.map(({ facets, signs }) =>
      facets.map((list, face) => list.map((facet, i) => (facet + 1) * signs[face]![i]!)),
    ),
    pairs: morse.pairs(),
    critical: morse.critical,
    reduced: morse.boundary.map((chains) =>
      chains.map((chain) => [...chain].sort(([a], [b]) => a - b).map(([at, entry]) => [at, String(entry)] as const)),
    ),
  };
}
