/**
 * Problems in two variables.
 */
import fc from 'fast-check';
import { rational, rationalFromDouble } from '../../../src/exact/rational.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import { box, cube, type Domain, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { smallBox } from './boxes.js';
import { anyNetwork, type NetworkShape, networkFrom } from './networks.js';
import { smallInteger } from './numbers.js';

export interface PlanarProblem {
  readonly network: Network;
  readonly domain: Domain;
}

/** Problems that are planar: two inputs in a box, three with one fixed, one input on the whole line. */
export function planarProblem(widths: readonly number[], network = anyNetwork): fc.Arbitrary<PlanarProblem> {
  const square = fc.oneof(
    smallBox(2),
    fc.constant(cube(2, -1, 1)),
    fc.constant(cube(2, 0, 1)),
    fc.constant(cube(2, -2, 3)),
  );
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ network: network({ inputs: 2, widths }), domain: square as fc.Arbitrary<Domain> }),
    },
    { weight: 1, arbitrary: fc.record({ network: network({ inputs: 1, widths }), domain: fc.constant(whole(1)) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        network: network({ inputs: 3, widths }),
        domain: square.map(
          (b): Domain => box([b.lower[0]!, rational(1n), b.lower[1]!], [b.upper[0]!, rational(1n), b.upper[1]!]),
        ),
      }),
    },
  );
}

/** Small integers and their neighbours at distance 2^-45: lines that cross at tiny angles, slivers, near misses. */
export const sliverNetwork = (shape: NetworkShape) =>
  networkFrom(shape, {
    entry: fc.tuple(smallInteger, fc.integer({ min: -2, max: 2 })).map(([k, j]) => k + j * 2 ** -45),
  });

/** 2-20-20 on [-1, 1]^2 with weights made of fixed numbers between -1 and 1. */
export function wideProblem(weight: (x: number) => number): PlanarProblem {
  const rows = (outputs: number, inputs: number, seed: number) =>
    Array.from({ length: outputs }, (_, r) =>
      Array.from({ length: inputs }, (_, i) => rationalFromDouble(weight(Math.sin(seed + 12.9898 * r + 78.233 * i)))),
    );
  const affine = (outputs: number, inputs: number, seed: number) =>
    affineFromRationals(inputs, rows(outputs, inputs, seed), rows(1, outputs, seed + 0.5)[0]!);
  const slopes = new Array(20).fill(RELU);
  const network = buildNetwork(2, [
    { affine: affine(20, 2, 1) },
    { slopes },
    { affine: affine(20, 20, 2) },
    { slopes },
  ]);
  return { network, domain: cube(2, -1, 1) };
}
