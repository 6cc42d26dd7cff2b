/**
 * Exact values and signs of one network at many points.
 *
 * A point is carried through the network in doubles with the error bound of `exact/sign.ts`: there a pre-activation at a
 * point is a row without variables, its value v, so that Lemma 1 (accumulation) bounds its error by
 *
 *     E_k = sum_j |w_kj| (E_j + c u |v_j|) + c u |b_k|,
 *
 * and a value beyond its bound has a certain sign. For the first layer the coordinates are the rows: E_i = 0 where the double
 * is the coordinate, else 2u |x_i|, which covers rounding to nearest as long as the double is normal. One more u |v_k| makes
 * the bound of a value that has overflowed infinite. What the bound leaves undecided is computed in integers, and so are the
 * outputs; for these only the neurons that contribute are computed: a quarter of the products where half of the ReLUs
 * are active. (Measured against packing a layer's values into one long integer: that loses, because the integer is mostly
 * zeros.)
 */
import { analysisProblem } from '../../analysis/cells/index.js';
import type { IntegerVector } from '../../exact/index.js';
import {
  accumulationUnit,
  evaluationUnit,
  roundsRelatively,
  SLACK,
  signBeyond,
  signOfInteger,
  UNIT_ROUNDOFF,
} from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { whole } from '../../network/index.js';
import { forEachInColumn, type PartitionProblem, type ProblemLayer, type WeightColumns } from '../../problem/index.js';
import type { ExactPoint } from './exact-point.js';

type LayerInDoubles = Omit<ProblemLayer, 'integers' | 'settled'>;

/** The first layer, whose weights a problem keeps as rows in homogeneous coordinates. */
function firstInDoubles({
  layers,
  first: { doubles, isExact, numerators },
  variables,
  biasSlot,
}: PartitionProblem): LayerInDoubles {
  const { width, bends, tiny } = layers[0]!;
  const inputs = variables - 1;
  const plus = new Float64Array(inputs * width);
  const bias = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    const row = k * (variables + 1);
    for (let i = 0; i < inputs; i++) plus[i * width + k] = doubles[row + i]!;
    bias[k] = doubles[row + biasSlot]!;
  }
  const rounds = isExact || roundsRelatively(doubles, numerators);
  const columns = { starts: Int32Array.from({ length: variables }, (_, i) => i * width), rows: null };
  return { width, bends, columns, plus, minus: null, bias, tiny, unit: rounds ? accumulationUnit(inputs) : Infinity };
}

/** Evaluates one network at one point after the other. */
export class PointEvaluator {
  readonly outputLayer: number;
  /** The network on the whole space, its output as one more layer that bends nowhere. */
  readonly problem: PartitionProblem;
  private readonly layers: readonly LayerInDoubles[];
  private readonly values: readonly Float64Array[];
  private readonly errors: readonly Float64Array[];
  /** The signs of the pre-activations of all neurons that bend, 1 for the others. Valid until the next point. */
  readonly sides: readonly Int8Array[];
  private exact: (bigint | undefined)[][] = [];
  private denominators: bigint[] = [];
  private point: ExactPoint | undefined;

  constructor(readonly network: Network) {
    const problem = analysisProblem(network, whole(network.inputs));
    this.problem = problem;
    this.outputLayer = problem.layers.length - 1;
    this.layers = problem.layers.map((layer, l) => (l === 0 ? firstInDoubles(problem) : layer));
    this.values = problem.layers.map(({ width }) => new Float64Array(width));
    this.errors = problem.layers.map(({ width }) => new Float64Array(width));
    this.sides = problem.layers.map(({ width }) => new Int8Array(width));
  }

  /** Goes to a point and settles all signs there. Cost: one multiplication per weight of an active neuron, in doubles. */
  visit(point: ExactPoint): void {
    this.point = point;
    this.exact = this.problem.layers.map(({ width }) => new Array<bigint | undefined>(width));
    this.denominators = [point.integers.denominator * this.problem.first.denominator];
    for (let layer = 0; layer < this.outputLayer; layer++) {
      this.enter(layer, point);
      const { width, bends } = this.layers[layer]!;
      const sides = this.sides[layer]!;
      for (let k = 0; k < width; k++) sides[k] = bends[k] === 0 ? 1 : this.sign(layer, k);
    }
    this.sides[this.outputLayer]!.fill(1);
  }

