/**
 * Looking for unsafe points by following gradients in doubles. What is found is only a candidate.
 */
import { toDouble } from '../exact/index.js';
import type { Network } from '../network/index.js';
import type { DoubleCondition } from './relaxed-rows.js';

interface DoubleLayer {
  readonly outputs: number;
  readonly inputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** For every output the inputs whose weights are not 0. */
  readonly places: readonly Int32Array[];
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

function nonzeroPlaces({ inputs, outputs, weights }: { inputs: number; outputs: number; weights: ArrayLike<number> }) {
  return Array.from({ length: outputs }, (_, k) => {
    const found: number[] = [];
    for (let j = 0; j < inputs; j++) if (weights[k * inputs + j] !== 0) found.push(j);
    return Int32Array.from(found);
  });
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
    const layers = [
      ...network.layers.map(({ affine, slopes }) => ({
        ...affine,
        negative: Float64Array.from(slopes, (s) => toDouble(s.negative)),
        positive: Float64Array.from(slopes, (s) => toDouble(s.positive)),
      })),
      { ...network.output, negative: new Float64Array(0), positive: new Float64Array(0) },
    ];
    this.layers = layers.map((layer) => ({ ...layer, places: nonzeroPlaces(layer) }));
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
      const { inputs, outputs, weights, bias, places, negative, positive } = layer;
      const from = this.values[l]!;
      const to = this.values[l + 1]!;
      const slopes = this.slopes[l]!;
      const isLast = negative.length === 0 && l === this.layers.length - 1;
      for (let k = 0; k < outputs; k++) {
        let sum = bias[k]!;
        const at = k * inputs;
        const own = places[k]!;
        for (let p = 0; p < own.length; p++) sum += weights[at + own[p]!]! * from[own[p]!]!;
        const slope = isLast ? 1 : sum > 0 ? positive[k]! : negative[k]!;
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
      const { inputs, outputs, weights, places } = this.layers[l]!;
      const above = this.adjoints[l + 1]!;
      const below = this.adjoints[l]!;
      const slopes = this.slopes[l]!;
      below.fill(0);
      for (let k = 0; k < outputs; k++) {
        const a = above[k]! * slopes[k]!;
        if (a === 0) continue;
        const row = k * inputs;
        const own = places[k]!;
        for (let p = 0; p < own.length; p++) below[own[p]!]! += a * weights[row + own[p]!]!;
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
