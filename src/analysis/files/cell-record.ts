/**
 * Everything about one cell as plain exact data, in input coordinates.
 */

import type { IntegerVector } from '../../exact/index.js';
import { compare, equal, multiply, ONE, type Rational, rank, rational } from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { PatternKeys } from '../cells/index.js';
import {
  type Cell,
  frameOf,
  isPlain,
  liftPoint,
  mapOf,
  patternOf,
  patternText,
  Recent,
  rowInInputs,
  type VariableFrame,
  witnessOf,
} from '../cells/index.js';
import {
  type CellFacet,
  type CellGeometry,
  CellVolumes,
  type Crossing,
  Crossings,
  constraintRow,
  counterclockwise,
  counterclockwiseOnFace,
  isBound,
  isBoxFace,
  makeVertex,
  PointTexts,
  type Polytope,
  passingIntegers,
  type Vertex,
  volumeByRows,
  volumeScale,
  WidthPrograms,
} from '../geometry/index.js';
import type { CellField } from './fields.js';

export type DomainBound =
  | { readonly input: number; readonly side: 'lower' | 'upper' }
  /** Counted as in `network/conditions.ts`: the inequalities come first. */
  | { readonly condition: number };

export interface FacetRecord {
  /**
   * The neurons (layer, index) that bend and are zero on the facet, but not on all of both cells, in order; more than one where creases
   * coincide. None at a bound.
   */
  readonly neurons: readonly (readonly [number, number])[];
  /** The bound of the domain that makes the facet: one of an input, or a condition of a polytope by its number. */
  readonly bound?: DomainBound;
  /** coefficients . x + constant >= 0 on the cell, = 0 on the facet */
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
  /** The cell on the other side; absent at a bound. */
  readonly neighbour?: number;
}

/** A cell by the fields that were chosen; `id` always. */
export interface CellRecord {
  readonly id: number;
  /** "+-0|+": signs of the neurons per layer; 0 for one that is identically zero on the cell or does not bend. */
  readonly pattern?: string;
  readonly bounded?: boolean;
  /** A point strictly inside. */
  readonly witness?: readonly Rational[];
  readonly facets?: readonly FacetRecord[];
  /** The cells on the other sides of the facets, in the order of `facets` without those at bounds. */
  readonly neighbours?: readonly number[];
  /** outputs x inputs; columns of inputs that a flat domain fixes or determines are 0. */
  readonly jacobian?: readonly (readonly Rational[])[];
  readonly constant?: readonly Rational[];
  /**
   * Where vertices are known. With two free inputs counterclockwise in these, beginning with the least; with one ascending;
   * else in no order that would mean anything. An unbounded cell need not have any.
   */
  readonly vertices?: readonly (readonly Rational[])[];
  /**
   * For every facet the positions in `vertices` of its vertices; with three free inputs in cyclic order, counterclockwise
   * for who looks from outside.
   */
  readonly faces?: readonly (readonly number[])[];
  /** Where vertices are known, of bounded cells; on a flat domain the volume in the free inputs. */
  readonly volume?: Rational;
  /** The edge of the largest axis-parallel cube that fits in; null if cubes of any size do. */
  readonly width?: Rational | null;
}

/** A record of which long numbers are known as the texts that files have. */
export interface WrittenRecord extends CellRecord {
  /** In the place of `volume`, as `formatRational` writes it. */
  readonly volumeText?: string;
  /** In the place of `vertices`: coordinates, or their texts with commas between. */
  readonly vertexTexts?: readonly (string | readonly Rational[])[];
}

/** The cell in the problem's variables made proper: see `properPolytope`. */
interface ProperPolytope {
  readonly vertices: readonly ProperVertex[];
  readonly bounded: boolean;
}

interface ProperVertex {
  readonly point: IntegerVector;
  readonly tight: readonly number[];
  /** The point in all variables of the problem. */
  readonly lifted: IntegerVector;
}

interface DescribedRow {
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
}

/** What is remembered for the cells to come: those of a part of the tree. */
const MOST_ROWS = 1 << 11;
const MOST_POINTS = 1 << 11;

