/**
 * The facets of cells: from exact vertices in low dimension, from exact linear programs in any.
 */
import { content, type Rational, rational } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import { DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { CellShape } from '../../walk/index.js';
import type { Cell } from '../cells/index.js';
import { facetsOf } from './faces.js';
import {
  boundRow,
  type ConstraintNumber,
  constraintRow,
  type Polytope,
  PolytopePath,
  type VertexSet,
} from './polytope.js';
import { polytopeOfShape } from './shape.js';
import { SharedVertices } from './shared-vertices.js';

/** A facet of a cell. */
export interface CellFacet {
  /** Constraints that are zero on it, ascending: the first one of all, and others where they are at hand. */
  readonly constraints: readonly ConstraintNumber[];
  /** Its vertices, where vertices are known. */
  readonly vertices?: VertexSet;
}

/** Up to this dimension the vertices of cells are computed. */
export const VERTEX_DIMENSION = 6;

/** Geometry of the cells of one walk. */
export interface CellGeometry {
  /** The cell's polytope, if vertices are computed. In homogeneous coordinates it is the cone cut off by the box. */
  polytope(cell: Cell): Polytope | undefined;
  /** The facets of the cell's polytope. Those on bounds of the domain are left out unless asked for. */
  facets(cell: Cell, bounds?: boolean): CellFacet[];
  /** The first constraints on those facets that are not on bounds of the domain, ascending: less work than `facets`. */
  makers(cell: Cell): readonly ConstraintNumber[];
}

/** Whether the cells of a problem are low-dimensional enough for vertices. */
export function hasVertices({ variables, homogeneous }: PartitionProblem): boolean {
  return variables - (homogeneous ? 1 : 0) <= VERTEX_DIMENSION;
}

/** @throws DomainError, with the subject's name, where cells have no vertices: on unbounded domains, and in too many dimensions */
export function requireVertices(problem: PartitionProblem, subject: string): void {
  if (problem.homogeneous)
    throw new DomainError(`${subject}: expected a bounded domain, got an unbounded one; give --box, or add bounds`);
  if (!hasVertices(problem)) {
    throw new DomainError(
      `${subject}: expected at most ${VERTEX_DIMENSION} free inputs, got ${problem.variables}; fix some inputs`,
    );
  }
}

/**
 * The geometry of the cells of one walk.
 *
 * @param vertices whether to compute vertices; default: in low dimension
 */
export function cellGeometry(problem: PartitionProblem, vertices = hasVertices(problem)): CellGeometry {
  if (!vertices) return withMakers({ polytope: () => undefined, facets: facetsByPrograms });
  const path = new PolytopePath(problem);
  const { polytope, facets, makers } = vertexGeometry(path);
  const shared = new SharedVertices(problem);
  return {
    polytope: (cell) => {
      const shape = cell.shape();
      return shape === undefined ? polytope(cell) : polytopeOfShape(cell, shape, shared);
    },
    facets: (cell, bounds = false) => {
      const shape = cell.shape();
      return shape === undefined ? facets(cell, bounds) : facetsByShape(cell, shape, bounds);
    },
    makers: (cell) => {
      const shape = cell.shape();
      return shape === undefined ? makers(cell) : shape.constraints().filter((c) => !isBound(problem, c));
    },
  };
}

function withMakers(geometry: Omit<CellGeometry, 'makers'>): CellGeometry {
  return { ...geometry, makers: (cell) => geometry.facets(cell).map(({ constraints }) => constraints[0]!) };
}

/** The geometry that a path of polytopes gives; whoever holds the path may ask it for more. */
export function vertexGeometry(path: PolytopePath): CellGeometry {
  return withMakers({
    polytope: (cell) => path.polytope(cell),
    facets: (cell, bounds = false) => facetsByVertices(cell, path.polytope(cell), bounds),
  });
}

/** Whether a constraint is a face of the problem's box. */
export function isBoxFace({ variables }: PartitionProblem, constraint: ConstraintNumber): boolean {
  return constraint < 2 * variables;
}

/** Whether a constraint is a bound of the domain: a face of the box, or an inequality that the walk takes first. */
export function isBound(problem: PartitionProblem, constraint: ConstraintNumber): boolean {
  return constraint < 2 * problem.variables + problem.givenConditions.length;
}

function facetsByVertices({ problem }: Cell, polytope: Polytope, bounds: boolean): CellFacet[] {
  const facets = facetsOf(polytope);
  return bounds ? [...facets] : facets.filter(({ constraints }) => !isBound(problem, constraints[0]!));
}

/** The facets of the polytope that the engine holds. Cost: no arithmetic. */
function facetsByShape({ problem }: Cell, shape: CellShape, bounds: boolean): CellFacet[] {
  const facets = shape.facets();
  const wanted = bounds ? facets : facets.filter(({ constraint }) => !isBound(problem, constraint));
  return wanted.map(({ constraint, vertices }) => ({ constraints: [constraint], vertices }));
}

/** A text that two constraints share exactly if one is a positive multiple of the other. */
function rayOf(row: readonly bigint[]): string {
  const divisor = content(row);
  return row.map((entry) => entry / divisor).join(' ');
}

/**
 * A constraint is a facet's if the cell grows without it (and without those that coincide with it): a linear program
 * finds a point where it is negative and the others hold.
 */
function facetsByPrograms(cell: Cell, bounds = false): CellFacet[] {
  const { problem, splits } = cell;
  const first = 2 * problem.variables;
  const groups = new Map<string, { row: readonly bigint[]; constraints: ConstraintNumber[] }>();
  for (let k = first; k < first + splits.length; k++) {
    const row = constraintRow(cell, k);
    const key = rayOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { row, constraints: [k] });
    else group.constraints.push(k);
  }
  const cuts = [...groups.values()];
  const isWanted = (constraint: ConstraintNumber) => bounds || !isBound(problem, constraint);
  const facets: CellFacet[] = [];
  if (bounds) {
    for (let k = 0; k < first; k++) {
      const rows = cuts.map((cut) => cut.row);
      if (reachesBeyond(problem, rows, boundRow(problem, k), k)) facets.push({ constraints: [k] });
    }
  }
  // A redundant constraint may be dropped for good: the others keep describing the cell.
  let needed = cuts;
  for (const cut of cuts) {
    const others = needed.filter((c) => c !== cut);
    const rows = others.map((c) => c.row);
    if (!reachesBeyond(problem, rows, cut.row, undefined)) needed = others;
    else if (isWanted(cut.constraints[0]!)) facets.push({ constraints: cut.constraints });
  }
  return facets;
}

/** Whether `row` is negative anywhere where all else holds. @param relaxed a bound to be dropped */
function reachesBeyond(
  problem: PartitionProblem,
  others: readonly (readonly bigint[])[],
  row: readonly bigint[],
  relaxed: ConstraintNumber | undefined,
): boolean {
  const { exactLower, exactUpper, boxDenominator } = problem;
  const bound = (values: readonly bigint[], upper: 0 | 1) =>
    values.map((value, i): Rational => {
      const width = exactUpper[i]! - exactLower[i]!;
      const moved = relaxed === 2 * i + upper ? (upper === 1 ? value + width : value - width) : value;
      return rational(moved, boxDenominator);
    });
  const answer = solveLp(
    {
      variables: problem.variables,
      rows: others,
      lower: bound(exactLower, 0),
      upper: bound(exactUpper, 1),
      objective: row,
    },
    simplexBackend,
  );
  if (answer.status !== 'optimal') throw new Error(`facet program: expected an optimum, got ${answer.status}`);
  return answer.value.numerator < 0n;
}
