/**
 * The oracle for one network: exact answers to what other implementations compute in floating point.
 */
import { analysisProblem, type Cell, type CellOptions, mapOf } from '../../analysis/cells/index.js';
import { type CellBody, cellBodies } from '../../analysis/files/cells.js';
import {
  type SegmentPartition,
  type SetValuedGradient,
  segmentPartition,
  setValuedGradient,
} from '../../analysis/function/index.js';
import { type Rational, rational, toDouble, toSingle } from '../../exact/index.js';
import type { Network, Pattern, RationalAffine, Sign } from '../../network/index.js';
import { type Domain, whole } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { cellsAround, type TightBound, tightBounds } from './around.js';
import { exactPoint, type Point, rationalsOfPoint } from './exact-point.js';
import {
  cellWith,
  facetsOfLocated,
  inequalitiesOf,
  type LocatedFacet,
  type NeuronInequality,
  type Sides,
} from './located-cell.js';
import { PointEvaluator } from './point-evaluator.js';

/** A neuron: its activation layer and its index there, both counted from 0. */
export type NeuronName = readonly [layer: number, index: number];

/** The signs at a point. */
export interface PatternAt {
  /** "+-0|+": signs of the pre-activations, layers separated by bars; 0 for a neuron that is 0 there or does not bend. */
  readonly pattern: string;
  /** The neurons that bend and whose pre-activation is exactly 0. */
  readonly onCrease: readonly NeuronName[];
}

/** The value at a point. */
export interface ValueAt extends PatternAt {
  readonly exact: readonly Rational[];
  /** The doubles nearest to the exact outputs, ties to even; infinite beyond the range. */
  readonly double: readonly number[];
  /** The float32 numbers nearest to the exact outputs (not to their doubles), ties to even; infinite beyond the range. */
  readonly float32: readonly number[];
}

/** A cell that contains the point that was asked about. */
export interface LocatedCell {
  /** "+-0|+": signs on the cell; 0 for a neuron that is identically zero there or does not bend. */
  readonly pattern: string;
  /** A point strictly inside: the one that was asked about, if it is. */
  readonly inside: readonly Rational[];
  /** The affine map on the cell, if asked for. Columns of inputs that the domain fixes are 0. */
  readonly map?: RationalAffine;
  /** The inequalities of all neurons, needed and redundant ones, if asked for. */
  readonly inequalities?: readonly NeuronInequality[];
  /** The irredundant ones, with the cell behind each, if asked for. */
  readonly facets?: readonly LocatedFacet[];
  /** Up to dimension 6, if asked for; on the whole space an unbounded cell need not have any. */
  readonly vertices?: readonly (readonly Rational[])[];
  /**
   * For every facet, in the order of `facets`, the positions in `vertices` of its vertices, if asked for; with three free inputs
   * in cyclic order, counterclockwise for who looks from outside.
   */
  readonly faces?: readonly (readonly number[])[];
  /** Of bounded cells, up to dimension 6, if asked for. */
  readonly volume?: Rational;
  /** Of `partition`, if asked for: the edge of the largest axis-parallel cube that fits in; null if cubes of any size do. */
  readonly width?: Rational | null;
}

/** What `locate` tells about each cell beside its pattern. */
export type CellDetail = 'map' | 'inequalities' | 'facets' | 'vertices' | 'faces' | 'volume';

const BODY_DETAILS = ['vertices', 'faces', 'volume'] as const satisfies readonly CellDetail[];

/** Where a point lies in the partition. */
export interface Location {
  readonly onCrease: readonly NeuronName[];
  readonly onBounds: readonly TightBound[];
  /** All cells that contain the point: one if it lies on no crease. */
  readonly cells: readonly LocatedCell[];
}

/** The vertices, the faces and the volume of a cell, as asked for. @param bodyOf kept from cell to cell on a walk */
export function bodyDetails(
  cell: Cell,
  details: readonly (CellDetail | 'width')[],
  bodyOf?: (cell: Cell) => CellBody,
): Pick<LocatedCell, 'vertices' | 'faces' | 'volume'> {
  if (!BODY_DETAILS.some((detail) => details.includes(detail))) return {};
  const { vertices, faces, volume } = (bodyOf ?? cellBodies(cell.problem, undefined, details.includes('faces')))(cell);
  return {
    ...(details.includes('vertices') && vertices && { vertices }),
    ...(details.includes('faces') && faces && { faces }),
    ...(details.includes('volume') && volume && { volume }),
  };
}

