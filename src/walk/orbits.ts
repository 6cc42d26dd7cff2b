/**
 * Where symmetries permute the cells: the parts that they exchange, one of each orbit of which is walked.
 */
import {
  type CutPlan,
  foundSymmetries,
  type NetworkSymmetries,
  type OrbitRoot,
  orbitsOf,
  type Part,
  type PartitionProblem,
  statedSymmetriesOf,
  WHOLE_TREE,
  withCuts,
} from '../problem/index.js';
import { genericParts } from './generic-parts.js';
import type { KernelFactory } from './kernel.js';
import { SILENT, traverse } from './traverse.js';

/** Which symmetries a walk uses: those that are found, none, or those of generators (`statedSymmetriesOf`). */
export type WalkSymmetry = 'found' | 'none' | { readonly generators: readonly unknown[] };

/** A walk that uses symmetries. */
export interface OrbitWalk {
  /** Its split tree begins with the cuts of the plan. */
  readonly problem: PartitionProblem;
  /** Disjoint subtrees, in tree order, whose cells after every layer, times their weights, are those of the whole tree. */
  readonly roots: readonly OrbitRoot[];
  /** Undefined where the whole tree is walked. */
  readonly plan?: CutPlan;
}

/** Symmetries that are none: the message says which one, why, and what to do. */
export class SymmetryError extends Error {
  override readonly name = 'SymmetryError';

  /** @param problem what is wrong and what to do @param generator which one it is, if it is one */
  constructor(
    readonly problem: string,
    readonly generator?: number,
  ) {
    super(`symmetry${generator === undefined ? '' : `, generator ${generator}`}: ${problem}`);
  }
}

/** More parts would not be begun with; of proofs, which take longer to walk, up to so many, one for so many cells that there may be. */
const MOST_PARTS = 256;
const MOST_PROVED_PARTS = 8192;
const CELLS_PER_PART = 1e6;
/** More parts are worth their beginnings if so much smaller a part of them is walked. */
const WORTH = 0.8;
/** So many orbits of creases are tried. */
const MOST_TRIED = 8;
/** Fewer cells are walked faster than several orbits are tried. */
const FEW_CELLS = 30_000;

/** @param isProved whether the walk is to make evidence @throws SymmetryError for generators that state no symmetry */
export function orbitWalk(
  problem: PartitionProblem,
  factory: KernelFactory,
  symmetry: WalkSymmetry,
  isProved = false,
): OrbitWalk {
  if (symmetry === 'none' || problem.layers.length === 0) return { problem, roots: WHOLE_TREE };
  const cells = genericCells(problem);
  const most = isProved ? Math.min(MOST_PROVED_PARTS, Math.max(MOST_PARTS, cells / CELLS_PER_PART)) : MOST_PARTS;
  if (symmetry !== 'found')
    return bestOf(problem, factory, stated(problem, symmetry.generators), { isFirstEnough: false, most });
  const symmetries = foundSymmetries(problem);
  if (symmetries === undefined) return { problem, roots: WHOLE_TREE };
  return bestOf(problem, factory, symmetries, { isFirstEnough: cells < FEW_CELLS, most });
}

function stated(problem: PartitionProblem, generators: readonly unknown[]): NetworkSymmetries {
  const symmetries = statedSymmetriesOf(problem, generators);
  if ('problem' in symmetries) throw new SymmetryError(symmetries.problem, symmetries.generator);
  return symmetries;
}

/** A walk that is cut as planned; undefined if there are too many parts. */
function walkOf(
  problem: PartitionProblem,
  factory: KernelFactory,
  plan: CutPlan,
  most: number,
): Required<OrbitWalk> | undefined {
  const cut = withCuts(problem, plan.cuts);
  const parts = partsOf(cut, factory, plan.cuts, most);
  return parts && { problem: cut, roots: orbitsOf(parts, plan.symmetries), plan };
}

/** The walk of the smallest part of the parts, or nearly so, of those cut by the orbits of more and more creases. */
function bestOf(
  problem: PartitionProblem,
  factory: KernelFactory,
  symmetries: NetworkSymmetries,
  { isFirstEnough, most }: { readonly isFirstEnough: boolean; readonly most: number },
): OrbitWalk {
  const whole: OrbitWalk = { problem, roots: WHOLE_TREE };
  // At least one part of so many is walked.
  const order = symmetries.order(most);
  let cuts = symmetries.closureOf(problem.charts?.basis.neurons ?? []);
  let best = cuts.length === 0 ? undefined : walkOf(problem, factory, symmetries.planOf(cuts), most);
  if (cuts.length > 0 && best === undefined) return whole;
  for (const orbit of symmetries.orbits().slice(0, MOST_TRIED)) {
    if (best !== undefined && (isFirstEnough || WORTH * shareOf(best) <= 1 / order)) break;
    const longer = symmetries.joined(cuts, orbit);
    if (longer.length === cuts.length) continue;
    const found = walkOf(problem, factory, symmetries.planOf(longer), most);
    if (found === undefined) continue;
    cuts = longer;
    if (best === undefined || shareOf(found) < WORTH * shareOf(best)) best = found;
  }
  return best !== undefined && shareOf(best) < 1 ? best : whole;
}

/** How many cells creases of all layers in general position would have, at most. */
function genericCells({ network, variables }: PartitionProblem): number {
  const parts = genericParts(variables);
  return network.layers.reduce((cells, { affine }) => cells * parts(affine.outputs), 1);
}

/** The part of the parts that is walked. */
function shareOf({ roots }: OrbitWalk): number {
  return roots.length / roots.reduce((sum, { weight }) => sum + weight, 0);
}

/**
 * The parts between the creases that the tree begins with, in tree order; undefined if there are too many, or if a crease contains the domain: then it has no
 * sides that could be exchanged.
 */
function partsOf(
  problem: PartitionProblem,
  factory: KernelFactory,
  cuts: readonly number[],
  most: number,
): Part[] | undefined {
  const parts: Part[] = [];
  let isFlat = false;
  traverse(problem, factory, SILENT, {
    stop: () => isFlat || parts.length > most,
    part(path, sides) {
      isFlat ||= cuts.some((neuron) => sides[neuron] === 0);
      parts.push({ path, signs: cuts.map((neuron) => (sides[neuron]! < 0 ? '-' : '+')).join('') });
    },
  });
  return isFlat || parts.length > most ? undefined : parts;
}
