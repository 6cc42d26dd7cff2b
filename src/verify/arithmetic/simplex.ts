/**
 * The simplex method on the dictionary of a `RelaxedProgram`, in plain TypeScript: what `assembly/search.ts` does faster, to the bit.
 *
 * Basic variable i is basicValue[i] + sum_j A_ij (x_j - value[j]) over the nonbasic ones. Variables: symbols 0 .. n - 1 over [-1, 1], then s, then
 * the slacks of the rows, at least 0. Nonbasic symbols are at an end of their interval, the others at 0.
 *
 * Sources: Chvatal, Linear Programming (1983), chapters 3, 8 and 10; Maros, Computational Techniques of the Simplex Method (2003), 10.2
 * (the dual method with steps across bounds).
 */
import { PROPOSAL_NOISE } from '../../exact/index.js';

/** A dictionary; row i of A has n + 1 entries. */
export interface Dictionary {
  readonly A: Float64Array;
  readonly objective: Float64Array;
  readonly value: Float64Array;
  readonly basicValue: Float64Array;
  readonly nonbasic: Int32Array;
  readonly basic: Int32Array;
}

/** The method on one dictionary with n symbols and m rows. */
export interface SimplexMethod {
  /** The value of the objective at the vertex. */
  objectiveValue: number;
  /** Exchanges of variables so far. */
  readonly pivots: number;
  /**
   * target := the affine form data . (t, 1) - sFactor s in the nonbasic variables.
   *
   * @returns its value at the vertex
   */
  express(
    data: Float64Array,
    from: number,
    n: number,
    m: number,
    sFactor: number,
    target: Float64Array,
    at: number,
  ): number;
  /** The primal method, until the objective is above `enough`. @param isFree whether s may be negative */
  ascend(n: number, m: number, isFree: boolean, enough: number, steps: number): void;
  /** The dual method: from an optimum over bounds to one within them; false if there seems to be none. */
  repair(n: number, m: number, steps: number): boolean;
}

/** The method in plain TypeScript. */
export class PlainSimplex implements SimplexMethod {
  objectiveValue = 0;
  pivots = 0;

  constructor(private readonly dictionary: Dictionary) {}

  express(
    data: Float64Array,
    from: number,
    n: number,
    m: number,
    sFactor: number,
    target: Float64Array,
    at: number,
  ): number {
    const { A, nonbasic, value, basic, basicValue } = this.dictionary;
    const columns = n + 1;
    let sum = data[from + n]!;
    for (let j = 0; j < columns; j++) {
      const v = nonbasic[j]!;
      const c = v < n ? data[from + v]! : v === n ? -sFactor : 0;
      target[at + j] = c;
      sum += c * value[j]!;
    }
    for (let i = 0; i < m; i++) {
      const v = basic[i]!;
      const c = v < n ? data[from + v]! : v === n ? -sFactor : 0;
      if (c === 0) continue;
      sum += c * basicValue[i]!;
      const row = i * columns;
      for (let j = 0; j < columns; j++) target[at + j]! += c * A[row + j]!;
    }
    return sum;
  }

  ascend(n: number, m: number, isFree: boolean, enough: number, steps: number): void {
    for (let s = 0; s < steps && this.objectiveValue <= enough; s++) if (!this.step(n, m, isFree)) return;
  }

  /** One step of the primal method; false at an optimum. */
  private step(n: number, m: number, isFree: boolean): boolean {
    const { nonbasic, value, objective } = this.dictionary;
    let entering = -1;
    let best = PROPOSAL_NOISE;
    for (let j = 0; j <= n; j++) {
      const d = objective[j]!;
      // A symbol moves from one end to the other, another variable up from 0.
      const gain = nonbasic[j]! < n ? -d * value[j]! : d;
      if (gain > best) {
        best = gain;
        entering = j;
      }
    }
    if (entering < 0) return false;
    const isSymbol = nonbasic[entering]! < n;
    const sense = isSymbol ? -value[entering]! : 1;
    const { leaving, most, end } = this.blocking(
      entering,
      sense,
      isSymbol ? 2 : Number.POSITIVE_INFINITY,
      n,
      m,
      isFree,
    );
    if (most === Number.POSITIVE_INFINITY) return false;
    if (leaving >= 0) this.exchange(leaving, entering, n, m, sense * most, end);
    else {
      this.shift(entering, n + 1, m, sense * most);
      value[entering] = -value[entering]!;
    }
    return true;
  }

