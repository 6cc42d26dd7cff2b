/**
 * Theorem. Where no bias reaches a neuron its row has the constant 0 on every cell; the planar engine marks exactly the
 * neurons of which that can be read off the network: in homogeneous coordinates all, else those without a bias of their own
 * behind layers without any, and the rows of the domain without a constant.
 *
 * Source: a composition of linear maps and positively homogeneous functions is positively homogeneous.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planarKernel } from '../../../src/engines/planar/kernel.js';
import { originRows } from '../../../src/engines/planar/origin.js';
import { rational } from '../../../src/exact/rational.js';
import { affineFromDoubles, affineFromRationals } from '../../../src/network/affine.js';
import { cube, type Domain, polytope, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { exactRows } from '../../../src/walk/exact-rows.js';
import { cellRows } from '../../../src/walk/rows.js';
import { countCellsOf } from '../../support/engines/cells.js';
import { holds } from '../../support/generators/holds.js';

const SEED = 5101;

/** A network with weights from -3 to 3 and the given biases, one list per layer. */
function network(inputs: number, biases: readonly (readonly number[])[]): Network {
  let before = inputs;
  const steps = biases.flatMap((bias, l) => {
    const weights = Array.from({ length: bias.length * before }, (_, i) => ((5 * i + l) % 7) - 3);
    const affine = affineFromDoubles(bias.length, before, weights, bias);
    before = bias.length;
    return [{ affine }, { slopes: bias.map(() => RELU) }];
  });
  return buildNetwork(inputs, steps);
}

const marks = (subject: Network, domain: Domain) =>
  originRows(partitionProblem(subject, domain)).map((layer) => Array.from(layer));

// 2^-1074 is 0 in no network, and neither is what has no double of its own.
const bias = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, -2, 2 ** -1074) },
);
const biases = fc.array(fc.array(bias, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

describe('a mark', () => {
  it('is at the neurons without bias behind layers without any, and only where rows have no constant on any path', () => {
    holds(
      fc.property(biases, fc.array(fc.constantFrom(-1, 1), { minLength: 16, maxLength: 16 }), (given, sides) => {
        const subject = network(2, given);
        const found = marks(subject, cube(2, -1, 3));
        const expected = given.map((layer, l) => {
          const before = given.slice(0, l).flat();
          return layer.map((b) => (b === 0 && before.every((other) => other === 0) ? 1 : 0));
        });
        expect(found).toEqual(expected);
        const problem = partitionProblem(subject, cube(2, -1, 3));
        const rows = cellRows(problem);
        rows.sides.forEach((layer, l) => {
          layer.forEach((_, j) => {
            layer[j] = sides[4 * l + j]!;
          });
        });
        const exact = exactRows(problem, rows.sides);
        found.forEach((layer, l) => {
          layer.forEach((mark, k) => {
            if (mark === 1) expect(exact.row(l, k)[2]).toBe(0n);
          });
        });
      }),
      { seed: SEED, runs: 60 },
    );
  });

  it('is not at a bias that only rounds to 0', () => {
    const tiny = rational(1n, 1n << 2000n);
    const affine = affineFromRationals(2, [[rational(1n), rational(1n)]], [rational(0n)]);
    const second = affineFromRationals(1, [[rational(1n)], [rational(1n)]], [tiny, rational(0n)]);
    const subject = buildNetwork(2, [
      { affine },
      { slopes: [RELU] },
      { affine: second },
      { slopes: [RELU, RELU] },
      { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
      { slopes: [RELU] },
    ]);
    expect(marks(subject, cube(2, -1, 1))).toEqual([[1], [0, 1], [0]]);
  });

  it('is everywhere in homogeneous coordinates, and at the rows of a domain that go through the origin', () => {
    expect(
      marks(
        network(1, [
          [1, 0],
          [2, 0],
        ]),
        whole(1),
      ),
    ).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const row = (bound: bigint) => ({ coefficients: [rational(1n), rational(bound + 1n)], bound: rational(bound) });
    const domain = polytope(2, [row(1n), row(0n)], { box: cube(2, -2, 2) });
    expect(marks(network(2, [[1, 0]]), domain)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

it('a crease that misses the origin by 2^-60 is not taken for one that meets it', () => {
  // Three lines in general position make 7 cells. The last two split first, so that the first is asked about at the origin.
  const affine = affineFromDoubles(3, 2, [1, 1, 0, 1, 1, 0], [2 ** -60, 0, 0]);
  const subject = buildNetwork(2, [{ affine }, { slopes: [RELU, RELU, RELU] }]);
  expect(countCellsOf(subject, cube(2, -1, 1), planarKernel).cells).toBe(7);
  const opposite = affineFromDoubles(3, 2, [1, 1, 0, 1, 1, 0], [-(2 ** -60), 0, 0]);
  const other = buildNetwork(2, [{ affine: opposite }, { slopes: [RELU, RELU, RELU] }]);
  expect(countCellsOf(other, cube(2, -1, 1), planarKernel).cells).toBe(7);
});
