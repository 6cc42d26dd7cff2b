/**
 * The `vertex` engine: a cell is its vertices with their tight constraints (double description), in low dimension.
 *
 * The signs of a neuron at the vertices of a cell say on which side the cell lies, without any program. Vertices are doubles
 * with a proved radius (`engines/evidence/vertex-error.ts`), kept once on the path and shared by all cells around them (`pool.ts`);
 * what the bound cannot settle is settled exactly (`signs.ts`). The neurons that cut a cell at the start of a layer
 * get a bit each, so that the verdicts about a part of the cell are the disjunction of the words of its vertices
 * (`words.ts`).
 *
 * A part of a cell is built only when something is asked about it: the verdicts need no new vertices if the old ones
 * already show both sides, and a leaf of a count is never built.
 */
import { BLUNT_RADIUS } from '../../exact/index.js';
import type { CellKernel, KernelContext, KernelFactory } from '../../walk/index.js';
import {
  type CellShape,
  CUT,
  type Evidence,
  type Narrowing,
  type SubtreeListener,
  type Verdict,
  type VertexCloud,
  type Witness,
} from '../../walk/index.js';
import { VertexBounds } from './bounds.js';
import { VertexCrossing } from './crossing.js';
import { VertexEdges } from './edges.js';
import { VertexEvidence } from './evidence.js';
import { VertexExact } from './exact.js';
import { BUILT, JUDGED, PENDING, type VertexFrame, vertexFrame } from './frame.js';
import { verifyLaws } from './laws.js';
import { VertexPath } from './path.js';
import { VertexPool, withRoom } from './pool.js';
import { VertexRefinement } from './refinement.js';
import { VertexShape } from './shape.js';
import { SignBitsets, signBitsOf } from './sign-bitsets.js';
import { VertexSigns } from './signs.js';
import { hasSmallIntegers } from './size.js';
import { VertexTight } from './tight.js';
import { MOST_CUTS, WholeNumbers } from './whole-numbers.js';

class VertexKernel implements CellKernel {
  private readonly path: VertexPath;
  private readonly pool: VertexPool;
  private readonly exact: VertexExact;
  private readonly bounds: VertexBounds;
  private readonly signs: VertexSigns;
  private readonly words: SignBitsets;
  private readonly tight: VertexTight;
  private readonly crossing: VertexCrossing;
  private readonly edges: VertexEdges;
  private readonly proofs: VertexEvidence;
  private readonly view: VertexShape;
  private readonly cloud: VertexShape;
  /** The cells of the path, and below them some that were left. */
  private readonly frames: VertexFrame[] = [];
  private depth = 0;
  /** Per layer the depth at which it was entered. */
  private readonly entry: Int32Array;
  /** The last question that `side` answered, and its answer. */
  private asked = 0;
  private answer: -1 | 0 | 1 = 0;
  readonly subtree: CellKernel['subtree'];
  /** What walks subtrees, if there is such a thing. */
  private readonly whole: WholeNumbers | undefined;

  /**
   * @param blunt the radius above which a new vertex is refined
   * @param verified whether every cell that is built is checked against `laws.ts`
   * @param inPlaces whether all cells are held by the places of their vertices
   */
  constructor(
    private readonly context: KernelContext,
    blunt: number,
    private readonly verified: boolean,
    inPlaces: boolean,
  ) {
    const { problem } = context;
    const path = new VertexPath(context);
    const pool = new VertexPool(path.n, signBitsOf(problem));
    const exact = new VertexExact(path, pool);
    const refinement = new VertexRefinement(path, pool);
    const signs = new VertexSigns(path, pool, exact, refinement);
    const words = new SignBitsets(path, pool, signs);
    this.path = path;
    this.pool = pool;
    this.exact = exact;
    this.signs = signs;
    this.words = words;
    this.bounds = new VertexBounds(path, pool);
    this.tight = new VertexTight(path, pool);
    this.crossing = new VertexCrossing(path, pool, { exact, signs, words, refinement }, blunt);
    this.edges = new VertexEdges(path, pool, this.crossing);
    this.proofs = new VertexEvidence(path, pool, exact);
    this.view = new VertexShape(path, pool, exact);
    this.cloud = new VertexShape(path, pool, exact);
    this.entry = new Int32Array(problem.layers.length);
    const isWhole = !context.wantsEvidence && !inPlaces && path.n > 2 && hasSmallIntegers(problem, path.n);
    this.whole = isWhole ? new WholeNumbers(path.n) : undefined;
    if (isWhole) this.subtree = (node, budget, listener) => this.walkSubtree(node.cuts, budget, listener);
  }

  // ---- the walk ----

