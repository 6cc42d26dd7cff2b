/**
 * Hyperplane arrangements as files and as networks with one hidden layer.
 *
 * A file of shared/data/arrangements holds one hyperplane a . x = b per column: the rows are the coordinates of a and, in
 * the folder `affine`, a last row holds b. Entries are exact decimals; columns may repeat.
 */
import { readFileSync } from 'node:fs';
import { integersFromRationals } from '../../../src/exact/integers.js';
import { negate, ONE, parseRational, type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import type { Hyperplane } from './characteristic-polynomial.js';

/** Hyperplanes normal . x + constant = 0 in R^dimension; the last entry of each is the constant. */
export interface Arrangement {
  readonly dimension: number;
  readonly planes: readonly Hyperplane[];
}

/** The integer form of normal . x + constant = 0. */
export function hyperplane(entries: readonly Rational[]): Hyperplane {
  return integersFromRationals(entries).numerators;
}

/** An arrangement from the text of a file. @throws RangeError if the rows differ in length */
export function parseArrangement(text: string, kind: 'affine' | 'linear'): Arrangement {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/[\s,]+/).map(parseRational));
  const columns = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== columns)) {
    throw new RangeError(`arrangement: expected ${columns} columns in every row`);
  }
  const dimension = kind === 'affine' ? rows.length - 1 : rows.length;
  const planes = Array.from({ length: columns }, (_, c) =>
    hyperplane([
      ...rows.slice(0, dimension).map((row) => row[c]!),
      kind === 'affine' ? negate(rows[dimension]![c]!) : ZERO,
    ]),
  );
  return { dimension, planes };
}

/** @param path ends with affine/NAME.txt or linear/NAME.txt */
export function readArrangement(path: string): Arrangement {
  return parseArrangement(readFileSync(path, 'utf8'), /[\\/]affine[\\/]/.test(path) ? 'affine' : 'linear');
}

/**
 * The network with one ReLU neuron per hyperplane and the sum of them as output: over all of R^dimension its cells are
 * the regions of the arrangement.
 */
export function networkOfArrangement({ dimension, planes }: Arrangement): Network {
  const weights = planes.map((plane) => plane.slice(0, dimension).map((entry) => rational(entry)));
  const bias = planes.map((plane) => rational(plane[dimension]!));
  return buildNetwork(dimension, [
    { affine: affineFromRationals(dimension, weights, bias) },
    { slopes: planes.map(() => RELU) },
    { affine: affineFromRationals(planes.length, [planes.map(() => ONE)], [ZERO]) },
  ]);
}
