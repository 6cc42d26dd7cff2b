/**
 * Proofs that a pattern is no cell: multipliers that show that its polyhedron has no interior, or no point at all.
 *
 * *Lemma (Motzkin).* Let h_i >= 0 be the inequalities of a polyhedron in a domain D with interior, multipliers l_i >= 0 not
 * all zero, and F = sum_i l_i h_i. If F <= 0 on D then no point has all h_i > 0, so that the polyhedron has no interior in D
 * (none of the h_i is identically zero). If F < 0 on D then no point has all h_i >= 0, and it is empty. []
 *
 * The multipliers come from one linear program, the largest t with h_i >= t w_i for all i (w_i > 0): its dual is the proof.
 */
import {
  add,
  compare,
  type IntegerVector,
  magnitude,
  multiply,
  type Rational,
  rational,
  ZERO,
} from '../../exact/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { Domain, Network } from '../../network/index.js';
import { affineOnPattern, type Pattern, rationalAffine, type Sign } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type DomainMultiplier, maximumOverDomain } from './domain-maximum.js';
import { boxBounds, givenRows, maximiseOverBox, type PatternRow, rowsOfPattern } from './pattern-rows.js';

/** One neuron's part in a proof. */
export interface Multiplier {
  readonly layer: number;
  readonly neuron: number;
  /** The side that the pattern claims: sign * (pre-activation) >= 0. */
  readonly sign: 1 | -1;
  /** Positive; the largest one of a proof is 1. */
  readonly multiplier: Rational;
}

/**
 * sum multiplier * sign * (pre-activation where the pattern holds) = coefficients . x + constant, which is at most `maximum`
 * on the domain: no interior if that is 0, no point if it is negative.
 */
export interface EmptinessProof {
  readonly multipliers: readonly Multiplier[];
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
  /** Not positive. */
  readonly maximum: Rational;
  /** On a polytope: what shows that it is the maximum. */
  readonly conditions?: readonly DomainMultiplier[];
}

/** What the linear programs found about a pattern's polyhedron. */
export type Emptiness =
  | { readonly kind: 'empty'; readonly multipliers: readonly Multiplier[] }
  | {
      readonly kind: 'flat';
      readonly multipliers: readonly Multiplier[];
      /** A point of the polyhedron, in the problem's variables. */
      readonly point: IntegerVector;
    }
  | { readonly kind: 'interior' };

/** w_i: how fast a row can change per unit in every variable; of a constant row its size. */
function weightOf(row: readonly bigint[]): bigint {
  const slope = row.slice(0, -1).reduce((sum, entry) => sum + magnitude(entry), 0n);
  return slope === 0n ? magnitude(row.at(-1)!) : slope;
}

/** An integer that |row| / weight does not exceed on the box for any row. */
function largestRatio(problem: PartitionProblem, rows: readonly PatternRow[]): bigint {
  const { exactLower, exactUpper, boxDenominator } = problem;
  let reach = 1n;
  for (const bound of [...exactLower, ...exactUpper]) {
    const ceiling = magnitude(bound) / boxDenominator + 1n;
    if (ceiling > reach) reach = ceiling;
  }
  let largest = 0n;
  for (const { row } of rows) {
    const ratio = magnitude(row.at(-1)!) / weightOf(row) + 1n;
    if (ratio > largest) largest = ratio;
  }
  return reach + largest;
}

/** Multipliers of the integer rows as multipliers of pre-activations, the largest one 1. */
function multipliersOf(rows: readonly PatternRow[], numerators: readonly bigint[]): Multiplier[] {
  const used = rows.flatMap(({ layer, neuron, sign, denominator }, i) =>
    numerators[i] === 0n ? [] : [{ layer, neuron, sign, weight: numerators[i]! * denominator }],
  );
  let largest = 0n;
  for (const { weight } of used) if (weight > largest) largest = weight;
  return used.map(({ weight, ...row }) => ({ ...row, multiplier: rational(weight, largest) }));
}

/**
 * Whether the polyhedron of a pattern has interior, only a face, or nothing, with the proof.
 *
 * Cost: the exact rows of all neurons and one linear program, two on the whole space.
 */
