/**
 * Theorem. The verdict does not depend on how thin the unsafe set is: slivers of width 10^-3 to 10^-300 are found or excluded, and what holds
 * with equality is unsafe exactly if the condition is not strict. Flat, empty and unbounded input sets are decided as any others.
 *
 * Source: Motzkin 1936 (strict and weak inequalities); the constructions are their own witnesses.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import {
  add,
  multiply,
  negate,
  ONE,
  parseRational,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { ABSOLUTE, buildNetwork, type Network, RELU } from '../../src/network/network.js';
import type { LinearCondition, UnsafeSet } from '../../src/network/unsafe.js';
import { verify } from '../../src/verify/verify.js';
import { boxConditions, inputBound } from '../support/generators/unsafe-sets.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const certificate = join(scratch, 'proof');

const TWO = rational(2n);

async function verdictOf(network: Network, unsafe: UnsafeSet): Promise<string> {
  const { verdict } = await verify({ network, unsafe, certificate });
  if (verdict.verdict === 'unsat') {
    expect(await checkVerification(network, unsafe, certificate)).toMatchObject({ accepted: true });
  }
  return verdict.verdict;
}

/** y >= c, or y > c. */
function atLeast(inputs: number, c: Rational, strict = false): LinearCondition {
  return { inputs: new Array<Rational>(inputs).fill(ZERO), outputs: [ONE], constant: negate(c), strict };
}

function unsafeOn(intervals: readonly (readonly [Rational, Rational])[], ...conditions: LinearCondition[]): UnsafeSet {
  return {
    inputs: intervals.length,
    outputs: 1,
    disjuncts: [{ conditions: [...boxConditions(1, intervals), ...conditions] }],
  };
}

/** max(0, 1 - |x - place| / width): a hat of height 1. */
function hat(place: Rational, width: Rational): Network {
  const inverse = rational(width.denominator, width.numerator);
  const shift = negate(multiply(place, inverse));
  return buildNetwork(1, [
    { affine: affineFromRationals(1, [[inverse]], [shift]) },
    { slopes: [ABSOLUTE] },
    { affine: affineFromRationals(1, [[negate(ONE)]], [ONE]) },
    { slopes: [RELU] },
  ]);
}

describe('a hat of a width', () => {
  it.each(['1e-3', '1e-9', '1e-30', '1e-300'])('%s reaches 1 in a single point and nowhere more', async (text) => {
    const width = parseRational(text);
    const network = hat(parseRational('1/3'), width);
    const unit: readonly (readonly [Rational, Rational])[] = [[ZERO, ONE]];
    expect(await verdictOf(network, unsafeOn(unit, atLeast(1, rational(1n, 2n))))).toBe('sat');
    expect(await verdictOf(network, unsafeOn(unit, atLeast(1, ONE)))).toBe('sat');
    expect(await verdictOf(network, unsafeOn(unit, atLeast(1, ONE, true)))).toBe('unsat');
    expect(await verdictOf(network, unsafeOn(unit, atLeast(1, add(ONE, width))))).toBe('unsat');
  });

  it.each(['1e-9', '1e-30', '1e-300'])('%s is missed by a box that ends beside it', async (text) => {
    const width = parseRational(text);
    const network = hat(parseRational('1/3'), width);
    const edge = subtract(parseRational('1/3'), width);
    expect(await verdictOf(network, unsafeOn([[ZERO, edge]], atLeast(1, ZERO, true)))).toBe('unsat');
    expect(
      await verdictOf(network, unsafeOn([[ZERO, add(edge, multiply(width, width))]], atLeast(1, ZERO, true))),
    ).toBe('sat');
  });
});

/** |x| + |y| */
const DIAMOND = buildNetwork(2, [
  {
    affine: affineFromRationals(
      2,
      [
        [ONE, ZERO],
        [ZERO, ONE],
      ],
      [ZERO, ZERO],
    ),
  },
  { slopes: [ABSOLUTE, ABSOLUTE] },
  { affine: affineFromRationals(2, [[ONE, ONE]], [ZERO]) },
]);
const SQUARE: readonly (readonly [Rational, Rational])[] = [
  [negate(ONE), ONE],
  [negate(ONE), ONE],
];

