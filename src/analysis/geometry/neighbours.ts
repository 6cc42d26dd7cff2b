/**
 * The cell on the other side of a facet.
 *
 * The cells and their faces form a polyhedral complex: every layer refines the complex of the layers before by the sign of
 * functions that are continuous and affine on its cells (Grigsby and Lindsey 2022, theorem 1), and a bound of the domain
 * refines nothing. So a facet of a cell inside the domain is a facet of exactly one other cell, and a neuron's sign there
 * is, for any point p in the facet's relative interior and any direction v out of the cell, the sign just beyond p along v.
 * Neurons that are not zero at p keep their sign by continuity; often the facet's own neuron is the only other one.
 */
import { isOrdinary, rowAt, SLACK, signBeyond, signOfInteger, UNIT_ROUNDOFF } from '../../exact/index.js';
import { forEachInColumn, type PartitionProblem } from '../../problem/index.js';
import { type ExactRows, exactRows } from '../../walk/index.js';
import type { Cell, SideChange, Split } from '../cells/index.js';
import type { CellFacet } from './facets.js';
import { constraintRow } from './polytope.js';

/** The rows beyond facets, and the sides they are made with. */
interface Beyond {
  readonly sides: readonly Int8Array[];
  readonly exact: ExactRows;
  /** [layer][neuron]: 1 where the row there is another one than on the cell, or what the neuron hands on. */
  readonly changed: readonly Uint8Array[];
}

/** Per problem what looks beyond its facets are made with; every look overwrites it. */
const beyondFacets = new WeakMap<PartitionProblem, Beyond>();

function beyondOf(problem: PartitionProblem): Beyond {
  const known = beyondFacets.get(problem);
  if (known !== undefined) return known;
  const sides = problem.layers.map(({ width }) => new Int8Array(width));
  const changed = problem.layers.map(({ width }) => new Uint8Array(width));
  const made = { sides, exact: exactRows(problem, sides), changed };
  beyondFacets.set(problem, made);
  return made;
}

/**
 * The neurons that are on another side just beyond a facet's point in a direction out of the cell.
 *
 * A neuron that is not zero at the point keeps its side. Of the others the row beyond decides, by its slope; it is that of the cell
 * unless a neuron that feeds it has changed. So exact rows are asked for where something vanishes, and lattices have few different ones.
 */
function changesBeyond(cell: Cell, facet: CellFacet, direction: readonly bigint[]): SideChange[] {
  const { problem, rows, outputLayer } = cell;
  const { sides, exact, changed } = beyondOf(problem);
  const isCertain = certainSigns(cell, facet);
  const { numerators, denominator } = facet.point();
  const changes: SideChange[] = [];
  for (let layer = 0; layer < outputLayer; layer++) {
    const here = problem.layers[layer]!;
    exact.forget(layer);
    sides[layer]!.set(rows.sides[layer]!);
    markFed(problem, layer, changed);
    const marks = changed[layer]!;
    for (let neuron = 0; neuron < here.width; neuron++) {
      if (here.bends[neuron] === 0) continue;
      const before = rows.sides[layer]![neuron]!;
      if (isCertain(layer, neuron)) {
        // What is off on both sides hands on nothing.
        if (before < 0 && handsOnNothing(problem, layer)) marks[neuron] = 0;
        continue;
      }
      const row = exact.direction(layer, neuron);
      const side =
        signOfInteger(rowAt(row, numerators, denominator)) ||
        signOfInteger(direction.reduce((sum, d, i) => sum + d * row[i]!, 0n));
      sides[layer]![neuron] = side;
      if (side === before) continue;
      marks[neuron] = 1;
      changes.push({ layer, neuron, side });
    }
  }
  return changes;
}

/** Whether neurons of the layer on their negative side contribute nothing to the next one. */
function handsOnNothing({ layers }: PartitionProblem, layer: number): boolean {
  return layers[layer + 1]?.minus === null;
}

/** Marks the neurons of a layer that changed ones of the layer before feed. */
function markFed({ layers }: PartitionProblem, layer: number, changed: readonly Uint8Array[]) {
  const marks = changed[layer]!;
  marks.fill(0);
  if (layer === 0) return;
  changed[layer - 1]!.forEach((isChanged, j) => {
    if (isChanged === 0) return;
    forEachInColumn(layers[layer]!.columns, j, (k) => {
      marks[k] = 1;
    });
  });
}

/**
 * Which neurons are certainly not zero at the facet's point, as far as doubles know.
 *
 * The facet's point p and its doubles p~ differ by at most s u X_i in coordinate i (s = `spread`), so
 * |R(p~) - R(p)| <= s u M + 2E as in `signAtVertex`, and with Lemma 2 the value is off by at most
 * 3 threshold + s u M.
 */
function certainSigns(cell: Cell, facet: CellFacet): (layer: number, neuron: number) => boolean {
  const { rows, problem } = cell;
  const { variables, magnitude } = problem;
  const { near } = facet;
  if (!magnitude.every(isOrdinary)) return () => false;
  const spread = facet.spread * UNIT_ROUNDOFF;
  return (layer, neuron) => {
    const data = rows.rows[layer]!;
    const at = neuron * rows.stride;
    let value = data[at + variables]!;
    for (let i = 0; i < variables; i++) value += data[at + i]! * near[i]!;
    return signBeyond(value, (3 * rows.threshold[layer]![neuron]! + spread * rows.mass[layer]![neuron]!) * SLACK) !== 0;
  };
}

/** Whether a neuron other than those that make the facet is zero on it. */
function isZeroElsewhere(cell: Cell, facet: CellFacet): boolean {
  const { problem, splits, outputLayer } = cell;
  const { layers, variables } = problem;
  const makers = facet.constraints.map((constraint) => splits[constraint - 2 * variables]!);
  const isCertain = certainSigns(cell, facet);
  for (let l = 0; l < outputLayer; l++) {
    const { bends, width } = layers[l]!;
    for (let j = 0; j < width; j++) {
      if (bends[j] !== 0 && !isCertain(l, j) && isZeroOn(cell, facet, makers, l, j)) return true;
    }
  }
  return false;
}

/** Whether a neuron that is none of the makers is exactly zero on the facet. */
function isZeroOn(cell: Cell, facet: CellFacet, makers: readonly Split[], layer: number, neuron: number): boolean {
  if (makers.some((maker) => maker.layer === layer && maker.neuron === neuron)) return false;
  const { numerators, denominator } = facet.point();
  return rowAt(cell.exact.direction(layer, neuron), numerators, denominator) === 0n;
}

/**
 * The neurons that are on another side on the neighbouring cell than on this one.
 *
 * @param facet made by splits, not by a bound of the domain
 * Cost: in doubles one row per neuron; where several neurons are zero on the facet, exact rows of those.
 */
export function changesAcross(cell: Cell, facet: CellFacet): SideChange[] {
  const { problem, splits } = cell;
  const first = facet.constraints[0]!;
  if (facet.constraints.length === 1 && !isZeroElsewhere(cell, facet)) {
    const { layer, neuron, side } = splits[first - 2 * problem.variables]!;
    return [{ layer, neuron, side: -side }];
  }
  const outward = constraintRow(cell, first)
    .slice(0, problem.variables)
    .map((entry) => -entry);
  return changesBeyond(cell, facet, outward);
}
