/**
 * The rows of the current cell in doubles, with their derived error bounds.
 *
 * A row has `stride` = variables + 2 entries: the coefficients, the constant, and the accumulated bound
 * T = sum_j |w_j| (E_j + c u M_j) + c u |b| of the accumulation lemma in `sign.ts`.
 */
import { evaluationUnit, SLACK } from '../exact/sign.js';
import type { GivenRows, PartitionProblem } from './problem.js';

export interface CellRows {
  readonly stride: number;
  /** rows[layer]: width * stride entries, valid for the layers entered on the current path. */
  readonly rows: readonly Float64Array[];
  /** error[layer][neuron]: at any point x of the domain the row, evaluated without rounding, is off by at most this. */
  readonly error: readonly Float64Array[];
  /** mass[layer][neuron]: M(r) = sum |r_i| X_i + |r_c|. */
  readonly mass: readonly Float64Array[];
  /** threshold[layer][neuron]: at any double point of the domain the evaluated row is off by at most this. */
  readonly threshold: readonly Float64Array[];
  /** sides[layer][neuron]: the side taken on the current path; 1 for neurons that do not bend. */
  readonly sides: readonly Int8Array[];
  /** Fills the rows of the first layer and of the domain. */
  enterGiven(): void;
  /** The rows of `layer` before any neuron of layer - 1 has contributed: the biases. Not to be written to. */
  biases(layer: number): Float64Array;
  /**
   * Adds the contributions of `count` settled neurons of layer - 1, on the sides they have, to the rows of `layer` in the
   * making: `to` becomes `from` plus the contributions, one after the other. Both have width * stride entries.
   *
   * Returns the array that holds the result: `from`, with `to` left alone, if none of the neurons contributes.
   */
  accumulate(layer: number, neurons: Int32Array, count: number, from: Float64Array, to: Float64Array): Float64Array;
  /** Takes the finished sums as the rows of `layer` (where they may have been made) and derives their bounds. */
  enter(layer: number, sums: Float64Array): void;
}

/** A neuron's contribution: weights[at + k] times its row goes to row k, |weights[at + k]| * slack to row k's bound. */
interface Contribution {
  weights: Float64Array;
  at: number;
  row: number;
  slack: number;
}

/** to = from + contribution, for rows of any stride. */
function addRows(to: Float64Array, from: Float64Array, stride: number, rows: Float64Array, one: Contribution) {
  const { weights, at, row, slack } = one;
  const last = stride - 1;
  for (let k = at, r = 0; r < to.length; k++, r += stride) {
    const weight = weights[k]!;
    for (let i = 0; i < last; i++) to[r + i] = from[r + i]! + weight * rows[row + i]!;
    to[r + last] = from[r + last]! + Math.abs(weight) * slack;
  }
}

/** Four contributions at once, in the same order: the sums pass through memory once instead of four times. */
function addRowsFourTimes(
  to: Float64Array,
  from: Float64Array,
  stride: number,
  rows: Float64Array,
  [one, two, three, four]: readonly [Contribution, Contribution, Contribution, Contribution],
) {
  const last = stride - 1;
  const { row: a, slack: slackA, weights: weightsA } = one;
  const { row: b, slack: slackB, weights: weightsB } = two;
  const { row: c, slack: slackC, weights: weightsC } = three;
  const { row: d, slack: slackD, weights: weightsD } = four;
  for (let k = 0, r = 0; r < to.length; k++, r += stride) {
    const wa = weightsA[one.at + k]!;
    const wb = weightsB[two.at + k]!;
    const wc = weightsC[three.at + k]!;
    const wd = weightsD[four.at + k]!;
    for (let i = 0; i < last; i++) {
      to[r + i] = from[r + i]! + wa * rows[a + i]! + wb * rows[b + i]! + wc * rows[c + i]! + wd * rows[d + i]!;
    }
    to[r + last] =
      from[r + last]! + Math.abs(wa) * slackA + Math.abs(wb) * slackB + Math.abs(wc) * slackC + Math.abs(wd) * slackD;
  }
}

/** The same for two variables, where the inner loop would cost more than what it does. */
function addPlanarRows(to: Float64Array, from: Float64Array, rows: Float64Array, one: Contribution) {
  const { weights, at, row, slack } = one;
  const a = rows[row]!;
  const b = rows[row + 1]!;
  const c = rows[row + 2]!;
  for (let k = at, r = 0; r < to.length; k++, r += 4) {
    const weight = weights[k]!;
    to[r] = from[r]! + weight * a;
    to[r + 1] = from[r + 1]! + weight * b;
    to[r + 2] = from[r + 2]! + weight * c;
    to[r + 3] = from[r + 3]! + Math.abs(weight) * slack;
  }
}

