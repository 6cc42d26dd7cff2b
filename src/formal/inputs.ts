/**
 * Certificates in the network's inputs: of boxes, of polytopes, and of the whole space.
 *
 * Positions and multipliers are taken as they are. On a polytope that is flat a certificate speaks of the free inputs alone: what
 * it proves there is restated for all inputs, with multipliers of the equations that hold on the domain.
 */
import type { CertificateHeader, ProvedBound } from '../certificate/index.js';
import {
  compare,
  type IntegerVector,
  integersFromRationals,
  multiply,
  negate,
  ONE,
  parseRational,
  type Rational,
  rational,
} from '../exact/index.js';
import { type Domain, fixedInputs } from '../network/index.js';
import {
  type BoundRecord,
  type Coordinates,
  type ImpliedRecord,
  type NodeBounds,
  type Place,
  withBound,
} from './coordinates.js';
import { PolytopeHull } from './hull.js';
import { plainDomain } from './network.js';
import type { Terms, TreePath } from './path.js';
import type { Evidence } from './plain.js';
import { entryOf, onSide, type RationalRow, shortened, without } from './rows.js';

const rowOf = (entries: readonly bigint[]): RationalRow => ({ entries, denominator: 1n });

/** Coefficients of all inputs from those of some, and the constant. */
function spread(row: readonly bigint[], at: readonly number[], dimension: number): bigint[] {
  const entries = new Array<bigint>(dimension + 1).fill(0n);
  for (const [v, i] of at.entries()) entries[i] = row[v]!;
  entries[dimension] = row.at(-1)!;
  return entries;
}

function denominatorOf(values: readonly Rational[]): bigint {
  return integersFromRationals(values).denominator;
}

/** The conditions of a box, as `PlainDomain` has them. */
function boxConditions(domain: Domain): RationalRow[] {
  const plain = plainDomain(domain);
  if (plain.kind !== 'box') return [];
  const unit = (i: number, entry: bigint, constant: bigint) =>
    rowOf([...plain.bounds.map((_, j) => (i === j ? entry : 0n)), constant]);
  return plain.bounds.flatMap(([lower, upper], i) => [
    unit(i, plain.denominator, -lower),
    unit(i, -plain.denominator, upper),
  ]);
}

/** Boxes and the whole space. */
export class PlainInputs implements Coordinates {
  readonly follows = false;
  readonly boundsInputs = true;
  readonly conditions: readonly RationalRow[];
  readonly grid: bigint;
  readonly flat: readonly (Evidence | undefined)[];
  readonly witnessLength: number;
  private readonly fixed: readonly number[];
  private readonly free: readonly number[];

  constructor(private readonly domain: Exclude<Domain, { readonly kind: 'polytope' }>) {
    this.conditions = boxConditions(domain);
    this.fixed = fixedInputs(domain);
    const dimension = domain.kind === 'box' ? domain.lower.length : domain.dimension;
    this.free = Array.from({ length: dimension }, (_, i) => i).filter((i) => !this.fixed.includes(i));
    this.witnessLength = domain.kind === 'box' ? this.free.length : dimension + 1;
    this.grid = domain.kind === 'box' ? denominatorOf([...domain.lower, ...domain.upper]) : 1n;
    // -(x - lower) = upper - x, and the other way round.
    this.flat = this.conditions.map((_, k) =>
      this.fixed.includes(k >> 1) ? { scale: 1n, by: [[k ^ 1, 1n] as const] } : undefined,
    );
  }

  begin(path: TreePath, grid: bigint): NodeBounds {
    const { domain } = this;
    if (domain.kind === 'whole') return { lower: [], upper: [] };
    const condition = rational(1n, this.grid);
    domain.lower.forEach((lower, i) => {
      path.bound(i, 1, (lower.numerator * grid) / lower.denominator, grid, [[2 * i, condition]]);
      const upper = domain.upper[i]!;
      path.bound(i, -1, (upper.numerator * grid) / upper.denominator, grid, [[2 * i + 1, condition]]);
    });
    return domain;
  }

  implied({ splits }: Place, record: ImpliedRecord): Terms {
    return weighted(record, splits);
  }

  bound({ path, splits, bounds }: Place, record: BoundRecord, grid: bigint): NodeBounds {
    return narrowed(path, bounds, this.free[record.variable]!, record, grid, weighted(record, splits));
  }

