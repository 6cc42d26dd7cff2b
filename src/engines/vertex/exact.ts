/**
 * The exact stage of the `vertex` engine: vertices as integers over a common denominator, and the signs of exact rows there.
 *
 * Networks with small integer weights have vertices with small coordinates. Those are kept as integers in doubles, on which
 * every operation is exact while all magnitudes stay below 2^53; that is checked, and BigInt takes over beyond.
 */
import {
  content,
  type IntegerVector,
  nearestDouble,
  reduced,
  rowAt,
  signOfInteger,
  solveAny,
} from '../../exact/index.js';
import { commonDivisor } from './common-divisor.js';
import type { VertexPath } from './path.js';
import { LARGE, lowestBit, SMALL, SMALL_FOUND, UNKNOWN, type VertexPool } from './pool.js';

type Sign = -1 | 0 | 1;

/** Integers of at most this size in doubles are exact, and so are their sums while the sum of magnitudes is. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const LARGEST_INTEGER = BigInt(LARGEST);

/** The integers as doubles, divided by their common divisor, or null if one of them is too large. */
function smallIntegers(entries: readonly bigint[]): Float64Array | null {
  const divisor = content(entries) || 1n;
  const divided = entries.map((entry) => entry / divisor);
  if (divided.some((entry) => entry > LARGEST_INTEGER || entry < -LARGEST_INTEGER)) return null;
  return Float64Array.from(divided, Number);
}

export class VertexExact {
  private readonly n: number;
  private readonly first: (Float64Array | null | undefined)[] = [];
  private readonly smallRows = new WeakMap<readonly bigint[], { readonly entries: Float64Array | null }>();
  private readonly ends: Float64Array;

  constructor(
    private readonly path: VertexPath,
    private readonly pool: VertexPool,
  ) {
    this.n = path.n;
    this.ends = new Float64Array(path.n + 1);
  }

  /** The exact row of a neuron up to a positive factor, as n coefficients and a constant in doubles, or null. */
  private smallRow(layer: number, neuron: number): Float64Array | null {
    if (layer === 0) return this.firstRow(neuron);
    const row = this.path.context.exact.row(layer, neuron);
    let found = this.smallRows.get(row);
    if (found === undefined) {
      found = { entries: this.activeEntries(row) };
      this.smallRows.set(row, found);
    }
    return found.entries;
  }

  /** `smallRow` for the first layer, whose rows are the same on every path. */
  private firstRow(neuron: number): Float64Array | null {
    const known = this.first[neuron];
    if (known !== undefined) return known;
    return (this.first[neuron] = this.activeEntries(this.path.context.exact.row(0, neuron)));
  }

  private activeEntries(row: readonly bigint[]): Float64Array | null {
    return smallIntegers([...row.slice(0, this.n), row[row.length - 1]!]);
  }

  /** The exact sign of a neuron's pre-activation at a vertex. */
  signAt(id: number, layer: number, neuron: number): Sign {
    const { pool } = this;
    if (layer > 0 && this.path.context.exact.isZero(layer, neuron)) return 0;
    if (pool.known[id] === UNKNOWN) {
      if (this.isOnMultiple(id, layer, neuron)) return 0;
      this.vertex(id);
    }
    if (this.isSmall(id)) {
      const row = this.smallRow(layer, neuron);
      const value = row === null ? Number.NaN : this.smallValue(row, id);
      if (!Number.isNaN(value)) return value > 0 ? 1 : value < 0 ? -1 : 0;
    }
    const { numerators, denominator } = this.vertex(id);
    return signOfInteger(rowAt(this.path.context.exact.row(layer, neuron), numerators, denominator));
  }

