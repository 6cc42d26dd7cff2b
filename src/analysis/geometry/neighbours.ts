/**
 * The cell on the other side of a facet.
 *
 * The cells and their faces form a polyhedral complex: every layer refines the complex of the layers before by the sign of
 * functions that are continuous and affine on its cells (Grigsby and Lindsey 2022, theorem 1), and a bound of the domain
 * refines nothing. So a facet of a cell inside the domain is a facet of exactly one other cell, and a neuron's sign there
 * is, for any point p in the facet's relative interior and any direction v out of the cell, the sign just beyond p along v.
 * Neurons that are not zero at p keep their sign by continuity; often the facet's own neuron is the only other one.
 */
import type { IntegerVector } from '../../exact/index.js';
import { isOrdinary, rowAt, SLACK, signBeyond, signOfInteger, UNIT_ROUNDOFF } from '../../exact/index.js';
import { type PartitionProblem, throughFan } from '../../problem/index.js';
import type { Cell, SideChange } from '../cells/index.js';
import type { CellFacet } from './facets.js';
import { constraintRow } from './polytope.js';

/** The sides of all neurons just beyond `point` in a direction: the first nonzero one of value and slope decides. */
export function sidesBeyond(
  problem: PartitionProblem,
  point: IntegerVector,
  direction: readonly bigint[],
): Int8Array[] {
  const { layers, depth, first, variables, biasSlot, homogeneous } = problem;
  const biasValue = homogeneous ? point.numerators[biasSlot]! : point.denominator;
  const biasSlope = homogeneous ? direction[biasSlot]! : 0n;
  const sides: Int8Array[] = [];
  let values: bigint[] = [];
  let slopes: bigint[] = [];
  let denominator = first.denominator;
  layers.slice(0, depth).forEach(({ width, bends, integers }, l) => {
    if (l === 0) {
      const rows = Array.from({ length: width }, (_, k) =>
        first.numerators.slice(k * (variables + 1), (k + 1) * (variables + 1)),
      );
      values = rows.map((row) => rowAt(row, point.numerators, point.denominator));
      slopes = rows.map((row) => direction.reduce((sum, d, i) => sum + d * row[i]!, 0n));
    } else {
      const { bias, denominator: own, fan } = integers();
      const before = sides[l - 1]!;
      const nextValues = bias.map((b, k) => b * denominator * biasValue + throughFan(fan(k), before, values));
      const nextSlopes = bias.map((b, k) => b * denominator * biasSlope + throughFan(fan(k), before, slopes));
      denominator *= own;
      values = nextValues;
      slopes = nextSlopes;
    }
    sides.push(Int8Array.from(values, (v, j) => (bends[j] === 0 ? 1 : signOfInteger(v) || signOfInteger(slopes[j]!))));
  });
  return sides;
}

/** A neuron by its layer and its number there. */
type NeuronName = readonly [layer: number, neuron: number];

/**
 * The neurons that bend and are zero on the whole facet.
 *
 * A neuron has one sign on the closed cell, or is zero on all of it: it is zero on the facet if it is so at a point p of the
 * relative interior.
 *
 * *Filter.* The facet's point p and its doubles p~ differ by at most s u X_i in coordinate i (s = `spread`), so
 * |R(p~) - R(p)| <= s u M + 2E as in `signAtVertex`, and with Lemma 2 the value is off by at most
 * 3 threshold + s u M.
 */
function zerosOn(cell: Cell, facet: CellFacet): NeuronName[] {
  const { problem, rows, splits, outputLayer } = cell;
  const { layers, variables, magnitude } = problem;
  const { near } = facet;
  const filtered = magnitude.every(isOrdinary);
  const spread = facet.spread * UNIT_ROUNDOFF;
  const maker = splits[facet.constraints[0]! - 2 * variables]!;
  const zeros: NeuronName[] = [];
  for (let l = 0; l < outputLayer; l++) {
    const { bends, width } = layers[l]!;
    const data = rows.rows[l]!;
    const threshold = rows.threshold[l]!;
    const mass = rows.mass[l]!;
    for (let j = 0, at = 0; j < width; j++, at += rows.stride) {
      if (bends[j] === 0) continue;
      if (filtered) {
        let value = data[at + variables]!;
        for (let i = 0; i < variables; i++) value += data[at + i]! * near[i]!;
        if (signBeyond(value, (3 * threshold[j]! + spread * mass[j]!) * SLACK) !== 0) continue;
      }
      if ((maker.layer === l && maker.neuron === j) || isZeroOn(cell, facet, l, j)) zeros.push([l, j]);
    }
  }
  return zeros;
}

/** Whether a neuron is exactly zero on the facet. */
function isZeroOn(cell: Cell, facet: CellFacet, layer: number, neuron: number): boolean {
  if (cell.exact.isZero(layer, neuron)) return true;
  const { numerators, denominator } = facet.point();
  return rowAt(cell.exact.row(layer, neuron), numerators, denominator) === 0n;
}

/** What is different on the two sides of a facet. */
export interface Crossing {
  /**
   * The neurons that bend and are zero on the facet, but not on all of both cells, in order: where creases coincide there are several,
   * duplicated and proportional ones among them, and those that only touch zero.
   */
  readonly neurons: readonly NeuronName[];
  /** The neurons that are on another side on the neighbouring cell than on this one. */
  readonly changes: readonly SideChange[];
}

/**
 * Crosses a facet.
 *
 * @param facet made by splits, not by a bound of the domain
 * Cost: in doubles one row per neuron; where several neurons are zero on the facet, one exact evaluation of the network.
 */
export function crossingOf(cell: Cell, facet: CellFacet): Crossing {
  const { problem, splits, rows, outputLayer } = cell;
  const first = facet.constraints[0]!;
  const zeros = zerosOn(cell, facet);
  if (zeros.length === 1) {
    const { layer, neuron, side } = splits[first - 2 * problem.variables]!;
    return { neurons: zeros, changes: [{ layer, neuron, side: -side }] };
  }
  const outward = constraintRow(cell, first)
    .slice(0, problem.variables)
    .map((entry) => -entry);
  const beyond = sidesBeyond(problem, facet.point(), outward);
  const changes: SideChange[] = [];
  for (let layer = 0; layer < outputLayer; layer++) {
    beyond[layer]!.forEach((side, neuron) => {
      if (side !== rows.sides[layer]![neuron]) changes.push({ layer, neuron, side });
    });
  }
  const neurons = zeros.filter(([l, j]) => rows.sides[l]![j] !== 0 || beyond[l]![j] !== 0);
  return { neurons, changes };
}
