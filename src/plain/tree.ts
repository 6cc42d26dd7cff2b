/**
 * The records of a tree, verified one by one in exact integers: every row is computed when it is asked for, and nothing is rounded.
 *
 * docs/certificates.md states what each record claims and why an accepted tree is a proof.
 */
import { compare, type Rational } from '../exact/index.js';
import { type Combination, type PlainRecord, PlainRefusal } from './bytes.js';
import { type Integers, negative, overCommon, valueAt } from './fractions.js';
import { type PlainBox, type PlainCharts, type PlainSubject, placed } from './subject.js';

/** A split above the current node, or a condition: a row that is >= 0 on the cell, over a denominator. */
interface Above {
  readonly row: Integers;
  readonly denominator: bigint;
}

type Side = 1 | -1;
/** What is known of a neuron: its side; open; or that its row is zero. */
type State = Side | 0 | 2;
const OPEN = 0;
const ZERO = 2;

/** A node whose positive side is still to come. */
interface Pending {
  readonly layer: number;
  readonly neuron: number;
  readonly path: string;
  readonly above: number;
  readonly states: readonly State[];
  readonly box: PlainBox | undefined;
}

const signText = (side: Side) => (side > 0 ? '+' : '-');
const UNAIDED: Combination = { splits: [], multipliers: [], over: 1n };

/** Counts of a tree. */
export interface PlainCounts {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
}

export class PlainTree {
  cells = 0;
  readonly cellsPerLayer: number[];
  complete = false;
  private readonly above: Above[];
  private readonly rows: Integers[][];
  private readonly states: State[][];
  private readonly pending: Pending[] = [];
  private layer = 0;
  private open = 0;
  private box: PlainBox | undefined;

  constructor(
    private readonly subject: PlainSubject,
    public path = '',
  ) {
    const { layers } = subject.network;
    this.cellsPerLayer = layers.map(() => 0);
    this.rows = layers.map(() => []);
    this.states = layers.map(() => []);
    this.above = subject.conditions.map((row) => ({ row, denominator: 1n }));
    this.box = subject.box;
    if (layers.length > 0) this.enter(0);
  }

  private refuse(reason: string): never {
    throw new PlainRefusal(this.path, reason);
  }

  /** The pre-activation of a neuron on the current cell, over the layer's denominator. */
  private row(layer: number, k: number): Integers {
    const { first, deep, denominators, constant } = this.subject;
    if (layer === 0) return first[k]!;
    return (this.rows[layer]![k] ??= this.sum(deep[layer - 1]!, denominators[layer - 1]!, constant, layer - 1, k));
  }

  private sum(
    { matrix, bias, slopeDenominator, slopes }: PlainSubject['deep'][number],
    denominator: bigint,
    constant: Integers,
    before: number,
    k: number,
  ): Integers {
    const factor = bias[k]! * slopeDenominator * denominator;
    const total = constant.map((entry) => factor * entry);
    matrix[k]!.forEach((weight, j) => {
      const state = this.states[before]![j]!;
      const scale = state === ZERO ? 0n : weight * slopes[j]![state > 0 ? 1 : 0];
      if (scale === 0n) return;
      this.row(before, j).forEach((entry, i) => {
        total[i]! += scale * entry;
      });
    });
    return total;
  }

  private enter(layer: number) {
    this.layer = layer;
    this.rows[layer] = [];
    const { known, network } = this.subject;
    this.states[layer] = network.layers[layer]!.slopes!.map(([negative, positive], k) => {
      const own = layer === 0 ? known.get(k) : undefined;
      return own ?? (compare(negative, positive) === 0 ? 1 : OPEN);
    });
    this.open = this.states[layer]!.filter((state) => state === OPEN).length;
    this.advance();
  }

  /** When a layer is settled, its cell is counted, and the next layer begins. */
  private advance() {
    if (this.open > 0 || this.layer + 1 >= this.cellsPerLayer.length) return;
    this.cellsPerLayer[this.layer]!++;
    this.enter(this.layer + 1);
  }

