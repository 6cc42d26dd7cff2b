/**
 * What follows the first layers of a network, as a network on an image of theirs: a polytope in coordinates of its affine hull.
 */

import { type Rational, rational, reducedEchelon } from '../exact/index.js';
import { affineFromIntegers, type Domain, type Network, polytope, whole } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { type Cone, facetsOf, type Vector } from './cone.js';

/** The layers of a problem from one on, on an image in that layer which is more than a point: cells correspond one to one. */
export function restOf(
  { network }: PartitionProblem,
  layer: number,
  { lines, rays }: Cone,
): { readonly network: Network; readonly domain: Domain } {
  // The height comes first, so that it is one of the coordinates of the span.
  const turned = (vector: Vector) => [vector[vector.length - 1]!, ...vector.slice(0, -1)];
  const straight = lines.map(turned);
  const vectors = rays.map(({ vector }) => turned(vector));
  const outputs = vectors[0]!.length - 1;
  const { rows, pivots, diagonal } = reducedEchelon([...straight, ...vectors], outputs + 1);
  const basis = rows.slice(0, pivots.length);
  const inputs = basis.length - 1;
  const neurons = Array.from({ length: outputs }, (_, k) => k + 1);
  const affine = affineFromIntegers({
    outputs,
    inputs,
    weights: neurons.flatMap((k) => basis.slice(1).map((row) => row[k]!)),
    bias: neurons.map((k) => basis[0]![k]!),
    denominator: diagonal,
  });
  const { slopes } = network.layers[layer]!;
  return {
    network: { ...network, inputs, layers: [{ affine, slopes }, ...network.layers.slice(layer + 1)] },
    domain: domainOf(inputs, facetsOf(straight, vectors).forms),
  };
}

/** The points at which forms (height, coordinates) are nonnegative. */
function domainOf(dimension: number, forms: readonly Vector[]): Domain {
  const exact = (entry: bigint): Rational => rational(entry);
  const inequalities = forms
    // One may say that the height is nonnegative.
    .filter((form) => form.some((entry, i) => i > 0 && entry !== 0n))
    .map(([height, ...coefficients]) => ({ coefficients: coefficients.map((c) => exact(-c)), bound: exact(height!) }));
  return inequalities.length === 0 ? whole(dimension) : polytope(dimension, inequalities);
}
