/**
 * How far a walk over cells has come, for whoever waits for it.
 */
import { chooseEngine, kernelOf } from '../../engines/index.js';
import { simplexBackend } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { openFrom, progressOf, SizeEstimate, type WalkProgress } from '../../walk/index.js';

/** How far an analysis has come, which may walk over all cells more than once. */
export interface AnalysisProgress extends WalkProgress {
  /** Which walk it is, from 1. From the second one on the number of cells is known. */
  readonly walk: number;
}

/** How often it is told, and about how often the clock is looked at, in milliseconds. */
const TELL_EVERY = 100;
const LOOK_EVERY = 20;

/**
 * Watches walks: give one to all walks of an analysis (`CellOptions.meter`), and it tells about ten times per second how far
 * they are. About a hundredth of the time goes into estimating how many cells there will be.
 */
export class WalkMeter {
  private problem: PartitionProblem | undefined;
  private size: SizeEstimate | undefined;
  /** The number of cells of this walk, if another one has found them; and of the next one. */
  private known: number | undefined;
  private expected: number | undefined;
  private cells = 0;
  private walk = 0;
  private started = 0;
  private told = 0;
  private looked = 0;
  /** Cells until the clock is looked at again. */
  private until = 1;
  private every = 1;

  constructor(private readonly tell: (progress: AnalysisProgress) => void) {}

  /** A walk over the cells of a problem begins, or goes on. @param firstId the number of cells that it has found before */
  begin(problem: PartitionProblem, firstId: number): void {
    const isSame = problem === this.problem;
    if (isSame && (firstId > 0 || this.cells === 0)) return;
    if (!isSame) this.size = undefined;
    this.problem = problem;
    this.start(this.expected ?? (isSame ? this.cells : undefined));
  }

  /** The walk that begins next has so many cells. */
  expect(cells: number): void {
    this.expected = cells;
  }

  /** So many cells of those that were expected have been dealt with, by other threads. */
  reached(cells: number): void {
    if (this.expected !== undefined) this.start(this.expected);
    this.cells = cells;
    const now = performance.now();
    if (now - this.told >= TELL_EVERY) this.report(now, '');
  }

  /** A cell was found. @param path gives its sides from the root */
  visit(path: () => string): void {
    this.cells++;
    if (--this.until > 0) return;
    const now = performance.now();
    this.every = now - this.looked > LOOK_EVERY ? Math.max(1, this.every >> 1) : Math.min(1 << 16, 2 * this.every);
    this.until = this.every;
    this.looked = now;
    if (now - this.told >= TELL_EVERY) this.report(now, path());
  }

  private start(known: number | undefined): void {
    this.known = known;
    this.expected = undefined;
    this.cells = 0;
    this.walk++;
    this.started = performance.now();
    this.told = this.started;
    this.looked = this.started;
  }

  private report(now: number, path: string): void {
    this.tell({ ...this.progress(now - this.started, path), walk: this.walk });
    this.told = performance.now();
  }

  private progress(elapsed: number, path: string): WalkProgress {
    const { cells, known } = this;
    // The cell that is visited is the first of those open.
    const open = openFrom(path);
    if (known !== undefined) {
      const total = { likely: known, low: known, high: known };
      return { cells, atLeast: known, open: open.length, done: cells / known, total, seconds: elapsed / 1000 };
    }
    const problem = this.problem!;
    this.size ??= new SizeEstimate(problem, kernelOf(chooseEngine(problem, 'auto').engine, simplexBackend));
    this.size.improve(elapsed);
    return progressOf(this.size, cells - 1, open, elapsed, 1);
  }
}
