/**
 * Verifies that a list of polytopes is the partition of a domain, cut by the comparisons of a set, with all its faces.
 *
 * Let D be the domain, d the dimension of its affine hull. *Functions* are the pre-activations of the neurons that bend, the comparisons of the set, and the
 * conditions of D. The faces of dimension d are called *pieces*. What is verified, and what follows:
 *
 * (1) *Vertices* are different points of D, and no function has both signs at the vertices of a piece. By induction over the layers all functions are then
 * affine on its hull.
 * (2) *Faces are polytopes with all their facets.* The vertices of a face are those of its facets. Each facet is where a function that has one sign at
 * the others vanishes, so it is an exposed proper face; and pieces have at most d dimensions; so a face of dimension k has exactly k. Each ridge lies in two of the facets, so the
 * neighbours of listed facets are listed, and all are, as the facets of a polytope are connected through ridges. The incidence numbers satisfy d d = 0, so they
 * are those of a regular complex (Cooke and Finney 1967, theorem II.6.2).
 * (3) *Pieces do not overlap.* Two of them differ in the sign of a function. It is positive, say, in the interior of one, and not in the other.
 * (4) *They cover D.* Each of their facets lies in two pieces, or in one and on a condition of D that does not vanish on the piece. Take the interior of D without the faces
 * of at most d - 2 dimensions: it is connected. The union of the pieces is closed; and open in there, since two pieces with a common facet that do not overlap lie on both sides of it,
 * and no point there is on the boundary of D. There is a piece; so the pieces cover all of that, and of D, which is its closure.
 * (5) *They are the partition.* A piece lies in the polyhedron where all functions have its signs, weakly. An interior point of that lies in some piece, which has the same signs,
 * so it is the same by (3). So the pieces are these polyhedra: the cells of the canonical polyhedral complex (Grigsby and Lindsey 2022, theorem 1), cut further by the comparisons. They
 * meet in whole faces, and no two listed faces have the same vertices; so the list is that complex.
 *
 * On a piece the comparisons are affine with one sign, so the set meets it in a face, or in all of it, or not at all. Hence the faces whose vertices all belong to the set are all of the set.
 */
import type { BoundedPart } from '../analysis/geometry/index.js';
import { checkedHull } from '../checker/index.js';
import {
  formatRational,
  type IntegerVector,
  integersFromRationals,
  parseRational,
  signOfInteger,
  subtract,
} from '../exact/index.js';
import {
  bends,
  type Condition,
  conditionsOf,
  evaluateExact,
  type Network,
  polytope,
  type Sign,
} from '../network/index.js';
import { demand } from './refusal.js';
import { admits, comparisonsOf, type DecisionSet } from './set.js';

/** What is claimed to be a partition. */
export interface ClaimedPartition {
  readonly network: Network;
  readonly domain: BoundedPart['domain'];
  readonly set: DecisionSet;
  /** Combinations of inequalities of the domain that vanish, as those of a certificate's header: what makes it flat. */
  readonly implied: readonly (readonly (readonly [condition: number, multiplier: string])[])[];
  readonly vertices: readonly (readonly string[])[];
  /** boundary[k - 1]: of each face of dimension k its facets, counted from 1, negative where the incidence number is -1. */
  readonly boundary: readonly (readonly (readonly number[])[])[];
}

export interface CheckedPartition {
  /** Of each face by dimension, whether it belongs to the set. */
  readonly isInside: readonly (readonly boolean[])[];
  /** Of each face by dimension, whether it lies on the boundary of the domain. */
  readonly isOnBoundary: readonly (readonly boolean[])[];
}

/** Signs of functions, as bits of words: first those of the domain's conditions. */
class Corners {
  readonly words: number;
  /** How many words the conditions take. */
  readonly domainWords: number;
  private readonly positive: Uint32Array;
  private readonly negative: Uint32Array;

  constructor(count: number, conditions: number, others: number) {
    this.domainWords = Math.ceil(conditions / 32);
    this.words = this.domainWords + Math.ceil(others / 32);
    this.positive = new Uint32Array(count * this.words);
    this.negative = new Uint32Array(count * this.words);
  }

  /** Takes the sign of a condition, or of another function, by number. */
  set(vertex: number, of: 'condition' | 'other', number: number, sign: Sign): void {
    if (sign === 0) return;
    const at = vertex * this.words + (of === 'condition' ? 0 : this.domainWords) + (number >>> 5);
    (sign > 0 ? this.positive : this.negative)[at]! |= 1 << (number & 31);
  }

