/**
 * Exact rows of a network whose neurons are settled, and when a combination of them closes a disjunct.
 *
 * Lemma (Farkas, Motzkin). Let rows r(x) >= 0 hold at every unsafe point of a node, all integers, and m_r >= 0. If the largest value of
 * sum m_r r over the box is negative, or is 0 while a strict row (r > 0) has m_r > 0, the node holds no unsafe point. Without a box the
 * coefficients of the sum must vanish.
 */
import type { IntegerRows } from '../certificate/index.js';
import { integersFromRationals } from '../exact/index.js';
import { bends, forEachInRow, type IntegerAffine, type Network } from '../network/index.js';
import { SIDE_ROW } from './closing.js';
import type { ConditionRow, GridBox } from './unsafe.js';

/** Rows (inputs + 1 integers, the constant last) over one positive denominator. */
interface LayerRows {
  readonly rows: readonly (readonly bigint[])[];
  readonly denominator: bigint;
}

/** The pre-activations of every layer whose earlier layers are settled, and the output if all are. */
export interface SettledRows {
  readonly layers: readonly LayerRows[];
  readonly output: LayerRows | undefined;
}

/**
 * The exact rows under given sides.
 *
 * @param sides for every neuron 1 or -1, or 0 if it is on no known side; neurons that do not bend need none
 */
export function settledRows(network: Network, sides: ArrayLike<number>): SettledRows {
  let below: LayerRows = {
    rows: Array.from({ length: network.inputs }, (_, i) =>
      Array.from({ length: network.inputs + 1 }, (_, c) => (c === i ? 1n : 0n)),
    ),
    denominator: 1n,
  };
  const layers: LayerRows[] = [];
  let offset = 0;
  for (const { affine, slopes } of network.layers) {
    const before = product(affine.integers(), below);
    layers.push(before);
    if (slopes.some((s, j) => bends(s) && sides[offset + j] !== 1 && sides[offset + j] !== -1)) {
      return { layers, output: undefined };
    }
    const factors = integersFromRationals(slopes.map((s, j) => (sides[offset + j] === -1 ? s.negative : s.positive)));
    below = {
      rows: before.rows.map((row, j) => row.map((entry) => entry * factors.numerators[j]!)),
      denominator: before.denominator * factors.denominator,
    };
    offset += slopes.length;
  }
  return { layers, output: product(network.output.integers(), below) };
}

function product(
  { pattern, values, bias, denominator: own }: IntegerAffine,
  { rows, denominator }: LayerRows,
): LayerRows {
  const width = rows[0]?.length ?? 1;
  const result = bias.map((constant, k) => {
    const sum = new Array<bigint>(width).fill(0n);
    sum[width - 1] = constant * denominator;
    forEachInRow(pattern, k, (j, e) => {
      const w = values[e]!;
      if (w === 0n) return;
      const row = rows[j]!;
      for (let c = 0; c < width; c++) if (row[c] !== 0n) sum[c]! += w * row[c]!;
    });
    return sum;
  });
  return { rows: result, denominator: own * denominator };
}

/** What a sum of outputs comes to in terms of the last layer's values, if that is a constant. */
function constantSum({ pattern, values, bias, denominator }: IntegerAffine, factors: readonly bigint[]) {
  const sums = new Map<number, bigint>();
  let constant = 0n;
  factors.forEach((a, o) => {
    if (a === 0n) return;
    constant += a * bias[o]!;
    forEachInRow(pattern, o, (j, e) => {
      sums.set(j, (sums.get(j) ?? 0n) + a * values[e]!);
    });
  });
  return [...sums.values()].every((sum) => sum === 0n) ? { constant, denominator } : undefined;
}

/**
 * A condition as an integer row in the inputs; undefined if it needs outputs that are not settled. Sums of outputs in which everything
 * cancels need none: so two networks that are condensed to one are equal.
 */
export function conditionInInputs(
  { inputs, outputs, constant }: ConditionRow,
  output: LayerRows | undefined,
  network: Network,
) {
  if (outputs.every((a) => a === 0n)) return [...inputs, constant];
  if (output === undefined) {
    const sum = constantSum(network.output.integers(), outputs);
    if (sum === undefined) return undefined;
    return [...inputs.map((a) => a * sum.denominator), constant * sum.denominator + sum.constant];
  }
  const row = [...inputs, constant].map((a) => a * output.denominator);
  outputs.forEach((a, o) => {
    if (a === 0n) return;
    output.rows[o]!.forEach((entry, c) => {
      row[c]! += a * entry;
    });
  });
  return row;
}

/** That a split neuron is on its side; undefined if its layer is not settled so far, or it is on no side. */
export function sideInInputs(settled: SettledRows, network: Network, sides: ArrayLike<number>, neuron: number) {
  let offset = 0;
  for (const [l, { slopes }] of network.layers.entries()) {
    if (neuron < offset + slopes.length) {
      const side = sides[neuron];
      const row = settled.layers[l]?.rows[neuron - offset];
      return row === undefined || (side !== 1 && side !== -1) ? undefined : row.map((a) => BigInt(side) * a);
    }
    offset += slopes.length;
  }
  return undefined;
}

/** Rows, numbered as in `closing.ts`, and their multipliers. */
export type ExactMultipliers = IntegerRows;

/**
 * Whether a combination closes a disjunct exactly.
 *
 * @param split the sides that the path chose; `sides` has those that bounds imply as well
 */
export function closesExactly(
  network: Network,
  settled: SettledRows,
  split: ArrayLike<number>,
  conditions: readonly ConditionRow[],
  box: GridBox | undefined,
  { rows, values }: ExactMultipliers,
): boolean {
  const sum = new Array<bigint>(network.inputs + 1).fill(0n);
  let isStrict = false;
  for (const [r, number] of rows.entries()) {
    const m = values[r]!;
    if (m < 0n) return false;
    const condition = conditions[number];
    const rest = number - conditions.length;
    if (condition === undefined && rest % 3 !== SIDE_ROW) return false;
    const row =
      condition === undefined
        ? sideInInputs(settled, network, split, rest / 3)
        : conditionInInputs(condition, settled.output, network);
    if (row === undefined) return false;
    row.forEach((entry, c) => {
      sum[c]! += m * entry;
    });
    isStrict ||= m > 0n && condition?.strict === true;
  }
  const most = largestOn(box, sum);
  return most !== undefined && (most < 0n || (most === 0n && isStrict));
}

/** The largest value of a row over a box, in units of 2^-grid; undefined if there is none. */
function largestOn(box: GridBox | undefined, row: readonly bigint[]): bigint | undefined {
  const inputs = row.length - 1;
  let most = row[inputs]! << BigInt(box?.grid ?? 0);
  for (let i = 0; i < inputs; i++) {
    const a = row[i]!;
    if (a === 0n) continue;
    if (box === undefined) return undefined;
    most += a * BigInt(a > 0n ? box.upper[i]! : box.lower[i]!);
  }
  return most;
}
