/**
 * Values, activation patterns and Jacobians of a network at a point.
 */
import {
  type IntegerVector,
  integersFromRationals,
  type Rational,
  rational,
  rationalsFromIntegers,
  signOfInteger,
  toDouble,
} from '../exact/index.js';
import type { ActivationLayer, Network } from './model.js';
import { forEachEntry, forEachInRow } from './sparsity.js';
import { type AffineMap, affineNear, composeAffine } from './stored-affine.js';

/** The sign of a pre-activation: which branch is active, 0 exactly on the crease. */
export type Sign = -1 | 0 | 1;

/** Signs of the pre-activations, one array per activation layer. */
export type Pattern = readonly (readonly Sign[])[];

export interface Evaluation {
  readonly output: readonly Rational[];
  /** The exact sign of every pre-activation. */
  readonly pattern: Pattern;
}

/** act(values), over the common denominator of the values and the slopes. */
export function activate({ slopes }: Pick<ActivationLayer, 'slopes'>, values: IntegerVector): IntegerVector {
  let common = 1n;
  for (const { negative, positive } of slopes) {
    for (const slope of [negative, positive]) if (common % slope.denominator !== 0n) common *= slope.denominator;
  }
  const numerators = values.numerators.map((value, j) => {
    const { numerator, denominator } = value > 0n ? slopes[j]!.positive : slopes[j]!.negative;
    if (numerator === 0n) return 0n;
    const scaled = numerator === 1n ? value : value * numerator;
    return denominator === common ? scaled : scaled * (common / denominator);
  });
  return { numerators, denominator: values.denominator * common };
}

function checkPoint(network: Network, length: number) {
  if (length !== network.inputs) {
    throw new RangeError(`point: expected ${network.inputs} coordinates, got ${length}`);
  }
}

/** The exact values W x + b of an integer vector. */
export function applyAffine(map: AffineMap, x: IntegerVector): IntegerVector {
  const { pattern, values, bias, denominator } = map.integers();
  const numerators = bias.map((b, r) => {
    let sum = b * x.denominator;
    forEachInRow(pattern, r, (c, e) => {
      const value = x.numerators[c]!;
      if (value !== 0n) sum += values[e]! * value;
    });
    return sum;
  });
  return { numerators, denominator: denominator * x.denominator };
}

/**
 * The exact output and pattern at a rational point.
 *
 * Cost: one integer product per weight; numbers grow by the bits of one layer's weights per layer.
 */
export function evaluateExact(network: Network, point: readonly Rational[]): Evaluation {
  checkPoint(network, point.length);
  let values = integersFromRationals(point);
  const pattern: Sign[][] = [];
  for (const layer of network.layers) {
    const pre = applyAffine(layer.affine, values);
    pattern.push(pre.numerators.map(signOfInteger));
    values = activate(layer, pre);
  }
  return { output: rationalsFromIntegers(applyAffine(network.output, values)), pattern };
}

/** W x + b in doubles. */
function applyDoubles(map: AffineMap, x: Float64Array): Float64Array {
  const { pattern, values, bias } = map;
  return bias.map((b, r) => {
    let sum = b;
    forEachInRow(pattern, r, (c, e) => {
      sum += values[e]! * x[c]!;
    });
    return sum;
  });
}

/** The network in ordinary double arithmetic, as a runtime computes it: an approximation, which decides nothing. */
export function evaluateDouble(network: Network, point: ArrayLike<number>): Float64Array {
  checkPoint(network, point.length);
  let values: Float64Array = Float64Array.from(point);
  for (const layer of network.layers) {
    values = applyDoubles(layer.affine, values);
    for (let j = 0; j < values.length; j++) {
      const slopes = layer.slopes[j]!;
      const slope = values[j]! > 0 ? slopes.positive : slopes.negative;
      if (slope.numerator === 0n) values[j] = 0;
      // The quotient of the integers as doubles could overflow where the slope does not.
      else if (slope.denominator !== 1n || slope.numerator !== 1n) values[j]! *= toDouble(slope);
    }
  }
  return applyDoubles(network.output, values);
}

/**
 * The affine map that the network takes where the given branches are active: branch -1 and 0 take the negative slope
 * (so that a ReLU at 0 has derivative 0, as TensorFlow and PyTorch define it), branch 1 the positive one.
 */
export function affineOnPattern(network: Network, pattern: Pattern): AffineMap {
  let map: AffineMap | undefined;
  network.layers.forEach((layer, l) => {
    const pre = map === undefined ? layer.affine : composeAffine(layer.affine, map);
    map = scaleRows(
      pre,
      layer.slopes.map((slopes, j) => (pattern[l]![j]! > 0 ? slopes.positive : slopes.negative)),
    );
  });
  return map === undefined ? network.output : composeAffine(network.output, map);
}

/** diag(factors) after map. */
function scaleRows(map: AffineMap, factors: readonly Rational[]): AffineMap {
  const vector = integersFromRationals(factors);
  const exact = map.integers();
  const values = new Array<bigint>(exact.values.length);
  forEachEntry(exact.pattern, (r, _, e) => {
    values[e] = exact.values[e]! * vector.numerators[r]!;
  });
  const scaled = {
    pattern: exact.pattern,
    values,
    bias: exact.bias.map((b, i) => b * vector.numerators[i]!),
    denominator: exact.denominator * vector.denominator,
  };
  // Only the exact entries of this intermediate map are ever used.
  return affineNear(map, map.bias, false, () => scaled);
}

/** The exact rows of an affine map as rationals: the Jacobian (outputs x inputs) and the constant. */
export interface RationalAffine {
  readonly jacobian: readonly (readonly Rational[])[];
  readonly constant: readonly Rational[];
}

export function rationalAffine(map: AffineMap): RationalAffine {
  const { outputs, inputs, weights, bias, denominator } = map.integers();
  const jacobian = Array.from({ length: outputs }, (_, r) =>
    weights.slice(r * inputs, (r + 1) * inputs).map((w) => rational(w, denominator)),
  );
  return { jacobian, constant: bias.map((b) => rational(b, denominator)) };
}

/**
 * The exact Jacobian at a rational point, by the convention relu'(0) = 0 where the point lies on a crease.
 *
 * `onCrease` lists the neurons (layer, index) whose pre-activation is exactly 0 there.
 */
export function jacobianExact(
  network: Network,
  point: readonly Rational[],
): { readonly jacobian: readonly (readonly Rational[])[]; readonly onCrease: readonly (readonly [number, number])[] } {
  const { pattern } = evaluateExact(network, point);
  const onCrease: [number, number][] = [];
  pattern.forEach((signs, l) => {
    signs.forEach((sign, j) => {
      if (sign === 0) onCrease.push([l, j]);
    });
  });
  return { jacobian: rationalAffine(affineOnPattern(network, pattern)).jacobian, onCrease };
}
