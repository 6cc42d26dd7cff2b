/**
 * The checker: decides exactly whether a certificate proves what it says about a network.
 *
 * It trusts nothing but the checker's files, `certificate/format.ts`, the exact arithmetic and the network model. It computes
 * every row itself from the network's weights and verifies, node by node:
 *
 * - *split*: the neuron bends and is not settled yet. Both sides become cases, so no point of the domain is lost and no two
 *   leaves share an interior point; that both sides have interior follows from the leaves below.
 * - *implied*: with g the neuron's exact pre-activation on this cell, s the claimed side and h_k >= 0 the splits above,
 *   s g - sum m_k h_k is nonnegative on the node's box and all m_k >= 0. So s g >= 0 on the cell: its other side has no interior.
 * - *bounded*: several implied neurons at once, with no multipliers.
 * - *zero*: g is the zero function, so the neuron's two branches agree.
 * - *bound*: a bound of one input, proved on the cell like an implied neuron; from then on the subtree is proved on the
 *   smaller box, which contains the cell.
 * - *cell*: every bending neuron is settled, and the witness satisfies every split above strictly and lies strictly inside
 *   the domain (relative to the inputs that the domain fixes). So the leaf has interior.
 *
 * Together: the leaves are exactly the cells of the partition, each once, and their number is a theorem.
 *
 * Everything is tried in doubles first, whose derived errors enter with the worst sign (`double-rows.ts`), and decided in exact integers
 * where they do not prove it (`exact-path.ts`).
 *
 * Cost: per settled active neuron (inputs + 2) operations for every neuron of the next layer, where that layer is reached; per neuron that
 * bounds settle inputs + 1; per other implied neuron (number of multipliers) * (inputs + 1); per cell (number of splits above) * (inputs + 1).
 * Where doubles prove nothing, the exact rows of the path are computed, each once per layer's cell.
 */

import { type CertificateRecord, type CertificateTrailer, isNegative } from '../certificate/index.js';
import type { IntegerVector } from '../exact/index.js';
import type { NodeBox } from './domain.js';
import { type Multipliers, type Target, UNAIDED } from './evidence.js';
import { type CheckedNetwork, placeInside } from './network.js';
import { CheckedPath, type Mark } from './path.js';
import { OPEN, SettledNeurons, ZERO_ROW } from './settled-neurons.js';

/** Why a certificate is refused: at which node (sides taken at the splits from the root) and for what reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path === '' ? 'root' : path}: ${reason}`);
  }
}

/** What was verified. */
export interface Verified {
  splits: number;
  /** Implied neurons proved by the bounds of the domain alone. */
  impliedByBounds: number;
  /** Implied neurons proved by multipliers. */
  impliedByMultipliers: number;
  /** Neurons whose pre-activation is identically zero. */
  zeroRows: number;
  /** Bounds of inputs on cells, proved by multipliers. */
  bounds: number;
  witnesses: number;
  /** Leaves in parts that symmetries take others to (`orbits.ts`). */
  images?: number;
}

export interface CheckedTree extends CertificateTrailer {
  readonly verified: Verified;
}

/** Of a network without activations. */
const NO_NEURONS = new SettledNeurons(0);

/** A node whose second child is still to come. */
interface Pending {
  readonly neuron: number;
  readonly place: Mark;
  readonly box: NodeBox | undefined;
}

/** What verifies the records of a tree. */
export interface RecordChecker {
  /** Cells verified so far. */
  readonly progress: number;
  /**
   * Verifies one record.
   *
   * @param isOwn whether its numbers are this checker's to verify; otherwise they need not have been read, but for those of bounds
   * @throws Refusal
   */
  record(record: CertificateRecord, isOwn: boolean): void;
  /** A split whose negative side is another checker's and done: only its positive side follows. */
  takePositive(neuron: number): void;
  /** A leaf that is another checker's. */
  leave(): void;
  /** What the complete tree proves. @throws Refusal if it is not complete, or not what the trailer states */
  finish(trailer?: CertificateTrailer): CheckedTree;
}

/** Verifies records one by one; `finish` gives the result when the tree is complete. */
export class TreeChecker implements RecordChecker {
  private readonly verified: Verified = {
    splits: 0,
    impliedByBounds: 0,
    impliedByMultipliers: 0,
    zeroRows: 0,
    bounds: 0,
    witnesses: 0,
  };
  private cells = 0;
  readonly cellsPerLayer: number[];
  readonly above: CheckedPath;
  private readonly pending: Pending[] = [];
  /** Of the current layer. */
  private settled: SettledNeurons = NO_NEURONS;
  private layer = 0;
  private box: NodeBox | undefined;
  private ended = false;

  constructor(
    private readonly subject: CheckedNetwork,
    /** Whether the current record is this checker's to verify: of the root, what no record precedes. */
    private verifies = true,
    /** The sides taken above the root of this tree, if it is part of a larger one. */
    private readonly root = '',
  ) {
    this.cellsPerLayer = new Array<number>(subject.layers.length).fill(0);
    this.box = subject.domain.box;
    this.above = new CheckedPath(subject);
    if (subject.layers.length > 0) this.enterLayer(0);
  }

