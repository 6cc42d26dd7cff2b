/**
 * The shape of decisions in a report: homology of the regions, and integrals, within what a report may take.
 */

import { hasVertices } from '../../analysis/geometry/index.js';
import { toDouble, ZERO } from '../../exact/index.js';
import { type Integrals, integrals } from '../../integral/index.js';
import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type DecisionSet, type Topology, topology } from '../../topology/index.js';

/** Cells up to which the shape is computed: in the plane, and in more dimensions, where cells have more faces; some seconds each. */
const MOST_IN_PLANE = 20_000;
const MOST_IN_SPACE = 2000;
/** Classes whose regions are looked at: each is a walk. */
const MOST_CLASSES = 8;

/** The homology over Q of one region. */
export interface RegionShape {
  readonly name: string;
  readonly set: DecisionSet;
  readonly homology: Topology;
}

export interface Shape {
  readonly regions: readonly RegionShape[];
  readonly integrals: Integrals;
  /** In the plane, for drawing: segments x, y, x, y of the loops, and a point of each component, x, y. */
  readonly loops: Float64Array;
  readonly seeds: Float64Array;
}

/** Whether there is a shape to tell: cells have vertices, and the domain is bounded. */
function isTold(problem: PartitionProblem): boolean {
  return hasVertices(problem) && !problem.homogeneous && problem.variables > 0;
}

/** Up to how many cells it is told. */
function mostCells({ variables }: PartitionProblem): number {
  return variables <= 2 ? MOST_IN_PLANE : MOST_IN_SPACE;
}

/** What of the shape is left out, in words. */
export function shapeLeftOut(network: Network, problem: PartitionProblem, cells: number): string[] {
  if (!isTold(problem)) return [];
  const most = mostCells(problem);
  if (cells > most) {
    const where = problem.variables <= 2 ? 'the plane' : `${problem.variables} dimensions`;
    const limit = most.toLocaleString('en');
    return [
      `the shape of regions and the integrals: more than ${limit} cells in ${where}; relu-atlas topology, and facts --integral, tell them`,
    ];
  }
  if (network.outputs <= MOST_CLASSES) return [];
  return [
    `the shape of the regions of ${network.outputs - MOST_CLASSES} classes: relu-atlas topology --class tells it`,
  ];
}

/** The regions of a report: of a single output where it is above, below and at 0, else of the first classes. */
function regionsOf({ outputs }: Network): readonly { readonly name: string; readonly set: DecisionSet }[] {
  if (outputs > 1) {
    const classes = Array.from({ length: Math.min(outputs, MOST_CLASSES) }, (_, k) => k);
    return classes.map((k) => ({ name: `output ${k} largest`, set: { kind: 'class', classes: [k] } }));
  }
  const at = (kind: 'above' | 'below' | 'equal'): DecisionSet => ({ kind, output: 0, level: ZERO });
  return [
    { name: 'output >= 0', set: at('above') },
    { name: 'output <= 0', set: at('below') },
    { name: 'output = 0', set: at('equal') },
  ];
}

/**
 * Homology and integrals; undefined where they are left out, or the signal was aborted.
 *
 * Between regions others get their turn, so that an interruption is heard.
 */
export async function shapeOf(
  network: Network,
  domain: Domain,
  problem: PartitionProblem,
  cells: number,
  signal?: AbortSignal,
): Promise<Shape | undefined> {
  if (!isTold(problem) || cells > mostCells(problem)) return undefined;
  const isPlanar = problem.variables === 2;
  const regions: RegionShape[] = [];
  for (const { name, set } of regionsOf(network)) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) return undefined;
    regions.push({ name, set, homology: topology(network, domain, { set, generators: isPlanar }) });
  }
  const free = problem.freeInputNumbers as readonly number[];
  return { regions, integrals: integrals(network, domain), ...drawnCycles(isPlanar ? regions : [], free) };
}

function drawnCycles(regions: readonly RegionShape[], free: readonly number[]): Pick<Shape, 'loops' | 'seeds'> {
  const places = (dimension: number) =>
    regions
      .flatMap(({ homology }) => homology.generators ?? [])
      .filter((cycle) => cycle.dimension === dimension)
      .flatMap(({ cells }) => cells.flatMap(({ vertices }) => vertices))
      .flatMap((point) => free.map((input) => toDouble(point[input]!)));
  return { loops: Float64Array.from(places(1)), seeds: Float64Array.from(places(0)) };
}
