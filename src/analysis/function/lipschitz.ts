/**
 * Exact Lipschitz constants over the domain.
 *
 * On a convex domain the Lipschitz constant of a continuous piecewise affine function is the largest operator norm of its
 * Jacobians on full-dimensional cells (every segment is cut into pieces inside cells, Jordan and Dimakis 2020, theorem 1).
 */

import {
  absolute,
  add,
  compare,
  evaluationUnit,
  integersFromRationals,
  nextDown,
  type Rational,
  rational,
  SLACK,
  toDouble,
  ZERO,
} from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import {
  analysisProblem,
  type Cell,
  type CellOptions,
  forEachCell,
  frameOf,
  mapOf,
  type VariableFrame,
  witnessOf,
} from '../cells/index.js';
import { type Bracket, largestEigenvalueBracket, squareRootBracket } from '../geometry/index.js';

/** A largest value and a cell on which it is taken (the first one in tree order). */
export interface Largest {
  readonly value: Rational;
  readonly cell: number;
  /** A point strictly inside that cell. */
  readonly around: readonly Rational[];
}

export interface LipschitzConstants {
  /** |f(x) - f(y)|_1 <= l1 |x - y|_1: the largest column sum of absolute values. */
  readonly l1: Largest;
  /** |f(x) - f(y)|_inf <= linf |x - y|_inf: the largest row sum of absolute values. */
  readonly linf: Largest;
  /** |f(x) - f(y)|_2 <= l2 |x - y|_2: the largest singular value, bracketed, with the cell that gives the lower end. */
  readonly l2: Bracket & Omit<Largest, 'value'>;
}

type Matrix = readonly (readonly Rational[])[];

function largestRowSum(matrix: Matrix): Rational {
  const sums = matrix.map((row) => row.map(absolute).reduce(add, ZERO));
  return sums.reduce((a, b) => (compare(a, b) < 0 ? b : a), ZERO);
}

function transposed(matrix: Matrix, columns: number): Matrix {
  return Array.from({ length: columns }, (_, c) => matrix.map((row) => row[c]!));
}

/** A bracket of the square of the largest singular value. */
function squaredNormBracket(matrix: Matrix, columns: number): Bracket {
  // The smaller of J J^T and J^T J; both have the same largest eigenvalue.
  const rows = matrix.length <= columns ? matrix : transposed(matrix, columns);
  const { numerators, denominator } = integersFromRationals(rows.flat());
  const width = rows[0]?.length ?? 0;
  const integers = rows.map((_, r) => numerators.slice(r * width, (r + 1) * width));
  const gram = integers.map((a) => integers.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0n)));
  const { lower, upper } = largestEigenvalueBracket(gram);
  const scale = ({ numerator, denominator: d }: Rational) => rational(numerator, d * denominator * denominator);
  return { lower: scale(lower), upper: scale(upper) };
}

/**
 * The Lipschitz constants of a network on a domain, between the input and output norms of the same kind.
 *
 * Inputs that the domain fixes do not vary and do not count. Cost: the walk; exact Jacobians only where doubles cannot rule
 * a new record out.
 */
export function lipschitzConstants(network: Network, domain: Domain, options: CellOptions = {}): LipschitzConstants {
  const search = new LipschitzSearch(analysisProblem(network, domain));
  forEachCell(search.problem, (cell) => search.visit(cell), options);
  return search.result();
}

/** A cell and a point strictly inside. */
type Place = Pick<Largest, 'cell' | 'around'>;

/** A largest value, and where it is taken if it is not the least possible. */
interface Peak {
  readonly value: Rational;
  readonly at?: Place;
}

function placeOf(cell: Cell): Place {
  return { cell: cell.id, around: witnessOf(cell) };
}

/** Gathers the largest norms from the cells of a walk. */
export class LipschitzSearch {
  private l1: Peak = { value: ZERO };
  private linf: Peak = { value: ZERO };
  private squared: Bracket & { readonly at?: Place } = { lower: ZERO, upper: ZERO };
  /** Where the maxima of a function that is constant throughout are taken. */
  private first: Place | undefined;
  private known: KnownNorms = { l1: -1, linf: -1, squared: -1 };
  private readonly frame: VariableFrame;
  private readonly margin: JacobianMargin | undefined;

