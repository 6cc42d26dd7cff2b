/**
 * The splits above a cell of the `lp` engine: what they say of points, in doubles and exactly.
 */
import { signBeyond } from '../../exact/index.js';
import type { KernelContext } from '../../walk/index.js';
import type { ExactConstraint, ExactConstraints } from '../evidence/index.js';

/** The row at `at` of `data`, evaluated at the `n` coordinates that begin at `from`. */
export function rowValue(data: Float64Array, at: number, n: number, point: Float64Array, from: number): number {
  let sum = data[at + n]!;
  for (let i = 0; i < n; i++) sum += data[at + i]! * point[from + i]!;
  return sum;
}

export class LpPath {
  depth = 0;
  readonly layer: number[] = [];
  readonly neuron: number[] = [];
  readonly side: (1 | -1)[] = [];

  constructor(private readonly context: KernelContext) {}

  push(layer: number, neuron: number, side: 1 | -1): void {
    const k = this.depth++;
    this.layer[k] = layer;
    this.neuron[k] = neuron;
    this.side[k] = side;
  }

  pop(): void {
    this.depth--;
  }

  /** Whether a double point is certainly strictly inside the domain's box and on the right side of every split. */
  isInside(point: Float64Array): boolean {
    const { problem, rows } = this.context;
    const { variables: n, lower, upper } = problem;
    for (let i = 0; i < n; i++) if (!(point[i]! > lower[i]! && point[i]! < upper[i]!)) return false;
    for (let k = this.depth - 1; k >= 0; k--) {
      const layer = this.layer[k]!;
      const neuron = this.neuron[k]!;
      const value = rowValue(rows.rows[layer]!, neuron * rows.stride, n, point, 0);
      if (signBeyond(value, rows.threshold[layer]![neuron]!) !== this.side[k]!) return false;
    }
    return true;
  }

  /** The splits as exact constraints. */
  constraints(): ExactConstraints {
    return { count: this.depth, get: (k) => this.constraint(k) };
  }

  private constraint(k: number): ExactConstraint {
    const { exact } = this.context;
    const layer = this.layer[k]!;
    return { row: exact.row(layer, this.neuron[k]!), denominator: exact.denominator(layer), sign: this.side[k]! };
  }
}
