/**
 * The checker: decides in exact integers whether a certificate proves what it says about a network.
 *
 * It trusts nothing but this file, `certificate-format.ts`, the exact arithmetic and the network model. It computes every
 * row itself from the network's weights and verifies, node by node:
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
 * Cost: per settled active neuron (width of the next layer) * (inputs + 1) integer products, packed into inputs + 1 or, of
 * long rows, width long ones; per list of bounded neurons about 10 (inputs + 1) operations on numbers as long as a column;
 * per implied neuron (number of multipliers) * (inputs + 1) products; per cell (number of splits above) * inputs, packed by
 * eights.
 */
import type { IntegerVector } from '../exact/integers.js';
import { signOfInteger } from '../exact/sign.js';
import { slotSet } from '../exact/slots.js';
import { type CertificateRecord, type CertificateTrailer, NO_MULTIPLIERS } from './certificate-format.js';
import { type CheckedNetwork, narrowed } from './checker-network.js';
import { type ExactBox, type LayerRows, PathRows } from './checker-rows.js';

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
}

export interface CheckedTree extends CertificateTrailer {
  readonly verified: Verified;
}

/**
 * Which part of a tree one of several checkers verifies: the subtrees whose first `SHARE_DEPTH` sides hash to `index`
 * modulo `of`. Every part is one checker's own, all checkers follow the whole tree's structure, and the nodes above the
 * subtrees are the first checker's.
 */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };
const SHARE_DEPTH = 8;

/**
 * A number from a path (FNV-1a), to deal subtrees out evenly. Both sides are odd characters, so the lowest bit knows only how
 * many there were: the upper half is folded in.
 */
function hashOf(path: string): number {
  let hash = 2166136261;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 16777619);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A split above the current node: its signed exact row and what brings it to the common denominator. */
interface Above {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
  /** side * row, numerators over the layer's denominator. */
  readonly row: readonly bigint[];
}

/** A node whose second child is still to come. */
interface Pending {
  readonly layer: number;
  readonly neuron: number;
  readonly path: string;
  readonly above: number;
  /** The length of `PathRows`. */
  readonly splits: number;
  readonly sums: bigint[];
  readonly settled: Uint8Array;
  readonly unsettled: number;
  readonly box: ExactBox | undefined;
}

/** Verifies records one by one; `finish` gives the result when the tree is complete. */
export class TreeChecker {
  private readonly verified: Verified = {
    splits: 0,
    impliedByBounds: 0,
    impliedByMultipliers: 0,
    zeroRows: 0,
    bounds: 0,
    witnesses: 0,
  };
  private cells = 0;
  private readonly cellsPerLayer: number[];
  private readonly above: Above[] = [];
  private readonly pending: Pending[] = [];
  /** The rows of the splits above, without the conditions of the domain. */
  private readonly splits: PathRows;
  /** rows[layer] of the current path. */
  private readonly rows: LayerRows[] = [];
  /** What the next layer's rows are summed up in. */
  private sums: bigint[] = [];
  private settled: Uint8Array = new Uint8Array(0);
  private unsettled = 0;
  private layer = 0;
  private box: ExactBox | undefined;
  private path = '';
  private complete = false;
  /** Whether rows are kept up to date here, and whether what is claimed here is this checker's to verify. */
  private follows = true;
  private verifies: boolean;

  constructor(
    private readonly subject: CheckedNetwork,
    private readonly share: Share = WHOLE,
  ) {
    this.verifies = share.index === 0;
    this.cellsPerLayer = new Array<number>(subject.layers.length).fill(0);
    this.box = subject.box;
    subject.given.forEach((row, neuron) => {
      this.above.push({ layer: -1, neuron, side: 1, row });
    });
    this.splits = new PathRows(subject.inputs, subject.pathBits);
    if (subject.layers.length > 0) this.enterLayer(0, subject.firstRows);
  }

  /** Cells verified so far. */
  get progress(): number {
    return this.cells;
  }

  private refuse(reason: string): never {
    throw new Refusal(this.path, reason);
  }

