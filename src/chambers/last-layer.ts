/**
 * Two layers in the plane, counted without visiting the cells of the last one.
 *
 * The rectangle is cut in halves until few creases of the first layer (lines) and few of the second one (curves) are left in each part: the others keep
 * one sign there. Let P and Q be two halves, and s the seam between them. If no two creases meet on s and none contains a part of it, a cell, being convex, meets s in one
 * interval or not at all, and each interval joins a cell of P to one of Q. So the cells of both are those of P and those of Q, less 1 + the points where creases cross s.
 *
 * In a part the lines cut a polygon, step by step, by the signs of its corners. In a polygon that no line cuts all functions of the second layer are affine: those
 * with both signs at the corners have a chord, and the chords make 1 + their number + the number of pairs that cross parts, unless three meet in a point or two at an end.
 *
 * *Two chords cross inside if and only if all four combinations of signs occur in the polygon.* (Where they cross all do. If they do not, one lies on one side of the
 * other, and a combination is missing.) A combination that no corner has is where both cut one edge, between the two ends: the order of the two along the edge tells which.
 * *Three chords that meet in a point* are found as follows: they cross pairwise, and the sign of the third one where two cross is that of a determinant of its values
 * at three corners.
 *
 * Every sign is one of a double with a proved error, as in `engines/planar/vertices.ts` (Lemmas 2 to 4). Where one is not certain, and where creases are degenerate, nothing is
 * decided: the count gives up and another engine has to walk. A result is exact.
 *
 * *Errors of the second layer.* A function G = b + sum_j f_j(H_j), f_j(t) = p_j t for t >= 0 and n_j t below, is summed up here as the row of all terms
 * whose H_j keep their signs and the values of the others, in some order: with m + 3 terms more than Lemma 1 has, and values of the H_j off by at most T_j, to which f_j adds the factor max(|p_j|, |n_j|).
 * So the sum is off by at most B = sum_j max(|p_j|, |n_j|) (T_j + c u M_j) + c u |b|, c = 2 (m + 32), at any double point of the box, and at a vertex with radius e by e S more, S = sum_j max(|p_j|, |n_j|) S_j.
 */
import { evaluationUnit, SLACK, signBeyond, UNIT_ROUNDOFF, underflow } from '../exact/index.js';
import type { PartitionProblem } from '../problem/index.js';
import type { Counting } from './orbits.js';

/** Cells by the first layer, and by both. */
export interface LastLayerCount {
  readonly cellsPerLayer: readonly [number, number];
  /** How many signs were told in doubles. */
  readonly signs: number;
}

/** Something is not certain. */
class Undecided extends Error {}

function undecided(): never {
  throw new Undecided();
}

/** Parts with so few lines are cut no further. */
const FEW_LINES = 9;
/** Curves of a part are bits of a number. */
const MOST_CURVES = 24;
/** Parts with more cuts above are degenerate: many creases meet in a point, or two are one. */
const MOST_CUTS = 60;
/** Down to this depth others may look in. */
const LOOKS = 6;
/** Where a rectangle is cut: not where people put their creases. */
const PART = 0.4871;
const FACES = 4;
/** Crossings of the lines and faces of a part. */
const MOST_VERTICES = 4 + FACES * FEW_LINES + (FEW_LINES * (FEW_LINES - 1)) / 2 + 8;

/** With fewer neurons in a layer walks are as quick, and with many more curves than lines quicker (measured, `npm run bench`). */
const FEWEST_NEURONS = 96;
const MOST_CURVES_PER_LINE = 2;

/** Whether counting so is quicker than walking, unless it has to give up. */
export function suitsLastLayer(problem: PartitionProblem): boolean {
  if (!hasTwoPlanarLayers(problem)) return false;
  const lines = problem.layers[0]!.width;
  const curves = problem.layers[1]!.width;
  return Math.min(lines, curves) >= FEWEST_NEURONS && curves <= MOST_CURVES_PER_LINE * lines;
}

