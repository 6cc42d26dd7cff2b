/**
 * Changes of the inputs as files of symmetries state them.
 */
import { rational } from '../../exact/index.js';
import type { InputMap } from '../../network/index.js';
import { jsonOfRational } from '../input/numbers.js';

/**
 * Coordinate i, times `signs[i]` and `scales[i]`, plus `shifts[i]`, becomes coordinate `inputs[i]`; or x becomes `matrix` x + `shifts`. What is left out is 1, 1 and 0. Numbers that are
 * no doubles are texts such as "1/3".
 */
export type StatedInputMap = {
  readonly inputs?: readonly number[];
  readonly signs?: readonly (1 | -1)[];
  readonly scales?: readonly (number | string)[];
  readonly matrix?: readonly (readonly (number | string)[])[];
  readonly shifts?: readonly (number | string)[];
};

/** A change of the inputs: where each goes, with its sign, scale and shift, or a matrix. What is left out is 1, 1 and 0. */
export function jsonOfInputMap({ rows, shift, denominator }: InputMap): StatedInputMap {
  const exact = (numerator: bigint) => jsonOfRational(rational(numerator, denominator));
  const isMonomial = rows.every((row) => row.length === 1);
  // Of a matrix in the order of the outputs, of a permutation in that of the inputs.
  const sources = rows.map((row, j) => (isMonomial ? row[0]![0] : j));
  const places = sources.map((_, i) => sources.indexOf(i));
  const shifts = places.map((j) => shift[j]!);
  const shifted = shifts.some((entry) => entry !== 0n) ? { shifts: shifts.map(exact) } : {};
  if (!isMonomial) {
    const dense = rows.map((row) => {
      const full = new Array<bigint>(rows.length).fill(0n);
      for (const [column, entry] of row) full[column] = entry;
      return full.map(exact);
    });
    return { matrix: dense, ...shifted };
  }
  const entries = places.map((j) => rows[j]![0]![1]);
  const sizes = entries.map((entry) => (entry < 0n ? -entry : entry));
  return {
    inputs: places,
    ...(entries.some((entry) => entry < 0n) && { signs: entries.map((entry) => (entry < 0n ? -1 : 1)) }),
    ...(sizes.some((size) => size !== denominator) && { scales: sizes.map(exact) }),
    ...shifted,
  };
}
