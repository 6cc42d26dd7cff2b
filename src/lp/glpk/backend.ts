/**
 * The `glpk` backend: GLPK compiled to WebAssembly (glpk.js), the solver every result can be rerun with.
 *
 * glpk.js rebuilds the problem from names on every call and returns neither a basis nor a Farkas ray; its statuses and
 * values are tolerant. All it is asked for is a point and multipliers, which the caller proves or drops.
 *
 * - `presol: false`: with the presolver, infeasible and unbounded both come back as undefined, and x <= 0, x >= 1e-5 as optimal.
 * - Variables not listed under `bounds` would be nonnegative, so all are listed.
 * - A NaN aborts the WebAssembly instance, so only finite numbers are passed. Rows are scaled by powers of two, which is
 *   exact, so that their largest coefficient has size 1: GLPK's tolerances are absolute.
 */
import createGlpk, { type GLPK, type LP } from 'glpk.js/node';
import { PROPOSAL_NOISE } from '../../exact/index.js';
import type { LpBackend, LpSession, ProposalStatus } from '../index.js';

/** Loads GLPK once (asynchronous, some tens of milliseconds); its sessions are synchronous and share the instance. */
export async function glpkBackend(): Promise<LpBackend> {
  const glpk = await createGlpk();
  return {
    name: 'glpk',
    session: (lower, upper) => new GlpkSession(glpk, lower, upper),
  };
}

/** sign * data[offset .. offset + n] >= 0, a reference to numbers that the caller owns. */
interface RowReference {
  readonly data: Float64Array;
  readonly offset: number;
  readonly sign: 1 | -1;
}

/** A row whose largest coefficient has size 1 (in [1, 2)), and the power of two that was multiplied to it. */
interface ScaledRow {
  readonly coefficients: Float64Array;
  readonly constant: number;
  readonly scale: number;
}

class GlpkSession implements LpSession {
  readonly point: Float64Array;
  supportSize = 0;
  readonly support: Int32Array;
  readonly multipliers: Float64Array;
  readonly basicVariables: Int32Array;
  private readonly stack: RowReference[] = [];

  constructor(
    private readonly glpk: GLPK,
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
  ) {
    const n = lower.length;
    this.point = new Float64Array(n);
    this.support = new Int32Array(n);
    this.multipliers = new Float64Array(n);
    this.basicVariables = new Int32Array(n);
  }

  reset(): void {
    this.stack.length = 0;
  }

  push(data: Float64Array, offset: number, sign: 1 | -1): void {
    this.stack.push({ data, offset, sign });
  }

  pop(): void {
    this.stack.pop();
  }

  /** Always minimises to the end; `enough` is not used. Keeps nothing between calls. */
  minimise(data: Float64Array, offset: number, sign: 1 | -1, _enough: number): ProposalStatus {
    const n = this.lower.length;
    this.supportSize = 0;
    const objective = scaledRow({ data, offset, sign }, n);
    const rows = this.stack.map((reference) => scaledRow(reference, n));
    if (!allFinite(objective) || !rows.every(allFinite)) return 'failed';
    const solution = solveOrGiveUp(this.glpk, linearProgram(this.glpk, objective, rows, this.lower, this.upper));
    if (solution === undefined) return 'failed';
    for (let j = 0; j < n; j++) {
      const x = solution.vars[`x${j}`] ?? 0;
      if (!Number.isFinite(x)) return 'failed';
      this.point[j] = Math.min(Math.max(x, this.lower[j]!), this.upper[j]!);
    }
    const duals = rows.map((_, i) => solution.dual[`r${i}`] ?? 0);
    if (!duals.every(Number.isFinite)) return 'failed';
    this.reportBasis(rows, duals, objective.scale);
    return 'optimal';
  }

