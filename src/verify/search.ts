/**
 * The search for unsafe points: a depth-first walk over boxes and sides of neurons that closes nodes as early as it can.
 *
 * Programs in doubles propose multipliers and points; nothing is closed and no point is reported but by the exact rules of the checker
 * and by exact evaluation. Where rounding leaves no room, cells are settled neuron by neuron and decided in rationals, so the
 * walk ends. What is done at a node depends on the node alone: the tree is the same however it is cut into jobs.
 */
import {
  CLOSED_EXACTLY,
  EMPTY,
  INPUT_SPLIT,
  NEURON_SPLIT,
  RecordWriter,
  writeIntegerRows,
  writeSigned,
} from '../certificate/index.js';
import {
  type ConditionRow,
  closesExactly,
  type ExactMultipliers,
  type GridBox,
  knownSides,
  type LoweredUnsafe,
  loweredUnsafe,
  type Relaxation,
  type SettledRows,
  settledRows,
  sideInInputs,
} from '../checker/index.js';
import { type Rational, rational } from '../exact/index.js';
import type { UnsafeSet } from '../network/index.js';
import { bends, condensed, type Network } from '../network/index.js';
import type { SearchArithmetic } from './arithmetic/memory.js';
import { Attack, seededRandom } from './attack.js';
import { Bounding, type Remaining } from './bounding.js';
import { noCounts } from './counts.js';
import { anyBox, type Enclosure, enclosuresOf, writeEnclosure } from './enclosure.js';
import { RelaxedProgram } from './relaxed-program.js';
import { addCondition, type DoubleCondition, SIDE_ROW } from './relaxed-rows.js';
import { decide, type NumberedRow, settledConditions } from './settle.js';
import { type Witness, witnessAt } from './witness.js';

/** A node that waits. */
export interface OpenNode {
  readonly box: GridBox | undefined;
  readonly sides: Int8Array;
  readonly open: readonly number[];
  readonly depth: number;
  readonly inputDepth: number;
  /** The largest margin on the way here that a climb started from. */
  readonly closest: number;
}

/** With more open neurons than this, only inputs are split. */
const NEURON_LIMIT = 20;
/** With this many or fewer, only neurons are. */
const FEW_NEURONS = 8;
/** Splits of inputs on one path, per input: then only neurons are split. */
const INPUT_SPLITS = 40;
const CLIMB_STEPS = 12;
const FIRST_CLIMBS = 48;
const FIRST_STEPS = 30;

export class Search {
  readonly lowered: LoweredUnsafe;
  readonly counts = noCounts();
  /** The records since they were last taken. */
  readonly records = new RecordWriter();
  found: Witness | undefined;
  private readonly bounding: Bounding;
  private readonly relaxation: Relaxation;
  private readonly attack: Attack;
  /** The conditions beyond bounds in doubles: what points of the box are moved towards. */
  private readonly goals: readonly (readonly DoubleCondition[])[];
  /** Room for one row at a time. */
  private readonly scratch: RelaxedProgram;
  private readonly neuronBends: Uint8Array;
  /** Of roots without a box, by their first disjuncts. */
  private readonly enclosures: ReadonlyMap<number, Enclosure>;
  private readonly stack: OpenNode[] = [];
  /** The largest margin of a candidate at the node visited last. */
  private closest = Number.NEGATIVE_INFINITY;

  /** The one that proofs are about: the same function. */
  private readonly network: Network;

  constructor(
    private readonly given: Network,
    private readonly unsafe: UnsafeSet,
    arithmetic: SearchArithmetic = 'wasm',
  ) {
    this.lowered = loweredUnsafe(unsafe);
    this.network = condensed(given);
    const { network } = this;
    this.bounding = new Bounding(network, this.lowered, this.records, arithmetic);
    this.relaxation = this.bounding.relaxation;
    this.scratch = new RelaxedProgram('plain');
    this.attack = new Attack(network);
    const { beyondBounds, conditions } = this.bounding;
    this.goals = beyondBounds.map((numbers, d) => numbers.map((c) => conditions[d]![c]!));
    this.enclosures = enclosuresOf(this.lowered);
    this.neuronBends = Uint8Array.from(network.layers.flatMap(({ slopes }) => slopes.map((s) => (bends(s) ? 1 : 0))));
  }

