/**
 * Writes networks in the project's JSON format (see `network.ts`), exactly: what is read back is the same network.
 */
import { equal, ONE, rational, ZERO } from '../../exact/index.js';
import type { AffineMap, Domain } from '../../network/index.js';
import { ABSOLUTE, LINEAR, type Network, RELU, type Slopes } from '../../network/index.js';
import { jsonOfRational } from '../input/numbers.js';
import { jsonOfDomain } from './write-domain.js';

/** What `format` says in the project's network files. */
export const NETWORK_FORMAT = 'relu-atlas-network';

type JsonNumber = number | string;

interface JsonAffine {
  readonly weights: readonly (readonly JsonNumber[])[];
  readonly bias: readonly JsonNumber[];
}

function rowsOf(map: AffineMap, entry: (index: number) => JsonNumber): JsonNumber[][] {
  return Array.from({ length: map.outputs }, (_, r) =>
    Array.from({ length: map.inputs }, (_, c) => entry(r * map.inputs + c)),
  );
}

function jsonOfAffine(map: AffineMap): JsonAffine {
  if (map.exactDoubles) return { weights: rowsOf(map, (i) => map.weights[i]!), bias: [...map.bias] };
  const { weights, bias, denominator } = map.integers();
  const json = (numerator: bigint) => jsonOfRational(rational(numerator, denominator));
  return { weights: rowsOf(map, (i) => json(weights[i]!)), bias: bias.map(json) };
}

const sameSlopes = (a: Slopes, b: Slopes) => equal(a.negative, b.negative) && equal(a.positive, b.positive);

/** The shortest name of an activation layer's slopes. */
function jsonOfSlopes(slopes: readonly Slopes[]): unknown {
  const first = slopes[0]!;
  if (slopes.every((other) => sameSlopes(first, other))) {
    if (sameSlopes(first, RELU)) return 'relu';
    if (sameSlopes(first, LINEAR)) return 'linear';
    if (sameSlopes(first, ABSOLUTE)) return 'abs';
    if (equal(first.positive, ONE)) return { leaky: jsonOfRational(first.negative) };
    if (equal(first.negative, ZERO)) return { scaled: jsonOfRational(first.positive) };
  }
  return { slopes: slopes.map(({ negative, positive }) => [jsonOfRational(negative), jsonOfRational(positive)]) };
}

/**
 * The JSON text of a network, one line per layer.
 *
 * Doubles are written as the shortest decimals that read back to them, other rationals as strings. Cost: linear.
 */
export function writeNetworkJson(network: Network, domain?: Domain): string {
  const layers: object[] = network.layers.map(({ affine, slopes }) => ({
    ...jsonOfAffine(affine),
    activation: jsonOfSlopes(slopes),
  }));
  if (!network.endsWithActivation) layers.push({ ...jsonOfAffine(network.output), activation: 'linear' });
  const head = `"format":"${NETWORK_FORMAT}","version":1,"inputs":${network.inputs}`;
  const parts = [head, `"layers":[\n${layers.map((layer) => JSON.stringify(layer)).join(',\n')}\n]`];
  if (domain !== undefined) parts.push(`"domain":${JSON.stringify(jsonOfDomain(domain))}`);
  if (network.notes.length > 0) parts.push(`"notes":${JSON.stringify(network.notes)}`);
  return `{${parts.join(',\n')}}\n`;
}