/** Whether a problem is one that can be counted so. */
export function hasTwoPlanarLayers({ variables, homogeneous, depth, layers, charts, ...problem }: PartitionProblem) {
  const { lower, upper, outerLower, outerUpper } = problem;
  if (variables !== 2 || homogeneous || charts !== undefined || depth !== 2 || layers.length !== 2) return false;
  if (layers[1]!.columns.rows !== null || layers[0]!.settled !== undefined) return false;
  return [0, 1].every((i) => lower[i] === outerLower[i] && upper[i] === outerUpper[i]);
}

/** The cells of a problem with two layers in the plane; undefined if some sign is not certain in doubles. */
export function* countLastLayer(problem: PartitionProblem): Counting<LastLayerCount | undefined> {
  const counter = new LastLayer(problem);
  try {
    yield* counter.count();
    return { cellsPerLayer: [counter.lineCells[0]!, counter.cells[0]!], signs: counter.signs };
  } catch (error) {
    if (error instanceof Undecided) return undefined;
    throw error;
  }
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!;
  return result;
}

/** What is kept of the parts of one depth. */
interface Level {
  /** The lines that may cut the part, and the curves, with the rows of these without the lines' terms. */
  readonly lines: Int32Array;
  lineCount: number;
  readonly curves: Int32Array;
  curveCount: number;
  readonly rows: Float64Array;
}

class LastLayer {
  /** Of the part counted last at each depth: cells by lines and by all, and points on the faces left, right, bottom, top. */
  readonly lineCells = new Float64Array(MOST_CUTS + 2);
  readonly cells = new Float64Array(MOST_CUTS + 2);
  private readonly linePoints = new Float64Array(FACES * (MOST_CUTS + 2));
  private readonly points = new Float64Array(FACES * (MOST_CUTS + 2));
  signs = 0;
  private readonly levels: Level[] = [];
  private readonly width0: number;
  private readonly width1: number;
  /** Lines: rows, masses are in span; thresholds and spans as the planar engine has them. */
  private readonly a: Float64Array;
  private readonly b: Float64Array;
  private readonly c: Float64Array;
  private readonly threshold: Float64Array;
  private readonly span: Float64Array;
  private readonly plus: Float64Array;
  private readonly minus: Float64Array;
  /** The same, curve by curve; null where all are 0. */
  private readonly byCurve: Float64Array;
  private readonly minusByCurve: Float64Array | null;
  /** Curves: the B and the S of their values. */
  private readonly error: Float64Array;
  /** The most and the least that lines can be on a part. */
  private readonly high: Float64Array;
  private readonly low: Float64Array;
  private readonly reach: Float64Array;
  private readonly X: number;
  private readonly Y: number;
  private readonly lost: number;
  // The part at hand.
  private lineCount = 0;
  private curveCount = 0;
  /** The lines of the part, faces first. */
  private readonly la = new Float64Array(FACES + FEW_LINES);
  private readonly lb = new Float64Array(FACES + FEW_LINES);
  private readonly lc = new Float64Array(FACES + FEW_LINES);
  private readonly lt = new Float64Array(FACES + FEW_LINES);
  private readonly ls = new Float64Array(FACES + FEW_LINES);
  private readonly ca = new Float64Array(MOST_CURVES);
  private readonly cb = new Float64Array(MOST_CURVES);
  private readonly cc = new Float64Array(MOST_CURVES);
  private readonly ce = new Float64Array(MOST_CURVES);
  private readonly cr = new Float64Array(MOST_CURVES);
  private readonly wp = new Float64Array(MOST_CURVES * FEW_LINES);
  private readonly wm = new Float64Array(MOST_CURVES * FEW_LINES);
  /** Values of the lines at a vertex, and which are positive and negative there. */
  private readonly hv = new Float64Array(FEW_LINES);
  private readonly ups = new Int32Array(FEW_LINES);
  private readonly downs = new Int32Array(FEW_LINES);
  private readonly crossing = new Int32Array((FACES + FEW_LINES) ** 2);
  private vertices = 0;
  private readonly positive = new Int32Array(MOST_VERTICES);
  private readonly negative = new Int32Array(MOST_VERTICES);
  private readonly above = new Int32Array(MOST_VERTICES);
  private readonly radius = new Float64Array(MOST_VERTICES);
  private readonly values = new Float64Array(MOST_VERTICES * MOST_CURVES);
  /** Polygons, one behind the other: vertices, and the lines of the edges that begin there. */
  private readonly ring = new Int32Array(1024);
  private readonly edge = new Int32Array(1024);
  private partLineCells = 0;
  private partCells = 0;
  private readonly partPieces = new Int32Array(FACES);
  private readonly partChanges = new Int32Array(FACES);
  private readonly cutting = new Int32Array(MOST_CURVES);