/** Options of `locate`. */
export interface LocateOptions extends CellOptions {
  /** Default: all of R^d. */
  readonly domain?: Domain;
  /** Default: none. */
  readonly details?: readonly CellDetail[];
}

/**
 * Exact answers about one network, as many as are wanted.
 *
 * Preparing takes one pass over the weights, so keep the oracle for all questions about its network. Every answer is that of
 * the real function which the weights define; nothing is decided by a tolerance.
 *
 * ```ts
 * import { formatRational, Oracle, readNetwork } from 'relu-atlas';
 *
 * const { network } = await readNetwork('fixtures/degenerate/concurrent-lines.json');
 * const oracle = new Oracle(network);
 * const { exact, double, onCrease } = oracle.evaluate(['-1/3', '1/3']);
 * console.log(exact.map(formatRational), double, onCrease); // [ '1/2' ] [ 0.5 ] [ [ 0, 2 ] ]
 * ```
 */
export class Oracle {
  private readonly evaluator: PointEvaluator;

  /** @param network whose questions are answered */
  constructor(readonly network: Network) {
    this.evaluator = new PointEvaluator(network);
  }

  /**
   * The exact outputs at a point, their correctly rounded doubles and float32 numbers, and the signs of all neurons.
   *
   * Cost: one pass in doubles, and one integer product per weight between active neurons.
   *
   * @throws RangeError, SyntaxError for points that are none
   */
  evaluate(point: Point): ValueAt {
    const { evaluator } = this;
    evaluator.visit(exactPoint(point, this.network.inputs));
    const { numerators, denominator } = evaluator.output();
    const exact = numerators.map((numerator) => rational(numerator, denominator));
    return { exact, double: exact.map(toDouble), float32: exact.map(toSingle), ...this.signsHere() };
  }

  /**
   * The exact signs of all pre-activations at a point.
   *
   * Cost: one pass in doubles, and integers for the neurons that its error bound leaves undecided.
   *
   * @throws RangeError, SyntaxError for points that are none
   */
  pattern(point: Point): PatternAt {
    this.evaluator.visit(exactPoint(point, this.network.inputs));
    return this.signsHere();
  }

  /**
   * The gradient at a point: of all cells around it (whose convex hull is Clarke's), and by the convention relu'(0) = 0.
   *
   * ```ts
   * import { affineFromDoubles, buildNetwork, formatRational, Oracle, RELU } from 'relu-atlas';
   *
   * // relu(t) - relu(-t) = t, whose derivative is 1 everywhere.
   * const network = buildNetwork(1, [
   *   { affine: affineFromDoubles(2, 1, [1, -1], [0, 0]) },
   *   { slopes: [RELU, RELU] },
   *   { affine: affineFromDoubles(1, 2, [1, -1], [0]) },
   * ]);
   * const { jacobians, conventional, conventionalIsAttained } = new Oracle(network).gradient([0]);
   * console.log(jacobians.flat(2).map(formatRational)); // [ '1' ]
   * console.log(conventional.flat().map(formatRational), conventionalIsAttained); // [ '0' ] false
   * ```
   *
   * Cost: off the creases one exact row per active neuron; on them the partition by the neurons that are zero.
   *
   * @throws RangeError, SyntaxError for points that are none
   */
  gradient(point: Point, options: CellOptions = {}): SetValuedGradient {
    const at = exactPoint(point, this.network.inputs);
    this.evaluator.visit(at);
    const { onCrease } = this.signsHere();
    if (onCrease.length > 0) return setValuedGradient(this.network, rationalsOfPoint(at), options);
    const { jacobian } = mapOf(cellWith(this.evaluator.problem, this.evaluator.sides, rationalsOfPoint(at)));
    const direction = jacobian[0]!.map(() => rational(0n));
    const cell = { pattern: this.masked(this.evaluator.sides), direction, jacobian };
    return { cells: [cell], jacobians: [jacobian], onCrease, conventional: jacobian, conventionalIsAttained: true };
  }

