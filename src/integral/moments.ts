/**
 * Integrals over a domain, exactly: of every output and its square, of the norm of its gradient, and the volumes of classes.
 *
 * On a cell an output is affine, so that over a simplex with volume V and values f_0 .. f_n at its corners
 * int f = V (f_0 + .. + f_n) / (n + 1) and int f^2 = V (sum f_i^2 + (sum f_i)^2) / ((n + 1) (n + 2))
 * (Grundmann and Moeller 1978; Lasserre and Avrachenkov 2001).
 */
import { type Cell, mapOf, outputDenominator, outputRows, type VariableFrame } from '../analysis/cells/index.js';
import {
  type Polytope,
  polytopeVolume,
  RowCuts,
  squareRootBracket,
  type Triangulation,
  triangulationOf,
} from '../analysis/geometry/index.js';
import { add, compare, divide, multiply, ONE, type Rational, rational, rowAt, subtract, ZERO } from '../exact/index.js';
import { BracketSum, type Enclosed, scaledBy } from './bracket-sum.js';

/** The moments of one output over the domain. */
export interface OutputMoments {
  /** int f, int f^2 */
  readonly integral: Enclosed;
  readonly square: Enclosed;
  /** int |grad f|, by the 2-norm in the free inputs, and int |grad f|^2. */
  readonly gradient: Enclosed;
  readonly gradientSquare: Enclosed;
}

/** Mean and variance under the uniform law. */
export interface UniformLaw {
  readonly mean: Enclosed;
  readonly variance: Enclosed;
}

/** The law of an output where the points of a domain of this volume are equally likely. */
export function lawOf({ integral, square }: OutputMoments, volume: Rational): UniformLaw {
  const perVolume = divide(ONE, volume);
  const mean = scaledBy(integral, perVolume);
  const second = scaledBy(square, perVolume);
  const ends = [multiply(mean.lower, mean.lower), multiply(mean.upper, mean.upper)].sort(compare) as [
    Rational,
    Rational,
  ];
  const crosses = mean.lower.numerator < 0n && mean.upper.numerator > 0n;
  const lower = subtract(second.lower, ends[1]);
  const upper = subtract(second.upper, crosses ? ZERO : ends[0]);
  if (mean.exact !== undefined && second.exact !== undefined) return { mean, variance: { lower, upper, exact: lower } };
  return { mean, variance: { lower: lower.numerator < 0n ? ZERO : lower, upper } };
}

/** The values of an affine row at the vertices, as integers over `product` times the row's own denominator. */
function valuesAt({ vertices }: Polytope, row: readonly bigint[], product: bigint): bigint[] {
  return vertices.map(({ point }) => rowAt(row, point.numerators, point.denominator) * (product / point.denominator));
}

/** Sums over the simplices: of measures times the sum of values, and times (sum of squares + square of the sum). */
function firstAndSecond({ simplices }: Triangulation, values: readonly bigint[]): [bigint, bigint] {
  let first = 0n;
  let second = 0n;
  for (const { corners, measure } of simplices) {
    let sum = 0n;
    let squares = 0n;
    for (const v of corners) {
      const value = values[v]!;
      sum += value;
      squares += value * value;
    }
    first += measure * sum;
    second += measure * (squares + sum * sum);
  }
  return [first, second];
}

/** Sums of one output over cells. */
class OutputSums {
  readonly integral = new BracketSum();
  readonly square = new BracketSum();
  readonly gradient = new BracketSum();
  readonly gradientSquare = new BracketSum();
}

/** |row|^2 */
function squaredNorm(row: readonly Rational[]): Rational {
  return row.reduce((sum, entry) => add(sum, multiply(entry, entry)), ZERO);
}

/** Adds up the moments of all outputs, cell by cell. */
export class MomentSums {
  private readonly outputs: readonly OutputSums[];

  constructor(
    outputs: number,
    private readonly frame: VariableFrame,
  ) {
    this.outputs = Array.from({ length: outputs }, () => new OutputSums());
  }

  /** Takes in the next cell. @returns its volume in the problem's variables */
  visit(cell: Cell, polytope: Polytope): Rational {
    const triangulation = triangulationOf(polytope);
    const { simplices, unit, product } = triangulation;
    const volume = simplices.reduce((sum, { measure }) => sum + measure, 0n);
    const n = BigInt(cell.problem.variables);
    const scale = product * outputDenominator(cell);
    const { jacobian } = mapOf(cell, this.frame);
    outputRows(cell).forEach((row, k) => {
      const sums = this.outputs[k]!;
      const [first, second] = firstAndSecond(triangulation, valuesAt(polytope, row, product));
      sums.integral.add(first, unit * scale * (n + 1n));
      sums.square.add(second, unit * scale * scale * (n + 1n) * (n + 2n));
      const steepness = squaredNorm(jacobian[k]!);
      sums.gradientSquare.add(volume * steepness.numerator, unit * steepness.denominator);
      const { lower, upper } = squareRootBracket(steepness);
      const share = rational(volume, unit);
      if (lower.numerator === upper.numerator && lower.denominator === upper.denominator)
        sums.gradient.add(volume * lower.numerator, unit * lower.denominator);
      else sums.gradient.addBetween(multiply(share, lower), multiply(share, upper));
    });
    return rational(volume, unit);
  }

  /** @param scale from volumes in the variables to volumes in the inputs */
  result(scale: Rational): OutputMoments[] {
    return this.outputs.map(({ integral, square, gradient, gradientSquare }) => ({
      integral: scaledBy(integral.total(), scale),
      square: scaledBy(square.total(), scale),
      gradient: scaledBy(gradient.total(), scale),
      gradientSquare: scaledBy(gradientSquare.total(), scale),
    }));
  }
}

/** The rows that are >= 0 exactly where class k is largest; of one output class 1 is where it is positive, class 0 where it is negative. */
export function classRows(cell: Cell, k: number): bigint[][] {
  const rows = outputRows(cell);
  if (rows.length === 1) return [rows[0]!.map((entry) => (k === 1 ? entry : -entry))];
  return rows.flatMap((row, j) => (j === k ? [] : [rows[k]!.map((entry, i) => entry - row[i]!)]));
}

/** Adds up the volumes of the classes. Where two are equal throughout a cell, both have it. */
export class ClassVolumes {
  private readonly sums: readonly BracketSum[];

  constructor(outputs: number) {
    this.sums = Array.from({ length: Math.max(2, outputs) }, () => new BracketSum());
  }

  visit(cell: Cell, polytope: Polytope): void {
    this.sums.forEach((sum, k) => {
      const part = new RowCuts(cell, classRows(cell, k)).where(polytope);
      if (part === undefined) return;
      const { numerator, denominator } = polytopeVolume(part);
      sum.add(numerator, denominator);
    });
  }

  result(scale: Rational): Enclosed[] {
    return this.sums.map((sum) => scaledBy(sum.total(), scale));
  }
}
