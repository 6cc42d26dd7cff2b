/**
 * Theorem. Whether a crease cuts a cell is decided rightly, with evidence that proves one side or a point beyond the crease,
 * whatever basis and multipliers a floating-point program proposes.
 *
 * The cell is a box and a few inequalities with an interior point, the crease a row that is positive there. On which side the
 * cell lies is known from Fourier-Motzkin elimination.
 *
 * Source: Motzkin 1936 (transposition theorem); Neumaier and Shcherbina 2004, Safe bounds in linear programming.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideExactly,
  type ExactConstraint,
  interiorBeyond,
  isStrictlyInside,
  listed,
} from '../../src/engines/evidence/exact-decision.js';
import type { IntegerVector } from '../../src/exact/integers.js';
import { integersFromDoubles, integersFromRationals, rowAt } from '../../src/exact/integers.js';
import {
  absolute,
  add,
  divide,
  multiply,
  negate,
  parseRational,
  type Rational,
  rational,
} from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { box } from '../../src/network/domain.js';
import { buildNetwork } from '../../src/network/network.js';
import { centreOf, type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { minimumOverBox } from '../../src/walk/exact-rows.js';
import type { Evidence } from '../../src/walk/tree.js';
import { holds, trials } from '../support/generators/holds.js';
import { strictSolution } from '../support/references/fourier-motzkin.js';

const SEED = 2221;

function problemOn(lower: readonly Rational[], upper: readonly Rational[]): PartitionProblem {
  const n = lower.length;
  const network = buildNetwork(n, [{ affine: affineFromDoubles(1, n, new Array<number>(n).fill(1), [0]) }]);
  return partitionProblem(network, box(lower, upper));
}

/** The signed row at a point, without the denominators: positive, zero or negative with the true row. */
function valueAt({ row, sign }: ExactConstraint, { numerators, denominator }: IntegerVector): bigint {
  return BigInt(sign) * rowAt(row, numerators, denominator);
}

interface Proposal {
  readonly support: readonly number[];
  readonly variables: readonly number[];
  readonly point: Float64Array;
  readonly approximate: readonly number[] | undefined;
}

interface Situation {
  readonly problem: PartitionProblem;
  readonly constraints: readonly ExactConstraint[];
  readonly crease: ExactConstraint;
  readonly interior: IntegerVector;
  readonly proposal: Proposal | undefined;
}

