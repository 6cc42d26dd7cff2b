/**
 * The faces of an exact polytope, from which constraints are zero at which vertices: no arithmetic.
 */
import {
  type ConstraintNumber,
  dimensionOf,
  type Facet,
  includesAll,
  type Polytope,
  type VertexSet,
} from './polytope.js';

/**
 * The facets of a full-dimensional polytope, ordered by their first constraint.
 *
 * Each constraint is zero on a face, and every facet is one of these faces; so the facets are the maximal ones.
 */
export function facetsOf(polytope: Polytope): readonly Facet[] {
  if (polytope.facets !== undefined) return polytope.facets;
  const { vertices } = polytope;
  const n = dimensionOf(polytope);
  const zeros = new Map<ConstraintNumber, number[]>();
  vertices.forEach(({ tight }, v) => {
    for (const constraint of tight) {
      const known = zeros.get(constraint);
      if (known === undefined) zeros.set(constraint, [v]);
      else known.push(v);
    }
  });
  const groups: { constraints: ConstraintNumber[]; vertices: number[] }[] = [];
  for (const [constraint, set] of zeros) {
    if (set.length < n) continue;
    const same = groups.find((g) => g.vertices.length === set.length && includesAll(g.vertices, set));
    if (same === undefined) groups.push({ constraints: [constraint], vertices: set });
    else same.constraints.push(constraint);
  }
  const facets = groups.filter((g) => !groups.some((other) => other !== g && includesAll(other.vertices, g.vertices)));
  for (const { constraints } of facets) constraints.sort((a, b) => a - b);
  return facets.sort((a, b) => a.constraints[0]! - b.constraints[0]!);
}

function intersection(a: VertexSet, b: VertexSet): number[] {
  return a.filter((v) => b.includes(v));
}

/** The facets of a face: the maximal proper intersections with facets of the polytope. */
export function facetsOfFace(face: VertexSet, facets: readonly VertexSet[]): VertexSet[] {
  const seen = new Map<string, number[]>();
  for (const facet of facets) {
    const part = intersection(face, facet);
    if (part.length > 0 && part.length < face.length) seen.set(part.join(), part);
  }
  const parts = [...seen.values()];
  return parts.filter((part) => !parts.some((other) => other.length > part.length && includesAll(other, part)));
}

/** All faces by dimension: [k] lists those of dimension k, the last entry is the polytope itself. */
export function facesByDimension(polytope: Polytope): VertexSet[][] {
  const n = dimensionOf(polytope);
  const facets = facetsOf(polytope).map((facet) => facet.vertices);
  const result: VertexSet[][] = Array.from({ length: n + 1 }, () => []);
  result[n]!.push(polytope.vertices.map((_, v) => v));
  // Facets and vertices are known.
  if (n > 0) result[0] = polytope.vertices.map((_, v) => [v]);
  if (n > 1) result[n - 1] = facets;
  for (let k = n - 1; k > 1; k--) {
    const below = new Map<string, VertexSet>();
    for (const face of result[k]!) for (const part of facetsOfFace(face, facets)) below.set(part.join(), part);
    result[k - 1]!.push(...below.values());
  }
  return result;
}
