/**
 * Networks and domains in a line or two of text, for failure messages.
 */
import fc from 'fast-check';
import { formatRational, type Rational, rational } from '../../../src/exact/rational.js';
import { jsonOfDomain } from '../../../src/formats/json/write-domain.js';
import type { AffineMap } from '../../../src/network/affine.js';
import type { Domain } from '../../../src/network/domain.js';
import { type Network, type Slopes, shapeOf } from '../../../src/network/network.js';

/** A value that fast-check prints by its own text. */
export function printedAs<T extends object>(value: T, text: (value: T) => string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text(value), enumerable: false });
}

/** The same number, which fast-check prints as "1/3". */
export function readable(value: Rational): Rational {
  return printedAs({ ...value }, formatRational);
}

/** "relu", "0|1/3" or, where neurons differ, a list. */
export function showSlopes(slopes: readonly Slopes[]): string {
  const names = slopes.map(({ negative, positive }) => {
    const pair = `${formatRational(negative)}|${formatRational(positive)}`;
    return pair === '0|1' ? 'relu' : pair;
  });
  return names.every((name) => name === names[0]) ? (names[0] ?? 'none') : `[${names.join(' ')}]`;
}

/** "[1 -2 | 3] [0 1 | 0]": the rows of weights with the bias behind the bar. */
export function showAffine(map: AffineMap): string {
  const { weights, bias, denominator, inputs, outputs } = map.integers();
  const text = (entry: bigint) => formatRational(rational(entry, denominator));
  return Array.from({ length: outputs }, (_, r) => {
    const row = weights.slice(r * inputs, (r + 1) * inputs).map(text);
    return `[${row.join(' ')} | ${text(bias[r]!)}]`;
  }).join(' ');
}

/** "2-3-1: [..] relu -> [..]": exact weights, readable back by eye. */
export function showNetwork(network: Network): string {
  const layers = network.layers.map((layer) => `${showAffine(layer.affine)} ${showSlopes(layer.slopes)}`);
  return `${shapeOf(network)}: ${[...layers, showAffine(network.output)].join(' -> ')}`;
}

/** "[-1,1] x [0,1/2]" or "R^2". */
export function showDomain(domain: Domain): string {
  if (domain.kind === 'whole') return `R^${domain.dimension}`;
  if (domain.kind === 'polytope') return JSON.stringify(jsonOfDomain(domain));
  return domain.lower.map((lo, i) => `[${formatRational(lo)},${formatRational(domain.upper[i]!)}]`).join(' x ');
}
