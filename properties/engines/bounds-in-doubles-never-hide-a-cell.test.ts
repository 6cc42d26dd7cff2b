/**
 * Theorem. A crease that cuts a cell by less than doubles can tell is found by every engine: a rounded bound that is positive,
 * or negative, but not beyond its error, decides nothing.
 *
 * The neurons are made so that their minimum over the box, computed in doubles, has the wrong sign: with a = 0.1 (the double),
 * 3 a lies half way between two doubles, so that (a - 2^-70) x - 3 a + 2^-70 is -2^-69 at x = 3 but 2^-54 as doubles compute it.
 *
 * Source: an affine function with values of both signs on an interval has a zero inside.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { add, multiply, negate, type Rational, rational, rationalFromDouble, ZERO } from '../../src/exact/rational.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { box, cube } from '../../src/network/domain.js';
import { buildNetwork, RELU } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { traverse } from '../../src/walk/traverse.js';
import type { SplitTreeSink } from '../../src/walk/tree.js';
import { countCellsOf } from '../support/engines/cells.js';
import { provedCells } from '../support/engines/checked.js';
import { holds } from '../support/generators/holds.js';

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

  it('two creases between neighbouring doubles have a cell between them, whichever way they look', () => {
    // Where nearest doubles lie on the wrong side of one crease or the other.
    const parts = fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 })).filter(([p, q]) => p < q);
    const side = fc.constantFrom(1n, -1n);
    holds(
      fc.property(fc.constantFrom(1, 1.5, 1.9), parts, side, side, fc.boolean(), (near, creases, one, two, swap) => {
        const at = creases.map((part) => add(rationalFromDouble(near), rational(BigInt(part), 1n << 56n)));
        const signs = [one, two].map((sign) => rational(sign));
        const order = swap ? [1, 0] : [0, 1];
        const rows = order.map((k) => [signs[k]!, ...new Array<Rational>(inputs - 1).fill(ZERO)]);
        const biases = order.map((k) => negate(multiply(signs[k]!, at[k]!)));
        const affine = affineFromRationals(inputs, rows, biases);
        const network = buildNetwork(inputs, [{ affine }, { slopes: [RELU, RELU] }]);
        expect(provedCells(network, cube(inputs, -1, 2), kernel)).toBe(3);
      }),
      { seed: 5711, runs: 40 },
    );
  });

  it('a witness is a double where there is one, though bounds cannot tell that it is inside', () => {
    // x > 0 and x < 2^-1060: 2^-1061 is between, but no bound is as small.
    const normals = [1, 2].map(() => [rational(1n), ...new Array<Rational>(inputs - 1).fill(ZERO)]);
    const affine = affineFromRationals(inputs, normals, [ZERO, rational(-1n, 2n ** 1060n)]);
    const network = buildNetwork(inputs, [{ affine }, { slopes: [RELU, RELU] }]);
    const witnesses: boolean[] = [];
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer() {},
      split() {},
      cell: (witness) => void witnesses.push(witness instanceof Float64Array),
      open() {},
    };
    traverse(partitionProblem(network, cube(inputs, -1, 1)), kernel, sink);
    expect(witnesses).toEqual([true, true, true]);
  });
});
