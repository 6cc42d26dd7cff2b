/**
 * Theorem. The double stage of the sign module never errs: where it answers, exact arithmetic gives the same sign.
 *
 * Attacks on Lemmas 1 and 2 of src/exact/sign.ts. Chains of rows are accumulated in doubles exactly as the lemmas say and
 * beside them in rationals; the bounds are the lemmas' sums computed in doubles. Entries come from the whole double range,
 * sums are made to cancel, weights are off by the 4u that Lemma 1 allows, and products under- and overflow.
 *
 * Source: Higham 2002, Accuracy and stability of numerical algorithms, section 3.1; Shewchuk 1997 (staged filters).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dyadicFromDouble } from '../../src/exact/double.js';
import { signBeyond } from '../../src/exact/sign.js';
import { holds } from '../support/generators/holds.js';
import { anyDouble, genericDouble, smallInteger, wideDouble } from '../support/generators/numbers.js';
import {
  accumulate,
  evaluate,
  exactValue,
  type FilteredRow,
  given,
  inexact,
  minus,
  nearest,
  signOf,
  within,
  ZERO,
} from '../support/references/filtered-rows.js';

const SEED = 4;

/** A double, and by how many u the number it stands for is off. */
type Offset = readonly [number, number];

interface Attack {
  readonly box: readonly number[];
  readonly point: readonly number[];
  readonly first: readonly (readonly number[])[];
  /** Per layer and neuron: weights, bias, whether the bias is replaced by one that cancels the value at the point. */
  readonly layers: readonly (readonly { weights: readonly Offset[]; bias: Offset; cancel: boolean }[])[];
}

const WIDTH = 4;

function attacks(entry: fc.Arbitrary<number>, coordinate: fc.Arbitrary<number>): fc.Arbitrary<Attack> {
  const weight = fc.tuple(entry, fc.integer({ min: -4, max: 4 }));
  const neuron = fc.record({
    weights: fc.array(weight, { minLength: WIDTH, maxLength: WIDTH }),
    bias: weight,
    cancel: fc.boolean(),
  });
  return fc.integer({ min: 1, max: 3 }).chain((n) => {
    const row = fc.array(entry, { minLength: n + 1, maxLength: n + 1 });
    return fc
      .record({
        box: fc.array(coordinate.map(Math.abs), { minLength: n, maxLength: n }),
        point: fc.array(fc.constantFrom(-1, 1, 0.75, 0), { minLength: n, maxLength: n }),
        first: fc.array(row, { minLength: WIDTH, maxLength: WIDTH }),
        layers: fc.array(fc.array(neuron, { minLength: WIDTH, maxLength: WIDTH }), { minLength: 1, maxLength: 3 }),
      })
      .map((attack) => ({ ...attack, point: attack.point.map((p, i) => p * attack.box[i]!) }));
  });
}

/** Every row that the attack makes, layer by layer. */
function rowsOf({ box, point, first, layers }: Attack): FilteredRow[] {
  let rows: FilteredRow[] = first.map((entries) => given(entries, box));
  const all = [...rows];
  for (const layer of layers) {
    rows = layer.map((neuron) => {
      const { cancel } = neuron;
      const weights = neuron.weights.map((w) => inexact(...w));
      const bias = inexact(...neuron.bias);
      const row = accumulate(rows, weights, bias, box);
      if (!cancel) return row;
      const opposite = nearest(minus(bias.exact, exactValue(row.exact, point)));
      if (!Number.isFinite(opposite)) return row;
      return accumulate(rows, weights, { double: opposite, exact: dyadicFromDouble(opposite) }, box);
    });
    all.push(...rows);
  }
  return all;
}

/** The lemmas and the sign on every row of an attack. */
function survives(attack: Attack): void {
  const { box, point } = attack;
  for (const row of rowsOf(attack)) {
    const truth = exactValue(row.exact, point);
    if (row.entries.every(Number.isFinite)) {
      expect(within(exactValue(row.entries.map(dyadicFromDouble), point), truth, row.error), 'Lemma 1').toBe(true);
    }
    const { value, bound } = evaluate(row, point, box);
    if (Number.isFinite(value)) expect(within(dyadicFromDouble(value), truth, bound), 'Lemma 2').toBe(true);
    const sign = signBeyond(value, bound);
    if (sign !== 0) expect(sign, `sign of ${value} +- ${bound}`).toBe(signOf(truth));
  }
}

const modest = fc.integer({ min: -60, max: 60 }).map((e) => 2 ** e);
const kinds: [string, fc.Arbitrary<Attack>][] = [
  ['generic doubles, cancelling', attacks(genericDouble, fc.constantFrom(1, 3, 0.1))],
  ['small integers, where exact zeros are common', attacks(smallInteger, fc.constantFrom(1, 2))],
  ['exponents over the whole range', attacks(wideDouble, wideDouble)],
  ['any doubles in modest boxes', attacks(anyDouble, modest)],
  [
    'subnormal entries in huge boxes',
    attacks(
      wideDouble.map((x) => x * 2 ** -1000),
      wideDouble.map((x) => x * 2 ** 900).filter(Number.isFinite),
    ),
  ],
  [
    'tiny rows in tiny boxes under huge weights',
    attacks(
      fc.oneof(
        genericDouble.map((x) => x * 2 ** -540),
        genericDouble.map((x) => x * 2 ** 1000),
      ),
      fc.constant(2 ** -540),
    ),
  ],
  [
    'large rows, where overflow lurks',
    attacks(
      fc.oneof(
        genericDouble,
        genericDouble.map((x) => x * 2 ** 1020),
      ),
      fc.constantFrom(1, 2 ** -500, 0),
    ),
  ],
];

describe('the bounds of Lemmas 1 and 2 hold, and the double stage never contradicts exact arithmetic', () => {
  it.each(kinds)('%s', (_, attack) => holds(fc.property(attack, survives), { seed: SEED, runs: 500 }));
});

it('the attack has teeth: with bounds 64 times smaller it finds errors beyond them', () => {
  const [, attack] = kinds[0]!;
  const broken = fc.check(
    fc.property(attack, ({ ...a }) => {
      for (const row of rowsOf(a).slice(WIDTH)) {
        const truth = exactValue(row.exact, a.point);
        const { value, bound } = evaluate(row, a.point, a.box);
        if (!within(dyadicFromDouble(value), truth, bound / 64)) return false;
      }
      return true;
    }),
    { seed: SEED, numRuns: 500 },
  );
  expect(broken.failed).toBe(true);
});

it('a row that overflows in the middle has an undecided sign, even in a box where its mass looks small', () => {
  // 1e308 + 1e308 - 1.5e308 - 1.5e308 is negative, but passes through infinity; the box shrinks it to nothing.
  const box = [1e-300];
  const big = [1e308, 1e308, -1.5e308, -1.5e308].map((x) => given([x, 0], box));
  const one = inexact(1, 0);
  const row = accumulate(big, [one, one, one, one], { double: 0, exact: ZERO }, box);
  expect(row.entries[0]).toBe(Number.POSITIVE_INFINITY);
  const { value, bound } = evaluate(row, box, box);
  expect(signBeyond(value, bound)).toBe(0);
});
