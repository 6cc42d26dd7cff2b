/**
 * A polytope's affine hull by its conditions: every equation that holds on it, from both sides, as combinations of conditions.
 */
import type { PolytopeEvidence } from '../certificate/index.js';
import { add, multiply, negate, ONE, parseRational, type Rational, rational, solveAny } from '../exact/index.js';
import { type AffineHull, affineHull, type Condition, conditionsOf, type PolytopeDomain } from '../network/index.js';

/** Nonnegative multipliers of conditions, by number. */
type Combination = ReadonlyMap<number, Rational>;

/** row = 0 on the domain: row and -row as combinations of conditions. */
interface Equation {
  readonly row: readonly bigint[];
  readonly positive: Combination;
  readonly negative: Combination;
}

/** Combinations of conditions on a polytope; its equalities count twice, the second time negated and behind all others. */
export class PolytopeHull {
  readonly conditions: readonly Condition[];
  readonly hull: AffineHull;
  private readonly equations: Equation[] = [];

  /** @param implied as the certificate's header states it, verified */
  constructor(
    readonly domain: PolytopeDomain,
    { implied }: Pick<PolytopeEvidence, 'implied'>,
  ) {
    this.conditions = conditionsOf(domain);
    const first = this.conditions.findIndex(({ equality }) => equality);
    this.conditions.forEach(({ row, equality }, k) => {
      if (!equality) return;
      const twin = this.conditions.length + k - first;
      this.equations.push({ row, positive: new Map([[k, ONE]]), negative: new Map([[twin, ONE]]) });
    });
    for (const weighted of implied) this.imply(weighted.map(([k, text]) => [k, parseRational(text)] as const));
    this.hull = affineHull(
      domain.dimension,
      this.equations.map(({ row }) => row),
    )!;
  }

  /** Inequalities whose combination vanishes are equations: what is left of it is their negative. */
  private imply(weighted: readonly (readonly [number, Rational])[]) {
    const size = this.domain.dimension + 1;
    const sum = Array.from({ length: size }, (_, i) =>
      weighted.reduce(
        (total, [k, m]) => add(total, multiply(m, { numerator: this.conditions[k]!.row[i]!, denominator: 1n })),
        rational(0n, 1n),
      ),
    );
    // sum = c, so row_i = (c - the others) / m_i, and -row_i = (the others - c) / m_i.
    const rest = this.combination(sum.map(negate));
    const found = weighted.map(([i, m]): Equation => {
      const negative = new Map(rest);
      for (const [k, other] of weighted) if (k !== i) negative.set(k, add(negative.get(k) ?? rational(0n, 1n), other));
      for (const [k, value] of negative) negative.set(k, multiply(value, rational(m.denominator, m.numerator)));
      return { row: this.conditions[i]!.row, positive: new Map([[i, ONE]]), negative };
    });
    this.equations.push(...found);
  }

  /** A row (the constant last) that vanishes on the hull as a nonnegative combination of conditions. */
  combination(row: readonly Rational[]): Combination {
    const result = new Map<number, Rational>();
    if (row.every(({ numerator }) => numerator === 0n)) return result;
    let common = 1n;
    for (const { denominator } of row) common *= denominator;
    const right = row.map(({ numerator, denominator }) => numerator * (common / denominator));
    const solution = solveAny(
      right.map((_, i) => this.equations.map((equation) => equation.row[i]!)),
      right,
    )!;
    this.equations.forEach(({ positive, negative }, j) => {
      const factor = rational(solution.numerators[j]!, solution.denominator * common);
      if (factor.numerator === 0n) return;
      const isPositive = factor.numerator > 0n;
      for (const [k, value] of isPositive ? positive : negative) {
        const more = multiply(isPositive ? factor : negate(factor), value);
        result.set(k, add(result.get(k) ?? rational(0n, 1n), more));
      }
    });
    return result;
  }

  /** Whether a condition is zero on the whole domain. */
  vanishes(row: readonly bigint[]): boolean {
    return this.hull.restrict(row).every((entry) => entry === 0n);
  }
}
