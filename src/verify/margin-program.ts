/**
 * max s subject to g_m + G_m . z >= s for all rows m and -1 <= z <= 1: whether rows can hold together, and multipliers that say why not.
 *
 * A bounded primal simplex method on a dense dictionary in doubles. What it says is only a proposal.
 */
import { PROPOSAL_NOISE } from '../exact/index.js';

const STEPS = 400;

/** What a program came to. */
export interface MarginAnswer {
  /** max s, up to rounding. */
  readonly margin: number;
  /** One multiplier for every row; they add up to 1. Overwritten by the next call. */
  readonly multipliers: Float64Array;
  /** A point that attains it. Overwritten by the next call. */
  readonly point: Float64Array;
}

/** Room for programs of any size; grows as needed. */
export class MarginProgram {
  /** Row m: its `symbols` coefficients, then its constant. */
  rows = new Float64Array(1024);
  private count = 0;
  private symbols = 0;
  private A = new Float64Array(1024);
  private nonbasic = new Int32Array(64);
  private value = new Float64Array(64);
  private basic = new Int32Array(64);
  private basicValue = new Float64Array(64);
  private multipliers = new Float64Array(64);
  private point = new Float64Array(64);
  /** Pivots made so far. */
  pivots = 0;
  calls = 0;

  /** Starts a new program. */
  begin(symbols: number): void {
    this.count = 0;
    this.symbols = symbols;
  }

  get size(): number {
    return this.count;
  }

  /** Adds a row of zeros and says where it begins. */
  addRow(): number {
    const width = this.symbols + 1;
    const at = this.count * width;
    if (this.rows.length < at + width) {
      const larger = new Float64Array(2 * (at + width));
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows.fill(0, at, at + width);
    this.count++;
    return at;
  }

  private reserve(m: number, columns: number) {
    if (this.A.length < m * columns) this.A = new Float64Array(2 * m * columns);
    if (this.nonbasic.length < columns) {
      this.nonbasic = new Int32Array(2 * columns);
      this.value = new Float64Array(2 * columns);
      this.point = new Float64Array(2 * columns);
    }
    if (this.basic.length < m) {
      this.basic = new Int32Array(2 * m);
      this.basicValue = new Float64Array(2 * m);
      this.multipliers = new Float64Array(2 * m);
    }
  }

  /** @param enough the search ends as soon as s is above this */
  solve(enough: number): MarginAnswer {
    this.calls++;
    const { symbols: n, count: m, rows } = this;
    const width = n + 1;
    const columns = n + 1;
    this.reserve(m, columns);
    const { A, nonbasic, value, basic, basicValue } = this;
    // Every symbol at the end that the sum of the rows prefers; the least row decides s.
    let least = 0;
    let leastValue = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += rows[i * width + j]!;
      nonbasic[j] = j;
      value[j] = sum >= 0 ? 1 : -1;
    }
    for (let i = 0; i < m; i++) {
      let sum = rows[i * width + n]!;
      for (let j = 0; j < n; j++) sum += rows[i * width + j]! * value[j]!;
      basicValue[i] = sum;
      if (sum < leastValue) {
        leastValue = sum;
        least = i;
      }
    }
    // Variables: symbols 0 .. n - 1, slacks n .. n + m - 1, s.
    const s = n + m;
    nonbasic[n] = n + least;
    value[n] = 0;
    for (let i = 0; i < m; i++) {
      const at = i * columns;
      if (i === least) continue;
      for (let j = 0; j < n; j++) A[at + j] = rows[i * width + j]! - rows[least * width + j]!;
      A[at + n] = 1;
      basic[i] = n + i;
      basicValue[i]! -= leastValue;
    }
    const sAt = least * columns;
    for (let j = 0; j < n; j++) A[sAt + j] = rows[least * width + j]!;
    A[sAt + n] = -1;
    basic[least] = s;
    basicValue[least] = leastValue;
    for (let step = 0; step < STEPS && basicValue[least]! <= enough; step++) {
      if (!this.pivot(least, m, columns, n)) break;
    }
    return this.answer(least, m, columns, n);
  }

  /** One step; false at an optimum. */
  private pivot(sRow: number, m: number, columns: number, n: number): boolean {
    const { A, nonbasic, value, basic, basicValue } = this;
    const sAt = sRow * columns;
    let entering = -1;
    let best = PROPOSAL_NOISE;
    for (let j = 0; j < columns; j++) {
      const d = A[sAt + j]!;
      // A symbol moves from one end to the other, a slack up from 0.
      const gain = nonbasic[j]! < n ? -d * value[j]! : d;
      if (gain > best) {
        best = gain;
        entering = j;
      }
    }
    if (entering < 0) return false;
    const variable = nonbasic[entering]!;
    const isSymbol = variable < n;
    const sense = isSymbol ? -value[entering]! : 1;
    let step = isSymbol ? 2 : Number.POSITIVE_INFINITY;
    let leaving = -1;
    let size = 0;
    let leavesAt = 0;
    for (let i = 0; i < m; i++) {
      if (i === sRow) continue;
      const a = A[i * columns + entering]! * sense;
      const magnitude = Math.abs(a);
      if (magnitude < PROPOSAL_NOISE) continue;
      const isBasicSymbol = basic[i]! < n;
      let room: number;
      let end: number;
      if (a < 0) {
        end = isBasicSymbol ? -1 : 0;
        room = (basicValue[i]! - end) / magnitude;
      } else {
        if (!isBasicSymbol) continue;
        end = 1;
        room = (1 - basicValue[i]!) / magnitude;
      }
      if (room < 0) room = 0;
      if (room < step || (room === step && magnitude > size)) {
        step = room;
        leaving = i;
        size = magnitude;
        leavesAt = end;
      }
    }
    if (step === Number.POSITIVE_INFINITY) return false;
    this.pivots++;
    const move = sense * step;
    for (let i = 0; i < m; i++) basicValue[i]! += A[i * columns + entering]! * move;
    if (leaving < 0) {
      value[entering] = -value[entering]!;
      return true;
    }
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
    const enters = value[entering]! + move;
    nonbasic[entering] = basic[leaving]!;
    value[entering] = leavesAt;
    basic[leaving] = variable;
    basicValue[leaving] = enters;
    return true;
  }

  private answer(sRow: number, m: number, columns: number, n: number): MarginAnswer {
    const { A, nonbasic, value, basic, basicValue, multipliers, point } = this;
    multipliers.fill(0, 0, m);
    for (let j = 0; j < columns; j++) {
      const variable = nonbasic[j]!;
      if (variable < n) point[variable] = value[j]!;
      else multipliers[variable - n] = Math.max(0, -A[sRow * columns + j]!);
    }
    for (let i = 0; i < m; i++) if (basic[i]! < n) point[basic[i]!] = Math.min(1, Math.max(-1, basicValue[i]!));
    return { margin: basicValue[sRow]!, multipliers, point };
  }
}
