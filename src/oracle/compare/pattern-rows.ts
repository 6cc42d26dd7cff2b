/**
 * The polyhedron of a pattern: the points of the domain where every neuron is on the pattern's side or on its crease.
 *
 * Unlike the cells of a walk it may have no interior, or no point at all.
 */

import { type Rational, rational } from '../../exact/index.js';
import type { ExactLp, LpAnswer } from '../../lp/index.js';
import { simplexBackend, solveLp } from '../../lp/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { exactRows } from '../../walk/index.js';

/** sign * (pre-activation of the neuron where the pattern holds) >= 0. */
export interface PatternRow {
  readonly layer: number;
  readonly neuron: number;
  readonly sign: 1 | -1;
  /** Integers in the problem's variables, the constant last, sign applied. */
  readonly row: readonly bigint[];
  /** The pre-activation is the row over this, and `sign`. */
  readonly denominator: bigint;
}

/**
 * The rows of a pattern; a neuron on its crease has one for each sign, one that is identically zero has none.
 *
 * @param sides per layer and neuron; neurons that do not bend have 1 and no row
 */
export function rowsOfPattern(problem: PartitionProblem, sides: readonly Int8Array[]): PatternRow[] {
  // On its crease a neuron gives 0 by either branch; the function beyond is that of the negative one, as in evaluation.
  const branches = sides.map((layer) => layer.map((side) => (side === 0 ? -1 : side)));
  const exact = exactRows(problem, branches);
  const rows: PatternRow[] = [];
  sides.slice(0, problem.depth).forEach((layerSides, layer) => {
    layerSides.forEach((side, neuron) => {
      if (problem.layers[layer]!.bends[neuron] === 0) return;
      const row = exact.row(layer, neuron);
      if (row.every((entry) => entry === 0n)) return;
      const denominator = exact.denominator(layer);
      for (const sign of [1, -1] as const) {
        if (side === -sign) continue;
        rows.push({ layer, neuron, sign, row: sign > 0 ? row : row.map((entry) => -entry), denominator });
      }
    });
  });
  return rows;
}

/** The inequalities of the domain beyond its box: row . (x, 1) >= 0. */
export function givenRows({ given, variables }: PartitionProblem): (readonly bigint[])[] {
  const stride = variables + 1;
  return Array.from({ length: given.numerators.length / stride }, (_, k) =>
    given.numerators.slice(k * stride, (k + 1) * stride),
  );
}

/** The exact box of a problem as bounds of a linear program. */
export function boxBounds(problem: PartitionProblem): { readonly lower: Rational[]; readonly upper: Rational[] } {
  const { exactLower, exactUpper, boxDenominator } = problem;
  return {
    lower: exactLower.map((bound) => rational(bound, boxDenominator)),
    upper: exactUpper.map((bound) => rational(bound, boxDenominator)),
  };
}

/** The exact answer of max objective . (x, 1) subject to rows >= 0 over the domain of the problem (or the cone over it). */
export function maximiseOverBox(
  problem: PartitionProblem,
  rows: readonly (readonly bigint[])[],
  objective: readonly bigint[],
): LpAnswer {
  const lp: ExactLp = {
    variables: problem.variables,
    rows: [...rows, ...givenRows(problem)],
    ...boxBounds(problem),
    objective: objective.map((entry) => -entry),
  };
  return solveLp(lp, simplexBackend);
}