  private claim(k: number) {
    if (this.complete) this.refuse('a record follows the complete tree');
    if (this.open === 0) this.refuse('a leaf is expected here: every neuron is settled');
    if (this.states[this.layer]![k] !== OPEN) this.refuse(`layer ${this.layer} has no open neuron ${k} that bends`);
  }

  private settle(k: number, state: State) {
    this.states[this.layer]![k] = state;
    this.open--;
  }

  /** Whether a row is nonnegative on the node's box; without one only a constant is. */
  private isNonnegative(row: Integers): boolean {
    const constant = row.at(-1)!;
    if (this.box === undefined) return constant >= 0n && row.slice(0, -1).every((entry) => entry === 0n);
    const [corner, denominator] = overCommon(this.box.map(([low, high], i) => (row[i]! >= 0n ? low : high)));
    return valueAt(row, corner, denominator) >= 0n;
  }

  /** Whether row / denominator - sum of multiplier / over * split is nonnegative on the node's box. */
  private isProved(row: Integers, denominator: bigint, { splits, multipliers, over }: Combination): boolean {
    if (multipliers.some((m) => m < 0n) || splits.some((s) => s >= this.above.length)) return false;
    // Over the product of all denominators, which is a common one.
    const common = splits.reduce((product, s) => product * this.above[s]!.denominator, denominator);
    const rest = row.map((entry) => entry * (common / denominator) * over);
    splits.forEach((s, at) => {
      const split = this.above[s]!;
      const factor = multipliers[at]! * (common / split.denominator);
      split.row.forEach((entry, i) => {
        rest[i]! -= factor * entry;
      });
    });
    return this.isNonnegative(rest);
  }

  private prove(k: number, side: Side, by: Combination) {
    const row = this.row(this.layer, k);
    if (this.isProved(side > 0 ? row : negative(row), this.subject.denominators[this.layer]!, by)) return;
    this.refuse(`neuron ${this.layer}:${k}, side ${signText(side)}: the evidence does not prove it`);
  }

  /** Verifies one record. @throws PlainRefusal */
  record(record: PlainRecord): void {
    switch (record.kind) {
      case 'end':
        this.refuse('the tree ends although cases are open');
        return;
      case 'split': {
        const { layer, path, box } = this;
        this.claim(record.neuron);
        this.pending.push({
          layer,
          neuron: record.neuron,
          path,
          above: this.above.length,
          states: [...this.states[layer]!],
          box,
        });
        this.take(record.neuron, -1);
        return;
      }
      case 'cell':
        this.cell(record.witness, record.denominator);
        return;
      case 'bound':
        this.bound(record.variable, record.side, record.value, record.by);
        return;
      case 'bounded':
        this.bounded(record.positive, record.negative);
        return;
      case 'zero':
        this.claim(record.neuron);
        this.prove(record.neuron, 1, UNAIDED);
        this.prove(record.neuron, -1, UNAIDED);
        this.settle(record.neuron, ZERO);
        this.advance();
        return;
      case 'implied':
        this.claim(record.neuron);
        this.prove(record.neuron, record.side, record.by);
        this.settle(record.neuron, record.side);
        this.advance();
    }
  }

  private take(k: number, side: Side) {
    this.path += signText(side);
    const row = this.row(this.layer, k);
    this.above.push({ row: side > 0 ? row : negative(row), denominator: this.subject.denominators[this.layer]! });
    this.settle(k, side);
    this.advance();
  }

  private bounded(positive: Uint8Array, negative: Uint8Array) {
    const claimed: (readonly [number, Side])[] = [];
    for (let k = 0; k < 8 * positive.length; k++) {
      const [plus, minus] = [positive, negative].map((flags) => ((flags[k >> 3]! >> (k & 7)) & 1) === 1);
      if (plus && minus) this.refuse(`neuron ${this.layer}:${k} is claimed to lie on both sides`);
      if (!plus && !minus) continue;
      this.claim(k);
      this.prove(k, plus ? 1 : -1, UNAIDED);
      claimed.push([k, plus ? 1 : -1]);
    }
    if (claimed.length === 0) this.refuse('a list of neurons names none');
    for (const [k, side] of claimed) this.settle(k, side);
    this.advance();
  }

