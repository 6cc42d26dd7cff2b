/**
 * Which creases may cut a part: lines and curves that keep a sign on a part keep it on its halves.
 */
import { SLACK, signBeyond } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { TwoLayers } from './layers.js';
import { undecided } from './undecided.js';

/** Parts with so few lines are cut no further. */
export const FEW_LINES = 12;
/** Curves of a part are bits of a number. */
export const MOST_CURVES = 24;

/** A part of the plane. */
export interface Rectangle {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The creases of a part. */
export interface PartCreases {
  /** The lines that may cut the part, and the curves, with the rows of these: the lines' terms are the means. */
  readonly lines: Int32Array;
  lineCount: number;
  readonly curves: Int32Array;
  curveCount: number;
  readonly rows: Float64Array;
}

export function areFew({ lineCount, curveCount }: PartCreases): boolean {
  return lineCount <= FEW_LINES && curveCount <= MOST_CURVES;
}

/** The creases of one part at each depth: the last one that was descended to. */
export class Creases {
  private readonly parts: PartCreases[] = [];
  /** The most that the sizes of lines can be on a part. */
  private readonly most: Float64Array;

  constructor(private readonly layers: TwoLayers) {
    this.most = new Float64Array(layers.lines);
  }

  at(depth: number): PartCreases {
    const { lines, curves } = this.layers;
    return (this.parts[depth] ??= {
      lines: new Int32Array(lines),
      lineCount: 0,
      curves: new Int32Array(curves),
      curveCount: 0,
      rows: new Float64Array(3 * curves),
    });
  }

  /** Those of the whole rectangle, at depth 0. */
  begin([below, above]: PartitionProblem['layers']): void {
    const root = this.at(0);
    const { bias, bends } = above!;
    for (let k = 0; k < this.layers.curves; k++) {
      if (bends[k] === 0) continue;
      root.rows.set([0, 0, bias[k]!], 3 * root.curveCount);
      root.curves[root.curveCount++] = k;
    }
    for (let j = 0; j < this.layers.lines; j++) {
      const bends = below!.bends[j] === 1;
      if (bends) root.lines[root.lineCount++] = j;
      this.add(root, j, bends ? this.layers.mean : this.layers.plus, 1);
    }
  }

  /** Adds a line's term. */
  private add({ curves, curveCount, rows }: PartCreases, j: number, weights: Float64Array, side: number) {
    const { layers } = this;
    const a = side * layers.a[j]!;
    const b = side * layers.b[j]!;
    const c = side * layers.c[j]!;
    const at = j * layers.curves;
    for (let i = 0, r = 0; i < curveCount; i++, r += 3) {
      const weight = weights[at + curves[i]!]!;
      rows[r]! += weight * a;
      rows[r + 1]! += weight * b;
      rows[r + 2]! += weight * c;
    }
  }

  /** What a half of a part has to do with: lines and curves that keep a sign on it are settled. */
  descend(depth: number, { x0, x1, y0, y1 }: Rectangle): void {
    const { layers } = this;
    const parent = this.at(depth);
    const child = this.at(depth + 1);
    const x = x0 / 2 + x1 / 2;
    const y = y0 / 2 + y1 / 2;
    const halfX = (x1 / 2 - x0 / 2) * SLACK;
    const halfY = (y1 / 2 - y0 / 2) * SLACK;
    if (!(x0 < x1 && y0 < y1)) undecided();
    const { curveCount } = parent;
    child.curveCount = curveCount;
    child.curves.set(curveCount === layers.curves ? parent.curves : parent.curves.subarray(0, curveCount));
    child.rows.set(parent.rows.subarray(0, 3 * curveCount));
    child.lineCount = 0;
    for (let i = 0; i < parent.lineCount; i++) {
      const j = parent.lines[i]!;
      const a = layers.a[j]!;
      const b = layers.b[j]!;
      const value = a * x + b * y + layers.c[j]!;
      const half = Math.abs(a) * halfX + Math.abs(b) * halfY + 8 * layers.threshold[j]!;
      const side = signBeyond(value, half);
      if (side === 0) child.lines[child.lineCount++] = j;
      else this.add(child, j, layers.bend, side);
    }
    if (depth % 2 === 1 || child.lineCount <= FEW_LINES) this.prune(child, x, y, halfX, halfY);
  }

  /**
   * Leaves out curves that do not meet the part. What a line adds to its mean is d |t|: between 0 and d times the most that |t| is.
   */
  private prune(level: PartCreases, x: number, y: number, halfX: number, halfY: number) {
    const { lines, lineCount, curves, rows } = level;
    const { layers, most } = this;
    const { bendByCurve } = layers;
    for (let i = 0; i < lineCount; i++) {
      const j = lines[i]!;
      const value = layers.a[j]! * x + layers.b[j]! * y + layers.c[j]!;
      const half = Math.abs(layers.a[j]!) * halfX + Math.abs(layers.b[j]!) * halfY + 8 * layers.threshold[j]!;
      most[i] = (Math.abs(value) + half) * SLACK;
    }
    let kept = 0;
    for (let i = 0; i < level.curveCount; i++) {
      const k = curves[i]!;
      const a = rows[3 * i]!;
      const b = rows[3 * i + 1]!;
      const c = rows[3 * i + 2]!;
      const value = a * x + b * y + c;
      const half = (Math.abs(a) * halfX + Math.abs(b) * halfY + 4 * layers.error[k]!) * SLACK;
      const side = signBeyond(value, half);
      if (side !== 0) {
        // What is left of its size where the lines take away what they can.
        let rest = Math.abs(value) - half;
        const at = k * layers.lines;
        for (let l = 0; l < lineCount && rest > 0; l++) {
          const change = side * bendByCurve[at + lines[l]!]! * most[l]!;
          if (change < 0) rest += change;
        }
        if (signBeyond(rest, layers.error[k]!) > 0) continue;
      }
      curves[kept] = k;
      rows[3 * kept] = a;
      rows[3 * kept + 1] = b;
      rows[3 * kept + 2] = c;
      kept++;
    }
    level.curveCount = kept;
  }
}
