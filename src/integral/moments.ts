/**
 * Integrals over a domain, exactly: of every output and its square, of the norm of its gradient, and the volumes of classes.
 *
 * On a cell an output is affine, so that over a simplex with volume V and values f_0 .. f_n at its corners
 * int f = V (f_0 + .. + f_n) / (n + 1) and int f^2 = V (sum f_i^2 + (sum f_i)^2) / ((n + 1) (n + 2))
 * (Grundmann and Moeller 1978; Lasserre and Avrachenkov 2001).
 */
import { type Cell, outputDenominator, outputRows, type VariableFrame } from '../analysis/cells/index.js';
import {
  integerSquareRoot,
  type Polytope,
  RowCuts,
  type Triangulation,
  triangulationOf,
} from '../analysis/geometry/index.js';
import { compare, divide, multiply, ONE, type Rational, rowAt, subtract, ZERO } from '../exact/index.js';
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

/** The outputs at the vertices, one list for each: integers over the triangulation's product times the rows' own denominator. */
export function valuesAt(cell: Cell, { vertices }: Polytope, { product }: Triangulation): bigint[][] {
  const others = vertices.map(({ point }) => product / point.denominator);
  return outputRows(cell).map((row) =>
    vertices.map(({ point }, v) => rowAt(row, point.numerators, point.denominator) * others[v]!),
  );
}

/** The volume of what is triangulated, over its unit. */
export function measureOf({ simplices }: Triangulation): bigint {
  return simplices.reduce((sum, { measure }) => sum + measure, 0n);
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

/** Bits of a square root behind those of its denominator. */
const ROOT_BITS = 64n;

/** Gradients of rows in the free inputs, as integers. */
class Gradients {
  /** Coefficients of variables are multiplied by these integers over `unit` to become those of inputs. */
  private readonly factors: readonly bigint[];
  readonly unit: bigint;

  constructor({ factor }: VariableFrame) {
    const unit = factor.reduce((product, { numerator }) => product * numerator, 1n);
    this.unit = unit < 0n ? -unit : unit;
    this.factors = factor.map(({ numerator, denominator }) => (this.unit / numerator) * denominator);
  }

  /** |grad|^2, over (unit * the row's denominator)^2. */
  square(row: readonly bigint[]): bigint {
    return this.factors.reduce((sum, factor, v) => {
      const entry = row[v]! * factor;
      return sum + entry * entry;
    }, 0n);
  }
}

/** Adds up the moments of all outputs, cell by cell. */
export class MomentSums {
  private readonly outputs: readonly OutputSums[];
  private readonly gradients: Gradients;

  constructor(outputs: number, frame: VariableFrame) {
    this.outputs = Array.from({ length: outputs }, () => new OutputSums());
    this.gradients = new Gradients(frame);
  }

  /**
   * Takes in the next cell.
   *
   * @param values of the outputs at the vertices
   * @param volume over the triangulation's unit
   */
  visit(cell: Cell, triangulation: Triangulation, values: readonly (readonly bigint[])[], volume: bigint): void {
    const { unit, product } = triangulation;
    const n = BigInt(cell.problem.variables);
    const denominator = outputDenominator(cell);
    const scale = product * denominator;
    outputRows(cell).forEach((row, k) => {
      const sums = this.outputs[k]!;
      const [first, second] = firstAndSecond(triangulation, values[k]!);
      sums.integral.add(first, unit * scale * (n + 1n));
      sums.square.add(second, unit * scale * scale * (n + 1n) * (n + 2n));
      this.addGradient(sums, this.gradients.square(row), denominator * this.gradients.unit, volume, unit);
    });
  }

  /** @param square of the gradient's length, over `length` squared */
  private addGradient(sums: OutputSums, square: bigint, length: bigint, volume: bigint, unit: bigint): void {
    sums.gradientSquare.add(volume * square, unit * length * length);
    const scaled = square << (2n * ROOT_BITS);
    const root = integerSquareRoot(scaled);
    const over = unit * (length << ROOT_BITS);
    if (root * root === scaled) sums.gradient.add(volume * root, over);
    else sums.gradient.addBetween(volume * root, volume * (root + 1n), over);
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

/** Where a polytope lies whose vertices have these values: in the region of class k, beside it (but for its boundary), or across it. */
function placeOf(values: readonly (readonly bigint[])[], k: number): 'inside' | 'outside' | 'across' {
  const own = values.length === 1 ? values[0]!.map((value) => (k === 1 ? value : -value)) : values[k]!;
  const others = values.length === 1 ? [own.map(() => 0n)] : values.filter((_, j) => j !== k);
  let inside = true;
  for (const other of others) {
    if (own.every((value, v) => value >= other[v]!)) continue;
    if (own.every((value, v) => value <= other[v]!)) return 'outside';
    inside = false;
  }
  return inside ? 'inside' : 'across';
}

/** Adds up the volumes of the classes. Where two are equal throughout a cell, both have it. */
export class ClassVolumes {
  private readonly sums: readonly BracketSum[];

  constructor(outputs: number) {
    this.sums = Array.from({ length: Math.max(2, outputs) }, () => new BracketSum());
  }

  /**
   * @param values of the outputs at the vertices
   * @param volume of the polytope, over `unit`
   */
  visit(cell: Cell, polytope: Polytope, values: readonly (readonly bigint[])[], volume: bigint, unit: bigint): void {
    this.sums.forEach((sum, k) => {
      const place = placeOf(values, k);
      if (place === 'inside') sum.add(volume, unit);
      if (place !== 'across') return;
      const part = new RowCuts(cell, classRows(cell, k)).where(polytope);
      if (part === undefined) return;
      const triangulation = triangulationOf(part);
      sum.add(measureOf(triangulation), triangulation.unit);
    });
  }

  result(scale: Rational): Enclosed[] {
    return this.sums.map((sum) => scaledBy(sum.total(), scale));
  }
}