  get linearPrograms(): number {
    return this.bounding.linearPrograms;
  }

  /** The roots of the trees, as nodes. */
  roots(): OpenNode[] {
    return this.lowered.roots.map(({ box, disjuncts }) => ({
      box,
      sides: new Int8Array(this.neuronBends.length),
      open: disjuncts,
      depth: 0,
      inputDepth: 0,
      closest: Number.NEGATIVE_INFINITY,
    }));
  }

  /** Starts on nodes; `step` walks through their subtrees, one after the other. */
  start(nodes: readonly OpenNode[]): void {
    this.stack.length = 0;
    for (let k = nodes.length - 1; k >= 0; k--) this.stack.push(nodes[k]!);
  }

  /** Whether nothing is left of the subtree, or an unsafe point is found. */
  get isOver(): boolean {
    return this.stack.length === 0 || this.found !== undefined;
  }

  /** What is left of the subtrees, the next node first. */
  get waiting(): OpenNode[] {
    return this.stack.slice().reverse();
  }

  /** Visits one node. */
  step(): void {
    const node = this.stack.pop()!;
    const { counts } = this;
    counts.nodes++;
    if (node.depth > counts.maxDepth) counts.maxDepth = node.depth;
    const children = node.box === undefined ? this.visitUnbounded(node) : this.visit(node, node.box);
    if (this.found !== undefined) return;
    if (children === undefined) {
      counts.closedNodes++;
      counts.done += 2 ** -node.depth;
    } else this.stack.push(children[1], children[0]);
  }

  /**
   * Looks for an unsafe point best first: of all nodes known the one is visited next whose own candidate was closest to unsafe.
   * Nothing is proved on the way; memory grows with the budget. Yields after every visit.
   */
  *probe(budget: number): Generator<undefined, void> {
    const waiting = this.roots().map((node) => ({ node, score: 0 }));
    for (let visits = 0; visits < budget && waiting.length > 0 && this.found === undefined; visits++) {
      let best = 0;
      for (let i = 1; i < waiting.length; i++) if (waiting[i]!.score > waiting[best]!.score) best = i;
      const { node } = waiting[best]!;
      waiting[best] = waiting.at(-1)!;
      waiting.pop();
      this.closest = Number.NEGATIVE_INFINITY;
      // Here every good candidate is worth a climb.
      this.start([{ ...node, closest: Number.NEGATIVE_INFINITY }]);
      this.step();
      for (const child of this.stack) waiting.push({ node: child, score: this.closest });
      this.records.take();
      yield;
    }
  }

  /** Climbs to an unsafe point from many places of a root's box. Yields after every climb. */
  *falsify(): Generator<undefined, void> {
    const random = seededRandom(1);
    for (const { box: own, disjuncts } of this.lowered.roots) {
      const box = own ?? this.enclosures.get(disjuncts[0]!)?.box ?? anyBox(this.lowered.inputs);
      const [lower, upper] = innerBox(box);
      for (const disjunct of disjuncts) {
        for (let k = 0; k < FIRST_CLIMBS; k++) {
          const x = lower.map((lo, i) => (k === 0 ? (lo + upper[i]!) / 2 : lo + random() * (upper[i]! - lo)));
          const margin = this.attack.climb(x, lower, upper, this.goals[disjunct]!, FIRST_STEPS);
          if (margin >= 0) this.tryPoint(x, box.grid);
          if (this.found !== undefined) return;
          yield;
        }
      }
    }
  }

