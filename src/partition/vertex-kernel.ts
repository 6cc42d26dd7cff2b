/**
 * The `vertex` engine: a cell is its vertices with their tight constraints (double description), in low dimension.
 *
 * The signs of a neuron at the vertices of a cell say on which side the cell lies, without any program. Vertices are doubles
 * with a proved spread (`vertex-error.ts`), kept once on the path and shared by all cells around them (`vertex-pool.ts`);
 * what the bound cannot settle is settled exactly (`vertex-exact.ts`), and an exact zero is an incidence. The neurons that
 * cut a cell at the start of a layer get a bit each, and every vertex carries its signs for all of them in words, so that
 * the verdicts about a part of the cell are the disjunction of the words of its vertices.
 *
 * A part of a cell is built only when something is asked about it: the verdicts need no new vertices if the old ones
 * already show both sides, and a leaf of a count is never built.
 */
import { BLUNT_SPREAD, SLACK, signBeyond } from '../exact/sign.js';
import type { CellKernel, KernelContext, KernelFactory } from './kernel.js';
import { CUT, type Evidence, type Narrowing, type Verdict, type Witness } from './tree.js';
import { crossingSpread, ROUNDED_SPREAD, vertexBound } from './vertex-error.js';
import { VertexEvidence } from './vertex-evidence.js';
import { VertexExact } from './vertex-exact.js';
import { verifyLaws } from './vertex-laws.js';
import { VertexPath } from './vertex-path.js';
import { bitCount, doubled, lowestBit, VertexPool } from './vertex-pool.js';
import { VertexSharpen } from './vertex-sharpen.js';
import { type RowAtVertices, rowAtVertices } from './vertex-values.js';

/** How much of a cell has been built. */
const PENDING = 0;
const JUDGED = 1;
const BUILT = 2;

/** The cell at one depth of the path. */
interface Frame {
  state: number;
  /** The vertices: `count` entries of `ids`. */
  ids: Int32Array;
  count: number;
  /** Bits of the neurons of the layer that cut the cell, and of those positive or negative somewhere on it. */
  readonly cut: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
  /** Bits of the neurons for which the last split needed an exact sign at a new vertex. */
  readonly exact: Int32Array;
  /** The neuron by which the cell was split, -1 before; the vertices it created; the slot it has in the parts. */
  split: number;
  firstNew: number;
  endNew: number;
  slot: number;
  /** Undoing what building the cell changed: the length of the log before, and the former owner of the slot. */
  logged: number;
  formerOwner: number;
}

class VertexKernel implements CellKernel {
  private readonly path: VertexPath;
  private readonly pool: VertexPool;
  private readonly exact: VertexExact;
  private readonly sharpener: VertexSharpen;
  private readonly evaluate: RowAtVertices;
  private values: Float64Array = new Float64Array(64);
  /** The vertices that a split has created. */
  private fresh: Int32Array = new Int32Array(64);
  private readonly evidenceOf: VertexEvidence;
  private readonly n: number;
  private readonly stride: number;
  private readonly constant: number;
  private readonly frames: Frame[] = [];
  private depth = 0;
  private layer = 0;
  /** Per layer: the depth at which it was entered, its sign words, and the neurons that cut there with their bits. */
  private readonly entry: Int32Array;
  private readonly signsAt: Int32Array;
  private readonly bitOf: Int32Array[];
  private readonly neuronOf: Int32Array[];
  private readonly cutCount: Int32Array;
  /** Whether the box around the cell at the start of the layer has been found. */
  private boxKnown = false;
  private readonly boundedSides: Int8Array;
  /** Whether the box allows spreads at all. */
  private readonly ordinary: boolean;
  /** The spread of a vertex whose doubles are the nearest ones. */
  private readonly rounded: number;
  private readonly inverseUnits: Float64Array;
  /** Tight sets changed in place: vertex, word and former value of each change. */
  private log: Int32Array = new Int32Array(96);
  private logSize = 0;
  private neededExact = false;
  private asked = 0;
  private answer: -1 | 0 | 1 = 0;
  /** The vertices of the cell being split by side, and their values. */
  private plus: Int32Array = new Int32Array(64);
  private minus: Int32Array = new Int32Array(64);
  private plusValue: Float64Array = new Float64Array(64);
  private minusValue: Float64Array = new Float64Array(64);
  private plusCount = 0;
  /** The swing of the neuron that splits. */
  private splitSwing = 0;
  private minusCount = 0;
  private readonly common: Int32Array;

