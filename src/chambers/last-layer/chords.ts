/**
 * The parts into which the chords of functions that are affine on a polygon cut it.
 *
 * A function with both signs at the corners has a chord, and the chords make 1 + their number + the number of pairs that cross parts, unless three meet in a point
 * or two at an end.
 *
 * *Two chords cross inside if and only if all four combinations of signs occur in the polygon.* (Where they cross all do. If they do not, one lies on one side of the
 * other, and a combination is missing.) A combination that no corner has is where both cut one edge, between the two ends: the order of the two along the edge tells which.
 * *Three chords that meet in a point* are found as follows: they cross pairwise, and the sign of the third one where two cross is that of a determinant of its values
 * at three corners.
 */
import { SLACK, signBeyond, UNIT_ROUNDOFF } from '../../exact/index.js';
import { MOST_CURVES } from './creases.js';
import type { TwoLayers } from './layers.js';
import type { PartPolygons } from './polygons.js';
import { undecided } from './undecided.js';

export class Chords {
  private readonly cutting = new Int32Array(MOST_CURVES);

  constructor(
    private readonly layers: TwoLayers,
    private readonly polygons: PartPolygons,
  ) {}

  /** How many parts the curves in `bits`, which cut the polygon, make. */
  parts(bits: number, start: number, end: number): number {
    const { cutting } = this;
    let count = 0;
    for (let left = bits; left !== 0; left &= left - 1) cutting[count++] = 31 - Math.clz32(left & -left);
    let parts = 1 + count;
    for (let i = 1; i < count; i++) {
      for (let j = 0; j < i; j++) {
        if (!this.doCross(cutting[i]!, cutting[j]!, start, end)) continue;
        for (let m = 0; m < j; m++) this.expectApart(cutting[i]!, cutting[j]!, cutting[m]!, start, end);
        parts++;
      }
    }
    return parts;
  }

  /** Whether two chords of a polygon cross inside. */
  private doCross(k: number, l: number, start: number, end: number): boolean {
    const { ring, above, values } = this.polygons;
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
    const { ce, cr, radius } = this.polygons;
    const rp = radius[p]!;
    const rq = radius[q]!;
    const epk = ce[k]! + rp * cr[k]!;
    const eqk = ce[k]! + rq * cr[k]!;
    const epl = ce[l]! + rp * cr[l]!;
    const eql = ce[l]! + rq * cr[l]!;
    const products = 4 * UNIT_ROUNDOFF * (pk * ql + pl * qk);
    return (pk * eql + ql * epk + epk * eql + pl * eqk + qk * epl + epl * eqk + products) * SLACK + this.layers.lost;
  }

  /** Nothing is decided unless chord m is certain not to pass where chords k and l cross. */
  private expectApart(k: number, l: number, m: number, start: number, end: number): void {
    const { ring, values, ce, cr, radius } = this.polygons;
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
    const oa = off(p, k);
    const ob = off(q, k);
    const oc = off(r, k);
    const od = off(p, l);
    const oe = off(q, l);
    const of = off(r, l);
    const og = off(p, m);
    const oh = off(q, m);
    const oi = off(r, m);
    const ma = Math.abs(a) + oa;
    const mb = Math.abs(b) + ob;
    const mc = Math.abs(c) + oc;
    const md = Math.abs(d) + od;
    const me = Math.abs(e) + oe;
    const mf = Math.abs(f) + of;
    const mg = Math.abs(g) + og;
    const mh = Math.abs(h) + oh;
    const mi = Math.abs(i) + oi;
    const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    // The permanent of what the entries may be, with one row exchanged for its errors.
    const bound =
      permanent(oa, ob, oc, md, me, mf, mg, mh, mi) +
      permanent(ma, mb, mc, od, oe, of, mg, mh, mi) +
      permanent(ma, mb, mc, md, me, mf, og, oh, oi) +
      16 * UNIT_ROUNDOFF * permanent(ma, mb, mc, md, me, mf, mg, mh, mi);
    if (signBeyond(determinant, bound * SLACK + this.layers.lost) === 0) undecided();
  }
}

/** Of the matrix with rows stu, vwx, yzo. */
function permanent(
  s: number,
  t: number,
  u: number,
  v: number,
  w: number,
  x: number,
  y: number,
  z: number,
  o: number,
): number {
  return s * (w * o + x * z) + t * (v * o + x * y) + u * (v * z + w * y);
}