  /** The functions of a word that are zero at all of some vertices; of no vertices, all. */
  zeros(vertices: readonly number[], word: number): number {
    let bits = 0;
    for (const v of vertices) bits |= this.positive[v * this.words + word]! | this.negative[v * this.words + word]!;
    return ~bits;
  }

  /** Those of some functions of a word that are positive at all of some vertices, or negative at all. */
  private constant(functions: number, vertices: readonly number[], word: number): number {
    let [above, below] = [functions, functions];
    for (const v of vertices) {
      above &= this.positive[v * this.words + word]!;
      below &= this.negative[v * this.words + word]!;
    }
    return above | below;
  }

  /** Whether a function, among those of the first words, vanishes at some vertices of a face and has one sign, not 0, at the others, which there are. */
  exposes(part: readonly number[], others: readonly number[], words = this.words): boolean {
    if (others.length === 0) return false;
    for (let word = 0; word < words; word++) {
      const zeros = this.zeros(part, word);
      if (zeros !== 0 && this.constant(zeros, others, word) !== 0) return true;
    }
    return false;
  }

  /** The signs that functions have at some vertices, as a text; undefined if one has both. */
  jointSigns(vertices: readonly number[]): string | undefined {
    const bits: number[] = [];
    for (let word = 0; word < this.words; word++) {
      let [above, below] = [0, 0];
      for (const v of vertices) {
        above |= this.positive[v * this.words + word]!;
        below |= this.negative[v * this.words + word]!;
      }
      if ((above & below) !== 0) return undefined;
      bits.push(above, below);
    }
    return bits.join();
  }
}

/** (1), and which vertices belong to the set. */
function cornersOf({ network, set, vertices }: ClaimedPartition, conditions: readonly Condition[]) {
  const comparisons = comparisonsOf(set, network.outputs);
  const bending = network.layers.map(({ slopes }) => slopes.flatMap((own, j) => (bends(own) ? [j] : [])));
  const neurons = bending.flat().length;
  const corners = new Corners(vertices.length, conditions.length, neurons + comparisons.length);
  const points = new Set<string>();
  const isInside = vertices.map((texts, v) => {
    demand(texts.length === network.inputs, `vertex ${v}: expected ${network.inputs} coordinates, got ${texts.length}`);
    const point = texts.map(parseRational);
    points.add(point.map(formatRational).join());
    demand(points.size === v + 1, `vertex ${v} is listed twice`);
    signsInDomain(conditions, integersFromRationals(point)).forEach((sign, c) => {
      const isFulfilled = sign === 0 || (sign > 0 && !conditions[c]!.equality);
      demand(isFulfilled, `vertex ${v} lies outside of the domain`);
      corners.set(v, 'condition', c, sign);
    });
    const { output, pattern } = evaluateExact(network, point);
    let number = 0;
    for (const [l, positions] of bending.entries())
      for (const j of positions) corners.set(v, 'other', number++, pattern[l]![j]!);
    const admitted = comparisons.map((level, c) => {
      const other = 'minus' in level ? output[level.minus]! : level.threshold;
      const sign = signOfInteger(subtract(output[level.output]!, other).numerator);
      corners.set(v, 'other', neurons + c, sign);
      return admits(set, sign);
    });
    return !admitted.includes(false);
  });
  return { corners, isInside };
}

/** The signs of the conditions at a point. */
function signsInDomain(conditions: readonly Condition[], { numerators, denominator }: IntegerVector): Sign[] {
  return conditions.map(({ row }) =>
    signOfInteger(numerators.reduce((sum, x, i) => sum + row[i]! * x, row.at(-1)! * denominator)),
  );
}

const numberOf = (entry: number) => Math.abs(entry) - 1;

/** Faces of one dimension: of each its vertices, ascending. */
type Level = readonly (readonly number[])[];

/** (2) for the faces of dimension k. */
function checkedLevel(corners: Corners, { boundary }: ClaimedPartition, k: number, below: Level): Level {
  const listed = new Set<string>();
  const isFacet = new Uint8Array(below.length);
  const level = boundary[k - 1]!.map((entries, face) => {
    const named = `face ${face} of dimension ${k}`;
    const facets = new Set(entries.map(numberOf));
    demand(facets.size === entries.length, `${named}: names a facet twice`);
    demand(
      entries.every((entry) => below[numberOf(entry)] !== undefined),
      `${named}: names a facet that does not exist`,
    );
    demand(isClosed(entries, k === 1 ? undefined : boundary[k - 2]!), `${named}: its boundary is not closed`);
    const vertices = [...new Set([...facets].flatMap((facet) => below[facet]!))].sort((a, b) => a - b);
    for (const facet of facets) {
      const part = below[facet]!;
      const isExposed = corners.exposes(part, without(vertices, part));
      demand(isExposed, `${named}: its facet ${facet} is none of it`);
      isFacet[facet] = 1;
    }
    listed.add(vertices.join());
    demand(listed.size === face + 1, `${named}: is listed twice`);
    return vertices;
  });
  const alone = isFacet.indexOf(0);
  demand(alone < 0, `face ${alone} of dimension ${k - 1}: expected it to be a facet of another one`);
  return level;
}

