/**
 * Checking that no input of a network is unsafe: the tree of a verification, record by record.
 *
 * Every node stands for the points of a box on the sides that the splits on its way say. Each side of a split is closed, and together
 * they are everything; a leaf is closed for every disjunct. So no point of the root satisfies a disjunct: induction from the leaves. The roots'
 * boxes hold every point that satisfies their disjuncts (`unsafe.ts`), and every disjunct belongs to one. The network is the condensed one
 * (`network/condensed.ts`), which is the same function: neurons are numbered as they are there.
 */
import type { IntegerRows, VerificationRecord } from '../certificate/index.js';
import type { UnsafeSet } from '../network/index.js';
import { bends, condensed, type Network } from '../network/index.js';
import { closes } from './closing.js';
import { boxOf, provesBox } from './enclosure.js';
import { Relaxation } from './relaxation.js';
import { closesExactly, type SettledRows, settledRows } from './settled.js';
import { type GridBox, type LoweredUnsafe, loweredUnsafe } from './unsafe.js';

/** Why a verification is not accepted. */
export class VerificationRefusal extends Error {
  override readonly name = 'VerificationRefusal';
  constructor(
    /** The sides taken from a root: l and u at splits of an input, - and + at those of a neuron. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

interface Node {
  readonly path: string;
  readonly box: GridBox | undefined;
  readonly sides: Int8Array;
  readonly open: readonly number[];
}

type ImpliedSide = VerificationRecord & { readonly kind: 'implied' };

export interface VerifiedCounts {
  nodes: number;
  closed: number;
  closedExactly: number;
  implied: number;
}

/** Verifies the records of a file in their order. */
export class VerificationTree {
  readonly lowered: LoweredUnsafe;
  readonly counts: VerifiedCounts = { nodes: 0, closed: 0, closedExactly: 0, implied: 0 };
  private readonly relaxation: Relaxation;
  private readonly neuronBends: Uint8Array;
  private root = 0;
  private readonly waiting: Node[] = [];
  private node: Node | undefined;
  /** The sides of the node with those implied at it. */
  private sides: Int8Array = new Int8Array(0);
  private open: number[] = [];
  private bounds: 'none' | 'valid' | 'empty' = 'none';
  private settled: SettledRows | undefined;

  private readonly network: Network;

  constructor(network: Network, unsafe: UnsafeSet) {
    this.lowered = loweredUnsafe(unsafe);
    this.network = condensed(network);
    this.relaxation = new Relaxation(this.network);
    this.neuronBends = Uint8Array.from(
      this.network.layers.flatMap(({ slopes }) => slopes.map((s) => (bends(s) ? 1 : 0))),
    );
    this.next();
  }

  /** How many disjuncts are open at the node that the next record belongs to. */
  get openDisjuncts(): number {
    return this.open.length;
  }

  /** Whether all roots are closed. */
  get isComplete(): boolean {
    return this.node === undefined;
  }

  private refuse(reason: string): never {
    throw new VerificationRefusal(this.node?.path ?? '', reason);
  }

  private next() {
    let node = this.waiting.pop();
    if (node === undefined && this.root < this.lowered.roots.length) {
      const { box, disjuncts } = this.lowered.roots[this.root]!;
      node = { path: `${this.root}:`, box, sides: new Int8Array(this.neuronBends.length), open: disjuncts };
      this.root++;
    }
    this.enter(node);
  }

  private enter(node: Node | undefined) {
    this.node = node;
    this.bounds = 'none';
    this.settled = undefined;
    if (node === undefined) return;
    this.counts.nodes++;
    this.sides = node.sides;
    this.open = [...node.open];
  }

  /** @throws VerificationRefusal for a record that proves nothing */
  record(record: VerificationRecord): void {
    const { node } = this;
    if (node === undefined) this.refuse('a record follows the last node');
    switch (record.kind) {
      case 'end':
        this.refuse('the tree ends before all of its nodes are closed');
        break;
      case 'input':
        this.splitInput(node, record.input, record.at);
        break;
      case 'neuron':
        this.splitNeuron(node, record.neuron);
        break;
      case 'closed': {
        this.evaluated(node);
        if (!closes(this.relaxation, this.rowsOf(record.disjunct), record.by))
          this.refuse('the multipliers close nothing');
        this.counts.closed++;
        this.close(record.disjunct);
        break;
      }
      case 'exact':
        this.closeExactly(node, record);
        break;
      case 'empty':
        if (this.evaluate(node) !== 'empty') this.refuse('the bounds contradict no split');
        this.counts.closed++;
        this.next();
        break;
      case 'implied':
        this.imply(node, record);
        break;
      case 'again':
        this.bounds = 'none';
        this.settled = undefined;
        this.node = { ...node, sides: this.sides };
        break;
      case 'box':
        this.enclose(node, boxOf(record.grid, record.lower, record.upper), record.faces);
    }
  }

  private enclose(node: Node, box: GridBox | undefined, faces: readonly IntegerRows[]) {
    if (node.box !== undefined) this.refuse('there is a box already');
    if (box === undefined) return this.refuse('the faces are those of no box');
    if (!this.open.every((d) => provesBox(this.lowered.rows[d]!, box, faces))) this.refuse('the faces are not proved');
    this.settled = undefined;
    this.node = { ...node, box };
  }

  private rowsOf(disjunct: number) {
    if (!this.open.includes(disjunct)) this.refuse(`disjunct ${disjunct} is not open here`);
    return this.lowered.rows[disjunct]!;
  }

  private close(disjunct: number) {
    this.open = this.open.filter((d) => d !== disjunct);
    if (this.open.length === 0) this.next();
  }

  private evaluate(node: Node) {
    const { box } = node;
    if (box === undefined) return this.refuse('there is no box to bound anything on');
    if (this.bounds === 'none') {
      const isPossible = this.relaxation.evaluate(box.lower, box.upper, box.grid, node.sides);
      this.bounds = isPossible ? 'valid' : 'empty';
    }
    return this.bounds;
  }

  private evaluated(node: Node) {
    if (this.evaluate(node) !== 'valid') this.refuse('the bounds contradict a split');
  }

  private closeExactly(node: Node, record: IntegerRows & { readonly disjunct: number }) {
    const rows = this.rowsOf(record.disjunct);
    if (this.settled === undefined) this.settled = settledRows(this.network, this.knownSides(node));
    if (!closesExactly(this.network, this.settled, node.sides, rows, node.box, record)) {
      this.refuse('the exact multipliers close nothing');
    }
    this.counts.closedExactly++;
    this.close(record.disjunct);
  }

  /** Split sides, and where there is a box those that its bounds show. */
  private knownSides(node: Node): Int8Array {
    if (node.box === undefined) return node.sides;
    this.evaluated(node);
    return knownSides(this.relaxation, node.sides);
  }

  private splitInput({ path, box, open: _, ...node }: Node, input: number, at: number) {
    if (box === undefined) return this.refuse('there is no box to split');
    const [low, high] = [box.lower[input], box.upper[input]];
    if (low === undefined || high === undefined || !(low <= at && at <= high)) {
      return this.refuse(`input ${input} is not split inside its interval`);
    }
    const { open, sides } = this;
    const half = (bounds: Float64Array) => {
      const copy = bounds.slice();
      copy[input] = at;
      return copy;
    };
    this.waiting.push({ ...node, path: `${path}u`, box: { ...box, lower: half(box.lower) }, sides, open });
    this.enter({ ...node, path: `${path}l`, box: { ...box, upper: half(box.upper) }, sides, open });
  }

  private splitNeuron({ path, box }: Node, neuron: number) {
    const { open, sides } = this;
    if (this.neuronBends[neuron] !== 1) this.refuse(`neuron ${neuron} does not bend`);
    if (sides[neuron] !== 0) this.refuse(`neuron ${neuron} is split already`);
    const on = (side: number) => {
      const copy = sides.slice();
      copy[neuron] = side;
      return copy;
    };
    this.waiting.push({ path: `${path}+`, box, sides: on(1), open });
    this.enter({ path: `${path}-`, box, sides: on(-1), open });
  }

  private imply(node: Node, { neuron, side, by }: ImpliedSide) {
    this.evaluated(node);
    if (this.neuronBends[neuron] !== 1 || this.sides[neuron] !== 0) this.refuse(`neuron ${neuron} is settled already`);
    const other = { neuron, side: -side as 1 | -1 };
    this.open.forEach((d, i) => {
      const isImpossible = closes(this.relaxation, this.lowered.rows[d]!, by[i]!, other);
      if (!isImpossible) this.refuse(`neuron ${neuron} is not implied`);
    });
    this.counts.implied++;
    this.sides = this.sides.slice();
    this.sides[neuron] = side;
  }
}

/** For every neuron its split side, or else the one that the bounds show, or 0. */
export function knownSides({ layers }: Relaxation, sides: Int8Array): Int8Array {
  const known = sides.slice();
  for (const { status, offset } of layers) {
    for (let k = 0; k < status.length; k++) {
      if (known[offset + k] === 0 && (status[k] === 1 || status[k] === -1)) known[offset + k] = status[k]!;
    }
  }
  return known;
}