  constructor(private readonly problem: PartitionProblem) {
    const { layers, first, magnitude } = problem;
    const below = layers[0]!;
    const above = layers[1]!;
    const X = magnitude[0]!;
    const Y = magnitude[1]!;
    this.X = X;
    this.Y = Y;
    this.lost = underflow(8, X * Y);
    const m = (this.width0 = below.width);
    const w = (this.width1 = above.width);
    const doubles = () => new Float64Array(m);
    this.a = doubles();
    this.b = doubles();
    this.c = doubles();
    this.threshold = doubles();
    this.span = doubles();
    this.high = doubles();
    this.low = doubles();
    for (let j = 0; j < m; j++) {
      const a = first.doubles[3 * j]!;
      const b = first.doubles[3 * j + 1]!;
      const c = first.doubles[3 * j + 2]!;
      const mass = Math.abs(a) * X + Math.abs(b) * Y + Math.abs(c);
      const error = (first.isExact ? 0 : below.unit * mass + below.tiny) * SLACK + below.tiny;
      const threshold = (error + evaluationUnit(2) * mass) * SLACK + below.tiny;
      this.a[j] = a;
      this.b[j] = b;
      this.c[j] = c;
      this.threshold[j] = threshold;
      this.span[j] = (mass + threshold) * SLACK;
    }
    this.plus = above.plus;
    this.minus = above.minus ?? new Float64Array(above.plus.length);
    this.byCurve = transposed(above.plus, m, w);
    this.minusByCurve = above.minus && transposed(above.minus, m, w);
    this.error = new Float64Array(w);
    this.reach = new Float64Array(w);
    // Infinite where doubles say nothing of the weights.
    const unit = Number.isFinite(above.unit) ? 2 * (m + 32) * UNIT_ROUNDOFF : Number.POSITIVE_INFINITY;
    for (let k = 0; k < w; k++) {
      let error = unit * Math.abs(above.bias[k]!) + above.tiny;
      let reach = 0;
      for (let j = 0; j < m; j++) {
        const weight = Math.max(Math.abs(this.plus[j * w + k]!), Math.abs(this.minus[j * w + k]!));
        error += weight * (this.threshold[j]! + unit * this.span[j]!) + above.tiny;
        reach += weight * this.span[j]!;
      }
      this.error[k] = error * SLACK;
      this.reach[k] = (reach + error) * SLACK;
    }
  }

  private level(depth: number): Level {
    const { width0, width1 } = this;
    return (this.levels[depth] ??= {
      lines: new Int32Array(width0),
      lineCount: 0,
      curves: new Int32Array(width1),
      curveCount: 0,
      rows: new Float64Array(3 * width1),
    });
  }

  *count(): Counting<void> {
    const { problem, width0, width1 } = this;
    const { lower, upper, layers } = problem;
    const root = this.level(0);
    const { bias, bends } = layers[1]!;
    for (let k = 0; k < width1; k++) {
      if (bends[k] === 0) continue;
      root.rows.set([0, 0, bias[k]!], 3 * root.curveCount);
      root.curves[root.curveCount++] = k;
    }
    for (let j = 0; j < width0; j++) {
      if (layers[0]!.bends[j] === 1) root.lines[root.lineCount++] = j;
      else this.settle(root, j, 1);
    }
    yield* this.node(0, lower[0]!, upper[0]!, lower[1]!, upper[1]!, { done: 0, share: 1 });
  }

