/**
 * Linear programs over the symbols of a relaxation: the points with g_m + G_m . t >= 0 for all rows m and -1 <= t <= 1.
 *
 * One bounded simplex method in doubles, warm-started throughout: first the largest s with g_m + G_m . t >= s for all rows (how far the rows are
 * from excluding each other, and multipliers that say why where s < 0); then, by the dual method, the same with rows added; then the
 * greatest values of affine forms where the rows hold. What it says is only a proposal.
 */
import { type ProgramRoom, programRoom, type SearchArithmetic } from './arithmetic/memory.js';

/** Steps of one program at most. */
const STEPS = 400;
const FIRST_ROWS = 32;
const FIRST_COLUMNS = 16;
/** Programs of fewer columns are faster than the way to WebAssembly. */
const FEWEST_COLUMNS = 32;

/** Room for programs of any size; grows as needed. */
export class RelaxedProgram {
  /** One multiplier for every row at the last optimum, once it is read. */
  multipliers = new Float64Array(FIRST_ROWS);
  /** The point that attains it, once it is read. */
  point = new Float64Array(FIRST_COLUMNS);
  /** Programs solved so far. */
  calls = 0;
  private maxRows = FIRST_ROWS;
  private maxColumns = FIRST_COLUMNS;
  private room: ProgramRoom;
  private count = 0;
  private symbols = 0;
  /** How many rows the dictionary has. */
  private placed = 0;
  private pivotsBefore = 0;

  constructor(private readonly arithmetic: SearchArithmetic = 'wasm') {
    this.room = programRoom(FIRST_ROWS, FIRST_COLUMNS, 'plain');
  }

  get pivots(): number {
    return this.pivotsBefore + this.room.method.pivots;
  }

  /** Starts a new program. */
  begin(symbols: number): void {
    this.count = 0;
    this.placed = 0;
    this.symbols = symbols;
    if (symbols >= this.maxColumns) this.grow(this.maxRows, 2 * (symbols + 1));
  }

  get size(): number {
    return this.count;
  }

  /** Row m as it was given: its `symbols` coefficients, then its constant. Valid until a row is added. */
  get rows(): Float64Array {
    return this.room.rows;
  }

  /** A form of `symbols` coefficients and a constant, for `maximise`. Valid until a row is added. */
  get form(): Float64Array {
    return this.room.form;
  }

  /** Adds a row of zeros and says where it begins. */
  addRow(): number {
    const width = this.symbols + 1;
    if (this.count === this.maxRows) this.grow(2 * this.maxRows, this.maxColumns);
    const at = this.count * width;
    this.rows.fill(0, at, at + width);
    this.count++;
    return at;
  }

  private grow(rows: number, columns: number) {
    const old = this.room;
    const room = programRoom(rows, columns, columns < FEWEST_COLUMNS ? 'plain' : this.arithmetic);
    for (const key of ['A', 'objective', 'value', 'basicValue', 'nonbasic', 'basic', 'rows'] as const) {
      room[key].set(old[key]);
    }
    room.method.objectiveValue = old.method.objectiveValue;
    this.pivotsBefore += old.method.pivots;
    this.room = room;
    this.maxRows = rows;
    this.maxColumns = columns;
    this.multipliers = new Float64Array(rows);
    this.point = new Float64Array(columns);
  }

  /** The largest s; there is at least one row. */
  solve(): number {
    this.calls++;
    this.build();
    return this.ascend(true, Number.POSITIVE_INFINITY);
  }

  /** The largest s with the rows added since the last call of `solve` or `extend`, from the optimum so far. */
  extend(): number {
    const { room, symbols: n } = this;
    this.calls++;
    for (let m = this.placed; m < this.count; m++) {
      const at = m * (n + 1);
      room.basicValue[m] = room.method.express(room.rows, at, n, m, 1, room.A, at);
      room.basic[m] = n + 1 + m;
      this.placed = m + 1;
    }
    if (!room.method.repair(n, this.count, STEPS)) this.build();
    return this.ascend(true, Number.POSITIVE_INFINITY);
  }

  private ascend(isFree: boolean, enough: number): number {
    const { method } = this.room;
    method.ascend(this.symbols, this.placed, isFree, enough, STEPS);
    return method.objectiveValue;
  }

  /** Every symbol at the end that the sum of the rows prefers; the least row decides s. */
  private build() {
    const { symbols: n, count: m } = this;
    const { rows, A, nonbasic, value, basic, basicValue, objective, method } = this.room;
    const columns = n + 1;
    let least = 0;
    let leastValue = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += rows[i * columns + j]!;
      nonbasic[j] = j;
      value[j] = sum >= 0 ? 1 : -1;
    }
    for (let i = 0; i < m; i++) {
      let sum = rows[i * columns + n]!;
      for (let j = 0; j < n; j++) sum += rows[i * columns + j]! * value[j]!;
      basicValue[i] = sum;
      if (sum < leastValue) {
        leastValue = sum;
        least = i;
      }
    }
    nonbasic[n] = n + 1 + least;
    value[n] = 0;
    const sAt = least * columns;
    for (let i = 0; i < m; i++) {
      const at = i * columns;
      if (i === least) continue;
      for (let j = 0; j < n; j++) A[at + j] = rows[at + j]! - rows[sAt + j]!;
      A[at + n] = 1;
      basic[i] = n + 1 + i;
      basicValue[i]! -= leastValue;
    }
    for (let j = 0; j < n; j++) {
      A[sAt + j] = rows[sAt + j]!;
      objective[j] = A[sAt + j]!;
    }
    A[sAt + n] = -1;
    objective[n] = -1;
    basic[least] = n;
    basicValue[least] = leastValue;
    method.objectiveValue = leastValue;
    this.placed = m;
  }

  /**
   * The greatest value of `form` where all rows are nonnegative, from the vertex of the last call; s >= 0 there. No rows can be added
   * after that.
   *
   * @param enough the search ends as soon as the value is above this
   */
  maximise(enough: number): number {
    const { room } = this;
    this.calls++;
    room.method.objectiveValue = room.method.express(room.form, 0, this.symbols, this.placed, 0, room.objective, 0);
    return this.ascend(false, enough);
  }

  /** Reads the multipliers of the last optimum. */
  readMultipliers(): Float64Array {
    const { symbols: n, count, multipliers } = this;
    const { nonbasic, objective } = this.room;
    multipliers.fill(0, 0, count);
    for (let j = 0; j <= n; j++) {
      const variable = nonbasic[j]!;
      if (variable > n) multipliers[variable - n - 1] = Math.max(0, -objective[j]!);
    }
    return multipliers;
  }

  /** Reads the point of the last vertex. */
  readPoint(): Float64Array {
    const { symbols: n, placed, point } = this;
    const { nonbasic, value, basic, basicValue } = this.room;
    for (let j = 0; j <= n; j++) if (nonbasic[j]! < n) point[nonbasic[j]!] = value[j]!;
    for (let i = 0; i < placed; i++) if (basic[i]! < n) point[basic[i]!] = Math.min(1, Math.max(-1, basicValue[i]!));
    return point;
  }
}
