/**
 * The topology of decision regions, boundaries and level sets: which homology of what, on which domain.
 */
import type { CellOptions } from '../analysis/cells/index.js';
import { boundedPart } from '../analysis/geometry/index.js';
import { compare, type Rational } from '../exact/index.js';
import { type Domain, DomainError, evaluateExact, type Network } from '../network/index.js';
import { type SetComplex, setComplex } from './build.js';
import { type CellComplex, relativeTo } from './complex.js';
import { type HomologyEvidence, homologyEvidence } from './evidence.js';
import { type Cycle, generatorsOf } from './generators.js';
import { type Field, type Homology, homologyOf } from './homology.js';
import { morseComplex } from './morse.js';
import { type Interval, persistenceOf } from './persistence.js';
import { checkSet, comparisonsOf, type DecisionSet } from './set.js';

/**
 * - `singular`: of the closed set itself;
 * - `borel-moore`: of the set modulo its ends. On R^d this is Borel-Moore homology (Borel and Moore 1960), which is the reduced homology
 *   of the one-point compactification; on a box it is that of the pair (set, set on the box's boundary).
 */
export type Ends = 'singular' | 'borel-moore';

export interface TopologyRequest {
  readonly set: DecisionSet;
  /** Default: Q. */
  readonly field?: Field;
  /** Default: singular. */
  readonly ends?: Ends;
  /** Whether to give cycles. */
  readonly generators?: boolean;
  /** Whether to give evidence, which `checkHomologyEvidence` verifies. */
  readonly evidence?: boolean;
  /** Of the walk over the cells: if it is stopped, the numbers are about the cells that were visited, and to be thrown away. */
  readonly walk?: CellOptions;
}

/** A cycle with the places of its cells. */
export interface PlacedCycle {
  readonly dimension: number;
  readonly cells: readonly { readonly coefficient: bigint; readonly vertices: readonly (readonly Rational[])[] }[];
}

export interface Topology extends Homology {
  readonly ends: Ends;
  /** On unbounded domains: computed on what of it lies in a box whose interior meets every face; the set there has the same homotopy type. */
  readonly enclosed?: true;
  /** A basis over Q, where it was asked for. */
  readonly generators?: readonly PlacedCycle[];
  /** Where it was asked for. */
  readonly evidence?: HomologyEvidence;
}

/** The faces that do not lie on the boundary of the box. */
function withoutEnds({ faces, bounds }: SetComplex): CellComplex {
  return relativeTo(faces, (vertices) => vertices.reduce((bits, v) => bits & bounds[v]!, -1) !== 0);
}

function placed({ dimension, cells }: Cycle, complex: SetComplex): PlacedCycle {
  const vertices = (cell: number) => complex.faces[dimension]!.vertices[cell]!.map((id) => complex.point(id));
  return {
    dimension,
    cells: cells.map(({ cell, coefficient }) => ({ coefficient, vertices: vertices(cell) })),
  };
}

/**
 * Betti numbers, torsion and cycles of a set that a network cuts out of a domain; exact, on degenerate networks as well.
 *
 * Cost and memory: all faces of the set, see `setComplex`. On all of R^d numbers are long, and every sign is decided in integers.
 *
 * @throws DomainError for `borel-moore` on polytopes, and for evidence of `borel-moore` and on unbounded domains; RangeError for outputs that do not exist
 */
export function topology(network: Network, domain: Domain, request: TopologyRequest): Topology {
  const { set, field = 'Q', ends = 'singular', generators = false, evidence = false, walk } = request;
  if (ends === 'borel-moore' && domain.kind === 'polytope')
    throw new DomainError('topology: expected a box or all of R^d for Borel-Moore homology, got a polytope');
  if (ends === 'borel-moore' && generators)
    throw new DomainError('topology: expected singular homology for cycles; leave one out');
  if (evidence && ends === 'borel-moore')
    throw new DomainError('topology: expected singular homology for a certificate; leave one out');
  checkSet(set, network);
  const { domain: part, within } = boundedPart(network, domain, comparisonsOf(set, network.outputs));
  const isEnclosed = within !== undefined;
  if (evidence && isEnclosed)
    throw new DomainError('topology: expected a bounded domain for a certificate, got an unbounded one; give --box');
  const built = setComplex(network, part, set, walk);
  const complex = ends === 'singular' ? built.faces : withoutEnds(built);
  const morse = morseComplex(complex);
  const homology = homologyOf(complex, field, morse);
  return {
    ...homology,
    ends,
    ...(isEnclosed && { enclosed: true }),
    ...(generators && { generators: generatorsOf(complex, morse).map((cycle) => placed(cycle, built)) }),
    ...(evidence && { evidence: homologyEvidence({ network, domain, set, complex: built, morse, homology }) }),
  };
}

/**
 * The persistence intervals over GF(2) of { f_output <= t }, t from -infinity to infinity.
 *
 * @throws DomainError as `setComplex`; RangeError for an output that does not exist
 */
export function sublevelPersistence(network: Network, domain: Domain, output = 0, walk?: CellOptions): Interval[] {
  if (!(Number.isInteger(output) && output >= 0 && output < network.outputs))
    throw new RangeError(`persistence: expected an output from 0 to ${network.outputs - 1}, got ${output}`);
  const set: DecisionSet = { kind: 'all' };
  const part = boundedPart(network, domain, comparisonsOf(set, network.outputs));
  const complex = setComplex(network, part.domain, set, walk);
  const values = new Map<number, Rational>();
  const valueAtVertex = (id: number) => {
    const known = values.get(id) ?? evaluateExact(network, complex.point(id)).output[output]!;
    values.set(id, known);
    return known;
  };
  const latest = (a: Rational, b: Rational) => (compare(a, b) < 0 ? b : a);
  const entries = complex.faces.map(({ vertices }) => vertices.map((ids) => ids.map(valueAtVertex).reduce(latest)));
  return persistenceOf(complex.faces, entries);
}
