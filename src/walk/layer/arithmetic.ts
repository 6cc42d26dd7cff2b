/**
 * The arithmetic on all rows of a layer at once: the innermost loops of every engine, in plain TypeScript.
 *
 * `wasm.ts` has the same in WebAssembly with SIMD. Every entry is the same sequence of rounded operations in both, so
 * that they are equal to the bit, which a property holds; which one runs changes nothing but the time.
 */
import { SLACK } from '../../exact/index.js';

/** The rows of a layer on the current cell, and what it takes to make them. */
export interface LayerData {
  readonly width: number;
  /** width x stride entries: coefficients, the constant, the accumulated bound, and room to an even number. */
  readonly rows: Float64Array;
  readonly error: Float64Array;
  readonly mass: Float64Array;
  readonly threshold: Float64Array;
  /** The sides of the layer's neurons. */
  readonly sides: Int8Array;
  /** Weights from the layer before, by columns; `minus` null where all negative slopes are zero. */
  readonly plus: Float64Array;
  readonly minus: Float64Array | null;
  /** c u of the accumulation lemma in `sign.ts`, and what underflow adds. */
  readonly unit: number;
  readonly tiny: number;
}

/** What all layers have in common. */
export interface RowShape {
  readonly variables: number;
  /** Entries per row: variables + 2, rounded up to an even number. */
  readonly stride: number;
  readonly magnitude: Float64Array;
  /** (n + 3) u of Lemma 2. */
  readonly unit: number;
}

/** A box around a cell, and what it says about each neuron of a layer. */
export interface Enclosure {
  /** The middles of `active` coordinates, then their half widths. */
  readonly box: Float64Array;
  /** Per neuron: its rounded value at the middle, and a bound on how far it may be from that on the box. */
  readonly centre: Float64Array;
  readonly reach: Float64Array;
}

export interface LayerArithmetic {
  /**
   * Adds the contributions of `count` settled neurons of the layer below, on the sides they have, to the rows of a layer in
   * the making: `to` becomes `from` plus the contributions, one after the other. Returns false, with `to` left alone, if
   * none of the neurons contributes.
   */
  accumulate(
    below: LayerData,
    layer: LayerData,
    settled: Int32Array,
    count: number,
    from: Float64Array,
    to: Float64Array,
  ): boolean;
  /** Derives the masses, errors and thresholds of finished rows. */
  finish(layer: LayerData): void;
  /** centre := r(middle), reach := times * threshold + sum |r_i| half_i over the `active` first variables. */
  enclose(layer: LayerData, active: number, times: number, enclosure: Enclosure): void;
}

/** A neuron's contribution: weights[at + k] times its row goes to row k, |weights[at + k]| * slack to row k's bound. */
interface Contribution {
  weights: Float64Array;
  at: number;
  row: number;
  slack: number;
}

const noContribution = (): Contribution => ({ weights: new Float64Array(0), at: 0, row: 0, slack: 0 });

/** False if the neuron contributes nothing to the layer. */
function contributionOf(
  below: LayerData,
  layer: LayerData,
  neuron: number,
  stride: number,
  result: Contribution,
): boolean {
  const side = below.sides[neuron]!;
  const weights = side > 0 ? layer.plus : side < 0 ? layer.minus : null;
  if (weights === null) return false;
  result.weights = weights;
  result.at = neuron * layer.width;
  result.row = neuron * stride;
  result.slack = below.error[neuron]! + layer.unit * below.mass[neuron]!;
  return true;
}

/** to = from + contribution. */
function addRows(to: Float64Array, from: Float64Array, shape: RowShape, rows: Float64Array, one: Contribution) {
  const { weights, at, row, slack } = one;
  const { stride, variables } = shape;
  const bound = variables + 1;
  for (let k = at, r = 0; r < to.length; k++, r += stride) {
    const weight = weights[k]!;
    for (let i = 0; i < bound; i++) to[r + i] = from[r + i]! + weight * rows[row + i]!;
    to[r + bound] = from[r + bound]! + Math.abs(weight) * slack;
  }
}

/** Four contributions at once, in the same order: the sums pass through memory once instead of four times. */
function addRowsFourTimes(
  to: Float64Array,
  from: Float64Array,
  shape: RowShape,
  rows: Float64Array,
  [one, two, three, four]: readonly [Contribution, Contribution, Contribution, Contribution],
) {
  const { stride, variables } = shape;
  const bound = variables + 1;
  const { row: a, slack: slackA, weights: weightsA } = one;
  const { row: b, slack: slackB, weights: weightsB } = two;
  const { row: c, slack: slackC, weights: weightsC } = three;
  const { row: d, slack: slackD, weights: weightsD } = four;
  for (let k = 0, r = 0; r < to.length; k++, r += stride) {
    const wa = weightsA[one.at + k]!;
    const wb = weightsB[two.at + k]!;
    const wc = weightsC[three.at + k]!;
    const wd = weightsD[four.at + k]!;
    for (let i = 0; i < bound; i++) {
      to[r + i] = from[r + i]! + wa * rows[a + i]! + wb * rows[b + i]! + wc * rows[c + i]! + wd * rows[d + i]!;
    }
    to[r + bound] =
      from[r + bound]! + Math.abs(wa) * slackA + Math.abs(wb) * slackB + Math.abs(wc) * slackC + Math.abs(wd) * slackD;
  }
}

function finishRows(layer: LayerData, shape: RowShape) {
  for (let k = 0; k < layer.width; k++) finishRow(layer, shape, k);
}

/** `finish` of one row. */
export function finishRow({ rows, error, mass, threshold, tiny }: LayerData, shape: RowShape, k: number): void {
  const { variables, stride, magnitude, unit } = shape;
  const at = k * stride;
  let sum = Math.abs(rows[at + variables]!);
  for (let i = 0; i < variables; i++) sum += Math.abs(rows[at + i]!) * magnitude[i]!;
  const e = rows[at + variables + 1]! * SLACK + tiny;
  mass[k] = sum;
  error[k] = e;
  threshold[k] = (e + unit * sum) * SLACK + tiny;
}

function encloseRows(
  { width, rows, threshold }: LayerData,
  { variables, stride }: RowShape,
  active: number,
  times: number,
  { box, centre, reach }: Enclosure,
) {
  for (let k = 0, at = 0; k < width; k++, at += stride) {
    let c = rows[at + variables]!;
    let r = times * threshold[k]!;
    for (let i = 0; i < active; i++) {
      const a = rows[at + i]!;
      c += a * box[i]!;
      r += Math.abs(a) * box[active + i]!;
    }
    centre[k] = c;
    reach[k] = r;
  }
}

/** The arithmetic in plain TypeScript: the reference, and what runs where WebAssembly does not pay. */
export function plainArithmetic(shape: RowShape): LayerArithmetic {
  const group = [noContribution(), noContribution(), noContribution(), noContribution()] as const;
  return {
    accumulate(below, layer, settled, count, from, to) {
      let sums = from;
      let waiting = 0;
      for (let i = 0; i < count; i++) {
        if (!contributionOf(below, layer, settled[i]!, shape.stride, group[waiting]!) || ++waiting < 4) continue;
        addRowsFourTimes(to, sums, shape, below.rows, group);
        waiting = 0;
        sums = to;
      }
      for (let i = 0; i < waiting; i++) {
        addRows(to, sums, shape, below.rows, group[i]!);
        sums = to;
      }
      return sums === to;
    },
    finish: (layer) => finishRows(layer, shape),
    enclose: (layer, active, times, enclosure) => encloseRows(layer, shape, active, times, enclosure),
  };
}