  reset(): void {
    const { pool, path } = this;
    const { n } = path;
    const { lower, upper, outerLower, outerUpper } = this.context.problem;
    pool.size = 0;
    pool.tight.fill(0);
    this.depth = 0;
    path.layer = 0;
    this.proofs.reset();
    for (let slot = 0; slot < 2 * n; slot++) path.owner[slot] = slot;
    const frame = this.frameAt(0);
    frame.state = BUILT;
    frame.count = 2 ** n;
    const isExact = outerLower.every((x, i) => x === lower[i] && outerUpper[i] === upper[i]);
    const radius = !path.ordinary ? Number.POSITIVE_INFINITY : isExact ? 0 : path.rounded;
    frame.ids = Int32Array.from({ length: frame.count }, (_, corner) => this.corner(corner, radius));
  }

  /** The corner of the box where bit i says whether x_i is at its upper bound. */
  private corner(corner: number, radius: number): number {
    const { pool } = this;
    const { n } = this.path;
    const { outerLower, outerUpper, exactLower, exactUpper } = this.context.problem;
    const id = pool.add();
    const place: bigint[] = [];
    for (let i = 0; i < n; i++) {
      const upper = (corner >>> i) & 1;
      pool.x[id * n + i] = upper === 1 ? outerUpper[i]! : outerLower[i]!;
      place[i] = upper === 1 ? exactUpper[i]! : exactLower[i]!;
      pool.tight[id * pool.words]! |= 1 << (2 * i + upper);
    }
    pool.setRadius(id, radius);
    this.exact.cornerSmall(id, place);
    return id;
  }

  enterLayer(layer: number): void {
    // While the layer is still the one of the splits that lead here.
    const frame = this.built(this.depth);
    this.path.layer = layer;
    this.entry[layer] = this.depth;
    frame.split = -1;
    this.bounds.forget();
    this.words.enterLayer(frame);
    this.proofs.enterLayer(layer, this.depth, frame);
  }

  leaveLayer(layer: number): void {
    this.path.layer = layer - 1;
    this.proofs.leaveLayer();
  }

  descend(neuron: number, side: 1 | -1): void {
    const { path, depth } = this;
    const frame = this.frames[depth]!;
    if (frame.split !== neuron) {
      frame.split = neuron;
      frame.firstNew = -1;
    }
    path.splitLayer[depth] = path.layer;
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
    this.tight.undo(frame.logged);
    this.path.owner[this.frames[this.depth]!.slot] = frame.formerOwner;
  }

  private frameAt(depth: number): VertexFrame {
    return (this.frames[depth] ??= vertexFrame(this.words.most));
  }

  // ---- whole subtrees ----

  takes(cuts: number): boolean {
    return cuts <= MOST_CUTS && this.tight.isOneWord(this.built(this.depth));
  }

  private walkSubtree(cuts: ArrayLike<number>, budget: number, listener: SubtreeListener): boolean {
    const { tight, exact } = this;
    const whole = this.whole!;
    const frame = this.built(this.depth);
    const sets = tight.inOneWord(frame);
    whole.begin();
    for (let k = 0; k < frame.count; k++) {
      const id = frame.ids[k]!;
      whole.add(
        Array.from(cuts, (neuron) => exact.integerAt(id, neuron)),
        sets[k]!,
      );
    }
    return whole.walk(cuts.length, budget, listener);
  }

  // ---- what is asked about a cell ----

  bounded(): Int8Array {
    return this.context.wantsEvidence
      ? this.proofs.sides(this.path.layer)
      : this.bounds.sides(this.frames[this.depth]!);
  }

  side(neuron: number): Verdict {
    this.asked = neuron;
    const verdict = this.entry[this.path.layer] === this.depth ? this.sideOfWhole(neuron) : this.sideOfPart(neuron);
    if (verdict !== CUT) this.answer = verdict;
    return verdict;
  }

  /** On the cell where the layer begins: by its box, then by its vertices. */
  private sideOfWhole(neuron: number): Verdict {
    const { decisions } = this.context;
    const frame = this.frames[this.depth]!;
    const bounded = this.bounds.side(frame, neuron);
    if (bounded !== 0) {
      decisions.interval++;
      return bounded;
    }
    const verdict = this.words.judgeWhole(frame, neuron);
    decisions[this.signs.neededExact ? 'exactSign' : 'points']++;
    return verdict;
  }

  private sideOfPart(neuron: number): Verdict {
    const frame = this.judged(this.depth);
    // The same stage, whoever walks the subtree.
    const isExact = this.whole !== undefined || this.words.wasExact(frame, neuron);
    this.context.decisions[isExact ? 'exactSign' : 'points']++;
    return this.words.verdict(frame, neuron);
  }

  narrowings(): readonly Narrowing[] {
    return this.proofs.narrowings();
  }

  evidence(): Evidence {
    return this.proofs.evidence(this.path.layer, this.asked, this.answer, this.built(this.depth));
  }

  witness(): Witness {
    return this.proofs.witness(this.built(this.depth));
  }

