/**
 * Writes what proves a homology.
 */
import type { BoundedPart } from '../analysis/geometry/index.js';
import { formatRational } from '../exact/index.js';
import { jsonOfDomain } from '../formats/index.js';
import { type Domain, fixedInputs, type Network, networkDigest } from '../network/index.js';
import { preparePolytope } from '../problem/index.js';
import type { SetComplex } from './build.js';
import type { PartialComplex } from './complex.js';
import { HOMOLOGY_FORMAT, HOMOLOGY_VERSION, type HomologyEvidence } from './evidence-format.js';
import type { Homology } from './homology.js';
import type { MorseComplex } from './morse.js';
import type { DecisionSet, Ends } from './set.js';

/** A set as JSON, its level as text. */
export function jsonOfSet(set: DecisionSet): object {
  return 'level' in set ? { ...set, level: formatRational(set.level) } : set;
}

/** What a computation of homology has at hand. */
export interface Computed {
  readonly network: Network;
  readonly domain: Domain;
  /** The domain, or what of it the complex covers. */
  readonly bounded: BoundedPart['domain'];
  readonly set: DecisionSet;
  readonly ends: Ends;
  /** The complex of the domain, and of it the faces whose homology is told. */
  readonly built: SetComplex;
  readonly part: PartialComplex;
  readonly morse: MorseComplex;
  readonly homology: Homology;
}

/** What makes a domain flat beside its equalities. */
function impliedOn(domain: BoundedPart['domain']): HomologyEvidence['implied'] {
  if (domain.kind === 'polytope') return preparePolytope(domain).evidence.implied;
  // The lower bound and the upper one.
  return fixedInputs(domain).map((i) => [
    [2 * i, '1'],
    [2 * i + 1, '1'],
  ]);
}

/** The evidence for a homology. Cost and memory: those of the complex of the domain, as text. */
export function homologyEvidence(computed: Computed): HomologyEvidence {
  const { network, domain, bounded, set, ends, built, part, morse, homology } = computed;
  const { field, betti, torsion } = homology;
  const [points, ...faces] = built.faces;
  const { numbers } = part;
  return {
    format: HOMOLOGY_FORMAT,
    version: HOMOLOGY_VERSION,
    network: networkDigest(network),
    domain: jsonOfDomain(domain),
    ...(bounded !== domain && { enclosed: true }),
    implied: impliedOn(bounded),
    set: jsonOfSet(set),
    ends,
    field,
    betti,
    ...(torsion && { torsion: torsion.map((orders) => orders.map(String)) }),
    vertices: points!.vertices.map(([id]) => built.point(id!).map(formatRational)),
    boundary: faces.map(({ facets, signs }) =>
      facets.map((list, face) => list.map((facet, i) => (facet + 1) * signs[face]![i]!)),
    ),
    pairs: morse.pairs().map(([k, face, above]) => [k, numbers[k]![face]!, numbers[k + 1]![above]!]),
    critical: morse.critical.map((cells, k) => cells.map((cell) => numbers[k]![cell]!)),
    reduced: morse.boundary.map((chains) =>
      chains.map((chain) => [...chain].sort(([a], [b]) => a - b).map(([at, entry]) => [at, String(entry)] as const)),
    ),
  };
}
