/**
 * Certificates of the whole space in charts (`network/chart.ts`), restated in the network's inputs.
 *
 * On a part the functions u_j = s_j h_j / S_j of its splits are >= 0, and v_j = u_j / U with U = 1 + u_1 + .. + u_r (v_0 = 1 / U); on a section of
 * cones v_j = u_j / U with U = u_1 + .. + u_r. A function that is affine in v and >= 0 on a box is a constant >= 0 plus nonnegative multiples of
 * v_i - lower_i and upper_i - v_i. Times U these are affine in x, and nonnegative combinations of the u_j, of 1, and of the bounds
 * times U. So every proof in a chart is one in R^d, by multipliers of the part's splits.
 */
import type { StatedCharts } from '../certificate/index.js';
import {
  add,
  compare,
  type IntegerVector,
  integersFromRationals,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  reducedEchelon,
  solve,
  solveAny,
  subtract,
  ZERO,
} from '../exact/index.js';
import { chartOf, type Network } from '../network/index.js';
import {
  type BoundRecord,
  type Coordinates,
  type ImpliedRecord,
  type NodeBounds,
  type Place,
  withBound,
} from './coordinates.js';
import type { Terms } from './path.js';
import { entryOf, firstRows, onSide, type RationalRow, shortened, without } from './rows.js';

/** What a row is of the u_j and of 1. */
interface InChart {
  readonly parts: readonly Rational[];
  readonly constant: Rational;
}

/** The number of the known row of a bound in the box of charts, by the bound. */
type BoundRows = ReadonlyMap<string, readonly [known: number, multiplier: Rational]>;

export class ChartCoordinates implements Coordinates {
  readonly follows = true;
  readonly boundsInputs = false;
  readonly conditions = [];
  readonly flat = [];
  readonly grid = 1n;
  readonly witnessLength: number;
  private readonly isConical: boolean;
  /** The rows h_j. */
  private readonly basis: readonly RationalRow[];
  /** Inputs at which their linear parts are independent. */
  private readonly pivots: readonly number[];
  private readonly scales: readonly Rational[];
  /** The known rows of the bounds of a box. */
  private readonly rowsOfBounds = new WeakMap<NodeBounds, BoundRows>();

  constructor(network: Network, charts: StatedCharts) {
    const chart = chartOf(network, charts)!;
    const first = firstRows(network);
    this.isConical = chart.isConical;
    this.witnessLength = chart.variables;
    this.basis = charts.neurons.map((k) => first[k]!);
    this.scales = charts.exponents.map((e) => (e < 0 ? rational(1n, 1n << BigInt(-e)) : rational(1n << BigInt(e), 1n)));
    this.pivots = reducedEchelon(
      this.basis.map(({ entries }) => entries),
      network.inputs,
    ).pivots;
  }

  private get count(): number {
    return this.basis.length;
  }

  begin(): NodeBounds {
    const count = this.witnessLength;
    const box = { lower: new Array<Rational>(count).fill(ZERO), upper: new Array<Rational>(count).fill(ONE) };
    this.rowsOfBounds.set(box, new Map());
    return box;
  }

  /** +1 or -1: the side of basis function j on this part. */
  private sideOf({ path, splits }: Place, j: number): 1 | -1 {
    const row = path.rowOf(splits[j]!);
    const place = this.basis[j]!.entries.findIndex((entry) => entry !== 0n);
    return row.entries[place]! > 0n === this.basis[j]!.entries[place]! > 0n ? 1 : -1;
  }

  private inChart(place: Place, row: RationalRow): InChart {
    const matrix = this.pivots.map((i) => this.basis.map(({ entries }) => entries[i]!));
    const { numerators, denominator } = solve(
      matrix,
      this.pivots.map((i) => row.entries[i]!),
    )!;
    // row = sum of alpha_j h_j + a constant
    const alpha = numerators.map((numerator, j) =>
      rational(numerator * this.basis[j]!.denominator, denominator * row.denominator),
    );
    let rest = row;
    for (const [j, h] of this.basis.entries()) rest = without(rest, alpha[j]!, h);
    const parts = alpha.map((a, j) => {
      const scaled = multiply(a, this.scales[j]!);
      return this.sideOf(place, j) > 0 ? scaled : negate(scaled);
    });
    return { parts, constant: entryOf(rest, rest.entries.length - 1) };
  }

  /** u_j as a multiple of the known row of its split. */
  private part({ splits }: Place, j: number): readonly [number, Rational] {
    const { numerator, denominator } = this.scales[j]!;
    return [splits[j]!, rational(denominator, numerator)];
  }

  /** The multipliers of the certificate's own rows, and what they leave of the target. */
  private own(place: Place, target: RationalRow, { splits, multipliers }: ImpliedRecord | BoundRecord) {
    const given = this.witnessLength > 1 ? 1 : 0;
    const terms: (readonly [number, Rational])[] = [];
    let rest = target;
    for (const [k, s] of splits.entries()) {
      const m = rational(multipliers.numerators[k]!, multipliers.denominator);
      if (s >= given) terms.push([place.splits[s - given + this.count]!, m]);
      else if (this.isConical) {
        const [known, factor] = this.part(place, this.count - 1);
        terms.push([known, multiply(m, factor)]);
      } else {
        // v_0 times U is 1.
        const one = new Array<bigint>(rest.entries.length).fill(0n);
        one[one.length - 1] = 1n;
        rest = without(rest, m, { entries: one, denominator: 1n });
      }
    }
    for (const [known, m] of terms) rest = without(rest, m, place.path.rowOf(known));
    return { terms, rest };
  }

