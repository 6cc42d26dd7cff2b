/**
 * Small networks of ReLUs only that compute other piecewise-linear functions exactly.
 */
import { negate, ONE, type Rational, ZERO } from '../exact/index.js';
import {
  ABSOLUTE,
  type AffineMap,
  affineFromRationals,
  buildNetwork,
  composeAffine,
  leaky,
  type Network,
  RELU,
  type Slopes,
  type Step,
} from '../network/index.js';

const MINUS_ONE = negate(ONE);

function relus(count: number): Step {
  return { slopes: new Array<Slopes>(count).fill(RELU) };
}

/** relu's arguments t and -t for each of `size` values, t_1 .. t_size first. */
function bothSigns(size: number): AffineMap {
  const unit = (j: number, sign: Rational) => Array.from({ length: size }, (_, k) => (k === j ? sign : ZERO));
  const rows = Array.from({ length: size }, (_, j) => j);
  return affineFromRationals(
    size,
    [...rows.map((j) => unit(j, ONE)), ...rows.map((j) => unit(j, MINUS_ONE))],
    new Array<Rational>(2 * size).fill(ZERO),
  );
}

/** positive * relu(t) - negative * relu(-t), entry by entry: the second half of an activation made of ReLUs. */
function recombine(slopes: readonly Slopes[]): AffineMap {
  const size = slopes.length;
  const rows = slopes.map(({ negative, positive }, j) =>
    Array.from({ length: 2 * size }, (_, k) => (k === j ? positive : k === size + j ? negate(negative) : ZERO)),
  );
  return affineFromRationals(2 * size, rows, new Array<Rational>(size).fill(ZERO));
}

/**
 * The same function with ReLUs only: a neuron with slopes (n, p) is p relu(t) - n relu(-t), exactly.
 *
 * Twice the neurons; the creases, hence the cells, are the same, except that a neuron without a bend becomes two that do.
 */
export function reluOnly(network: Network): Network {
  const steps = network.layers.flatMap(({ affine, slopes }): Step[] => [
    { affine: composeAffine(bothSigns(slopes.length), affine) },
    relus(2 * slopes.length),
    { affine: recombine(slopes) },
  ]);
  return buildNetwork(network.inputs, [...steps, { affine: network.output }]);
}

/** t -> negative * t for t <= 0 and positive * t for t >= 0, from two ReLUs. */
export function twoSlopes(slopes: Slopes): Network {
  return reluOnly(buildNetwork(1, [{ affine: affineFromRationals(1, [[ONE]], [ZERO]) }, { slopes: [slopes] }]));
}

/** |t| = relu(t) + relu(-t). */
export function absoluteValue(): Network {
  return twoSlopes(ABSOLUTE);
}

/** Leaky ReLU = relu(t) - slope * relu(-t). For a slope of 1 there is no bend, and none is made. */
export function leakyRelu(slope: Rational): Network {
  return twoSlopes(leaky(slope));
}

/** One layer of ReLUs of the rows, recombined with the given weights. */
function oneLayer(
  inputs: number,
  rows: readonly (readonly Rational[])[],
  bias: readonly Rational[],
  out: readonly Rational[],
  constant: Rational,
): Network {
  return buildNetwork(inputs, [
    { affine: affineFromRationals(inputs, rows, bias) },
    relus(rows.length),
    { affine: affineFromRationals(rows.length, [out], [constant]) },
  ]);
}

const DIFFERENCE_AND_SECOND = [
  [ONE, MINUS_ONE],
  [ZERO, ONE],
  [ZERO, MINUS_ONE],
];

/** max(x, y) = relu(x - y) + relu(y) - relu(-y). */
export function maximum(): Network {
  return oneLayer(2, DIFFERENCE_AND_SECOND, [ZERO, ZERO, ZERO], [ONE, ONE, MINUS_ONE], ZERO);
}

/** min(x, y) = relu(x) - relu(-x) - relu(x - y). */
export function minimum(): Network {
  const rows = [
    [ONE, MINUS_ONE],
    [ONE, ZERO],
    [MINUS_ONE, ZERO],
  ];
  return oneLayer(2, rows, [ZERO, ZERO, ZERO], [MINUS_ONE, ONE, MINUS_ONE], ZERO);
}

/** min(max(t, low), high) = low + relu(t - low) - relu(t - high), for low <= high. */
export function clip(low: Rational, high: Rational): Network {
  return oneLayer(1, [[ONE], [ONE]], [negate(low), negate(high)], [ONE, MINUS_ONE], low);
}