  /**
   * The cells of the partition of a domain that contain a point: one, or all around it if it lies on creases.
   *
   * ```ts
   * import { Oracle, readNetwork } from 'relu-atlas';
   *
   * // Eight lines through one point cut the plane into 16 sectors, each with two lines for facets.
   * const { network } = await readNetwork('fixtures/degenerate/concurrent-lines.json');
   * const { cells } = new Oracle(network).locate([0, 0], { details: ['facets'] });
   * console.log(cells.length, cells[0]?.facets?.length); // 16 2
   * ```
   *
   * Cost: off the creases that of `pattern`; on them the partition by the neurons that are zero at the point. Details cost
   * the exact rows of the cell.
   *
   * @throws RangeError, SyntaxError for points that are none, DomainError for those outside the domain
   */
  locate(point: Point, options: LocateOptions = {}): Location {
    const { domain = whole(this.network.inputs), details = [], ...rest } = options;
    const at = exactPoint(point, this.network.inputs);
    const coordinates = rationalsOfPoint(at);
    const onBounds = tightBounds(domain, coordinates);
    this.evaluator.visit(at);
    const { onCrease, pattern } = this.signsHere();
    if (onCrease.length === 0 && onBounds.length === 0 && details.length === 0) {
      return { onCrease, onBounds, cells: [{ pattern, inside: coordinates }] };
    }
    const { problem, sides } = this.evaluator;
    const found =
      onCrease.length === 0 && onBounds.length === 0
        ? [{ sides, inside: coordinates }]
        : cellsAround(this.network, problem, domain, coordinates, this.masked(this.evaluator.sides), rest);
    const described = domain.kind === 'whole' ? problem : analysisProblem(this.network, domain);
    return {
      onCrease,
      onBounds,
      cells: found.map((cell) => this.describe(described, cell.sides, cell.inside, details)),
    };
  }

  /**
   * The exact breakpoints along a segment, and the affine map between each two; see `segmentPartition`.
   *
   * @throws RangeError, SyntaxError for points that are none, DomainError if they coincide
   */
  segment(from: Point, to: Point): SegmentPartition {
    const { inputs } = this.network;
    const [start, end] = [from, to].map((point) => rationalsOfPoint(exactPoint(point, inputs))) as [
      Rational[],
      Rational[],
    ];
    return segmentPartition(this.network, start, end);
  }

  private describe(
    problem: PartitionProblem,
    sides: Sides,
    inside: readonly Rational[],
    details: readonly CellDetail[],
  ): LocatedCell {
    const pattern = this.patternTextOf(sides);
    if (details.length === 0) return { pattern, inside };
    const cell = cellWith(problem, sides, inside);
    return {
      pattern,
      inside,
      ...(details.includes('map') && { map: mapOf(cell) }),
      ...(details.includes('inequalities') && { inequalities: inequalitiesOf(cell) }),
      ...(details.includes('facets') && { facets: facetsOfLocated(cell) }),
      ...bodyDetails(cell, details),
    };
  }

  /** The signs of `sides`, 0 for neurons that do not bend. */
  private masked(sides: Sides): Pattern {
    const { problem, outputLayer } = this.evaluator;
    return problem.layers
      .slice(0, outputLayer)
      .map((layer, l) => Array.from(layer.bends, (bent, j) => (bent === 1 ? (sides[l]![j] as Sign) : 0)));
  }

  /** `patternText(masked(sides))`, without what lies between: this is the greater part of the cost of `pattern`. */
  private patternTextOf(sides: Sides): string {
    const { problem, outputLayer } = this.evaluator;
    let text = '';
    for (let l = 0; l < outputLayer; l++) {
      const { bends, width } = problem.layers[l]!;
      const signs = sides[l]!;
      if (l > 0) text += '|';
      for (let j = 0; j < width; j++) text += bends[j] === 0 || signs[j] === 0 ? '0' : signs[j]! > 0 ? '+' : '-';
    }
    return text;
  }

  /** The signs at the point visited last. */
  private signsHere(): PatternAt {
    const { problem, sides, outputLayer } = this.evaluator;
    const onCrease: NeuronName[] = [];
    for (let l = 0; l < outputLayer; l++) {
      const { bends } = problem.layers[l]!;
      const signs = sides[l]!;
      for (let j = 0; j < signs.length; j++) if (signs[j] === 0 && bends[j] === 1) onCrease.push([l, j]);
    }
    return { pattern: this.patternTextOf(sides), onCrease };
  }
}
