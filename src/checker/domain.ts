/**
 * The domain as the checker sees it, and the boxes that its nodes are proved on.
 */
import { ExactDoubles, nearestDoubles } from '../certificate/index.js';
import {
  atLeast,
  atMost,
  equal,
  greatestCommonDivisor,
  type IntegerVector,
  integersFromRationals,
} from '../exact/index.js';
import type { BoxDomain, Domain } from '../network/index.js';

/** lower / denominator <= x <= upper / denominator, for all inputs. */
export interface ExactBox {
  readonly lower: readonly bigint[];
  readonly upper: readonly bigint[];
  readonly denominator: bigint;
}

export interface CheckedDomain {
  /** How many numbers a witness has: the inputs that are not fixed, or d + 1 homogeneous coordinates. */
  readonly coordinates: number;
  /** The box of the root; undefined for the whole space. */
  readonly box: NodeBox | undefined;
  /** The input that variable v of a bound record stands for, or undefined if there is none. */
  inputOf(variable: number): number | undefined;
  /** The witness as a point of the input space, or undefined if it is not strictly inside the domain. */
  place(witness: IntegerVector): IntegerVector | undefined;
  /** The doubles nearest to the same point, until the next is placed; undefined if it is not certainly strictly inside the domain. */
  placeNear(witness: IntegerVector): ArrayLike<number> | undefined;
}

/** A box or the whole space. */
export function checkedDomain(domain: Exclude<Domain, { readonly kind: 'polytope' }>): CheckedDomain {
  return domain.kind === 'box' ? new CheckedBox(domain) : new CheckedSpace(domain.dimension);
}

class CheckedBox implements CheckedDomain {
  readonly box: NodeBox;
  /** The inputs that are not fixed. */
  private readonly free: readonly number[];
  private readonly ends: ExactBox;
  /** Doubles above the lower bounds, below the upper ones. */
  private readonly least: Float64Array;
  private readonly most: Float64Array;
  /** The point placed last, if doubles are near to the values of fixed inputs. */
  private readonly point: Float64Array | undefined;

  constructor({ lower, upper }: BoxDomain) {
    const { numerators, denominator } = integersFromRationals([...lower, ...upper]);
    const ends = { lower: numerators.slice(0, lower.length), upper: numerators.slice(lower.length), denominator };
    this.ends = ends;
    this.box = NodeBox.of(ends);
    this.free = lower.flatMap((lo, i) => (equal(lo, upper[i]!) ? [] : [i]));
    this.least = Float64Array.from(ends.lower, (x) => atLeast(x, denominator));
    this.most = Float64Array.from(ends.upper, (x) => atMost(x, denominator));
    const fixed = nearestDoubles({ numerators: ends.lower, denominator });
    this.point = fixed && Float64Array.from(fixed);
  }

  get coordinates(): number {
    return this.free.length;
  }

  inputOf(variable: number): number | undefined {
    return this.free[variable];
  }

  place(witness: IntegerVector): IntegerVector | undefined {
    const { free, ends } = this;
    const { denominator } = witness;
    const numerators = ends.lower.map((x) => x * denominator);
    for (let v = 0; v < free.length; v++) {
      const i = free[v]!;
      const x = witness.numerators[v]! * ends.denominator;
      if (x <= numerators[i]! || x >= ends.upper[i]! * denominator) return undefined;
      numerators[i] = x;
    }
    return { numerators, denominator: denominator * ends.denominator };
  }

  placeNear(witness: IntegerVector): ArrayLike<number> | undefined {
    const { free, least, most, point } = this;
    const doubles = nearestDoubles(witness);
    if (doubles === undefined || point === undefined) return undefined;
    for (let v = 0; v < free.length; v++) {
      const i = free[v]!;
      const x = doubles[v]!;
      // Rounding keeps order: beyond a double is no number whose nearest double is not.
      if (!(x > least[i]! && x < most[i]!)) return undefined;
      point[i] = x;
    }
    return point;
  }
}

class CheckedSpace implements CheckedDomain {
  readonly coordinates: number;
  readonly box = undefined;

