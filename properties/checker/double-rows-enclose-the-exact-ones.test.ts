/**
 * Theorem. Let r be the pre-activation of a neuron as an affine function of the inputs on a pattern of sides, exactly, R the checker's row
 * in doubles, E its error and M its mass. Then |R(x) - r(x)| <= E on the domain's box, and M >= sum_i |R_i| X_i + |R_c| for the largest
 * magnitudes X_i there; whatever the pattern, and wherever sums were kept on the way to it. Rows of networks in general position are off by
 * less than 2^-40 of the largest M. And the exact rows that the checker falls back on are r.
 *
 * r comes from the definition of a network in plain fractions (references/plain-network.ts). An affine function is largest in magnitude at a
 * corner of a box.
 *
 * Source: Lemma 1 of src/exact/sign.ts, src/checker/double-rows.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleNetwork } from '../../src/checker/double-rows.js';
import { ExactNetwork, ExactRows, exactLayers } from '../../src/checker/exact-rows.js';
import { LayerRows } from '../../src/checker/layer-rows.js';
import { SettledNeurons, type SettledSide } from '../../src/checker/settled-neurons.js';
import {
  absolute,
  add,
  compare,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../src/exact/rational.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { ABSOLUTE, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { holds, trials } from '../support/generators/holds.js';
import {
  dyadicNetwork,
  extremeNetwork,
  genericNetwork,
  mixedNetwork,
  rationalNetwork,
} from '../support/generators/networks.js';
import { affineOn, type Row } from '../support/references/plain-network.js';

const SEED = 94;

const shape = { inputs: 2, widths: [3, 4, 3] };
const anyWeights = fc.oneof(
  genericNetwork(shape),
  dyadicNetwork(shape),
  rationalNetwork(shape),
  mixedNetwork(shape),
  extremeNetwork(shape),
);

/** Sides of all neurons: 1, -1, or 2 for one that contributes nothing. */
const sidesOf = fc.array(fc.constantFrom(1, 1, -1, -1, 2), { minLength: 10, maxLength: 10 });

/** The sides layer by layer. */
function pattern({ layers }: Network, sides: readonly number[]): Int8Array[] {
  let from = 0;
  return layers.map(({ affine }) => Int8Array.from(sides.slice(from, (from += affine.outputs))));
}

/** Exact rows with neurons left out: their slopes are made zero. */
function reference(network: Network, sides: readonly Int8Array[]): readonly (readonly Row[])[] {
  const none = { negative: rational(0n), positive: rational(0n) };
  const layers = network.layers.map((layer, l) => ({
    ...layer,
    slopes: layer.slopes.map((slopes, j) => (sides[l]![j] === 2 ? none : slopes)),
  }));
  return affineOn(
    { ...network, layers },
    sides.map((layer) => [...layer]),
  ).layers;
}

/** A box that contains 0 or not, large or small. */
const boxes = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 60 })), {
      minLength: 2,
      maxLength: 2,
    }),
    fc.constantFrom(1n, 7n, 10n ** 20n),
  )
  .map(([ends, denominator]) => ({
    lower: ends.map(([lo]) => BigInt(lo)),
    upper: ends.map(([lo, length]) => BigInt(lo + length)),
    denominator,
  }));
type Box = typeof boxes extends fc.Arbitrary<infer T> ? T : never;

interface Computed {
  readonly rows: readonly (readonly number[])[];
  readonly error: readonly number[];
  readonly mass: readonly number[];
}