  private bound(variable: number, side: Side, value: Rational, by: Combination) {
    const { free, coordinates } = this.subject;
    if (this.complete || this.open === 0) this.refuse('a bound where no neuron is open that it could serve');
    const i = free?.[variable];
    if (i === undefined || this.box === undefined) this.refuse(`there is no variable ${variable} to bound`);
    const row = new Array<bigint>(coordinates + 1).fill(0n);
    row[coordinates] = BigInt(-side) * value.numerator;
    row[i] = BigInt(side) * value.denominator;
    if (!this.isProved(row, value.denominator, by))
      this.refuse(`bound of variable ${variable}: the evidence does not prove it`);
    this.box = this.box.map((pair, v) => {
      const [low, high] = pair;
      if (v !== i) return pair;
      return side > 0 ? [compare(value, low) > 0 ? value : low, high] : [low, compare(value, high) < 0 ? value : high];
    });
  }

  private cell(witness: Integers, denominator: bigint) {
    if (this.complete) this.refuse('a leaf follows the complete tree');
    if (this.open > 0) this.refuse(`a leaf comes too early: ${this.open} neurons of layer ${this.layer} are open`);
    const point = placed(this.subject, witness, denominator);
    if (point === undefined) this.refuse('the witness is not strictly inside the domain');
    const splits = this.above.slice(this.subject.conditions.length);
    if (!splits.every(({ row }) => valueAt(row, ...point) > 0n)) {
      this.refuse('the witness is not strictly on the side of a split above it');
    }
    this.cells++;
    const last = this.cellsPerLayer.length - 1;
    if (last >= 0) this.cellsPerLayer[last]!++;
    this.resume();
  }

  /** Goes on with the positive side of the last split whose negative side is done. */
  private resume() {
    const next = this.pending.pop();
    if (next === undefined) {
      this.complete = true;
      return;
    }
    this.layer = next.layer;
    this.path = next.path;
    this.box = next.box;
    this.above.length = next.above;
    this.states[next.layer] = [...next.states];
    this.open = next.states.filter((state) => state === OPEN).length;
    this.take(next.neuron, 1);
  }
}

/** A tree in charts: splits by their neurons first, then a tree for every part. */
export class PlainParts {
  path = '';
  complete = false;
  cells = 0;
  cellsPerLayer: number[];
  private tree: PlainTree | undefined;

  constructor(private readonly charts: PlainCharts) {
    this.cellsPerLayer = charts.network.layers.map(() => 0);
  }

  /** Verifies one record. @throws PlainRefusal */
  record(record: PlainRecord): void {
    if (this.tree === undefined) {
      const isNext = record.kind === 'split' && record.neuron === this.charts.neurons[this.path.length];
      if (this.complete || !isNext) {
        throw new PlainRefusal(
          this.path,
          'the splits by the neurons of the charts are expected here, and nothing else',
        );
      }
      this.take('-');
      return;
    }
    this.tree.record(record);
    if (this.tree.complete) this.leave(this.tree);
  }

  private take(side: '+' | '-') {
    this.path += side;
    if (this.path.length < this.charts.neurons.length) return;
    const sides = [...this.path].map((taken): Side => (taken === '+' ? 1 : -1));
    this.tree = new PlainTree(this.charts.part(sides), this.path);
  }

  private leave(tree: PlainTree) {
    this.cells += tree.cells;
    this.cellsPerLayer = this.cellsPerLayer.map((cells, layer) => cells + tree.cellsPerLayer[layer]!);
    this.tree = undefined;
    const last = this.path.lastIndexOf('-');
    if (last < 0) {
      this.complete = true;
      return;
    }
    this.path = this.path.slice(0, last);
    this.take('+');
  }
}
