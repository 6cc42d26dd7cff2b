/**
 * Theorem. The exact simplex ends with the known answer on the published programs on which simplex methods cycle, and on
 * their duals, on which the dual method is just as degenerate.
 *
 * Every optimum below has a two-line proof by hand: the point and the multipliers stand next to it. (Hoffman's example of
 * 1951 has irrational data, cosines of 72 degrees, and is no program over the rationals.)
 *
 * Source: collected by Gass and Vinjamuri, Cycling in linear programming problems, Computers & Operations Research 31
 * (2004).
 */
import { describe, expect, it } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import { formatRational, parseRational, type Rational, rational, ZERO } from '../../src/exact/rational.js';
import { checkAnswer } from '../../src/lp/certify.js';
import { solveExactly } from '../../src/lp/exact/simplex.js';
import type { ExactLp } from '../../src/lp/types.js';

/** minimise cost . x subject to matrix x <= right, x >= 0 */
interface CyclingExample {
  readonly name: string;
  readonly cost: string;
  readonly matrix: readonly string[];
  readonly right: string;
  /** Undefined where the program is unbounded. */
  readonly optimum: string | undefined;
}

const EXAMPLES: readonly CyclingExample[] = [
  {
    // x = (1/25, 0, 1, 0), multipliers (0, 3/2, 1/20)
    name: 'Beale 1955',
    cost: '-3/4 150 -1/50 6',
    matrix: ['1/4 -60 -1/25 9', '1/2 -90 -1/50 3', '0 0 1 0'],
    right: '0 0 1',
    optimum: '-1/20',
  },
  {
    // x = (0, 0, 1/2, 0), multipliers (0, 0, 1/2)
    name: 'Yudin and Golshtein 1965',
    cost: '-1 1 -1 1',
    matrix: ['2 -3 -5 6', '6 -5 -3 2', '3 1 2 4'],
    right: '0 0 1',
    optimum: '-1/2',
  },
  {
    // x = (4, 1, 0), multipliers (0, 0, 1, 2)
    name: 'Marshall and Suurballe 1969',
    cost: '-2/5 -2/5 9/5',
    matrix: ['3/5 -32/5 24/5', '1/5 -9/5 3/5', '2/5 -8/5 1/5', '0 1 0'],
    right: '0 0 0 1',
    optimum: '-2',
  },
  {
    // x = (2, 0, 2, 0), multipliers (0, 0, 1)
    name: 'Kuhn, in Balinski and Tucker 1969',
    cost: '-2 -3 1 12',
    matrix: ['-2 -9 1 9', '1/3 1 -1/3 -2', '2 3 -1 -12'],
    right: '0 0 2',
    optimum: '-2',
  },
  {
    // the ray (2, 0, 2, 0)
    name: 'Kuhn, without its last row',
    cost: '-2 -3 1 12',
    matrix: ['-2 -9 1 9', '1/3 1 -1/3 -2'],
    right: '0 0',
    optimum: undefined,
  },
  {
    // x = (1, 0, 1, 0)
    name: 'Chvatal 1983, page 31',
    cost: '-10 57 9 24',
    matrix: ['1/2 -11/2 -5/2 9', '1/2 -3/2 -1/2 1', '1 0 0 0'],
    right: '0 0 1',
    optimum: '-1',
  },
  {
    // x = 0, multipliers (0, 2)
    name: 'Solow 1984',
    cost: '-2 -2 8 2',
    matrix: ['-7 -3 7 2', '2 1 -3 -1'],
    right: '0 0',
    optimum: '0',
  },
  {
    // no multipliers: the third column would need -2 - 4 a - b >= 0
    name: 'Nering and Tucker 1993',
    cost: '-3 80 -2 24',
    matrix: ['1 -32 -4 36', '1 -24 -1 6'],
    right: '0 0',
    optimum: undefined,
  },
];

function numbers(text: string): Rational[] {
  return text.split(' ').map(parseRational);
}

/** Entries times their common denominator, with that denominator. */
function integers(entries: readonly Rational[]) {
  return integersFromRationals(entries);
}

function negated(entries: readonly Rational[]): Rational[] {
  return entries.map(({ numerator, denominator }) => ({ numerator: -numerator, denominator }));
}

/** minimise cost . x, rows (x, 1) >= 0, x >= 0; the objective's denominator is returned, for it scales the value. */
function program(cost: readonly Rational[], rows: readonly (readonly Rational[])[]) {
  const objective = integers([...cost, ZERO]);
  const problem: ExactLp = {
    variables: cost.length,
    rows: rows.map((row) => integers(row).numerators),
    lower: cost.map(() => ZERO),
    upper: cost.map(() => null),
    objective: objective.numerators,
  };
  return { problem, denominator: objective.denominator };
}

/** The optimum of a program with its evidence checked, or the status. */
function solved({ problem, denominator }: ReturnType<typeof program>): string {
  const answer = solveExactly(problem);
  expect(checkAnswer(problem, answer)).toEqual({ ok: true });
  if (answer.status !== 'optimal') return answer.status;
  return formatRational(rational(answer.value.numerator, answer.value.denominator * denominator));
}

describe.each(EXAMPLES)('$name', ({ cost, matrix, right, optimum }) => {
  const c = numbers(cost);
  const b = numbers(right);
  const A = matrix.map(numbers);

  it('is solved', () => {
    const rows = A.map((row, i) => [...negated(row), b[i]!]);
    expect(solved(program(c, rows))).toBe(optimum ?? 'unbounded');
  });

  it('is solved in every order of the variables', () => {
    for (const order of permutations(c.map((_, j) => j))) {
      const rows = A.map((row, i) => [...negated(order.map((j) => row[j]!)), b[i]!]);
      expect(
        solved(
          program(
            order.map((j) => c[j]!),
            rows,
          ),
        ),
      ).toBe(optimum ?? 'unbounded');
    }
  });

  it('has the same optimum as its dual: minimise b . y, c + A^T y >= 0, y >= 0', () => {
    const rows = c.map((entry, j) => [...A.map((row) => row[j]!), entry]);
    const value = solved(program(b, rows));
    expect(value).toBe(optimum === undefined ? 'infeasible' : formatRational(negated([parseRational(optimum)])[0]!));
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