  constructor(private readonly dimension: number) {
    this.coordinates = dimension + 1;
  }

  inputOf(): undefined {}

  /** Homogeneous coordinates (y, t) with t > 0 stand for y / t. */
  place({ numerators }: IntegerVector): IntegerVector | undefined {
    const t = numerators[this.dimension]!;
    return t > 0n ? { numerators: numerators.slice(0, this.dimension), denominator: t } : undefined;
  }

  placeNear(): undefined {}
}

/**
 * A number with the sign of the minimum of side * row over a box, or over all of R^d: there an affine function is bounded below
 * only if it is constant, and the number is -1 if it is not.
 */
export function minimumOver(box: ExactBox | undefined, row: readonly bigint[], side: 1 | -1): bigint {
  const d = row.length - 1;
  if (box === undefined) {
    for (let i = 0; i < d; i++) if (row[i] !== 0n) return -1n;
    return side > 0 ? row[d]! : -row[d]!;
  }
  const { lower, upper, denominator } = box;
  const [least, most] = side > 0 ? [lower, upper] : [upper, lower];
  let sum = row[d]! * denominator;
  for (let i = 0; i < d; i++) {
    const a = row[i]!;
    if (a !== 0n) sum += a * (a > 0n ? least[i]! : most[i]!);
  }
  return side > 0 ? sum : -sum;
}

/** A box of doubles. */
export interface DoubleBox {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What bounds a node's box: the domain, or the box above with one bound replaced. */
type Source =
  | ExactBox
  | { readonly above: NodeBox; readonly input: number; readonly side: 1 | -1; readonly value: IntegerVector };

function replaced(bounds: Float64Array, input: number, bound: number): Float64Array {
  const changed = bounds.slice();
  changed[input] = bound;
  return changed;
}

/** The box of a node, in doubles rounded outwards and exactly. The exact one is put together when it is asked for: most proofs do not need it. */
export class NodeBox {
  private known: ExactBox | undefined;

  private constructor(
    /** Contains the exact box. */
    readonly near: DoubleBox,
    private readonly source: Source,
  ) {}

  static of(box: ExactBox): NodeBox {
    const { lower, upper, denominator } = box;
    const least = Float64Array.from(lower, (x) => atMost(x, denominator));
    return new NodeBox({ lower: least, upper: Float64Array.from(upper, (x) => atLeast(x, denominator)) }, box);
  }

  get exact(): ExactBox {
    return (this.known ??= exactBox(this.source));
  }

  /** The box with one bound replaced, if the new one is tighter. @param side 1: lower bound, -1: upper bound */
  narrowed(input: number, side: 1 | -1, value: IntegerVector): NodeBox {
    let { lower, upper } = this.near;
    const bound = outwards(value, side);
    if (side > 0 && bound > lower[input]!) lower = replaced(lower, input, bound);
    if (side < 0 && bound < upper[input]!) upper = replaced(upper, input, bound);
    return new NodeBox({ lower, upper }, { above: this, input, side, value });
  }
}

function exactBox(source: Source): ExactBox {
  if (!('above' in source)) return source;
  const { above, input, side, value } = source;
  const { lower, upper, denominator } = above.exact;
  const bound = value.numerators[0]!;
  const old = (side > 0 ? lower : upper)[input]!;
  if (BigInt(side) * (bound * denominator - old * value.denominator) <= 0n) return above.exact;
  // The smallest common denominator, so that a chain of narrowings does not make numbers long.
  const common = (denominator / greatestCommonDivisor(denominator, value.denominator)) * value.denominator;
  const grown = (x: bigint) => (x * common) / denominator;
  const ends = { lower: lower.map(grown), upper: upper.map(grown), denominator: common };
  (side > 0 ? ends.lower : ends.upper)[input] = (bound * common) / value.denominator;
  return ends;
}

/** The number of a vector of one, as a double that is at most that (side 1) or at least that (side -1). */
function outwards(value: IntegerVector, side: 1 | -1): number {
  if (value instanceof ExactDoubles) return value.doubles[0]!;
  return (side > 0 ? atMost : atLeast)(value.numerators[0]!, value.denominator);
}
