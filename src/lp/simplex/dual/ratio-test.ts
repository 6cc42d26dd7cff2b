/**
 * The long-step ratio test of a dual simplex over a box: which breakpoints does a dual step pass, and where does it end.
 *
 * Along the step the reduced cost of input i is reduced_i - t alpha_i. Where it changes sign the input may change sides, which
 * raises the violated quantity by |alpha_i|: the step goes on until that has made up for the violation, or a multiplier
 * lambda_s - t beta_s of a tight row reaches 0. The breakpoint at which it ends is a weighted quantile, found in linear
 * expected time by partitioning as in Hoare's selection.
 */
import { PROPOSAL_NOISE, SMALL_PIVOT } from '../../../exact/index.js';

/** Breakpoints whose ratio to the one chosen is this near to 1 count as equal. */
const NEAR = 1 + PROPOSAL_NOISE;

export class RatioTest {
  /** The length of the step. */
  step = 0;
  /** The input that enters the basis, or -1. */
  input = -1;
  /** If no input does, the position of the tight row that leaves it, or -1: no step makes up for the violation. */
  row = -1;
  /** The inputs that change sides, and room for what the caller notes about each. */
  readonly changed: number[] = [];
  readonly direction: Float64Array;
  private less = 0;
  private equal = 0;
  private readonly candidate: Int32Array;
  private readonly ratio: Float64Array;

  constructor(inputs: number) {
    this.direction = new Float64Array(inputs + 2);
    this.candidate = new Int32Array(inputs);
    this.ratio = new Float64Array(inputs);
  }

  /**
   * @param place -1 for the inputs at a bound, which alone count
   * @param size how many tight rows there are
   * @param need by how much the quantity is violated
   */
  choose(
    alpha: Float64Array,
    reduced: Float64Array,
    atUpper: Float64Array,
    place: Int32Array,
    beta: Float64Array,
    lambda: Float64Array,
    size: number,
    need: number,
  ): void {
    this.input = -1;
    this.row = -1;
    this.changed.length = 0;
    let limit = Number.POSITIVE_INFINITY;
    for (let s = 0; s < size; s++) {
      if (!(beta[s]! > PROPOSAL_NOISE)) continue;
      const t = lambda[s]! / beta[s]!;
      if (t >= limit) continue;
      limit = t;
      this.row = s;
    }
    const found = this.collect(alpha, reduced, atUpper, place, limit);
    this.select(alpha, found, need);
    this.step = this.input >= 0 ? this.ratio[0]! : limit;
  }

  /** The breakpoints up to the limit. */
  private collect(
    alpha: Float64Array,
    reduced: Float64Array,
    atUpper: Float64Array,
    place: Int32Array,
    limit: number,
  ): number {
    const { candidate, ratio } = this;
    let found = 0;
    const n = candidate.length;
    for (let i = 0; i < n; i++) {
      const side = 1 - 2 * atUpper[i]!;
      const slope = side * alpha[i]!;
      if (slope <= PROPOSAL_NOISE) continue;
      const distance = side * reduced[i]!;
      if (distance >= limit * slope || place[i]! >= 0) continue;
      candidate[found] = i;
      ratio[found++] = distance > 0 ? distance / slope : 0;
    }
    return found;
  }

  /** Finds the breakpoint that makes up for the violation; those before it change sides. Its ratio ends in ratio[0]. */
  private select(alpha: Float64Array, found: number, need: number) {
    const { candidate, ratio, changed } = this;
    let from = 0;
    let to = found;
    let missing = need;
    // The candidates before `from` are passed; the one sought, if there is one, lies in from .. to.
    while (from < to) {
      this.partition(from, to);
      const less = this.weight(alpha, from, this.less);
      if (less >= missing) {
        to = this.less;
        continue;
      }
      missing -= less;
      from = this.less;
      const equals = this.equal;
      while (from < equals && Math.abs(alpha[candidate[from]!]!) < missing) {
        missing -= Math.abs(alpha[candidate[from++]!]!);
      }
      if (from < equals) break;
    }
    for (let c = 0; c < from; c++) changed.push(candidate[c]!);
    if (from === found) return;
    const chosen = this.sturdier(alpha, from, found);
    this.input = candidate[chosen]!;
    ratio[0] = ratio[chosen]!;
  }

  private weight(alpha: Float64Array, from: number, to: number): number {
    let sum = 0;
    for (let c = from; c < to; c++) sum += Math.abs(alpha[this.candidate[c]!]!);
    return sum;
  }

  /** Where breakpoints coincide, the one with a pivot that is not small. */
  private sturdier(alpha: Float64Array, chosen: number, found: number): number {
    const { candidate, ratio } = this;
    let best = chosen;
    let size = Math.abs(alpha[candidate[chosen]!]!);
    if (size > SMALL_PIVOT) return chosen;
    for (let c = chosen + 1; c < found; c++) {
      const other = Math.abs(alpha[candidate[c]!]!);
      if (ratio[c]! > ratio[chosen]! * NEAR || other <= size) continue;
      best = c;
      size = other;
    }
    return best;
  }

  /** Orders from .. to by a pivot: smaller ratios end before `less`, equal ones before `equal`, larger ones behind. */
  private partition(from: number, to: number) {
    const { ratio } = this;
    // Mostly few breakpoints are passed: the least of three.
    const pivot = Math.min(ratio[from]!, ratio[(from + to) >> 1]!, ratio[to - 1]!);
    let less = from;
    let equal = from;
    let more = to;
    while (equal < more) {
      const t = ratio[equal]!;
      if (t < pivot) this.swap(less++, equal++);
      else if (t > pivot) this.swap(equal, --more);
      else equal++;
    }
    this.less = less;
    this.equal = equal;
  }

  private swap(a: number, b: number) {
    const { candidate, ratio } = this;
    const t = ratio[a]!;
    ratio[a] = ratio[b]!;
    ratio[b] = t;
    const i = candidate[a]!;
    candidate[a] = candidate[b]!;
    candidate[b] = i;
  }
}