  /** Begins a layer with its exact rows, and goes on while nothing in it bends. */
  private enterLayer(layer: number, rows: LayerRows) {
    const { layers } = this.subject;
    this.layer = layer;
    this.rows[layer] = rows;
    const { bends, width } = layers[layer]!;
    this.settled = new Uint8Array(width);
    this.unsettled = 0;
    this.sums = this.follows ? this.subject.startSums(layer + 1) : [];
    for (let j = 0; j < width; j++) {
      if (bends[j] === 1) this.unsettled++;
      else this.settle(j, 1);
    }
    this.advance();
  }

  /** When the layer is done, its cell is counted and the next layer begins. */
  private advance() {
    if (this.unsettled > 0) return;
    if (this.layer + 1 < this.subject.layers.length) {
      if (this.verifies) this.cellsPerLayer[this.layer]!++;
      const next = this.layer + 1;
      this.enterLayer(next, this.subject.rowsOf(next, this.sums));
    }
  }

  private rowOf(neuron: number): readonly bigint[] {
    return this.rows[this.layer]!.row(neuron);
  }

  private settle(neuron: number, side: -1 | 0 | 1) {
    this.settled[neuron] = 1;
    if (side === 0 || !this.follows) return;
    this.subject.accumulate(this.layer + 1, neuron, side, this.rows[this.layer]!, this.sums);
  }

  /** The neuron a record speaks of must exist in this layer, bend, and be open. */
  private claim(neuron: number) {
    const { layers } = this.subject;
    if (this.complete) this.refuse('a record follows the complete tree');
    if (layers.length === 0 || this.unsettled === 0) this.refuse('a leaf is expected here: every neuron is settled');
    const width = layers[this.layer]!.width;
    if (neuron >= width) this.refuse(`layer ${this.layer} has ${width} neurons, no neuron ${neuron}`);
    if (this.settled[neuron] === 1) this.refuse(`neuron ${this.layer}:${neuron} is settled already, or does not bend`);
  }

  /** Verifies one record. @throws Refusal */
  record(record: CertificateRecord): void {
    switch (record.kind) {
      case 'split':
        this.split(record.neuron);
        return;
      case 'implied':
        this.implied(record.neuron, record.side, record.splits, record.multipliers);
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
        if (!this.complete) this.refuse('the tree ends although cases are open');
    }
  }

  private split(neuron: number) {
    this.claim(neuron);
    if (this.verifies) this.verified.splits++;
    this.pending.push({
      layer: this.layer,
      neuron,
      path: this.path,
      above: this.above.length,
      splits: this.splits.length,
      sums: [...this.sums],
      settled: this.settled.slice(),
      unsettled: this.unsettled,
      box: this.box,
    });
    this.take(neuron, -1);
  }

  private take(neuron: number, side: 1 | -1) {
    this.path += side > 0 ? '+' : '-';
    this.assign();
    const positive = this.follows ? this.rowOf(neuron) : [];
    const row = side > 0 ? positive : positive.map((entry) => -entry);
    this.above.push({ layer: this.layer, neuron, side, row });
    if (this.follows) this.splits.push(row);
    this.settle(neuron, side);
    this.unsettled--;
    this.advance();
  }

  private zero(neuron: number) {
    this.claim(neuron);
    if (this.verifies) {
      const row = this.rowOf(neuron);
      const { minimumOver } = this.subject;
      // On a flat domain a row may vanish without being zero in every coefficient.
      if (minimumOver(this.box, row, 1) < 0n || minimumOver(this.box, row, -1) < 0n) {
        this.refuse(`neuron ${this.layer}:${neuron}: its pre-activation is not identically zero`);
      }
      this.verified.zeroRows++;
    }
    this.settle(neuron, 0);
    this.unsettled--;
    this.advance();
  }