/** Rows of small integers over denominators of their own, made nonnegative at the interior point by their signs. */
function situations(n: number): fc.Arbitrary<Situation> {
  const entry = fc.bigInt({ min: -3n, max: 3n });
  const row = fc.record({
    row: fc.array(entry, { minLength: n + 1, maxLength: n + 1 }),
    denominator: fc.bigInt({ min: 1n, max: 3n }),
  });
  const bounds = fc.record({
    low: fc.bigInt({ min: -6n, max: -1n }),
    high: fc.bigInt({ min: 1n, max: 6n }),
    scale: fc.constantFrom(1n, 2n, 3n),
    inside: fc.constantFrom('0', '1/5', '-1/7'),
  });
  const list = fc.array(row, { maxLength: 4 });
  const subset = (size: number) => fc.subarray(Array.from({ length: size }, (_, i) => i));
  return fc
    .record({
      rows: list,
      crease: row,
      bounds: fc.array(bounds, { minLength: n, maxLength: n }),
      // Half of the creases are combinations of the cell's own rows, so that they only touch it.
      planted: fc.option(fc.array(fc.bigInt({ min: 0n, max: 2n }), { minLength: 4, maxLength: 4 })),
    })
    .chain(({ rows, crease, bounds: sides, planted }) => {
      const problem = problemOn(
        sides.map(({ low, scale }) => rational(low, scale)),
        sides.map(({ high, scale }) => rational(high, scale)),
      );
      // All of them are inside: the bounds are at least 1/3 away from 0.
      const interior = integersFromRationals(sides.map(({ inside }) => parseRational(inside)));
      const signed = [...rows, crease].flatMap((r): ExactConstraint[] => {
        const value = rowAt(r.row, interior.numerators, interior.denominator);
        return value === 0n ? [] : [{ ...r, sign: value > 0n ? 1 : -1 }];
      });
      const own = signed.at(-1);
      const constraints = signed.slice(0, -1);
      const combination = constraints.map(({ row: r, sign }, k) =>
        r.map((a) => a * BigInt(sign) * (planted?.[k] ?? 0n)),
      );
      const sum = Array.from({ length: n + 1 }, (_, i) => combination.reduce((total, r) => total + r[i]!, 0n));
      const touching = planted === null || sum.every((a) => a === 0n) ? undefined : sum;
      const proposal = fc.record({
        support: subset(constraints.length),
        variables: subset(n),
        ends: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
        multipliers: fc.array(fc.constantFrom(0, 0.5, 1, 2, 1, Number.NaN), { minLength: 4, maxLength: 4 }),
        known: fc.boolean(),
        // Now and then all of them are negative, and prove nothing.
        sign: fc.constantFrom(1, 1, 1, 1, 1, -1),
      });
      return fc.option(proposal, { nil: undefined, freq: 6 }).map((p): Situation => {
        const row1 = touching ?? new Array<bigint>(n + 1).fill(1n);
        const asked =
          touching === undefined && own !== undefined ? own : { row: row1, denominator: 1n, sign: 1 as const };
        if (p === undefined) return { problem, constraints, crease: asked, interior, proposal: undefined };
        const point = Float64Array.from(p.ends, (end, i) => (end ? problem.lower[i]! : problem.upper[i]!));
        const approximate = p.known ? p.multipliers.slice(0, p.support.length).map((m) => p.sign * m) : undefined;
        return { problem, constraints, crease: asked, interior, proposal: { ...p, point, approximate } };
      });
    });
}

/** Whether some point strictly inside the cell lies strictly beyond the crease, by elimination. */
function isCut({ problem, constraints, crease }: Situation): boolean {
  const n = problem.variables;
  const unit = (i: number, by: bigint, constant: bigint) =>
    Array.from({ length: n + 1 }, (_, k) => (k === i ? by : k === n ? constant : 0n));
  const sides = Array.from({ length: n }, (_, i) => [
    unit(i, problem.boxDenominator, -problem.exactLower[i]!),
    unit(i, -problem.boxDenominator, problem.exactUpper[i]!),
  ]);
  const signed = constraints.map(({ row, sign }) => row.map((entry) => BigInt(sign) * entry));
  const beyond = crease.row.map((entry) => -BigInt(crease.sign) * entry);
  return strictSolution(n, [...sides.flat(), ...signed, beyond]) !== undefined;
}

/** s g - sum m_k h_k >= 0 on the box, m >= 0: over the true rows, with every denominator. */
function expectProof({ problem, constraints, crease }: Situation, evidence: Evidence) {
  const splits = evidence.kind === 'bound' ? [] : evidence.splits;
  const multipliers =
    evidence.kind === 'bound'
      ? integersFromRationals([])
      : evidence.kind === 'doubles'
        ? integersFromDoubles(evidence.multipliers)
        : evidence.multipliers;
  expect(multipliers.numerators.length).toBe(splits.length);
  if (evidence.kind !== 'bound') expect(splits.length).toBeGreaterThan(0);
  const common = constraints.reduce((product, { denominator }) => product * denominator, crease.denominator);
  const scaled = ({ row, sign, denominator }: ExactConstraint, by: bigint) =>
    row.map((entry) => (BigInt(sign) * entry * by * common) / denominator);
  const rest = scaled(crease, multipliers.denominator);
  splits.forEach((k, s) => {
    const multiplier = multipliers.numerators[s]!;
    expect(multiplier > 0n).toBe(true);
    scaled(constraints[k]!, multiplier).forEach((entry, i) => {
      rest[i]! -= entry;
    });
  });
  expect(minimumOverBox(rest, problem) >= 0n).toBe(true);
}

