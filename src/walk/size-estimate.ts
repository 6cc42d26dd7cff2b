/**
 * How large a split tree will be: told while it is walked, for progress bars, or before, for `estimate`.
 *
 * Knuth (1975, "Estimating the efficiency of backtrack programs"): go down the tree from the root, choosing a side of every
 * split at random; a cell reached with probability p, counted 1/p times, is an unbiased estimate of the number of cells, and,
 * cell by cell, of the number in any part of the tree. What makes it usable here is the choice of the probabilities
 * (importance sampling, as in Chen 1992, "Heuristic sampling"): a side that m neurons of the layer still cut is taken in
 * proportion to the number of parts into which m hyperplanes in general position cut R^d, the sum of C(m, i) for i <= d.
 * With even odds the weights of ways differ by factors of 2^depth and the mean is useless; with these they differ by about 2
 * for one hidden layer after another.
 *
 * The ways are kept, each with its weight, so that what is finished can be left out: the estimate of what is still to do
 * becomes exact as the walk ends, and cells found are never estimated.
 */
import { type OrbitRoot, type PartitionProblem, WHOLE_TREE, weightOf } from '../problem/index.js';
import { genericParts } from './generic-parts.js';
import type { KernelFactory } from './kernel.js';
import { type ChooseSide, descents } from './traverse.js';

/** A number that is not known yet. */
export interface Estimate {
  readonly likely: number;
  /** It is between these with good odds, about nineteen in twenty. */
  readonly low: number;
  readonly high: number;
}

/** How far a walk has come. */
export interface WalkProgress {
  /** Cells found so far. */
  readonly cells: number;
  /** Cells that there are at least: those found, and one for each subtree that is open. */
  readonly atLeast: number;
  /** Subtrees not finished yet; at most one per split above each walk. */
  readonly open: number;
  /** The part that is finished, 0 to 1, as far as it can be told: cells found over those expected; absent before it can be. */
  readonly done?: number;
  /** Cells that there will be in the end. Absent before it can be told. */
  readonly total?: Estimate;
  readonly seconds: number;
}

/** One way down. */
interface Way {
  /** The sides taken, as in the paths of `TraversalOptions`. */
  readonly path: string;
  /** How many cells it stands for. */
  readonly weight: number;
}

/** Ways before anything is said. */
const FEWEST = 8;

/** The part of a walk's time that may be spent: more at the beginning, up to so many milliseconds, less from then on. */
const FIRST_SHARE = 0.05;
const HEAD_START = 100;
const SHARE = 0.01;
/** The first way prepares the others. It may take so long, and longer the later it is tried again. */
const FIRST_WAY = 500;

/** Parts of the whole space that are kept prepared. */
const MOST_PARTS = 8;

/** The seed unless told. */
const SEED = 0x2545f491;

/** Repeatable random numbers (xorshift, Marsaglia 2003): the same run shows the same estimates. @param seed not 0 */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Thrown through a walk that takes longer than it may. */
class TooLong extends Error {}

