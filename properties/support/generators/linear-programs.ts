/**
 * Exact linear programs of many kinds: degenerate, infeasible, unbounded, with free and fixed variables, duplicate and
 * zero rows, and numbers of very different sizes.
 */
import fc from 'fast-check';
import { compare, formatRational, type Rational, rational } from '../../../src/exact/rational.js';
import type { BasisHint } from '../../../src/lp/exact/simplex.js';
import type { ExactLp } from '../../../src/lp/types.js';
import { smallRational } from './numbers.js';
import { printedAs } from './show.js';

const MAX_VARIABLES = 4;

const tinyInteger = fc.bigInt({ min: -2n, max: 2n });
const genericInteger = fc.bigInt({ min: -(1n << 60n), max: 1n << 60n });
/** k * 2^e with e up to 1200: rows and bounds beyond the range of doubles. */
const extremeInteger = fc.tuple(tinyInteger, fc.bigInt({ min: 0n, max: 1200n })).map(([k, e]) => k << e);

/** Integers for rows: mostly tiny ones, whose vertices are degenerate and whose rows repeat. */
const rowEntry = fc.oneof({ weight: 6, arbitrary: tinyInteger }, genericInteger, extremeInteger);

const extremeRational: fc.Arbitrary<Rational> = fc
  .tuple(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: 0n, max: 1100n }), fc.boolean())
  .map(([k, e, big]) => (big ? rational(k << e) : rational(k, 1n << e)));

type Interval = readonly [Rational | null, Rational | null];

function ordered([a, b]: readonly [Rational, Rational]): Interval {
  return compare(a, b) <= 0 ? [a, b] : [b, a];
}

/** lower <= upper, sometimes equal. */
const finiteInterval: fc.Arbitrary<Interval> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(smallRational, smallRational).map(ordered) },
  smallRational.map((a): Interval => [a, a]),
  fc.tuple(extremeRational, extremeRational).map(ordered),
);

const anyInterval: fc.Arbitrary<Interval> = fc.oneof(
  { weight: 2, arbitrary: finiteInterval },
  smallRational.map((a): Interval => [a, null]),
  smallRational.map((a): Interval => [null, a]),
  fc.constant<Interval>([null, null]),
);

function linearProgram(interval: fc.Arbitrary<Interval>, entry: fc.Arbitrary<bigint>): fc.Arbitrary<ExactLp> {
  const affine = fc.array(entry, { minLength: MAX_VARIABLES + 1, maxLength: MAX_VARIABLES + 1 });
  return fc
    .tuple(
      fc.integer({ min: 0, max: MAX_VARIABLES }),
      fc.array(affine, { maxLength: 7 }),
      fc.array(interval, { minLength: MAX_VARIABLES, maxLength: MAX_VARIABLES }),
      affine,
    )
    .map(([variables, rows, intervals, objective]) => {
      const cut = (entries: readonly bigint[]) => entries.slice(MAX_VARIABLES - variables);
      const problem: ExactLp = {
        variables,
        rows: rows.map(cut),
        lower: intervals.slice(0, variables).map(([low]) => low),
        upper: intervals.slice(0, variables).map(([, high]) => high),
        objective: cut(objective),
      };
      return printedAs(problem, showLinearProgram);
    });
}

/** Programs over a box. */
export const boundedProgram: fc.Arbitrary<ExactLp> = linearProgram(finiteInterval, rowEntry);

/** Programs over a box with numbers of a few bits, for references that enumerate. */
export const tinyProgram: fc.Arbitrary<ExactLp> = linearProgram(
  fc.tuple(smallRational, smallRational).map(ordered),
  tinyInteger,
);

/** Programs any of whose bounds may be missing. */
export const anyProgram: fc.Arbitrary<ExactLp> = linearProgram(anyInterval, rowEntry);

/** Hints good and bad: indices out of range, repeated, and of unequal number. */
export const anyHint: fc.Arbitrary<BasisHint> = fc
  .tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.array(fc.integer({ min: -1, max: 8 }), { maxLength: 5 }),
    fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 5 }),
  )
  .map(([supportSize, support, basicVariables]) => ({ supportSize, support, basicVariables }));

/** "min [1 0 | 2] over [0,1] x [-inf,3], rows [..]". */
export function showLinearProgram({ objective, rows, lower, upper }: ExactLp): string {
  const affine = (entries: readonly bigint[]) => `[${entries.slice(0, -1).join(' ')} | ${entries.at(-1)}]`;
  const end = (bound: Rational | null, none: string) => (bound === null ? none : formatRational(bound));
  const bounds = lower.map((low, j) => `[${end(low, '-inf')},${end(upper[j]!, 'inf')}]`).join(' x ');
  return `min ${affine(objective)} over ${bounds || 'R^0'}, rows ${rows.map(affine).join(' ')}`;
}

/** Many inputs and few rows of small integers, sparse and repeating: what a small network has on a large image. */
export const wideProgram: fc.Arbitrary<ExactLp> = fc.integer({ min: 8, max: 40 }).chain((variables) => {
  const entry = fc.oneof({ weight: 2, arbitrary: fc.constant(0n) }, fc.bigInt({ min: -3n, max: 3n }));
  const affine = fc.array(entry, { minLength: variables + 1, maxLength: variables + 1 });
  const base = fc.array(affine, { minLength: 1, maxLength: 4 });
  const picks = fc.array(
    fc.tuple(fc.nat(), fc.nat(), fc.bigInt({ min: -2n, max: 2n }), fc.bigInt({ min: -2n, max: 2n })),
    {
      minLength: 2,
      maxLength: 9,
    },
  );
  return fc.tuple(base, picks).map(([rows, chosen]): ExactLp => {
    // Combinations of a few rows: the row space is small, and combinations coincide.
    const combined = chosen.map(([a, b, s, t]) => {
      const [one, other] = [rows[a % rows.length]!, rows[b % rows.length]!];
      return one.map((x, i) => s * x + t * other[i]!);
    });
    const bound = (k: bigint) => Array.from({ length: variables }, () => rational(k));
    return {
      variables,
      rows: combined.slice(1),
      lower: bound(-1n),
      upper: bound(1n),
      objective: combined[0]!,
    };
  });
});
