/**
 * The topology of decision regions, boundaries and level sets: which homology of what, on which domain.
 */
import type { CellOptions } from '../analysis/cells/index.js';
import { boundedPart } from '../analysis/geometry/index.js';
import { compare, type Rational } from '../exact/index.js';
import { type Domain, DomainError, evaluateExact, type Network } from '../network/index.js';
import { type SetComplex, setComplex } from './build.js';
import type { Field } from './chain.js';
import { type PartialComplex, partOf } from './complex.js';
import { homologyEvidence } from './evidence.js';
import type { HomologyEvidence } from './evidence-format.js';
import { type Cycle, generatorsOf } from './generators.js';
import { type Homology, homologyOf } from './homology.js';
import { morseComplex } from './morse.js';
import { type Interval, persistenceOf } from './persistence.js';
import { checkSet, comparisonsOf, type DecisionSet, type Ends } from './set.js';

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

/** The faces in the set; modulo its ends, those that do not lie on the boundary of the box. */
function facesOf({ faces, bounds, isInside }: SetComplex, ends: Ends): PartialComplex {
  const isEnd = (vertices: readonly number[]) => vertices.reduce((bits, v) => bits & bounds[v]!, -1) !== 0;
  return partOf(
    faces,
    (vertices) => !vertices.every((v) => isInside[v]) || (ends === 'borel-moore' && isEnd(vertices)),
  );
}

function placed({ dimension, cells }: Cycle, complex: SetComplex, { numbers }: PartialComplex): PlacedCycle {
  const faces = complex.faces[dimension]!;
  const vertices = (cell: number) => faces.vertices[numbers[dimension]![cell]!]!.map((id) => complex.point(id));
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
 * Evidence asks for the faces of the whole domain, in the set or not.
 *
 * @throws DomainError for `borel-moore` on polytopes; RangeError for outputs that do not exist
 */
export function topology(network: Network, domain: Domain, request: TopologyRequest): Topology {
  const { set, field = 'Q', ends = 'singular', generators = false, evidence = false, walk } = request;
  if (ends === 'borel-moore' && domain.kind === 'polytope')
    throw new DomainError('topology: expected a box or all of R^d for Borel-Moore homology, got a polytope');
  if (ends === 'borel-moore' && generators)
    throw new DomainError('topology: expected singular homology for cycles; leave one out');
  checkSet(set, network);
  const { domain: bounded, within } = boundedPart(network, domain, comparisonsOf(set, network.outputs));
  const isEnclosed = within !== undefined;
  const built = setComplex(network, bounded, set, walk, evidence ? 'domain' : 'set');
  const part = facesOf(built, ends);
  const morse = morseComplex(part.complex);
  const homology = homologyOf(part.complex, field, morse);
  return {
    ...homology,
    ends,
    ...(isEnclosed && { enclosed: true }),
    ...(generators && { generators: generatorsOf(part.complex, morse).map((cycle) => placed(cycle, built, part)) }),
    ...(evidence && {
      evidence: homologyEvidence({ network, domain, bounded, set, ends, built, part, morse, homology }),
    }),
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