  point(_: Place, witness: IntegerVector): IntegerVector {
    const { domain, free } = this;
    if (domain.kind === 'whole') return inhomogeneous(witness);
    const values = [...domain.lower];
    for (const [v, i] of free.entries()) values[i] = rational(witness.numerators[v]!, witness.denominator);
    return integersFromRationals(values);
  }
}

function inhomogeneous({ numerators }: IntegerVector): IntegerVector {
  return { numerators: numerators.slice(0, -1), denominator: numerators.at(-1)! };
}

function weighted({ splits, multipliers }: ImpliedRecord | BoundRecord, above: readonly number[]): Terms {
  return splits.map((s, k) => [above[s]!, rational(multipliers.numerators[k]!, multipliers.denominator)] as const);
}

/** Writes a bound if it is tighter than the one there is. */
function narrowed(
  path: TreePath,
  bounds: NodeBounds,
  input: number,
  { side, value }: BoundRecord,
  grid: bigint,
  terms: Terms,
): NodeBounds {
  const bound = rational(value.numerators[0]!, value.denominator);
  const old = (side > 0 ? bounds.lower : bounds.upper)[input];
  if (old !== undefined && side * compare(bound, old) <= 0) return bounds;
  path.bound(input, side, (bound.numerator * grid) / bound.denominator, grid, terms);
  return withBound(bounds, input, side, bound);
}

/** An input that the equations express by the free ones: the known rows that say so, from both sides. */
interface Pivot {
  readonly input: number;
  readonly row: RationalRow;
  positive: number;
  negative: number;
}

/** Polytopes. */
export class PolytopeInputs implements Coordinates {
  readonly boundsInputs = true;
  readonly conditions: readonly RationalRow[];
  readonly follows: boolean;
  readonly grid: bigint;
  readonly flat: readonly (Evidence | undefined)[];
  readonly witnessLength: number;
  private readonly hull: PolytopeHull;
  private readonly pivots: readonly Pivot[];
  /** What a condition of the certificate is of ours. */
  private readonly factors: readonly Rational[];
  private readonly bounds: readonly (readonly [ProvedBound, ProvedBound])[] | undefined;

  constructor(domain: Extract<Domain, { readonly kind: 'polytope' }>, evidence: CertificateHeader['polytope']) {
    this.hull = new PolytopeHull(domain, evidence!);
    const { hull, conditions } = this.hull;
    const twins = conditions.filter(({ equality }) => equality).map(({ row }) => row.map((entry) => -entry));
    this.conditions = [...conditions.map(({ row }) => row), ...twins].map(rowOf);
    this.bounds = evidence!.bounds;
    this.witnessLength = hull.free.length + (this.bounds === undefined ? 1 : 0);
    this.follows = hull.map !== undefined;
    this.pivots = this.pivotRows();
    this.factors = conditions.map(({ row }) => this.factorOf(row));
    this.grid = denominatorOf((this.bounds ?? []).flatMap((pair) => pair.map(({ bound }) => parseRational(bound))));
    this.flat = this.conditions.map(({ entries }) => {
      if (!this.hull.vanishes(entries)) return undefined;
      const terms = [...this.hull.combination(entries.map((entry) => rational(-entry, 1n)))];
      const { numerators, denominator } = integersFromRationals(terms.map(([, value]) => value));
      return { scale: denominator, by: terms.map(([k], t) => [k, numerators[t]!] as const) };
    });
  }

  private pivotRows(): Pivot[] {
    const { free, map } = this.hull.hull;
    const { dimension } = this.hull.domain;
    if (map === undefined) return [];
    const { weights, bias, denominator } = map.integers();
    return Array.from({ length: dimension }, (_, i) => i)
      .filter((i) => !free.includes(i))
      .map((input) => {
        const own = weights.slice(input * free.length, (input + 1) * free.length);
        const entries = spread(
          [...own, bias[input]!].map((entry) => -entry),
          free,
          dimension,
        );
        entries[input] = denominator;
        return { input, row: rowOf(shortened(rowOf(entries)).row), positive: -1, negative: -1 };
      });
  }

  /** The certificate's condition is the shortest integer row in the free inputs. */
  private factorOf(row: readonly bigint[]): Rational {
    const restricted = this.absorbed(rowOf(row)).rest;
    const { free } = this.hull.hull;
    const own = [...free, this.hull.domain.dimension].map((i) => entryOf(restricted, i));
    const place = own.findIndex(({ numerator }) => numerator !== 0n);
    if (place < 0) return ONE;
    const theirs = this.hull.hull.restrict(row)[place]!;
    return multiply(rational(theirs, 1n), rational(own[place]!.denominator, own[place]!.numerator));
  }

