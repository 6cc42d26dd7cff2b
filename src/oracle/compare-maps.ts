/**
 * Claimed affine maps against the exact ones of the cells they are claimed for.
 */
import { type Cell, patternOf, patternText } from '../analysis/cells.js';
import { frameOf, mapOf, outputDenominator, outputRows } from '../analysis/maps.js';
import { constraintRow } from '../analysis/polytope.js';
import { integersFromRationals } from '../exact/integers.js';
import { add, compare, multiply, type Rational, rational } from '../exact/rational.js';
import type { PartitionProblem } from '../partition/problem.js';
import type { ClaimedMap, Precision } from './claim.js';
import { numberError } from './matching.js';
import { maximiseOverBox } from './pattern-rows.js';
import type { WrongMap, WrongNumber } from './verdict.js';

/** The claimed entries that matter on a domain: columns of free inputs, constants with the fixed inputs in them. */
interface MapOnDomain {
  /** outputs x inputs; 0 for fixed inputs. */
  readonly jacobian: readonly (readonly Rational[])[];
  readonly constant: readonly Rational[];
}

/** Compares maps with those of cells of one problem. */
export class MapComparison {
  private readonly frame;
  private readonly fixed: readonly (readonly [input: number, value: Rational])[];

  constructor(
    private readonly problem: PartitionProblem,
    private readonly maps: readonly ClaimedMap[],
    private readonly precision: Precision,
  ) {
    this.frame = frameOf(problem);
    const anywhere = problem.lift({
      numerators: Array.from({ length: problem.variables }, (_, i) =>
        problem.homogeneous && i === problem.biasSlot ? 1n : 0n,
      ),
      denominator: 1n,
    });
    this.fixed = anywhere.flatMap((value, i) => (this.frame.input.includes(i) ? [] : [[i, value] as const]));
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
    return most;
  }

  /** All about a wrong map. Cost: two linear programs per output. */
  describe(cell: Cell, wrong: WrongNumber): WrongMap {
    const worst = this.worst(cell, wrong.claim);
    return { ...wrong, pattern: patternText(patternOf(cell)), ...(worst && { worst }) };
  }

  private onDomain({ jacobian, constant }: ClaimedMap): MapOnDomain {
    if (this.fixed.length === 0) return { jacobian, constant };
    return {
      jacobian,
      constant: constant.map((c, k) =>
        this.fixed.reduce((sum, [i, value]) => add(sum, multiply(jacobian[k]![i]!, value)), c),
      ),
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
