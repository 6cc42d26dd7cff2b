/**
 * Looking for unsafe points by following gradients in doubles. What is found is only a candidate.
 */
import { toDouble } from '../exact/index.js';
import { type AffineMap, forEachInRow, LINEAR, type Network, type Slopes } from '../network/index.js';
import type { DoubleCondition } from './relaxed-rows.js';

interface DoubleLayer {
  readonly outputs: number;
  readonly inputs: number;
  readonly bias: Float64Array;
  /** The weights that are not 0 and their inputs: those of output k from starts[k] to starts[k + 1]. */
  readonly weights: Float64Array;
  readonly starts: Int32Array;
  readonly places: Int32Array;
  readonly negative: Float64Array;
  readonly positive: Float64Array;
}

/** A generator of numbers in [0, 1): the same ones every time (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function doubleLayer({ outputs, inputs, pattern, values, bias }: AffineMap, slopes: readonly Slopes[]): DoubleLayer {
  const weights: number[] = [];
  const places: number[] = [];
  const starts = new Int32Array(outputs + 1);
  for (let k = 0; k < outputs; k++) {
    forEachInRow(pattern, k, (j, e) => {
      if (values[e] === 0) return;
      weights.push(values[e]!);
      places.push(j);
    });
    starts[k + 1] = places.length;
  }
  return {
    outputs,
    inputs,
    bias,
    weights: Float64Array.from(weights),
    starts,
    places: Int32Array.from(places),
    negative: Float64Array.from(slopes, (s) => toDouble(s.negative)),
    positive: Float64Array.from(slopes, (s) => toDouble(s.positive)),
  };
}

/** A network in doubles with room for one evaluation and its gradient. */
export class Attack {
  private readonly layers: readonly DoubleLayer[];
  private readonly values: readonly Float64Array[];
  private readonly slopes: readonly Float64Array[];
  private readonly adjoints: readonly Float64Array[];
  /** d margin / d input after `margin`. */
  readonly gradient: Float64Array;

  constructor(network: Network) {
    this.layers = [
      ...network.layers.map(({ affine, slopes }) => doubleLayer(affine, slopes)),
      doubleLayer(network.output, new Array<Slopes>(network.outputs).fill(LINEAR)),
    ];
    const { layers } = this;
    this.values = [new Float64Array(network.inputs), ...layers.map(({ outputs }) => new Float64Array(outputs))];
    this.adjoints = this.values.map((v) => new Float64Array(v.length));
    this.slopes = layers.map(({ outputs }) => new Float64Array(outputs));
    this.gradient = this.adjoints[0]!;
  }

  get output(): Float64Array {
    return this.values.at(-1)!;
  }

  evaluate(x: ArrayLike<number>): Float64Array {
    this.values[0]!.set(x);
    this.layers.forEach((layer, l) => {
      const { outputs, weights, bias, starts, places, negative, positive } = layer;
      const from = this.values[l]!;
      const to = this.values[l + 1]!;
      const slopes = this.slopes[l]!;
      for (let k = 0; k < outputs; k++) {
        let sum = bias[k]!;
        for (let e = starts[k]!; e < starts[k + 1]!; e++) sum += weights[e]! * from[places[e]!]!;
        const slope = sum > 0 ? positive[k]! : negative[k]!;
        slopes[k] = slope;
        to[k] = slope === 0 ? 0 : slope * sum;
      }
    });
    return this.output;
  }

  /** The least condition's value at x; negative where x is not in the disjunct. */
  margin(x: ArrayLike<number>, conditions: readonly DoubleCondition[]): number {
    this.evaluate(x);
    return this.leastOf(x, conditions).value;
  }

  private leastOf(x: ArrayLike<number>, conditions: readonly DoubleCondition[]) {
    const y = this.output;
    let value = Number.POSITIVE_INFINITY;
    let at = -1;
    conditions.forEach(({ inputs, outputs, constant }, c) => {
      let sum = constant;
      for (let i = 0; i < inputs.length; i++) sum += inputs[i]! * x[i]!;
      for (let o = 0; o < outputs.length; o++) sum += outputs[o]! * y[o]!;
      if (!(sum >= value)) {
        value = sum;
        at = c;
      }
    });
    return { value, at };
  }

  /** The margin, and its gradient in `gradient`. */
  marginWithGradient(x: ArrayLike<number>, conditions: readonly DoubleCondition[]): number {
    this.evaluate(x);
    const { value, at } = this.leastOf(x, conditions);
    if (at < 0) return value;
    const last = this.layers.length;
    this.adjoints[last]!.set(conditions[at]!.outputs);
    for (let l = last - 1; l >= 0; l--) {
      const { outputs, weights, starts, places } = this.layers[l]!;
      const above = this.adjoints[l + 1]!;
      const below = this.adjoints[l]!;
      const slopes = this.slopes[l]!;
      below.fill(0);
      for (let k = 0; k < outputs; k++) {
        const a = above[k]! * slopes[k]!;
        if (a === 0) continue;
        for (let e = starts[k]!; e < starts[k + 1]!; e++) below[places[e]!]! += a * weights[e]!;
      }
    }
    const { inputs } = conditions[at]!;
    for (let i = 0; i < inputs.length; i++) this.gradient[i]! += inputs[i]!;
    return value;
  }

  /**
   * Climbs from x within a box for as long as it pays; x ends at the best point seen.
   *
   * @returns the margin there
   */
  climb(
    x: Float64Array,
    lower: ArrayLike<number>,
    upper: ArrayLike<number>,
    conditions: readonly DoubleCondition[],
    steps: number,
  ): number {
    const n = x.length;
    const best = x.slice();
    let bestMargin = Number.NEGATIVE_INFINITY;
    let size = 0.25;
    for (let step = 0; step < steps; step++) {
      const margin = this.marginWithGradient(x, conditions);
      if (margin > bestMargin) {
        bestMargin = margin;
        best.set(x);
        if (margin >= 0) break;
      } else {
        size /= 2;
        x.set(best);
        this.marginWithGradient(x, conditions);
      }
      let norm = 0;
      for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(this.gradient[i]! * (upper[i]! - lower[i]!)));
      if (norm === 0) break;
      for (let i = 0; i < n; i++) {
        const width = upper[i]! - lower[i]!;
        const pull = (this.gradient[i]! * width) / norm;
        const moved = x[i]! + size * width * (Math.abs(pull) > 0.125 ? Math.sign(pull) : pull * 8);
        x[i] = Math.min(upper[i]!, Math.max(lower[i]!, moved));
      }
    }
    x.set(best);
    return bestMargin;
  }
}