/** Two contributions at once: the sums pass through memory once. */
function addPlanarRowsTwice(
  to: Float64Array,
  from: Float64Array,
  rows: Float64Array,
  one: Contribution,
  two: Contribution,
) {
  const { weights, slack, row } = one;
  const { weights: weights2, slack: slack2, row: row2 } = two;
  const a = rows[row]!;
  const b = rows[row + 1]!;
  const c = rows[row + 2]!;
  const a2 = rows[row2]!;
  const b2 = rows[row2 + 1]!;
  const c2 = rows[row2 + 2]!;
  for (let k = one.at, l = two.at, r = 0; r < to.length; k++, l++, r += 4) {
    const weight = weights[k]!;
    const weight2 = weights2[l]!;
    to[r] = from[r]! + weight * a + weight2 * a2;
    to[r + 1] = from[r + 1]! + weight * b + weight2 * b2;
    to[r + 2] = from[r + 2]! + weight * c + weight2 * c2;
    to[r + 3] = from[r + 3]! + Math.abs(weight) * slack + Math.abs(weight2) * slack2;
  }
}

export function cellRows(problem: PartitionProblem): CellRows {
  const { variables, magnitude, biasSlot, layers } = problem;
  const stride = variables + 2;
  const bound = variables + 1;
  const perLayer = () => layers.map((layer) => new Float64Array(layer.width));
  const rows = layers.map((layer) => new Float64Array(layer.width * stride));
  const error = perLayer();
  const mass = perLayer();
  const threshold = perLayer();
  const sides = layers.map((layer) => new Int8Array(layer.width));
  const unit = evaluationUnit(variables);

  const noContribution = (): Contribution => ({ weights: new Float64Array(0), at: 0, row: 0, slack: 0 });
  const group = [noContribution(), noContribution(), noContribution(), noContribution()] as const;
  const initial = layers.map(({ width, bias, unit: c }) => {
    const sums = new Float64Array(width * stride);
    for (let k = 0, at = 0; k < width; k++, at += stride) {
      sums[at + biasSlot] = bias[k]!;
      sums[at + bound] = c * Math.abs(bias[k]!);
    }
    return sums;
  });

  /** False if the neuron of layer - 1 contributes nothing to `layer`. */
  function contributionOf(layer: number, neuron: number, result: Contribution): boolean {
    const { plus, minus, width, unit: c } = layers[layer]!;
    const side = sides[layer - 1]![neuron]!;
    const weights = side > 0 ? plus : side < 0 ? minus : null;
    if (weights === null) return false;
    result.weights = weights;
    result.at = neuron * width;
    result.row = neuron * stride;
    result.slack = error[layer - 1]![neuron]! + c * mass[layer - 1]![neuron]!;
    return true;
  }

  function finish(layer: number) {
    const data = rows[layer]!;
    const masses = mass[layer]!;
    const errors = error[layer]!;
    const thresholds = threshold[layer]!;
    const { width, tiny } = layers[layer]!;
    for (let k = 0, at = 0; k < width; k++, at += stride) {
      let sum = Math.abs(data[at + variables]!);
      for (let i = 0; i < variables; i++) sum += Math.abs(data[at + i]!) * magnitude[i]!;
      const e = data[at + bound]! * SLACK + tiny;
      masses[k] = sum;
      errors[k] = e;
      thresholds[k] = (e + unit * sum) * SLACK + tiny;
    }
  }

  /** Enters rows that are the same on every path. */
  function give(layer: number, { doubles, isExact }: GivenRows) {
    const data = rows[layer]!;
    const { width, unit: inexact, tiny } = layers[layer]!;
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let i = 0; i <= variables; i++) {
        const entry = doubles[k * (variables + 1) + i]!;
        data[k * stride + i] = entry;
        sum += Math.abs(entry) * (i < variables ? magnitude[i]! : 1);
      }
      data[k * stride + bound] = isExact ? 0 : inexact * sum + tiny;
    }
    finish(layer);
  }

  return {
    stride,
    rows,
    error,
    mass,
    threshold,
    sides,
    enterGiven() {
      if (problem.depth > 0) give(0, problem.first);
      if (layers.length > problem.depth) give(problem.depth, problem.given);
    },
    biases: (layer) => initial[layer]!,
    accumulate(layer, neurons, count, from, to) {
      const source = rows[layer - 1]!;
      const atOnce = stride === 4 ? 2 : 4;
      let sums = from;
      let waiting = 0;
      for (let i = 0; i < count; i++) {
        if (!contributionOf(layer, neurons[i]!, group[waiting]!) || ++waiting < atOnce) continue;
        if (stride === 4) addPlanarRowsTwice(to, sums, source, group[0], group[1]);
        else addRowsFourTimes(to, sums, stride, source, group);
        waiting = 0;
        sums = to;
      }
      for (let i = 0; i < waiting; i++) {
        if (stride === 4) addPlanarRows(to, sums, source, group[i]!);
        else addRows(to, sums, stride, source, group[i]!);
        sums = to;
      }
      return sums;
    },
    enter(layer, sums) {
      const data = rows[layer]!;
      if (sums !== data) data.set(sums);
      finish(layer);
    },
  };
}