  private bounded(positive: Uint8Array, negative: Uint8Array) {
    const claimed: number[] = [];
    for (let neuron = 0; neuron < 8 * positive.length; neuron++) {
      const byte = neuron >> 3;
      const bit = 1 << (neuron & 7);
      const both = positive[byte]! & negative[byte]! & bit;
      if (both !== 0) this.refuse(`neuron ${this.layer}:${neuron} is claimed to lie on both sides`);
      if (((positive[byte]! | negative[byte]!) & bit) === 0) continue;
      this.claim(neuron);
      claimed.push((positive[byte]! & bit) !== 0 ? neuron : ~neuron);
    }
    if (claimed.length === 0) this.refuse('a list of neurons names none');
    if (this.verifies) {
      this.proveBounded(positive, negative, claimed);
      this.verified.impliedByBounds += claimed.length;
    }
    for (const neuron of claimed) {
      if (neuron < 0) this.settle(~neuron, -1);
      else this.settle(neuron, 1);
    }
    this.unsettled -= claimed.length;
    this.advance();
  }

  /** Refuses unless the neurons lie on the claimed sides (~neuron: the negative one) throughout the node's box. */
  private proveBounded(positive: Uint8Array, negative: Uint8Array, claimed: readonly number[]) {
    const rows = this.rows[this.layer]!;
    const known = this.box === undefined ? undefined : rows.sidesOver(this.box);
    if (known !== undefined) {
      const above = slotSet(positive, rows.slots);
      const below = slotSet(negative, rows.slots);
      if ((known.notNegative & above) === above && (known.notPositive & below) === below) return;
    }
    // Long numbers, the whole space, or a claim that is wrong: one by one.
    for (const neuron of claimed) {
      if (neuron < 0) this.proveImplied(~neuron, -1, [], NO_MULTIPLIERS);
      else this.proveImplied(neuron, 1, [], NO_MULTIPLIERS);
    }
  }

  private implied(neuron: number, side: 1 | -1, splits: readonly number[], multipliers: IntegerVector) {
    this.claim(neuron);
    if (this.verifies) {
      this.proveImplied(neuron, side, splits, multipliers);
      if (splits.length === 0) this.verified.impliedByBounds++;
      else this.verified.impliedByMultipliers++;
    }
    this.settle(neuron, side);
    this.unsettled--;
    this.advance();
  }

  private proveImplied(neuron: number, side: 1 | -1, splits: readonly number[], multipliers: IntegerVector) {
    const name = () => `neuron ${this.layer}:${neuron}, side ${side > 0 ? '+' : '-'}`;
    this.proveNonnegative(this.rowOf(neuron), side, splits, multipliers, name);
  }

  /**
   * Refuses unless side * row minus the combination of splits is nonnegative on the node's box. The row is over the
   * denominator of the current layer.
   */
  private proveNonnegative(
    row: readonly bigint[],
    side: 1 | -1,
    splits: readonly number[],
    multipliers: IntegerVector,
    name: () => string,
  ) {
    const rest = splits.length === 0 ? row : this.residual(row, side, splits, multipliers, name);
    if (this.subject.minimumOver(this.box, rest, side) < 0n) {
      this.refuse(`${name()}: the evidence does not prove it (the combination is negative somewhere on the domain)`);
    }
  }

  /** row - side * the combination of splits, times the multipliers' denominator. */
  private residual(
    row: readonly bigint[],
    side: 1 | -1,
    splits: readonly number[],
    { numerators, denominator }: IntegerVector,
    name: () => string,
  ): readonly bigint[] {
    const rest = row.map((entry) => entry * denominator);
    for (let s = 0; s < splits.length; s++) {
      const multiplier = numerators[s]!;
      if (multiplier < 0n) this.refuse(`${name()}: multiplier ${s} is negative`);
      const split = this.above[splits[s]!];
      if (split === undefined) this.refuse(`${name()}: there is no split ${splits[s]} above this node`);
      // Rows of earlier layers have smaller denominators: D_own / D_split is an integer.
      const factor = BigInt(side) * multiplier * this.subject.factorTo(split.layer, this.layer);
      if (factor === 0n) continue;
      for (let i = 0; i < rest.length; i++) rest[i]! -= factor * split.row[i]!;
    }
    return rest;
  }

