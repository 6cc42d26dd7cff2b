/**
 * Theorem. The partition and the function of a network do not change when the neurons of a layer are permuted, rescaled by
 * any positive rational, duplicated, or joined by dead ones; and they move along with an affine change of the input.
 *
 * With P a permutation matrix, D > 0 diagonal: W' s(W x + b) = (W' D^-1 P') s(P D (W x + b)). The cells of x -> f(A y + c),
 * A invertible, are the preimages of the cells of f.
 *
 * Source: Phuong and Lampert 2020, Functional vs. parametric equivalence of ReLU networks.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, add, formatRational, multiply, negate, type Rational, rational } from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import { evaluateExact, rationalAffine } from '../../src/network/evaluate.js';
import { bends, type Network, precompose } from '../../src/network/network.js';
import { sumOf, valueOfAffine } from '../../src/theory/rational-vectors.js';
import {
  addNeuron,
  duplicateNeuron,
  permuteNeurons,
  removeNeuron,
  rescaleNeuron,
} from '../../src/theory/symmetries.js';
import { cellsOf } from '../support/engines/cells.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { readable } from '../support/generators/show.js';

const SEED = 509;
const BOX = cube(2, -2, 2);
const networks = anyNetwork({ inputs: 2, widths: [3, 3], outputs: 1 });
const layer = fc.nat(1);
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
/** Strictly inside the box. */
const points = fc.array(
  rationalVector(2).map((x) => x.map((t) => readable(multiply(t, rational(1n, 7n))))),
  { minLength: 4, maxLength: 4 },
);
const positive = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 30n }));

/** The signs of all neurons that bend: constant inside a cell, different between cells. */
function keyAt(network: Network, point: readonly Rational[]): string {
  const { pattern } = evaluateExact(network, point);
  return network.layers.map(({ slopes }, l) => pattern[l]!.filter((_, j) => bends(slopes[j]!)).join()).join('|');
}

/** A network, its domain, and points to compare at. */
type Subject = readonly [network: Network, domain: Domain];

/** Off all creases: strictly inside a cell, where a point is in the domain. */
const isOffCreases = (key: string) => !key.split(/[,|]/).includes('0');

/**
 * Both networks have the same cells, seen through `move` from the one's domain to the other's, and the same function. Points
 * of one cell go to one cell, also points that no engine chose.
 */
function expectSamePartition(
  [network, domain]: Subject,
  [other, otherDomain]: Subject,
  places: readonly (readonly Rational[])[],
  move: (point: readonly Rational[]) => readonly Rational[] = (point) => point,
) {
  const cells = cellsOf(network, domain);
  const others = cellsOf(other, otherDomain);
  expect(others.length).toBe(cells.length);
  const keys = new Set(cells.map(({ witness }) => keyAt(other, move(witness))));
  expect(keys).toEqual(new Set(others.map(({ witness }) => keyAt(other, witness))));
  expect(keys.size).toBe(cells.length);
  const home = new Map(cells.map(({ witness }) => [keyAt(network, witness), keyAt(other, move(witness))]));
  for (const point of [...cells.map(({ witness }) => witness), ...places]) {
    expect(text(evaluateExact(other, move(point)).output)).toBe(text(evaluateExact(network, point).output));
    const key = keyAt(network, point);
    if (isOffCreases(key)) expect(keyAt(other, move(point))).toBe(home.get(key));
  }
}

const widthOf = (network: Network, l: number) => network.layers[l]!.slopes.length;

describe('nothing changes', () => {
  it('when neurons are permuted', () => {
    holds(
      fc.property(
        networks,
        layer,
        fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
        points,
        (network, l, ranks, at) => {
          fc.pre(l < network.layers.length);
          const order = Array.from({ length: widthOf(network, l) }, (_, j) => j).sort((a, b) => ranks[a]! - ranks[b]!);
          expectSamePartition([network, BOX], [permuteNeurons(network, l, order), BOX], at);
        },
      ),
      { seed: SEED, runs: 40 },
    );
  });

  it('when a neuron is rescaled by a positive rational of any size', () => {
    holds(
      fc.property(networks, layer, fc.nat(7), positive, points, (network, l, j, [p, q], at) => {
        fc.pre(l < network.layers.length);
        const scaled = rescaleNeuron(network, l, j % widthOf(network, l), rational(p, q));
        expectSamePartition([network, BOX], [scaled, BOX], at);
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('when a neuron is duplicated', () => {
    holds(
      fc.property(networks, layer, fc.nat(7), smallRational, points, (network, l, j, share, at) => {
        fc.pre(l < network.layers.length);
        const doubled = duplicateNeuron(network, l, j % widthOf(network, l), share);
        expectSamePartition([network, BOX], [doubled, BOX], at);
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('when a neuron is added that is never active on the domain, and when it is removed again', () => {
    holds(
      fc.property(networks, rationalVector(2), smallRational, points, (network, weights, share, at) => {
        fc.pre(network.layers.length > 0);
        // On [-2, 2]^2 the pre-activation is at most 0: its crease touches a corner, and cuts nothing.
        const bias = negate(multiply(rational(2n), sumOf(weights.map(absolute))));
        const more = addNeuron(network, 0, { weights, bias }, share);
        expectSamePartition([network, BOX], [more, BOX], at);
        expectSamePartition([more, BOX], [removeNeuron(more, 0, widthOf(network, 0)), BOX], at);
      }),
      { seed: SEED, runs: 40 },
    );
  });
});

describe('cells move along', () => {
  it('with an affine change of the input, on all of the plane', () => {
    holds(
      fc.property(networks, rationalVector(4), rationalVector(2), points, (network, entries, shift, at) => {
        const [a, b, c, d] = entries as [Rational, Rational, Rational, Rational];
        fc.pre(add(multiply(a, d), negate(multiply(b, c))).numerator !== 0n);
        const change = affineFromRationals(
          2,
          [
            [a, b],
            [c, d],
          ],
          shift,
        );
        const moved = precompose(network, change);
        const map = rationalAffine(change);
        expectSamePartition([moved, whole(2)], [network, whole(2)], at, (y) => valueOfAffine(map, y));
      }),
      { seed: SEED, runs: 40 },
    );
  });
});
