/**
 * The certificate file, version 3: what it contains, byte by byte. Shared by the writer and the checker, and all they share.
 *
 * A certificate is a gzip stream of
 *
 * 1. one line of JSON, the header:
 *    `{"format":"relu-atlas-certificate","version":2,"network":"<sha256>","domain":{"box":[["lo","hi"],...]}|{"whole":d}}`,
 *    or for a polytope `"domain":{"dimension":d,"inequalities":[{"a":[...],"b":".."}],...},"polytope":{...}`, see below;
 * 2. the split tree in depth-first order, one record per node (below);
 * 3. the byte 0, and one line of JSON, the trailer: `{"cells":N,"cellsPerLayer":[...]}`.
 *
 * A record is one byte that names it, then its fields. Integers are unsigned LEB128 (`varint`). Layers are never named: a
 * layer ends when all its neurons that bend are settled, on the way from the root, by a split or an implied record.
 *
 * | byte | record | fields |
 * |---|---|---|
 * | 1 | split | neuron; the subtree of the negative side follows, then that of the positive side |
 * | 2 | cell (a leaf) | number form, then the witness: one number per input that the domain does not fix; for the whole space d + 1 homogeneous numbers (y, t), the point being y / t |
 * | 3 | zero | neuron: its pre-activation is identically zero on the cell |
 * | 4, 5 | implied negative, positive | neuron; the bounds of the domain prove it |
 * | 6, 7 | implied negative, positive | neuron, number form, count, then per multiplier: split position (counted from the root, 0 first), number |
 * | 8, 9 | lower, upper bound | variable (counted over the inputs that the domain does not fix), number form and number, number form, count, then per multiplier: split position, number |
 *
 * | 10 | implied, several | number of bytes, as many bytes for the positive ones, as many for the negative ones: bit k % 8 of byte k / 8 is neuron k; the bounds of the domain prove it |
 *
 * A bound record narrows the box of its subtree; records 4 to 10 are proved on the box of their node. There are none for the
 * whole space without charts. Record 10 is what version 2 has and version 1 has not. The charts of the whole space are what version 3
 * has and version 2 has not, and a file says version 3 if it has them; certificates of all versions are read.
 *
 * Charts (`network/chart.ts`): where the header of a whole space has `"charts":{"neurons":[..],"exponents":[..]}`, the tree begins with
 * splits by these r neurons of the first layer, in this order, to 2^r parts. The subtree of a part is about the network in the
 * coordinates v of the chart with the scales 2^exponent: on the box [0, 1]^n, with one condition if n > 1, v_1 + .. + v_n <= 1 (split
 * position 0; the splits of the part follow), on which the r neurons are settled. There are n = r coordinates, and n = r - 1 where r > 1
 * and the cells are cones: no layer has constants in the chart. Witnesses are n numbers v, strictly inside the simplex.
 *
 * Number forms: 0: the upper 16 bits of a float32; 1: float32; 2: float64 (all little-endian, taken exactly); 3: fractions,
 * one denominator (varint length, big-endian bytes) in front, then numerators (sign byte, varint length, bytes).
 *
 * A certificate may come from a stranger: the header has at most `LIMITS.header` bytes, the trailer `LIMITS.trailer`, a number
 * or list `LIMITS.field`, a record `LIMITS.record`; text holds no control characters. Longer ones are refused as soon as
 * that is seen, in time and memory linear in the bytes read until then.
 *
 * What the evidence means is defined in `walk/tree.ts` (`Evidence`).
 *
 * On a polytope domain the conditions (numbered as in `network/conditions.ts`) count as the first splits, all of them taken on
 * their positive side: split position k < number of conditions is condition k as a primitive integer row in the free
 * coordinates, and the splits of the tree follow. The inputs "that the domain does not fix" are the free ones of the affine
 * hull (`network/hull.ts`); if the header bounds them, they are treated as a box's, otherwise as those of the whole space.
 */

export const CERTIFICATE_FORMAT = 'relu-atlas-certificate';
export const CERTIFICATE_VERSION = 2;
/** Of certificates with charts. */
export const CHARTED_VERSION = 3;
/** The versions that are read. */
export const READABLE_VERSIONS: readonly number[] = [1, 2, CHARTED_VERSION];

export const END = 0;
export const SPLIT = 1;
export const CELL = 2;
export const ZERO_ROW = 3;
export const BOUND_NEGATIVE = 4;
export const BOUND_POSITIVE = 5;
export const IMPLIED_NEGATIVE = 6;
export const IMPLIED_POSITIVE = 7;
export const LOWER_BOUND = 8;
export const UPPER_BOUND = 9;
export const BOUNDED = 10;

/** Conditions of a polytope by number with positive multipliers, as rational texts. */
export type WeightedConditions = readonly (readonly [condition: number, multiplier: string])[];

/** A bound of a free coordinate u, as rational text: side * (u - bound) is the combination plus a nonnegative constant. */
export interface ProvedBound {
  readonly bound: string;
  readonly by: WeightedConditions;
}

/** Why a polytope has the affine hull and the bounding box on which its tree stands. */
export interface PolytopeEvidence {
  /**
   * Combinations of inequalities that vanish on the hull of the equalities and of the combinations before: so each of these
   * inequalities holds with equality throughout. That no more do is shown by the witnesses.
   */
  readonly implied: readonly WeightedConditions[];
  /** Lower and upper bound of every free coordinate; absent if the tree is in homogeneous coordinates. */
  readonly bounds?: readonly (readonly [lower: ProvedBound, upper: ProvedBound])[];
}

/** coefficients . x <= bound, or = bound; rational texts. */
export interface StatedBound {
  readonly a: readonly string[];
  readonly b: string;
}

/** A polytope as the header states it. */
export interface StatedPolytope {
  readonly dimension: number;
  readonly inequalities: readonly StatedBound[];
  readonly equalities?: readonly StatedBound[];
  readonly box?: readonly (readonly [string, string])[];
}

/** A domain as headers state it. */
export type StatedDomain =
  | { readonly box: readonly (readonly [string, string])[] }
  | { readonly whole: number }
  | StatedPolytope;

/** The neurons of the first layer between whose creases the charts lie, and their scales as powers of two. */
export interface StatedCharts {
  readonly neurons: readonly number[];
  readonly exponents: readonly number[];
}

export interface CertificateHeader {
  readonly format: typeof CERTIFICATE_FORMAT;
  /** One of `READABLE_VERSIONS`; `CHARTED_VERSION` is written where there are charts, otherwise `CERTIFICATE_VERSION`. */
  readonly version: number;
  /** SHA-256 of the canonical network. */
  readonly network: string;
  /** Rational texts. */
  readonly domain: StatedDomain;
  /** Of a polytope domain. */
  readonly polytope?: PolytopeEvidence;
  /** Of the whole space, if its tree is in charts. */
  readonly charts?: StatedCharts;
}

export interface CertificateTrailer {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
}