export function emptinessOf(problem: PartitionProblem, sides: readonly Int8Array[]): Emptiness {
  const rows = rowsOfPattern(problem, sides);
  const n = problem.variables;
  const { lower, upper } = boxBounds(problem);
  const range = rational(largestRatio(problem, rows));
  const answer = solveLp(
    {
      variables: n + 1,
      rows: [
        ...rows.map(({ row }) => [...row.slice(0, n), -weightOf(row), row[n]!]),
        ...givenRows(problem).map((row) => [...row.slice(0, n), 0n, row[n]!]),
      ],
      lower: [...lower, rational(-range.numerator)],
      upper: [...upper, range],
      objective: [...new Array<bigint>(n).fill(0n), -1n, 0n],
    },
    simplexBackend,
  );
  if (answer.status !== 'optimal') throw new Error(`emptiness: expected an optimum, got ${answer.status}`);
  if (answer.value.numerator < 0n) return { kind: 'interior' };
  const multipliers = multipliersOf(rows, answer.multipliers.numerators);
  if (answer.value.numerator > 0n) return { kind: 'empty', multipliers };
  if (problem.homogeneous) return flatCone(problem, rows, multipliers);
  const { numerators, denominator } = answer.point;
  return { kind: 'flat', multipliers, point: { numerators: numerators.slice(0, n), denominator } };
}

/** On the whole space the polyhedron is a cone, which always has its apex: does it reach t > 0, where R^d is? */
function flatCone(
  problem: PartitionProblem,
  rows: readonly PatternRow[],
  multipliers: readonly Multiplier[],
): Emptiness {
  const height = Array.from({ length: problem.variables + 1 }, (_, i) => (i === problem.biasSlot ? 1n : 0n));
  const answer = maximiseOverBox(
    problem,
    rows.map(({ row }) => row),
    height,
  );
  if (answer.status !== 'optimal') throw new Error(`emptiness: expected an optimum, got ${answer.status}`);
  if (answer.value.numerator < 0n) return { kind: 'flat', multipliers, point: answer.point };
  return { kind: 'empty', multipliers: multipliersOf(rows, answer.multipliers.numerators) };
}

/** The pre-activation of a neuron where a pattern holds, as an affine function of the inputs. */
function preactivation(network: Network, pattern: Pattern, layer: number, neuron: number) {
  const layers = network.layers.slice(0, layer);
  const { jacobian, constant } = rationalAffine(
    affineOnPattern({ ...network, layers, output: network.layers[layer]!.affine }, pattern),
  );
  return { coefficients: jacobian[neuron]!, constant: constant[neuron]! };
}

/**
 * The proof that multipliers amount to, recomputed from the network: no linear program and no engine is trusted.
 *
 * @param pattern the claimed signs; where the network does not bend any
 * @throws Error if they prove nothing
 */
export function proofOf(
  network: Network,
  domain: Domain,
  pattern: Pattern,
  multipliers: readonly Multiplier[],
): EmptinessProof {
  let coefficients = new Array<Rational>(network.inputs).fill(ZERO);
  let constant = ZERO;
  for (const { layer, neuron, sign, multiplier } of multipliers) {
    const claimed = pattern[layer]![neuron]!;
    if (multiplier.numerator <= 0n || claimed === -sign) {
      throw new Error(`emptiness: expected a positive multiplier on the claimed side of neuron ${layer}:${neuron}`);
    }
    const own = preactivation(network, pattern, layer, neuron);
    const factor = sign > 0 ? multiplier : rational(-multiplier.numerator, multiplier.denominator);
    coefficients = coefficients.map((c, i) => add(c, multiply(factor, own.coefficients[i]!)));
    constant = add(constant, multiply(factor, own.constant));
  }
  const maximum = maximumOverDomain(domain, coefficients, constant);
  if (multipliers.length === 0 || maximum === undefined || compare(maximum.value, ZERO) > 0) {
    throw new Error('emptiness: expected multipliers that prove it, got others');
  }
  const { value, conditions } = maximum;
  return { multipliers, coefficients, constant, maximum: value, ...(conditions && { conditions }) };
}

/** Sides as the engines keep them, as signs. */
export function patternOfSides(sides: readonly Int8Array[]): Pattern {
  return sides.map((layer) => Array.from(layer, (side) => side as Sign));
}
