/**
 * One cell of a partition that was found by a point and not by a walk: its pattern is known, and a point inside.
 *
 * The cell is described by the inequalities of all its neurons instead of those of the splits of a walk; the others follow
 * from these, so that facets, map and vertices come out the same.
 */

import {
  type Cell,
  frameOf,
  patternOf,
  patternText,
  rowInInputs,
  type Split,
  type VariableFrame,
} from '../../analysis/cells/index.js';
import {
  type CellFacet,
  type CellGeometry,
  type Crossing,
  Crossings,
  cellGeometry,
  constraintRow,
  isBound,
} from '../../analysis/geometry/index.js';
import type { IntegerVector } from '../../exact/index.js';
import { divide, integersFromRationals, ONE, type Rational, subtract } from '../../exact/index.js';
import type { Sign } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { cellRows, exactRows } from '../../walk/index.js';

/** The sides of the neurons on a cell, one array per layer of a problem; those of the output layer are not read. */
export type Sides = readonly ArrayLike<number>[];

/** An affine inequality that holds on a cell: coefficients . x + constant >= 0. */
export interface Inequality {
  readonly coefficients: readonly Rational[];
  readonly constant: Rational;
}

/** The inequality of one neuron: its pre-activation on the cell, times its sign there. */
export interface NeuronInequality extends Inequality {
  readonly neuron: readonly [layer: number, index: number];
}

/** A facet of a located cell. */
export interface LocatedFacet extends Inequality {
  /** The neurons (layer, index) that are zero on it; more than one where creases coincide. */
  readonly neurons: readonly (readonly [number, number])[];
  /** The bound of the domain that makes it. */
  readonly bound?: { readonly input: number; readonly side: 'lower' | 'upper' };
  /** The pattern of the cell on the other side; absent at a bound. */
  readonly neighbour?: string;
}

/** A point of the inputs, inside the domain, in the variables of a problem. */
export function inVariables(
  problem: PartitionProblem,
  point: readonly Rational[],
  frame: VariableFrame = frameOf(problem),
): IntegerVector {
  if (problem.homogeneous) {
    // x = y / t: numerators and denominator of the point, made small enough for the box of the homogeneous coordinates.
    const { numerators, denominator } = integersFromRationals(point);
    const room = numerators.reduce((sum, n) => sum + (n < 0n ? -n : n), denominator);
    return { numerators: [...numerators, denominator], denominator: 2n * room };
  }
  return integersFromRationals(
    frame.input.map((input, v) => divide(subtract(point[input]!, frame.offset[v]!), frame.factor[v] ?? ONE)),
  );
}

/**
 * The cell of a problem with the given sides.
 *
 * @param inside a point strictly inside, in input coordinates
 * Cost: one product per weight of an active neuron and variable, in doubles; exact rows as they are asked for.
 */
export function cellWith(problem: PartitionProblem, sides: Sides, inside: readonly Rational[]): Cell {
  // One path does not pay for WebAssembly's memory.
  const rows = cellRows(problem, 'plain');
  const outputLayer = problem.layers.length - 1;
  const splits: Split[] = [];
  rows.enterGiven();
  problem.layers.forEach(({ width, bends }, layer) => {
    if (layer > 0) {
      const below = problem.layers[layer - 1]!.width;
      for (let j = 0; j < below; j++) rows.settled[j] = j;
      rows.enter(layer, rows.accumulate(layer, below, rows.biases(layer), rows.rows[layer]!));
    }
    for (let neuron = 0; neuron < width; neuron++) {
      const side = layer < outputLayer && bends[neuron] === 1 ? (sides[layer]![neuron] as Sign) : 1;
      rows.sides[layer]![neuron] = side;
      if (layer < outputLayer && bends[neuron] === 1 && side !== 0) splits.push({ layer, neuron, side });
    }
  });
  const witness = inVariables(problem, inside);
  return {
    id: 0,
    problem,
    splits,
    shared: 0,
    rows,
    exact: exactRows(problem, rows.sides),
    outputLayer,
    witness: () => witness,
    shape: () => undefined,
    around: () => undefined,
  };
}

/** The inequalities of all neurons that bend and are not identically zero on the cell. */
export function inequalitiesOf(cell: Cell): NeuronInequality[] {
  const { problem, splits, exact } = cell;
  const frame = frameOf(problem);
  return splits.map(({ layer, neuron }, k) => ({
    neuron: [layer, neuron],
    ...rowInInputs(problem, frame, constraintRow(cell, 2 * problem.variables + k), exact.denominator(layer)),
  }));
}

/**
 * The facets of the cell, those on bounds of the domain included.
 *
 * @param geometry kept from cell to cell on a walk
 * Cost: exact vertices up to dimension 6, else linear programs.
 */
export function facetsOfLocated(cell: Cell, geometry: CellGeometry = cellGeometry(cell.problem)): LocatedFacet[] {
  const { problem } = cell;
  const frame = frameOf(problem);
  const crossings = new Crossings(problem);
  return geometry.facets(cell, !problem.homogeneous).map((facet) => describedFacet(cell, facet, frame, crossings));
}

function describedFacet(cell: Cell, facet: CellFacet, frame: VariableFrame, crossings: Crossings): LocatedFacet {
  const { problem, splits, exact } = cell;
  const first = facet.constraints[0]!;
  const row = constraintRow(cell, first);
  if (isBound(problem, first)) {
    return {
      neurons: [],
      bound: { input: frame.input[first >> 1]!, side: (first & 1) === 1 ? 'upper' : 'lower' },
      ...rowInInputs(problem, frame, row, problem.boxDenominator),
    };
  }
  const { neurons, changes } = crossings.of(cell, first);
  return {
    neurons,
    ...rowInInputs(problem, frame, row, exact.denominator(splits[first - 2 * problem.variables]!.layer)),
    neighbour: neighbourAcross(cell, changes),
  };
}

/** The pattern of the cell on the other side of a facet. @param changes what is different there */
function neighbourAcross(cell: Cell, changes: Crossing['changes']): string {
  const pattern = patternOf(cell).map((signs) => [...signs]);
  for (const { layer, neuron, side } of changes) pattern[layer]![neuron] = side as Sign;
  return patternText(pattern);
}
