/**
 * Theorem. The parts of a step of the dual simplex are what they say: a dual step ends at the breakpoint where the slope of the
 * dual objective changes sign, or at the first multiplier that reaches 0; the distance of a violated row within the face of
 * the tight ones is violation / sqrt(det G(tight, row) / det G(tight)), G the inner products; LU factors solve both systems.
 *
 * They only propose, so that a wrong one costs time and no result; here it costs a test.
 *
 * Source: Maros, Computational Techniques of the Simplex Method (2003), chapter 10 (long-step ratio test); Gram determinants
 * (Horn and Johnson, Matrix Analysis, section 7.2).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determinant } from '../../src/exact/linear-systems.js';
import { LuFactors } from '../../src/lp/simplex/dual/lu.js';
import { FacePricing } from '../../src/lp/simplex/dual/pricing.js';
import { RatioTest } from '../../src/lp/simplex/dual/ratio-test.js';
import { ScaledRows } from '../../src/lp/simplex/dual/scaled-rows.js';
import { holds } from '../support/generators/holds.js';

const SEED = 85;

describe('the long-step ratio test', () => {
  const input = fc.record({
    alpha: fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(0, 1, -1)),
    cost: fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(0, 1)),
    atUpper: fc.boolean(),
    basic: fc.nat(9).map((x) => x === 0),
  });
  const row = fc.record({
    beta: fc.double({ min: -1, max: 1, noNaN: true }),
    lambda: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  const cases = fc.record({
    inputs: fc.array(input, { minLength: 1, maxLength: 40 }),
    rows: fc.array(row, { maxLength: 3 }),
    need: fc.oneof(fc.double({ min: 0.01, max: 3, noNaN: true }), fc.double({ min: 3, max: 40, noNaN: true })),
  });

  it('ends where sorting all breakpoints says, and passes those before', () => {
    let [ended, stopped, neither] = [0, 0, 0];
    holds(
      fc.property(cases, ({ inputs, rows, need }) => {
        const n = inputs.length;
        const alpha = Float64Array.from(inputs, (x) => x.alpha);
        const reduced = Float64Array.from(inputs, (x) => (x.atUpper ? -x.cost : x.cost));
        const test = new RatioTest(n);
        test.choose(
          alpha,
          reduced,
          Float64Array.from(inputs, (x) => (x.atUpper ? 1 : 0)),
          Int32Array.from(inputs, (x) => (x.basic ? 0 : -1)),
          Float64Array.from(rows, (r) => r.beta),
          Float64Array.from(rows, (r) => r.lambda),
          rows.length,
          need,
        );
        const limit = Math.min(Infinity, ...rows.filter((r) => r.beta > 2 ** -40).map((r) => r.lambda / r.beta));
        const breakpoints = inputs
          .map((x, i) => ({ i, ratio: Math.max(0, reduced[i]! / x.alpha), weight: Math.abs(x.alpha), x }))
          .filter(({ x, weight }) => !x.basic && weight > 2 ** -40 && x.alpha > 0 !== x.atUpper)
          .filter(({ ratio }) => ratio < limit)
          .sort((a, b) => a.ratio - b.ratio);
        let sum = 0;
        const last = breakpoints.find(({ weight }) => (sum += weight) >= need * (1 + 1e-12));
        const almost = breakpoints.some((_, k) => {
          const upTo = breakpoints.slice(0, k + 1).reduce((total, { weight }) => total + weight, 0);
          return Math.abs(upTo - need) < 1e-9;
        });
        // Sums in another order may decide differently where they meet what is needed.
        if (almost) return;
        if (last === undefined) {
          expect(test.input).toBe(-1);
          if (limit === Infinity) neither++;
          else stopped++;
          expect(test.row >= 0 ? rows[test.row]!.lambda / rows[test.row]!.beta : Infinity).toBe(limit);
          expect(test.changed).toHaveLength(breakpoints.length);
          return;
        }
        ended++;
        expect(test.step).toBeCloseTo(last.ratio, 9);
        expect(breakpoints.some(({ i }) => i === test.input)).toBe(true);
        for (const { i, ratio } of breakpoints) {
          if (ratio < test.step * (1 - 1e-9) - 1e-15) expect(test.changed).toContain(i);
          if (ratio > test.step * (1 + 1e-9) + 1e-15) expect(test.changed).not.toContain(i);
        }
        expect(test.changed).not.toContain(test.input);
      }),
      { seed: SEED, runs: 500 },
    );
    expect(Math.min(ended, stopped, neither)).toBeGreaterThan(10);
  });
});

const entries = (rows: number, columns: number) =>
  fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });

describe('distances within a face', () => {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const gram = (rows: readonly (readonly number[])[]) =>
    determinant(rows.map((a) => rows.map((b) => BigInt(dot(a, b)))));

  it('are violations over heights, of rows and of inputs', () => {
    const cases = fc.record({ rows: entries(4, 6), input: fc.nat(5), size: fc.integer({ min: 0, max: 3 }) });
    let tried = 0;
    holds(
      fc.property(cases, ({ rows, input, size }) => {
        const tight = rows.slice(0, size);
        if (rows.some((row) => dot(row, row) === 0) || gram(tight) === 0n || gram([...tight, rows[3]!]) === 0n) return;
        tried++;
        const program = new ScaledRows(new Float64Array(6), new Float64Array(6).fill(1));
        const pricing = new FacePricing(program);
        rows.forEach((row, k) => {
          program.load(k, Float64Array.from([...row, 0]), 0, 1);
          pricing.add(k);
        });
        pricing.enter(tight.map((_, k) => k));
        const height = Number(gram([...tight, rows[3]!])) / Number(gram(tight)) / dot(rows[3]!, rows[3]!);
        expect(pricing.ofRow(3, 2) * height).toBeCloseTo(4, 6);
        const unit = Array.from({ length: 6 }, (_, i) => (i === input ? 1 : 0));
        const own = Number(gram([...tight, unit])) / Number(gram(tight));
        if (own > 0) expect(pricing.ofInput(input, 3) * own).toBeCloseTo(9, 6);
      }),
      { seed: SEED, runs: 300 },
    );
    expect(tried).toBeGreaterThan(200);
  });
});

describe('LU factors', () => {
  it('solve a system and its transpose, and refuse exactly the singular matrices of small integers', () => {
    const cases = fc
      .integer({ min: 1, max: 6 })
      .chain((size) => fc.record({ matrix: entries(size, size), right: entries(1, size) }));
    holds(
      fc.property(cases, ({ matrix, right: [b] }) => {
        const size = matrix.length;
        const lu = new LuFactors();
        const regular = lu.factorise(size, (r, c) => matrix[r]![c]!);
        expect(regular).toBe(determinant(matrix.map((row) => row.map(BigInt))) !== 0n);
        if (!regular) return;
        const [x, y] = [Float64Array.from(b!), Float64Array.from(b!)];
        lu.solve(x);
        lu.solveTransposed(y);
        for (let r = 0; r < size; r++) {
          expect(matrix[r]!.reduce((sum, a, c) => sum + a * x[c]!, 0)).toBeCloseTo(b![r]!, 6);
          expect(matrix.reduce((sum, row, c) => sum + row[r]! * y[c]!, 0)).toBeCloseTo(b![r]!, 6);
        }
      }),
      { seed: SEED, runs: 300 },
    );
  });
});