/** What describing the cells of one walk needs. */
export class CellDescriber {
  private readonly frame: VariableFrame;
  /** From volumes in the variables to those in the inputs; undefined if they are the same. */
  private readonly scale: Rational | undefined;
  private readonly wants: ReadonlySet<CellField>;
  /** What many cells share, by the engine's own objects: rows as they stand and negated, and points. */
  private readonly rows = new Recent<readonly bigint[], { plus?: DescribedRow; minus?: DescribedRow }>(MOST_ROWS);
  private readonly points = new Recent<IntegerVector, readonly Rational[]>(MOST_POINTS);
  private readonly widths: WidthPrograms | undefined;
  private readonly boundRows: DescribedRow[] = [];
  private readonly crossings: Crossings;
  private readonly volumes: CellVolumes;
  /** What vertices are written with that need be in no order, nor be numbers. */
  private readonly texts: PointTexts | undefined;
  private keyed: { readonly cell: Cell; readonly key: number } | undefined;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly geometry: CellGeometry,
    fields: readonly CellField[],
    private readonly keys: PatternKeys | undefined,
    /** The cell with a key. */
    private readonly cellWith: (key: number) => number | undefined,
    /** Long numbers will be written, all of them as they are: they need not be numbers first. */
    private readonly asText = false,
  ) {
    this.frame = frameOf(problem);
    this.crossings = new Crossings(problem);
    this.volumes = new CellVolumes(problem);
    const scale = volumeScale(problem);
    this.scale = equal(scale, ONE) ? undefined : scale;
    this.wants = new Set(fields);
    this.widths = this.wants.has('width') ? new WidthPrograms(problem) : undefined;
    const isWritten = asText && this.wants.has('vertices') && !this.wants.has('faces') && this.frame.input.length > 2;
    if (isWritten && isPlain(problem)) this.texts = PointTexts.here();
  }

  describe(cell: Cell): WrittenRecord {
    const { wants } = this;
    const body = this.bodyOf(cell);
    const sides = wants.has('facets') || wants.has('neighbours') || wants.has('faces') ? this.sidesOf(cell) : [];
    const facets = sides.map((facet) => this.facet(cell, facet));
    const isPlaced = (wants.has('vertices') || wants.has('faces')) && this.texts === undefined;
    const placed = isPlaced ? body.proper : undefined;
    const vertices = placed && this.verticesOf(placed);
    return {
      id: cell.id,
      ...(wants.has('pattern') && { pattern: patternText(patternOf(cell)) }),
      ...(wants.has('bounded') && { bounded: body.bounded! }),
      ...(wants.has('witness') && { witness: witnessOf(cell) }),
      ...(wants.has('facets') && { facets }),
      ...(wants.has('neighbours') && { neighbours: facets.flatMap(({ neighbour }) => neighbour ?? []) }),
      ...(wants.has('map') && mapOf(cell, this.frame)),
      ...(wants.has('vertices') && vertices && { vertices: vertices.order.map((v) => vertices.points[v]!) }),
      ...(this.texts && body.proper && { vertexTexts: this.textsOf(body.proper, this.texts) }),
      ...(wants.has('faces') && vertices && { faces: this.facesOf(body.proper!, vertices, sides, facets) }),
      ...(wants.has('volume') && body.proper && body.bounded && this.volume(cell, body.polytope!, body.proper)),
      ...(wants.has('width') && { width: this.widths!.widthOf(cell)?.width ?? null }),
    };
  }

  /** The cell's polytope, and whether it is bounded, as far as they are wanted. */
  private bodyOf(cell: Cell): { polytope?: Polytope; proper?: ProperPolytope; bounded?: boolean } {
    const { wants } = this;
    const places = wants.has('vertices') || wants.has('faces') || wants.has('volume');
    if (!places && (!wants.has('bounded') || !this.problem.homogeneous)) return { bounded: true };
    const polytope = this.geometry.polytope(cell);
    if (polytope === undefined) return { bounded: this.isBounded(cell) };
    const proper = this.properPolytope(cell, polytope);
    return { polytope, proper, bounded: proper.bounded };
  }

  /** The facets of the cell. Homogeneous coordinates have a box, the unbounded domain has none. */
  private sidesOf(cell: Cell): CellFacet[] {
    const facets = this.geometry.facets(cell, true);
    if (!this.problem.homogeneous) return facets;
    return facets.filter(({ constraints }) => !isBoxFace(this.problem, constraints[0]!));
  }

  private facet(cell: Cell, facet: CellFacet): FacetRecord {
    const { problem } = this;
    const [first] = facet.constraints as readonly [number, ...number[]];
    const atBound = isBound(problem, first);
    const crossing = atBound ? undefined : this.crossings.of(cell, first);
    const neighbour = crossing && this.keys && this.neighbour(cell, crossing.changes, this.keys);
    return {
      neurons: crossing?.neurons ?? [],
      ...(atBound && { bound: this.bound(first) }),
      ...this.describedRow(cell, first),
      ...(neighbour !== undefined && { neighbour }),
    };
  }

  /** The row of a constraint in the inputs. */
  private describedRow(cell: Cell, constraint: number): DescribedRow {
    const { problem, frame } = this;
    if (isBoxFace(problem, constraint)) {
      return (this.boundRows[constraint] ??= rowInInputs(
        problem,
        frame,
        constraintRow(cell, constraint),
        problem.boxDenominator,
      ));
    }
    const { layer, neuron, side } = cell.splits[constraint - 2 * problem.variables]!;
    const row = cell.exact.row(layer, neuron);
    let known = this.rows.get(row);
    if (known === undefined) this.rows.set(row, (known = {}));
    const described = () => rowInInputs(problem, frame, constraintRow(cell, constraint), cell.exact.denominator(layer));
    return side > 0 ? (known.plus ??= described()) : (known.minus ??= described());
  }

  private liftedPoint(point: IntegerVector): readonly Rational[] {
    let known = this.points.get(point);
    if (known === undefined) this.points.set(point, (known = liftPoint(this.problem, passingIntegers(point))));
    return known;
  }

  private textsOf({ vertices }: ProperPolytope, texts: PointTexts): (string | readonly Rational[])[] {
    return vertices.map(({ point }) => texts.of(point) ?? this.liftedPoint(point));
  }

  /** The vertices in the inputs, and the order in which they are written. */
  private verticesOf({ vertices }: ProperPolytope): OrderedVertices {
    const points = vertices.map(({ lifted }) => this.liftedPoint(lifted));
    const [first = 0, second] = this.frame.input;
    const order = points.map((_, v) => v);
    if (this.frame.input.length === 1) order.sort((a, b) => compare(points[a]![first]!, points[b]![first]!));
    else if (this.frame.input.length === 2)
      order.splice(0, order.length, ...counterclockwise(points, [first, second!]));
    return { points, order };
  }

  private facesOf(
    { vertices }: ProperPolytope,
    { points, order }: OrderedVertices,
    sides: readonly CellFacet[],
    facets: readonly FacetRecord[],
  ): number[][] {
    const { input } = this.frame;
    return sides.map(({ constraints }, k) => {
      const own = order.flatMap((v, position) => (vertices[v]!.tight.includes(constraints[0]!) ? [position] : []));
      if (input.length !== 3) return own;
      const corners = own.map((position) => points[order[position]!]!);
      const cycle = counterclockwiseOnFace(corners, facets[k]!.coefficients, input as [number, number, number]);
      return cycle.map((corner) => own[corner]!);
    });
  }

  private volume(
    cell: Cell,
    polytope: Polytope,
    { vertices }: ProperPolytope,
  ): Pick<WrittenRecord, 'volume' | 'volumeText'> {
    const { homogeneous, variables } = this.problem;
    if (this.asText && !homogeneous && this.scale === undefined) {
      const found = this.volumes.textOf(cell, polytope);
      return typeof found === 'string' ? { volumeText: found } : { volume: found };
    }
    const volume = homogeneous
      ? volumeByRows({ vertices: vertices.map(withDoubles) }, (c) => constraintRow(cell, c).slice(0, variables))
      : this.volumes.volumeOf(cell, polytope);
    return { volume: this.scale === undefined ? volume : multiply(volume, this.scale) };
  }

  private bound(constraint: number): DomainBound {
    const { variables, givenConditions } = this.problem;
    if (!isBoxFace(this.problem, constraint)) return { condition: givenConditions[constraint - 2 * variables]! };
    return { input: this.frame.input[constraint >> 1]!, side: (constraint & 1) === 1 ? 'upper' : 'lower' };
  }

  private neighbour(cell: Cell, changes: Crossing['changes'], keys: PatternKeys): number {
    const { sides } = cell.rows;
    const found = this.cellWith(keys.changed(this.keyOf(cell, keys), sides, changes));
    if (found === undefined)
      throw new Error(`cell ${cell.id}: expected a cell on the other side of every facet, got none`);
    return found;
  }

  /** The key of the cell, once for all its facets. */
  private keyOf(cell: Cell, keys: PatternKeys): number {
    if (this.keyed?.cell !== cell) this.keyed = { cell, key: keys.keyOf(cell.rows.sides) };
    return this.keyed.key;
  }

  /**
   * The cell itself from the polytope in the problem's variables: in homogeneous coordinates (y, t) vertices are extreme
   * rays with t > 0, which are the vertices where the cell's own constraints have rank d, and the cell is bounded if and
   * only if 0 is the only point with t = 0.
   */
  private properPolytope(cell: Cell, { vertices }: Polytope): ProperPolytope {
    const { homogeneous, variables } = this.problem;
    if (!homogeneous) {
      return { vertices: vertices.map(({ point, tight }) => ({ point, tight, lifted: point })), bounded: true };
    }
    const d = variables - 1;
    const result: ProperVertex[] = [];
    let bounded = true;
    for (const { point, tight } of vertices) {
      const t = point.numerators[d]!;
      if (t === 0n) {
        bounded &&= point.numerators.every((y) => y === 0n);
        continue;
      }
      const own = tight.filter((constraint) => !isBoxFace(this.problem, constraint));
      if (own.length < d || rank(own.map((c) => constraintRow(cell, c).slice(0, variables))) < d) continue;
      result.push({ point: { numerators: point.numerators.slice(0, d), denominator: t }, tight: own, lifted: point });
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

interface OrderedVertices {
  readonly points: readonly (readonly Rational[])[];
  readonly order: readonly number[];
}

function withDoubles({ point, tight }: ProperVertex): Vertex {
  return makeVertex(point, tight);
}
