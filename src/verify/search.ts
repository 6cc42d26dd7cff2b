/**
 * The search for unsafe points: a depth-first walk over boxes and sides of neurons that closes nodes as early as it can.
 *
 * Programs in doubles propose multipliers and points; nothing is closed and no point is reported but by the exact rules of the checker
 * and by exact evaluation. Where rounding leaves no room, cells are settled neuron by neuron and decided in rationals, so the
 * walk ends. What is done at a node depends on the node alone: the tree is the same however it is cut into jobs.
 */
import {
  CLOSED,
  CLOSED_EXACTLY,
  EMPTY,
  INPUT_SPLIT,
  NEURON_SPLIT,
  RecordWriter,
  truncatedTo16Bits,
  writeIntegerRows,
  writeSigned,
  writeWeightedRows,
} from '../certificate/index.js';
import {
  type ConditionRow,
  closes,
  closesExactly,
  type ExactMultipliers,
  type GridBox,
  knownSides,
  type LoweredUnsafe,
  loweredUnsafe,
  Relaxation,
  type SettledRows,
  settledRows,
  sideInInputs,
} from '../checker/index.js';
import { longestEntry, type Rational, rational } from '../exact/index.js';
import type { UnsafeSet } from '../network/index.js';
import { bends, type Network } from '../network/index.js';
import { Attack, seededRandom } from './attack.js';
import { anyBox, type Enclosure, enclosuresOf, writeEnclosure } from './enclosure.js';
import { MarginProgram } from './margin-program.js';
import {
  addCondition,
  addNeuron,
  cutValues,
  type DoubleCondition,
  doubleCondition,
  NEGATIVE_CUT,
  POSITIVE_CUT,
  SIDE_ROW,
} from './relaxed-rows.js';
import { decide, type NumberedRow, settledConditions } from './settle.js';
import { type Witness, witnessAt } from './witness.js';

/** A node that waits. */
export interface OpenNode {
  readonly box: GridBox | undefined;
  readonly sides: Int8Array;
  readonly open: readonly number[];
  readonly depth: number;
  readonly inputDepth: number;
}

export interface SearchCounts {
  nodes: number;
  closedNodes: number;
  closedByBounds: number;
  closedExactly: number;
  inputSplits: number;
  neuronSplits: number;
  cells: number;
  maxDepth: number;
  /** The fraction of the tree that is closed: a node of depth d is 2^-d. */
  done: number;
}

/** With more open neurons than this, only inputs are split and cuts are not tried. */
const NEURON_LIMIT = 60;
/** With this many or fewer, only neurons are. */
const FEW_NEURONS = 8;
/** Splits of inputs on one path, per input: then only neurons are split. */
const INPUT_SPLITS = 40;
/** Rounds of adding violated cuts. */
const CUT_ROUNDS = 4;
const CUTS_AT_ONCE = 12;
const CLIMB_STEPS = 12;
const FIRST_CLIMBS = 48;
const FIRST_STEPS = 30;

/** What a disjunct came to at a node that it stays open at. */
interface Remaining {
  readonly disjunct: number;
  readonly margin: number;
  /** Weights of the conditions. */
  readonly weights: Float64Array;
  readonly point: Float64Array;
}