describe('the decision is right and proved', () => {
  it.each([1, 2, 3])('in %d variables', (n) => {
    const stages = new Map<string, number>();
    holds(
      fc.property(situations(n), (situation) => {
        const { problem, constraints, crease, interior, proposal } = situation;
        const outcome = decideExactly(problem, listed(constraints), {
          ...crease,
          basis: proposal,
          approximate: proposal?.approximate,
          interior: () => interior,
        });
        expect(outcome.beyond !== undefined).toBe(isCut(situation));
        if (outcome.beyond === undefined) {
          expectProof(situation, outcome.evidence);
        } else {
          expect(isStrictlyInside(problem, listed(constraints), outcome.beyond)).toBe(true);
          expect(valueAt(crease, outcome.beyond) < 0n).toBe(true);
        }
        const kind = outcome.beyond === undefined ? outcome.evidence.kind : 'beyond';
        stages.set(`${outcome.stage} ${kind}`, (stages.get(`${outcome.stage} ${kind}`) ?? 0) + 1);
        if (proposal === undefined) expect(outcome.stage).toBe('exactSimplex');
      }),
      { seed: SEED, runs: 600 },
    );
    if (trials(600) < 600) return;
    expect([...stages.keys()].sort()).toEqual([
      'exactBasis beyond',
      'exactBasis bound',
      'exactBasis doubles',
      'exactBasis rationals',
      'exactSimplex beyond',
      'exactSimplex bound',
      'exactSimplex rationals',
    ]);
  });

  // The cell x <= y in [0, 1] x [0, 3/2], and the crease 1 + y - 2x: zero at (1, 1) only, where it needs x <= y and x <= 1.
  const problem = problemOn([rational(0n), rational(0n)], [rational(1n), rational(3n, 2n)]);
  const below: ExactConstraint = { row: [-1n, 1n, 0n], denominator: 2n, sign: 1 };
  const touching: ExactConstraint = { row: [-2n, 1n, 1n], denominator: 3n, sign: 1 };
  const interior = integersFromRationals([rational(1n, 4n), rational(1n, 2n)]);
  const basis = { support: [0], variables: [1], point: Float64Array.of(1, 1) };

  it('by the approximate multipliers, where they prove it as they are', () => {
    // touching - m below >= 0 for the true rows (-2x + y + 1) / 3 and (y - x) / 2: m = 2/3 leaves (1 - x) / 3; 0.5 does not do.
    const exactly = { row: [-2n, 1n, 1n], denominator: 1n, sign: 1 } as const;
    const question = { ...exactly, basis, approximate: [2], interior: () => interior };
    expect(decideExactly(problem, listed([below]), question)).toEqual({
      stage: 'exactBasis',
      evidence: { kind: 'doubles', splits: [0], multipliers: [2] },
    });
  });

  it('without the multipliers that are zero', () => {
    // y <= 5/4 is of no use here, wherever it stands in the list.
    const idle: ExactConstraint = { row: [0n, -4n, 5n], denominator: 1n, sign: 1 };
    const exactly = { row: [-2n, 1n, 1n], denominator: 1n, sign: 1 } as const;
    const both = { ...basis, support: [0, 1], variables: [0, 1] };
    for (const [list, approximate, used] of [
      [[below, idle], [2, 0], 0],
      [[idle, below], [0, 2], 1],
    ] as const) {
      expect(
        decideExactly(problem, listed(list), { ...exactly, basis: both, approximate, interior: () => interior }),
      ).toEqual({
        stage: 'exactBasis',
        evidence: { kind: 'doubles', splits: [used], multipliers: [2] },
      });
    }
  });

  it('by the exact multipliers of the basis, where these do not', () => {
    const question = { ...touching, basis, approximate: [0.5], interior: () => interior };
    expect(decideExactly(problem, listed([below]), question)).toEqual({
      stage: 'exactBasis',
      evidence: { kind: 'rationals', splits: [0], multipliers: { numerators: [2n], denominator: 3n } },
    });
  });

  it('by the vertex of the basis, half way beyond the crease', () => {
    // 3 + 2y - 4x at the vertex (1, 1) is 1; 2 + 2y - 5x is -1 there.
    const cut: ExactConstraint = { row: [-5n, 2n, 2n], denominator: 1n, sign: 1 };
    const outcome = decideExactly(problem, listed([below]), {
      ...cut,
      basis,
      approximate: undefined,
      interior: () => interior,
    });
    expect(outcome.stage).toBe('exactBasis');
    // From (1/4, 1/2), where it is 7/4, to (1, 1): zero at t = 7/11, so t = 9/11 is half way to the vertex.
    const { numerators, denominator } = outcome.beyond!;
    expect(numerators.map((x) => rational(x, denominator))).toEqual([rational(19n, 22n), rational(10n, 11n)]);
  });
});

