/**
 * Theorem. Let h_k be the signed pre-activations of the splits above a node, exactly, m_k >= 0, and t a neuron's pre-activation or
 * x_i - c. The checker takes the evidence (m_k) for s t >= 0 exactly if the least value of s t - sum m_k h_k over the node's box is
 * not negative; with rows in doubles or without, for values that are 0 or just below it, and after any bounds were
 * narrowed. A list of neurons that it takes without a closer look lies on the claimed sides.
 *
 * The least value is computed in plain fractions from the definition of a network (references/plain-network.ts).
 *
 * Source: src/checker/path.ts, src/checker/domain.ts; Farkas' lemma says that such evidence exists.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeBox } from '../../src/checker/domain.js';
import type { Target } from '../../src/checker/evidence.js';
import { type CheckedNetwork, checkedNetwork } from '../../src/checker/network.js';
import { CheckedPath, type Mark } from '../../src/checker/path.js';
import { integersFromRationals } from '../../src/exact/integers.js';
import {
  add,
  compare,
  multiply,
  negate,
  type Rational,
  rational,
  rationalFromDouble,
  ZERO,
} from '../../src/exact/rational.js';
import { nextDown, nextUp } from '../../src/exact/rounding.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { type BoxDomain, box, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { differenceOfVectors, scaledBy } from '../../src/theory/rational-vectors.js';
import { holds, trials } from '../support/generators/holds.js';
import {
  degenerateNetwork,
  dyadicNetwork,
  genericNetwork,
  mixedNetwork,
  rationalNetwork,
} from '../support/generators/networks.js';
import { affineOn, type Row, valueAt } from '../support/references/plain-network.js';

const SEED = 95;

const shape = { inputs: 2, widths: [3, 3, 3] };
const networks = fc.oneof(
  genericNetwork(shape),
  dyadicNetwork(shape),
  rationalNetwork(shape),
  mixedNetwork(shape),
  degenerateNetwork(shape),
);
const fraction = fc
  .tuple(fc.integer({ min: -200, max: 200 }), fc.constantFrom(1n, 2n, 3n, 64n, 1000n))
  .map(([n, d]) => rational(BigInt(n), d));
const interval = fc
  .tuple(fraction, fraction)
  .map((ends) => [...ends].sort(compare) as [Rational, Rational])
  .filter(([lo, hi]) => compare(lo, hi) < 0);
/** A domain; far ones leave no room for short numbers. */
const domains = fc
  .tuple(fc.array(interval, { minLength: 2, maxLength: 2 }), fc.constantFrom(1n, 1n, 1n, 10n ** 30n))
  .map(([ends, far]) =>
    box(
      ...(([0, 1] as const).map((e) => ends.map((pair) => multiply(pair[e]!, rational(far)))) as [
        Rational[],
        Rational[],
      ]),
    ),
  );
const bounds = fc.array(fc.tuple(fc.nat(1), fc.constantFrom<1 | -1>(1, -1), fraction), { maxLength: 3 });

const situation = fc.record({
  // Some have no layer that could bend.
  network: networks.filter(({ layers }) => layers.length > 0),
  /** Whether doubles are tried first. */
  tries: fc.boolean(),
  domain: domains,
  narrowings: bounds,
  /** Conditions of the domain: they count as the first splits. */
  conditions: fc.array(fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 3, maxLength: 3 }), { maxLength: 2 }),
  coins: fc.array(fc.nat(5), { minLength: 9, maxLength: 9 }),
  /** Multipliers for the splits, in any order, repeated or not. */
  by: fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 0, max: 40 })), { maxLength: 4 }),
  denominator: fc.constantFrom(1n, 3n, 16n),
  side: fc.constantFrom<1 | -1>(1, -1),
  chosen: fc.nat(100),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

/** The domain's box after narrowings that do not empty it: as the checker keeps it, and plainly. */
function narrowedBox(domain: BoxDomain, narrowings: Situation['narrowings']) {
  const lower = [...domain.lower];
  const upper = [...domain.upper];
  const { numerators, denominator } = integersFromRationals([...lower, ...upper]);
  let kept = NodeBox.of({ lower: numerators.slice(0, 2), upper: numerators.slice(2), denominator });
  for (const [i, side, value] of narrowings) {
    if (compare(value, side > 0 ? upper[i]! : lower[i]!) * side > 0) continue;
    kept = kept.narrowed(i, side, integersFromRationals([value]));
    const ends = side > 0 ? lower : upper;
    if (compare(value, ends[i]!) * side > 0) ends[i] = value;
  }
  return { kept, lower, upper };
}

