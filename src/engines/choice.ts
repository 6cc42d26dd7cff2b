/**
 * The engines by name, and which one `auto` takes.
 *
 * An engine is a row of the table: to add one, add its name to `EngineName` and its row to `ENGINES`. The order is the
 * order of preference of `auto`.
 */
import type { LpBackend } from '../lp/index.js';
import type { PartitionCharts, PartitionProblem } from '../problem/index.js';
import { type CellKernel, type KernelFactory, SILENT, type SplitTreeSink, traverse } from '../walk/index.js';
import { lpKernel } from './lp/index.js';
import { planarKernel } from './planar/index.js';
import { vertexKernel } from './vertex/index.js';

export type EngineName = 'vertex' | 'lp';

/** Beyond these dimensions linear programs are cheaper than vertices, of which a box has 2^n (measured: `npm run bench`). */
const MOST_DIMENSIONS = 6;
/** Arrangements of hyperplanes through 0 have cones for cells, with few vertices. */
const MOST_CENTRAL_DIMENSIONS = 7;
/** Sections of cones are cut into many parts to begin with, one for each chart (measured on 12 to 14 hyperplanes in R^6 to R^10). */
const MOST_SECTION_DIMENSIONS = 5;
/** With so many creases per dimension the cells in a chart outweigh its beginning (measured on types B_6 to B_8, up to so many dimensions). */
const MANY_CREASES = 4;
const MOST_CROWDED_DIMENSIONS = 8;
/** So many vertices of a cell cost as much as its programs (measured: 92,000 and 88,000 cells/s of 28 hyperplanes in R^7). */
const FEW_VERTICES = 64;
/** Cells whose vertices are counted. */
const SAMPLE = 200;
/** A box in more dimensions has too many vertices to begin with. */
const MOST_VARIABLES = 14;

/** The dimension of the domain: the homogenising variable does not count. */
function dimensionOf({ variables, homogeneous }: PartitionProblem): number {
  return homogeneous ? variables - 1 : variables;
}

/** Whether all of R^d is cut by hyperplanes through 0 only. */
function isCentral({ homogeneous, layers, first, variables, biasSlot }: PartitionProblem): boolean {
  // An unbounded polytope has a layer of its own.
  if (!homogeneous || layers.length !== 1) return false;
  return first.numerators.every((entry, at) => at % (variables + 1) !== biasSlot || entry === 0n);
}

/**
 * Whether cells have few vertices: the first ones of the first chart that are reached tell. Cells of hyperplanes in general position
 * have about 2^n in n dimensions, those of reflection arrangements n + 1. The same on every machine, as no clock is asked.
 */
function haveFewVertices({ basis, part }: PartitionCharts): boolean {
  let kernel: CellKernel | undefined;
  const factory: KernelFactory = (context) => (kernel = vertexKernel(context));
  let cells = 0;
  let vertices = 0;
  const sink: SplitTreeSink = {
    ...SILENT,
    cell() {
      cells++;
      vertices += kernel?.shape?.()?.count ?? Number.POSITIVE_INFINITY;
    },
  };
  traverse(part(basis.neurons.map(() => 1)), factory, sink, { budget: SAMPLE });
  return vertices <= FEW_VERTICES * cells;
}

/** The most dimensions of the walk in which `auto` prefers vertices. */
function mostDimensions(problem: PartitionProblem): number {
  const { charts } = problem;
  if (charts !== undefined) {
    const { variables, basis } = charts;
    if (variables === basis.neurons.length) return MOST_DIMENSIONS;
    const creases = problem.network.layers[0]!.slopes.length;
    const isCrowded = creases >= MANY_CREASES * basis.neurons.length && variables <= MOST_CROWDED_DIMENSIONS;
    return isCrowded && haveFewVertices(charts) ? MOST_CROWDED_DIMENSIONS : MOST_SECTION_DIMENSIONS;
  }
  return isCentral(problem) ? MOST_CENTRAL_DIMENSIONS : MOST_DIMENSIONS;
}

interface Engine {
  readonly name: EngineName;
  /** Whether it asks the LP backend. */
  readonly usesLp: boolean;
  /** Why `auto` takes it for this problem, or undefined if `auto` should look further. */
  readonly suits: (problem: PartitionProblem) => string | undefined;
  /** Why it cannot work on this problem at all, or undefined if it can. */
  readonly refuses: (problem: PartitionProblem) => string | undefined;
  readonly kernel: (backend: LpBackend) => KernelFactory;
}

const ENGINES: Readonly<Record<EngineName, Engine>> = {
  vertex: {
    name: 'vertex',
    usesLp: false,
    suits: (problem) => {
      const dimension = dimensionOf(problem);
      return (problem.charts?.variables ?? dimension) <= mostDimensions(problem)
        ? `cells are cut by the signs at their vertices, dimension ${dimension}`
        : undefined;
    },
    refuses: ({ variables }) =>
      variables > MOST_VARIABLES ? `expected at most ${MOST_VARIABLES} variables, got ${variables}` : undefined,
    kernel: () => (context) => (context.problem.variables === 2 ? planarKernel : vertexKernel)(context),
  },
  lp: {
    name: 'lp',
    usesLp: true,
    suits: (problem) => `works in any dimension, here ${dimensionOf(problem)}`,
    refuses: () => undefined,
    kernel: lpKernel,
  },
};

export const ENGINE_NAMES = Object.keys(ENGINES) as readonly EngineName[];

export interface EngineChoice {
  readonly engine: EngineName;
  /** Who chose it and why, for people. */
  readonly why: string;
  readonly usesLp: boolean;
}

/** An engine was asked for that cannot work on the problem. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/**
 * The engine to use.
 *
 * @throws EngineError if the engine that was asked for cannot work on the problem
 */
export function chooseEngine(problem: PartitionProblem, asked: EngineName | 'auto'): EngineChoice {
  for (const engine of asked === 'auto' ? Object.values(ENGINES) : [ENGINES[asked]]) {
    const refusal = engine.refuses(problem);
    if (refusal === undefined) {
      const reason = asked === 'auto' ? engine.suits(problem) : 'as asked for';
      if (reason !== undefined) return { engine: engine.name, why: reason, usesLp: engine.usesLp };
    } else if (asked !== 'auto') {
      throw new EngineError(`engine ${asked}: ${refusal}; use --engine auto`);
    }
  }
  throw new EngineError('engine auto: no engine fits; use --engine lp');
}

/** The kernels of an engine. */
export function kernelOf(engine: EngineName, backend: LpBackend): KernelFactory {
  return ENGINES[engine].kernel(backend);
}