  /**
   * @param blunt the spread above which a new vertex is sharpened
   * @param verified whether every cell that is built is checked against `vertex-laws.ts`
   */
  constructor(
    private readonly context: KernelContext,
    private readonly blunt: number,
    private readonly verified: boolean,
  ) {
    const { problem, rows } = context;
    const { layers } = problem;
    this.path = new VertexPath(context);
    this.n = this.path.n;
    this.stride = rows.stride;
    this.constant = problem.variables;
    const words = layers.map((layer) => (layer.width + 31) >>> 5);
    this.signsAt = Int32Array.from(words, (_, l) => 2 * words.slice(0, l).reduce((sum, w) => sum + w, 0));
    this.pool = new VertexPool(this.n, 2 * words.reduce((sum, w) => sum + w, 0));
    this.exact = new VertexExact(this.path, this.pool);
    this.evaluate = rowAtVertices(this.n);
    this.sharpener = new VertexSharpen(this.path, this.pool);
    this.evidenceOf = new VertexEvidence(this.path, this.pool, this.exact);
    this.entry = new Int32Array(layers.length);
    this.cutCount = new Int32Array(layers.length);
    this.bitOf = layers.map((layer) => new Int32Array(layer.width));
    this.neuronOf = layers.map((layer) => new Int32Array(layer.width));
    this.boundedSides = new Int8Array(rows.settled.length);
    this.ordinary = this.path.ordinary;
    this.rounded = ROUNDED_SPREAD * this.path.quotient;
    this.inverseUnits = this.path.units.map((unit) => 1 / unit);
    this.common = new Int32Array(16);
  }

  private frameAt(depth: number): Frame {
    return (this.frames[depth] ??= this.newFrame());
  }

  private newFrame(): Frame {
    const words = Math.max(1, ...this.neuronOf.map((neurons) => (neurons.length + 31) >>> 5));
    return {
      state: PENDING,
      ids: new Int32Array(64),
      count: 0,
      cut: new Int32Array(words),
      positive: new Int32Array(words),
      negative: new Int32Array(words),
      exact: new Int32Array(words),
      split: -1,
      firstNew: 0,
      endNew: 0,
      slot: 0,
      logged: 0,
      formerOwner: 0,
    };
  }

  /** The words in use by the neurons that cut at the start of the layer. */
  private get signWords(): number {
    return (this.cutCount[this.layer]! + 31) >>> 5;
  }

  reset(): void {
    const { pool, path, n } = this;
    const { problem } = this.context;
    while (pool.words * 32 < 2 * n) this.widen();
    pool.size = 0;
    this.depth = 0;
    this.layer = 0;
    this.logSize = 0;
    this.evidenceOf.reset();
    for (let c = 0; c < 2 * n; c++) path.owner[c] = c;
    const frame = this.frameAt(0);
    frame.state = BUILT;
    frame.split = -1;
    frame.count = 0;
    const isExact = problem.outerLower.every(
      (x, i) => x === problem.lower[i] && problem.upper[i] === problem.outerUpper[i],
    );
    for (let corner = 0; corner < 2 ** n; corner++) {
      const id = pool.add();
      for (let w = 0; w < pool.words; w++) pool.tight[id * pool.words + w] = 0;
      for (let i = 0; i < n; i++) {
        const upper = (corner >>> i) & 1;
        pool.x[id * n + i] = upper === 1 ? problem.outerUpper[i]! : problem.outerLower[i]!;
        this.setTight(id, 2 * i + upper);
      }
      pool.spread[id] = !this.ordinary ? Number.POSITIVE_INFINITY : isExact ? 0 : this.rounded;
      this.exact.cornerSmall(
        id,
        problem.exactLower.slice(0, n).map((lower, i) => (((corner >>> i) & 1) === 1 ? problem.exactUpper[i]! : lower)),
      );
      this.append(frame, id);
    }
  }

  private setTight(id: number, slot: number) {
    this.pool.tight[id * this.pool.words + (slot >>> 5)]! |= 1 << (slot & 31);
  }

  private append(frame: Frame, id: number) {
    if (frame.count === frame.ids.length) frame.ids = doubled(frame.ids);
    frame.ids[frame.count++] = id;
  }