/** A path through all layers with the signed exact rows of its splits, and the rows of the last layer. */
function walked(subject: CheckedNetwork, network: Network, coins: readonly number[]) {
  const path = new CheckedPath(subject);
  const last = network.layers.length - 1;
  let from = 0;
  const sides = network.layers.map(({ affine }) =>
    Int8Array.from(coins.slice(from, (from += affine.outputs)), (c) => (c % 2 === 0 ? 1 : -1)),
  );
  const exact = affineOn(
    network,
    sides.map((layer) => [...layer]),
  ).layers;
  const splits: Row[] = subject.given.map((row) => row.map((entry) => rational(entry)));
  from = 0;
  const places: Mark[] = splits.map((_, k) => ({ length: k, layer: 0, settled: 0, sums: 0 }));
  for (const [l, layer] of sides.entries()) {
    path.enter(l);
    for (const [j, signed] of layer.entries()) {
      const side = signed as 1 | -1;
      // Of the last layer no neuron has to be on a side.
      if (coins[from++]! >= 2 && l <= last) {
        places.push(path.mark(l));
        path.push(l, j, side);
        splits.push(exact[l]![j]!.map((entry) => (side > 0 ? entry : negate(entry))));
      }
      if (l < last) path.neurons[l]!.settle(j, side);
    }
  }
  return { path, splits, places, last, rows: exact[last]! };
}

/** side * row - sum m_k h_k */
function combination(row: Row, side: 1 | -1, multipliers: readonly (readonly [Row, Rational])[]): Row {
  return multipliers.reduce<Row>(
    (sum, [split, m]) => differenceOfVectors(sum, scaledBy(m, split)),
    scaledBy(rational(BigInt(side)), row),
  );
}

function leastOver(row: Row, lower: readonly Rational[], upper: readonly Rational[]): Rational {
  return lower.reduce(
    (sum, lo, i) => add(sum, multiply(row[i]!, row[i]!.numerator > 0n ? lo : upper[i]!)),
    row[lower.length]!,
  );
}

function subjectOf({ network, domain, tries, conditions }: Situation): CheckedNetwork {
  const subject = { ...checkedNetwork(network, domain), given: conditions };
  return tries ? subject : { ...subject, doubles: undefined };
}

/** x_i - c */
const boundRow = (input: number, value: Rational): Row => [
  ...[0, 1].map((i) => (i === input ? rational(1n) : ZERO)),
  negate(value),
];

