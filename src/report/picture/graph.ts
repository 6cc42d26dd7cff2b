/**
 * The graph of a network with one free input: its outputs between all breakpoints.
 */
import { segmentPartition } from '../../analysis/function/index.js';
import { add, multiply, toDouble } from '../../exact/index.js';
import type { BoxDomain, Network } from '../../network/index.js';

export interface Graph {
  readonly input: number;
  /** Where the pattern changes, and the ends; nearest doubles of exact numbers. */
  readonly x: readonly number[];
  /** values[k][i]: output k at x[i]. */
  readonly values: readonly (readonly number[])[];
  /** Data points, those with a value at it. */
  readonly points: readonly { readonly x: number; readonly y?: number; readonly kind: number }[];
  /** Points that a segment was laid through. */
  readonly given: readonly { readonly x: number; readonly name: string }[];
}

/** The exact graph over the box's one free input, rounded for drawing. */
export function graphOf(network: Network, domain: BoxDomain, input: number): Graph {
  const { breakpoints, cells } = segmentPartition(network, domain.lower, domain.upper);
  const low = domain.lower[input]!;
  const width = add(domain.upper[input]!, { numerator: -low.numerator, denominator: low.denominator });
  const x = breakpoints.map((t) => toDouble(add(low, multiply(t, width))));
  const values = Array.from({ length: network.outputs }, (_, k) =>
    breakpoints.map((t, i) => {
      const { slope, constant } = cells[Math.min(i, cells.length - 1)]!;
      return toDouble(add(constant[k]!, multiply(slope[k]!, t)));
    }),
  );
  return { input, x, values, points: [], given: [] };
}
