/**
 * Dense networks with a smooth activation, enclosed: what can be said for certain about a tanh network at a point.
 */
import { rationalFromDouble } from '../exact/index.js';
import { addIntervals, type Interval, intervalOfRational, multiplyIntervals } from './interval.js';
import type { RationalVector } from './rational-vectors.js';
import type { SmoothFunction } from './smooth.js';
import type { DenseLayer } from './train.js';

const exactly = (value: number) => intervalOfRational(rationalFromDouble(value));

/** The first output of a network whose layers, all but the last, are followed by the activation. Weights are taken exactly. */
export function smoothNetworkAt(
  layers: readonly DenseLayer[],
  activation: SmoothFunction,
  point: RationalVector,
): Interval {
  let values = point.map(intervalOfRational);
  layers.forEach(({ weights, bias }, l) => {
    const pre = weights.map((row, r) =>
      row.reduce((sum, w, c) => addIntervals(sum, multiplyIntervals(exactly(w), values[c]!)), exactly(bias[r]!)),
    );
    values = l + 1 < layers.length ? pre.map(activation.value) : pre;
  });
  return values[0]!;
}