  /** A point in doubles, moved to the grid, evaluated exactly. */
  private tryPoint(x: ArrayLike<number>, grid: number): void {
    const unit = 1n << BigInt(grid);
    this.tryExactly(Array.from(x, (value) => rational(BigInt(Math.round(value * 2 ** grid)), unit)));
  }

  private tryExactly(point: readonly Rational[]): boolean {
    this.found ??= witnessAt(this.given, this.unsafe, point);
    return this.found !== undefined;
  }

  /** Undefined if the node is closed, or an unsafe point was found; otherwise its children. */
  private visit(node: OpenNode, box: GridBox): readonly [OpenNode, OpenNode] | undefined {
    const { relaxation, counts } = this;
    if (node.depth === 0) node = { ...node, open: node.open.filter((disjunct) => !this.closeConstant(disjunct)) };
    if (node.open.length === 0 || !this.evaluate(node, box)) return undefined;
    let remaining: Remaining[] = [];
    for (const disjunct of node.open) {
      const rest = this.bound(disjunct, node);
      if (rest !== undefined) remaining.push(rest);
    }
    if (remaining.length === 0) return undefined;
    node = { ...node, closest: this.tryPointsOf(node, remaining, box) };
    if (this.found !== undefined) return undefined;
    if (remaining.length === 1) {
      const [only] = remaining;
      const sides = this.bounding.imply(only!, node.sides);
      if (sides !== undefined) {
        node = { ...node, sides, open: [only!.disjunct] };
        counts.implied++;
        if (!this.evaluate(node, box)) return undefined;
        const rest = this.bound(only!.disjunct, node);
        if (rest === undefined) return undefined;
        remaining = [rest];
      }
    }
    if (relaxation.open === 0) {
      counts.cells++;
      const known = knownSides(relaxation, node.sides);
      const settled = settledRows(this.network, known);
      remaining = remaining.filter(({ disjunct }) => !this.settle(disjunct, node, settled));
      if (this.found === undefined && remaining.length > 0)
        throw new Error('verification: a settled cell is undecided');
      return undefined;
    }
    return this.split({ ...node, open: remaining.map(({ disjunct }) => disjunct) }, box, worstOf(remaining));
  }

  /** Closes a disjunct that has a condition without variables, once everything that cancels is left out, which does not hold. */
  private closeConstant(disjunct: number): boolean {
    const conditions = this.lowered.rows[disjunct]!;
    const nothing = { layers: [], output: undefined };
    const violated = settledConditions(conditions, nothing, this.network).find(({ row, strict }) => {
      const constant = row.at(-1)!;
      return row.slice(0, -1).every((a) => a === 0n) && (constant < 0n || (constant === 0n && strict));
    });
    if (violated === undefined) return false;
    this.writeExact(disjunct, { rows: [violated.number], values: [1n] });
    this.counts.closedExactly++;
    return true;
  }

  /** Bounds everything on a node; false if that contradicts its sides, and is written. */
  private evaluate({ sides }: OpenNode, box: GridBox): boolean {
    if (this.relaxation.evaluate(box.lower, box.upper, box.grid, sides)) return true;
    this.records.byte(EMPTY);
    this.counts.closedByBounds++;
    return false;
  }

  private bound(disjunct: number, { sides }: OpenNode): Remaining | undefined {
    const rest = this.bounding.bound(disjunct, sides);
    if (rest === undefined) this.counts.closedByBounds++;
    return rest;
  }

  /** Tries the points of programs, and climbs from good ones. @returns the best margin on the way here that a climb started from */
  private tryPointsOf(node: OpenNode, remaining: readonly Remaining[], box: GridBox): number {
    let closest = node.closest;
    const [lower, upper] = innerBox(box);
    for (const { disjunct, point, margin: bound } of remaining) {
      const conditions = this.goals[disjunct]!;
      const x = Float64Array.from(lower, (lo, i) => {
        const value = lo + ((point[i]! + 1) / 2) * (upper[i]! - lo);
        return Math.min(upper[i]!, Math.max(lo, value));
      });
      let margin = this.attack.margin(x, conditions);
      // Closer to the unsafe set than the bound is from deciding: worth a climb.
      if (margin < 0 && -16 * margin < bound && margin > node.closest) {
        closest = Math.max(closest, margin);
        margin = this.attack.climb(x, lower, upper, conditions, CLIMB_STEPS);
      }
      if (margin > this.closest) this.closest = margin;
      if (margin >= 0) this.tryPoint(x, box.grid);
      if (this.found !== undefined) break;
    }
    return closest;
  }