describe('a point on the crease', () => {
  it('has points strictly inside on both sides', () => {
    holds(
      fc.property(situations(2), fc.constantFrom<1 | -1>(1, -1), ({ problem, constraints, crease, interior }, side) => {
        fc.pre(crease.row.slice(0, 2).some((entry) => entry !== 0n));
        // The parallel row through the interior point.
        const value = rowAt(crease.row, interior.numerators, interior.denominator);
        const row = crease.row.map((entry, i) => entry * interior.denominator - (i === 2 ? value : 0n));
        const point = interiorBeyond(problem, listed(constraints), interior, row, side);
        expect(isStrictlyInside(problem, listed(constraints), point)).toBe(true);
        expect(BigInt(side) * rowAt(row, point.numerators, point.denominator) > 0n).toBe(true);
      }),
      { seed: SEED, runs: 100 },
    );
  });

  it('where nothing is near is left along the gradient, in units of the box, by a quarter of its width', () => {
    holds(
      fc.property(situations(3), fc.constantFrom<1 | -1>(1, -1), ({ problem, crease }, side) => {
        const gradient = crease.row.slice(0, 3).map((a) => rational(a * BigInt(side)));
        fc.pre(gradient.some(({ numerator }) => numerator !== 0n));
        const centre = centreOf(problem);
        const widths = problem.exactUpper.map((upper, i) =>
          rational(upper - problem.exactLower[i]!, problem.boxDenominator),
        );
        const slopes = gradient.map((a, i) => multiply(a, widths[i]!));
        const quarter = divide(rational(1n, 4n), slopes.map(absolute).reduce(add));
        const expected = centre.map((x, i) => add(x, multiply(quarter, multiply(slopes[i]!, widths[i]!))));
        // Parallel to the crease, through the centre.
        const constant = negate(gradient.map((a, i) => multiply(a, centre[i]!)).reduce(add));
        const row = integersFromRationals([...gradient, constant]).numerators.map((a) => a * BigInt(side));
        const { numerators, denominator } = interiorBeyond(
          problem,
          listed([]),
          integersFromRationals(centre),
          row,
          side,
        );
        expect(numerators.map((x) => rational(x, denominator))).toEqual(expected);
      }),
      { seed: SEED, runs: 50 },
    );
  });

  it('is not strictly inside a cell whose boundary it is on', () => {
    const problem = problemOn([rational(-1n), rational(0n, 1n)], [rational(1n, 2n), rational(2n)]);
    const inside = (x: Rational, y: Rational, sign: 1 | -1) =>
      isStrictlyInside(problem, listed([{ row: [1n, -1n, 0n], denominator: 1n, sign }]), integersFromRationals([x, y]));
    expect(inside(rational(1n, 4n), rational(1n, 3n), -1)).toBe(true);
    expect(inside(rational(1n, 4n), rational(1n, 3n), 1)).toBe(false);
    expect(inside(rational(1n, 3n), rational(1n, 3n), -1)).toBe(false);
    expect(inside(rational(1n, 2n), rational(1n), -1)).toBe(false);
    expect(inside(rational(-1n), rational(1n), -1)).toBe(false);
    expect(inside(rational(-1n, 2n), rational(0n), -1)).toBe(false);
    expect(inside(rational(-1n, 2n), rational(2n), -1)).toBe(false);
  });
});