  /** A row in the free inputs alone, and the multipliers of equations that make it so. */
  private absorbed(row: RationalRow): { readonly rest: RationalRow; readonly terms: Terms } {
    let rest = row;
    const terms: [number, Rational][] = [];
    for (const { input, row: equation, positive, negative } of this.pivots) {
      const factor = multiply(entryOf(rest, input), rational(1n, equation.entries[input]!));
      if (factor.numerator === 0n) continue;
      rest = without(rest, factor, equation);
      terms.push(factor.numerator > 0n ? [positive, factor] : [negative, negate(factor)]);
    }
    return { rest, terms };
  }

  begin(path: TreePath, grid: bigint): NodeBounds {
    for (const pivot of this.pivots) {
      const { entries } = pivot.row;
      const learnt = (side: 1 | -1) => {
        const row = entries.map((entry) => BigInt(side) * entry);
        return path.learn(row, [...this.hull.combination(row.map((entry) => rational(entry, 1n)))]);
      };
      pivot.positive = learnt(1);
      pivot.negative = learnt(-1);
    }
    const { dimension } = this.hull.domain;
    const none = new Array<undefined>(dimension).fill(undefined);
    let box: NodeBounds = { lower: none, upper: none };
    for (const [v, pair] of (this.bounds ?? []).entries()) {
      for (const [stated, side] of [
        [pair[0], 1],
        [pair[1], -1],
      ] as const) {
        const input = this.hull.hull.free[v]!;
        const bound = parseRational(stated.bound);
        const own = stated.by.map(([k, text]) => [k, multiply(parseRational(text), this.factors[k]!)] as const);
        const terms = this.restated(path, this.boundRow(input, side, bound), own);
        path.bound(input, side, (bound.numerator * grid) / bound.denominator, grid, terms);
        box = withBound(box, input, side, bound);
      }
    }
    return box;
  }

  /** side (x_i - bound) */
  private boundRow(input: number, side: 1 | -1, bound: Rational): RationalRow {
    const entries = new Array<bigint>(this.hull.domain.dimension + 1).fill(0n);
    entries[input] = bound.denominator;
    entries[entries.length - 1] = -bound.numerator;
    return onSide({ entries, denominator: bound.denominator }, side);
  }

  /** The terms, and those of equations that take the dependent inputs out of what is left of the target. */
  private restated(path: TreePath, target: RationalRow, terms: Terms): Terms {
    if (!this.follows) return terms;
    let rest = target;
    for (const [known, m] of terms) rest = without(rest, m, path.rowOf(known));
    return [...terms, ...this.absorbed(rest).terms];
  }

  private termsOf({ splits }: Place, record: ImpliedRecord | BoundRecord): Terms {
    const given = this.hull.conditions.length;
    return record.splits.map((s, k) => {
      const m = rational(record.multipliers.numerators[k]!, record.multipliers.denominator);
      return s < given ? ([s, multiply(m, this.factors[s]!)] as const) : ([splits[s - given]!, m] as const);
    });
  }

  implied(place: Place, record: ImpliedRecord): Terms {
    const terms = this.termsOf(place, record);
    if (!this.follows) return terms;
    return this.restated(place.path, onSide(place.path.rowOfNeuron(record.neuron), record.side), terms);
  }

  bound(place: Place, record: BoundRecord, grid: bigint): NodeBounds {
    const input = this.hull.hull.free[record.variable]!;
    const bound = rational(record.value.numerators[0]!, record.value.denominator);
    const terms = this.restated(place.path, this.boundRow(input, record.side, bound), this.termsOf(place, record));
    return narrowed(place.path, place.bounds, input, record, grid, terms);
  }

  point(_: Place, witness: IntegerVector): IntegerVector {
    const { numerators, denominator } = this.bounds === undefined ? inhomogeneous(witness) : witness;
    const { map } = this.hull.hull;
    if (map === undefined) return { numerators, denominator };
    const { weights, bias, denominator: common } = map.integers();
    const count = numerators.length;
    const values = bias.map((b, i) => {
      let sum = b * denominator;
      for (let v = 0; v < count; v++) sum += weights[i * count + v]! * numerators[v]!;
      return sum;
    });
    return { numerators: values, denominator: common * denominator };
  }
}
