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
import type { PartitionProblem } from '../../problem/index.js';
import type { ExactPoint } from './exact-point.js';

/** The weights into a layer, stored by columns: entry j * width + k leads from j to neuron k. */
interface Columns<Weights> {
  readonly plus: Weights;
  readonly minus: Weights | null;
  readonly bias: Weights;
}

interface LayerInDoubles extends Columns<Float64Array> {
  readonly width: number;
  readonly bends: Uint8Array;
  readonly unit: number;
  readonly tiny: number;
}

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
  return { width, bends, plus, minus: null, bias, tiny, unit: rounds ? accumulationUnit(inputs) : Infinity };
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
  private contributing: (readonly Contribution[] | undefined)[] = [];
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
    this.contributing = [];
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
    const { plus, minus, bias, unit, tiny } = this.layers[layer]!;
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
        addColumn(values, errors, plus, i * values.length, x, rounds ? (relative + unit) * Math.abs(x) : Infinity);
      }
    } else {
      const before = this.values[layer - 1]!;
      const errorsBefore = this.errors[layer - 1]!;
      const sides = this.sides[layer - 1]!;
      for (let j = 0; j < before.length; j++) {
        const weights = sides[j]! > 0 ? plus : sides[j]! < 0 ? minus : null;
        if (weights === null) continue;
        const v = before[j]!;
        addColumn(values, errors, weights, j * values.length, v, errorsBefore[j]! + unit * Math.abs(v));
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

  /** What a layer's neurons contribute to the next layer here: those with a side whose slope is not 0. */
  private contributions(layer: number): readonly Contribution[] {
    return (this.contributing[layer] ??= this.contributionsOf(layer));
  }

  private contributionsOf(layer: number): Contribution[] {
    const { plus, minus } = this.problem.layers[layer + 1]!.integers();
    const { width } = this.layers[layer + 1]!;
    const result: Contribution[] = [];
    this.sides[layer]!.forEach((side, neuron) => {
      const weights = side > 0 ? plus : side < 0 ? minus : null;
      if (weights !== null) result.push({ neuron, weights, at: neuron * width });
    });
    return result;
  }

  private laterValue(layer: number, k: number): bigint {
    const { bias } = this.problem.layers[layer]!.integers();
    const before = this.exact[layer - 1]!;
    let sum = bias[k]! * this.denominator(layer - 1);
    for (const { neuron, weights, at } of this.contributions(layer - 1)) {
      sum += weights[at + k]! * (before[neuron] ?? this.exactValue(layer - 1, neuron));
    }
    return sum;
  }
}

/** weights[at + k] leads from a neuron to neuron k of the next layer. */
interface Contribution {
  readonly neuron: number;
  readonly weights: readonly bigint[];
  readonly at: number;
}

/** values += column * value, errors += |column| * slack */
function addColumn(
  values: Float64Array,
  errors: Float64Array,
  weights: Float64Array,
  at: number,
  value: number,
  slack: number,
): void {
  for (let k = 0; k < values.length; k++) {
    const weight = weights[at + k]!;
    values[k]! += weight * value;
    errors[k]! += Math.abs(weight) * slack;
  }
}
