/**
 * Verdicts about many neurons at once: the signs of neurons at vertices in words of bits.
 *
 * A neuron that cuts the cell at the start of its layer gets a bit there. Every vertex carries two words for 32 such neurons:
 * where they are positive, then where they are negative. What the vertices of a part show is the disjunction of their words.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { CUT, type Verdict } from '../../walk/index.js';
import type { VertexFrame } from './frame.js';
import type { VertexPath } from './path.js';
import { lowestBit, type VertexPool, withRoom } from './pool.js';
import type { VertexSigns } from './signs.js';

/** How many words as many bits need. */
function wordsOf(bits: number): number {
  return (bits + 31) >>> 5;
}

/** How many words per vertex the signs of all neurons of a problem need. */
export function signBitsOf({ layers }: PartitionProblem): number {
  return layers.reduce((sum, { width }) => sum + 2 * wordsOf(width), 0);
}

export class SignBitsets {
  /** How many words the bits of the neurons of any layer need. */
  readonly most: number;
  /** Per layer: where its words begin; the bit of each neuron that has one, the neuron of each bit, and how many there are. */
  private readonly begin: readonly number[];
  private readonly bitOf: readonly Int32Array[];
  private readonly neuronOf: readonly Int32Array[];
  private readonly bits: Int32Array;
  /** The vertices that a split has created. */
  private fresh: Int32Array = new Int32Array(64);

  constructor(
    private readonly path: Pick<VertexPath, 'context' | 'layer'>,
    private readonly pool: VertexPool,
    private readonly asked: Pick<VertexSigns, 'signs' | 'neededExact'>,
  ) {
    const { layers } = path.context.problem;
    const words = layers.map(({ width }) => wordsOf(width));
    this.most = words.reduce((most, w) => Math.max(most, w), 0);
    this.begin = words.map((_, l) => 2 * words.slice(0, l).reduce((sum, w) => sum + w, 0));
    this.bitOf = layers.map(({ width }) => new Int32Array(width));
    this.neuronOf = layers.map(({ width }) => new Int32Array(width));
    this.bits = new Int32Array(layers.length);
  }

  /** The layer begins on a cell: no neuron has a bit. */
  enterLayer(frame: VertexFrame): void {
    this.bits[this.path.layer] = 0;
    frame.cut.fill(0);
  }

  /** Where, among the words of a vertex, it stands that a neuron with a bit is positive; that it is negative stands next. */
  wordOf(neuron: number): number {
    const { layer } = this.path;
    return this.begin[layer]! + 2 * (this.bitOf[layer]![neuron]! >>> 5);
  }

  /** The bit of a neuron in its word. */
  maskOf(neuron: number): number {
    return 1 << this.bitOf[this.path.layer]![neuron]!;
  }

  /** The words in use by the neurons that have a bit. */
  private get used(): number {
    return wordsOf(this.bits[this.path.layer]!);
  }

  /** On which side of a neuron the cell lies where the layer begins; a neuron that cuts gets a bit. */
  judgeWhole({ ids, count, cut }: VertexFrame, neuron: number): Verdict {
    const found = this.asked.signs(neuron, ids, count);
    const { signs, signBits } = this.pool;
    const { layer } = this.path;
    const bit = this.bits[layer]!;
    const at = this.begin[layer]! + 2 * (bit >>> 5);
    const mask = 1 << bit;
    let positive = false;
    let negative = false;
    for (let k = 0; k < count; k++) {
      const to = ids[k]! * signBits + at;
      const sign = found[k]!;
      signs[to] = (signs[to]! & ~mask) | (sign > 0 ? mask : 0);
      signs[to + 1] = (signs[to + 1]! & ~mask) | (sign < 0 ? mask : 0);
      if (sign > 0) positive = true;
      else if (sign < 0) negative = true;
    }
    if (!(positive && negative)) return positive ? 1 : negative ? -1 : 0;
    this.bits[layer]!++;
    this.bitOf[layer]![neuron] = bit;
    this.neuronOf[layer]![bit] = neuron;
    cut[bit >>> 5]! |= mask;
    return CUT;
  }

  /** What has been gathered about a neuron on a part. */
  verdict({ positive, negative }: VertexFrame, neuron: number): Verdict {
    const word = this.bitOf[this.path.layer]![neuron]! >>> 5;
    const mask = this.maskOf(neuron);
    const isNegative = (negative[word]! & mask) !== 0;
    if ((positive[word]! & mask) !== 0) return isNegative ? CUT : 1;
    return isNegative ? -1 : 0;
  }

  /** Whether the last split needed exact numbers to judge a neuron. */
  wasExact({ exact }: VertexFrame, neuron: number): boolean {
    return (exact[this.bitOf[this.path.layer]![neuron]! >>> 5]! & this.maskOf(neuron)) !== 0;
  }