  private bound({ variable, side, value, splits, multipliers }: CertificateRecord & { readonly kind: 'bound' }) {
    const name = () => `${side > 0 ? 'lower' : 'upper'} bound of variable ${variable}`;
    if (this.complete || this.unsettled === 0) this.refuse(`${name()}: no neuron is open that it could serve`);
    if (!this.follows) return;
    const { inputOf } = this.subject;
    const input = inputOf(variable);
    if (input === undefined || this.box === undefined) this.refuse(`${name()}: there is no such variable to bound`);
    if (this.verifies) this.proveBound(input, side, value, splits, multipliers, name);
    this.box = narrowed(this.box, input, side, value);
  }

  private proveBound(
    input: number,
    side: 1 | -1,
    value: IntegerVector,
    splits: readonly number[],
    multipliers: IntegerVector,
    name: () => string,
  ) {
    const { inputs, denominatorOf } = this.subject;
    // x - value, over the denominators of the layer and the value.
    const scale = denominatorOf(this.layer);
    const row = new Array<bigint>(inputs + 1).fill(0n);
    row[input] = scale * value.denominator;
    row[inputs] = -scale * value.numerators[0]!;
    const numerators = multipliers.numerators.map((m) => m * value.denominator);
    this.proveNonnegative(row, side, splits, { numerators, denominator: multipliers.denominator }, name);
    this.verified.bounds++;
  }

  private cell(witness: IntegerVector) {
    if (this.complete) this.refuse('a leaf follows the complete tree');
    if (this.unsettled > 0)
      this.refuse(`a leaf comes too early: ${this.unsettled} neurons of layer ${this.layer} are open`);
    if (this.verifies) this.verifyWitness(witness);
    this.resume();
  }

  private verifyWitness(witness: IntegerVector) {
    const point = this.subject.place(witness);
    if (point === undefined) this.refuse('the witness is not strictly inside the domain');
    if (this.splits.arePositiveAt(point.numerators, point.denominator) !== true) this.verifySplits(point);
    this.verified.witnesses++;
    this.cells++;
    const last = this.cellsPerLayer.length - 1;
    if (last >= 0) this.cellsPerLayer[last]!++;
  }

  /** Refuses a point that is not strictly inside one of the splits above. */
  private verifySplits(point: IntegerVector) {
    for (let k = this.subject.given.length; k < this.above.length; k++) {
      const { row, layer, neuron, side } = this.above[k]!;
      let sum = row[row.length - 1]! * point.denominator;
      for (let i = 0; i < point.numerators.length; i++) sum += row[i]! * point.numerators[i]!;
      if (signOfInteger(sum) <= 0) {
        this.refuse(`the witness is not strictly on side ${side > 0 ? '+' : '-'} of neuron ${layer}:${neuron}`);
      }
    }
  }

  /** Where the path has just reached the depth of shared subtrees, or left it, decides whose the node is. */
  private assign() {
    const { index, of } = this.share;
    const depth = this.path.length;
    if (of === 1 || depth > SHARE_DEPTH) return;
    const owner = depth === SHARE_DEPTH ? hashOf(this.path) % of : 0;
    this.verifies = owner === index;
    this.follows = depth < SHARE_DEPTH || this.verifies;
  }

  /** Goes on with the positive side of the last split whose negative side is done. */
  private resume() {
    const next = this.pending.pop();
    if (next === undefined) {
      this.complete = true;
      return;
    }
    this.layer = next.layer;
    this.sums = next.sums;
    this.settled = next.settled;
    this.box = next.box;
    this.unsettled = next.unsettled;
    this.above.length = next.above;
    this.splits.shorten(next.splits);
    this.path = next.path;
    this.take(next.neuron, 1);
  }

  /**
   * The counts that this checker's share of the complete tree proves.
   *
   * @param trailer if given, the counts that it states must be the ones the tree proves
   * @throws Refusal
   */
  finish(trailer?: CertificateTrailer): CheckedTree {
    if (!this.complete) this.refuse('the certificate ends although cases are open');
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
