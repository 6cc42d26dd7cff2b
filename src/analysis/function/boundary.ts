/**
 * Level sets and decision boundaries, exactly: where one output equals another, or a constant.
 */
import type { Rational } from '../../exact/index.js';
import type { BoxDomain, Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type CellOptions, forEachCell, liftPoint } from '../cells/index.js';
import { type BoundedPart, boundedPart, requireVertices } from '../geometry/index.js';
import { type BoundaryEnd, boundaryEnds } from './ends.js';
import type { Level } from './level.js';
import { LevelSum, LevelSurvey } from './level-survey.js';

/** A piece of the boundary in one cell: a polytope of dimension d - 1. */
export interface BoundaryPiece {
  /** The cell; of a piece on a facet the first of its two cells in tree order. */
  readonly cell: number;
  /** Positions of its vertices in `Boundary.points`. */
  readonly vertices: readonly number[];
}

export interface Boundary {
  /** All vertices of pieces, in input coordinates. */
  readonly points: readonly (readonly Rational[])[];
  readonly pieces: readonly BoundaryPiece[];
  /** Cells on which h is zero throughout. */
  readonly ties: readonly number[];
  /** On unbounded domains: the box within which pieces are given, and where they go on beyond it. */
  readonly box?: BoxDomain;
  readonly ends?: readonly BoundaryEnd[];
}

/** Where a boundary is looked for: on an unbounded domain within a box whose interior meets every face. */
export function boundedFor(network: Network, domain: Domain, level: Level | 'classes'): BoundedPart {
  // Of two outputs the bound does not depend on which they are.
  return boundedPart(network, domain, [level === 'classes' ? { minus: 0 } : level]);
}

/** A boundary found on `boundedFor` the domain. */
export function onDomain<B extends Boundary>(boundary: B, { within }: BoundedPart): B {
  return within === undefined ? boundary : { ...boundary, box: within, ends: boundaryEnds(boundary, within) };
}

/**
 * The set where the level function is zero, as exact pieces.
 *
 * On unbounded domains pieces are given within a box beyond which nothing new happens; where they go on for ever is said (`ends`).
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions; RangeError for outputs that do not exist
 */
export function levelSet(network: Network, domain: Domain, level: Level, options: CellOptions = {}): Boundary {
  const bounded = boundedFor(network, domain, level);
  const problem = analysisProblem(network, bounded.domain);
  checkRequest(network, problem, level);
  const survey = new LevelSurvey(problem, level);
  forEachCell(problem, (cell) => survey.visit(cell), options);
  const sum = new LevelSum();
  sum.add(survey.take());
  return onDomain(boundaryOf(problem, sum), bounded);
}

/** The boundary in the coordinates of the inputs. */
export function boundaryOf(problem: PartitionProblem, { points, pieces, ties }: LevelSum): Boundary {
  return { points: points.map((point) => liftPoint(problem, point)), pieces, ties };
}

/** @throws as `levelSet` */
export function checkRequest(network: Network, problem: PartitionProblem, level: Level) {
  requireVertices(problem, 'boundary');
  for (const output of 'minus' in level ? [level.output, level.minus] : [level.output]) {
    if (!Number.isInteger(output) || output < 0 || output >= network.outputs) {
      throw new RangeError(`boundary: expected an output from 0 to ${network.outputs - 1}, got ${output}`);
    }
  }
}
