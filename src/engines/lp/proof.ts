/**
 * What the multipliers that a linear program ends with prove about a cell of the `lp` engine: a side, or a face of its box.
 *
 * Multipliers are only proposed. Here they become rigorous lower bounds, and evidence where it is wanted.
 */

import { truncatedTo16Bits } from '../../certificate/index.js';
import { evaluationUnit, nextDown, SLACK, signBeyond } from '../../exact/index.js';
import type { LpSession } from '../../lp/index.js';
import type { KernelContext } from '../../walk/index.js';
import { BOUND_EVIDENCE, type Evidence } from '../../walk/index.js';
import { ProvenBoxes } from '../evidence/index.js';
import type { LpPath } from './path.js';

/** A box costs 2 n programs: it pays where a layer has at least this many neurons per input. */
const NEURONS_PER_PROGRAM = 4;
/** From short to long: the first form of the multipliers that still proves a side is taken. */
const FORMS: readonly ((multiplier: number) => number)[] = [truncatedTo16Bits, Math.fround, (multiplier) => multiplier];

export class LpProofs {
  readonly boxes: ProvenBoxes;
  /** Evidence for what was proved last. */
  evidence: Evidence = BOUND_EVIDENCE;
  private readonly residual: Float64Array;
  /** Zeros around a single one: at offset n - i it is the function x_i. */
  private readonly unit: Float64Array;

  constructor(
    private readonly context: KernelContext,
    private readonly path: LpPath,
    private readonly session: LpSession,
  ) {
    const { variables: n } = context.problem;
    this.boxes = new ProvenBoxes(context, n, NEURONS_PER_PROGRAM * n);
    this.residual = new Float64Array(n + 1);
    this.unit = new Float64Array(2 * n + 1);
    this.unit[n] = 1;
  }

  /** Whether the session's multipliers prove sign * g > 0 on the cell; keeps them as evidence, as short as they may be. */
  provesSide(layer: number, neuron: number, sign: 1 | -1): boolean {
    const { multipliers } = this.session;
    if (!this.context.wantsEvidence) return this.areProof(layer, neuron, sign, multipliers);
    for (const form of FORMS) {
      const shortened = multipliers.map(form);
      if (!this.areProof(layer, neuron, sign, shortened)) continue;
      this.evidence = this.evidenceOf(shortened);
      return true;
    }
    return false;
  }

  private areProof(layer: number, neuron: number, sign: 1 | -1, multipliers: Float64Array): boolean {
    const { rows } = this.context;
    const threshold = rows.threshold[layer]![neuron]!;
    const low = this.lowerBound(rows.rows[layer]!, neuron * rows.stride, threshold, sign, multipliers);
    return signBeyond(low, 0) > 0;
  }

  /**
   * Looks for a smaller box around the cell: one program per face, and a rigorous bound from its multipliers.
   *
   * @param inside a point strictly inside the cell
   * @param found is told of the programs' solutions
   */
  narrow(inside: Float64Array, found: (point: Float64Array) => void): void {
    const { session, unit } = this;
    const { variables: n } = this.context.problem;
    for (let i = 0; i < n; i++) {
      for (const side of [1, -1] as const) {
        if (session.minimise(unit, n - i, side, Number.NEGATIVE_INFINITY) !== 'optimal') continue;
        found(session.point);
        this.offer(i, side, 2 * Math.abs(inside[i]! - session.point[i]!));
      }
    }
  }

  /** Tries to prove a better bound of a variable, with the session's multipliers cut to few bits. */
  private offer(variable: number, side: 1 | -1, width: number) {
    const { variables: n, magnitude } = this.context.problem;
    const multipliers = this.session.multipliers.map(truncatedTo16Bits);
    const error = magnitude[variable]! * evaluationUnit(n);
    const low = nextDown(this.lowerBound(this.unit, n - variable, error, side, multipliers));
    this.boxes.offer(variable, side, low, width, () => this.evidenceOf(multipliers));
  }

  /**
   * A number certainly below sign * f on the cell, for the row f at `at`, evaluated with errors up to `threshold`.
   *
   * With r = sign * f - sum m_k h_k computed in doubles, it is the minimum of r over the cell's box less every error made.
   * Multipliers that are not positive are left out.
   *
   * The error of r at any point of the box is at most E + sum m_k E_k from the rows, and (terms + 4) u (M + sum m_k M_k)
   * from computing r; evaluating its minimum over the box adds (n + 3) u times the same mass.
   */
  private lowerBound(
    own: Float64Array,
    at: number,
    threshold: number,
    sign: 1 | -1,
    multipliers: Float64Array,
  ): number {
    const { rows, problem } = this.context;
    const { residual, session, path } = this;
    const { lower, upper } = this.boxes;
    const n = problem.variables;
    for (let i = 0; i <= n; i++) residual[i] = sign * own[at + i]!;
    // The threshold of a row is E + (n + 4) u M and a little more.
    let bound = threshold;
    for (let s = 0; s < session.supportSize; s++) {
      const multiplier = multipliers[s]!;
      if (!(multiplier > 0)) continue;
      const k = session.support[s]!;
      const layer = path.layer[k]!;
      const data = rows.rows[layer]!;
      const from = path.neuron[k]! * rows.stride;
      const factor = path.side[k]! * multiplier;
      for (let i = 0; i <= n; i++) residual[i]! -= factor * data[from + i]!;
      bound += multiplier * rows.threshold[layer]![path.neuron[k]!]!;
    }
    let low = residual[n]!;
    for (let i = 0; i < n; i++) {
      const r = residual[i]!;
      low += r > 0 ? r * lower[i]! : r * upper[i]!;
    }
    // Each threshold holds (n + 4) u M; the rounding needs (n + 3) + (terms + 4) <= 2 (n + 4) of them, terms <= n.
    return low - 2 * bound * SLACK;
  }

  private evidenceOf(multipliers: Float64Array): Evidence {
    const { session } = this;
    const splits: number[] = [];
    const used: number[] = [];
    for (let s = 0; s < session.supportSize; s++) {
      if (!(multipliers[s]! > 0)) continue;
      splits.push(session.support[s]!);
      used.push(multipliers[s]!);
    }
    return { kind: 'doubles', splits, multipliers: used };
  }
}
