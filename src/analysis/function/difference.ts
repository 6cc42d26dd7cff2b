/**
 * Comparing two networks: the network x -> a(x) - b(x), and its exact extremes.
 */
import { absolute, compare, type Rational, ZERO } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import {
  type ActivationLayer,
  type AffineMap,
  affineFromIntegers,
  identityAffine,
  LINEAR,
  type Network,
} from '../../network/index.js';
import type { CellOptions } from '../cells/index.js';
import { type Extreme, outputRanges } from './extremes.js';

/** x -> (first(x), second(x)) if `shared`, else (x, y) -> (first(x), second(y)). */
function besides(first: AffineMap, second: AffineMap, shared: boolean): AffineMap {
  const a = first.integers();
  const b = second.integers();
  const inputs = shared ? a.inputs : a.inputs + b.inputs;
  const outputs = a.outputs + b.outputs;
  const weights = new Array<bigint>(outputs * inputs).fill(0n);
  const place = (exact: typeof a, top: number, left: number, factor: bigint) => {
    exact.weights.forEach((w, i) => {
      weights[(top + Math.floor(i / exact.inputs)) * inputs + left + (i % exact.inputs)] = w * factor;
    });
  };
  place(a, 0, 0, b.denominator);
  place(b, a.outputs, shared ? 0 : a.inputs, a.denominator);
  const bias = [...a.bias.map((x) => x * b.denominator), ...b.bias.map((x) => x * a.denominator)];
  return affineFromIntegers({ outputs, inputs, weights, bias, denominator: a.denominator * b.denominator });
}

/** (x, y) -> first(x) - second(y), or x -> first(x) - second(x) if `shared`. */
function minus(first: AffineMap, second: AffineMap, shared: boolean): AffineMap {
  const both = besides(first, second, shared).integers();
  const { inputs, weights, bias } = both;
  const outputs = first.outputs;
  const difference = Array.from({ length: outputs * inputs }, (_, i) => weights[i]! - weights[outputs * inputs + i]!);
  const constants = Array.from({ length: outputs }, (_, i) => bias[i]! - bias[outputs + i]!);
  return affineFromIntegers({ outputs, inputs, weights: difference, bias: constants, denominator: both.denominator });
}

/** The same function with layers that only hand on the values before the output map. */
function deepened(network: Network, depth: number): Network {
  if (network.layers.length >= depth) return network;
  const width = network.output.outputs;
  const slopes = new Array(width).fill(LINEAR);
  const layers: ActivationLayer[] = [...network.layers, { affine: network.output, slopes }];
  return deepened({ ...network, layers, output: identityAffine(width) }, depth);
}

/**
 * The network x -> a(x) - b(x), with the neurons of both side by side.
 *
 * @throws RangeError if the numbers of inputs or outputs differ
 */
export function differenceNetwork(a: Network, b: Network): Network {
  if (a.inputs !== b.inputs || a.outputs !== b.outputs) {
    throw new RangeError(
      `networks: expected the same inputs and outputs, got ${a.inputs} -> ${a.outputs} and ${b.inputs} -> ${b.outputs}; compare networks of one shape`,
    );
  }
  const depth = Math.max(a.layers.length, b.layers.length);
  const [first, second] = [deepened(a, depth), deepened(b, depth)];
  const layers = first.layers.map((layer, l) => ({
    affine: besides(layer.affine, second.layers[l]!.affine, l === 0),
    slopes: [...layer.slopes, ...second.layers[l]!.slopes],
  }));
  const output = minus(first.output, second.output, depth === 0);
  return { inputs: a.inputs, outputs: a.outputs, layers, output, endsWithActivation: false, notes: [] };
}

export interface Difference<Found extends { readonly kind: string } = Extreme> {
  /** Whether the networks agree at every point of the domain. */
  readonly equal: boolean;
  /** The range of a - b per output. */
  readonly ranges: readonly { readonly minimum: Found; readonly maximum: Found }[];
  /** The output and place where |a - b| is largest, or grows without bound. */
  readonly largest: { readonly output: number; readonly extreme: Found };
}

/** What the ranges of a - b say about a and b. */
export function differenceFrom<
  Found extends { readonly kind: 'attained'; readonly value: Rational } | { readonly kind: 'unbounded' },
>(ranges: readonly { readonly minimum: Found; readonly maximum: Found }[]): Difference<Found> {
  const magnitude = (extreme: Found) => (extreme.kind === 'attained' ? absolute(extreme.value) : undefined);
  const all = ranges.flatMap(({ minimum, maximum }, output) =>
    [minimum, maximum].map((extreme) => ({ output, extreme })),
  );
  const largest = all.reduce((best, next) => {
    const [x, y] = [magnitude(best.extreme), magnitude(next.extreme)];
    if (x === undefined) return best;
    return y === undefined || compare(y, x) > 0 ? next : best;
  });
  const most = magnitude(largest.extreme);
  return { equal: most !== undefined && compare(most, ZERO) === 0, ranges, largest };
}

/** Compares two networks exactly on a domain. Cost: the partition by the neurons of both. */
export function differenceOf(a: Network, b: Network, domain: Domain, options: CellOptions = {}): Difference {
  return differenceFrom(outputRanges(differenceNetwork(a, b), domain, options));
}
