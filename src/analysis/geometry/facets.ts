/**
 * The facets of cells: from exact vertices in low dimension, from exact linear programs in any.
 */
import {
  content,
  type IntegerVector,
  type Rational,
  rational,
  reduced,
  rowAt,
  toDouble,
  UNIT_ROUNDOFF,
} from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
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

/** A facet of a cell, with a point in its relative interior. */
export interface CellFacet {
  /** All constraints that are zero on it, ascending. */
  readonly constraints: readonly ConstraintNumber[];
  /** Its vertices, where vertices are known. */
  readonly vertices?: VertexSet;
  /** Doubles near a point of the relative interior: coordinate i is off by at most spread * 2^-53 * X_i. */
  readonly near: Float64Array;
  readonly spread: number;
  /** That point exactly. */
  point(): IntegerVector;
}

/** Up to this dimension the vertices of cells are computed. */
export const VERTEX_DIMENSION = 6;

/** Geometry of the cells of one walk. */
export interface CellGeometry {
  /** The cell's polytope, if vertices are computed. In homogeneous coordinates it is the cone cut off by the box. */
  polytope(cell: Cell): Polytope | undefined;
  /** The facets of the cell's polytope. Those on bounds of the domain are left out unless asked for. */
  facets(cell: Cell, bounds?: boolean): CellFacet[];
}

/** Whether the cells of a problem are low-dimensional enough for vertices. */
export function hasVertices({ variables, homogeneous }: PartitionProblem): boolean {
  return variables - (homogeneous ? 1 : 0) <= VERTEX_DIMENSION;
}

/**
 * The geometry of the cells of one walk.
 *
 * @param vertices whether to compute vertices; default: in low dimension
 */
export function cellGeometry(problem: PartitionProblem, vertices = hasVertices(problem)): CellGeometry {
  if (!vertices) return { polytope: () => undefined, facets: (cell, bounds = false) => facetsByPrograms(cell, bounds) };
  const path = new PolytopePath(problem);
  const { polytope, facets } = vertexGeometry(path);
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
  };
}

/** The geometry that a path of polytopes gives; whoever holds the path may ask it for more. */
export function vertexGeometry(path: PolytopePath): CellGeometry {
  return {
    polytope: (cell) => path.polytope(cell),
    facets: (cell, bounds = false) => facetsByVertices(cell, path.polytope(cell), bounds),
  };
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
  return facetsOf(polytope)
    .filter(({ constraints }) => bounds || !isBound(problem, constraints[0]!))
    .map(({ constraints, vertices }) => ({
      constraints,
      vertices,
      near: meanOfDoubles(polytope, vertices),
      // Each vertex is off by u X, and m additions and a division add m + 1 roundings of at most u X (1 + (m + 1) u).
      spread: vertices.length + 3,
      point: () => meanOf(vertices.map((v) => polytope.vertices[v]!.point)),
    }));
}

/** The facets of the polytope that the engine holds. Cost: no exact arithmetic until it is asked for. */
function facetsByShape({ problem }: Cell, shape: CellShape, bounds: boolean): CellFacet[] {
  const { variables } = problem;
  const facets: CellFacet[] = [];
  for (const { constraint, vertices } of shape.facets()) {
    if (!bounds && isBound(problem, constraint)) continue;
    const near = new Float64Array(variables);
    let radius = 0;
    for (const v of vertices) {
      radius = Math.max(radius, shape.radius[v]!);
      for (let i = 0; i < variables; i++) near[i]! += shape.points[v * variables + i]! / vertices.length;
    }
    facets.push({
      constraints: [constraint],
      vertices,
      near,
      // As for nearest doubles, whose radius is u.
      spread: radius / UNIT_ROUNDOFF + vertices.length + 3,
      point: () => meanOf(vertices.map((v) => shape.exact(v))),
    });
  }
  return facets;
}

function meanOfDoubles({ vertices }: Polytope, set: VertexSet): Float64Array {
  const sum = new Float64Array(vertices[0]!.near.length);
  for (const v of set) {
    const { near } = vertices[v]!;
    // Divided before it is added, so that nothing overflows.
    for (let i = 0; i < sum.length; i++) sum[i]! += near[i]! / set.length;
  }
  return sum;
}

/** The mean of exact points. */
export function meanOf(points: readonly IntegerVector[]): IntegerVector {
  const n = points[0]!.numerators.length;
  const product = points.reduce((d, point) => d * point.denominator, 1n);
  const numerators = new Array<bigint>(n).fill(0n);
  for (const { numerators: own, denominator } of points) {
    const factor = product / denominator;
    for (let i = 0; i < n; i++) numerators[i]! += own[i]! * factor;
  }
  return { numerators, denominator: product * BigInt(points.length) };
}

/** A text that two constraints share exactly if one is a positive multiple of the other. */
function rayOf(row: readonly bigint[]): string {
  const divisor = content(row);
  return row.map((entry) => entry / divisor).join(' ');
}

/**
 * A constraint is a facet's if the cell grows without it (and without those that coincide with it): a linear program
 * finds a point where it is negative and the others hold. The segment from the witness to that point leaves the cell
 * through the facet's relative interior.
 */
function facetsByPrograms(cell: Cell, bounds: boolean): CellFacet[] {
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
      const beyond = pointBeyond(
        problem,
        cuts.map((c) => c.row),
        boundRow(problem, k),
        k,
      );
      if (beyond !== undefined) facets.push(facetThrough(cell, [k], boundRow(problem, k), beyond));
    }
  }
  // A redundant constraint may be dropped for good: the others keep describing the cell.
  let needed = cuts;
  for (const cut of cuts) {
    const others = needed.filter((c) => c !== cut);
    const beyond = pointBeyond(
      problem,
      others.map((c) => c.row),
      cut.row,
      undefined,
    );
    if (beyond === undefined) needed = others;
    else if (isWanted(cut.constraints[0]!)) facets.push(facetThrough(cell, cut.constraints, cut.row, beyond));
  }
  return facets;
}

/** A point where `row` is negative and all else holds, or undefined if there is none. `relaxed`: a bound to be dropped. */
function pointBeyond(
  problem: PartitionProblem,
  others: readonly (readonly bigint[])[],
  row: readonly bigint[],
  relaxed: ConstraintNumber | undefined,
): IntegerVector | undefined {
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
  return answer.value.numerator < 0n ? answer.point : undefined;
}

/** The facet that the segment from the witness to a point beyond it passes through. */
function facetThrough(
  cell: Cell,
  constraints: readonly ConstraintNumber[],
  row: readonly bigint[],
  beyond: IntegerVector,
): CellFacet {
  const start = cell.witness();
  const inside = rowAt(row, start.numerators, start.denominator) * beyond.denominator;
  const outside = -rowAt(row, beyond.numerators, beyond.denominator) * start.denominator;
  // (outside * start + inside * beyond) / (outside + inside)
  const point = reduced({
    numerators: start.numerators.map(
      (n, i) => outside * n * beyond.denominator + inside * beyond.numerators[i]! * start.denominator,
    ),
    denominator: (outside + inside) * start.denominator * beyond.denominator,
  });
  const near = Float64Array.from(point.numerators, (n) => toDouble(rational(n, point.denominator)));
  return { constraints, near, spread: 2, point: () => point };
}
