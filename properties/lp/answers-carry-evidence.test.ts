/**
 * Theorem. The exact simplex answers every linear program, and its evidence proves the answer.
 *
 * The judges are `checkAnswer`, which shares no code with the solver, and on tiny programs the enumeration of all vertices.
 *
 * Source: linear programming duality and Farkas' lemma (Schrijver 1986, chapter 7).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, formatRational, ONE, rational, ZERO } from '../../src/exact/rational.js';
import { checkAnswer } from '../../src/lp/certify.js';
import { solveExactly } from '../../src/lp/exact/simplex.js';
import type { ExactLp, LpAnswer } from '../../src/lp/types.js';
import { holds } from '../support/generators/holds.js';
import { anyHint, anyProgram, boundedProgram, tinyProgram } from '../support/generators/linear-programs.js';
import { minimumByVertexEnumeration } from '../support/references/vertex-enumeration.js';

const SEED = 20;

/** "optimal 3/4", "infeasible", "unbounded": what all right answers to a program have in common. */
function outcome(answer: LpAnswer): string {
  return answer.status === 'optimal' ? `optimal ${formatRational(answer.value)}` : answer.status;
}

describe('every answer is proved by its evidence', () => {
  it('over boxes, with degenerate, duplicate, zero and extreme rows and fixed variables', () => {
    const seen = new Set<string>();
    holds(
      fc.property(boundedProgram, (problem) => {
        const answer = solveExactly(problem);
        seen.add(answer.status);
        expect(checkAnswer(problem, answer)).toEqual({ ok: true });
      }),
      { seed: SEED, runs: 1500 },
    );
    expect([...seen].sort()).toEqual(['infeasible', 'optimal']);
  });

  it('with free and half-bounded variables', () => {
    const seen = new Set<string>();
    holds(
      fc.property(anyProgram, (problem) => {
        const answer = solveExactly(problem);
        seen.add(answer.status);
        expect(checkAnswer(problem, answer)).toEqual({ ok: true });
      }),
      { seed: SEED, runs: 1500 },
    );
    expect([...seen].sort()).toEqual(['infeasible', 'optimal', 'unbounded']);
  });

  it('whatever hint the search starts from, and the outcome is the same', () => {
    holds(
      fc.property(anyProgram, anyHint, (problem, hint) => {
        const answer = solveExactly(problem, hint);
        expect(checkAnswer(problem, answer)).toEqual({ ok: true });
        expect(outcome(answer)).toBe(outcome(solveExactly(problem)));
      }),
      { seed: SEED, runs: 800 },
    );
  });
});

it('the minimum over a polytope is the least value at a vertex', () => {
  holds(
    fc.property(
      tinyProgram.filter(({ variables, rows }) => variables <= 3 && rows.length <= 5),
      (problem) => {
        const reference = minimumByVertexEnumeration(problem);
        const expected = reference === 'infeasible' ? reference : `optimal ${formatRational(reference)}`;
        expect(outcome(solveExactly(problem))).toBe(expected);
      },
    ),
    { seed: SEED, runs: 250 },
  );
});

it('a hint that names a free variable as a row does not put it at a bound', () => {
  const problem: ExactLp = { variables: 1, rows: [[1n, 3n]], lower: [null], upper: [null], objective: [1n, 0n] };
  const answer = solveExactly(problem, { supportSize: 2, support: [0, -1], basicVariables: [0, 1] });
  expect(outcome(answer)).toBe('optimal -3');
});

describe('programs whose answers are obvious', () => {
  const free = (variables: number, rows: bigint[][], objective: bigint[]): ExactLp => {
    const none = Array<null>(variables).fill(null);
    return { variables, rows, lower: none, upper: none, objective };
  };

  it('no variables: the constants decide', () => {
    expect(outcome(solveExactly(free(0, [[3n], [0n]], [7n])))).toBe('optimal 7');
    expect(outcome(solveExactly(free(0, [[3n], [-1n]], [7n])))).toBe('infeasible');
  });

  it('no rows: the bounds decide', () => {
    const unit: ExactLp = { variables: 2, rows: [], lower: [ZERO, ZERO], upper: [ONE, ONE], objective: [2n, -3n, 1n] };
    expect(outcome(solveExactly(unit))).toBe('optimal -2');
    expect(outcome(solveExactly(free(2, [], [0n, 0n, 5n])))).toBe('optimal 5');
    expect(outcome(solveExactly(free(2, [], [0n, 1n, 5n])))).toBe('unbounded');
  });

  it('a gap of 10^-400 is a gap', () => {
    const tiny = 10n ** 400n;
    expect(
      outcome(
        solveExactly(
          free(
            1,
            [
              [tiny, -1n],
              [-1n, 0n],
            ],
            [1n, 0n],
          ),
        ),
      ),
    ).toBe('infeasible');
    expect(
      outcome(
        solveExactly(
          free(
            1,
            [
              [tiny, -1n],
              [-tiny, 1n],
            ],
            [tiny, 0n],
          ),
        ),
      ),
    ).toBe('optimal 1');
  });
});

