/**
 * Theorem. A value has the sign that doubles see exactly where it is farther from 0 than its error bound; all else is left to
 * integers, whose sign is their own. The units of the bounds are at least those that the lemmas of src/exact/sign.ts need.
 *
 * Source: |x - y| <= e and |x| > e imply that x and y have the same sign; IEEE 754 (u = 2^-53).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../src/exact/rounding.js';
import {
  accumulationUnit,
  evaluationUnit,
  isOrdinary,
  PROPOSAL_NOISE,
  SLACK,
  signBeyond,
  signOfInteger,
  UNIT_ROUNDOFF,
  underflow,
} from '../../src/exact/sign.js';
import { holds } from '../support/generators/holds.js';
import { anyDouble } from '../support/generators/numbers.js';

const SEED = 4;

describe('what the double stage must not decide', () => {
  it.each([
    ['a value within its bound', 1, 1],
    ['a value at minus its bound', -1, 1],
    ['an overflowed value with an infinite bound', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['anything against a bound that is NaN', 1, Number.NaN],
    ['a value that is NaN', Number.NaN, 0],
    ['zero, which may be exact or not', 0, 0],
  ])('%s', (_, value, bound) => expect(signBeyond(value, bound)).toBe(0));
});

it('a value just beyond its bound is decided', () => {
  holds(
    fc.property(anyDouble.filter((b) => b !== 0).map(Math.abs), (bound) => {
      expect(signBeyond(nextUp(bound), bound)).toBe(1);
      expect(signBeyond(-nextUp(bound), bound)).toBe(-1);
      expect(signBeyond(nextDown(bound), bound)).toBe(0);
    }),
    { seed: SEED },
  );
});

it('the units are those of the lemmas: u = 2^-53, (m + 10) u and at least (n + 3) u', () => {
  expect(1 + UNIT_ROUNDOFF).toBe(1);
  expect(1 + 2 * UNIT_ROUNDOFF).toBeGreaterThan(1);
  expect(accumulationUnit(7)).toBe(17 * 2 ** -53);
  expect(evaluationUnit(5)).toBeGreaterThanOrEqual(8 * 2 ** -53);
  expect(evaluationUnit(5)).toBeLessThanOrEqual(9 * 2 ** -53);
  expect(SLACK).toBeGreaterThan(1);
  expect(underflow(1, 0)).toBeGreaterThanOrEqual(Number.MIN_VALUE);
  expect(PROPOSAL_NOISE).toBeGreaterThan(0);
});

it('ordinary magnitudes are those from 2^-900 to 2^900', () => {
  const magnitudes = [
    0,
    nextDown(2 ** -900),
    2 ** -900,
    1,
    2 ** 900,
    nextUp(2 ** 900),
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ];
  expect(magnitudes.map(isOrdinary)).toEqual([false, false, true, true, true, false, false, false]);
});

it('the sign of an integer is its sign', () => {
  expect([-(10n ** 400n), -1n, 0n, 1n, 10n ** 400n].map(signOfInteger)).toEqual([-1, -1, 0, 1, 1]);
});
