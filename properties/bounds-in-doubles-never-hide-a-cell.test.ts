/**
 * Theorem. A crease that cuts a cell by less than doubles can tell is found by every engine: a rounded bound that is positive,
 * or negative, but not beyond its error, decides nothing.
 *
 * The neurons are made so that their minimum over the box, computed in doubles, has the wrong sign: with a = 0.1 (the double),
 * 3 a lies half way between two doubles, so that (a - 2^-70) x - 3 a + 2^-70 is -2^-69 at x = 3 but 2^-54 as doubles compute it.
 *
 * Source: an affine function with values of both signs on an interval has a zero inside.
 */
import { describe, expect, it } from 'vitest';
import { add, multiply, negate, type Rational, rational, rationalFromDouble, ZERO } from '../src/exact/rational.js';
import { simplexBackend } from '../src/lp/simplex.js';
import { affineFromRationals } from '../src/network/affine.js';
import { box } from '../src/network/domain.js';
import { buildNetwork, RELU } from '../src/network/network.js';
import { lpKernel } from '../src/partition/lp-kernel.js';
import { planarKernel } from '../src/partition/planar-kernel.js';
import { vertexKernel } from '../src/partition/vertex-kernel.js';
import { countCellsOf } from './engines/cells.js';

const TINY = rational(1n, 1n << 70n);
const TENTH = rationalFromDouble(0.1);
const SLOPE = add(TENTH, negate(TINY));
const CONSTANT = add(multiply(rational(-3n), TENTH), TINY);

it('the case is what it claims to be', () => {
  const at = (x: Rational) => add(multiply(SLOPE, x), CONSTANT);
  expect(at(rational(3n)).numerator < 0n).toBe(true);
  expect(at(rational(4n)).numerator > 0n).toBe(true);
  expect(0.1 * 3 - 0.3).toBeGreaterThan(0);
});

describe.each([
  ['lp, 1 input', lpKernel(simplexBackend), 1],
  ['lp, 3 inputs', lpKernel(simplexBackend), 3],
  ['planar', planarKernel, 2],
  ['vertex', vertexKernel, 3],
] as const)('%s', (_, kernel, inputs) => {
  it.each([
    ['the minimum', 1n, 1n],
    ['the maximum', -1n, 1n],
    ['the minimum, mirrored', 1n, -1n],
    ['the maximum, mirrored', -1n, -1n],
  ] as const)('%s', (_which, sign, side) => {
    const slope = multiply(SLOPE, rational(sign * side));
    const row = [slope, ...new Array<Rational>(inputs - 1).fill(ZERO)];
    const affine = affineFromRationals(inputs, [row], [multiply(CONSTANT, rational(sign))]);
    const network = buildNetwork(inputs, [{ affine }, { slopes: [RELU] }]);
    const [low, high] = side > 0n ? [3n, 4n] : [-4n, -3n];
    const others = (bound: bigint) => new Array<Rational>(inputs - 1).fill(rational(bound));
    const domain = box([rational(low), ...others(0n)], [rational(high), ...others(1n)]);
    expect(countCellsOf(network, domain, kernel).cells).toBe(2);
  });
});
