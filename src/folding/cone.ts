/**
 * Polyhedra as the cones over them, by exact generators: cut by hyperplanes (double description, Motzkin and others 1953) and generated anew where an affine
 * map has flattened them.
 *
 * A point x is the ray through (x, 1), a direction the ray through (x, 0). Two rays span a face of a pointed cone if and only if no third one has every
 * constraint that both have (Fukuda and Prodon 1996), whatever other constraints there are. Polytopes that the engines cut have doubles to begin with and are
 * bounded; these are few, and integers only.
 */
import { bitCount, dotIntegers, rank, reducedEchelon } from '../exact/index.js';
import { primitive } from '../network/index.js';

export type Vector = readonly bigint[];

export interface Ray {
  /** Integers without common divisor. */
  readonly vector: Vector;
  /** Bit c: constraint c is zero here. As many words in all rays of a cone. */
  readonly tight: Int32Array;
}

/** The sums of multiples of the lines and nonnegative multiples of the rays; the rays are extreme modulo the lines. */
export interface Cone {
  readonly lines: readonly Vector[];
  readonly rays: readonly Ray[];
  /** The constraints by which it is known; redundant ones may be among them. */
  readonly constraints: number;
  /** That of its span. */
  readonly dimension: number;
}

/** A linear form. */
export type Form = (vector: Vector) => bigint;

/** Where a form is on a cone. */
export interface Signs {
  readonly negative: boolean;
  readonly positive: boolean;
}

/** Whether a form is negative somewhere on a cone, and positive somewhere. */
export function signsOn({ lines, rays }: Cone, form: Form): Signs {
  if (lines.some((line) => form(line) !== 0n)) return { negative: true, positive: true };
  let negative = false;
  let positive = false;
  for (const { vector } of rays) {
    const value = form(vector);
    if (value < 0n) negative = true;
    else if (value > 0n) positive = true;
  }
  return { negative, positive };
}

export interface Halves {
  readonly negative: Cone;
  readonly positive: Cone;
}

/** Cuts a cone in two along the kernel of a form that is negative and positive on it. Cost: for each pair of rays on different sides one look at all others. */
export function cutInHalves(cone: Cone, form: Form): Halves {
  const at = cone.lines.findIndex((line) => form(line) !== 0n);
  return at < 0 ? cutRays(cone, form) : cutLine(cone, form, at);
}

/** The halves of a cone with a line that crosses the hyperplane: all else is moved onto it along that line. */
function cutLine({ lines, rays, constraints, dimension }: Cone, form: Form, at: number): Halves {
  const value = form(lines[at]!);
  const across = value > 0n ? lines[at]! : negated(lines[at]!);
  const scale = value > 0n ? value : -value;
  const moved = (vector: Vector) => {
    const off = form(vector);
    return off === 0n ? vector : primitive(vector.map((entry, i) => scale * entry - off * across[i]!));
  };
  const onPlane = rays.map(({ vector, tight }) => ({ vector: moved(vector), tight: withBit(tight, constraints) }));
  const rest = { lines: lines.filter((_, i) => i !== at).map(moved), constraints: constraints + 1, dimension };
  const free = withRoom(allBits(constraints), constraints + 1);
  const half = (vector: Vector): Cone => ({ ...rest, rays: [...onPlane, { vector, tight: free }] });
  return { negative: half(negated(across)), positive: half(across) };
}

function cutRays(cone: Cone, form: Form): Halves {
  const { lines, rays, constraints, dimension } = cone;
  const values = rays.map(({ vector }) => form(vector));
  const sides: Record<'negative' | 'zero' | 'positive', Ray[]> = { negative: [], zero: [], positive: [] };
  rays.forEach((ray, i) => {
    const value = values[i]!;
    const tight = value === 0n ? withBit(ray.tight, constraints) : withRoom(ray.tight, constraints + 1);
    sides[value < 0n ? 'negative' : value > 0n ? 'positive' : 'zero'].push({ vector: ray.vector, tight });
  });
  const crossings: Ray[] = [];
  for (let p = 0; p < rays.length; p++) {
    if (values[p]! <= 0n) continue;
    for (let n = 0; n < rays.length; n++) {
      if (values[n]! < 0n && areAdjacent(rays, p, n)) crossings.push(crossing(cone, values, p, n));
    }
  }
  const rest = { lines, constraints: constraints + 1, dimension };
  return {
    negative: { ...rest, rays: [...sides.negative, ...sides.zero, ...crossings] },
    positive: { ...rest, rays: [...sides.positive, ...sides.zero, ...crossings] },
  };
}

/** Where the face of two rays meets the hyperplane. */
function crossing({ rays, constraints }: Cone, values: readonly bigint[], p: number, n: number): Ray {
  const above = rays[p]!;
  const below = rays[n]!;
  const vector = above.vector.map((entry, i) => values[p]! * below.vector[i]! - values[n]! * entry);
  const both = above.tight.map((word, w) => word & below.tight[w]!);
  return { vector: primitive(vector), tight: withBit(both, constraints) };
}

function areAdjacent(rays: readonly Ray[], p: number, n: number): boolean {
  const a = rays[p]!.tight;
  const b = rays[n]!.tight;
  for (let k = 0; k < rays.length; k++) {
    if (k === p || k === n) continue;
    const c = rays[k]!.tight;
    let w = 0;
    while (w < c.length && (a[w]! & b[w]! & ~c[w]!) === 0) w++;
    if (w === c.length) return false;
  }
  return true;
}

/** The cone { v in R^n : forms >= 0 }. */
export function coneOfForms(n: number, forms: readonly Vector[]): Cone {
  let cone: Cone = { lines: identity(n), rays: [], constraints: 0, dimension: n };
  for (const form of forms) cone = cutInHalves(cone, (vector) => dotIntegers(form, vector)).positive;
  // Equalities are pairs of forms.
  return { ...cone, dimension: dimensionOf(cone.lines, cone.rays) };
}