  private widen() {
    this.pool.widen();
    const owner = new Int32Array(32 * this.pool.words);
    owner.set(this.path.owner);
    this.path.owner = owner;
  }

  enterLayer(layer: number): void {
    // While the layer is still the one of the splits that lead here.
    this.built(this.depth);
    this.layer = layer;
    this.entry[layer] = this.depth;
    this.cutCount[layer] = 0;
    this.boxKnown = false;
    const frame = this.frameAt(this.depth);
    frame.cut.fill(0);
    frame.split = -1;
    this.evidenceOf.enterLayer(layer, this.depth, frame.ids, frame.count);
  }

  narrowings(): readonly Narrowing[] {
    return this.evidenceOf.narrowings();
  }

  leaveLayer(layer: number): void {
    this.layer = layer - 1;
    this.evidenceOf.leaveLayer();
  }

  bounded(): Int8Array {
    const { problem, rows, wantsEvidence } = this.context;
    this.boxKnown = false;
    if (wantsEvidence) return this.evidenceOf.sides(this.layer);
    this.findBox(this.built(this.depth));
    const { width } = problem.layers[this.layer]!;
    const { centre, reach } = rows.enclosure;
    const sides = this.boundedSides;
    for (let k = 0; k < width; k++) sides[k] = signBeyond(centre[k]!, vertexBound(reach[k]!, 0, 0));
    return sides;
  }

  side(neuron: number): Verdict {
    this.asked = neuron;
    const verdict = this.entry[this.layer] === this.depth ? this.sideOfWhole(neuron) : this.sideOfPart(neuron);
    if (verdict !== CUT) this.answer = verdict;
    return verdict;
  }

  // ---- a layer begins: the cell's box, then its vertices ----

  private sideOfWhole(neuron: number): Verdict {
    const { decisions } = this.context;
    const frame = this.built(this.depth);
    if (!this.boxKnown) this.findBox(frame);
    const { centre, reach } = this.context.rows.enclosure;
    const bounded = signBeyond(centre[neuron]!, vertexBound(reach[neuron]!, 0, 0));
    if (bounded !== 0) {
      decisions.interval++;
      return bounded;
    }
    this.neededExact = false;
    const bit = this.cutCount[this.layer]!;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const at = this.signsAt[this.layer]! + 2 * word;
    const signs = this.signsAtVertices(neuron, frame.ids, frame.count);
    const { pool } = this;
    let positive = false;
    let negative = false;
    for (let k = 0; k < frame.count; k++) {
      const to = frame.ids[k]! * pool.signWords + at;
      const sign = signs[k]!;
      // The first neuron of a word clears it.
      const kept = (bit & 31) === 0 ? 0 : ~mask;
      pool.signs[to] = (pool.signs[to]! & kept) | (sign > 0 ? mask : 0);
      pool.signs[to + 1] = (pool.signs[to + 1]! & kept) | (sign < 0 ? mask : 0);
      if (sign > 0) positive = true;
      else if (sign < 0) negative = true;
    }
    decisions[this.neededExact ? 'exactSign' : 'points']++;
    if (!(positive && negative)) return positive ? 1 : negative ? -1 : 0;
    this.cutCount[this.layer]!++;
    this.bitOf[this.layer]![neuron] = bit;
    this.neuronOf[this.layer]![bit] = neuron;
    frame.cut[word]! |= mask;
    return CUT;
  }