  /** Whether every case is closed. */
  get complete(): boolean {
    return this.ended;
  }

  /** Cells verified so far. */
  get progress(): number {
    return this.cells;
  }

  private refuse(reason: string): never {
    throw new Refusal(this.root + this.above.sides, reason);
  }

  /** Begins a layer, and goes on while nothing in it bends. */
  private enterLayer(layer: number) {
    this.layer = layer;
    const { unbent, settled } = this.subject.layers[layer]!;
    this.settled = this.above.neurons[layer]!;
    this.above.enter(layer);
    for (const j of unbent) this.settled.settle(j, settled?.[j] === -1 ? -1 : 1);
    this.advance();
  }

  /** When the layer is done, its cell is counted and the next layer begins. */
  private advance() {
    if (this.settled.open > 0) return;
    if (this.layer + 1 < this.subject.layers.length) {
      if (this.verifies) this.cellsPerLayer[this.layer]!++;
      this.enterLayer(this.layer + 1);
    }
  }

  /** The neuron a record speaks of must exist in this layer, bend, and be open. */
  private claim(neuron: number) {
    const { layers } = this.subject;
    if (this.ended) this.refuse('a record follows the complete tree');
    if (this.settled.open === 0) this.refuse('a leaf is expected here: every neuron is settled');
    const width = layers[this.layer]!.width;
    if (neuron >= width) this.refuse(`layer ${this.layer} has ${width} neurons, no neuron ${neuron}`);
    if (this.settled.sides[neuron] !== OPEN)
      this.refuse(`neuron ${this.layer}:${neuron} is settled already, or does not bend`);
  }

  /** Verifies one record. @throws Refusal */
  record(record: CertificateRecord, isOwn = true): void {
    this.verifies = isOwn;
    switch (record.kind) {
      case 'split':
        this.split(record.neuron);
        return;
      case 'implied':
        this.implied(record.neuron, record.side, record);
        return;
      case 'bounded':
        this.bounded(record.positive, record.negative);
        return;
      case 'zero':
        this.zero(record.neuron);
        return;
      case 'bound':
        this.bound(record);
        return;
      case 'cell':
        this.cell(record.witness);
        return;
      case 'end':
        if (!this.ended) this.refuse('the tree ends although cases are open');
    }
  }

  private split(neuron: number) {
    this.claim(neuron);
    if (this.verifies) this.verified.splits++;
    this.pending.push({ neuron, place: this.above.mark(this.layer), box: this.box });
    this.take(neuron, -1);
  }

  private take(neuron: number, side: 1 | -1) {
    this.above.push(this.layer, neuron, side);
    this.settled.settle(neuron, side);
    this.advance();
  }

  private zero(neuron: number) {
    this.claim(neuron);
    if (this.verifies) {
      // On a flat domain a row may vanish without being zero in every coefficient.
      const isZero = ([1, -1] as const).every((side) => this.isProved({ neuron }, side, UNAIDED));
      if (!isZero) this.refuse(`neuron ${this.layer}:${neuron}: its pre-activation is not identically zero`);
      this.verified.zeroRows++;
    }
    this.settled.settle(neuron, ZERO_ROW);
    this.advance();
  }

  private bounded(positive: Uint8Array, negative: Uint8Array) {
    const { settled } = this;
    const { sides, count } = settled;
    for (let byte = 0; byte < positive.length; byte++) {
      const plus = positive[byte]!;
      const minus = negative[byte]!;
      for (let rest = plus | minus; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        const neuron = 8 * byte + 31 - Math.clz32(bit);
        if ((plus & minus & bit) !== 0) this.refuse(`neuron ${this.layer}:${neuron} is claimed to lie on both sides`);
        if (sides[neuron] !== OPEN) {
          // Whatever is wrong with the claim, it is so without the others, too.
          settled.shorten(count);
          this.claim(neuron);
        }
        settled.settle(neuron, (plus & bit) !== 0 ? 1 : -1);
      }
    }
    if (settled.count === count) this.refuse('a list of neurons names none');
    if (this.verifies) {
      for (const neuron of this.above.withoutBounded(this.layer, this.box, count))
        this.proveImplied(neuron, sides[neuron]! > 0 ? 1 : -1, UNAIDED);
      this.verified.impliedByBounds += settled.count - count;
    }
    this.advance();
  }

  private implied(neuron: number, side: 1 | -1, by: Multipliers) {
    this.claim(neuron);
    if (this.verifies) {
      this.proveImplied(neuron, side, by);
      if (by.splits.length === 0) this.verified.impliedByBounds++;
      else this.verified.impliedByMultipliers++;
    }
    this.settled.settle(neuron, side);
    this.advance();
  }

  private proveImplied(neuron: number, side: 1 | -1, by: Multipliers) {
    if (this.isProved({ neuron }, side, by)) return;
    this.refuseClaim(`neuron ${this.layer}:${neuron}, side ${side > 0 ? '+' : '-'}`, by);
  }

