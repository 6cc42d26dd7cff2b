/**
 * Networks as plain data that can be sent to a worker thread.
 */
import { type AffineMap, affineFromIntegers, affineFromStored } from './affine.js';
import type { Network, Slopes } from './model.js';
import type { Stored } from './sparsity.js';
import type { StoredIntegers } from './stored-affine.js';

/** The entries as doubles where these are exact, else as integers over their denominator. */
type AffineData = (Stored<Float64Array> & { readonly bias: Float64Array }) | { readonly exact: StoredIntegers };

/** A network that survives the structured clone algorithm: numbers, big integers, arrays. */
export interface NetworkData {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly { readonly affine: AffineData; readonly slopes: readonly Slopes[] }[];
  readonly output: AffineData;
  readonly endsWithActivation: boolean;
  readonly notes: readonly string[];
}

function dataOfAffine(map: AffineMap): AffineData {
  if (map.exactDoubles) return { pattern: map.pattern, values: map.values, bias: map.bias };
  const { pattern, values, bias, denominator } = map.integers();
  return { exact: { pattern, values, bias, denominator } };
}

function affineOfData(data: AffineData): AffineMap {
  return 'exact' in data ? affineFromIntegers(data.exact) : affineFromStored(data, data.bias);
}

/** The network as data. Cost: none for doubles; otherwise the exact entries are computed if they are not yet. */
export function dataOfNetwork(network: Network): NetworkData {
  return {
    ...network,
    layers: network.layers.map(({ affine, slopes }) => ({ affine: dataOfAffine(affine), slopes })),
    output: dataOfAffine(network.output),
  };
}

/**
 * The same network, rebuilt.
 *
 * The common denominators of its maps may differ from the original's. Whoever needs the same bytes from several threads
 * starts from the same data in all of them, this one included.
 */
export function networkOfData(data: NetworkData): Network {
  return {
    ...data,
    layers: data.layers.map(({ affine, slopes }) => ({ affine: affineOfData(affine), slopes })),
    output: affineOfData(data.output),
  };
}
