/**
 * Claimed affine maps against the exact ones of the cells they are claimed for.
 */
import {
  type Cell,
  frameOf,
  mapOf,
  outputDenominator,
  outputRows,
  patternOf,
  patternText,
} from '../../analysis/cells/index.js';
import { constraintRow } from '../../analysis/geometry/index.js';
import {
  add,
  compare,
  divide,
  integersFromRationals,
  multiply,
  type Rational,
  rational,
  subtract,
} from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { ClaimedMap, Precision } from '../claims/index.js';
import { numberError } from '../claims/index.js';
import { maximiseOverBox } from './pattern-rows.js';
import type { WrongMap, WrongNumber } from './verdict.js';

/** The claimed map as one of the free inputs: the others, which are fixed or depend on these, are part of it. */
interface MapOnDomain {
  /** outputs x inputs; 0 for inputs that are not free. */
  readonly jacobian: readonly (readonly Rational[])[];
  readonly constant: readonly Rational[];
}

/** Compares maps with those of cells of one problem. */
export class MapComparison {
  private readonly frame;
  /** What the inputs are where the free ones are 0, and per free input how all inputs change with it. */
  private readonly origin: readonly Rational[];
  private readonly columns: readonly (readonly Rational[])[];
  private readonly plain: boolean;
  /** The largest error of all entries that were found wrong. */
  largest: Rational | undefined;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly maps: readonly ClaimedMap[],
    private readonly precision: Precision,
  ) {
    this.frame = frameOf(problem);
    const { homogeneous, biasSlot, variables, network } = problem;
    const at = (v: number) =>
      problem.lift({
        numerators: Array.from({ length: variables }, (_, i) => (i === v || (homogeneous && i === biasSlot) ? 1n : 0n)),
        denominator: 1n,
      });
    const start = at(-1);
    const { input, offset, factor } = this.frame;
    this.columns = input.map((_, v) => at(v).map((x, i) => divide(subtract(x, start[i]!), factor[v]!)));
    this.origin = start.map((x, i) =>
      this.columns.reduce((rest, column, v) => subtract(rest, multiply(column[i]!, offset[v]!)), x),
    );
    this.plain = input.length === network.inputs;
  }

  /** The most wrong entry of a claimed map, if one is wrong, on the cell at hand. */
  wrongEntry(cell: Cell, claim: number): WrongNumber | undefined {
    const exact = mapOf(cell, this.frame);
    const claimed = this.onDomain(this.maps[claim]!);
    let most: WrongNumber | undefined;
    const look = (place: string, got: Rational, right: Rational) => {
      const { error, allowed, wrong } = numberError(got, right, this.precision);
      if (!wrong || (most !== undefined && compare(error, most.error) <= 0)) return;
      most = { claim, place, claimed: got, exact: right, error, allowed };
    };
    exact.constant.forEach((right, k) => {
      for (const i of this.frame.input) look(`jacobian[${k}][${i}]`, claimed.jacobian[k]![i]!, exact.jacobian[k]![i]!);
      look(`constant[${k}]`, claimed.constant[k]!, right);
    });
    if (most !== undefined && (this.largest === undefined || compare(most.error, this.largest) > 0))
      this.largest = most.error;
    return most;
  }

  /** All about a wrong map. Cost: two linear programs per output. */
  describe(cell: Cell, wrong: WrongNumber): WrongMap {
    const worst = this.worst(cell, wrong.claim);
    return { ...wrong, pattern: patternText(patternOf(cell)), ...(worst && { worst }) };
  }

  private onDomain({ jacobian, constant }: ClaimedMap): MapOnDomain {
    if (this.plain) return { jacobian, constant };
    const dot = (row: readonly Rational[], point: readonly Rational[]) =>
      row.reduce((sum, entry, i) => add(sum, multiply(entry, point[i]!)), rational(0n));
    return {
      jacobian: jacobian.map((row) => {
        const own = new Array<Rational>(row.length).fill(rational(0n));
        this.frame.input.forEach((input, v) => {
          own[input] = dot(row, this.columns[v]!);
        });
        return own;
      }),
      constant: constant.map((c, k) => add(c, dot(jacobian[k]!, this.origin))),
    };
  }

  /** Claimed minus exact output k as an integer row in the variables, over a denominator. */
  private differenceRow(cell: Cell, claim: number, k: number): { row: bigint[]; denominator: bigint } {
    const { problem, frame } = this;
    const { jacobian, constant } = this.onDomain(this.maps[claim]!);
    let rest = constant[k]!;
    const slopes = frame.input.map((input, v) => {
      rest = add(rest, multiply(jacobian[k]![input]!, frame.offset[v]!));
      return multiply(jacobian[k]![input]!, frame.factor[v]!);
    });
    const own = outputRows(cell)[k]!;
    const ownDenominator = outputDenominator(cell);
    const entries = new Array<Rational>(problem.variables + 1).fill(rational(0n));
    slopes.forEach((slope, v) => {
      entries[v] = slope;
    });
    entries[problem.biasSlot] = rest;
    const { numerators, denominator } = integersFromRationals(entries);
    return {
      row: numerators.map((n, i) => n * ownDenominator - own[i]! * denominator),
      denominator: denominator * ownDenominator,
    };
  }

  private worst(cell: Cell, claim: number): WrongMap['worst'] {
    const { problem } = cell;
    // On the whole space an affine difference has a maximum only where it does not matter.
    if (problem.homogeneous) return undefined;
    const rows = cell.splits.map((_, k) => constraintRow(cell, 2 * problem.variables + k));
    let most: WrongMap['worst'];
    for (let output = 0; output < this.maps[claim]!.constant.length; output++) {
      const { row, denominator } = this.differenceRow(cell, claim, output);
      for (const sign of [1n, -1n]) {
        const answer = maximiseOverBox(
          problem,
          rows,
          row.map((entry) => sign * entry),
        );
        if (answer.status !== 'optimal') continue;
        const error = rational(-answer.value.numerator, answer.value.denominator * denominator);
        if (most === undefined || compare(error, most.error) > 0) {
          most = { output, error, at: problem.lift(answer.point) };
        }
      }
    }
    return most;
  }
}
