/**
 * The polygons into which few lines cut a rectangle, and on which sides of lines and curves their corners are.
 *
 * The lines cut step by step, by the signs of the corners. A corner is where two lines cross, faces of the rectangle included; its radius, and the signs
 * there, are those of Lemmas 3 and 4 of `engines/planar/vertices.ts`.
 */
import { evaluationUnit, SLACK, signBeyond, underflow } from '../../exact/index.js';
import { FEW_LINES, MOST_CURVES, type PartCreases, type Rectangle } from './creases.js';
import type { TwoLayers } from './layers.js';
import { undecided } from './undecided.js';

/** Of a rectangle: left, right, bottom, top. */
export const FACES = 4;
/** Crossings of the lines and faces of a part. */
const MOST_VERTICES = 4 + FACES * FEW_LINES + (FEW_LINES * (FEW_LINES - 1)) / 2 + 8;

/** Told of the polygons that no line cuts: from `start` to before `end` of `ring`. */
export interface PolygonVisitor {
  polygon(start: number, end: number): void;
}

export class PartPolygons {
  /** How many signs were told. */
  signs = 0;
  private lineCount = 0;
  private curveCount = 0;
  /** The lines of the part, faces first: rows, thresholds and spans. */
  private readonly la = new Float64Array(FACES + FEW_LINES);
  private readonly lb = new Float64Array(FACES + FEW_LINES);
  private readonly lc = new Float64Array(FACES + FEW_LINES);
  private readonly lt = new Float64Array(FACES + FEW_LINES);
  private readonly ls = new Float64Array(FACES + FEW_LINES);
  /** The curves of the part: rows where all of the part's lines are negative, errors and reaches, and what a line adds where it is positive. */
  private readonly ca = new Float64Array(MOST_CURVES);
  private readonly cb = new Float64Array(MOST_CURVES);
  private readonly cc = new Float64Array(MOST_CURVES);
  readonly ce = new Float64Array(MOST_CURVES);
  readonly cr = new Float64Array(MOST_CURVES);
  private readonly rise = new Float64Array(MOST_CURVES * FEW_LINES);
  /** The lines that are positive at a vertex, and their values there. */
  private readonly hv = new Float64Array(FEW_LINES);
  private readonly ups = new Int32Array(FEW_LINES);
  private readonly crossing = new Int32Array((FACES + FEW_LINES) ** 2);
  private vertices = 0;
  private readonly positive = new Int32Array(MOST_VERTICES);
  private readonly negative = new Int32Array(MOST_VERTICES);
  /** Which curves are positive at a vertex, its radius, and their values, MOST_CURVES per vertex. */
  readonly above = new Int32Array(MOST_VERTICES);
  readonly radius = new Float64Array(MOST_VERTICES);
  readonly values = new Float64Array(MOST_VERTICES * MOST_CURVES);
  /** Polygons, one behind the other: vertices, and the lines of the edges that begin there. */
  readonly ring = new Int32Array(1024);
  readonly edge = new Int32Array(1024);

  constructor(
    private readonly layers: TwoLayers,
    private readonly visitor: PolygonVisitor,
  ) {}

  /** Visits the polygons of a part. */
  visit(creases: PartCreases, part: Rectangle): void {
    const { x0, x1, y0, y1 } = part;
    this.begin(creases);
    this.enclose(part);
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
  }

  private begin({ lines, lineCount, curves, curveCount, rows }: PartCreases) {
    const { la, lb, lc, lt, ls, layers } = this;
    this.crossing.fill(-1);
    this.vertices = 0;
    this.lineCount = lineCount;
    this.curveCount = curveCount;
    for (let i = 0; i < lineCount; i++) {
      const j = lines[i]!;
      la[FACES + i] = layers.a[j]!;
      lb[FACES + i] = layers.b[j]!;
      lc[FACES + i] = layers.c[j]!;
      lt[FACES + i] = layers.threshold[j]!;
      ls[FACES + i] = layers.span[j]!;
    }
    for (let i = 0; i < curveCount; i++) {
      const k = curves[i]!;
      let ca = rows[3 * i]!;
      let cb = rows[3 * i + 1]!;
      let cc = rows[3 * i + 2]!;
      for (let l = 0; l < lineCount; l++) {
        const bend = layers.bend[lines[l]! * layers.curves + k]!;
        ca -= bend * la[FACES + l]!;
        cb -= bend * lb[FACES + l]!;
        cc -= bend * lc[FACES + l]!;
        this.rise[i * FEW_LINES + l] = 2 * bend;
      }
      this.ca[i] = ca;
      this.cb[i] = cb;
      this.cc[i] = cc;
      this.ce[i] = layers.error[k]!;
      this.cr[i] = layers.reach[k]!;
    }
  }

  private enclose({ x0, x1, y0, y1 }: Rectangle) {
    const { la, lb, lc, lt, ls } = this;
    const { X, Y } = this.layers;
    for (let face = 0; face < FACES; face++) {
      const isX = face < 2;
      const bound = face === 0 ? x0 : face === 1 ? x1 : face === 2 ? y0 : y1;
      const mass = (isX ? X : Y) + Math.abs(bound);
      la[face] = isX ? 1 : 0;
      lb[face] = isX ? 0 : 1;
      lc[face] = -bound;
      lt[face] = evaluationUnit(2) * mass * SLACK + underflow(8, mass);
      ls[face] = (mass + lt[face]!) * SLACK;
    }
  }

  /** A point on two lines of the part, and on which sides of all others and of the curves it is. */
  private vertex(x: number, y: number, radius: number, e: number, i: number): number {
    const { lineCount, curveCount, la, lb, lc, lt, ls, hv, ups, values } = this;
    let upCount = 0;
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
      if (side > 0) {
        ups[upCount] = l;
        hv[upCount++] = value;
      }
    }
    const { ca, cb, cc, ce, cr, rise } = this;
    for (let k = 0; k < curveCount; k++) {
      let value = ca[k]! * x + cb[k]! * y + cc[k]!;
      const w = k * FEW_LINES;
      for (let l = 0; l < upCount; l++) value += rise[w + ups[l]!]! * hv[l]!;
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
    const { crossing, la, lb, lc, lt, ls } = this;
    const { X, Y, lost, outerLower, outerUpper } = this.layers;
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
      this.visitor.polygon(start, end);
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
}