describe('wrong input throws', () => {
  const unit: ExactLp = { variables: 1, rows: [[1n, 0n]], lower: [ZERO], upper: [ONE], objective: [1n, 0n] };
  it.each<[string, Partial<ExactLp>, RegExp]>([
    ['an empty interval', { lower: [rational(2n)] }, /expected lower <= upper for variable 0, got \[2, 1\]/],
    ['a short row', { rows: [[1n]] }, /expected 2 entries in row 0/],
    ['a short objective', { objective: [1n] }, /expected 2 objective entries/],
    ['missing bounds', { upper: [] }, /expected 1 upper bounds/],
  ])('%s', (_, change, message) => {
    expect(() => solveExactly({ ...unit, ...change })).toThrow(message);
    expect(() => solveExactly({ ...unit, ...change })).toThrow(RangeError);
  });
});

describe('checkAnswer refuses what is not proved', () => {
  /** minimise -x - y over the unit square with x + y <= 3/2. */
  const problem: ExactLp = {
    variables: 2,
    rows: [[-2n, -2n, 3n]],
    lower: [ZERO, ZERO],
    upper: [ONE, ONE],
    objective: [-1n, -1n, 0n],
  };
  const right = {
    status: 'optimal',
    value: rational(-3n, 2n),
    point: { numerators: [2n, 1n], denominator: 2n },
    multipliers: { numerators: [1n], denominator: 2n },
  } as const satisfies LpAnswer;

  it('accepts the answer found by hand', () => {
    expect(checkAnswer(problem, right)).toEqual({ ok: true });
  });

  const vector = (numerators: bigint[], denominator = 1n) => ({ numerators, denominator });
  it.each<[string, LpAnswer, RegExp]>([
    ['another value', { ...right, value: rational(-2n) }, /value: not the objective/],
    ['a point that is not optimal', { ...right, value: rational(-1n), point: vector([1n, 0n]) }, /not the value/],
    ['a point beyond a row', { ...right, value: rational(-2n), point: vector([1n, 1n]) }, /violates row 0/],
    ['a point outside the bounds', { ...right, point: vector([3n, 0n], 2n) }, /bounds of variable 0/],
    ['a short point', { ...right, point: vector([1n]) }, /expected 2 entries/],
    ['a negative denominator', { ...right, point: vector([-2n, -1n], -2n) }, /positive denominator/],
    ['other multipliers', { ...right, multipliers: vector([1n]) }, /not the value/],
    ['negative multipliers', { ...right, multipliers: vector([-1n], 2n) }, /entry 0 is negative/],
    ['too many multipliers', { ...right, multipliers: vector([1n, 0n], 2n) }, /expected 1 entries/],
    ['infeasibility', { status: 'infeasible', farkas: vector([1n]) }, /not negative everywhere/],
    ['zero as a Farkas vector', { status: 'infeasible', farkas: vector([0n]) }, /not negative everywhere/],
    [
      'a ray',
      { status: 'unbounded', point: vector([0n, 0n]), ray: vector([1n, 1n]) },
      /leaves the bounds of variable 0/,
    ],
  ])('%s', (_, answer, reason) => {
    const verdict = checkAnswer(problem, answer);
    expect(verdict.ok ? 'accepted' : verdict.reason).toMatch(reason);
  });

  it('a ray that leaves a row, and one that does not descend', () => {
    const halfPlane: ExactLp = { ...problem, lower: [null, null], upper: [null, null] };
    const along = (ray: bigint[]): LpAnswer => ({ status: 'unbounded', point: vector([0n, 0n]), ray: vector(ray) });
    expect(checkAnswer(halfPlane, along([1n, 1n]))).toEqual({
      ok: false,
      reason: expect.stringMatching(/leaves row 0/),
    });
    expect(checkAnswer(halfPlane, along([1n, -1n]))).toEqual({
      ok: false,
      reason: expect.stringMatching(/does not decrease/),
    });
    expect(checkAnswer({ ...halfPlane, objective: [1n, 0n, 0n] }, along([-1n, 0n]))).toEqual({ ok: true });
  });

  it('mutated evidence is refused, or still proves the truth', () => {
    let refused = 0;
    const nudge = fc.record({
      entry: fc.nat({ max: 6 }),
      by: fc.constantFrom(-2n, -1n, 1n, 2n),
      kind: fc.nat({ max: 2 }),
    });
    holds(
      fc.property(anyProgram, nudge, (program, change) => {
        const answer = solveExactly(program);
        const mutated = mutate(answer, change);
        if (!checkAnswer(program, mutated).ok) refused++;
        else expect(outcome(mutated)).toBe(outcome(answer));
      }),
      { seed: SEED, runs: 800 },
    );
    expect(refused).toBeGreaterThan(400);
  });
});

interface Nudge {
  readonly entry: number;
  readonly by: bigint;
  readonly kind: number;
}

function mutate(answer: LpAnswer, { entry, by, kind }: Nudge): LpAnswer {
  const nudge = <T extends { numerators: readonly bigint[] }>(vector: T): T => ({
    ...vector,
    numerators: vector.numerators.map((n, i) => (i === entry % vector.numerators.length ? n + by : n)),
  });
  if (answer.status === 'infeasible') return { ...answer, farkas: nudge(answer.farkas) };
  if (kind === 0) return { ...answer, point: nudge(answer.point) };
  if (answer.status === 'unbounded') return { ...answer, ray: nudge(answer.ray) };
  if (kind === 1) return { ...answer, multipliers: nudge(answer.multipliers) };
  const value = rational(answer.value.numerator + by, answer.value.denominator);
  expect(compare(value, answer.value)).not.toBe(0);
  return { ...answer, value };
}
