/**
 * In how many points functions that are affine on a segment vanish.
 *
 * A function with the values A and B at the ends, of opposite signs, is 0 at A / (A - B) of the way. *Lemma.* If A and B are off by at most d each, the rounded quotient is off
 * by at most d / |A - B| + 3 u (Lemma 4 of `engines/evidence/vertex-error.ts`). Points whose intervals do not meet are different; of others the exact quotients tell.
 */
import { greatestCommonDivisor, SLACK, signBeyond, UNIT_ROUNDOFF } from '../../exact/index.js';
import type { Section } from './section.js';

/** The quotient's, and what the ends of its interval lose. */
const ROUNDING = 8 * UNIT_ROUNDOFF;
/** So few points are sorted as they come. */
const FEW = 24;

export class Breakpoints {
  /** How many points were compared in integers. */
  comparedExactly = 0;
  /** The intervals' ends, and the functions by their lower ones. */
  private low = new Float64Array(64);
  private high = new Float64Array(64);
  private order = new Int32Array(64);
  private buckets = new Int32Array(0);

  /** @param segment whose functions have opposite signs at its two vertices */
  distinct(segment: Section): number {
    const { functions } = segment;
    this.enclose(segment);
    this.sort(functions);
    const { low, high, order } = this;
    let count = 0;
    for (let begin = 0; begin < functions; ) {
      let reach = high[order[begin]!]!;
      let end = begin + 1;
      // Runs of intervals that meet.
      for (; end < functions && signBeyond(low[order[end]!]! - reach, 0) <= 0; end++) {
        reach = Math.max(reach, high[order[end]!]!);
      }
      count += end - begin === 1 ? 1 : this.distinctExactly(segment, begin, end);
      begin = end;
    }
    return count;
  }

  private enclose({ functions, values, error, room }: Section) {
    if (this.low.length < functions) {
      this.low = new Float64Array(2 * functions);
      this.high = new Float64Array(2 * functions);
      this.order = new Int32Array(2 * functions);
    }
    const { low, high } = this;
    for (let f = 0, at = 0; f < functions; f++, at += room) {
      const rise = values[at]! - values[at + 1]!;
      const place = values[at]! / rise;
      const off = (error[f]! / Math.abs(rise)) * SLACK + ROUNDING;
      const isKnown = Number.isFinite(place + off);
      low[f] = isKnown ? Math.max(0, place - off) : 0;
      high[f] = isKnown ? Math.min(1, place + off) : 1;
    }
  }

  /** Brings the functions in the order of their lower ends. */
  private sort(count: number) {
    const { order } = this;
    if (count > FEW) this.distribute(count);
    else for (let f = 0; f < count; f++) order[f] = f;
    const { low } = this;
    for (let k = 1; k < count; k++) {
      const f = order[k]!;
      let to = k;
      for (; to > 0 && low[order[to - 1]!]! > low[f]!; to--) order[to] = order[to - 1]!;
      order[to] = f;
    }
  }

  /** Brings them near to their places: by buckets. */
  private distribute(count: number) {
    const { low, order } = this;
    const size = 2 * count;
    if (this.buckets.length < size + 2) this.buckets = new Int32Array(2 * size + 2);
    const { buckets } = this;
    buckets.fill(0, 0, size + 2);
    for (let f = 0; f < count; f++) buckets[Math.floor(low[f]! * size) + 1]!++;
    for (let b = 1; b <= size; b++) buckets[b]! += buckets[b - 1]!;
    for (let f = 0; f < count; f++) order[buckets[Math.floor(low[f]! * size)]!++] = f;
  }

  private distinctExactly(segment: Section, begin: number, end: number): number {
    const quotients = new Set<string>();
    this.comparedExactly += end - begin;
    for (let k = begin; k < end; k++) {
      const f = this.order[k]!;
      const first = segment.exactly(f, 0);
      const last = segment.exactly(f, 1);
      const divisor = first < 0n ? -greatestCommonDivisor(first, last) : greatestCommonDivisor(first, last);
      quotients.add(`${first / divisor}/${last / divisor}`);
    }
    return quotients.size;
  }
}