const dimensionOf = (lines: readonly Vector[], rays: readonly Ray[]) =>
  rank([...lines, ...rays.map(({ vector }) => vector)]);

/** The linear forms in the coordinates `pivots`, which are coordinates of the span, that are nonnegative on a cone: one for each facet. */
export interface Facets {
  readonly pivots: readonly number[];
  readonly forms: readonly Vector[];
}

/** The facets of the cone that lines and vectors generate. */
export function facetsOf(lines: readonly Vector[], vectors: readonly Vector[]): Facets {
  const all = [...lines, ...vectors];
  const { pivots } = reducedEchelon(all, all[0]!.length);
  const within = (vector: Vector) => pivots.map((p) => vector[p]!);
  const spans = lines.map(within);
  const forms = [...spans, ...spans.map(negated), ...vectors.map(within)];
  return { pivots, forms: coneOfForms(pivots.length, forms).rays.map(({ vector }) => vector) };
}

/** The cone that lines and vectors generate. */
export function coneOfVectors(lines: readonly Vector[], vectors: readonly Vector[]): Cone {
  const isNonzero = (vector: Vector) => vector.some((entry) => entry !== 0n);
  const straight = lines.filter(isNonzero);
  const others = vectors.filter(isNonzero);
  const { pivots, forms } = facetsOf(straight, others);
  const words = Math.max(1, Math.ceil(forms.length / 32));
  const rays = others.map((vector): Ray => {
    const tight = new Int32Array(words);
    forms.forEach((form, c) => {
      if (pivots.reduce((sum, p, i) => sum + form[i]! * vector[p]!, 0n) === 0n) tight[c >> 5]! |= 1 << (c & 31);
    });
    return { vector, tight };
  });
  // What no facet excludes goes both ways.
  const isStraight = ({ tight }: Ray) => sizeOf(tight) === forms.length;
  const both = rays.filter(isStraight).map(({ vector }) => vector);
  const proper = rays.filter((ray) => !isStraight(ray));
  return canonical({
    lines: [...straight, ...both],
    rays: maximal(proper, ({ tight }) => tight),
    constraints: forms.length,
    dimension: pivots.length,
  });
}

/** Those whose sets are in no others, one of equal ones. */
function maximal<T>(items: readonly T[], setOf: (item: T) => Int32Array): T[] {
  return items.filter((item, i) =>
    items.every((other, j) => {
      if (i === j || !isSubset(setOf(item), setOf(other))) return true;
      return i < j && isSubset(setOf(other), setOf(item));
    }),
  );
}

const sizeOf = (set: Int32Array) => set.reduce((sum, word) => sum + bitCount(word), 0);

const isSubset = (a: Int32Array, b: Int32Array) => a.every((word, w) => (word & ~b[w]!) === 0);

/** The same cone with the only lines and vectors that it has: lines in reduced echelon form, rays that are 0 in their pivots, integers without common divisor. */
export function canonical(cone: Cone): Cone {
  if (cone.lines.length === 0) {
    return { ...cone, rays: cone.rays.map(({ vector, tight }) => ({ vector: primitive(vector), tight })) };
  }
  const { rows, pivots, diagonal } = reducedEchelon(cone.lines, cone.lines[0]!.length);
  const offLines = (vector: Vector) =>
    primitive(
      vector.map((entry, i) => rows.reduce((sum, row, r) => sum - vector[pivots[r]!]! * row[i]!, diagonal * entry)),
    );
  return {
    ...cone,
    lines: rows.map(primitive),
    rays: cone.rays.map(({ vector, tight }) => ({ vector: offLines(vector), tight })),
  };
}

/** The same cone without redundant constraints: facets are the largest sets of rays with a constraint in common (that of a single ray is empty: its end). */
export function withoutRedundancy(cone: Cone): Cone {
  const { rays, constraints } = cone;
  const words = (rays.length + 31) >> 5;
  const sets = Array.from({ length: constraints }, (_, c) => {
    const set = new Int32Array(words);
    rays.forEach(({ tight }, i) => {
      if ((tight[c >> 5]! & (1 << (c & 31))) !== 0) set[i >> 5]! |= 1 << (i & 31);
    });
    return set;
  });
  const proper = sets.filter((set) => sizeOf(set) < rays.length);
  const facets = maximal(proper, (set) => set);
  const length = Math.max(1, (facets.length + 31) >> 5);
  return {
    ...cone,
    constraints: facets.length,
    rays: rays.map(({ vector }, i) => {
      const tight = new Int32Array(length);
      facets.forEach((set, c) => {
        if ((set[i >> 5]! & (1 << (i & 31))) !== 0) tight[c >> 5]! |= 1 << (c & 31);
      });
      return { vector, tight };
    }),
  };
}

const negated = (vector: Vector) => vector.map((entry) => -entry);

function identity(n: number): Vector[] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, k) => (k === i ? 1n : 0n)));
}

/** The set of the first so many constraints. */
function allBits(count: number): Int32Array {
  const set = new Int32Array(Math.max(1, (count + 31) >> 5));
  for (let c = 0; c < count; c++) set[c >> 5]! |= 1 << (c & 31);
  return set;
}

/** A set with room for so many constraints. */
function withRoom(set: Int32Array, count: number): Int32Array {
  if (set.length * 32 >= count) return set;
  const wider = new Int32Array(set.length + 1);
  wider.set(set);
  return wider;
}

function withBit(set: Int32Array, bit: number): Int32Array {
  const wider = Int32Array.from(withRoom(set, bit + 1));
  wider[bit >> 5]! |= 1 << (bit & 31);
  return wider;
}