  /** Adds the term of a line whose side is known. */
  private settle({ curves, curveCount, rows }: Level, j: number, side: number) {
    const weights = side > 0 ? this.plus : this.minus;
    const a = this.a[j]!;
    const b = this.b[j]!;
    const c = this.c[j]!;
    const at = j * this.width1;
    for (let i = 0, r = 0; i < curveCount; i++, r += 3) {
      const weight = weights[at + curves[i]!]!;
      rows[r]! += weight * a;
      rows[r + 1]! += weight * b;
      rows[r + 2]! += weight * c;
    }
  }

  /** A part near the root. */
  private *node(
    depth: number,
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    progress: { done: number; share: number },
  ): Counting<void> {
    const level = this.level(depth);
    if (depth >= LOOKS || this.isSmall(level)) {
      this.part(depth, x0, x1, y0, y1);
      progress.done += progress.share / 2 ** depth;
      yield { step: 0, steps: 1, done: progress.done, parts: 1 };
      return;
    }
    const inX = x1 - x0 > y1 - y0;
    const [from, to] = inX ? [x0, x1] : [y0, y1];
    const middle = from + PART * (to - from);
    this.descend(depth, x0, inX ? middle : x1, y0, inX ? y1 : middle);
    yield* this.node(depth + 1, x0, inX ? middle : x1, y0, inX ? y1 : middle, progress);
    this.begin(depth);
    this.descend(depth, inX ? middle : x0, x1, inX ? y0 : middle, y1);
    yield* this.node(depth + 1, inX ? middle : x0, x1, inX ? y0 : middle, y1, progress);
    this.join(depth, inX);
  }

  private isSmall({ lineCount, curveCount }: Level): boolean {
    return lineCount <= FEW_LINES && curveCount <= MOST_CURVES;
  }

