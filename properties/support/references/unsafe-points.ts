/**
 * Whether a tiny network has an unsafe input, by trying every pattern and eliminating all variables.
 *
 * Every point lies on the closed cell of some pattern (on each side of a crease both branches are right at the crease itself). On a
 * pattern the output is affine, so an unsafe point is a solution of linear inequalities, closed and strict ones. Fourier-Motzkin:
 * a combination of two rows that cancels a variable is strict if one of them is; constants must be >= 0, or > 0.
 *
 * Source: Schrijver 1986, Theory of Linear and Integer Programming, section 12.2. Nothing here is shared with src/verify, src/checker or src/lp.
 */
import { add, multiply, negate, type Rational, rational, ZERO } from '../../../src/exact/rational.js';
import type { Network } from '../../../src/network/network.js';
import type { UnsafeSet } from '../../../src/network/unsafe.js';
import { primitive } from './fourier-motzkin.js';
import { type Row, rowsOf } from './plain-network.js';

interface MixedRow {
  readonly row: readonly bigint[];
  readonly strict: boolean;
}

function integersOf(row: Row): readonly bigint[] {
  const denominator = row.reduce((product, { denominator: d }) => product * d, 1n);
  return primitive(row.map((a) => (a.numerator * denominator) / a.denominator));
}

/** Rows that say the same, once; strict if one of them is. */
function distinct(rows: readonly MixedRow[]): MixedRow[] {
  const known = new Map<string, MixedRow>();
  for (const { row, strict } of rows) {
    const short = primitive(row);
    const key = short.join(' ');
    known.set(key, { row: short, strict: strict || known.get(key)?.strict === true });
  }
  return [...known.values()];
}

/** Whether rows . (x, 1) >= 0, > 0 where strict, have a common solution. */
export function isSolvable(variables: number, given: readonly MixedRow[]): boolean {
  let rows = distinct(given);
  for (let v = 0; v < variables; v++) {
    const next = rows.filter(({ row }) => row[v] === 0n);
    const upper = rows.filter(({ row }) => row[v]! < 0n);
    const lower = rows.filter(({ row }) => row[v]! > 0n);
    for (const a of upper) {
      for (const b of lower) {
        const row = a.row.map((entry, i) => entry * b.row[v]! - b.row[i]! * a.row[v]!);
        next.push({ row, strict: a.strict || b.strict });
      }
    }
    rows = distinct(next);
  }
  return rows.every(({ row, strict }) => (strict ? row.at(-1)! > 0n : row.at(-1)! >= 0n));
}

function combination(coefficients: readonly Rational[], rows: readonly Row[], start: Row): Row {
  return coefficients.reduce<Row>((sum, c, j) => sum.map((entry, i) => add(entry, multiply(c, rows[j]![i]!))), start);
}

/** Whether some input and its output are in the unsafe set. */
export function hasUnsafePoint(network: Network, unsafe: UnsafeSet): boolean {
  const { inputs } = network;
  const unit = (i: number): Row => Array.from({ length: inputs + 1 }, (_, c) => (c === i ? rational(1n) : ZERO));
  const identity = Array.from({ length: inputs }, (_, i) => unit(i));
  const constant = (value: Rational): Row => [...new Array<Rational>(inputs).fill(ZERO), value];
  const after = (row: Row, values: readonly Row[]) => combination(row.slice(0, -1), values, constant(row.at(-1)!));
  const visit = (
    layer: number,
    neuron: number,
    before: readonly Row[],
    values: readonly Row[],
    signs: readonly MixedRow[],
  ): boolean => {
    const current = network.layers[layer];
    if (current === undefined) {
      const output = rowsOf(network.output).map((row) => after(row, values));
      return unsafe.disjuncts.some(({ conditions }) => {
        const rows = conditions.map(({ inputs: a, outputs: b, constant: c, strict }) => ({
          row: integersOf(combination(b, output, combination(a, identity, constant(c)))),
          strict,
        }));
        return isSolvable(inputs, [...signs, ...rows]);
      });
    }
    const pre = neuron === 0 ? rowsOf(current.affine).map((row) => after(row, values)) : before;
    if (neuron === pre.length) {
      return visit(
        layer + 1,
        0,
        [],
        pre.map((_, j) => values[values.length - pre.length + j]!),
        signs,
      );
    }
    return [1, -1].some((side) => {
      const row = side > 0 ? pre[neuron]! : pre[neuron]!.map(negate);
      const more = [...signs, { row: integersOf(row), strict: false }];
      if (!isSolvable(inputs, more)) return false;
      const { negative, positive } = current.slopes[neuron]!;
      const value = pre[neuron]!.map((entry) => multiply(entry, side > 0 ? positive : negative));
      return visit(layer, neuron + 1, pre, [...values, value], more);
    });
  };
  return visit(0, 0, [], identity, []);
}
