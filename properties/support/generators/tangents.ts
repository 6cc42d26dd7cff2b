/**
 * Networks whose outputs are tangents of a parabola: output 2k is the largest on the k-th strip, odd outputs nowhere.
 */
import { rational, toDouble } from '../../../src/exact/index.js';
import { affineFromDoubles, buildNetwork, evaluateExact, type Network, RELU } from '../../../src/network/index.js';

/**
 * Outputs 2 t x - t^2 for t = -1 .. 1 in `strips` steps, and after each of them one that is never the largest; x is input 0.
 *
 * @param creases where further neurons vanish that change no output: x equal to these
 */
export function tangents(strips: number, creases: readonly number[] = []): Network {
  const touching = Array.from({ length: strips }, (_, k) =>
    strips === 1 ? 0 : Math.round(64 * ((2 * k) / (strips - 1) - 1)) / 64,
  );
  const slopes = touching.flatMap((t) => [2 * t, 0]);
  const constants = touching.flatMap((t) => [-t * t, -9]);
  const unused = creases.map(() => 0);
  const hidden = 3 + creases.length;
  const weights = [1, 0, -1, 0, 0, 1, ...creases.flatMap(() => [1, 0])];
  return buildNetwork(2, [
    { affine: affineFromDoubles(hidden, 2, weights, [0, 0, 0, ...creases.map((x) => -x)]) },
    { slopes: new Array(hidden).fill(RELU) },
    {
      affine: affineFromDoubles(
        2 * strips,
        hidden,
        slopes.flatMap((slope) => [slope, -slope, 0, ...unused]),
        constants,
      ),
    },
  ]);
}

/** The only largest output at a point of the plane in multiples of 1/4096, in exact arithmetic; undefined at a tie. */
export function largest(network: Network, x: number, y: number): number | undefined {
  const point = [x, y].map((value) => rational(BigInt(Math.round(value * 4096)), 4096n));
  const values = evaluateExact(network, point).output.map(toDouble);
  const most = Math.max(...values);
  const kinds = values.flatMap((value, k) => (value === most ? [k] : []));
  return kinds.length === 1 ? kinds[0] : undefined;
}