  /** Multipliers of what makes up the box, for a row that is >= 0 on it. */
  private overBox(place: Place, row: RationalRow): Terms {
    const { parts, constant } = this.inChart(place, row);
    const n = this.witnessLength;
    const last = this.isConical ? parts[n]! : constant;
    const { lower, upper } = place.bounds;
    const known = this.rowsOfBounds.get(place.bounds)!;
    const ofParts = new Array<Rational>(this.count).fill(ZERO);
    const terms: (readonly [number, Rational])[] = [];
    let least = last;
    for (let i = 0; i < n; i++) {
      const slope = subtract(parts[i]!, last);
      const side = slope.numerator > 0n ? 1 : -1;
      const bound = (side > 0 ? lower : upper)[i]!;
      const size = side > 0 ? slope : negate(slope);
      least = add(least, multiply(slope, bound));
      const stated = known.get(`${i} ${side}`);
      if (stated !== undefined) terms.push([stated[0], multiply(size, stated[1])]);
      else if (side > 0) ofParts[i] = add(ofParts[i]!, size);
      else for (let j = 0; j < this.count; j++) if (j !== i) ofParts[j] = add(ofParts[j]!, size);
    }
    for (let j = 0; j < this.count; j++) {
      const [split, factor] = this.part(place, j);
      terms.push([split, multiply(add(ofParts[j]!, least), factor)]);
    }
    return terms.filter(([, m]) => m.numerator !== 0n);
  }

  implied(place: Place, record: ImpliedRecord): Terms {
    const { terms, rest } = this.own(place, onSide(place.path.rowOfNeuron(record.neuron), record.side), record);
    return [...terms, ...this.overBox(place, rest)];
  }

  /** side (u_i - bound U), an affine function of x. */
  private boundRow(place: Place, i: number, side: 1 | -1, bound: Rational): RationalRow {
    const size = this.basis[0]!.entries.length;
    let row: RationalRow = { entries: new Array<bigint>(size).fill(0n), denominator: 1n };
    for (let j = 0; j < this.count; j++) {
      const [split, factor] = this.part(place, j);
      const share = subtract(bound, j === i ? ONE : ZERO);
      row = without(row, multiply(share, factor), place.path.rowOf(split));
    }
    if (!this.isConical) {
      const one = new Array<bigint>(size).fill(0n);
      one[size - 1] = 1n;
      row = without(row, bound, { entries: one, denominator: 1n });
    }
    return onSide(row, side);
  }

  bound(place: Place, record: BoundRecord): NodeBounds {
    const { side, variable, value } = record;
    const bound = rational(value.numerators[0]!, value.denominator);
    const { bounds, path } = place;
    if (side * compare(bound, (side > 0 ? bounds.lower : bounds.upper)[variable]!) <= 0) return bounds;
    const { row, factor } = shortened(this.boundRow(place, variable, side, bound));
    // The row in integers is factor times the true one.
    const { terms, rest } = this.own(place, this.boundRow(place, variable, side, bound), record);
    const all = [...terms, ...this.overBox(place, rest)].map(([k, m]) => [k, multiply(m, factor)] as const);
    const known = path.learn(row, all);
    const next = withBound(bounds, variable, side, bound);
    const inverse = rational(factor.denominator, factor.numerator);
    this.rowsOfBounds.set(
      next,
      new Map([...this.rowsOfBounds.get(bounds)!, [`${variable} ${side}`, [known, inverse]]]),
    );
    return next;
  }

  point(place: Place, witness: IntegerVector): IntegerVector {
    const v = witness.numerators.map((numerator) => rational(numerator, witness.denominator));
    const last = subtract(ONE, v.reduce(add, ZERO));
    const u = this.isConical
      ? [...v, last]
      : v.map((value) => multiply(value, rational(last.denominator, last.numerator)));
    // h_j = s_j S_j u_j
    const right = u.map((value, j) => {
      const scaled = multiply(value, this.scales[j]!);
      return this.sideOf(place, j) > 0 ? scaled : negate(scaled);
    });
    const size = this.basis[0]!.entries.length - 1;
    const values = this.basis.map((h, j) => subtract(right[j]!, entryOf(h, size)));
    const { numerators, denominator } = integersFromRationals(
      values.map((value, j) => multiply(value, rational(this.basis[j]!.denominator, 1n))),
    );
    const solution = solveAny(
      this.basis.map(({ entries }) => entries.slice(0, size)),
      numerators,
    )!;
    const sign = solution.denominator < 0n ? -1n : 1n;
    return {
      numerators: solution.numerators.map((numerator) => sign * numerator),
      denominator: sign * solution.denominator * denominator,
    };
  }
}
