/**
 * All activation patterns that some point of the domain realises, those of lower-dimensional faces included.
 */
import { isOrdinary } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell } from '../cells/index.js';
import {
  type CellGeometry,
  cellGeometry,
  facesByDimension,
  hasVertices,
  type Polytope,
  signAtVertex,
  VERTEX_DIMENSION,
} from '../geometry/index.js';

export interface PatternCounts {
  /** Sets of active neurons (pre-activation > 0): the activation regions of Hanin and Rolnick 2019. */
  readonly patterns: number;
  /** Vectors of signs -, 0, + of all neurons that bend: finer, as a neuron at 0 is told from an inactive one. */
  readonly signVectors: number;
}

/**
 * Counts the patterns realised anywhere on the closed domain.
 *
 * Every point lies in the relative interior of one face of a cell; there a neuron that is zero at all vertices of the face
 * is zero, and every other one has the sign it has inside the cell. Cost: all faces of all cells. Memory: all patterns.
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions
 */
export function countPatterns(network: Network, domain: Domain, options: CellOptions = {}): PatternCounts {
  const problem = analysisProblem(network, domain);
  const survey = new PatternsSurvey(problem);
  const sum = new PatternsSum();
  forEachCell(problem, (cell) => survey.visit(cell), options);
  sum.add(survey.take());
  return sum.counts();
}

/** The sign vectors of some cells, each once; survives the structured clone algorithm. */
export interface PatternsPart {
  readonly vectors: readonly string[];
}

/** Gathers sign vectors. */
export class PatternsSurvey {
  private readonly geometry: CellGeometry;
  private vectors = new Set<string>();

  /** @throws DomainError in more than `VERTEX_DIMENSION` dimensions */
  static check(problem: PartitionProblem): void {
    if (!hasVertices(problem)) {
      throw new DomainError(
        `patterns: expected at most ${VERTEX_DIMENSION} free inputs, got ${problem.variables}; count cells, or fix some inputs`,
      );
    }
  }

  /** @throws DomainError as `check` */
  constructor(problem: PartitionProblem) {
    PatternsSurvey.check(problem);
    this.geometry = cellGeometry(problem);
  }

  visit(cell: Cell): void {
    for (const vector of signVectorsOf(cell, this.geometry.polytope(cell)!)) this.vectors.add(vector);
  }

  /** What was gathered since the last call. */
  take(): PatternsPart {
    const vectors = [...this.vectors];
    this.vectors = new Set();
    return { vectors };
  }
}

/** Sign vectors and patterns put together, in any order. */
export class PatternsSum {
  private readonly active = new Set<string>();
  private readonly signs = new Set<string>();

  add({ vectors }: PatternsPart): void {
    for (const vector of vectors) {
      this.signs.add(vector);
      this.active.add(vector.replaceAll('-', '0'));
    }
  }

  counts(): PatternCounts {
    return { patterns: this.active.size, signVectors: this.signs.size };
  }
}

/** The sign vectors on the faces of a cell, as texts. */
function signVectorsOf(cell: Cell, polytope: Polytope): Set<string> {
  const { problem, rows, outputLayer } = cell;
  const filtered = problem.magnitude.every(isOrdinary);
  const neurons: { sign: number; zeros: boolean[] }[] = [];
  for (let l = 0; l < outputLayer; l++) {
    const { width, bends } = problem.layers[l]!;
    for (let j = 0; j < width; j++) {
      if (bends[j] === 0) continue;
      const zeros = polytope.vertices.map((vertex) => signAtVertex(cell, l, j, vertex, filtered) === 0);
      neurons.push({ sign: rows.sides[l]![j]!, zeros });
    }
  }
  const t = problem.variables - 1;
  const atInfinity = (v: number) => problem.homogeneous && polytope.vertices[v]!.point.numerators[t] === 0n;
  const result = new Set<string>();
  for (const faces of facesByDimension(polytope)) {
    for (const face of faces) {
      // A face with t = 0 throughout has no point in R^d.
      if (face.every(atInfinity)) continue;
      const vector = neurons.map(({ sign, zeros }) => (face.every((v) => zeros[v]) ? '0' : sign > 0 ? '+' : '-'));
      result.add(vector.join(''));
    }
  }
  return result;
}