/** Estimates the size of the split tree of one problem, from ways down that are walked now and then. */
export class SizeEstimate {
  private readonly ways: Way[] = [];
  private readonly random: () => number;
  private readonly parts: (m: number) => number;
  private readonly descend = new Map<string, (choose: ChooseSide) => void>();
  /** Milliseconds spent on ways so far. */
  private spent = 0;
  /** What the last way took. */
  private last = 0;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly kernel: KernelFactory,
    seed = SEED,
    /** What the subtrees below open paths count. */
    private readonly roots: readonly OrbitRoot[] = WHOLE_TREE,
  ) {
    this.parts = genericParts(problem.variables);
    this.random = randomNumbers(seed);
  }

  /** Draws a few numbers: the first ones after a small seed are alike. */
  warmUp(): void {
    for (let k = 0; k < 16; k++) this.random();
  }

  /** Walks further ways down, for about a hundredth of the time that the walk has taken so far. @param elapsed in milliseconds */
  improve(elapsed: number): void {
    const allowed = Math.min(FIRST_SHARE * elapsed, HEAD_START) + SHARE * elapsed;
    // The next one will take about as long as the last one.
    while (this.spent + this.last < allowed) {
      const started = performance.now();
      try {
        this.way(this.ways.length === 0 ? started + Math.max(FIRST_WAY, 10 * allowed) : undefined);
      } catch (error) {
        // Only the first way is cut short: to leave out the long ones later would be to leave out the large subtrees.
        if (!(error instanceof TooLong)) throw error;
        this.descend.clear();
      }
      const took = performance.now() - started;
      // Preparing is not charged: it happens once.
      if (this.ways.length !== 1) this.spent += took;
      this.last = this.ways.length === 1 ? 0 : took;
    }
  }

  /**
   * Walks one more way down.
   *
   * @param until when it is given up, on the clock of `performance`
   * @returns the natural logarithm of how many cells it stands for, which may be beyond the doubles
   */
  way(until = Number.POSITIVE_INFINITY): number {
    let weight = 1;
    let logarithm = 0;
    let path = '';
    const take = (chance: number): 1 | -1 => {
      const side = this.random() < chance ? 1 : -1;
      const probability = side > 0 ? chance : 1 - chance;
      weight /= probability;
      logarithm -= Math.log(probability);
      path += side > 0 ? '+' : '-';
      return side;
    };
    const { charts } = this.problem;
    const sides = charts?.basis.neurons.map(() => take(1 / 2)) ?? [];
    this.descentsOf(
      path,
      sides,
    )((_, negative, positive) => {
      if (performance.now() > until) throw new TooLong();
      const [a, b] = [this.parts(negative), this.parts(positive)];
      const chance = b / (a + b);
      // Infinite where the parts are beyond the doubles: even odds are odds as well.
      return take(chance > 0 && chance < 1 ? chance : 1 / 2);
    });
    this.ways.push({ path, weight: weight * weightOf(this.roots, path) });
    return logarithm;
  }

  private descentsOf(path: string, sides: readonly (1 | -1)[]): (choose: ChooseSide) => void {
    const known = this.descend.get(path);
    if (known !== undefined) return known;
    const { charts } = this.problem;
    const made = descents(charts === undefined ? this.problem : charts.part(sides), this.kernel);
    for (const oldest of this.descend.keys()) if (this.descend.size >= MOST_PARTS) this.descend.delete(oldest);
    this.descend.set(path, made);
    return made;
  }

  /**
   * The cells below some paths, which are in tree order and none below another; undefined before it can be told.
   *
   * @param found how many cells there are elsewhere: where the ways expected fewer they are trusted less
   */
  below(open: readonly string[], found: number): Estimate | undefined {
    const count = this.ways.length;
    if (count < FEWEST) return undefined;
    let [sum, squares, others] = [0, 0, 0];
    for (const { path, weight } of this.ways) {
      if (isBelow(path, open)) {
        sum += weight;
        squares += weight * weight;
      } else others += weight;
    }
    const likely = sum / count;
    if (!Number.isFinite(squares)) return undefined;
    // The error of the mean; where no way led there it may have missed a path that one in so many would have taken.
    const deviation = Math.sqrt(Math.max(0, squares / count - likely * likely) / count);
    const total = found + likely;
    const short = others > 0 ? Math.max(1, found / (others / count)) : 1;
    const error = likely > 0 ? deviation / likely : 0;
    const least = open.length;
    return {
      likely: Math.max(likely, least),
      low: Math.max(likely / (1 + 2 * error), least),
      // Weights have long tails to the right: a mean of few is rather too small.
      high: Math.max(likely * Math.max((1 + 3 * error) ** 2, short) + total / count, least),
    };
  }
}

/** Whether a path is below one of those given, which are in tree order. */
function isBelow(path: string, open: readonly string[]): boolean {
  // The last one that does not come after it is the only candidate.
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesAfter(open[middle]!, path)) high = middle;
    else low = middle + 1;
  }
  return low > 0 && path.startsWith(open[low - 1]!);
}

/** Whether the first path comes after the second one in tree order: "-" before "+", a node before what is below it. */
function comesAfter(first: string, second: string): boolean {
  const length = Math.min(first.length, second.length);
  for (let i = 0; i < length; i++) if (first[i] !== second[i]) return first[i] === '+';
  return first.length > second.length;
}

/** What is left open of a tree by a walk that stands at a path, in tree order: the path, and the right sides behind it. */
export function openFrom(path: string): string[] {
  const open = [path];
  for (let i = path.length - 1; i >= 0; i--) if (path[i] === '-') open.push(`${path.slice(0, i)}+`);
  return open;
}

/**
 * The progress of a walk that has found cells and left paths open.
 *
 * @param elapsed in milliseconds
 * @param more cells found below the open paths
 */
export function progressOf(
  size: SizeEstimate,
  cells: number,
  open: readonly string[],
  elapsed: number,
  more = 0,
): WalkProgress {
  const found = cells + more;
  const known = {
    cells: found,
    atLeast: Math.max(found, cells + open.length),
    open: open.length,
    seconds: elapsed / 1000,
  };
  if (open.length === 0) return { ...known, done: 1, total: { likely: cells, low: cells, high: cells } };
  const rest = size.below(open, cells);
  if (rest === undefined) return known;
  // What has been found there already is no estimate.
  const [likely, low, high] = [rest.likely, rest.low, rest.high].map((value) => cells + Math.max(value, more)) as [
    number,
    number,
    number,
  ];
  return { ...known, done: found / likely, total: { likely, low, high } };
}
