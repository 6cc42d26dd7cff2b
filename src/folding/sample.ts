/**
 * Whether cells of a network have equal images, as far as a sample tells: no more than a guess what to try, in doubles.
 *
 * Networks in which no cell has the mirror image of a neighbour are told by a look at single points (`reflection.ts`), which costs less than a hundredth of their count.
 * Of others the first cells of the first 1, 2, 4, .. layers are walked: those with the same image have the same least and greatest values of all neurons of the next layer.
 */
import { larger, magnitude, nearestDouble, PROPOSAL_NOISE } from '../exact/index.js';
import { cube, type Domain, type Network, rowsOf } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import {
  type CellKernel,
  type CellRows,
  type KernelFactory,
  SILENT,
  type SplitTreeSink,
  traverse,
} from '../walk/index.js';
import { mayReflect } from './reflection.js';

/** Cells that are looked at, and neurons. */
const SAMPLE = 24;
const NEURONS = 8;
/** Layers before the last sample: behind more of them doubles tell little. */
const MOST_LAYERS = 16;
/** Networks that fold take a few neurons per dimension; with wider layers a sample takes as long as a tenth of the count. */
const MOST_WIDTH = 512;

/** Whether among cells of the first layers a quarter and more have the image of another one. @param problem on a bounded domain */
export function seemsToFold(problem: PartitionProblem, factory: KernelFactory): boolean {
  if (problem.layers.some(({ width }) => width > MOST_WIDTH) || !mayReflect(problem)) return false;
  for (let layers = 1; layers < Math.min(problem.depth, MOST_LAYERS + 1); layers *= 2) {
    const kinds = kindsOf(problem, factory, layers);
    if (kinds.length > 1 && 4 * new Set(kinds).size <= 3 * kinds.length) return true;
  }
  return false;
}

/** What the neurons of the next layer tell of the first cells; nothing of those on which they are constant. */
function kindsOf(problem: PartitionProblem, factory: KernelFactory, layers: number): string[] {
  const first = upTo(problem, layers);
  const next = problem.layers[layers]!;
  let kernel: CellKernel | undefined;
  let rows: CellRows | undefined;
  const kinds: string[] = [];
  const units: number[] = [];
  const sink: SplitTreeSink = {
    ...SILENT,
    cell() {
      const kind =
        kernel &&
        rows &&
        kindOf(kernel, rows, { layer: layers, width: next.width, variables: problem.variables, units });
      if (kind !== undefined) kinds.push(kind);
    },
  };
  const seeing: KernelFactory = (context) => {
    rows = context.rows;
    kernel = factory(context);
    return kernel;
  };
  traverse(first, seeing, sink, { budget: SAMPLE });
  return kinds;
}

/** The first layers of a problem, and the next one as what they are mapped to. */
function upTo(problem: PartitionProblem, layers: number): PartitionProblem {
  const next = problem.layers[layers]!;
  const mapped = { ...next, bends: new Uint8Array(next.width) };
  return {
    ...problem,
    layers: [...problem.layers.slice(0, layers), mapped, ...problem.layers.slice(problem.depth)],
    depth: layers + 1,
  };
}

/** The layer that is looked at, and the grain of each neuron, by the magnitude that it has on the first cell. */
interface Looked {
  readonly layer: number;
  readonly width: number;
  readonly variables: number;
  readonly units: number[];
}

/** The least and greatest values of the first neurons of a layer on a cell; undefined if it sees a constant there. */
function kindOf(kernel: CellKernel, cells: CellRows, { layer, width, variables, units }: Looked): string | undefined {
  const shape = kernel.shape?.();
  if (shape === undefined) return undefined;
  const { count, points } = shape;
  const { stride } = cells;
  const rows = cells.rows[layer]!;
  const told: string[] = [];
  let varies = false;
  for (let k = 0; k < Math.min(NEURONS, width); k++) {
    const at = k * stride;
    let least = Infinity;
    let most = -Infinity;
    for (let v = 0; v < count; v++) {
      let value = rows[at + variables]!;
      for (let i = 0; i < variables; i++) value += rows[at + i]! * points[v * variables + i]!;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const grain = (units[k] ??= PROPOSAL_NOISE * cells.mass[layer]![k]! || 1);
    const [from, to] = [Math.round(least / grain), Math.round(most / grain)];
    if (to > from) varies = true;
    told.push(`${from} ${to}`);
  }
  return varies ? told.join() : undefined;
}

/** A box that creases of the first layer cut: samples of unbounded domains are taken there. */
export function boxOfCreases({ inputs, layers }: Network): Domain {
  let furthest = 1;
  const [head] = layers;
  if (head !== undefined) {
    for (const row of rowsOf(head.affine).rows) {
      const slope = row.slice(0, -1).reduce((most, entry) => larger(most, magnitude(entry)), 0n);
      if (slope > 0n) furthest = Math.max(furthest, nearestDouble(magnitude(row[inputs]!), slope));
    }
  }
  return cube(inputs, -2 * furthest, 2 * furthest);
}