  /** Which basic variable is the first to reach an end when a nonbasic one moves. */
  private blocking(entering: number, sense: number, limit: number, n: number, m: number, isFree: boolean) {
    const { A, basic, basicValue } = this.dictionary;
    let most = limit;
    let leaving = -1;
    let size = 0;
    let leavesAt = 0;
    for (let i = 0; i < m; i++) {
      const v = basic[i]!;
      if (v === n && isFree) continue;
      const a = A[i * (n + 1) + entering]! * sense;
      const magnitude = Math.abs(a);
      if (magnitude < PROPOSAL_NOISE) continue;
      let room: number;
      let end: number;
      if (a < 0) {
        end = v < n ? -1 : 0;
        room = (basicValue[i]! - end) / magnitude;
      } else {
        if (v >= n) continue;
        end = 1;
        room = (1 - basicValue[i]!) / magnitude;
      }
      if (room < 0) room = 0;
      if (room < most || (room === most && magnitude > size)) {
        most = room;
        leaving = i;
        size = magnitude;
        leavesAt = end;
      }
    }
    return { leaving, most, end: leavesAt };
  }

  repair(n: number, m: number, steps: number): boolean {
    const { basic, basicValue } = this.dictionary;
    for (let s = 0; s < steps; s++) {
      let row = -1;
      let worst = PROPOSAL_NOISE;
      let end = 0;
      for (let i = 0; i < m; i++) {
        const v = basic[i]!;
        const x = basicValue[i]!;
        if (v === n) continue;
        const low = v < n ? -1 : 0;
        if (low - x > worst) {
          worst = low - x;
          row = i;
          end = low;
        } else if (v < n && x - 1 > worst) {
          worst = x - 1;
          row = i;
          end = 1;
        }
      }
      if (row < 0) return true;
      if (!this.settle(row, end, n, m)) return false;
    }
    return false;
  }

  /** Brings the basic variable of a row to an end; symbols that stop too soon go across to their other one. */
  private settle(row: number, end: number, n: number, m: number): boolean {
    const { A, basicValue, nonbasic, value } = this.dictionary;
    const at = row * (n + 1);
    const rises = basicValue[row]! < end;
    for (let flips = 0; flips <= n + 1; flips++) {
      const entering = this.cheapest(at, rises, n);
      if (entering < 0) return false;
      const move = (end - basicValue[row]!) / A[at + entering]!;
      if (nonbasic[entering]! >= n || Math.abs(move) <= 2) {
        this.exchange(row, entering, n, m, move, end);
        return true;
      }
      this.shift(entering, n + 1, m, -2 * value[entering]!);
      value[entering] = -value[entering]!;
    }
    return false;
  }

  /** The nonbasic variable that moves a row in the wanted sense and costs the objective least. */
  private cheapest(at: number, rises: boolean, n: number): number {
    const { A, nonbasic, value, objective } = this.dictionary;
    let entering = -1;
    let best = Number.POSITIVE_INFINITY;
    let size = 0;
    for (let j = 0; j <= n; j++) {
      const a = A[at + j]!;
      const magnitude = Math.abs(a);
      if (magnitude < PROPOSAL_NOISE) continue;
      const sense = nonbasic[j]! < n ? -value[j]! : 1;
      if (a * sense > 0 !== rises) continue;
      const ratio = Math.abs(objective[j]!) / magnitude;
      if (ratio < best || (ratio === best && magnitude > size)) {
        best = ratio;
        entering = j;
        size = magnitude;
      }
    }
    return entering;
  }

  /** Moves a nonbasic variable. */
  private shift(j: number, columns: number, m: number, move: number) {
    const { A, basicValue, objective } = this.dictionary;
    for (let i = 0; i < m; i++) basicValue[i]! += A[i * columns + j]! * move;
    this.objectiveValue += objective[j]! * move;
  }

  /** Moves the nonbasic variable `entering` to where the basic one of row `leaving` reaches an end: they change places. */
  private exchange(leaving: number, entering: number, n: number, m: number, move: number, leavesAt: number) {
    const { A, nonbasic, value, basic, basicValue, objective } = this.dictionary;
    const columns = n + 1;
    this.pivots++;
    this.shift(entering, columns, m, move);
    const p = leaving * columns;
    const inverse = 1 / A[p + entering]!;
    for (let j = 0; j < columns; j++) A[p + j]! *= -inverse;
    A[p + entering] = inverse;
    for (let i = 0; i < m; i++) {
      if (i === leaving) continue;
      const at = i * columns;
      const a = A[at + entering]!;
      if (a === 0) continue;
      A[at + entering] = 0;
      for (let j = 0; j < columns; j++) A[at + j]! += a * A[p + j]!;
    }
    const d = objective[entering]!;
    objective[entering] = 0;
    for (let j = 0; j < columns; j++) objective[j]! += d * A[p + j]!;
    const enters = value[entering]! + move;
    const variable = nonbasic[entering]!;
    nonbasic[entering] = basic[leaving]!;
    value[entering] = leavesAt;
    basic[leaving] = variable;
    basicValue[leaving] = enters;
  }
}
