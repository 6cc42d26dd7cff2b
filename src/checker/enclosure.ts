/**
 * Boxes that conditions on the inputs prove where single ones do not give one: of a polytope, say.
 *
 * Lemma. Let g_r(x) >= 0 be conditions, all integers, and m_r >= 0, with sum m_r g_r = a x_i + c. If a > 0, x_i >= -c/a at every point that
 * satisfies them; if a < 0, x_i <= c/|a|.
 */
import type { ExactMultipliers } from './settled.js';
import { type ConditionRow, FINEST_GRID, type GridBox, NUMBER_BITS } from './unsafe.js';

/** The box of given faces, if its numbers are such as the relaxation takes. */
export function boxOf(grid: number, lower: readonly number[], upper: readonly number[]): GridBox | undefined {
  const fits = (value: number) => Math.abs(value) <= 2 ** NUMBER_BITS;
  if (grid > FINEST_GRID || ![...lower, ...upper].every(fits)) return undefined;
  if (!lower.every((value, i) => value <= upper[i]!)) return undefined;
  return { grid, lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
}

/** Whether multipliers prove that an input keeps to one side of a face, `value` in units of 2^-grid. */
function provesFace(
  conditions: readonly ConditionRow[],
  { rows, values }: ExactMultipliers,
  input: number,
  side: 1 | -1,
  value: bigint,
  grid: number,
): boolean {
  const { inputs, outputs } = conditions[0]!;
  const sums = new Array<bigint>(inputs.length + outputs.length + 1).fill(0n);
  for (const [r, row] of rows.entries()) {
    const condition = conditions[row];
    if (condition === undefined || values[r]! < 0n) return false;
    [...condition.inputs, ...condition.outputs, condition.constant].forEach((entry, i) => {
      sums[i]! += values[r]! * entry;
    });
  }
  const slope = BigInt(side) * sums[input]!;
  if (slope <= 0n || !sums.slice(0, -1).every((sum, i) => i === input || sum === 0n)) return false;
  return BigInt(side) * value * slope <= -(sums.at(-1)! << BigInt(grid));
}

/**
 * Whether multipliers prove that all points that satisfy the conditions are in a box.
 *
 * @param faces for every input the multipliers of its lower bound, then of its upper one
 */
export function provesBox(
  conditions: readonly ConditionRow[],
  { grid, lower, upper }: GridBox,
  faces: readonly ExactMultipliers[],
): boolean {
  if (conditions[0]?.inputs.length !== lower.length || faces.length !== 2 * lower.length) return false;
  return faces.every((by, f) => {
    const input = f >> 1;
    return f % 2 === 0
      ? provesFace(conditions, by, input, 1, BigInt(lower[input]!), grid)
      : provesFace(conditions, by, input, -1, BigInt(upper[input]!), grid);
  });
}