  shape(): CellShape | undefined {
    // Prisms over a central arrangement are held without their idle variable.
    if (this.path.n !== this.context.problem.variables) return undefined;
    return this.view.of(this.built(this.depth));
  }

  around(): VertexCloud | undefined {
    if (this.path.n !== this.context.problem.variables) return undefined;
    let { depth } = this;
    while (this.frames[depth]!.state !== BUILT) depth--;
    return this.cloud.of(this.frames[depth]!);
  }

  // ---- cells, as far as they are needed ----

  /** The cell at a depth with its verdicts. */
  private judged(depth: number): VertexFrame {
    const frame = this.frames[depth]!;
    if (frame.state === PENDING) this.judge(depth, frame);
    return frame;
  }

  private judge(depth: number, frame: VertexFrame) {
    const { words } = this;
    const parent = this.built(depth - 1);
    const enough = words.gatherOld(parent, frame, this.path.splitSide[depth - 1]!);
    if (!enough) {
      this.splitUp(depth - 1, parent);
      words.gatherNew(parent, frame);
    }
    words.conclude(parent, frame, !enough);
    frame.state = JUDGED;
  }

  /** The cell at a depth with its vertices. */
  private built(depth: number): VertexFrame {
    const frame = this.frames[depth]!;
    if (frame.state !== BUILT) this.build(depth, frame);
    return frame;
  }

  private build(depth: number, frame: VertexFrame) {
    const { path, tight } = this;
    const parent = this.built(depth - 1);
    this.splitUp(depth - 1, parent);
    frame.logged = tight.logged;
    const simple = this.takeVertices(parent, frame, path.splitSide[depth - 1]!);
    frame.formerOwner = path.owner[parent.slot]!;
    path.owner[parent.slot] = 2 * path.n + depth - 1;
    if (!simple) tight.dropRedundant(frame);
    frame.state = BUILT;
    if (this.verified) this.verify(frame, depth);
  }

  /** The vertices of the part on one side, those on the crease now tight for it; returns whether all are simple. */
  private takeVertices(parent: VertexFrame, frame: VertexFrame, side: 1 | -1): boolean {
    const { pool, tight, words } = this;
    const { n } = this.path;
    const { split, slot, firstNew, endNew } = parent;
    const own = words.wordOf(split) + (side > 0 ? 0 : 1);
    const other = words.wordOf(split) + (side > 0 ? 1 : 0);
    const mask = words.maskOf(split);
    frame.ids = withRoom(frame.ids, parent.count + endNew - firstNew);
    const { ids } = frame;
    let simple = true;
    let count = 0;
    for (let k = 0; k < parent.count; k++) {
      const id = parent.ids[k]!;
      const at = id * pool.signBits;
      if ((pool.signs[at + other]! & mask) !== 0) continue;
      ids[count++] = id;
      if ((pool.signs[at + own]! & mask) === 0) tight.add(id, slot);
      if (simple) simple = pool.tightCount(id) === n;
    }
    // Edges between simple vertices make simple ones.
    for (let id = firstNew; id < endNew; id++) ids[count++] = id;
    frame.count = count;
    return simple;
  }

  /** Creates the vertices where the crease of the split neuron crosses edges of the cell, once for both parts. */
  private splitUp(depth: number, frame: VertexFrame) {
    if (frame.firstNew >= 0) return;
    const { path, pool } = this;
    frame.firstNew = pool.size;
    frame.slot = this.tight.freeSlot(frame);
    // The split constrains no built cell yet, but the new vertices are defined by it.
    const former = path.owner[frame.slot]!;
    path.owner[frame.slot] = 2 * path.n + depth;
    this.crossing.sort(frame);
    this.edges.cross(frame, frame.slot);
    frame.endNew = pool.size;
    this.crossing.refine(frame);
    this.words.signNew(frame);
    path.owner[frame.slot] = former;
  }

  private verify({ ids, count }: VertexFrame, depth: number) {
    const { path, pool, exact } = this;
    verifyLaws({ path, pool, exact, ids: Array.from(ids.subarray(0, count)), depth });
  }
}

/** The `vertex` engine for domains of low dimension: at most 14 variables (`engines/choice.ts`). */
export const vertexKernel: KernelFactory = (context) => new VertexKernel(context, BLUNT_RADIUS, false, false);

/** The same without whole numbers, which spare counts of small integers what this does. */
export const placedVertexKernel: KernelFactory = (context) => new VertexKernel(context, BLUNT_RADIUS, false, true);

/**
 * The same, verifying the laws of every cell it builds, exactly and slowly.
 *
 * @param blunt the radius above which a new vertex is refined: 0 for always
 */
export function verifiedVertexKernel(blunt: number): KernelFactory {
  return (context) => new VertexKernel(context, blunt, true, true);
}
