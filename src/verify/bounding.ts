/**
 * What the relaxation says at one node: which disjuncts it closes, and which sides of neurons all unsafe points are on. Programs in
 * doubles propose the multipliers; what is written is what the checker's own rule accepts.
 */
import {
  AGAIN,
  CLOSED,
  IMPLIED_SIDE,
  type RecordWriter,
  truncatedTo16Bits,
  writeWeightedRows,
} from '../certificate/index.js';
import { closes, type LoweredUnsafe, Relaxation, type Supposed } from '../checker/index.js';
import { longestEntry } from '../exact/index.js';
import type { Network } from '../network/index.js';
import { formArithmetic, type SearchArithmetic } from './arithmetic/memory.js';
import { RelaxedProgram } from './relaxed-program.js';
import {
  addCondition,
  addNeuron,
  cutValues,
  type DoubleCondition,
  doubleCondition,
  formOf,
  NEGATIVE_CUT,
  POSITIVE_CUT,
  SIDE_ROW,
  valueAt,
} from './relaxed-rows.js';

/** With more open neurons than this, cuts and implied sides are not tried. */
const CUT_LIMIT = 40;
/** Rounds of adding violated rows. */
const ROUNDS = 4;
const ROWS_AT_ONCE = 12;
/** Rows are worth adding that a point violates by more than this part of what they can come to. */
const VIOLATION = 2 ** -7;

/** What a disjunct came to at a node that it stays open at. */
export interface Remaining {
  readonly disjunct: number;
  readonly margin: number;
  /** Weights of the conditions. */
  readonly weights: Float64Array;
  /** The symbols at a point where no row of the program is violated. */
  readonly point: Float64Array;
  /** The rows of the program, by their numbers of `checker/closing.ts`. */
  readonly numbers: readonly number[];
}

interface Combination {
  readonly rows: readonly number[];
  readonly values: readonly number[];
}

export class Bounding {
  readonly relaxation: Relaxation;
  readonly conditions: readonly (readonly DoubleCondition[])[];
  /** The conditions that are no bounds of single inputs: those the box has already. */
  readonly beyondBounds: readonly (readonly number[])[];
  private readonly program: RelaxedProgram;
  private readonly layerOf: Int32Array;
  /** The disjunct that the program is about. */
  private last = -1;

  constructor(
    network: Network,
    private readonly lowered: LoweredUnsafe,
    private readonly records: RecordWriter,
    arithmetic: SearchArithmetic,
  ) {
    this.relaxation = new Relaxation(network, formArithmetic(network, arithmetic));
    this.program = new RelaxedProgram(arithmetic);
    this.conditions = lowered.rows.map((rows) =>
      rows.map((row) => doubleCondition(row, longestEntry([...row.inputs, ...row.outputs, row.constant]))),
    );
    this.beyondBounds = lowered.rows.map((rows) =>
      rows.flatMap(({ inputs, outputs }, c) =>
        outputs.every((a) => a === 0n) && inputs.filter((a) => a !== 0n).length <= 1 ? [] : [c],
      ),
    );
    this.layerOf = Int32Array.from(network.layers.flatMap(({ slopes }, l) => slopes.map(() => l)));
  }

  get linearPrograms(): number {
    return this.program.calls;
  }

  /** Closes a disjunct at the node that the relaxation was evaluated on, or says what it came to. */
  bound(disjunct: number, sides: Int8Array): Remaining | undefined {
    const { relaxation, program } = this;
    const conditions = this.conditions[disjunct]!;
    this.last = disjunct;
    program.begin(relaxation.symbols);
    const numbers = [...this.beyondBounds[disjunct]!];
    for (const c of numbers) addCondition(program, relaxation, conditions[c]!);
    if (numbers.length === 0) for (const row of this.sideRows(sides)) this.addRow(numbers, conditions.length, row);
    if (numbers.length === 0) return this.remaining(disjunct, 0, numbers);
    let margin = program.solve();
    for (let round = 0; round < ROUNDS && margin >= 0; round++) {
      const violated = this.violatedRows(program.readPoint(), numbers, conditions.length);
      if (violated.length === 0) break;
      for (const row of violated) this.addRow(numbers, conditions.length, row);
      const before = margin;
      margin = program.extend();
      // What gains little will not close the node.
      if (4 * margin > 3 * before) break;
    }
    program.readMultipliers();
    if (margin < 0 && this.close(disjunct, numbers)) return undefined;
    program.readPoint();
    return this.remaining(disjunct, margin, numbers);
  }

  private remaining(disjunct: number, margin: number, numbers: readonly number[]): Remaining {
    const { program, relaxation } = this;
    const weights = new Float64Array(this.conditions[disjunct]!.length);
    const point = new Float64Array(relaxation.symbols);
    if (numbers.length > 0) {
      point.set(program.point.subarray(0, point.length));
      this.beyondBounds[disjunct]!.forEach((c, r) => {
        weights[c] = program.multipliers[r]!;
      });
    }
    return { disjunct, margin, weights, point, numbers };
  }

  private addRow(numbers: number[], conditions: number, row: number) {
    const neuron = Math.floor(row / 3);
    const layer = this.layerOf[neuron]!;
    addNeuron(this.program, this.relaxation, layer, neuron - this.relaxation.layers[layer]!.offset, row % 3);
    numbers.push(conditions + row);
  }

  /** The rows of all sides that bounds do not show. */
  private sideRows(sides: Int8Array): number[] {
    const found: number[] = [];
    for (let neuron = 0; neuron < sides.length; neuron++) {
      if (sides[neuron] === 0) continue;
      const { status, offset } = this.relaxation.layers[this.layerOf[neuron]!]!;
      if (Math.abs(status[neuron - offset]!) === 2) found.push(3 * neuron + SIDE_ROW);
    }
    return found;
  }