  /** The exact outputs at the point. Cost: one integer product per weight between contributing neurons. */
  output(): IntegerVector {
    const layer = this.outputLayer;
    const numerators = Array.from({ length: this.layers[layer]!.width }, (_, k) => this.exactValue(layer, k));
    return { numerators, denominator: this.denominator(layer) };
  }

  private sign(layer: number, k: number): -1 | 0 | 1 {
    const value = this.values[layer]![k]!;
    const bound = (this.errors[layer]![k]! + evaluationUnit(0) * Math.abs(value)) * SLACK;
    return signBeyond(value, bound) || signOfInteger(this.exactValue(layer, k));
  }

  /** The pre-activations of a layer in doubles, with their bounds. */
  private enter(layer: number, point: ExactPoint): void {
    const { columns, plus, minus, bias, unit, tiny } = this.layers[layer]!;
    const values = this.values[layer]!;
    const errors = this.errors[layer]!;
    values.set(bias);
    for (let k = 0; k < values.length; k++) errors[k] = unit * Math.abs(bias[k]!);
    if (layer === 0) {
      const { doubles, doublesAreExact } = point;
      const relative = doublesAreExact ? 0 : 2 * UNIT_ROUNDOFF;
      const rounds = doublesAreExact || roundsRelatively(doubles, point.integers.numerators);
      for (let i = 0; i < doubles.length; i++) {
        const x = doubles[i]!;
        const slack = rounds ? (relative + unit) * Math.abs(x) : Infinity;
        addColumn(values, errors, { columns, weights: plus, column: i }, x, slack);
      }
    } else {
      const before = this.values[layer - 1]!;
      const errorsBefore = this.errors[layer - 1]!;
      const sides = this.sides[layer - 1]!;
      for (let j = 0; j < before.length; j++) {
        const weights = sides[j]! > 0 ? plus : sides[j]! < 0 ? minus : null;
        if (weights === null) continue;
        const v = before[j]!;
        const slack = errorsBefore[j]! + unit * Math.abs(v);
        addColumn(values, errors, { columns, weights, column: j }, v, slack);
      }
    }
    for (let k = 0; k < errors.length; k++) errors[k] = errors[k]! * SLACK + tiny;
  }

  private denominator(layer: number): bigint {
    return (this.denominators[layer] ??=
      this.denominator(layer - 1) * this.problem.layers[layer]!.integers().denominator);
  }

  /** The pre-activation of a neuron, over `denominator(layer)`. */
  private exactValue(layer: number, k: number): bigint {
    return (this.exact[layer]![k] ??= layer === 0 ? this.firstValue(k) : this.laterValue(layer, k));
  }

  private firstValue(k: number): bigint {
    const { first, variables, biasSlot } = this.problem;
    const { numerators, denominator } = this.point!.integers;
    const row = k * (variables + 1);
    let sum = first.numerators[row + biasSlot]! * denominator;
    for (let i = 0; i < numerators.length; i++) sum += first.numerators[row + i]! * numerators[i]!;
    return sum;
  }

  private laterValue(layer: number, k: number): bigint {
    const { bias, fan } = this.problem.layers[layer]!.integers();
    const { from, plus, minus } = fan(k);
    const before = this.exact[layer - 1]!;
    const sides = this.sides[layer - 1]!;
    let sum = bias[k]! * this.denominator(layer - 1);
    for (let i = 0; i < from.length; i++) {
      const j = from[i]!;
      const weights = sides[j]! > 0 ? plus : sides[j]! < 0 ? minus : null;
      if (weights === null || weights[i] === 0n) continue;
      sum += weights[i]! * (before[j] ?? this.exactValue(layer - 1, j));
    }
    return sum;
  }
}

/** values += column * value, errors += |column| * slack */
function addColumn(
  values: Float64Array,
  errors: Float64Array,
  { columns, weights, column }: { columns: WeightColumns; weights: Float64Array; column: number },
  value: number,
  slack: number,
): void {
  forEachInColumn(columns, column, (k, e) => {
    const weight = weights[e]!;
    values[k]! += weight * value;
    errors[k]! += Math.abs(weight) * slack;
  });
}
