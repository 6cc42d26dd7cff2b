/**
 * A lower bound of an affine function over a cell of the `vertex` engine, proved in doubles by multipliers of facets.
 *
 * The least value of g is attained at a vertex, and there g = sum m_k h_k + (multiples of faces of the box) with m >= 0 over
 * the facets h_k >= 0 that meet in it. Whatever nonnegative m we take, the least value of g - sum m_k h_k on the box is a
 * lower bound of g on the cell: approximate ones do.
 */

import { truncatedTo16Bits } from '../../certificate/index.js';
import { evaluationUnit, nextDown, SLACK, signBeyond } from '../../exact/index.js';
import type { LpSession } from '../../lp/index.js';
import type { Evidence } from '../../walk/index.js';
import type { ProvenBoxes } from '../evidence/index.js';
import type { VertexList } from './frame.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool } from './pool.js';

/** From short to long: the first form of the multipliers that still proves the claim is taken. */
const SHORTENINGS: readonly ((multiplier: number) => number)[] = [truncatedTo16Bits, Math.fround, (m) => m];

/** A vertex, or a program's basis: facets that are splits, and the variables that are at no bound, equally many. */
export interface Basis {
  readonly splits: readonly number[];
  readonly multipliers: readonly number[];
  readonly variables: readonly number[];
}