describe('evidence for a side', () => {
  it('is taken exactly if its combination is nonnegative on the box', () => {
    const seen = { true: 0, false: 0, tight: 0 };
    holds(
      fc.property(situation, (given) => {
        const { network, domain, narrowings, side, denominator, chosen } = given;
        fc.pre(network.inputs === 2);
        const { kept, lower, upper } = narrowedBox(domain, narrowings);
        const { path, splits, last, rows } = walked(subjectOf(given), network, given.coins);
        expect(path.length).toBe(splits.length);
        const by = splits.length === 0 ? [] : given.by.map(([k, m]) => [k % splits.length, BigInt(m)] as const);
        const evidence = {
          splits: by.map(([k]) => k),
          multipliers: { numerators: by.map(([, m]) => m), denominator },
        };
        const weighted = by.map(([k, m]) => [splits[k]!, rational(m, denominator)] as const);
        const judge = (target: Target, row: Row, on: 1 | -1 = side) => {
          const least = leastOver(combination(row, on, weighted), lower, upper);
          const isTrue = least.numerator >= 0n;
          expect(path.isProved(last, kept, target, on, evidence)).toBe(isTrue);
          seen[isTrue ? 'true' : 'false']++;
        };
        for (const [neuron, row] of rows.entries()) {
          judge({ neuron }, row, 1);
          judge({ neuron }, row, -1);
        }
        // The bound for which the least value is 0, the next ones on both sides, and any other.
        const input = chosen % 2;
        const tight = multiply(
          rational(BigInt(side)),
          leastOver(combination(boundRow(input, ZERO), side, weighted), lower, upper),
        );
        for (const off of [0n, 1n, -1n]) {
          const value = add(tight, rational(off, 10n ** 40n));
          judge({ input, value: integersFromRationals([value]) }, boundRow(input, value));
          seen.tight++;
        }
        const other = rational(BigInt(chosen), 7n);
        judge({ input, value: integersFromRationals([other]) }, boundRow(input, other));
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.true, seen.false, seen.tight)).toBeGreaterThan(trials(100));
  });

  it('is not needed by those in a list that doubles settle', () => {
    const seen = { taken: 0, refused: 0 };
    holds(
      fc.property(situation, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), (given, claimed) => {
        const { network, domain, narrowings } = given;
        fc.pre(network.inputs === 2);
        const { kept, lower, upper } = narrowedBox(domain, narrowings);
        const { path, last, rows } = walked(subjectOf(given), network, given.coins);
        const least = (row: Row) => leastOver(row, lower, upper).numerator >= 0n;
        const positive = rows.map((row, k) => claimed[k]! && (least(row) || given.chosen % 6 === k));
        const negative = rows.map((row, k) => !positive[k]! && claimed[k]! && least(row.map(negate)));
        const before = path.neurons[last]!.count;
        rows.forEach((_, k) => {
          if (positive[k] || negative[k]) path.neurons[last]!.settle(k, positive[k] ? 1 : -1);
        });
        const doubtful = [...path.withoutBounded(last, kept, before)];
        const taken = given.tries && doubtful.length === 0;
        for (const [k, row] of rows.entries()) {
          if (doubtful.includes(k) || !(positive[k] || negative[k])) continue;
          expect(given.tries).toBe(true);
          expect(least(negative[k] ? row.map(negate) : row)).toBe(true);
        }
        seen[taken ? 'taken' : 'refused']++;
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(trials(40) - 2);
  });
});

describe('a point', () => {
  it('misses the first split on whose side it is not strictly', () => {
    const seen = { inside: 0, outside: 0 };
    holds(
      fc.property(situation, fc.array(fraction, { minLength: 2, maxLength: 2 }), fc.boolean(), (given, at, long) => {
        const { network } = given;
        fc.pre(network.inputs === 2);
        const { path, splits, places } = walked(subjectOf(given), network, given.coins);
        const point = integersFromRationals(at);
        const factor = long ? 3n ** 90n : 1n;
        const conditions = given.conditions.length;
        const misses = splits.findIndex((row, k) => {
          if (k < conditions) return false;
          return valueAt(row, at).numerator <= 0n;
        });
        const missed = path.missedBy({
          numerators: point.numerators.map((x) => factor * x),
          denominator: factor * point.denominator,
        });
        expect(missed === undefined).toBe(misses < 0);
        seen[misses < 0 ? 'inside' : 'outside']++;
        // Splits are counted from the root.
        if (missed === undefined) return;
        path.shorten(places[misses]!);
        expect(path.missedBy(point)).toBe(undefined);
      }),
      { seed: SEED, runs: 300 },
    );
    expect(Math.min(seen.inside, seen.outside)).toBeGreaterThan(trials(10) - 2);
  });
});

describe('in the whole space', () => {
  // r_0 = x / 3 and r_1 = x (1 / 3 + 1 / 1000) + 1, which are (5 x) / 16 and (5 x + 16) / 16 in four bits.
  const rows = [
    [rational(1n, 3n), ZERO],
    [add(rational(1n, 3n), rational(1n, 1000n)), rational(1n)],
  ];
  const affine = affineFromRationals(
    1,
    rows.map(([a]) => [a!]),
    rows.map(([, b]) => b!),
  );
  const network = buildNetwork(1, [
    { affine },
    { slopes: [RELU, RELU] },
    { affine: affineFromDoubles(1, 2, [1, 1], [0]) },
  ]);
  const whole1 = checkedNetwork(network, whole(1));
  const by = { splits: [0], multipliers: { numerators: [1n], denominator: 1n } };

  it('only constants are nonnegative, and doubles say nothing', () => {
    expect(whole1.doubles).toBe(undefined);
    const path = new CheckedPath(whole1);
    path.enter(0);
    path.push(0, 0, 1);
    expect(path.isProved(0, undefined, { neuron: 1 }, 1, by)).toBe(false);
    expect(path.isProved(0, undefined, { neuron: 0 }, 1, by)).toBe(true);
    path.neurons[0]!.settle(1, 1);
    path.neurons[0]!.settle(0, -1);
    expect([...path.withoutBounded(0, undefined, 0)]).toEqual([1, 0]);
    expect([...path.withoutBounded(0, undefined, 1)]).toEqual([0]);
  });
});

describe('boxes of nodes', () => {
  it('are kept exactly and, in doubles, as little larger as can be', () => {
    let rounded = 0;
    holds(
      fc.property(domains, bounds, (domain, narrowings) => {
        const { kept, lower, upper } = narrowedBox(domain, narrowings);
        const { exact, near } = kept;
        const values = (ends: readonly bigint[], d: bigint) => ends.map((end) => rational(end, d));
        expect(values(exact.lower, exact.denominator)).toEqual(lower);
        expect(values(exact.upper, exact.denominator)).toEqual(upper);
        near.lower.forEach((lo, i) => {
          expect(compare(rationalFromDouble(lo), lower[i]!)).toBeLessThanOrEqual(0);
          expect(compare(rationalFromDouble(nextUp(lo)), lower[i]!)).toBe(1);
          expect(compare(rationalFromDouble(near.upper[i]!), upper[i]!)).toBeGreaterThanOrEqual(0);
          expect(compare(rationalFromDouble(nextDown(near.upper[i]!)), upper[i]!)).toBe(-1);
          if (compare(rationalFromDouble(lo), lower[i]!) !== 0) rounded++;
        });
      }),
      { seed: SEED, runs: 300 },
    );
    expect(rounded).toBeGreaterThan(trials(100));
  });

  it('are infinite where no double bounds them', () => {
    const far = 10n ** 400n;
    const { near } = NodeBox.of({ lower: [-far, 1n], upper: [-far, far], denominator: 1n });
    expect(near).toEqual({
      lower: Float64Array.of(Number.NEGATIVE_INFINITY, 1),
      upper: Float64Array.of(-Number.MAX_VALUE, Number.POSITIVE_INFINITY),
    });
  });
});
