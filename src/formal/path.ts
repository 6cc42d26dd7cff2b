/**
 * The way from the root to the current node of a plain tree: what is known there, and evidence by it.
 */
import { greatestCommonDivisor, multiply, ONE, type Rational } from '../exact/index.js';
import type { Network } from '../network/index.js';
import { plainNetwork } from './network.js';
import type { Evidence, TreeWriter } from './plain.js';
import { firstRows, onSide, type RationalRow, rowsBehind } from './rows.js';

/** Multipliers of known rows. */
export type Terms = readonly (readonly [known: number, multiplier: Rational])[];

interface Known {
  /** What the true row is, times the layer's scale, of what the checker has. */
  readonly factor: Rational;
  /** The true row, if rows are followed. */
  readonly row: RationalRow | undefined;
}

/** What a split's second side goes back to. */
interface Frame {
  readonly known: number;
  readonly layer: number;
  readonly neuron: number;
  readonly sides: Int8Array;
  readonly open: number;
  readonly rows: readonly RationalRow[];
}

export class TreePath {
  private readonly known: Known[];
  private readonly frames: Frame[] = [];
  /** What the rows of every layer are multiplied by. */
  private readonly scales: readonly bigint[];
  private sides: Int8Array = new Int8Array(0);
  private layer = 0;
  private rows: readonly RationalRow[] = [];
  open = 0;

  /**
   * @param conditions of the domain
   * @param follows whether the true rows are wanted
   */
  constructor(
    private readonly network: Network,
    private readonly conditions: readonly RationalRow[],
    readonly follows: boolean,
    private readonly writer: TreeWriter,
  ) {
    const { layers } = plainNetwork(network);
    let scale = 1n;
    this.scales = layers.map(({ before }, l) => {
      scale *= before.denominator * (layers[l - 1]?.slopeDenominator ?? 1n);
      return scale;
    });
    const first: Rational = { numerator: this.scales[0] ?? 1n, denominator: 1n };
    this.known = conditions.map((row) => ({ factor: first, row }));
  }

  /** Begins the first layer, behind what is known at the root. */
  begin(): void {
    if (this.network.layers.length === 0) return;
    if (this.follows) this.rows = firstRows(this.network);
    this.enter(0);
  }

  private get scale(): bigint {
    return this.scales[this.layer] ?? 1n;
  }

  private enter(layer: number) {
    this.layer = layer;
    const { slopes } = this.network.layers[layer]!;
    this.sides = Int8Array.from(slopes, ({ negative, positive }) =>
      negative.numerator === positive.numerator && negative.denominator === positive.denominator ? 1 : 0,
    );
    this.open = this.sides.filter((side) => side === 0).length;
    this.advance();
  }

  private advance() {
    if (this.open > 0 || this.layer + 1 >= this.network.layers.length) return;
    this.writer.next();
    if (this.follows) this.rows = rowsBehind(this.network, this.layer + 1, this.rows, this.sides);
    this.enter(this.layer + 1);
  }

  private settle(neuron: number, side: 1 | -1) {
    this.sides[neuron] = side;
    this.open--;
    this.advance();
  }

  /** How many rows are known: the number of the next one. */
  get length(): number {
    return this.known.length;
  }

  /** The true row of a known one. */
  rowOf(known: number): RationalRow {
    return this.known[known]!.row!;
  }

  /** The true row of a neuron of the current layer. */
  rowOfNeuron(neuron: number): RationalRow {
    return this.rows[neuron]!;
  }

  /** Evidence from multipliers of true rows for a target that is `times` what the checker has of it. */
  private evidence(terms: Terms, times: Rational): Evidence {
    const factors = terms.map(([k, m]) => multiply(multiply(m, times), this.known[k]!.factor));
    let scale = 1n;
    for (const { denominator } of factors) scale *= denominator / greatestCommonDivisor(scale, denominator);
    const by = terms.map(([k], t): [number, bigint] => [
      this.positionOf(k),
      factors[t]!.numerator * (scale / factors[t]!.denominator),
    ]);
    return { scale, by: by.filter(([, m]) => m !== 0n) };
  }

  private positionOf(known: number): number {
    const { length } = this.conditions;
    return known < length ? this.known.length - length + known : this.known.length - 1 - known;
  }

  split(neuron: number): void {
    this.writer.split(neuron);
    this.frames.push({
      known: this.known.length,
      layer: this.layer,
      neuron,
      sides: this.sides.slice(),
      open: this.open,
      rows: this.rows,
    });
    this.take(neuron, -1);
  }

  private take(neuron: number, side: 1 | -1) {
    this.known.push({ factor: ONE, row: this.follows ? onSide(this.rows[neuron]!, side) : undefined });
    this.settle(neuron, side);
  }

  implied(neuron: number, side: 1 | -1, terms: Terms): void {
    this.writer.implied(neuron, side, this.evidence(terms, ONE));
    this.settle(neuron, side);
  }

  /** @param bound numerator over `grid` */
  bound(coordinate: number, side: 1 | -1, bound: bigint, grid: bigint, terms: Terms): void {
    this.writer.bound(coordinate, side, bound, this.evidence(terms, { numerator: grid, denominator: 1n }));
  }

  /** A row in integers, the constant last. @returns its number */
  learn(entries: readonly bigint[], terms: Terms): number {
    const evidence = this.evidence(terms, { numerator: 1n, denominator: this.scale });
    this.writer.known([entries.at(-1)!, ...entries.slice(0, -1)], evidence);
    this.known.push({ factor: { numerator: this.scale, denominator: 1n }, row: { entries, denominator: 1n } });
    return this.known.length - 1;
  }

  /** Goes on with the positive side of the last split whose negative side is done. @returns the number of its row */
  resume(): number {
    const frame = this.frames.pop()!;
    this.known.length = frame.known;
    this.layer = frame.layer;
    this.sides = frame.sides;
    this.open = frame.open;
    this.rows = frame.rows;
    this.take(frame.neuron, 1);
    return frame.known;
  }
}
