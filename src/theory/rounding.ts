/**
 * How far evaluation in doubles may be from the network's value.
 *
 * *Lemma.* Let every slope be 0 or 1 and every weight a double. Let the doubles y approximate the inputs x of a layer with
 * |y_i - x_i| <= e_i. The computed value of w . y + b differs from w . x + b by at most
 * sum |w_i| e_i + (n + 2) u (sum |w_i| |y_i| + |b|), u = 2^-53, n inputs. *Proof.* gamma_{n+1} <= (n + 2) u for the rounded
 * sum of rounded products (Higham 2002, section 3.1), plus the propagated errors. A slope of 0 or 1 on either side is a
 * function with Lipschitz constant 1 and adds no rounding, also where the computed sign is wrong. Underflow adds at most
 * n 2^-1074. []
 *
 * The bound is itself computed in doubles; it is doubled, which covers its rounding many times over.
 */
import { UNIT_ROUNDOFF, underflow } from '../exact/index.js';
import type { AffineMap, Network } from '../network/index.js';

interface Approximate {
  readonly value: number;
  readonly error: number;
}

function throughAffine({ weights, bias, inputs, outputs }: AffineMap, x: readonly Approximate[]): Approximate[] {
  return Array.from({ length: outputs }, (_, r) => {
    let value = bias[r]!;
    let mass = Math.abs(value);
    let error = underflow(inputs, 1);
    for (let c = 0; c < inputs; c++) {
      const w = weights[r * inputs + c]!;
      value += w * x[c]!.value;
      mass += Math.abs(w * x[c]!.value);
      error += Math.abs(w) * x[c]!.error;
    }
    return { value, error: error + 2 * (inputs + 2) * UNIT_ROUNDOFF * mass };
  });
}

/**
 * Bounds for |evaluateDouble - evaluateExact| at a double point, one per output.
 *
 * @throws RangeError for networks the lemma does not speak of: slopes other than 0 and 1, weights that are no doubles
 */
export function evaluationErrorBound(network: Network, point: ArrayLike<number>): number[] {
  const maps = [...network.layers.map((layer) => layer.affine), network.output];
  if (!maps.every((map) => map.exactDoubles)) throw new RangeError('error bound: expected weights that are doubles');
  let x: Approximate[] = Array.from(point, (value) => ({ value, error: 0 }));
  for (const { affine, slopes } of network.layers) {
    x = throughAffine(affine, x).map(({ value, error }, j) => {
      const slope = value > 0 ? slopes[j]!.positive : slopes[j]!.negative;
      if (slope.denominator !== 1n || (slope.numerator !== 0n && slope.numerator !== 1n)) {
        throw new RangeError('error bound: expected slopes 0 and 1');
      }
      return { value: slope.numerator === 0n ? 0 : value, error };
    });
  }
  return throughAffine(network.output, x).map(({ error }) => 2 * error);
}
