/**
 * Lines of equal value of a network of two inputs, exact pieces of them, as segments to draw.
 */
import { levelSet } from '../../analysis/function/index.js';
import { type Rational, rationalFromDouble, toDouble } from '../../exact/index.js';
import type { BoxDomain, Network } from '../../network/index.js';
import { evaluateExact } from '../../network/index.js';
import { type DrawnPoint, drawn, type PlanarCell } from './planar-cells.js';

/** `count` levels spread evenly over the values at the corners of cells, without the extremes: a choice for drawing. */
export function levelsBetween(network: Network, cells: readonly PlanarCell[], count: number): Rational[] {
  const values = cells.flatMap(({ corners }) =>
    corners.map((corner) => toDouble(evaluateExact(network, corner).output[0]!)),
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: count }, (_, i) => rationalFromDouble(low + ((high - low) * (i + 0.5)) / count));
}

/** The segments of {network = level} for every level. */
export function levelSegments(
  network: Network,
  domain: BoxDomain,
  levels: readonly Rational[],
): (readonly [DrawnPoint, DrawnPoint])[] {
  return levels.flatMap((threshold) => {
    const { points, pieces } = levelSet(network, domain, { output: 0, threshold });
    return pieces.map(({ vertices }) => [drawn(points[vertices[0]!]!), drawn(points[vertices[1]!]!)] as const);
  });
}