  /** Whether side * target >= 0 is proved on the cell. */
  private isProved(target: Target, side: 1 | -1, by: Multipliers): boolean {
    const { splits, multipliers } = by;
    for (let s = 0; s < splits.length; s++) {
      if (splits[s]! >= this.above.length || isNegative(multipliers, s)) return false;
    }
    return this.above.isProved(this.layer, this.box, target, side, by);
  }

  /** Says what is wrong with evidence that proves nothing. */
  private refuseClaim(name: string, { splits, multipliers: { numerators } }: Multipliers): never {
    for (let s = 0; s < splits.length; s++) {
      if (numerators[s]! < 0n) this.refuse(`${name}: multiplier ${s} is negative`);
      if (splits[s]! >= this.above.length) this.refuse(`${name}: there is no split ${splits[s]} above this node`);
    }
    this.refuse(`${name}: the evidence does not prove it (the combination is negative somewhere on the domain)`);
  }

  private bound(record: CertificateRecord & { readonly kind: 'bound' }) {
    const { variable, side, value } = record;
    const name = () => `${side > 0 ? 'lower' : 'upper'} bound of variable ${variable}`;
    if (this.ended || this.settled.open === 0) this.refuse(`${name()}: no neuron is open that it could serve`);
    const input = this.subject.domain.inputOf(variable);
    if (input === undefined || this.box === undefined) this.refuse(`${name()}: there is no such variable to bound`);
    if (this.verifies) {
      if (!this.isProved({ input, value }, side, record)) this.refuseClaim(name(), record);
      this.verified.bounds++;
    }
    this.box = this.box.narrowed(input, side, value);
  }

  private cell(witness: IntegerVector) {
    if (this.ended) this.refuse('a leaf follows the complete tree');
    const { open } = this.settled;
    if (open > 0) this.refuse(`a leaf comes too early: ${open} neurons of layer ${this.layer} are open`);
    if (this.verifies) this.verifyWitness(witness);
    this.resume();
  }

  private verifyWitness(witness: IntegerVector) {
    if (!this.above.certainlyContains(witness)) this.verifyExactly(witness);
    this.verified.witnesses++;
    this.cells++;
    const last = this.cellsPerLayer.length - 1;
    if (last >= 0) this.cellsPerLayer[last]!++;
  }

  private verifyExactly(witness: IntegerVector) {
    const point = placeInside(this.subject, witness);
    if (point === undefined) this.refuse('the witness is not strictly inside the domain');
    const missed = this.above.missedBy(point);
    if (missed === undefined) return;
    const { layer, neuron, side } = missed;
    this.refuse(`the witness is not strictly on side ${side > 0 ? '+' : '-'} of neuron ${layer}:${neuron}`);
  }

  takePositive(neuron: number): void {
    this.verifies = false;
    this.claim(neuron);
    this.above.mark(this.layer);
    this.take(neuron, 1);
  }

  leave(isOwn = false): void {
    this.verifies = isOwn;
    this.resume();
  }

  /** Goes on with the positive side of the last split whose negative side is done. */
  private resume() {
    const next = this.pending.pop();
    if (next === undefined) {
      this.ended = true;
      return;
    }
    this.layer = next.place.layer;
    this.settled = this.above.neurons[this.layer]!;
    this.above.shorten(next.place);
    this.box = next.box;
    this.take(next.neuron, 1);
  }

  /**
   * The counts that this checker's share of the complete tree proves.
   *
   * @param trailer if given, the counts that it states must be the ones the tree proves
   * @throws Refusal
   */
  finish(trailer?: CertificateTrailer): CheckedTree {
    if (!this.ended) this.refuse('the certificate ends although cases are open');
    const { cells, cellsPerLayer, verified } = this;
    const tree = { cells, cellsPerLayer, verified };
    if (trailer !== undefined) requireStated(trailer, tree);
    return tree;
  }
}

/** Refuses unless the counts that a tree proves are the ones its trailer states. @throws Refusal */
export function requireStated(trailer: CertificateTrailer, { cells, cellsPerLayer }: CheckedTree): void {
  if (trailer.cells !== cells) {
    throw new Refusal('', `the trailer states ${trailer.cells} cells, the tree has ${cells}`);
  }
  if (JSON.stringify(trailer.cellsPerLayer) !== JSON.stringify(cellsPerLayer)) {
    throw new Refusal('', `the trailer states ${trailer.cellsPerLayer} cells per layer, the tree has ${cellsPerLayer}`);
  }
}

/** What two parts of a tree prove together. */
export function addedTrees(a: CheckedTree, b: CheckedTree): CheckedTree {
  const verified = { ...a.verified };
  for (const kind of Object.keys(verified) as (keyof Verified)[]) verified[kind]! += b.verified[kind]!;
  return {
    cells: a.cells + b.cells,
    cellsPerLayer: a.cellsPerLayer.map((cells, layer) => cells + b.cellsPerLayer[layer]!),
    verified,
  };
}