describe('equality', () => {
  it('at corners is unsafe only if it is allowed', async () => {
    expect(await verdictOf(DIAMOND, unsafeOn(SQUARE, atLeast(2, TWO)))).toBe('sat');
    expect(await verdictOf(DIAMOND, unsafeOn(SQUARE, atLeast(2, TWO, true)))).toBe('unsat');
  });

  it('in the middle as well', async () => {
    const below = (strict: boolean): LinearCondition => ({
      inputs: [ZERO, ZERO],
      outputs: [negate(ONE)],
      constant: ZERO,
      strict,
    });
    expect(await verdictOf(DIAMOND, unsafeOn(SQUARE, below(false)))).toBe('sat');
    expect(await verdictOf(DIAMOND, unsafeOn(SQUARE, below(true)))).toBe('unsat');
  });

  it('on a whole face', async () => {
    const identity = buildNetwork(2, [{ affine: affineFromRationals(2, [[ONE, ZERO]], [ZERO]) }]);
    expect(await verdictOf(identity, unsafeOn(SQUARE, atLeast(2, ONE)))).toBe('sat');
    expect(await verdictOf(identity, unsafeOn(SQUARE, atLeast(2, ONE, true)))).toBe('unsat');
  });
});

describe('input sets', () => {
  const third = rational(1n, 3n);

  it('that are flat', async () => {
    const flat: readonly (readonly [Rational, Rational])[] = [
      [third, third],
      [third, third],
    ];
    expect(await verdictOf(DIAMOND, unsafeOn(flat, atLeast(2, rational(2n, 3n))))).toBe('sat');
    expect(await verdictOf(DIAMOND, unsafeOn(flat, atLeast(2, rational(2n, 3n), true)))).toBe('unsat');
  });

  it('that are empty: by their bounds, by strictness, by relations', async () => {
    const everywhere = atLeast(2, negate(ONE));
    expect(await verdictOf(DIAMOND, unsafeOn([[ONE, ZERO], SQUARE[1]!], everywhere))).toBe('unsat');
    const strictly = inputBound(2, 1, 0, 'upper', third, true);
    expect(await verdictOf(DIAMOND, unsafeOn([[third, ONE], SQUARE[1]!], strictly, everywhere))).toBe('unsat');
    const relation: LinearCondition = { inputs: [ONE, ONE], outputs: [ZERO], constant: rational(-3n), strict: false };
    expect(await verdictOf(DIAMOND, unsafeOn(SQUARE, relation, everywhere))).toBe('unsat');
    expect(await verdictOf(DIAMOND, { inputs: 2, outputs: 1, disjuncts: [] })).toBe('unsat');
  });

  it('that are unbounded', async () => {
    const all = (...conditions: LinearCondition[]): UnsafeSet => ({
      inputs: 2,
      outputs: 1,
      disjuncts: [{ conditions }],
    });
    expect(await verdictOf(DIAMOND, all(atLeast(2, rational(10n ** 40n))))).toBe('sat');
    const negative: LinearCondition = { inputs: [ZERO, ZERO], outputs: [negate(ONE)], constant: ZERO, strict: true };
    expect(await verdictOf(DIAMOND, all(negative))).toBe('unsat');
    expect(await verdictOf(DIAMOND, all({ ...negative, strict: false }))).toBe('sat');
  });
});

it('an unsafe set about other inputs or outputs is an error', async () => {
  await expect(verify({ network: DIAMOND, unsafe: { inputs: 3, outputs: 1, disjuncts: [] } })).rejects.toThrow(
    /^query: expected 2 inputs/,
  );
});

it('a search that is out of time says how far it came', async () => {
  const { verdict } = await verify({
    network: DIAMOND,
    unsafe: unsafeOn(SQUARE, atLeast(2, TWO, true)),
    signal: AbortSignal.abort(),
  });
  expect(['unsat', 'unknown']).toContain(verdict.verdict);
});
