/**
 * Questions about settled cells, answered exactly: a point of a disjunct, or multipliers that show that there is none.
 */
import {
  type ConditionRow,
  conditionInInputs,
  type ExactMultipliers,
  type GridBox,
  type SettledRows,
} from '../checker/index.js';
import { ONE, type Rational, rational, rationalsFromIntegers, ZERO } from '../exact/index.js';
import { type ExactLp, solveExactly } from '../lp/index.js';
import type { Network } from '../network/index.js';

/** A row of a cell, its number as in `checker/closing.ts`. */
export interface NumberedRow {
  readonly number: number;
  readonly row: readonly bigint[];
  readonly strict: boolean;
}

export type SettledAnswer =
  | { readonly isPossible: true; readonly point: readonly Rational[] }
  | { readonly isPossible: false; readonly by: ExactMultipliers };

/** The conditions of a disjunct that need no unsettled output. */
export function settledConditions(
  conditions: readonly ConditionRow[],
  { output }: SettledRows,
  network: Network,
): NumberedRow[] {
  return conditions.flatMap((condition, number) => {
    const row = conditionInInputs(condition, output, network);
    return row === undefined ? [] : [{ number, row, strict: condition.strict }];
  });
}

/** Whether all rows can hold at a point of the box: first the closed ones, then with strict ones strictly. */
export function decide(inputs: number, rows: readonly NumberedRow[], box: GridBox | undefined): SettledAnswer {
  const bounds = (side: Float64Array | undefined) =>
    Array.from({ length: inputs }, (_, i) =>
      side === undefined ? null : rational(BigInt(side[i]!), 1n << BigInt(box!.grid)),
    );
  const problem: ExactLp = {
    variables: inputs,
    rows: rows.map(({ row }) => row),
    lower: bounds(box?.lower),
    upper: bounds(box?.upper),
    objective: new Array<bigint>(inputs + 1).fill(0n),
  };
  const answer = solveExactly(problem);
  if (answer.status === 'infeasible') return { isPossible: false, by: multipliersOf(rows, answer.farkas.numerators) };
  const point = rationalsFromIntegers(answer.point);
  if (!rows.some(({ strict }) => strict)) return { isPossible: true, point };
  return decideStrictly(problem, rows);
}

/** max e subject to strict rows >= e, e <= 1: a point if e > 0; otherwise the multipliers are Motzkin's. */
function decideStrictly(problem: ExactLp, rows: readonly NumberedRow[]): SettledAnswer {
  const { variables, lower, upper } = problem;
  const widened = ({ row, strict }: NumberedRow) => [...row.slice(0, -1), strict ? -1n : 0n, row.at(-1)!];
  const answer = solveExactly({
    variables: variables + 1,
    rows: rows.map(widened),
    lower: [...lower, ZERO],
    upper: [...upper, ONE],
    objective: [...new Array<bigint>(variables).fill(0n), -1n, 0n],
  });
  if (answer.status !== 'optimal') throw new Error('verification: a bounded program that is feasible has an optimum');
  if (answer.value.numerator < 0n) {
    return { isPossible: true, point: rationalsFromIntegers(answer.point).slice(0, variables) };
  }
  return { isPossible: false, by: multipliersOf(rows, answer.multipliers.numerators) };
}

function multipliersOf(rows: readonly NumberedRow[], numerators: readonly bigint[]): ExactMultipliers {
  const used = rows.flatMap(({ number }, r) => (numerators[r]! > 0n ? [{ number, value: numerators[r]! }] : []));
  return { rows: used.map(({ number }) => number), values: used.map(({ value }) => value) };
}
