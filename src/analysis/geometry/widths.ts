/**
 * How wide cells are: the edge of the largest axis-parallel cube that fits into a cell, which is twice its inscribed radius in the
 * maximum norm.
 *
 * A tool that decides with a tolerance loses the thinnest cells; the widths say from which one on its count can be compared.
 *
 * *Program.* The cube of half edge r around c lies in { a . x + b >= 0 } if and only if a . c + b >= r |a|_1: over the cube a . x
 * is least at a corner, where it is a . c - r |a|_1. So r is the maximum of a linear program, solved exactly.
 *
 * Source: the Chebyshev centre (Boyd, Vandenberghe, Convex Optimization 2004, section 8.5.1), here in the maximum norm, where it is
 * rational.
 */
import {
  compare,
  type IntegerVector,
  integersFromRationals,
  type Rational,
  rational,
  ZERO,
} from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import { type Domain, DomainError, type Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import {
  analysisProblem,
  type Cell,
  type CellOptions,
  forEachCell,
  frameOf,
  patternOf,
  patternText,
  rowInInputs,
  type VariableFrame,
} from '../cells/index.js';
import { boundRow, constraintRow } from './polytope.js';

/** The width of a cell; undefined if cubes of any size fit. */
export interface CellWidth {
  readonly width: Rational;
  /** The centre of such a cube. Inputs that the domain fixes have their values. */
  readonly center: readonly Rational[];
}

/** The first of the thinnest cells. */
export interface ThinnestCell extends CellWidth {
  readonly pattern: string;
  /** How many cells are as thin. */
  readonly cells: number;
}

/** The widths of the cells of a partition. */
export interface WidthReport {
  readonly cells: number;
  /** Undefined if cubes of any size fit into every cell. */
  readonly thinnest: ThinnestCell | undefined;
  /** Cells into which cubes of any size fit. */
  readonly unlimited: number;
  /** For each threshold the number of cells that are wider than it, the unlimited ones among them. */
  readonly wider: readonly { readonly than: Rational; readonly cells: number }[];
}

/** Unless told: 1/10, 1/100, ... down to what float32 tells from 0 beside 1. */
export const WIDTH_THRESHOLDS: readonly Rational[] = Array.from({ length: 8 }, (_, k) =>
  rational(1n, 10n ** BigInt(k + 1)),
);

type ProgramRow = readonly bigint[];

/** The programs of the cells of one walk. */
export class WidthPrograms {
  private readonly frame: VariableFrame;
  /** Rows of the box, of bounded problems. */
  private readonly box: readonly ProgramRow[];
  private readonly lower: readonly (Rational | null)[];
  private readonly upper: readonly (Rational | null)[];
  /** Rows that many cells share, by the walk's own objects: as they stand and negated. */
  private readonly known = new WeakMap<readonly bigint[], { plus?: ProgramRow; minus?: ProgramRow }>();

  /** @throws DomainError for a domain on which inputs depend on each other */
  constructor(private readonly problem: PartitionProblem) {
    if (problem.isSkew) {
      throw new DomainError(
        'widths: expected a domain with an interior in its free inputs, got one on which inputs depend on each other; take a slice',
      );
    }
    this.frame = frameOf(problem);
    const free = this.frame.input;
    this.box = problem.homogeneous
      ? []
      : Array.from({ length: 2 * free.length }, (_, k) => this.rowOf(boundRow(problem, k), problem.boxDenominator));
    const bound = (at: 0 | 1) => free.map((_, v) => (problem.homogeneous ? null : zeroOf(this.box[2 * v + at]!, v)));
    this.lower = [...bound(0), ZERO];
    this.upper = [...bound(1), problem.homogeneous ? null : this.longestHalfEdge(bound(0), bound(1))];
  }

  widthOf(cell: Cell): CellWidth | undefined {
    const { lower, upper, frame, problem } = this;
    const first = 2 * problem.variables;
    const rows = [...this.box, ...cell.splits.map((_, k) => this.cutRow(cell, first + k))];
    const n = frame.input.length;
    const objective = [...new Array<bigint>(n).fill(0n), -1n, 0n];
    const answer = solveLp({ variables: n + 1, rows, lower, upper, objective }, simplexBackend);
    if (answer.status === 'infeasible') throw new Error(`cell ${cell.id}: expected points in it, got none`);
    if (answer.status === 'unbounded') return undefined;
    const { value, point } = answer;
    return { width: rational(-2n * value.numerator, value.denominator), center: this.centerOf(point) };
  }

  /** a . x - |a|_1 r + b in the free inputs and r, over the integers. */
  private rowOf(row: readonly bigint[], denominator: bigint): ProgramRow {
    const { coefficients, constant } = rowInInputs(this.problem, this.frame, row, denominator);
    const { numerators } = integersFromRationals([...this.frame.input.map((input) => coefficients[input]!), constant]);
    const slopes = numerators.slice(0, -1);
    const norm = slopes.reduce((sum, entry) => sum + (entry < 0n ? -entry : entry), 0n);
    return [...slopes, -norm, numerators.at(-1)!];
  }

  private cutRow(cell: Cell, constraint: number): ProgramRow {
    const { layer, neuron, side } = cell.splits[constraint - 2 * this.problem.variables]!;
    const row = cell.exact.row(layer, neuron);
    let known = this.known.get(row);
    if (known === undefined) this.known.set(row, (known = {}));
    const made = () => this.rowOf(constraintRow(cell, constraint), cell.exact.denominator(layer));
    return side > 0 ? (known.plus ??= made()) : (known.minus ??= made());
  }

  private longestHalfEdge(lower: readonly (Rational | null)[], upper: readonly (Rational | null)[]): Rational {
    const edges = lower.map((low, v) => {
      const [{ numerator: a, denominator: b }, { numerator: c, denominator: d }] = [low!, upper[v]!];
      return rational(c * b - a * d, 2n * b * d);
    });
    return edges.reduce((most, edge) => (compare(edge, most) > 0 ? edge : most));
  }

  private centerOf({ numerators, denominator }: IntegerVector): Rational[] {
    const { problem, frame } = this;
    const center = problem.lift({
      numerators: Array.from({ length: problem.variables }, (_, v) => (v === frame.input.length ? 1n : 0n)),
      denominator: 1n,
    });
    frame.input.forEach((input, v) => {
      center[input] = rational(numerators[v]!, denominator);
    });
    return center;
  }
}

/** Where a row of one variable is zero with r = 0. */
function zeroOf(row: ProgramRow, variable: number): Rational {
  return rational(-row.at(-1)!, row[variable]!);
}

/** What some consecutive cells give; survives the structured clone algorithm. */
export interface WidthPart {
  readonly cells: number;
  readonly unlimited: number;
  readonly wider: readonly number[];
  readonly thinnest: ThinnestCell | undefined;
}

/** The thinner of two, the first one where they are alike. */
function thinner(one: ThinnestCell | undefined, other: ThinnestCell | undefined): ThinnestCell | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const order = compare(one.width, other.width);
  if (order === 0) return { ...one, cells: one.cells + other.cells };
  return order < 0 ? one : other;
}

