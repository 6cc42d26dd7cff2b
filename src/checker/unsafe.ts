/**
 * An unsafe set as the verifier's tree sees it: integer rows, and one tree for every box that disjuncts share.
 */
import { bitLength, compare, divide, integersFromRationals, negate, type Rational, ZERO } from '../exact/index.js';
import type { Disjunct, LinearCondition, UnsafeSet } from '../network/index.js';

/** inputs . x + outputs . y + constant >= 0 (> 0 if strict) in integers. */
export interface ConditionRow {
  readonly inputs: readonly bigint[];
  readonly outputs: readonly bigint[];
  readonly constant: bigint;
  readonly strict: boolean;
}

/** A box in units of 2^-grid that holds every input of some disjuncts. */
export interface GridBox {
  readonly grid: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Where a tree of the proof starts. Without a box there are no bounds, only exact rows, until one is proved (`enclosure.ts`). */
export interface Root {
  readonly box: GridBox | undefined;
  readonly disjuncts: readonly number[];
}

export interface LoweredUnsafe {
  readonly inputs: number;
  readonly rows: readonly (readonly ConditionRow[])[];
  readonly roots: readonly Root[];
}

/** The finest grid and the length of its numbers: what the relaxation takes. */
export const FINEST_GRID = 48;
export const NUMBER_BITS = 47;

function rowOf({ inputs, outputs, constant, strict }: LinearCondition): ConditionRow {
  const { numerators } = integersFromRationals([...inputs, ...outputs, constant]);
  const split = inputs.length;
  return {
    inputs: numerators.slice(0, split),
    outputs: numerators.slice(split, -1),
    constant: numerators.at(-1)!,
    strict,
  };
}

/** The bound that a condition on one input alone puts on it. */
function boundOf({ inputs, outputs, constant }: LinearCondition) {
  const used = inputs.flatMap((a, i) => (a.numerator === 0n ? [] : [i]));
  if (used.length !== 1 || outputs.some((a) => a.numerator !== 0n)) return undefined;
  const input = used[0]!;
  const value = divide(negate(constant), inputs[input]!);
  return { input, value, isLower: compare(inputs[input]!, ZERO) > 0 };
}

/** The intervals that single conditions give; undefined if an input lacks a bound. */
function intervalsOf(disjunct: Disjunct, inputs: number) {
  const lower = new Array<Rational | undefined>(inputs).fill(undefined);
  const upper = new Array<Rational | undefined>(inputs).fill(undefined);
  for (const condition of disjunct.conditions) {
    const bound = boundOf(condition);
    if (bound === undefined) continue;
    const { input, value, isLower } = bound;
    const known = (isLower ? lower : upper)[input];
    const isBetter = known === undefined || compare(value, known) * (isLower ? 1 : -1) > 0;
    if (isBetter) (isLower ? lower : upper)[input] = value;
  }
  const isComplete = (bounds: readonly (Rational | undefined)[]): bounds is readonly Rational[] =>
    bounds.every((b) => b !== undefined);
  return isComplete(lower) && isComplete(upper) ? { lower, upper } : undefined;
}

/** The largest integer at most 2^grid value. */
function floorOn(grid: number, { numerator, denominator }: Rational): number {
  const scaled = numerator << BigInt(grid);
  const quotient = scaled / denominator;
  return Number(scaled < 0n && quotient * denominator !== scaled ? quotient - 1n : quotient);
}

/** The smallest box of the grid around a disjunct; undefined if there is none, or its numbers are too long. */
function gridBox(disjunct: Disjunct, inputs: number): GridBox | undefined {
  const intervals = intervalsOf(disjunct, inputs);
  if (intervals === undefined) return undefined;
  const { lower, upper } = intervals;
  let exponent = 0;
  for (const { numerator, denominator } of [...lower, ...upper]) {
    exponent = Math.max(exponent, bitLength(numerator) - bitLength(denominator) + 1);
  }
  const grid = Math.min(FINEST_GRID, NUMBER_BITS - exponent);
  if (grid < 0) return undefined;
  const box = {
    grid,
    lower: Float64Array.from(lower, (value) => floorOn(grid, value)),
    upper: Float64Array.from(upper, (value) => -floorOn(grid, negate(value))),
  };
  return box.lower.every((lo, i) => lo <= box.upper[i]!) ? box : undefined;
}

const sameBox = (a: GridBox | undefined, b: GridBox | undefined) =>
  a === undefined || b === undefined
    ? a === b
    : a.grid === b.grid && a.lower.every((lo, i) => lo === b.lower[i]! && a.upper[i]! === b.upper[i]!);

/** Conditions on inputs alone, with their numbers, as a text. */
function inputRowsText(rows: readonly ConditionRow[]): string {
  const isAlone = ({ outputs }: ConditionRow) => outputs.every((value) => value === 0n);
  return rows.flatMap((row, c) => (isAlone(row) ? [`${c}: ${row.inputs} ${row.constant}`] : [])).join();
}

/**
 * The rows of an unsafe set and the roots of its trees, in the order in which their first disjuncts appear. Disjuncts without a box have a root
 * together if their conditions on inputs alone are the same.
 */
export function loweredUnsafe(unsafe: UnsafeSet): LoweredUnsafe {
  const rows = unsafe.disjuncts.map(({ conditions }) => conditions.map(rowOf));
  const roots: { box: GridBox | undefined; text: string; disjuncts: number[] }[] = [];
  unsafe.disjuncts.forEach((disjunct, d) => {
    const box = gridBox(disjunct, unsafe.inputs);
    const text = box === undefined ? inputRowsText(rows[d]!) : '';
    const root = roots.find((known) => known.text === text && sameBox(known.box, box));
    if (root === undefined) roots.push({ box, text, disjuncts: [d] });
    else root.disjuncts.push(d);
  });
  return { inputs: unsafe.inputs, rows, roots };
}