export class VertexMultipliers {
  /** The function to be bounded from below, coefficients and constant, and the error of its evaluation. */
  private readonly objective: Float64Array;
  private objectiveError = 0;
  private readonly residual: Float64Array;
  private readonly matrix: Float64Array;
  /** The basis: `size` splits with their multipliers, and as many variables at no bound. */
  private size = 0;
  private readonly splits: Int32Array;
  private readonly solution: Float64Array;
  private readonly variables: Int32Array;
  private readonly atBound: Uint8Array;
  /** The multipliers, shortened. */
  private readonly candidate: Float64Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
    private readonly boxes: ProvenBoxes,
  ) {
    const { variables } = path.context.problem;
    this.objective = new Float64Array(variables + 1);
    this.residual = new Float64Array(variables + 1);
    this.matrix = new Float64Array(path.n * (path.n + 1));
    this.splits = new Int32Array(variables);
    this.solution = new Float64Array(variables);
    this.variables = new Int32Array(variables);
    this.atBound = new Uint8Array(variables);
    this.candidate = new Float64Array(variables);
  }

  /** From now on side * x_variable is to be bounded. */
  aimAtVariable(variable: number, side: 1 | -1): void {
    const { problem } = this.path.context;
    this.objective.fill(0);
    this.objective[variable] = side;
    this.objectiveError = problem.magnitude[variable]! * evaluationUnit(problem.variables);
  }

  /** From now on side * the pre-activation of a neuron is to be bounded. */
  aimAtNeuron(layer: number, neuron: number, side: 1 | -1): void {
    const { rows, problem } = this.path.context;
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    for (let i = 0; i <= problem.variables; i++) this.objective[i] = side * data[at + i]!;
    this.objectiveError = rows.threshold[layer]![neuron]!;
  }

  /** The vertex of a cell where the function seems least. */
  lowest({ ids, count }: VertexList): number {
    const { objective } = this;
    const { x } = this.pool;
    const { n } = this.path;
    let best = ids[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      let value = 0;
      for (let i = 0, at = ids[k]! * n; i < n; i++) value += objective[i]! * x[at + i]!;
      if (value >= least) continue;
      least = value;
      best = ids[k]!;
    }
    return best;
  }

  /** Takes the basis at a vertex; false if it is not simple. */
  takeVertex(id: number): boolean {
    const { path, pool } = this;
    const { n } = path;
    if (pool.tightCount(id) !== n) return false;
    this.atBound.fill(0);
    this.size = 0;
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        this.takeConstraint(path.owner[32 * w + lowestBit(rest)]!);
      }
    }
    let free = 0;
    for (let i = 0; i < n; i++) if (this.atBound[i] === 0) this.variables[free++] = i;
    this.solve();
    return true;
  }

  /** Adds a constraint, by its number in `VertexPath.owner`, to the basis: splits are kept in ascending order. */
  private takeConstraint(owner: number) {
    const { splits } = this;
    const { n } = this.path;
    if (owner < 2 * n) {
      this.atBound[owner >> 1] = 1;
      return;
    }
    const split = owner - 2 * n;
    let at = this.size++;
    for (; at > 0 && splits[at - 1]! > split; at--) splits[at] = splits[at - 1]!;
    splits[at] = split;
  }

  /** Solves g = sum m_k h_k in the free variables. Where doubles see a singular matrix no m_k is finite, and none proves. */
  private solve() {
    const { path, matrix, splits, variables, size } = this;
    const { rows, problem } = path.context;
    const width = size + 1;
    for (let c = 0; c < size; c++) {
      const k = splits[c]!;
      const data = rows.rows[path.splitLayer[k]!]!;
      const at = path.splitNeuron[k]! * rows.stride;
      const sign = path.splitSide[k]!;
      for (let r = 0; r < size; r++) {
        const v = variables[r]!;
        matrix[r * width + c] = sign * data[at + v]! * problem.magnitude[v]!;
      }
    }
    for (let r = 0; r < size; r++) {
      const v = variables[r]!;
      matrix[r * width + size] = this.objective[v]! * problem.magnitude[v]!;
    }
    eliminate(matrix, size);
    for (let r = 0; r < size; r++) this.solution[r] = Math.max(0, matrix[r * width + size]!);
  }

  /** Takes the basis where a program over facets, listed by their splits, has stopped. */
  takeProgram(session: LpSession, facets: readonly number[]): void {
    const size = (this.size = session.supportSize);
    const order = Array.from({ length: size }, (_, s) => s).sort((a, b) => session.support[a]! - session.support[b]!);
    order.forEach((s, k) => {
      this.splits[k] = facets[session.support[s]!]!;
      this.solution[k] = session.multipliers[s]!;
      this.variables[k] = session.basicVariables[k]!;
    });
  }

  /** The basis as the exact stage takes it. */
  basis(): Basis {
    const { size } = this;
    return {
      splits: Array.from(this.splits.subarray(0, size)),
      multipliers: Array.from(this.solution.subarray(0, size)),
      variables: Array.from(this.variables.subarray(0, size)),
    };
  }

  /** Whether the function is certainly positive on the proven box. */
  provesWithout(): boolean {
    return signBeyond(this.lowestResidual(0), 0) > 0;
  }

  /** That the function is positive, by multipliers of the basis as short as they may be, if doubles can prove it. */
  proof(): Evidence | undefined {
    for (const shortened of SHORTENINGS) {
      this.shorten(shortened);
      if (signBeyond(this.lowestResidual(this.size), 0) > 0) return this.evidence();
    }
    return undefined;
  }

  /** A lower bound of the function, by multipliers of the basis of few bits; `evidence` are those. */
  lowerBound(): number {
    this.shorten(truncatedTo16Bits);
    return nextDown(this.lowestResidual(this.size));
  }

  /** The multipliers, shortened last, that are not 0. */
  evidence(): Evidence {
    const { size, splits, candidate } = this;
    const used: number[] = [];
    const multipliers: number[] = [];
    for (let k = 0; k < size; k++) {
      if (candidate[k] === 0) continue;
      used.push(splits[k]!);
      multipliers.push(candidate[k]!);
    }
    return { kind: 'doubles', splits: used, multipliers };
  }

  private shorten(shortened: (multiplier: number) => number) {
    for (let k = 0; k < this.size; k++) this.candidate[k] = shortened(this.solution[k]!);
  }

  /**
   * A number certainly below r = g - sum m_k h_k over the first `size` splits and candidates on the proven box, up to the
   * rounding of its last operation. The error of r, computed in doubles, at any point is at most E + sum m_k E_k from the
   * rows and (terms + 4) u (M + sum m_k M_k) from computing r; evaluating the minimum adds (n + 3) u times the same mass. A
   * threshold holds E + (n + 4) u M, terms <= n: twice their sum suffices.
   */
  private lowestResidual(size: number): number {
    const { path, residual, splits, candidate } = this;
    const { lower, upper } = this.boxes;
    const { n } = path;
    const { problem, rows } = path.context;
    const { variables } = problem;
    residual.set(this.objective);
    let bound = this.objectiveError;
    for (let s = 0; s < size; s++) {
      const k = splits[s]!;
      const multiplier = candidate[s]!;
      const data = rows.rows[path.splitLayer[k]!]!;
      const from = path.splitNeuron[k]! * rows.stride;
      const factor = path.splitSide[k]! * multiplier;
      for (let i = 0; i <= variables; i++) residual[i]! -= factor * data[from + i]!;
      bound += multiplier * rows.threshold[path.splitLayer[k]!]![path.splitNeuron[k]!]!;
    }
    let low = residual[variables]!;
    // Nothing depends on variables beyond n.
    for (let i = 0; i < n; i++) {
      const r = residual[i]!;
      low += r * (r > 0 ? lower : upper)[i]!;
    }
    return low - 2 * bound * SLACK;
  }
}

/** Gauss and Jordan on a size x (size + 1) system with row exchanges: the solution is left in the last column. */
function eliminate(matrix: Float64Array, size: number) {
  const width = size + 1;
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) {
      if (Math.abs(matrix[r * width + c]!) > Math.abs(matrix[pivot * width + c]!)) pivot = r;
    }
    for (let k = c; k < width; k++) {
      const kept = matrix[c * width + k]!;
      matrix[c * width + k] = matrix[pivot * width + k]!;
      matrix[pivot * width + k] = kept;
    }
    const factor = 1 / matrix[c * width + c]!;
    for (let k = c; k < width; k++) matrix[c * width + k]! *= factor;
    for (let r = 0; r < size; r++) {
      if (r === c) continue;
      const times = matrix[r * width + c]!;
      for (let k = c; k < width; k++) matrix[r * width + k]! -= times * matrix[c * width + k]!;
    }
  }
}
