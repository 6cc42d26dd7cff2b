/**
 * A network in float32 arithmetic, in the natural order: an approximation, which decides nothing about the network.
 */
import { toSingle } from '../exact/index.js';
import type { AffineMap, Network } from '../network/index.js';

function apply({ inputs, outputs, weights, bias }: AffineMap, x: Float32Array): Float32Array {
  const result = new Float32Array(outputs);
  for (let r = 0; r < outputs; r++) {
    let sum = 0;
    for (let c = 0; c < inputs; c++) {
      const product = Math.fround(Math.fround(weights[r * inputs + c]!) * x[c]!);
      sum = Math.fround(sum + product);
    }
    result[r] = sum + Math.fround(bias[r]!);
  }
  return result;
}

/** The outputs of a program that rounds every operation to float32 and adds products from the first to the last, the bias last. */
export function replaySingle(network: Network, point: ArrayLike<number>): Float32Array {
  let values: Float32Array = Float32Array.from(point);
  for (const { affine, slopes } of network.layers) {
    values = apply(affine, values);
    for (let j = 0; j < values.length; j++) {
      const slope = values[j]! > 0 ? slopes[j]!.positive : slopes[j]!.negative;
      // A product with an infinite value would be NaN.
      values[j] = slope.numerator === 0n ? 0 : values[j]! * toSingle(slope);
    }
  }
  return network.endsWithActivation ? values : apply(network.output, values);
}
