/**
 * Comparing two networks: the network x -> a(x) - b(x), and its exact extremes.
 */
import { absolute, compare, type Rational, ZERO } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import {
  type AffineMap,
  affineFromStored,
  composeAffine,
  condensed,
  type Network,
  productNetwork,
} from '../../network/index.js';
import type { CellOptions } from '../cells/index.js';
import { type Extreme, outputRanges } from './extremes.js';

/** (x, y) -> x - y */
function subtraction(size: number): AffineMap {
  const starts = Int32Array.from({ length: size + 1 }, (_, i) => 2 * i);
  const columns = Int32Array.from({ length: 2 * size }, (_, e) => (e % 2 === 0 ? e / 2 : size + (e - 1) / 2));
  const values = Float64Array.from(columns, (_, e) => (e % 2 === 0 ? 1 : -1));
  const pattern = { outputs: size, inputs: 2 * size, starts, columns };
  return affineFromStored({ pattern, values }, new Float64Array(size));
}

/**
 * The network x -> a(x) - b(x), condensed: neurons that both have are there once, or not at all where they cancel.
 *
 * @throws RangeError if the numbers of inputs or outputs differ
 */
export function differenceNetwork(a: Network, b: Network): Network {
  if (a.inputs !== b.inputs || a.outputs !== b.outputs) {
    throw new RangeError(
      `networks: expected the same inputs and outputs, got ${a.inputs} -> ${a.outputs} and ${b.inputs} -> ${b.outputs}; compare networks of one shape`,
    );
  }
  const reads = Array.from({ length: a.inputs }, (_, i) => i);
  const both = productNetwork(a.inputs, [
    { network: a, reads },
    { network: b, reads },
  ]);
  const output = composeAffine(subtraction(a.outputs), both.output);
  return condensed({ ...both, outputs: a.outputs, output, notes: [] });
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