  /**
   * A box around the true vertices, widened by their spreads, and what it says about all neurons of the layer: for x in the
   * box |r(x) - r(middle)| <= sum |r_i| half_i, and Lemma 2 bounds the error at the middle.
   */
  private findBox({ ids, count }: Frame) {
    const { pool, n } = this;
    const { rows } = this.context;
    const { box } = rows.enclosure;
    let spread = 0;
    for (let k = 0; k < count; k++) spread = Math.max(spread, pool.spread[ids[k]!]!);
    for (let i = 0; i < n; i++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < count; k++) {
        const x = pool.x[ids[k]! * n + i]!;
        if (x < low) low = x;
        if (x > high) high = x;
      }
      box[i] = low / 2 + high / 2;
      box[n + i] = (high / 2 - low / 2 + (spread + this.rounded) * this.path.units[i]!) * SLACK;
    }
    rows.enclose(this.layer, n, 1);
    this.boxKnown = true;
  }

  /** The rounded values of a neuron of the layer at vertices; overwritten by the next call. */
  private valuesAtVertices(neuron: number, ids: Int32Array, count: number): Float64Array {
    while (this.values.length < count) this.values = new Float64Array(2 * this.values.length);
    const data = this.context.rows.rows[this.layer]!;
    this.evaluate(data, neuron * this.stride, this.constant, this.pool.x, ids, count, this.values);
    return this.values;
  }

  /** The certain signs of a neuron at vertices; overwritten by the next call. */
  private signsAtVertices(neuron: number, ids: Int32Array, count: number): Float64Array {
    const { rows } = this.context;
    const { spread } = this.pool;
    const values = this.valuesAtVertices(neuron, ids, count);
    const swing = this.path.swing(this.layer, neuron);
    const threshold = rows.threshold[this.layer]![neuron]!;
    for (let k = 0; k < count; k++) {
      const sign = signBeyond(values[k]!, vertexBound(threshold, swing, spread[ids[k]!]!));
      values[k] = sign !== 0 ? sign : this.closerSign(ids[k]!, neuron);
    }
    return values;
  }

  /**
   * The sign where the vertex's doubles are too far off: at a sharpened vertex, then exactly. The vertex itself stays as it
   * is, because others may be made from it, and what is asked here must leave no trace.
   */
  private closerSign(id: number, neuron: number): -1 | 0 | 1 {
    const { rows } = this.context;
    if (this.pool.spread[id]! > this.rounded && this.ordinary) {
      const swing = this.path.swing(this.layer, neuron);
      const spread = this.sharpener.sharpen(id);
      const bound = vertexBound(rows.threshold[this.layer]![neuron]!, swing, spread);
      const sign = signBeyond(this.valueAtSharpened(neuron), bound);
      if (sign !== 0) return sign;
    }
    this.neededExact = true;
    return this.exact.signAt(id, this.layer, neuron);
  }

  private valueAtSharpened(neuron: number): number {
    const { point } = this.sharpener;
    const data = this.context.rows.rows[this.layer]!;
    const at = neuron * this.stride;
    let sum = data[at + this.constant]!;
    for (let i = 0; i < this.n; i++) sum += data[at + i]! * point[i]!;
    return sum;
  }

  // ---- a part of a cell: the words of its vertices ----

  private sideOfPart(neuron: number): Verdict {
    const { decisions } = this.context;
    const frame = this.judged(this.depth);
    const bit = this.bitOf[this.layer]![neuron]!;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    decisions[(frame.exact[word]! & mask) !== 0 ? 'exactSign' : 'points']++;
    const positive = (frame.positive[word]! & mask) !== 0;
    const negative = (frame.negative[word]! & mask) !== 0;
    return positive ? (negative ? CUT : 1) : negative ? -1 : 0;
  }

  /** The frame with its verdicts. */
  private judged(depth: number): Frame {
    const frame = this.frames[depth]!;
    if (frame.state === PENDING) this.judge(depth, frame);
    return frame;
  }

  private judge(depth: number, frame: Frame) {
    const parent = this.built(depth - 1);
    const bit = this.bitOf[this.layer]![parent.split]!;
    const side = this.path.splitSide[depth - 1]!;
    const words = this.signWords;
    for (let w = 0; w < words; w++) this.gatherSigns(parent, frame, w, bit, side);
    const old = this.allCut(parent, frame, words);
    if (!old) this.splitUp(depth - 1, parent);
    for (let w = 0; w < words; w++) {
      if (!old) this.gatherNewSigns(parent, frame, w);
      frame.cut[w] = frame.positive[w]! & frame.negative[w]! & parent.cut[w]!;
      frame.exact[w] = old ? 0 : parent.exact[w]!;
    }
    frame.state = JUDGED;
  }

  /** The disjunction of the words of the old vertices that belong to the part. */
  private gatherSigns(parent: Frame, frame: Frame, w: number, bit: number, side: 1 | -1) {
    const { signs, signWords } = this.pool;
    const { ids, count } = parent;
    const from = this.signsAt[this.layer]! + 2 * w;
    // A vertex on the other side has the other sign's bit.
    const other = this.signsAt[this.layer]! + 2 * (bit >>> 5) + (side > 0 ? 1 : 0);
    const mask = 1 << (bit & 31);
    let positive = 0;
    let negative = 0;
    for (let k = 0; k < count; k++) {
      const at = ids[k]! * signWords;
      if ((signs[at + other]! & mask) !== 0) continue;
      positive |= signs[at + from]!;
      negative |= signs[at + from + 1]!;
    }
    frame.positive[w] = positive;
    frame.negative[w] = negative;
  }

  private gatherNewSigns(parent: Frame, frame: Frame, w: number) {
    const { signs, signWords } = this.pool;
    const from = this.signsAt[this.layer]! + 2 * w;
    for (let id = parent.firstNew; id < parent.endNew; id++) {
      frame.positive[w]! |= signs[id * signWords + from]!;
      frame.negative[w]! |= signs[id * signWords + from + 1]!;
    }
  }

  /** Whether the vertices seen so far show that every neuron that cut the parent cuts the part, too. */
  private allCut(parent: Frame, frame: Frame, words: number): boolean {
    for (let w = 0; w < words; w++) {
      const open = parent.cut[w]! & ~(frame.positive[w]! & frame.negative[w]!);
      if (open !== 0 && (open & ~this.creaseBits(parent, w)) !== 0) return false;
    }
    return true;
  }

  /** The bits of a word of the neurons that cut a cell along the crease that splits it. */
  private creaseBits(frame: Frame, word: number): number {
    const { bitOf, neuronOf, layer } = this;
    const bit = bitOf[layer]![frame.split]!;
    let bits = bit >>> 5 === word ? 1 << (bit & 31) : 0;
    const first = this.context.proportional[layer]?.first;
    if (first === undefined) return bits;
    for (let rest = frame.cut[word]!; rest !== 0; rest &= rest - 1) {
      if (first[neuronOf[layer]![32 * word + lowestBit(rest)]!] === first[frame.split]) bits |= rest & -rest;
    }
    return bits;
  }

  /** The frame with its vertices. */
  private built(depth: number): Frame {
    const frame = this.frames[depth]!;
    if (frame.state !== BUILT) this.build(depth, frame);
    return frame;
  }

  private build(depth: number, frame: Frame) {
    const parent = this.built(depth - 1);
    this.splitUp(depth - 1, parent);
    const bit = this.bitOf[this.path.splitLayer[depth - 1]!]![parent.split]!;
    const { pool } = this;
    const side = this.path.splitSide[depth - 1]!;
    const own = this.signsAt[this.path.splitLayer[depth - 1]!]! + 2 * (bit >>> 5) + (side > 0 ? 0 : 1);
    const other = own + (side > 0 ? 1 : -1);
    const mask = 1 << (bit & 31);
    frame.logged = this.logSize;
    frame.count = 0;
    while (frame.ids.length < parent.count + parent.endNew - parent.firstNew) frame.ids = doubled(frame.ids);
    let simple = true;
    for (let k = 0; k < parent.count; k++) {
      const id = parent.ids[k]!;
      const at = id * pool.signWords;
      if ((pool.signs[at + other]! & mask) !== 0) continue;
      frame.ids[frame.count++] = id;
      if ((pool.signs[at + own]! & mask) === 0) this.addTight(id, parent.slot);
      if (simple) simple = this.tightCount(id) === this.n;
    }
    for (let id = parent.firstNew; id < parent.endNew; id++) {
      frame.ids[frame.count++] = id;
      if (simple) simple = this.tightCount(id) === this.n;
    }
    frame.formerOwner = this.path.owner[parent.slot]!;
    this.path.owner[parent.slot] = 2 * this.n + depth - 1;
    if (!simple) this.dropRedundant(frame);
    frame.state = BUILT;
    if (this.verified) this.verify(frame, depth);
  }

  private verify({ ids, count }: Frame, depth: number) {
    const { path, pool, exact } = this;
    verifyLaws({ path, pool, exact, ids: Array.from(ids.subarray(0, count)), depth });
  }

  private tightCount(id: number): number {
    const { tight, words } = this.pool;
    let count = 0;
    for (let w = 0; w < words; w++) count += bitCount(tight[id * words + w]!);
    return count;
  }

  // ---- tight sets changed in place, until the cell is left ----

  private setLogged(id: number, word: number, value: number) {
    const { tight, words } = this.pool;
    if (this.logSize + 3 > this.log.length) this.log = doubled(this.log);
    this.log[this.logSize++] = id;
    this.log[this.logSize++] = word;
    this.log[this.logSize++] = tight[id * words + word]!;
    tight[id * words + word] = value;
  }

  private undo(logged: number) {
    const { tight, words } = this.pool;
    while (this.logSize > logged) {
      this.logSize -= 3;
      const place = this.log[this.logSize]! * words + this.log[this.logSize + 1]!;
      tight[place] = this.log[this.logSize + 2]!;
    }
  }

  private addTight(id: number, slot: number) {
    const { tight, words } = this.pool;
    const word = slot >>> 5;
    this.setLogged(id, word, tight[id * words + word]! | (1 << (slot & 31)));
  }

  /**
   * Forgets the constraints that are no facets of the cell, which happens only around vertices that are not simple.
   *
   * A constraint is a facet if and only if no other one holds at all of its vertices: a face of lower dimension lies in two
   * facets, and no two constraints have the same hyperplane, because a neuron that does not cut is never a split.
   */
  private dropRedundant(frame: Frame) {
    const { pool } = this;
    const { words } = pool;
    const slots = 32 * words;
    // together[s]: the constraints tight at all vertices where s is.
    const together = new Int32Array(slots * words).fill(-1);
    for (let k = 0; k < frame.count; k++) {
      const at = frame.ids[k]! * words;
      for (let w = 0; w < words; w++) {
        for (let rest = pool.tight[at + w]!; rest !== 0; rest &= rest - 1) {
          const to = (32 * w + lowestBit(rest)) * words;
          for (let v = 0; v < words; v++) together[to + v]! &= pool.tight[at + v]!;
        }
      }
    }
    const facets = new Int32Array(words);
    for (let s = 0; s < slots; s++) {
      let size = 0;
      for (let v = 0; v < words; v++) size += bitCount(together[s * words + v]!);
      if (size === 1) facets[s >>> 5]! |= 1 << (s & 31);
    }
    for (let k = 0; k < frame.count; k++) {
      for (let w = 0; w < words; w++) {
        const tight = pool.tight[frame.ids[k]! * words + w]!;
        if ((tight & ~facets[w]!) !== 0) this.setLogged(frame.ids[k]!, w, tight & facets[w]!);
      }
    }
  }

  // ---- splitting: the vertices on the crease ----

  /** Creates the vertices where the crease of the split neuron crosses edges of the cell, once for both parts. */
  private splitUp(depth: number, frame: Frame) {
    if (frame.firstNew >= 0) return;
    const { pool } = this;
    const layer = this.path.splitLayer[depth]!;
    const neuron = frame.split;
    const bit = this.bitOf[layer]![neuron]!;
    frame.firstNew = pool.size;
    this.sortBySide(frame, layer, neuron, bit);
    frame.slot = this.freeSlot(frame);
    // The split constrains no built cell yet, but the new vertices are defined by it.
    const former = this.path.owner[frame.slot]!;
    this.path.owner[frame.slot] = 2 * this.n + depth;
    if (pool.words === 1) this.crossEdges(frame, neuron);
    else this.crossEdgesWide(frame, neuron);
    frame.endNew = pool.size;
    this.signNew(frame);
    this.path.owner[frame.slot] = former;
  }

  private sortBySide({ ids, count }: Frame, layer: number, neuron: number, bit: number) {
    const { signs, signWords } = this.pool;
    const from = this.signsAt[layer]! + 2 * (bit >>> 5);
    const mask = 1 << (bit & 31);
    while (this.plus.length < count) this.growSides();
    this.splitSwing = this.path.swing(layer, neuron);
    const values = this.valuesAtVertices(neuron, ids, count);
    const { plus, minus, plusValue, minusValue } = this;
    let p = 0;
    let m = 0;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      const at = id * signWords + from;
      if ((signs[at]! & mask) !== 0) {
        plus[p] = id;
        plusValue[p++] = values[k]!;
      } else if ((signs[at + 1]! & mask) !== 0) {
        minus[m] = id;
        minusValue[m++] = values[k]!;
      }
    }
    this.plusCount = p;
    this.minusCount = m;
  }

  private growSides() {
    this.plus = doubled(this.plus);
    this.minus = doubled(this.minus);
    this.plusValue = new Float64Array(this.plus.length);
    this.minusValue = new Float64Array(this.minus.length);
  }

  /** A slot that no vertex of the cell uses. */
  private freeSlot({ ids, count }: Frame): number {
    const { pool } = this;
    for (let w = 0; ; w++) {
      if (w === pool.words) this.widen();
      const { tight, words } = pool;
      let used = 0;
      for (let k = 0; k < count; k++) used |= tight[ids[k]! * words + w]!;
      if (used !== -1) return 32 * w + lowestBit(~used);
    }
  }

  /**
   * Two vertices on different sides are joined by an edge if n - 1 facets of a simple one hold at the other; if both are not
   * simple, if at least n - 1 constraints hold at both and these do not all hold at a third vertex.
   */
  private crossEdges(frame: Frame, neuron: number) {
    const { pool, n, plus, minus, plusCount, minusCount } = this;
    const slot = 1 << frame.slot;
    for (let p = 0; p < plusCount; p++) {
      const a = plus[p]!;
      const atA = pool.tight[a]!;
      const simple = bitCount(atA) === n;
      for (let m = 0; m < minusCount; m++) {
        const b = minus[m]!;
        const atB = pool.tight[b]!;
        if (simple) {
          const missing = atA & ~atB;
          if ((missing & (missing - 1)) !== 0) continue;
        } else if (bitCount(atB) === n) {
          const missing = atB & ~atA;
          if ((missing & (missing - 1)) !== 0) continue;
        } else if (!this.isEdge(frame, a, b, atA & atB)) continue;
        const id = pool.add();
        pool.tight[id] = (atA & atB) | slot;
        this.cross(p, m, id, neuron);
      }
    }
  }

  private isEdge({ ids, count }: Frame, a: number, b: number, common: number): boolean {
    if (bitCount(common) < this.n - 1) return false;
    const { tight } = this.pool;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      if ((tight[id]! & common) === common && id !== a && id !== b) return false;
    }
    return true;
  }

  /** `crossEdges` for tight sets of several words. */
  private crossEdgesWide(frame: Frame, neuron: number) {
    const { pool, n, plus, minus, plusCount, minusCount } = this;
    const { words } = pool;
    const common = this.common.length >= words ? this.common : new Int32Array(words);
    for (let p = 0; p < plusCount; p++) {
      for (let m = 0; m < minusCount; m++) {
        const a = plus[p]!;
        const b = minus[m]!;
        let size = 0;
        for (let w = 0; w < words; w++) {
          common[w] = pool.tight[a * words + w]! & pool.tight[b * words + w]!;
          size += bitCount(common[w]!);
        }
        if (size < n - 1 || !this.isEdgeWide(frame, a, b, common)) continue;
        const id = pool.add();
        for (let w = 0; w < words; w++) pool.tight[id * words + w] = common[w]!;
        this.setTight(id, frame.slot);
        this.cross(p, m, id, neuron);
      }
    }
  }

  private isEdgeWide({ ids, count }: Frame, a: number, b: number, common: Int32Array): boolean {
    const { tight, words } = this.pool;
    if (this.tightCount(a) === this.n || this.tightCount(b) === this.n) return true;
    for (let k = 0; k < count; k++) {
      const id = ids[k]!;
      if (id === a || id === b) continue;
      let w = 0;
      while (w < words && (tight[id * words + w]! & common[w]!) === common[w]!) w++;
      if (w === words) return false;
    }
    return true;
  }

  /** The vertex where the edge from the p-th positive to the m-th negative vertex crosses the crease. */
  private cross(p: number, m: number, id: number, neuron: number) {
    const { pool, n, layer } = this;
    const a = this.plus[p]!;
    const b = this.minus[m]!;
    // Rows that are the same on every path.
    const isGiven = layer === 0 || layer === this.context.problem.depth;
    if (isGiven && this.exact.crossSmall(a, b, layer, neuron, id)) {
      pool.spread[id] = this.ordinary ? this.rounded : Number.POSITIVE_INFINITY;
      return;
    }
    const { rows, problem } = this.context;
    const { x } = pool;
    const atA = this.plusValue[p]!;
    const rise = atA - this.minusValue[m]!;
    const t = Math.min(1, Math.max(0, atA / rise));
    let extent = 0;
    for (let i = 0; i < n; i++) {
      const from = x[a * n + i]!;
      const step = x[b * n + i]! - from;
      extent = Math.max(extent, Math.abs(step) * this.inverseUnits[i]!);
      x[id * n + i] = Math.min(problem.outerUpper[i]!, Math.max(problem.outerLower[i]!, from + t * step));
    }
    const spread = Math.max(pool.spread[a]!, pool.spread[b]!);
    const bound = vertexBound(rows.threshold[layer]![neuron]!, this.splitSwing, spread);
    pool.spread[id] = this.ordinary
      ? crossingSpread(spread, bound, rise, extent, this.path.quotient)
      : Number.POSITIVE_INFINITY;
  }

  /** Sharpens the new vertices of a split where needed, and gives them the signs of the neurons that cut the cell. */
  private signNew(frame: Frame) {
    const { pool } = this;
    const words = this.signWords;
    for (let w = 0; w < words; w++) frame.exact[w] = 0;
    while (this.fresh.length < frame.endNew - frame.firstNew) this.fresh = doubled(this.fresh);
    for (let id = frame.firstNew; id < frame.endNew; id++) {
      this.fresh[id - frame.firstNew] = id;
      if (!(pool.spread[id]! <= this.blunt)) this.sharpen(id);
    }
    for (let w = 0; w < words; w++) {
      const at = this.signsAt[this.layer]! + 2 * w;
      for (let id = frame.firstNew; id < frame.endNew; id++) {
        pool.signs[id * pool.signWords + at] = 0;
        pool.signs[id * pool.signWords + at + 1] = 0;
      }
      for (let rest = frame.cut[w]! & ~this.creaseBits(frame, w); rest !== 0; rest &= rest - 1) {
        this.signNewBit(frame, at, w, lowestBit(rest));
      }
    }
  }

  private signNewBit(frame: Frame, at: number, word: number, bit: number) {
    const neuron = this.neuronOf[this.layer]![32 * word + bit]!;
    const mask = 1 << bit;
    const count = frame.endNew - frame.firstNew;
    this.neededExact = false;
    const values = this.signsAtVertices(neuron, this.fresh, count);
    if (this.neededExact) frame.exact[word]! |= mask;
    const { signs, signWords } = this.pool;
    for (let k = 0, to = frame.firstNew * signWords + at; k < count; k++, to += signWords) {
      if (values[k]! > 0) signs[to]! |= mask;
      else if (values[k]! < 0) signs[to + 1]! |= mask;
    }
  }

  /** Brings the spread of a new vertex down: by Lemma 5, otherwise from the exact vertex. */
  private sharpen(id: number) {
    const { pool, n } = this;
    const spread = this.ordinary ? this.sharpener.sharpen(id) : Number.POSITIVE_INFINITY;
    if (spread <= BLUNT_SPREAD) {
      for (let i = 0; i < n; i++) pool.x[id * n + i] = this.sharpener.point[i]!;
      pool.spread[id] = spread;
    } else {
      this.exact.round(id);
      pool.spread[id] = this.ordinary ? this.rounded : Number.POSITIVE_INFINITY;
    }
  }

  // ---- the walk ----

  descend(neuron: number, side: 1 | -1): void {
    const { path, depth, layer } = this;
    const frame = this.frames[depth]!;
    if (frame.split !== neuron) {
      frame.split = neuron;
      frame.firstNew = -1;
    }
    path.splitLayer[depth] = layer;
    path.splitNeuron[depth] = neuron;
    path.splitSide[depth] = side;
    this.depth++;
    const child = this.frameAt(this.depth);
    child.state = PENDING;
    child.split = -1;
  }

  ascend(): void {
    const frame = this.frames[this.depth]!;
    this.depth--;
    if (frame.state !== BUILT) return;
    if (frame.split >= 0 && frame.firstNew >= 0) this.pool.size = frame.firstNew;
    this.undo(frame.logged);
    this.path.owner[this.frames[this.depth]!.slot] = frame.formerOwner;
  }

  evidence(): Evidence {
    const frame = this.built(this.depth);
    return this.evidenceOf.evidence(this.layer, this.asked, this.answer, frame.ids, frame.count);
  }

  witness(): Witness {
    const frame = this.built(this.depth);
    return this.evidenceOf.witness(frame.ids, frame.count);
  }
}

/** The `vertex` engine for domains of low dimension. */
export const vertexKernel: KernelFactory = (context) => new VertexKernel(context, BLUNT_SPREAD, false);

/**
 * The same, verifying the laws of every cell it builds, exactly and slowly.
 *
 * @param blunt the spread above which a new vertex is sharpened: 0 for always
 */
export function verifiedVertexKernel(blunt: number): KernelFactory {
  return (context) => new VertexKernel(context, blunt, true);
}
