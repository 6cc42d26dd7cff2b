/**
 * Two layers in the plane in doubles with proved errors, in the memory of the WebAssembly module that counts them: the first one by the rows of its lines, the second one by its weights.
 *
 * *Errors of the second layer.* A function G = b + sum_j f_j(H_j), f_j(t) = p_j t for t >= 0 and n_j t below, is f_j(t) = m_j t + d_j |t| with the mean m_j = (p_j + n_j) / 2 and d_j = (p_j - n_j) / 2.
 * It is summed up here as the row of all m_j H_j, of (+-d_j) H_j where H_j keeps its sign, and at a vertex of what is missing of the others, in some order: of each j at most three products whose
 * factors are at most 3 max(|p_j|, |n_j|) together, so with 3 m + 3 terms, and values of the H_j off by at most T_j, to which f_j adds the factor max(|p_j|, |n_j|).
 * So the sum is off by at most B = sum_j max(|p_j|, |n_j|) (3 T_j + c u M_j) + c u |b|, c = 10 (m + 32), at any double point of the box, and at a vertex with radius e by e S more, S = sum_j max(|p_j|, |n_j|) S_j.
 */
import { evaluationUnit, SLACK, UNIT_ROUNDOFF, underflow } from '../../exact/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { Arena, compiled, LARGEST_MEMORY } from '../../wasm/index.js';
import { PARTS_WASM } from './wasm.js';

/** What `assembly/parts.ts` exports, beside what brings the layers in: parts of the rectangle by their depths. */
export interface PartsModule {
  linesAt(depth: number): number;
  curvesAt(depth: number): number;
  /** Goes from the part at a depth to one in it, within so much of a point. @param isPruned whether curves are looked at as well as lines */
  descend(depth: number, x: number, y: number, halfX: number, halfY: number, isPruned: boolean): void;
  /** Counts the part at a depth. @returns 0 if something is not certain, or there is no room */
  count(depth: number, x0: number, x1: number, y0: number, y1: number): number;
  /** Of the part counted last: cells by lines and by all, points where lines and where all creases cross a face. */
  lineCells(): number;
  cells(): number;
  linePoints(face: number): number;
  points(face: number): number;
  /** How many signs were told in all. */
  signs(): number;
}

interface Exports extends PartsModule {
  holdErrors(unit: number, slack: number, underflow: number): void;
  holdLines(count: number, ...arrays: number[]): void;
  holdCurves(count: number, ...arrays: number[]): void;
  holdBox(...numbers: number[]): void;
  begin(from: number): number;
  prepare(...numbers: number[]): void;
}

/** Lines stand in front of the four faces of a part. */
const FACES = 4;

/** The module with two layers at depth 0; undefined where there is no WebAssembly with SIMD, or no room. */
export function heldLayers(problem: PartitionProblem): PartsModule | undefined {
  const [below, above] = problem.layers as [PartitionProblem['layers'][0], PartitionProblem['layers'][0]];
  const { magnitude, outerLower, outerUpper } = problem;
  const lines = below.width;
  const curves = above.width;
  const stride = strideFor(curves);
  const weights = lines * stride * (above.minus === null ? 1 : 2);
  const bytes = 8 * (weights + 5 * (lines + FACES) + 3 * curves) + lines + curves + 256;
  const module = bytes > LARGEST_MEMORY ? undefined : compiled(PARTS_WASM);
  const arena = module === undefined ? undefined : Arena.of(bytes);
  if (module === undefined || arena === undefined) return undefined;
  const exports = arena.exportsOf(module) as Exports;
  const rows = Array.from({ length: 5 }, () => arena.doubles(lines + FACES));
  fillLines(problem, rows);
  const at = (array: { readonly byteOffset: number }) => array.byteOffset;
  exports.holdErrors(UNIT_ROUNDOFF, SLACK, underflow(1, 0));
  exports.holdLines(lines, ...rows.map(at));
  const matrix = (weights: Float64Array) => at(spread(weights, arena.doubles(lines * stride), lines, stride));
  exports.holdCurves(curves, at(arena.doubles(curves)), at(arena.doubles(curves)), matrix(above.plus), 8 * stride);
  const [X, Y] = [magnitude[0]!, magnitude[1]!];
  exports.holdBox(X, Y, underflow(8, X * Y), outerLower[0]!, outerUpper[0]!, outerLower[1]!, outerUpper[1]!);
  const minus = above.minus === null ? 0 : matrix(above.minus);
  const bias = at(arena.held(above.bias));
  const bends = [below, above].map((layer) => {
    const held = arena.signs(layer.width);
    held.set(layer.bends);
    return at(held);
  });
  // Infinite where doubles say nothing of the weights.
  const unit = Number.isFinite(above.unit) ? 10 * (lines + 32) * UNIT_ROUNDOFF : Number.POSITIVE_INFINITY;
  if (exports.begin(arena.take(0)) === 0) return undefined;
  exports.prepare(minus, bias, ...bends, unit, above.tiny);
  return exports;
}

/** Doubles from one line's weights to the next: an odd number of cache lines of eight, so that one column does not lie in few sets of a cache. */
function strideFor(curves: number): number {
  return 8 * (Math.ceil(curves / 8) | 1);
}

/** Copies a matrix row by row. */
function spread(from: Float64Array, to: Float64Array, rows: number, stride: number): Float64Array {
  const width = from.length / rows;
  for (let r = 0; r < rows; r++) to.set(from.subarray(r * width, (r + 1) * width), r * stride);
  return to;
}

/** Fills in rows, thresholds and spans as the planar engine has them. */
function fillLines({ first, layers, magnitude }: PartitionProblem, rows: readonly Float64Array[]) {
  const [a, b, c, threshold, span] = rows as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const { width, unit, tiny } = layers[0]!;
  for (let j = 0; j < width; j++) {
    a[j] = first.doubles[3 * j]!;
    b[j] = first.doubles[3 * j + 1]!;
    c[j] = first.doubles[3 * j + 2]!;
    const mass = Math.abs(a[j]!) * magnitude[0]! + Math.abs(b[j]!) * magnitude[1]! + Math.abs(c[j]!);
    const error = (first.isExact ? 0 : unit * mass + tiny) * SLACK + tiny;
    threshold[j] = (error + evaluationUnit(2) * mass) * SLACK + tiny;
    span[j] = (mass + threshold[j]!) * SLACK;
  }
}
