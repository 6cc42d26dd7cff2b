/**
 * Networks that fold the cube onto itself, layer after layer: as many cells as was proved possible with their widths.
 *
 * Source: Montufar, Pascanu, Cho, Bengio 2014, "On the number of linear regions of deep neural networks", Theorem 4 and its construction.
 */
import { ONE, type Rational, rational, ZERO } from '../exact/index.js';
import { affineFromRationals, buildNetwork, type Network, RELU, type Step } from '../network/index.js';

const integer = (value: number): Rational => rational(BigInt(value));

/**
 * Every hidden layer but the last folds [0, 1] in each coordinate into floor(width / inputs) parts, each onto all of it, and the last one cuts the cube by hyperplanes in
 * general position all of whose intersections lie inside; neurons that are left over are 0. So [0, 1]^inputs has prod_{i < L} floor(n_i / inputs)^inputs times
 * sum_{j <= inputs} binomial(n_L, j) cells.
 *
 * @param widths of the hidden layers, each at least `inputs`
 */
export function gridFolding(inputs: number, widths: readonly number[]): Network {
  const steps = widths.slice(0, -1).flatMap((width) => fold(inputs, width));
  const last = widths.at(-1)!;
  return buildNetwork(inputs, [
    ...steps,
    generalPosition(inputs, last),
    { slopes: new Array(last).fill(RELU) },
    { affine: affineFromRationals(last, [new Array<Rational>(last).fill(ONE)], [ZERO]) },
  ]);
}

/** x_c to the sum over k < p of (-1)^k relu(p x_c) for k = 0 and (-1)^k relu(2 (p x_c - k)) for the others, with slopes p and -p in turn. */
function fold(inputs: number, width: number): Step[] {
  const parts = Math.floor(width / inputs);
  const rows = Array.from({ length: width }, (_, neuron) => {
    const coordinate = Math.floor(neuron / parts);
    const k = neuron % parts;
    const slope = coordinate >= inputs ? 0 : k === 0 ? parts : 2 * parts;
    return {
      weights: Array.from({ length: inputs }, (__, i) => (i === coordinate ? integer(slope) : ZERO)),
      constant: integer(coordinate >= inputs ? 0 : -2 * k),
    };
  });
  const sums = Array.from({ length: inputs }, (_, coordinate) =>
    rows.map((__, neuron) =>
      Math.floor(neuron / parts) === coordinate ? integer((neuron % parts) % 2 === 0 ? 1 : -1) : ZERO,
    ),
  );
  return [
    {
      affine: affineFromRationals(
        inputs,
        rows.map(({ weights }) => weights),
        rows.map(({ constant }) => constant),
      ),
    },
    { slopes: new Array(width).fill(RELU) },
    { affine: affineFromRationals(width, sums, new Array<Rational>(inputs).fill(ZERO)) },
  ];
}

/**
 * The hyperplanes sum_i j^i (x_i - 1/2) = e j^inputs for j = 1 .. width. A point x on those of d different j gives the polynomial t^d - sum_i t^i (x_i - 1/2) / e
 * these roots: any d of them meet in one point, no d + 1 do, and the x_i - 1/2 are e times sums of at most 2^d products of roots.
 */
function generalPosition(inputs: number, width: number): Step {
  const small = rational(1n, 4n * 2n ** BigInt(inputs) * BigInt(width) ** BigInt(inputs));
  const rows = Array.from({ length: width }, (_, k) => {
    const powers = Array.from({ length: inputs + 1 }, (__, i) => BigInt(k + 1) ** BigInt(i));
    const half = powers.slice(0, inputs).reduce((sum, power) => sum + power, 0n);
    const { numerator, denominator } = small;
    return {
      weights: powers.slice(0, inputs).map((power) => rational(power)),
      constant: rational(-half * denominator - 2n * powers[inputs]! * numerator, 2n * denominator),
    };
  });
  return {
    affine: affineFromRationals(
      inputs,
      rows.map(({ weights }) => weights),
      rows.map(({ constant }) => constant),
    ),
  };
}
