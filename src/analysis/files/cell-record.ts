/**
 * Everything about one cell as plain exact data, in input coordinates.
 */

import type { IntegerVector } from '../../exact/index.js';
import { multiply, type Rational, rank, rational, toDouble } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { PatternKeys } from '../cells/index.js';
import {
  type Cell,
  frameOf,
  liftPoint,
  mapOf,
  patternOf,
  patternText,
  rowInInputs,
  type VariableFrame,
  witnessOf,
} from '../cells/index.js';
import {
  type CellFacet,
  type CellGeometry,
  changesAcross,
  constraintRow,
  isBound,
  isBoxFace,
  makersOf,
  type Polytope,
  polytopeVolume,
  type Vertex,
  volumeScale,
} from '../geometry/index.js';

export type DomainBound =
  | { readonly input: number; readonly side: 'lower' | 'upper' }
  /** Counted as in `network/conditions.ts`: the inequalities come first. */
  | { readonly condition: number };

export interface FacetRecord {
  /** The neurons (layer, index) that are zero on the facet; more than one where creases coincide. */
  readonly neurons: readonly (readonly [number, number])[];
  /** The bound of the domain that makes the facet: one of an input, or a condition of a polytope by its number. */
  readonly bound?: DomainBound;
  /** coefficients . x + constant >= 0 on the cell, = 0 on the facet */
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
  /** The cell on the other side; absent at a bound. */
  readonly neighbour?: number;
}

export interface CellRecord {
  readonly id: number;
  /** "+-0|+": signs of the neurons per layer; 0 for one that is identically zero on the cell or does not bend. */
  readonly pattern: string;
  /** A point strictly inside. */
  readonly witness: readonly Rational[];
  readonly facets: readonly FacetRecord[];
  /** outputs x inputs; columns of inputs that a flat domain fixes or determines are 0. */
  readonly jacobian: readonly (readonly Rational[])[];
  readonly constant: readonly Rational[];
  readonly bounded: boolean;
  /** In low dimension, in the order in which they arose. An unbounded cell need not have any. */
  readonly vertices?: readonly (readonly Rational[])[];
  /** In low dimension, of bounded cells; on a flat domain the volume in the free inputs. */
  readonly volume?: Rational;
}

/** What describing the cells of one walk needs. */
export class CellDescriber {
  private readonly frame: VariableFrame;
  private readonly scale: Rational;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly geometry: CellGeometry,
    private readonly keys: PatternKeys,
    /** The cell with a key. */
    private readonly cellWith: (key: number) => number | undefined,
  ) {
    this.frame = frameOf(problem);
    this.scale = volumeScale(problem);
  }

  describe(cell: Cell): CellRecord {
    const { jacobian, constant } = mapOf(cell, this.frame);
    const polytope = this.geometry.polytope(cell);
    const proper = polytope && this.properPolytope(cell, polytope);
    const bounded = proper?.bounded ?? this.isBounded(cell);
    return {
      id: cell.id,
      pattern: patternText(patternOf(cell)),
      witness: witnessOf(cell),
      facets: this.geometry
        .facets(cell, true)
        // Homogeneous coordinates have a box, the unbounded domain has none.
        .filter(({ constraints }) => !this.problem.homogeneous || !isBoxFace(this.problem, constraints[0]!))
        .map((facet) => this.facet(cell, facet)),
      jacobian,
      constant,
      bounded,
      ...(proper && { vertices: proper.vertices.map(({ lifted }) => liftPoint(this.problem, lifted)) }),
      ...(proper && bounded && { volume: multiply(polytopeVolume({ vertices: proper.vertices }), this.scale) }),
    };
  }

  private facet(cell: Cell, facet: CellFacet): FacetRecord {
    const { problem, splits } = cell;
    const [first] = facet.constraints as readonly [number, ...number[]];
    const atBound = isBound(problem, first);
    const split = isBoxFace(problem, first) ? undefined : splits[first - 2 * problem.variables]!;
    const denominator = split === undefined ? problem.boxDenominator : cell.exact.denominator(split.layer);
    const neighbour = atBound ? undefined : this.neighbour(cell, facet);
    return {
      neurons: makersOf(cell, facet),
      ...(atBound && { bound: this.bound(first) }),
      ...rowInInputs(problem, this.frame, constraintRow(cell, first), denominator),
      ...(neighbour !== undefined && { neighbour }),
    };
  }

  private bound(constraint: number): DomainBound {
    const { variables, givenConditions } = this.problem;
    if (!isBoxFace(this.problem, constraint)) return { condition: givenConditions[constraint - 2 * variables]! };
    return { input: this.frame.input[constraint >> 1]!, side: (constraint & 1) === 1 ? 'upper' : 'lower' };
  }

  private neighbour(cell: Cell, facet: CellFacet): number {
    const found = this.cellWith(this.keys.keyOf(cell.rows.sides, changesAcross(cell, facet)));
    if (found === undefined)
      throw new Error(`cell ${cell.id}: expected a cell on the other side of every facet, got none`);
    return found;
  }

  /**
   * The cell itself from the polytope in the problem's variables: in homogeneous coordinates (y, t) vertices are extreme
   * rays with t > 0, which are the vertices where the cell's own constraints have rank d, and the cell is bounded if and
   * only if 0 is the only point with t = 0.
   */
  private properPolytope(
    cell: Cell,
    { vertices }: Polytope,
  ): { readonly vertices: readonly (Vertex & { readonly lifted: IntegerVector })[]; readonly bounded: boolean } {
    const { homogeneous, variables } = this.problem;
    if (!homogeneous) return { vertices: vertices.map((v) => ({ ...v, lifted: v.point })), bounded: true };
    const d = variables - 1;
    const result: (Vertex & { readonly lifted: IntegerVector })[] = [];
    let bounded = true;
    for (const { point, tight } of vertices) {
      const t = point.numerators[d]!;
      if (t === 0n) {
        bounded &&= point.numerators.every((y) => y === 0n);
        continue;
      }
      const own = tight.filter((constraint) => !isBoxFace(this.problem, constraint));
      if (own.length < d || rank(own.map((c) => constraintRow(cell, c).slice(0, variables))) < d) continue;
      const affine = { numerators: point.numerators.slice(0, d), denominator: t };
      const near = Float64Array.from(affine.numerators, (n) => toDouble(rational(n, t)));
      result.push({ point: affine, near, tight: own, lifted: point });
    }
    return { vertices: result, bounded };
  }

  /** Whether no direction stays in the cell: linear programs at t = 0, for every coordinate and its negative. */
  private isBounded(cell: Cell): boolean {
    const { homogeneous, variables, exactLower, exactUpper, boxDenominator } = this.problem;
    if (!homogeneous) return true;
    const d = variables - 1;
    const rows = cell.splits.map((_, k) => {
      const row = constraintRow(cell, 2 * variables + k);
      return [...row.slice(0, d), 0n];
    });
    const bound = (values: readonly bigint[]) => values.slice(0, d).map((value) => rational(value, boxDenominator));
    return Array.from({ length: 2 * d }, (_, k) => k).every((k) => {
      const objective = new Array<bigint>(d + 1).fill(0n);
      objective[k >> 1] = (k & 1) === 0 ? 1n : -1n;
      const answer = solveLp(
        { variables: d, rows, lower: bound(exactLower), upper: bound(exactUpper), objective },
        simplexBackend,
      );
      return answer.status === 'optimal' && answer.value.numerator === 0n;
    });
  }
}