/** The rows of every layer on a pattern, computed at once or with sums kept at marks, some of which are of another path before. */
function computedRows(network: Network, box: Box, sides: readonly Int8Array[], marks: readonly boolean[]): Computed[] {
  const doubles = doubleNetwork(network, box);
  const neurons = sides.map(({ length }) => new SettledNeurons(length));
  const layers: LayerRows[] = [];
  return doubles.layers.map((layer, l) => {
    const below = l === 0 ? undefined : { rows: layers[l - 1]!, neurons: neurons[l - 1]! };
    const rows = new LayerRows(doubles, layer, below);
    layers.push(rows);
    if (below !== undefined) settleWithMarks(rows, below.neurons, sides[l - 1]!, marks);
    rows.compute();
    const { width, entries, error, mass } = rows;
    const n = network.inputs;
    return {
      rows: Array.from({ length: width }, (_, k) => Array.from({ length: n + 1 }, (__, i) => entries[i * width + k]!)),
      error: [...error],
      mass: [...mass],
    };
  });
}

function settleWithMarks(rows: LayerRows, neurons: SettledNeurons, sides: Int8Array, marks: readonly boolean[]) {
  const settle = (j: number, turned = 1) => neurons.settle(j, (sides[j] === 2 ? 2 : turned * sides[j]!) as SettledSide);
  let seen = 0;
  for (let j = 0; j < sides.length; j++) {
    if (marks[j]!) {
      rows.mark();
      seen++;
      const { count } = neurons;
      // Another subtree first, in which all that follow are on their other sides.
      for (let k = j; k < sides.length; k++) settle(k, -1);
      rows.compute();
      neurons.shorten(count);
      rows.shorten(seen);
    }
    settle(j);
  }
  expect(neurons.open).toBe(0);
  expect(rows.marked).toBe(seen);
}

const finite = (value: number) => (Number.isFinite(value) ? rationalFromDouble(value) : undefined);

/** The largest magnitude of an affine function on a box. */
function largestOn({ lower, upper, denominator }: Box, row: Row): Rational {
  let most = rational(0n);
  for (let corner = 0; corner < 2 ** lower.length; corner++) {
    const value = lower.reduce(
      (sum, lo, i) => add(sum, multiply(row[i]!, rational((corner >> i) & 1 ? upper[i]! : lo, denominator))),
      row[lower.length]!,
    );
    if (compare(absolute(value), most) > 0) most = absolute(value);
  }
  return most;
}

const marksOf = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });

