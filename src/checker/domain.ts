/**
 * The domain as the checker sees it, and the boxes that its nodes are proved on.
 */
import {
  bitLength,
  equal,
  greatestCommonDivisor,
  type IntegerVector,
  integersFromRationals,
  larger,
  magnitude,
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
}

/** A box or the whole space. */
export function checkedDomain(domain: Exclude<Domain, { readonly kind: 'polytope' }>): CheckedDomain {
  return domain.kind === 'box' ? boxDomain(domain) : wholeDomain(domain.dimension);
}

function boxDomain(domain: BoxDomain): CheckedDomain {
  const d = domain.lower.length;
  const bounds = integersFromRationals([...domain.lower, ...domain.upper]);
  const lower = bounds.numerators.slice(0, d);
  const upper = bounds.numerators.slice(d);
  const common = bounds.denominator;
  const free = domain.lower.flatMap((lo, i) => (equal(lo, domain.upper[i]!) ? [] : [i]));
  const fixed = domain.lower.flatMap((lo, i) => (equal(lo, domain.upper[i]!) ? [i] : []));
  return {
    coordinates: free.length,
    box: NodeBox.of({ lower, upper, denominator: common }),
    inputOf: (variable) => free[variable],
    place(witness) {
      const { denominator } = witness;
      const numerators = new Array<bigint>(d);
      for (const i of fixed) numerators[i] = lower[i]! * denominator;
      for (let v = 0; v < free.length; v++) {
        const i = free[v]!;
        const x = witness.numerators[v]! * common;
        if (x <= lower[i]! * denominator || x >= upper[i]! * denominator) return undefined;
        numerators[i] = x;
      }
      return { numerators, denominator: denominator * common };
    },
  };
}

function wholeDomain(d: number): CheckedDomain {
  return {
    coordinates: d + 1,
    box: undefined,
    inputOf: () => undefined,
    /** Homogeneous coordinates (y, t) with t > 0 stand for y / t. */
    place(witness) {
      const t = witness.numerators[d]!;
      return t > 0n ? { numerators: witness.numerators.slice(0, d), denominator: t } : undefined;
    },
  };
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

/** The length of the numbers of short boxes. */
export const BOX_BITS = 40;

/** A box of short numbers. */
export interface ShortBox extends ExactBox {
  /** denominator * (1 + sum |x_i|) is at most this in the box, and twice this is at most 2^`BOX_BITS`. */
  readonly extent: bigint;
}

/** What bounds a node's box: the domain, or the box above with one bound replaced. */
type Source =
  | ExactBox
  | { readonly above: NodeBox; readonly input: number; readonly side: 1 | -1; readonly value: IntegerVector };

/**
 * The box of a node, exactly and in short numbers rounded outwards. The exact one is put together when it is asked for: most
 * proofs do not need it.
 */
export class NodeBox {
  private known: ExactBox | undefined;

  private constructor(
    private readonly source: Source,
    /** Contains the exact box; undefined if the box is too far from the origin for short numbers. */
    readonly short: ShortBox | undefined,
  ) {}

  static of(box: ExactBox): NodeBox {
    return new NodeBox(box, shortBox(box));
  }

  get exact(): ExactBox {
    return (this.known ??= exactBox(this.source));
  }

  /** The box with one bound replaced, if the new one is tighter. @param side 1: lower bound, -1: upper bound */
  narrowed(input: number, side: 1 | -1, value: IntegerVector): NodeBox {
    return new NodeBox({ above: this, input, side, value }, this.short && shortened(this.short, input, side, value));
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

/** The largest integer that is at most n / d, for d > 0. */
function floor(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  return quotient * d > n ? quotient - 1n : quotient;
}

/** side > 0: the lower bound, rounded down; otherwise the upper one, rounded up. */
const outwards = (side: 1 | -1, n: bigint, d: bigint) => (side > 0 ? floor(n, d) : -floor(-n, d));

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

function shortBox({ lower, upper, denominator }: ExactBox): ShortBox | undefined {
  // Every coordinate may grow by 1 where it is rounded.
  const farthest = lower.reduce((sum, lo, i) => sum + larger(magnitude(lo), magnitude(upper[i]!)), denominator);
  const most = farthest / denominator + 1n;
  const room = BOX_BITS - 1 - bitLength(most + BigInt(lower.length));
  if (room < 0) return undefined;
  const scale = 1n << BigInt(room);
  const ends = {
    lower: lower.map((lo) => outwards(1, lo * scale, denominator)),
    upper: upper.map((hi) => outwards(-1, hi * scale, denominator)),
  };
  const extent = ends.lower.reduce((sum, lo, i) => sum + larger(magnitude(lo), magnitude(ends.upper[i]!)), scale);
  return { ...ends, denominator: scale, extent };
}

function shortened(box: ShortBox, input: number, side: 1 | -1, value: IntegerVector): ShortBox {
  const { lower, upper, denominator, extent } = box;
  const bound = outwards(side, value.numerators[0]! * denominator, value.denominator);
  if (side > 0 ? bound <= lower[input]! : bound >= upper[input]!) return box;
  // Bounds cross where a cell is empty: that must not make numbers long.
  const kept = side > 0 ? smaller(bound, upper[input]!) : larger(bound, lower[input]!);
  const ends = { lower: [...lower], upper: [...upper], denominator, extent };
  (side > 0 ? ends.lower : ends.upper)[input] = kept;
  return ends;
}