  /** Decides a disjunct on a settled cell; true if it is closed there. */
  private settle(disjunct: number, { sides, box }: OpenNode, settled: SettledRows): boolean {
    const conditions = this.lowered.rows[disjunct]!;
    const rows = [
      ...settledConditions(conditions, settled, this.network),
      ...this.sideRows(settled, sides, conditions),
    ];
    const answer = decide(this.network.inputs, rows, box);
    if (answer.isPossible) {
      this.tryExactly(answer.point);
      return false;
    }
    if (!closesExactly(this.network, settled, sides, conditions, box, answer.by)) {
      throw new Error('verification: the multipliers of an exact program prove nothing');
    }
    this.writeExact(disjunct, answer.by);
    this.counts.closedExactly++;
    return true;
  }

  private sideRows(settled: SettledRows, sides: Int8Array, conditions: readonly ConditionRow[]): NumberedRow[] {
    const rows: NumberedRow[] = [];
    for (let neuron = 0; neuron < sides.length; neuron++) {
      if (sides[neuron] === 0) continue;
      const row = sideInInputs(settled, this.network, sides, neuron);
      if (row !== undefined) rows.push({ number: conditions.length + 3 * neuron + SIDE_ROW, row, strict: false });
    }
    return rows;
  }

  private writeExact(disjunct: number, by: ExactMultipliers) {
    this.records.byte(CLOSED_EXACTLY);
    this.records.varint(disjunct);
    writeIntegerRows(this.records, by);
  }

  /** Without bounds, and none that the conditions prove, there are only exact programs over the rows that are settled so far. */
  private visitUnbounded(node: OpenNode): readonly [OpenNode, OpenNode] | undefined {
    const enclosure = node.depth === 0 ? this.enclosures.get(node.open[0]!) : undefined;
    if (enclosure !== undefined) {
      writeEnclosure(this.records, enclosure);
      return this.visit({ ...node, box: enclosure.box }, enclosure.box);
    }
    const settled = settledRows(this.network, node.sides);
    const isCell = settled.output !== undefined;
    if (isCell) this.counts.cells++;
    const open = node.open.filter((disjunct) => this.found === undefined && !this.settle(disjunct, node, settled));
    if (this.found !== undefined || open.length === 0) return undefined;
    if (isCell) throw new Error('verification: a settled cell is undecided');
    let offset = 0;
    for (let l = 0; l < settled.layers.length - 1; l++) offset += this.network.layers[l]!.slopes.length;
    let neuron = offset;
    while (this.neuronBends[neuron] === 0 || node.sides[neuron] !== 0) neuron++;
    return this.splitNeuron({ ...node, open }, neuron);
  }

  private splitNeuron(node: OpenNode, neuron: number): readonly [OpenNode, OpenNode] {
    this.counts.neuronSplits++;
    this.records.byte(NEURON_SPLIT);
    this.records.varint(neuron);
    const on = (side: number): OpenNode => {
      const sides = node.sides.slice();
      sides[neuron] = side;
      return { ...node, sides, depth: node.depth + 1 };
    };
    return [on(-1), on(1)];
  }