describe('rows in doubles', () => {
  it('are off by no more than their error', () => {
    const seen = { rows: 0, inexact: 0, unknown: 0 };
    holds(
      fc.property(anyWeights, boxes, sidesOf, marksOf, (network, box, all, marks) => {
        fc.pre(network.inputs === 2);
        const sides = pattern(network, all);
        const exact = reference(network, sides);
        for (const [l, { rows, error, mass }] of computedRows(network, box, sides, marks).entries()) {
          rows.forEach((row, k) => {
            const bound = finite(error[k]!);
            const entries = row.map(finite);
            seen.rows++;
            if (bound === undefined || entries.includes(undefined)) {
              // Then nothing is proved: the error, or the mass that it is compared with, is infinite or no number.
              expect(Number.isFinite(error[k]!) && Number.isFinite(mass[k]!)).toBe(false);
              seen.unknown++;
              return;
            }
            const off = entries.map((entry, i) => subtract(entry!, exact[l]![k]![i]!));
            expect(compare(largestOn(box, off), bound)).toBeLessThanOrEqual(0);
            if (off.some(({ numerator }) => numerator !== 0n)) seen.inexact++;
            const least = box.lower.reduce((sum, lo, i) => {
              const ends = [
                absolute(rational(lo, box.denominator)),
                absolute(rational(box.upper[i]!, box.denominator)),
              ];
              const far = compare(ends[0]!, ends[1]!) > 0 ? ends[0]! : ends[1]!;
              return add(sum, multiply(absolute(entries[i]!), far));
            }, absolute(entries[2]!));
            // The mass is a sum in doubles itself.
            const known = finite(mass[k]! * (1 + 2 ** -40));
            if (known !== undefined) expect(compare(known, least)).toBeGreaterThanOrEqual(0);
          });
        }
      }),
      { seed: SEED, runs: 400 },
    );
    expect(seen.inexact).toBeGreaterThan(trials(100));
    expect(seen.unknown).toBeLessThan(seen.rows / 2);
  });

  it('are near in general position', () => {
    holds(
      fc.property(genericNetwork(shape), sidesOf, marksOf, (network, all, marks) => {
        const box = { lower: [-1n, -1n], upper: [1n, 1n], denominator: 1n };
        for (const { error, mass } of computedRows(network, box, pattern(network, all), marks)) {
          const most = Math.max(...mass, 2 ** -20);
          for (const e of error) expect(e).toBeLessThan(2 ** -40 * most);
        }
      }),
      { seed: SEED, runs: 100 },
    );
  });

  it('of slopes and of columns with few entries are added up as well', () => {
    // One neuron of eight feeds each row: entries are stored, not columns.
    const width = 8;
    const diagonal = Array.from({ length: width * width }, (_, e) => (e % (width + 1) === 0 ? 1 + e / 7 : 0));
    const first = Array.from({ length: 2 * width }, (_, e) => Math.sin(e));
    const network = buildNetwork(2, [
      { affine: affineFromDoubles(width, 2, first, first.slice(0, width)) },
      { slopes: Array.from({ length: width }, (_, k) => (k % 2 === 0 ? RELU : ABSOLUTE)) },
      { affine: affineFromDoubles(width, width, diagonal, first.slice(0, width)) },
      { slopes: new Array(width).fill(RELU) },
    ]);
    const box = { lower: [-2n, -1n], upper: [1n, 3n], denominator: 3n };
    const sides = [Int8Array.from({ length: width }, (_, k) => (k % 3 === 0 ? -1 : 1)), new Int8Array(width).fill(1)];
    const exact = reference(network, sides);
    const [, second] = computedRows(network, box, sides, [true, false, true, false, false, true, false, false]);
    second!.rows.forEach((row, k) => {
      const off = row.map((entry, i) => subtract(rationalFromDouble(entry), exact[1]![k]![i]!));
      expect(compare(largestOn(box, off), rationalFromDouble(second!.error[k]!))).toBeLessThanOrEqual(0);
      expect(second!.error[k]!).toBeLessThan(2 ** -40);
    });
  });

  it('say nothing of weights that doubles are not near to', () => {
    // 2^-1075 and a third of it: the nearest double is 0 or twice as much.
    const tiny = rational(1n, 3n * 2n ** 1075n);
    const network = buildNetwork(1, [
      { affine: affineFromDoubles(1, 1, [1], [0]) },
      { slopes: [RELU] },
      { affine: affineFromRationals(1, [[tiny]], [rational(0n)]) },
      { slopes: [RELU] },
    ]);
    const box = { lower: [0n], upper: [1n], denominator: 1n };
    const [first, second] = computedRows(network, box, [Int8Array.of(1), Int8Array.of(1)], [false]);
    expect(first!.error[0]).toBeLessThan(2 ** -1000);
    expect(Number.isFinite(second!.error[0])).toBe(false);
  });
});

describe('the rows behind them', () => {
  it('are exact', () => {
    holds(
      fc.property(anyWeights, sidesOf, (network, all) => {
        const sides = pattern(network, all);
        const expected = reference(network, sides);
        const exact = new ExactNetwork(exactLayers(network), network.inputs);
        let below: ExactRows | undefined;
        for (const [l, layer] of expected.entries()) {
          const rows: ExactRows = l === 0 ? new ExactRows(exact, 0) : new ExactRows(exact, l, below, sides[l - 1]);
          const denominator = exact.denominators[l]!;
          layer.forEach((row, k) => {
            expect(rows.row(k).map((entry) => rational(entry, denominator))).toEqual(row);
          });
          expect(exact.factors[l]!.map((factor) => rational(factor, denominator))).toEqual(
            [1n, ...exact.denominators.slice(0, l + 1)].map((own) => rational(1n, own)),
          );
          below = rows;
        }
      }),
      { seed: SEED, runs: 200 },
    );
  });
});
