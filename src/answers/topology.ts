/**
 * Answers about the shape of sets: homology, cycles, persistence.
 */
import { formatRational } from '../exact/index.js';
import { jsonOfDomain } from '../formats/index.js';
import type { Domain } from '../network/index.js';
import { type DecisionSet, type Interval, jsonOfSet, type PlacedCycle, type Topology } from '../topology/index.js';

/** A cycle: faces with coefficients and exact vertices. */
export function jsonOfCycle({ dimension, cells }: PlacedCycle) {
  const shown = cells.map(({ coefficient, vertices }) => ({
    coefficient: coefficient.toString(),
    vertices: vertices.map((point) => point.map(formatRational)),
  }));
  return { dimension, cells: shown };
}

export function jsonOfInterval({ dimension, birth, death }: Interval) {
  return { dimension, birth: formatRational(birth), ...(death && { death: formatRational(death) }) };
}

/** The numbers of a homology, and what they are about. */
export function jsonOfTopology(
  { generators: _, evidence: __, ...numbers }: Topology,
  set: DecisionSet,
  domain: Domain,
) {
  const torsion = numbers.torsion?.map((orders) => orders.map(String));
  return { ...numbers, ...(torsion && { torsion }), set: jsonOfSet(set), domain: jsonOfDomain(domain) };
}
