/**
 * Cutting the rectangle in halves until few creases are left, and joining what was counted in the halves.
 */
import { SLACK } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { Counting } from '../orbits.js';
import type { PartsModule } from './layers.js';
import { undecided } from './undecided.js';

/** Of a rectangle: left, right, bottom, top. */
const FACES = 4;
/** Parts with so few lines are cut no further: what is known of one then lies in a processor's cache (measured on 2-512-512-1). */
const FEW_LINES = 96;
/** Unless the signs of all curves where these may cross take more bits. */
const MOST_BITS = 2 ** 30;

/** Parts with more cuts above are degenerate: many creases meet in a point, or two are one. */
const MOST_CUTS = 60;
/** Down to this depth others may look in. */
const LOOKS = 6;
/** Where a rectangle is cut: not where people put their creases. */
const PART = 0.4871;

/** A part of the plane. */
interface Rectangle {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

export class Halving {
  /** Of the part counted last at each depth: cells by lines and by all, and points on the faces left, right, bottom, top. */
  readonly lineCells = new Float64Array(MOST_CUTS + 2);
  readonly cells = new Float64Array(MOST_CUTS + 2);
  private readonly linePoints = new Float64Array(FACES * (MOST_CUTS + 2));
  private readonly points = new Float64Array(FACES * (MOST_CUTS + 2));

  constructor(
    private readonly problem: PartitionProblem,
    private readonly parts: PartsModule,
    private readonly fewLines = FEW_LINES,
  ) {}

  /** Counts the whole rectangle, which is at depth 0. */
  *count(): Counting<void> {
    const { lower, upper } = this.problem;
    yield* this.node(0, { x0: lower[0]!, x1: upper[0]!, y0: lower[1]!, y1: upper[1]! }, { done: 0 });
  }

  /** A part near the root: others may look in between. */
  private *node(depth: number, part: Rectangle, progress: { done: number }): Counting<void> {
    if (depth >= LOOKS || this.areFew(depth)) {
      this.part(depth, part);
      progress.done += 2 ** -depth;
      yield { step: 0, steps: 1, done: progress.done, parts: 1 };
      return;
    }
    const [first, second] = halvesOf(part);
    this.descend(depth, first);
    yield* this.node(depth + 1, first, progress);
    this.begin(depth);
    this.descend(depth, second);
    yield* this.node(depth + 1, second, progress);
    this.join(depth, isCutInX(part));
  }

  private part(depth: number, part: Rectangle): void {
    if (this.areFew(depth)) {
      this.take(depth, part);
      return;
    }
    if (depth >= MOST_CUTS) undecided();
    const [first, second] = halvesOf(part);
    this.descend(depth, first);
    this.part(depth + 1, first);
    this.begin(depth);
    this.descend(depth, second);
    this.part(depth + 1, second);
    this.join(depth, isCutInX(part));
  }

  private areFew(depth: number): boolean {
    const lines = this.parts.linesAt(depth);
    return lines <= this.fewLines && (lines * lines * this.parts.curvesAt(depth)) / 2 <= MOST_BITS;
  }

  private descend(depth: number, { x0, x1, y0, y1 }: Rectangle) {
    if (!(x0 < x1 && y0 < y1)) undecided();
    const halfX = (x1 / 2 - x0 / 2) * SLACK;
    const halfY = (y1 / 2 - y0 / 2) * SLACK;
    this.parts.descend(depth, x0 / 2 + x1 / 2, y0 / 2 + y1 / 2, halfX, halfY, depth % 2 === 1);
  }

  /** Counts a part with few creases. */
  private take(depth: number, { x0, x1, y0, y1 }: Rectangle) {
    const { parts } = this;
    if (parts.count(depth, x0, x1, y0, y1) === 0) undecided();
    this.lineCells[depth] = parts.lineCells();
    this.cells[depth] = parts.cells();
    for (let face = 0; face < FACES; face++) {
      this.linePoints[FACES * depth + face] = parts.linePoints(face);
      this.points[FACES * depth + face] = parts.points(face);
    }
  }

  /** What the first half has found becomes what its parent has found so far. */
  private begin(depth: number) {
    const { lineCells, cells, linePoints, points } = this;
    lineCells[depth] = lineCells[depth + 1]!;
    cells[depth] = cells[depth + 1]!;
    for (let face = 0; face < FACES; face++) {
      linePoints[FACES * depth + face] = linePoints[FACES * (depth + 1) + face]!;
      points[FACES * depth + face] = points[FACES * (depth + 1) + face]!;
    }
  }

  /** The second half is joined to the first one. */
  private join(depth: number, inX: boolean) {
    const { lineCells, cells, linePoints, points } = this;
    const first = FACES * depth;
    const second = FACES * (depth + 1);
    // The upper face of the first half is the lower one of the second.
    const [seamOfSecond, seamOfFirst] = inX ? [0, 1] : [2, 3];
    const lineSeam = linePoints[first + seamOfFirst]!;
    const seam = points[first + seamOfFirst]!;
    if (lineSeam !== linePoints[second + seamOfSecond] || seam !== points[second + seamOfSecond]) undecided();
    lineCells[depth]! += lineCells[depth + 1]! - 1 - lineSeam;
    cells[depth]! += cells[depth + 1]! - 1 - seam;
    linePoints[first + seamOfFirst] = linePoints[second + seamOfFirst]!;
    points[first + seamOfFirst] = points[second + seamOfFirst]!;
    for (const face of inX ? [2, 3] : [0, 1]) {
      linePoints[first + face]! += linePoints[second + face]!;
      points[first + face]! += points[second + face]!;
    }
  }
}

function isCutInX({ x0, x1, y0, y1 }: Rectangle): boolean {
  return x1 - x0 > y1 - y0;
}

function halvesOf(part: Rectangle): readonly [Rectangle, Rectangle] {
  const { x0, x1, y0, y1 } = part;
  if (isCutInX(part)) {
    const x = x0 + PART * (x1 - x0);
    return [
      { x0, x1: x, y0, y1 },
      { x0: x, x1, y0, y1 },
    ];
  }
  const y = y0 + PART * (y1 - y0);
  return [
    { x0, x1, y0, y1: y },
    { x0, x1, y0: y, y1 },
  ];
}
