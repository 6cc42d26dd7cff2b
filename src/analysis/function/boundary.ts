/**
 * Level sets and decision boundaries, exactly: where one output equals another, or a constant.
 */
import type { Rational } from '../../exact/index.js';
import type { BoxDomain, Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type CellOptions, forEachCell, liftPoint } from '../cells/index.js';
import { requireVertices } from '../geometry/index.js';
import { enclosingBox } from './enclosing.js';
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
  /** On all of R^d: the box within which pieces are given, and where they go on beyond it. */
  readonly box?: BoxDomain;
  readonly ends?: readonly BoundaryEnd[];
}

/** The domain on which a boundary is looked for: of all of R^d a box whose interior meets every face. */
export function boundedFor(network: Network, domain: Domain, level: Level | 'classes'): Domain {
  if (domain.kind !== 'whole') return domain;
  // Of two outputs the bound does not depend on which they are.
  return enclosingBox(network, [level === 'classes' ? { output: 0, minus: 0 } : level]);
}

/** A boundary found on `boundedFor` the domain. */
export function onDomain<B extends Boundary>(boundary: B, domain: Domain, bounded: Domain): B {
  if (domain.kind !== 'whole') return boundary;
  const box = bounded as BoxDomain;
  return { ...boundary, box, ends: boundaryEnds(boundary, box) };
}

/**
 * The set where the level function is zero, as exact pieces.
 *
 * On all of R^d pieces are given within a box beyond which nothing new happens; where they go on for ever is said (`ends`).
 *
 * @throws DomainError in more than `VERTEX_DIMENSION` dimensions and on other unbounded domains; RangeError for outputs that do not exist
 */
export function levelSet(network: Network, domain: Domain, level: Level, options: CellOptions = {}): Boundary {
  const bounded = boundedFor(network, domain, level);
  const problem = analysisProblem(network, bounded);
  checkRequest(network, problem, level);
  const survey = new LevelSurvey(problem, level);
  forEachCell(problem, (cell) => survey.visit(cell), options);
  const sum = new LevelSum();
  sum.add(survey.take());
  return onDomain(boundaryOf(problem, sum), domain, bounded);
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