  /**
   * Gathers the words of the vertices that the part on a side of a split has of its parent.
   *
   * @returns whether they show already that every neuron that cut the parent cuts the part, too
   */
  gatherOld(parent: VertexFrame, part: VertexFrame, side: 1 | -1): boolean {
    const words = this.used;
    let all = true;
    for (let w = 0; w < words; w++) {
      this.gatherWord(parent, part, w, side);
      const open = parent.cut[w]! & ~(part.positive[w]! & part.negative[w]!);
      if (open !== 0 && (open & ~this.creaseBits(parent, w)) !== 0) all = false;
    }
    return all;
  }

  private gatherWord({ ids, count, split }: VertexFrame, part: VertexFrame, w: number, side: 1 | -1) {
    const { signs, signBits } = this.pool;
    const from = this.begin[this.path.layer]! + 2 * w;
    // A vertex on the other side has the other sign's bit.
    const other = this.wordOf(split) + (side > 0 ? 1 : 0);
    const mask = this.maskOf(split);
    let positive = 0;
    let negative = 0;
    for (let k = 0; k < count; k++) {
      const at = ids[k]! * signBits;
      if ((signs[at + other]! & mask) !== 0) continue;
      positive |= signs[at + from]!;
      negative |= signs[at + from + 1]!;
    }
    part.positive[w] = positive;
    part.negative[w] = negative;
  }

  /** Gathers the words of the vertices that the split has created, which belong to both parts. */
  gatherNew({ firstNew, endNew }: VertexFrame, { positive, negative }: VertexFrame): void {
    const { signs, signBits } = this.pool;
    const words = this.used;
    for (let w = 0; w < words; w++) {
      const from = this.begin[this.path.layer]! + 2 * w;
      for (let id = firstNew; id < endNew; id++) {
        positive[w]! |= signs[id * signBits + from]!;
        negative[w]! |= signs[id * signBits + from + 1]!;
      }
    }
  }

  /** All words that matter have been gathered. @param byNew whether those of new vertices, too */
  conclude(parent: VertexFrame, part: VertexFrame, byNew: boolean): void {
    const words = this.used;
    for (let w = 0; w < words; w++) {
      part.cut[w] = part.positive[w]! & part.negative[w]! & parent.cut[w]!;
      part.exact[w] = byNew ? parent.exact[w]! : 0;
    }
  }

  /** Writes the words of the vertices that a split has created: the signs of the neurons that cut the cell, but not there. */
  signNew(frame: VertexFrame): void {
    const { pool } = this;
    const { firstNew, endNew } = frame;
    const words = this.used;
    this.fresh = withRoom(this.fresh, endNew - firstNew);
    for (let id = firstNew; id < endNew; id++) this.fresh[id - firstNew] = id;
    for (let w = 0; w < words; w++) {
      const at = this.begin[this.path.layer]! + 2 * w;
      for (let id = firstNew; id < endNew; id++) {
        pool.signs[id * pool.signBits + at] = 0;
        pool.signs[id * pool.signBits + at + 1] = 0;
      }
      frame.exact[w] = 0;
      for (let rest = frame.cut[w]! & ~this.creaseBits(frame, w); rest !== 0; rest &= rest - 1) {
        this.signNewBit(frame, at, w, lowestBit(rest));
      }
    }
  }

  private signNewBit({ firstNew, endNew, exact }: VertexFrame, at: number, word: number, bit: number) {
    const neuron = this.neuronOf[this.path.layer]![32 * word + bit]!;
    const mask = 1 << bit;
    const count = endNew - firstNew;
    const found = this.asked.signs(neuron, this.fresh, count);
    if (this.asked.neededExact) exact[word]! |= mask;
    const { signs, signBits } = this.pool;
    for (let k = 0, to = firstNew * signBits + at; k < count; k++, to += signBits) {
      if (found[k]! > 0) signs[to]! |= mask;
      else if (found[k]! < 0) signs[to + 1]! |= mask;
    }
  }

  /** The bits of a word of the neurons that cut a cell along the crease that splits it. */
  private creaseBits({ cut, split }: VertexFrame, word: number): number {
    const { path, bitOf, neuronOf } = this;
    const bit = bitOf[path.layer]![split]!;
    let bits = bit >>> 5 === word ? 1 << bit : 0;
    const first = path.context.proportional[path.layer]?.first;
    if (first === undefined) return bits;
    for (let rest = cut[word]!; rest !== 0; rest &= rest - 1) {
      if (first[neuronOf[path.layer]![32 * word + lowestBit(rest)]!] === first[split]) bits |= rest & -rest;
    }
    return bits;
  }
}