  /** The rows of neurons that a point violates most. */
  private violatedRows(point: Float64Array, numbers: readonly number[], conditions: number): number[] {
    const { relaxation } = this;
    const known = new Set(numbers);
    const found: { readonly value: number; readonly row: number }[] = [];
    const note = (value: number, row: number) => {
      if (value < -VIOLATION && !known.has(conditions + row)) found.push({ value, row });
    };
    const withCuts = relaxation.open <= CUT_LIMIT;
    for (const [l, layer] of relaxation.layers.entries()) {
      const { status, offset, reach, before } = layer;
      for (let k = 0; k < status.length; k++) {
        const row = 3 * (offset + k);
        if (status[k] === 0 && withCuts) {
          const [negative, positive] = cutValues(relaxation, l, k, point);
          note(negative, row + NEGATIVE_CUT);
          note(positive, row + POSITIVE_CUT);
        } else if (Math.abs(status[k]!) === 2) {
          const value = (status[k]! / 2) * valueAt(layer, k, point) * 2 ** before.unit;
          note(value / reach[k]!, row + SIDE_ROW);
        }
      }
    }
    found.sort((a, b) => a.value - b.value);
    return found.slice(0, ROWS_AT_ONCE).map(({ row }) => row);
  }

  /** The program's rows with positive multipliers, those as doubles that stand for the integers of the rows. */
  private combination(disjunct: number, numbers: readonly number[]): Combination {
    const conditions = this.conditions[disjunct]!;
    const { multipliers } = this.program;
    const rows: number[] = [];
    const values: number[] = [];
    for (const [r, row] of numbers.entries()) {
      if (!(multipliers[r]! > 0)) continue;
      rows.push(row);
      values.push(multipliers[r]! * 2 ** -(conditions[row]?.scale ?? 0));
    }
    return { rows, values };
  }

  /** The shortest form of a combination that closes a disjunct. */
  private shortest(disjunct: number, { rows, values }: Combination, supposed?: Supposed) {
    for (const form of [0, 1, 2] as const) {
      const short = values.map((v) => (form === 0 ? truncatedTo16Bits(v) : form === 1 ? Math.fround(v) : v));
      if (!short.every((v) => v > 0 && Number.isFinite(v))) continue;
      const by = { rows, values: short };
      if (closes(this.relaxation, this.lowered.rows[disjunct]!, by, supposed)) return { form, by };
    }
    return undefined;
  }

  /** Writes the record of a closed disjunct. */
  private close(disjunct: number, numbers: readonly number[]): boolean {
    const found = this.shortest(disjunct, this.combination(disjunct, numbers));
    if (found === undefined) return false;
    this.records.byte(CLOSED);
    this.records.varint(disjunct);
    writeWeightedRows(this.records, found.form, found.by);
    return true;
  }

  /**
   * Sides of open neurons that all unsafe points of the node are on, where one disjunct is open, bounded before: for every neuron that no
   * point of the program was seen on both sides of, the side where none was seen is tried.
   *
   * @returns the sides with those implied, which are written; undefined if there are none
   */
  imply({ disjunct, numbers, point }: Remaining, sides: Int8Array): Int8Array | undefined {
    const { relaxation, program } = this;
    if (relaxation.open === 0 || relaxation.open > CUT_LIMIT || numbers.length === 0) return undefined;
    if (this.last !== disjunct) this.bound(disjunct, sides);
    const seen = new Uint8Array(relaxation.neurons);
    this.see(point, seen);
    let implied: Int8Array | undefined;
    for (const layer of relaxation.layers) {
      for (let k = 0; k < layer.status.length; k++) {
        const neuron = layer.offset + k;
        if (layer.status[k] !== 0 || seen[neuron] === BOTH) continue;
        const side = seen[neuron] === POSITIVE ? 1 : -1;
        formOf(layer, k, -side, relaxation.symbols, program.form);
        if (program.maximise(0) >= 0) {
          this.see(program.readPoint(), seen);
          continue;
        }
        program.readMultipliers();
        if (!this.writeImplied(disjunct, this.combination(disjunct, numbers), neuron, side)) continue;
        implied ??= sides.slice();
        implied[neuron] = side;
      }
    }
    if (implied !== undefined) this.records.byte(AGAIN);
    return implied;
  }

  private writeImplied(disjunct: number, { rows, values }: Combination, neuron: number, side: 1 | -1): boolean {
    const supposed = { neuron, side: -side as 1 | -1 };
    const row = this.conditions[disjunct]!.length + 3 * neuron + SIDE_ROW;
    const found = this.shortest(disjunct, { rows: [...rows, row], values: [...values, 1] }, supposed);
    if (found === undefined) return false;
    this.records.byte(IMPLIED_SIDE);
    this.records.varint(neuron);
    this.records.byte(side > 0 ? 1 : 0);
    writeWeightedRows(this.records, found.form, found.by);
    return true;
  }

  /** Notes on which sides of open neurons a point is. */
  private see(point: Float64Array, seen: Uint8Array) {
    for (const layer of this.relaxation.layers) {
      for (let k = 0; k < layer.status.length; k++) {
        const neuron = layer.offset + k;
        if (layer.status[k] !== 0 || seen[neuron] === BOTH) continue;
        seen[neuron]! |= valueAt(layer, k, point) > 0 ? POSITIVE : NEGATIVE;
      }
    }
  }
}

const NEGATIVE = 1;
const POSITIVE = 2;
const BOTH = 3;