export class Search {
  readonly lowered: LoweredUnsafe;
  readonly counts: SearchCounts = {
    nodes: 0,
    closedNodes: 0,
    closedByBounds: 0,
    closedExactly: 0,
    inputSplits: 0,
    neuronSplits: 0,
    cells: 0,
    maxDepth: 0,
    done: 0,
  };
  /** The records since they were last taken. */
  readonly records = new RecordWriter();
  found: Witness | undefined;
  private readonly relaxation: Relaxation;
  private readonly program = new MarginProgram();
  private readonly attack: Attack;
  private readonly conditions: readonly (readonly DoubleCondition[])[];
  /** The conditions that are no bounds of single inputs: those the box has already. */
  private readonly beyondBounds: readonly (readonly number[])[];
  /** The same conditions in doubles: what points of the box are moved towards. */
  private readonly goals: readonly (readonly DoubleCondition[])[];
  private readonly layerOf: Int32Array;
  private readonly neuronBends: Uint8Array;
  /** Of roots without a box, by their first disjuncts. */
  private readonly enclosures: ReadonlyMap<number, Enclosure>;
  private readonly stack: OpenNode[] = [];
  /** The largest margin of a candidate at the node visited last. */
  private closest = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly network: Network,
    private readonly unsafe: UnsafeSet,
  ) {
    this.lowered = loweredUnsafe(unsafe);
    this.relaxation = new Relaxation(network);
    this.attack = new Attack(network);
    this.conditions = this.lowered.rows.map((rows) =>
      rows.map((row) => doubleCondition(row, longestEntry([...row.inputs, ...row.outputs, row.constant]))),
    );
    this.beyondBounds = this.lowered.rows.map((rows) =>
      rows.flatMap(({ inputs, outputs }, c) =>
        outputs.every((a) => a === 0n) && inputs.filter((a) => a !== 0n).length <= 1 ? [] : [c],
      ),
    );
    this.goals = this.beyondBounds.map((numbers, d) => numbers.map((c) => this.conditions[d]![c]!));
    this.enclosures = enclosuresOf(this.lowered);
    this.layerOf = Int32Array.from(network.layers.flatMap(({ slopes }, l) => slopes.map(() => l)));
    this.neuronBends = Uint8Array.from(network.layers.flatMap(({ slopes }) => slopes.map((s) => (bends(s) ? 1 : 0))));
  }

  get linearPrograms(): number {
    return this.program.calls;
  }

  /** The roots of the trees, as nodes. */
  roots(): OpenNode[] {
    return this.lowered.roots.map(({ box, disjuncts }) => ({
      box,
      sides: new Int8Array(this.neuronBends.length),
      open: disjuncts,
      depth: 0,
      inputDepth: 0,
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
      this.start([node]);
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
    this.found ??= witnessAt(this.network, this.unsafe, point);
    return this.found !== undefined;
  }

  /** Undefined if the node is closed, or an unsafe point was found; otherwise its children. */
  private visit(node: OpenNode, box: GridBox): readonly [OpenNode, OpenNode] | undefined {
    const { relaxation, records, counts } = this;
    if (!relaxation.evaluate(box.lower, box.upper, box.grid, node.sides)) {
      records.byte(EMPTY);
      counts.closedByBounds++;
      return undefined;
    }
    let remaining: Remaining[] = [];
    for (const disjunct of node.open) {
      const rest = this.bound(disjunct, node);
      if (rest !== undefined) remaining.push(rest);
    }
    if (remaining.length === 0) return undefined;
    this.tryPointsOf(remaining, box);
    if (this.found !== undefined) return undefined;
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

  /** Closes a disjunct by bounds, or says what it came to. */
  private bound(disjunct: number, { sides }: OpenNode): Remaining | undefined {
    const { relaxation, program, counts } = this;
    const conditions = this.conditions[disjunct]!;
    const { symbols } = relaxation;
    program.begin(symbols);
    const numbers = [...this.beyondBounds[disjunct]!];
    const scales = numbers.map((c) => conditions[c]!.scale);
    for (const c of numbers) addCondition(program, relaxation, conditions[c]!);
    const add = (neuron: number, kind: number) => {
      const layer = this.layerOf[neuron]!;
      addNeuron(program, relaxation, layer, neuron - relaxation.layers[layer]!.offset, kind);
      numbers.push(conditions.length + 3 * neuron + kind);
      scales.push(0);
    };
    for (let neuron = 0; neuron < sides.length; neuron++) {
      if (sides[neuron] === 0) continue;
      const { status, offset } = relaxation.layers[this.layerOf[neuron]!]!;
      if (Math.abs(status[neuron - offset]!) === 2) add(neuron, SIDE_ROW);
    }
    if (program.size === 0) {
      return { disjunct, margin: 0, weights: new Float64Array(conditions.length), point: new Float64Array(symbols) };
    }
    let answer = program.solve(Number.POSITIVE_INFINITY);
    if (relaxation.open <= NEURON_LIMIT) {
      for (let round = 0; round < CUT_ROUNDS && answer.margin >= 0; round++) {
        const cuts = this.violatedCuts(answer.point, numbers, conditions.length);
        if (cuts.length === 0) break;
        for (const [neuron, kind] of cuts) add(neuron, kind);
        const before = answer.margin;
        answer = program.solve(Number.POSITIVE_INFINITY);
        // What gains little will not close the node.
        if (4 * answer.margin > 3 * before) break;
      }
    }
    if (answer.margin < 0 && this.close(disjunct, numbers, scales, answer.multipliers)) {
      counts.closedByBounds++;
      return undefined;
    }
    const weights = new Float64Array(conditions.length);
    this.beyondBounds[disjunct]!.forEach((c, r) => {
      weights[c] = answer.multipliers[r]!;
    });
    return { disjunct, margin: answer.margin, weights, point: answer.point.slice(0, symbols) };
  }

  private violatedCuts(point: Float64Array, numbers: readonly number[], conditions: number): [number, number][] {
    const { layers } = this.relaxation;
    const known = new Set(numbers);
    const found: { readonly value: number; readonly cut: [number, number] }[] = [];
    layers.forEach(({ status, offset }, l) => {
      for (let k = 0; k < status.length; k++) {
        if (status[k] !== 0) continue;
        const values = cutValues(this.relaxation, l, k, point);
        for (const [side, kind] of [NEGATIVE_CUT, POSITIVE_CUT].entries()) {
          const value = values[side]!;
          const neuron = offset + k;
          if (value < -(2 ** -7) && !known.has(conditions + 3 * neuron + kind))
            found.push({ value, cut: [neuron, kind] });
        }
      }
    });
    found.sort((a, b) => a.value - b.value);
    return found.slice(0, CUTS_AT_ONCE).map(({ cut }) => cut);
  }

  /** Writes the record of a closed disjunct with the shortest multipliers that do. */
  private close(
    disjunct: number,
    numbers: readonly number[],
    scales: readonly number[],
    multipliers: Float64Array,
  ): boolean {
    const used = numbers.flatMap((row, r) =>
      multipliers[r]! > 0 ? [{ row, value: multipliers[r]! * 2 ** -scales[r]! }] : [],
    );
    const rows = used.map(({ row }) => row);
    for (const form of [0, 1, 2] as const) {
      const values = used.map(({ value }) =>
        form === 0 ? truncatedTo16Bits(value) : form === 1 ? Math.fround(value) : value,
      );
      if (!values.every((v) => v > 0 && Number.isFinite(v))) continue;
      if (!closes(this.relaxation, this.lowered.rows[disjunct]!, { rows, values })) continue;
      this.records.byte(CLOSED);
      this.records.varint(disjunct);
      writeWeightedRows(this.records, form, { rows, values });
      return true;
    }
    return false;
  }

  private tryPointsOf(remaining: readonly Remaining[], box: GridBox) {
    const [lower, upper] = innerBox(box);
    for (const { disjunct, point, margin: bound } of remaining) {
      const conditions = this.goals[disjunct]!;
      const x = Float64Array.from(lower, (lo, i) => {
        const value = lo + ((point[i]! + 1) / 2) * (upper[i]! - lo);
        return Math.min(upper[i]!, Math.max(lo, value));
      });
      let margin = this.attack.margin(x, conditions);
      // Closer to the unsafe set than the bound is from deciding: worth a climb.
      if (margin < 0 && -16 * margin < bound) margin = this.attack.climb(x, lower, upper, conditions, CLIMB_STEPS);
      if (margin > this.closest) this.closest = margin;
      if (margin >= 0) this.tryPoint(x, box.grid);
      if (this.found !== undefined) return;
    }
  }

  /** Decides a disjunct on a settled cell; true if it is closed there. */
  private settle(disjunct: number, { sides, box }: OpenNode, settled: SettledRows): boolean {
    const conditions = this.lowered.rows[disjunct]!;
    const rows = [...settledConditions(conditions, settled), ...this.sideRows(settled, sides, conditions)];
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
    this.program.begin(relaxation.symbols);
    const conditions = this.conditions[disjunct]!;
    const total = weights.reduce((sum, w) => sum + w, 0);
    conditions.forEach((condition, c) => {
      const weight = total > 0 ? weights[c]! : 1;
      if (weight === 0) return;
      this.program.begin(relaxation.symbols);
      addCondition(this.program, relaxation, condition);
      for (let i = 0; i < blame.length; i++) blame[i]! += weight * this.program.rows[i]!;
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