  /** The same without looks. */
  private part(depth: number, x0: number, x1: number, y0: number, y1: number): void {
    if (this.isSmall(this.level(depth))) {
      this.leaf(depth, x0, x1, y0, y1);
      return;
    }
    if (depth >= MOST_CUTS) undecided();
    const inX = x1 - x0 > y1 - y0;
    if (inX) {
      const middle = x0 + PART * (x1 - x0);
      this.descend(depth, x0, middle, y0, y1);
      this.part(depth + 1, x0, middle, y0, y1);
      this.begin(depth);
      this.descend(depth, middle, x1, y0, y1);
      this.part(depth + 1, middle, x1, y0, y1);
    } else {
      const middle = y0 + PART * (y1 - y0);
      this.descend(depth, x0, x1, y0, middle);
      this.part(depth + 1, x0, x1, y0, middle);
      this.begin(depth);
      this.descend(depth, x0, x1, middle, y1);
      this.part(depth + 1, x0, x1, middle, y1);
    }
    this.join(depth, inX);
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

  /** What a half of a part has to do with: lines and curves that keep a sign on it are settled. */
  private descend(depth: number, x0: number, x1: number, y0: number, y1: number) {
    const parent = this.level(depth);
    const child = this.level(depth + 1);
    const x = x0 / 2 + x1 / 2;
    const y = y0 / 2 + y1 / 2;
    const halfX = (x1 / 2 - x0 / 2) * SLACK;
    const halfY = (y1 / 2 - y0 / 2) * SLACK;
    if (!(x0 < x1 && y0 < y1)) undecided();
    const { curveCount } = parent;
    child.curveCount = curveCount;
    child.curves.set(curveCount === this.width1 ? parent.curves : parent.curves.subarray(0, curveCount));
    child.rows.set(parent.rows.subarray(0, 3 * curveCount));
    child.lineCount = 0;
    for (let i = 0; i < parent.lineCount; i++) {
      const j = parent.lines[i]!;
      const a = this.a[j]!;
      const b = this.b[j]!;
      const value = a * x + b * y + this.c[j]!;
      const half = Math.abs(a) * halfX + Math.abs(b) * halfY + 8 * this.threshold[j]!;
      const side = signBeyond(value, half);
      if (side === 0) child.lines[child.lineCount++] = j;
      else this.settle(child, j, side);
    }
    if (depth % 2 === 1 || child.lineCount <= FEW_LINES) this.prune(child, x, y, halfX, halfY);
  }

  /**
   * Leaves out curves that do not meet the part. What the lines add is at most and at least 0 somewhere: where the row alone has no certain sign
   * nothing has.
   */
  private prune(level: Level, x: number, y: number, halfX: number, halfY: number) {
    const { lines, lineCount, curves, rows } = level;
    const { byCurve, minusByCurve, width0, high, low } = this;
    for (let i = 0; i < lineCount; i++) {
      const j = lines[i]!;
      const value = this.a[j]! * x + this.b[j]! * y + this.c[j]!;
      const half = Math.abs(this.a[j]!) * halfX + Math.abs(this.b[j]!) * halfY + 8 * this.threshold[j]!;
      high[i] = Math.max(0, value + half) * SLACK;
      low[i] = Math.min(0, value - half) * SLACK;
    }
    let kept = 0;
    for (let i = 0; i < level.curveCount; i++) {
      const k = curves[i]!;
      const a = rows[3 * i]!;
      const b = rows[3 * i + 1]!;
      const c = rows[3 * i + 2]!;
      const value = a * x + b * y + c;
      const half = (Math.abs(a) * halfX + Math.abs(b) * halfY + 4 * this.error[k]!) * SLACK;
      const side = signBeyond(value, half);
      if (side !== 0) {
        // What is left of its size where the lines take away what they can.
        let rest = Math.abs(value) - half;
        const at = k * width0;
        for (let l = 0; l < lineCount && rest > 0; l++) {
          const e = at + lines[l]!;
          let change = side * byCurve[e]! * high[l]!;
          if (minusByCurve !== null) change = Math.min(change, side * minusByCurve[e]! * low[l]!);
          if (change < 0) rest += change;
        }
        if (signBeyond(rest, this.error[k]!) > 0) continue;
      }
      curves[kept] = k;
      rows[3 * kept] = a;
      rows[3 * kept + 1] = b;
      rows[3 * kept + 2] = c;
      kept++;
    }
    level.curveCount = kept;
  }

  /** A part with few lines and curves. */
  private leaf(depth: number, x0: number, x1: number, y0: number, y1: number) {
    const { la, lb, lc, lt, ls, width1 } = this;
    const { lines, lineCount, curves, curveCount, rows } = this.level(depth);
    this.lineCount = lineCount;
    this.curveCount = curveCount;
    for (let face = 0; face < FACES; face++) {
      const isX = face < 2;
      const bound = face === 0 ? x0 : face === 1 ? x1 : face === 2 ? y0 : y1;
      const mass = (isX ? this.X : this.Y) + Math.abs(bound);
      la[face] = isX ? 1 : 0;
      lb[face] = isX ? 0 : 1;
      lc[face] = -bound;
      lt[face] = evaluationUnit(2) * mass * SLACK + underflow(8, mass);
      ls[face] = (mass + lt[face]!) * SLACK;
    }
    for (let i = 0; i < lineCount; i++) {
      const j = lines[i]!;
      la[FACES + i] = this.a[j]!;
      lb[FACES + i] = this.b[j]!;
      lc[FACES + i] = this.c[j]!;
      lt[FACES + i] = this.threshold[j]!;
      ls[FACES + i] = this.span[j]!;
    }
    for (let i = 0; i < curveCount; i++) {
      const k = curves[i]!;
      this.ca[i] = rows[3 * i]!;
      this.cb[i] = rows[3 * i + 1]!;
      this.cc[i] = rows[3 * i + 2]!;
      this.ce[i] = this.error[k]!;
      this.cr[i] = this.reach[k]!;
      for (let l = 0; l < lineCount; l++) {
        this.wp[i * FEW_LINES + l] = this.plus[lines[l]! * width1 + k]!;
        this.wm[i * FEW_LINES + l] = this.minus[lines[l]! * width1 + k]!;
      }
    }
    this.crossing.fill(-1);
    this.vertices = 0;
    this.partLineCells = 0;
    this.partCells = 0;
    this.partPieces.fill(0);
    this.partChanges.fill(0);
    const { ring, edge } = this;
    // Counterclockwise, each corner with the face that begins there: bottom, right, top, left.
    ring[0] = this.vertex(x0, y0, 0, 0, 2);
    edge[0] = 2;
    ring[1] = this.vertex(x1, y0, 0, 2, 1);
    edge[1] = 1;
    ring[2] = this.vertex(x1, y1, 0, 1, 3);
    edge[2] = 3;
    ring[3] = this.vertex(x0, y1, 0, 3, 0);
    edge[3] = 0;
    this.cut(0, 4);
    this.lineCells[depth] = this.partLineCells;
    this.cells[depth] = this.partCells;
    for (let face = 0; face < FACES; face++) {
      const onLines = this.partPieces[face]! - 1;
      this.linePoints[FACES * depth + face] = onLines;
      this.points[FACES * depth + face] = onLines + this.partChanges[face]!;
    }
  }

  /** A point on two lines of the part, and on which sides of all others and of the curves it is. */
  private vertex(x: number, y: number, radius: number, e: number, i: number): number {
    const { lineCount, curveCount, la, lb, lc, lt, ls, hv, ups, downs, values } = this;
    const bendsBelow = this.minusByCurve !== null;
    let upCount = 0;
    let downCount = 0;
    const id = this.vertices++;
    if (id >= MOST_VERTICES) undecided();
    let positive = 0;
    let negative = 0;
    let above = 0;
    for (let l = 0; l < lineCount; l++) {
      const at = FACES + l;
      if (at === e || at === i) continue;
      const value = la[at]! * x + lb[at]! * y + lc[at]!;
      const side = signBeyond(value, (lt[at]! + radius * ls[at]!) * SLACK);
      if (side > 0) positive |= 1 << l;
      else if (side < 0) negative |= 1 << l;
      else undecided();
      // Terms that are 0 need not be added.
      if (side > 0) ups[upCount++] = l;
      else if (bendsBelow) downs[downCount++] = l;
      hv[l] = value;
    }
    const { ca, cb, cc, ce, cr, wp, wm } = this;
    for (let k = 0; k < curveCount; k++) {
      let value = ca[k]! * x + cb[k]! * y + cc[k]!;
      const w = k * FEW_LINES;
      for (let l = 0; l < upCount; l++) value += wp[w + ups[l]!]! * hv[ups[l]!]!;
      for (let l = 0; l < downCount; l++) value += wm[w + downs[l]!]! * hv[downs[l]!]!;
      const side = signBeyond(value, (ce[k]! + radius * cr[k]!) * SLACK);
      if (side > 0) above |= 1 << k;
      else if (side === 0) undecided();
      values[id * MOST_CURVES + k] = value;
    }
    this.signs += lineCount + curveCount;
    this.positive[id] = positive;
    this.negative[id] = negative;
    this.above[id] = above;
    this.radius[id] = radius;
    return id;
  }

  /** The vertex where two lines of the part cross. */
  private cross(e: number, i: number): number {
    const { crossing, la, lb, lc, lt, ls, X, Y, lost } = this;
    const at = e < i ? e * (FACES + FEW_LINES) + i : i * (FACES + FEW_LINES) + e;
    const known = crossing[at]!;
    if (known >= 0) return known;
    const h1 = la[e]!;
    const h2 = lb[e]!;
    const h3 = lc[e]!;
    const g1 = la[i]!;
    const g2 = lb[i]!;
    const g3 = lc[i]!;
    const plain = h1 * g2 - h2 * g1;
    const { outerLower, outerUpper } = this.problem;
    const x = Math.min(outerUpper[0]!, Math.max(outerLower[0]!, (h2 * g3 - h3 * g2) / plain));
    const y = Math.min(outerUpper[1]!, Math.max(outerLower[1]!, (h3 * g1 - h1 * g3) / plain));
    const determinant = h1 * X * (g2 * Y) - h2 * Y * (g1 * X);
    const least = Math.abs(determinant) - (lt[e]! * ls[i]! + lt[i]! * ls[e]!) * SLACK - lost;
    // Not a number is not certain either.
    if (signBeyond(least, 0) <= 0 || Number.isNaN(x + y)) undecided();
    const offH = Math.abs(h1 * x + h2 * y + h3) + lt[e]!;
    const offG = Math.abs(g1 * x + g2 * y + g3) + lt[i]!;
    const radius = ((ls[i]! * offH + ls[e]! * offG + lost) / least) * SLACK;
    return (crossing[at] = this.vertex(x, y, radius, e, i));
  }

  /** Cuts a polygon by all lines that cut it. */
  private cut(start: number, end: number): void {
    const { ring, edge, positive, negative } = this;
    let ahead = 0;
    let behind = 0;
    for (let r = start; r < end; r++) {
      ahead |= positive[ring[r]!]!;
      behind |= negative[ring[r]!]!;
    }
    const cutting = ahead & behind;
    if (cutting === 0) {
      this.polygon(start, end);
      return;
    }
    const l = 31 - Math.clz32(cutting);
    const line = FACES + l;
    for (let side = -1; side <= 1; side += 2) {
      const inside = side > 0 ? positive : negative;
      const outside = side > 0 ? negative : positive;
      let to = end;
      for (let r = start; r < end; r++) {
        const p = ring[r]!;
        const q = ring[r + 1 < end ? r + 1 : start]!;
        const isOut = (outside[p]! >> l) & 1;
        if (isOut === 0) {
          ring[to] = p;
          edge[to++] = ((inside[p]! >> l) & 1) === 0 && ((outside[q]! >> l) & 1) === 1 ? line : edge[r]!;
        }
        if ((isOut & (inside[q]! >> l)) === 1 || ((inside[p]! >> l) & (outside[q]! >> l) & 1) === 1) {
          ring[to] = this.cross(edge[r]!, line);
          edge[to++] = isOut === 0 ? line : edge[r]!;
        }
      }
      this.cut(end, to);
    }
  }

  /** A polygon that no line cuts. */
  private polygon(start: number, end: number) {
    const { ring, edge, above, cutting, partPieces, partChanges } = this;
    let some = 0;
    let all = -1;
    let last = above[ring[end - 1]!]!;
    let face = edge[end - 1]!;
    for (let r = start; r < end; r++) {
      const own = above[ring[r]!]!;
      some |= own;
      all &= own;
      if (face < FACES) {
        partPieces[face]!++;
        for (let changed = own ^ last; changed !== 0; changed &= changed - 1) partChanges[face]!++;
      }
      last = own;
      face = edge[r]!;
    }
    let count = 0;
    for (let left = some & ~all; left !== 0; left &= left - 1) cutting[count++] = 31 - Math.clz32(left & -left);
    let cells = 1 + count;
    for (let i = 1; i < count; i++)
      for (let j = 0; j < i; j++)
        if (this.doCross(cutting[i]!, cutting[j]!, start, end)) cells += this.crossed(i, j, start, end);
    this.partLineCells++;
    this.partCells += cells;
  }

  /** Whether two chords of a polygon cross inside. */
  private doCross(k: number, l: number, start: number, end: number): boolean {
    const { ring, above, values } = this;
    let seen = 0;
    for (let r = start; r < end; r++) {
      const own = above[ring[r]!]!;
      seen |= 1 << ((((own >> k) & 1) << 1) | ((own >> l) & 1));
    }
    for (let r = start; r < end; r++) {
      const p = ring[r]!;
      const q = ring[r + 1 < end ? r + 1 : start]!;
      const changed = above[p]! ^ above[q]!;
      if (((changed >> k) & (changed >> l) & 1) === 0) continue;
      // The ends are at p_k / (p_k + q_k) and p_l / (p_l + q_l) of the way, by sizes.
      const pk = Math.abs(values[p * MOST_CURVES + k]!);
      const qk = Math.abs(values[q * MOST_CURVES + k]!);
      const pl = Math.abs(values[p * MOST_CURVES + l]!);
      const ql = Math.abs(values[q * MOST_CURVES + l]!);
      const order = signBeyond(pk * ql - pl * qk, this.orderError(p, q, k, l, pk, qk, pl, ql));
      if (order === 0) undecided();
      const own = above[p]!;
      const bitK = (own >> k) & 1;
      const bitL = (own >> l) & 1;
      seen |= 1 << (order < 0 ? ((1 - bitK) << 1) | bitL : (bitK << 1) | (1 - bitL));
    }
    return seen === 15;
  }

  /** How far pk ql - pl qk may be off. */
  private orderError(
    p: number,
    q: number,
    k: number,
    l: number,
    pk: number,
    qk: number,
    pl: number,
    ql: number,
  ): number {
    const { ce, cr, radius } = this;
    const rp = radius[p]!;
    const rq = radius[q]!;
    const epk = ce[k]! + rp * cr[k]!;
    const eqk = ce[k]! + rq * cr[k]!;
    const epl = ce[l]! + rp * cr[l]!;
    const eql = ce[l]! + rq * cr[l]!;
    const products = 4 * UNIT_ROUNDOFF * (pk * ql + pl * qk);
    return (pk * eql + ql * epk + epk * eql + pl * eqk + qk * epl + epl * eqk + products) * SLACK + this.lost;
  }

  /** 1, for a pair that crosses where no earlier chord passes. */
  private crossed(i: number, j: number, start: number, end: number): number {
    const { cutting } = this;
    for (let m = 0; m < j; m++)
      if (this.signAtCrossing(cutting[i]!, cutting[j]!, cutting[m]!, start, end) === 0) undecided();
    return 1;
  }

  /** The sign of chord m where chords k and l cross, up to a common factor; 0 if it is not certain. */
  private signAtCrossing(k: number, l: number, m: number, start: number, end: number): number {
    const { ring, values, ce, cr, radius } = this;
    // Three corners, far apart: affine functions on the plane are told by their values there.
    const size = end - start;
    const p = ring[start]!;
    const q = ring[start + Math.floor(size / 3)]!;
    const r = ring[start + Math.floor((2 * size) / 3)]!;
    const at = (v: number, c: number) => values[v * MOST_CURVES + c]!;
    const off = (v: number, c: number) => ce[c]! + radius[v]! * cr[c]!;
    const a = at(p, k);
    const b = at(q, k);
    const c = at(r, k);
    const d = at(p, l);
    const e = at(q, l);
    const f = at(r, l);
    const g = at(p, m);
    const h = at(q, m);
    const i = at(r, m);
    const ma = Math.abs(a) + off(p, k);
    const mb = Math.abs(b) + off(q, k);
    const mc = Math.abs(c) + off(r, k);
    const md = Math.abs(d) + off(p, l);
    const me = Math.abs(e) + off(q, l);
    const mf = Math.abs(f) + off(r, l);
    const mg = Math.abs(g) + off(p, m);
    const mh = Math.abs(h) + off(q, m);
    const mi = Math.abs(i) + off(r, m);
    const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    // The permanent of what the entries may be, with one entry exchanged for its error.
    const dk = [off(p, k), off(q, k), off(r, k)] as const;
    const dl = [off(p, l), off(q, l), off(r, l)] as const;
    const dm = [off(p, m), off(q, m), off(r, m)] as const;
    const permanent = (
      s: number,
      t: number,
      u: number,
      v: number,
      w: number,
      x: number,
      y: number,
      z: number,
      o: number,
    ) => s * (w * o + x * z) + t * (v * o + x * y) + u * (v * z + w * y);
    const bound =
      permanent(dk[0], dk[1], dk[2], md, me, mf, mg, mh, mi) +
      permanent(ma, mb, mc, dl[0], dl[1], dl[2], mg, mh, mi) +
      permanent(ma, mb, mc, md, me, mf, dm[0], dm[1], dm[2]) +
      16 * UNIT_ROUNDOFF * permanent(ma, mb, mc, md, me, mf, mg, mh, mi);
    return signBeyond(determinant, bound * SLACK + this.lost);
  }
}