  /**
   * GLPK does not tell its basis: it is reconstructed from the support. The rows with a positive multiplier are
   * eliminated, greatest first, each with the column that is best determined, off its bounds where possible. Support and
   * basic variables therefore have the same length, and the rows are independent in those variables. Dependent rows, which
   * a basic solution does not have, are left out.
   */
  private reportBasis(rows: readonly ScaledRow[], duals: readonly number[], objectiveScale: number): void {
    const candidates = duals.flatMap((dual, i) => (dual > 0 ? [i] : [])).sort((a, b) => duals[b]! - duals[a]! || a - b);
    const work = candidates.map((i) => Float64Array.from(rows[i]!.coefficients));
    const taken = new Set<number>();
    candidates.forEach((i, k) => {
      const row = work[k]!;
      const column = this.pivotColumn(row, taken);
      if (column === undefined) return;
      taken.add(column);
      for (const other of work.slice(k + 1)) {
        const factor = other[column]! / row[column]!;
        for (let j = 0; j < row.length; j++) other[j]! -= factor * row[j]!;
        other[column] = 0;
      }
      this.support[this.supportSize] = i;
      this.multipliers[this.supportSize] = (duals[i]! * rows[i]!.scale) / objectiveScale;
      this.basicVariables[this.supportSize++] = column;
    });
  }

  /** The largest entry in a column off its bounds, or in any column; undefined if the row is nothing but noise. */
  private pivotColumn(row: Float64Array, taken: ReadonlySet<number>): number | undefined {
    let best: number | undefined;
    let bestInside = false;
    row.forEach((entry, j) => {
      if (taken.has(j) || Math.abs(entry) <= PROPOSAL_NOISE) return;
      const inside = this.lower[j]! < this.point[j]! && this.point[j]! < this.upper[j]!;
      if (bestInside && !inside) return;
      if (best !== undefined && inside === bestInside && Math.abs(entry) <= Math.abs(row[best]!)) return;
      best = j;
      bestInside = inside;
    });
    return best;
  }
}

function scaledRow({ data, offset, sign }: RowReference, n: number): ScaledRow {
  let largest = 0;
  for (let j = 0; j < n; j++) largest = Math.max(largest, Math.abs(data[offset + j]!));
  // Far out of range the scale stops at a power that is itself a finite double.
  const exponent = largest > 0 ? Math.min(Math.max(Math.floor(Math.log2(largest)), -1000), 1000) : 0;
  const scale = 2 ** -exponent;
  return {
    coefficients: Float64Array.from({ length: n }, (_, j) => sign * data[offset + j]! * scale),
    constant: sign * data[offset + n]! * scale,
    scale,
  };
}

function allFinite({ coefficients, constant }: ScaledRow): boolean {
  return coefficients.every(Number.isFinite) && Number.isFinite(constant);
}

function linearProgram(
  glpk: GLPK,
  objective: ScaledRow,
  rows: readonly ScaledRow[],
  lower: Float64Array,
  upper: Float64Array,
): LP {
  const terms = ({ coefficients }: ScaledRow) =>
    Array.from(coefficients, (coef, j) => ({ name: `x${j}`, coef })).filter(({ coef }) => coef !== 0);
  return {
    name: 'cell',
    // Every variable must appear in the objective, or glpk.js would not know it before its first row.
    objective: {
      direction: glpk.GLP_MIN,
      name: 'objective',
      vars: Array.from(objective.coefficients, (coef, j) => ({ name: `x${j}`, coef })),
    },
    subjectTo: rows.map((row, i) => ({
      name: `r${i}`,
      vars: terms(row),
      bnds: { type: glpk.GLP_LO, lb: -row.constant, ub: 0 },
    })),
    bounds: Array.from(lower, (lb, j) => {
      const ub = upper[j]!;
      return { name: `x${j}`, type: lb === ub ? glpk.GLP_FX : glpk.GLP_DB, lb, ub };
    }),
  };
}

/** Seconds after which a program is given up: GLPK's simplex cycles for ever on some badly scaled programs. */
const LIMIT = 2;

/** Any status but optimal, and any exception (an aborted instance throws from then on), is a failure to propose. */
function solveOrGiveUp(glpk: GLPK, lp: LP) {
  try {
    const { status, vars, dual } = glpk.solve(lp, { presol: false, msglev: glpk.GLP_MSG_OFF, tmlim: LIMIT }).result;
    return status === glpk.GLP_OPT && dual !== undefined ? { vars, dual } : undefined;
  } catch {
    return undefined;
  }
}