  /**
   * Whether the neuron's row is a multiple of a split's row that is tight at the vertex: then its value there is 0, and the
   * vertex need not be solved for. Duplicated and proportional neurons are the commonest degeneracy of real networks.
   */
  private isOnMultiple(id: number, layer: number, neuron: number): boolean {
    const { pool, path, n } = this;
    const { exact } = path.context;
    const row = exact.row(layer, neuron);
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        const k = path.owner[32 * w + lowestBit(rest)]! - 2 * n;
        if (k >= 0 && areProportional(row, exact.row(path.splitLayer[k]!, path.splitNeuron[k]!))) return true;
      }
    }
    return false;
  }

  /**
   * The value of a neuron of the first layer at a vertex, in integers, up to a positive factor of the neuron and one of the vertex.
   * Its row must have small integers.
   */
  integerAt(id: number, neuron: number): number {
    const row = this.firstRow(neuron)!;
    const value = this.isSmall(id) ? this.smallValue(row, id) : Number.NaN;
    if (!Number.isNaN(value)) return value;
    const { numerators, denominator } = this.vertex(id);
    return Number(rowAt(Array.from(row, BigInt), numerators.slice(0, this.n), denominator));
  }

  /** row . (numerators, denominator) in exact doubles, or NaN if they do not suffice. */
  private smallValue(row: Float64Array, id: number): number {
    const { n } = this;
    const { small } = this.pool;
    const at = id * (n + 1);
    let sum = 0;
    let magnitude = 0;
    for (let i = 0; i <= n; i++) {
      const term = row[i]! * small[at + i]!;
      sum += term;
      magnitude += Math.abs(term);
    }
    return magnitude <= LARGEST ? sum : Number.NaN;
  }

  /**
   * Where an edge between two vertices with small coordinates, on different sides, crosses a neuron of the first layer, or
   * a row of the domain: stores the small coordinates of the crossing, and the nearest doubles, or returns false if they are not small.
   */
  crossSmall(a: number, b: number, layer: number, neuron: number, target: number): boolean {
    const { pool, n, ends } = this;
    const { small } = pool;
    if (pool.known[a] !== SMALL || pool.known[b] !== SMALL) return false;
    const row = this.smallRow(layer, neuron);
    if (row === null) return false;
    const atA = Math.abs(this.smallValue(row, a));
    const atB = Math.abs(this.smallValue(row, b));
    let divisor = 0;
    for (let i = 0; i <= n; i++) {
      const left = atB * small[a * (n + 1) + i]!;
      const right = atA * small[b * (n + 1) + i]!;
      if (!(Math.abs(left) + Math.abs(right) <= LARGEST)) return false;
      const entry = left + right;
      ends[i] = entry;
      divisor = commonDivisor(divisor, Math.abs(entry));
    }
    this.store(target, divisor);
    return true;
  }

  /** Writes `ends` / divisor as the small coordinates of a vertex. */
  private store(target: number, divisor: number) {
    const { pool, n, ends } = this;
    const at = target * (n + 1);
    for (let i = 0; i <= n; i++) pool.small[at + i] = ends[i]! / divisor;
    const denominator = pool.small[at + n]!;
    for (let i = 0; i < n; i++) pool.x[target * n + i] = pool.small[at + i]! / denominator;
    pool.known[target] = SMALL;
  }

  /** Moves a vertex to the doubles nearest to it. */
  round(id: number): void {
    const { n, pool } = this;
    const { numerators, denominator } = this.vertex(id);
    for (let i = 0; i < n; i++) pool.x[id * n + i] = nearestDouble(numerators[i]!, denominator);
  }

  /** Gives a corner of the box its small coordinates, if it has them. */
  cornerSmall(id: number, corner: readonly bigint[]): void {
    const { boxDenominator } = this.path.context.problem;
    this.remember(id, reduced({ numerators: corner, denominator: boxDenominator }));
    if (this.pool.known[id] === SMALL_FOUND) this.pool.known[id] = SMALL;
  }

  /** The exact vertex in all variables (an idle one is 0), from its tight constraints. Cost: one solution per vertex. */
  vertex(id: number): IntegerVector {
    return (this.pool.exact[id] ??= this.isSmall(id) ? this.fromSmall(id) : this.solved(id));
  }

  private isSmall(id: number): boolean {
    return this.pool.known[id] === SMALL || this.pool.known[id] === SMALL_FOUND;
  }

  private fromSmall(id: number): IntegerVector {
    const { n, pool } = this;
    const entries = Array.from(pool.small.subarray(id * (n + 1), (id + 1) * (n + 1)), BigInt);
    return this.lifted({ numerators: entries.slice(0, n), denominator: entries[n]! });
  }

  /** With a coordinate 0 for an idle variable. */
  private lifted(vertex: IntegerVector): IntegerVector {
    const idle = this.path.context.problem.variables - this.n;
    return idle === 0 ? vertex : { ...vertex, numerators: [...vertex.numerators, 0n] };
  }

  private solved(id: number): IntegerVector {
    const { pool } = this;
    const matrix: bigint[][] = [];
    const right: bigint[] = [];
    for (let w = 0; w < pool.words; w++) {
      for (let rest = pool.tight[id * pool.words + w]!; rest !== 0; rest &= rest - 1) {
        this.addConstraint(32 * w + lowestBit(rest), matrix, right);
      }
    }
    const solution = solveAny(matrix, right);
    if (solution === undefined)
      throw new Error(`vertex ${id}: expected tight constraints with a common zero, got none`);
    const vertex = reduced(solution);
    this.remember(id, vertex);
    return this.lifted(vertex);
  }

  /** Keeps the small coordinates of a vertex for the next sign, if it has them. */
  private remember(id: number, { numerators, denominator }: IntegerVector) {
    const { pool, n } = this;
    const fits = [...numerators, denominator].every((e) => e <= LARGEST_INTEGER && e >= -LARGEST_INTEGER);
    pool.known[id] = fits ? SMALL_FOUND : LARGE;
    if (!fits) return;
    const at = id * (n + 1);
    for (let i = 0; i < n; i++) pool.small[at + i] = Number(numerators[i]!);
    pool.small[at + n] = Number(denominator);
  }

  /** coefficients . x = right for the constraint in a slot. */
  private addConstraint(slot: number, matrix: bigint[][], right: bigint[]) {
    const { path, n } = this;
    const { problem, exact } = path.context;
    const owner = path.owner[slot]!;
    if (owner < 2 * n) {
      const i = owner >> 1;
      matrix.push(Array.from({ length: n }, (_, k) => (k === i ? problem.boxDenominator : 0n)));
      right.push((owner & 1) === 0 ? problem.exactLower[i]! : problem.exactUpper[i]!);
      return;
    }
    const k = owner - 2 * n;
    const row = exact.row(path.splitLayer[k]!, path.splitNeuron[k]!);
    matrix.push(row.slice(0, n));
    right.push(-row[row.length - 1]!);
  }
}

/** Whether a row is a multiple of a nonzero row. */
function areProportional(row: readonly bigint[], nonzero: readonly bigint[]): boolean {
  const pivot = nonzero.findIndex((entry) => entry !== 0n);
  const scale = nonzero[pivot]!;
  const factor = row[pivot]!;
  return row.every((entry, i) => entry * scale === nonzero[i]! * factor);
}
