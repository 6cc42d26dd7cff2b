/**
 * What a report says about the cells and the function, gathered in one walk.
 */
import type { Cell } from '../../analysis/cells/index.js';
import { numberList, RoundedMaps } from '../../analysis/cells/index.js';
import {
  ClassSurvey,
  type ClassSurveyResult,
  ExtremeSearch,
  type LipschitzConstants,
  LipschitzSearch,
  NeuronCensus,
  type NeuronFact,
  type OutputRange,
} from '../../analysis/function/index.js';
import type { CellGeometry, Polytope } from '../../analysis/geometry/index.js';
import { CellVolumes, facetsOf, VolumeSum, volumeScale } from '../../analysis/geometry/index.js';
import { equal, multiply, ONE, type Rational, toDouble } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';

/** Classes are cut out of cells up to this dimension. */
export const CLASS_DIMENSION = 3;

export interface Statistics {
  readonly cells: number;
  /** Volumes of all cells, rounded, and their exact sum; only where all cells are bounded and vertices are known. */
  readonly volumes?: Float64Array;
  readonly volumeSum?: Rational;
  /** Facets per cell; only where vertices are known. */
  readonly facets?: Uint32Array;
  /** Frobenius norms of the Jacobians, rounded; the largest double where they are beyond it. */
  readonly gradients: Float64Array;
  readonly ranges: readonly OutputRange[];
  readonly lipschitz: LipschitzConstants;
  readonly neurons: readonly NeuronFact[];
  readonly classes?: ClassSurveyResult;
}

/**
 * The Euclidean length of the slopes in a list of affine functions, whose constants are left out. Scaling by a power of two rounds
 * nothing and keeps squares in range.
 *
 * @param stride entries per function; the last one is its constant
 */
function lengthOfSlopes(entries: readonly number[], stride: number): number {
  let largest = 0;
  for (let i = 0; i < entries.length; i++)
    if (i % stride !== stride - 1) largest = Math.max(largest, Math.abs(entries[i]!));
  if (largest === 0) return 0;
  const unit = 2 ** Math.min(Math.floor(Math.log2(largest)), 1023);
  let sum = 0;
  for (let i = 0; i < entries.length; i++) if (i % stride !== stride - 1) sum += (entries[i]! / unit) ** 2;
  return Math.min(unit * Math.sqrt(sum), Number.MAX_VALUE);
}

/** Gathers statistics from the cells of a walk. */
export class StatisticsWalk {
  private readonly volumes = numberList((n) => new Float64Array(n));
  private readonly facets = numberList((n) => new Uint32Array(n));
  private readonly gradients = numberList((n) => new Float64Array(n));
  private readonly exactVolumes: CellVolumes;
  private readonly sum = new VolumeSum();
  private readonly scale: Rational;
  private readonly plain: boolean;
  private readonly extremes: ExtremeSearch;
  private readonly lipschitz: LipschitzSearch;
  private readonly census: NeuronCensus;
  private readonly rounded: RoundedMaps;
  private readonly survey: ClassSurvey | undefined;
  private hasVertices = false;
  private cells = 0;

  constructor(
    private readonly problem: PartitionProblem,
    network: Network,
    private readonly geometry: CellGeometry,
    /** Exact volumes and classes, which cost many times more than all the rest. */
    private readonly measured = true,
  ) {
    this.exactVolumes = new CellVolumes(problem);
    this.scale = volumeScale(problem);
    this.plain = equal(this.scale, ONE);
    this.extremes = new ExtremeSearch(problem, geometry);
    this.lipschitz = new LipschitzSearch(problem);
    this.census = new NeuronCensus(network);
    this.rounded = new RoundedMaps(problem);
    const low = measured && !problem.homogeneous && problem.variables <= CLASS_DIMENSION;
    this.survey = low ? new ClassSurvey(problem) : undefined;
  }

  /** The next cell. @returns its class, as far as classes are looked at */
  visit(cell: Cell): number | undefined {
    this.cells++;
    this.extremes.visit(cell);
    this.lipschitz.visit(cell);
    this.census.visit(cell);
    this.gradients.push(this.gradientOf(cell));
    const shape = this.measured ? undefined : cell.shape();
    if (shape !== undefined) {
      // Facets are counted without making anything exact.
      this.hasVertices = true;
      this.facets.push(shape.constraints().length);
      return undefined;
    }
    const polytope = this.geometry.polytope(cell);
    if (polytope === undefined) return undefined;
    this.hasVertices = true;
    if (!this.measured) {
      this.facets.push(facetsOf(polytope).length);
      return undefined;
    }
    if (this.problem.homogeneous) {
      this.facets.push(this.geometry.facets(cell).length);
      return undefined;
    }
    const volume = this.measure(cell, polytope);
    return this.survey?.visit(cell, polytope, volume);
  }

  /** @returns the cell's volume in doubles */
  private measure(cell: Cell, polytope: Polytope): number {
    const volume = this.exactVolumes.volumeOf(cell, polytope);
    this.sum.add(cell, volume);
    const rounded = toDouble(this.plain ? volume : multiply(volume, this.scale));
    this.volumes.push(rounded);
    this.facets.push(facetsOf(polytope).length);
    return rounded;
  }

  private gradientOf(cell: Cell): number {
    return lengthOfSlopes(this.rounded.of(cell), this.rounded.stride);
  }

  result(): Statistics {
    const bounded = this.hasVertices && this.measured && !this.problem.homogeneous;
    return {
      cells: this.cells,
      ...(bounded && { volumes: this.volumes.take(), volumeSum: multiply(this.sum.total(), this.scale) }),
      ...(this.hasVertices && { facets: this.facets.take() }),
      gradients: this.gradients.take(),
      ranges: this.extremes.result(),
      lipschitz: this.lipschitz.result(),
      neurons: this.census.facts(),
      ...(this.survey && { classes: this.survey.result() }),
    };
  }
}