/** Gathers the widths of cells. */
export class WidthSurvey {
  private readonly programs: WidthPrograms;
  private cells = 0;
  private unlimited = 0;
  private wider: number[];
  private thinnest: ThinnestCell | undefined;

  constructor(
    problem: PartitionProblem,
    private readonly thresholds: readonly Rational[],
  ) {
    this.programs = new WidthPrograms(problem);
    this.wider = thresholds.map(() => 0);
  }

  visit(cell: Cell): void {
    const found = this.programs.widthOf(cell);
    this.cells++;
    if (found === undefined) this.unlimited++;
    this.thresholds.forEach((than, k) => {
      if (found === undefined || compare(found.width, than) > 0) this.wider[k]!++;
    });
    if (found === undefined) return;
    if (this.thinnest !== undefined && compare(found.width, this.thinnest.width) > 0) return;
    this.thinnest = thinner(this.thinnest, { ...found, pattern: patternText(patternOf(cell)), cells: 1 });
  }

  /** What was gathered since the last call. */
  take(): WidthPart {
    const { cells, unlimited, wider, thinnest } = this;
    this.cells = 0;
    this.unlimited = 0;
    this.wider = wider.map(() => 0);
    this.thinnest = undefined;
    return { cells, unlimited, wider, thinnest };
  }
}

/** Puts parts together, in tree order. */
export class WidthSum {
  private cells = 0;
  private unlimited = 0;
  private readonly wider: number[];
  private thinnest: ThinnestCell | undefined;

  constructor(private readonly thresholds: readonly Rational[]) {
    this.wider = thresholds.map(() => 0);
  }

  add(part: WidthPart): void {
    this.cells += part.cells;
    this.unlimited += part.unlimited;
    part.wider.forEach((more, k) => {
      this.wider[k]! += more;
    });
    this.thinnest = thinner(this.thinnest, part.thinnest);
  }

  report(): WidthReport {
    const { cells, unlimited, thinnest } = this;
    return { cells, unlimited, thinnest, wider: this.thresholds.map((than, k) => ({ than, cells: this.wider[k]! })) };
  }
}

export interface WidthOptions extends CellOptions {
  /** Cells are counted that are wider than each of these; default: `WIDTH_THRESHOLDS`. */
  readonly thresholds?: readonly Rational[];
}

/**
 * How wide the cells of a network on a domain are, exactly. Cost: a linear program per cell.
 *
 * @throws DomainError for a domain on which inputs depend on each other
 */
export function cellWidths(
  network: Network,
  domain: Domain,
  { thresholds = WIDTH_THRESHOLDS, ...options }: WidthOptions = {},
): WidthReport {
  const problem = analysisProblem(network, domain);
  const survey = new WidthSurvey(problem, thresholds);
  const sum = new WidthSum(thresholds);
  forEachCell(problem, (cell) => survey.visit(cell), options);
  sum.add(survey.take());
  return sum.report();
}
