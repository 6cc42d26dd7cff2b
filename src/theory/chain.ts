/**
 * Chains of one neuron per layer: the simplest place to see what depth does to a gradient.
 */
import { ONE, type Rational } from '../exact/index.js';
import { affineFromRationals, buildNetwork, type Network, RELU, type Step } from '../network/index.js';
import { addIntervals, type Interval, intervalOfRational, multiplyIntervals } from './interval.js';
import type { SmoothFunction } from './smooth.js';

/** One layer x -> activation(weight x + bias). */
export interface Link {
  readonly weight: Rational;
  readonly bias: Rational;
}

/** x -> relu(w_L relu(... w_1 x + b_1 ...) + b_L) */
export function reluChain(links: readonly Link[]): Network {
  return buildNetwork(
    1,
    links.flatMap(({ weight, bias }): Step[] => [
      { affine: affineFromRationals(1, [[weight]], [bias]) },
      { slopes: [RELU] },
    ]),
  );
}

/** The value and the derivative of the chain with a smooth activation, enclosed. */
export function smoothChain(activation: SmoothFunction, links: readonly Link[], x: Rational) {
  let value: Interval = intervalOfRational(x);
  let derivative: Interval = intervalOfRational(ONE);
  for (const { weight, bias } of links) {
    const pre = addIntervals(multiplyIntervals(intervalOfRational(weight), value), intervalOfRational(bias));
    const slope = multiplyIntervals(intervalOfRational(weight), activation.derivative(pre));
    derivative = multiplyIntervals(slope, derivative);
    value = activation.value(pre);
  }
  return { value, derivative };
}