  private splitInput(node: OpenNode, box: GridBox, input: number): readonly [OpenNode, OpenNode] {
    this.counts.inputSplits++;
    const at = Math.floor((box.lower[input]! + box.upper[input]!) / 2);
    this.records.byte(INPUT_SPLIT);
    this.records.varint(input);
    writeSigned(this.records, at);
    const half = (bounds: Float64Array) => {
      const copy = bounds.slice();
      copy[input] = at;
      return copy;
    };
    const child = { ...node, depth: node.depth + 1, inputDepth: node.inputDepth + 1 };
    return [
      { ...child, box: { ...box, upper: half(box.upper) } },
      { ...child, box: { ...box, lower: half(box.lower) } },
    ];
  }

  /**
   * Splits what the looseness of the bound is due to: the coefficients of the combination at the symbols, handed down from
   * the symbol of a neuron to those of its pre-activation in proportion. A split settles a neuron, but only halves an input.
   */
  private split(node: OpenNode, box: GridBox, worst: Remaining): readonly [OpenNode, OpenNode] {
    const blame = this.blame(worst);
    const { relaxation } = this;
    const inputs = this.network.inputs;
    let input = -1;
    const mayHalve = node.inputDepth < INPUT_SPLITS * inputs && relaxation.open > FEW_NEURONS;
    for (let i = 0; i < inputs; i++) {
      if (box.upper[i]! - box.lower[i]! < 2) continue;
      if (input < 0 || blame[i]! > blame[input]!) input = i;
    }
    let symbol = inputs;
    for (let e = inputs + 1; e < relaxation.symbols; e++) if (blame[e]! > blame[symbol]!) symbol = e;
    const prefersNeuron = relaxation.open <= NEURON_LIMIT && 2 * blame[symbol]! > blame[input]!;
    if (input >= 0 && mayHalve && !prefersNeuron) return this.splitInput(node, box, input);
    return this.splitNeuron(node, this.neuronOf(symbol));
  }

  private neuronOf(symbol: number): number {
    for (const { status, symbol: symbols, offset } of this.relaxation.layers) {
      for (let k = 0; k < status.length; k++) if (status[k] === 0 && symbols[k] === symbol) return offset + k;
    }
    throw new Error('verification: a symbol belongs to no neuron');
  }

  private blame({ disjunct, weights }: Remaining): Float64Array {
    const { relaxation } = this;
    const blame = new Float64Array(relaxation.symbols);
    const conditions = this.bounding.conditions[disjunct]!;
    const total = weights.reduce((sum, w) => sum + w, 0);
    conditions.forEach((condition, c) => {
      const weight = total > 0 ? weights[c]! : 1;
      if (weight === 0) return;
      this.scratch.begin(relaxation.symbols);
      addCondition(this.scratch, relaxation, condition);
      for (let i = 0; i < blame.length; i++) blame[i]! += weight * this.scratch.rows[i]!;
    });
    for (let i = 0; i < blame.length; i++) blame[i] = Math.abs(blame[i]!);
    for (let l = relaxation.layers.length - 1; l >= 0; l--) {
      const { before, status, symbol } = relaxation.layers[l]!;
      const n = before.columns;
      for (let k = 0; k < status.length; k++) {
        if (status[k] !== 0) continue;
        const share = blame[symbol[k]!]!;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += Math.abs(before.coefficients[k * n + i]!);
        if (share === 0 || sum === 0) continue;
        for (let i = 0; i < n; i++) blame[i]! += (share * Math.abs(before.coefficients[k * n + i]!)) / sum;
      }
    }
    return blame;
  }
}

function worstOf(remaining: readonly Remaining[]): Remaining {
  return remaining.reduce((worst, other) => (other.margin > worst.margin ? other : worst));
}

/** The box in doubles without its outermost grid cells, where there is room: disjuncts' own bounds may lie between grid points. */
function innerBox({ grid, lower, upper }: GridBox): readonly [Float64Array, Float64Array] {
  const unit = 2 ** -grid;
  const room = lower.map((lo, i) => (upper[i]! - lo >= 2 ? 1 : 0));
  return [lower.map((lo, i) => (lo + room[i]!) * unit), upper.map((hi, i) => (hi - room[i]!) * unit)];
}
