/**
 * Affine maps of cells as doubles, for pictures and statistics: what is read off them decides nothing.
 */
import { nearestDouble, toDouble } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Cell } from './enumerate.js';
import { outputDenominator } from './maps.js';
import { frameOf, rowInInputs, type VariableFrame } from './variable-frame.js';

/** Rows whose derived error bound times this is below their size are taken as they are; others are computed exactly. */
const ACCURACY = 2 ** 30;

/** A list that grows. */
interface Entries {
  push(value: number): unknown;
}

/** The affine maps of the cells of one walk, in the free inputs. */
export class RoundedMaps {
  readonly frame: VariableFrame;
  /** Entries per output: one slope for every free input, then the constant. */
  readonly stride: number;

  constructor(private readonly problem: PartitionProblem) {
    this.frame = frameOf(problem);
    this.stride = this.frame.input.length + 1;
  }

  /** The map of a cell: outputs x (slopes, constant), every function within 2^-30 of its own size on the domain. */
  of(cell: Cell): number[] {
    const entries: number[] = [];
    this.append(cell, entries);
    return entries;
  }

  /** Appends the map of a cell to a list. */
  append(cell: Cell, entries: Entries): void {
    const { outputLayer } = cell;
    const { width } = this.problem.layers[outputLayer]!;
    for (let k = 0; k < width; k++) {
      if (!this.nearRow(cell, k, entries)) this.exactRow(cell, k, entries);
    }
  }

  /** The row in doubles if that is accurate. */
  private nearRow({ rows, outputLayer }: Cell, k: number, entries: Entries): boolean {
    const { plainCoordinates, biasSlot } = this.problem;
    const mass = rows.mass[outputLayer]![k]!;
    if (!plainCoordinates || !(rows.error[outputLayer]![k]! * ACCURACY <= mass) || !Number.isFinite(mass)) return false;
    const data = rows.rows[outputLayer]!;
    const at = k * rows.stride;
    for (let v = 0; v < this.stride - 1; v++) entries.push(data[at + v]!);
    entries.push(data[at + biasSlot]!);
    return true;
  }

  private exactRow(cell: Cell, k: number, entries: Entries) {
    const row = cell.exact.row(cell.outputLayer, k);
    const denominator = outputDenominator(cell);
    if (this.problem.plainCoordinates) {
      for (let v = 0; v < this.stride - 1; v++) entries.push(nearestDouble(row[v]!, denominator));
      entries.push(nearestDouble(row[this.problem.biasSlot]!, denominator));
      return;
    }
    const { coefficients, constant } = rowInInputs(this.problem, this.frame, row, denominator);
    for (const input of this.frame.input) entries.push(toDouble(coefficients[input]!));
    entries.push(toDouble(constant));
  }
}
