/**
 * The rows of the current cell in doubles, with their derived error bounds.
 *
 * A row has `stride` = variables + 2 entries: the coefficients, the constant, and the accumulated bound
 * T = sum_j |w_j| (E_j + c u M_j) + c u |b| of the accumulation lemma in `sign.ts`.
 */
import { evaluationUnit, SLACK } from '../exact/sign.js';
import type { PartitionProblem } from './problem.js';

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
  /** Fills the first layer's rows. */
  enterFirst(): void;
  /** Starts `sums`, the rows of `layer` in the making, with the biases. */
  start(layer: number, sums: Float64Array): void;
  /** Adds the contribution of a settled neuron of layer - 1 to the sums of `layer`. */
  accumulate(layer: number, neuron: number, side: number, sums: Float64Array): void;
  /** Takes the finished sums as the rows of `layer` and derives their bounds. */
  enter(layer: number, sums: Float64Array): void;
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

  function finish(layer: number) {
    const data = rows[layer]!;
    const { width, tiny } = layers[layer]!;
    for (let k = 0, at = 0; k < width; k++, at += stride) {
      let sum = Math.abs(data[at + variables]!);
      for (let i = 0; i < variables; i++) sum += Math.abs(data[at + i]!) * magnitude[i]!;
      const e = data[at + bound]! * SLACK + tiny;
      mass[layer]![k] = sum;
      error[layer]![k] = e;
      threshold[layer]![k] = (e + unit * sum) * SLACK + tiny;
    }
  }

  return {
    stride,
    rows,
    error,
    mass,
    threshold,
    sides,
    enterFirst() {
      if (layers.length === 0) return;
      const data = rows[0]!;
      const { width, unit: inexact, tiny } = layers[0]!;
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let i = 0; i <= variables; i++) {
          const entry = problem.firstDoubles[k * (variables + 1) + i]!;
          data[k * stride + i] = entry;
          sum += Math.abs(entry) * (i < variables ? magnitude[i]! : 1);
        }
        data[k * stride + bound] = problem.firstIsExact ? 0 : inexact * sum + tiny;
      }
      finish(0);
    },
    start(layer, sums) {
      const { width, bias, unit: c } = layers[layer]!;
      sums.fill(0, 0, width * stride);
      for (let k = 0, at = 0; k < width; k++, at += stride) {
        sums[at + biasSlot] = bias[k]!;
        sums[at + bound] = c * Math.abs(bias[k]!);
      }
    },
    accumulate(layer, neuron, side, sums) {
      const target = layers[layer]!;
      const weights = side > 0 ? target.plus : side < 0 ? target.minus : null;
      if (weights === null) return;
      const source = rows[layer - 1]!;
      const from = neuron * stride;
      const width = target.width;
      const slack = error[layer - 1]![neuron]! + target.unit * mass[layer - 1]![neuron]!;
      for (let k = 0, at = 0, w = neuron * width; k < width; k++, at += stride, w++) {
        const weight = weights[w]!;
        for (let i = 0; i <= variables; i++) sums[at + i]! += weight * source[from + i]!;
        sums[at + bound]! += Math.abs(weight) * slack;
      }
    },
    enter(layer, sums) {
      rows[layer]!.set(sums.subarray(0, layers[layer]!.width * stride));
      finish(layer);
    },
  };
}