  constructor(readonly problem: PartitionProblem) {
    if (problem.isSkew) {
      throw new DomainError(
        'Lipschitz constants: expected a domain that is flat along inputs only, got one with a linear relation between ' +
          'inputs; drop the equality, or put the network on a slice',
      );
    }
    this.frame = frameOf(problem);
    this.margin = problem.plainCoordinates ? new JacobianMargin(problem) : undefined;
  }

  visit(cell: Cell): void {
    this.first ??= placeOf(cell);
    if (this.margin?.rulesOut(cell, this.known) === true) return;
    const { inputs } = this.problem.network;
    const { jacobian } = mapOf(cell, this.frame);
    const columns = largestRowSum(transposed(jacobian, inputs));
    if (compare(columns, this.l1.value) > 0) this.l1 = { value: columns, at: placeOf(cell) };
    const rows = largestRowSum(jacobian);
    if (compare(rows, this.linf.value) > 0) this.linf = { value: rows, at: placeOf(cell) };
    const { lower, upper } = squaredNormBracket(jacobian, inputs);
    if (compare(lower, this.squared.lower) > 0) this.squared = { ...this.squared, lower, at: placeOf(cell) };
    if (compare(upper, this.squared.upper) > 0) this.squared = { ...this.squared, upper };
    const below = (value: Rational) => nextDown(toDouble(value));
    this.known = { l1: below(this.l1.value), linf: below(this.linf.value), squared: below(this.squared.lower) };
  }

  result(): LipschitzConstants {
    const { l1, linf, squared, first } = this;
    const lower = squareRootBracket(squared.lower).lower;
    const { upper } = squareRootBracket(squared.upper);
    const largest = ({ value, at = first! }: Peak): Largest => ({ value, ...at });
    return { l1: largest(l1), linf: largest(linf), l2: { lower, upper, ...(squared.at ?? first!) } };
  }
}

/** Doubles that are less than the largest norms so far. */
interface KnownNorms {
  readonly l1: number;
  readonly linf: number;
  readonly squared: number;
}

/**
 * Upper bounds of a cell's norms in doubles.
 *
 * *Lemma.* If |r(x) - R(x)| <= E on the box, then |r_i - R_i| <= 2 E / w_i for an interval of width w_i: take two points of
 * the box that differ by w_i in coordinate i only. In homogeneous coordinates likewise, the box being [-1, 1]^d x [0, 1].
 */
class JacobianMargin {
  private readonly width: Float64Array;
  private readonly columns: Float64Array;
  private readonly count: number;

  constructor(problem: PartitionProblem) {
    const { lower, upper, variables, homogeneous } = problem;
    // lower and upper lie inside the box, so that this is at most the true width, up to rounding.
    this.width = lower.map((lo, i) => (upper[i]! - lo) / SLACK);
    this.count = homogeneous ? variables - 1 : variables;
    this.columns = new Float64Array(this.count);
  }

  /** Whether no norm of the cell's Jacobian can exceed what is known. */
  rulesOut(cell: Cell, known: KnownNorms): boolean {
    const { rows, outputLayer } = cell;
    const data = rows.rows[outputLayer]!;
    const error = rows.error[outputLayer]!;
    let largestRow = 0;
    let squares = 0;
    this.columns.fill(0);
    for (let k = 0, at = 0; k < error.length; k++, at += rows.stride) {
      let sum = 0;
      for (let i = 0; i < this.count; i++) {
        const entry = Math.abs(data[at + i]!) + (2 * error[k]!) / this.width[i]!;
        sum += entry;
        squares += entry * entry;
        this.columns[i]! += entry;
      }
      largestRow = Math.max(largestRow, sum);
    }
    const largestColumn = this.columns.reduce((a, b) => Math.max(a, b), 0);
    // Sums of nonnegative terms are off by far less than SLACK.
    const slack = SLACK * (1 + evaluationUnit(this.count * error.length));
    // The Frobenius norm bounds the largest singular value.
    return largestColumn * slack < known.l1 && largestRow * slack < known.linf && squares * slack < known.squared;
  }
}