/** The numbers of an ascending list that are not in another one, which it has as a part. */
function without(vertices: readonly number[], part: readonly number[]): number[] {
  let next = 0;
  return vertices.filter((v) => {
    if (v !== part[next]) return true;
    next++;
    return false;
  });
}

/** Whether each ridge lies in two of the facets, with signs that cancel; the two ends of an edge meet at nothing. */
function isClosed(entries: readonly number[], ridges: readonly (readonly number[])[] | undefined): boolean {
  if (ridges === undefined) return entries.length === 2 && Math.sign(entries[0]!) !== Math.sign(entries[1]!);
  const met = new Map<number, { count: number; sum: number }>();
  for (const entry of entries) {
    for (const ridge of ridges[numberOf(entry)]!) {
      const { count, sum } = met.get(numberOf(ridge)) ?? { count: 0, sum: 0 };
      met.set(numberOf(ridge), { count: count + 1, sum: sum + Math.sign(entry) * Math.sign(ridge) });
    }
  }
  return met.size > 0 && [...met.values()].every(({ count, sum }) => count === 2 && sum === 0);
}

/** (1) and (3): no function changes its sign on a piece, and no two pieces have the same signs. */
function checkPieces(corners: Corners, pieces: Level): void {
  const known = new Set<string>();
  pieces.forEach((vertices, piece) => {
    const signs = corners.jointSigns(vertices);
    demand(signs !== undefined, `piece ${piece}: the network bends, or crosses the level, inside of it`);
    known.add(signs);
    demand(known.size === piece + 1, `piece ${piece}: overlaps another one, the network bends nowhere between them`);
  });
}

/** (4): every facet of a piece has pieces on both sides, or lies on the boundary of the domain. */
function checkCover(corners: Corners, boundary: readonly (readonly number[])[], pieces: Level, facets: Level): void {
  demand(pieces.length > 0, 'expected pieces, got none');
  const sides = new Uint32Array(facets.length);
  const last = new Int32Array(facets.length);
  boundary.forEach((entries, piece) => {
    for (const facet of entries.map(numberOf)) {
      sides[facet]!++;
      last[facet] = piece;
    }
  });
  sides.forEach((count, facet) => {
    if (count === 2) return;
    const part = facets[facet]!;
    const isOnBoundary =
      count === 1 && corners.exposes(part, without(pieces[last[facet]!]!, part), corners.domainWords);
    demand(
      isOnBoundary,
      `the pieces do not cover the domain once: expected one on each side of facet ${facet}, got ${count}`,
    );
  });
}

/** Verifies all of it. @throws Refusal that names what is wrong, PolytopeError for what is said of the domain */
export function checkPartition(claim: ClaimedPartition): CheckedPartition {
  const { network, domain, boundary } = claim;
  const stated = domain.kind === 'polytope' ? domain : polytope(network.inputs, [], { box: domain });
  const conditions = conditionsOf(stated);
  const dimension = checkedHull(network.inputs, conditions, claim.implied).free.length;
  demand(boundary.length === dimension, `expected faces of up to ${dimension} dimensions, got ${boundary.length}`);
  const { corners, isInside } = cornersOf(claim, conditions);
  const levels: Level[] = [claim.vertices.map((_, v) => [v])];
  for (let k = 1; k <= dimension; k++) levels.push(checkedLevel(corners, claim, k, levels[k - 1]!));
  checkPieces(corners, levels[dimension]!);
  checkCover(corners, boundary[dimension - 1]!, levels[dimension]!, levels[dimension - 1]!);
  const all = claim.vertices.map((_, v) => v);
  const vanishing = Array.from({ length: corners.domainWords }, (_, word) => corners.zeros(all, word));
  return {
    isInside: levels.map((level) => level.map((vertices) => vertices.every((v) => isInside[v]))),
    isOnBoundary: levels.map((level) =>
      level.map((vertices) => vanishing.some((bits, word) => (corners.zeros(vertices, word) & ~bits) !== 0)),
    ),
  };
}
