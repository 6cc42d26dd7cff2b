/**
 * Theorem. Let r be the pre-activation of a neuron as an affine function of the inputs on a pattern of sides, exactly, and R the
 * checker's rounded row, in units of 2^-scale. Then |R_i - 2^scale r_i| <= error for every entry i, whatever the pattern, however
 * few bits a number may have. Rows of layers whose integers are short are exact. And the rows that the checker falls back on are r.
 *
 * r comes from the definition of a network in plain fractions (references/plain-network.ts).
 *
 * Source: the lemma in src/checker/rounded-rows.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNetwork, ExactRows, exactLayers } from '../../src/checker/exact-rows.js';
import { type Precision, RoundedNetwork } from '../../src/checker/rounded-rows.js';
import { layerSlotBits } from '../../src/checker/rows.js';
import { larger, magnitude } from '../../src/exact/integers.js';
import { absolute, compare, multiply, rational, subtract } from '../../src/exact/rational.js';
import { affineFromIntegers } from '../../src/network/affine.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
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
/** Some networks have no layer with an activation. */
const withLayers = (networks: fc.Arbitrary<Network>) => networks.filter(({ layers }) => layers.length > 0);

const precisions = fc.constantFrom<Precision>(
  { entry: 48, weight: 44 },
  { entry: 64, weight: 64 },
  { entry: 20, weight: 6 },
  { entry: 6, weight: 20 },
  { entry: 8, weight: 200 },
  { entry: 3, weight: 3 },
  { entry: 2, weight: 5 },
  { entry: Number.POSITIVE_INFINITY, weight: Number.POSITIVE_INFINITY },
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

/** The rounded rows of every layer on a pattern, with what takes them and numbers to a common scale. */
function roundedRows(network: Network, precision: Precision, sides: readonly Int8Array[]) {
  const rounded = new RoundedNetwork(exactLayers(network), network.inputs, precision);
  let rows = rounded.first!;
  return sides.map((layer, l) => {
    if (l > 0) {
      const sums = rounded.start(l);
      for (const [j, side] of sides[l - 1]!.entries()) {
        if (side === 1 || side === -1) rounded.add(sums, l, j, side, rows);
      }
      rows = rounded.rows(l, sums);
    }
    const own = rounded.factors[l]![l + 1]!;
    const { bits } = rows.slots;
    return {
      rows: Array.from(layer, (_, k) => rows.row(k)),
      /** How long an entry with its error may be. */
      room: BigInt(bits - layerSlotBits(0)),
      error: rounded.errors[l + 1]!,
      /** 2^scale */
      unit: rational(rounded.factors[l]![0]!, own),
    };
  });
}

/** One neuron after another, with a weight and a bias each. */
function chain(...steps: readonly (readonly [weight: bigint, bias: bigint])[]): Network {
  const affine = ([weight, bias]: readonly [bigint, bigint]) =>
    affineFromIntegers({ outputs: 1, inputs: 1, weights: [weight], bias: [bias], denominator: 1n });
  const layers = steps.flatMap((step) => [{ affine: affine(step) }, { slopes: [RELU] }]);
  return buildNetwork(1, [...layers, { affine: affine([1n, 0n]) }]);
}

const bothActive = [Int8Array.of(1), Int8Array.of(1)];

describe('rounded rows', () => {
  it('are off by no more than their error', () => {
    let inexact = 0;
    let far = 0;
    holds(
      fc.property(anyWeights, precisions, sidesOf, (network, precision, all) => {
        const sides = pattern(network, all);
        const exact = reference(network, sides);
        for (const [l, { rows, error, unit, room }] of roundedRows(network, precision, sides).entries()) {
          if (error > 0n) inexact++;
          for (const [k, row] of rows.entries()) {
            for (const [i, entry] of row.entries()) {
              expect((magnitude(entry) + error) >> room).toBe(0n);
              const off = absolute(subtract(rational(entry), multiply(unit, exact[l]![k]![i]!)));
              expect(compare(off, rational(error))).toBeLessThanOrEqual(0);
              // Bounds a hundred times too large would be of no use.
              if (error > 0n && compare(multiply(off, rational(8n)), rational(error)) > 0) far++;
            }
          }
        }
      }),
      { seed: SEED, runs: 300 },
    );
    expect(inexact).toBeGreaterThan(trials(100));
    expect(far).toBeGreaterThan(trials(100));
  });

  it('fit into their slots where they are as long as they can be', () => {
    const [, second] = roundedRows(chain([8n, 0n], [8n, 0n]), { entry: 48, weight: 44 }, bothActive);
    expect(second!.rows).toEqual([[64n, 0n]]);
    expect(second!.room).toBeGreaterThanOrEqual(7n);
  });

  it('are off by a bias that is cut off, too', () => {
    // In 8 bits the first row's units are 2^93: w = 2^100 + 2^93 - 1 and the bias 2^93 - 1 both lose nearly one.
    const unit = 2n ** 93n;
    const most = 128n * unit + unit - 1n;
    const network = chain([most, most], [1n, unit - 1n]);
    const sides = bothActive;
    const [, second] = roundedRows(network, { entry: 8, weight: 8 }, sides);
    const exact = reference(network, sides)[1]![0]!;
    for (const [i, entry] of second!.rows[0]!.entries()) {
      const off = absolute(subtract(rational(entry), multiply(second!.unit, exact[i]!)));
      expect(compare(off, rational(second!.error))).toBeLessThanOrEqual(0);
    }
  });

  it('have leading bits', () => {
    holds(
      fc.property(withLayers(rationalNetwork(shape)), genericNetwork(shape), sidesOf, (rational, generic, all) => {
        const precision = { entry: 64, weight: 64 };
        const [first] = roundedRows(rational, precision, pattern(rational, all));
        const longest = first!.rows.flat().map(magnitude).reduce(larger, 0n);
        // 62 to 64 bits, unless they are exact.
        if (first!.error > 0n) expect([longest >> 61n > 0n, longest >> 64n > 0n]).toEqual([true, false]);
        for (const { error } of roundedRows(generic, precision, pattern(generic, all))) {
          expect(error).toBeLessThan(2n ** 20n);
        }
      }),
      { seed: SEED, runs: 100 },
    );
  });

  it('are exact while numbers are short', () => {
    holds(
      fc.property(withLayers(dyadicNetwork(shape)), sidesOf, (network, all) => {
        const sides = pattern(network, all);
        const wide = { entry: 2000, weight: 1000 };
        for (const { error } of roundedRows(network, wide, sides)) expect(error).toBe(0n);
        const narrow = roundedRows(network, { entry: 64, weight: 64 }, sides);
        const exact = reference(network, sides);
        for (const [l, { rows, error, unit }] of narrow.entries()) {
          if (error !== 0n) continue;
          for (const [k, row] of rows.entries()) {
            expect(row.map((entry) => rational(entry))).toEqual(exact[l]![k]!.map((entry) => multiply(unit, entry)));
          }
        }
        // The first layer's are.
        expect(narrow[0]!.error).toBe(0n);
      }),
      { seed: SEED, runs: 100 },
    );
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
