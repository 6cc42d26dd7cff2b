/**
 * The questions of the library about a network on a domain, which is said in any way (`DomainLike`): the same everywhere.
 */
import type { Cell, CellOptions } from '../analysis/cells/index.js';
import * as analysedCells from '../analysis/cells/index.js';
import type {
  Boundary,
  Difference,
  FunctionFacts,
  Level,
  LipschitzConstants,
  NeuronFact,
  OutputRange,
  RedundantNeuron,
  Simplified,
} from '../analysis/function/index.js';
import * as functions from '../analysis/function/index.js';
import * as geometry from '../analysis/geometry/index.js';
import type { PatternCounts, PieceOptions, RegionCounts } from '../analysis/regions/index.js';
import * as regions from '../analysis/regions/index.js';
import * as engines from '../engines/index.js';
import type { FormulaRequest } from '../formula/index.js';
import * as formula from '../formula/index.js';
import type { Enclosed, Integrals, IntegralsRequest, Region, Sample, SampleRequest } from '../integral/index.js';
import * as integral from '../integral/index.js';
import type { Network } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import type { Interval, Topology, TopologyRequest } from '../topology/index.js';
import * as shapes from '../topology/index.js';
import type { CellCount, TraversalResult } from '../walk/index.js';
import { type DomainLike, domainOf } from './domains.js';

/** Counts the cells in this thread. @throws DomainError, EngineError as `runCount` */
export function countCells(
  network: Network,
  domain: DomainLike,
  options?: Parameters<typeof engines.countCells>[2],
): CellCount {
  return engines.countCells(network, domainOf(network, domain), options);
}

/** Estimates the number of cells from random ways down, without bias, and says how far it may err. @throws DomainError, EngineError */
export function estimateCells(
  network: Network,
  domain: DomainLike,
  options?: engines.EstimateOptions,
): engines.SizeReport {
  return engines.estimateCells(network, domainOf(network, domain), options);
}

/** Counts cells, pieces and maps: linear regions by every definition that is finer than "cell". */
export function countRegions(network: Network, domain: DomainLike, options?: PieceOptions): RegionCounts {
  return regions.countRegions(network, domainOf(network, domain), options);
}

/** Counts the sets of active neurons at any point of the domain, those on creases included. */
export function countPatterns(network: Network, domain: DomainLike, options?: CellOptions): PatternCounts {
  return regions.countPatterns(network, domainOf(network, domain), options);
}

/** How wide the cells are: the edge of the largest axis-parallel cube in each; a linear program per cell. */
export function cellWidths(
  network: Network,
  domain: DomainLike,
  options?: geometry.WidthOptions,
): geometry.WidthReport {
  return geometry.cellWidths(network, domainOf(network, domain), options);
}

/** Ranges, Lipschitz constants and what each neuron does, in one walk; undefined if the signal was aborted. */
export function functionFacts(
  network: Network,
  domain: DomainLike,
  request?: Parameters<typeof functions.functionFacts>[2],
): Promise<FunctionFacts | undefined> {
  return functions.functionFacts(network, domainOf(network, domain), request);
}

/** The exact range of every output over the domain. */
export function outputRanges(network: Network, domain: DomainLike, options?: CellOptions): OutputRange[] {
  return functions.outputRanges(network, domainOf(network, domain), options);
}

/** The Lipschitz constants over the domain, between the input and output norms of the same kind. */
export function lipschitzConstants(network: Network, domain: DomainLike, options?: CellOptions): LipschitzConstants {
  return functions.lipschitzConstants(network, domainOf(network, domain), options);
}

/** What each neuron does on the domain: it cuts, or is positive, negative or zero throughout. */
export function neuronFacts(network: Network, domain: DomainLike, options?: CellOptions): NeuronFact[] {
  return functions.neuronFacts(network, domainOf(network, domain), options);
}

/** The neurons that cut the domain, but whose bends the outputs never see. */
export function redundantNeurons(network: Network, domain: DomainLike, options?: CellOptions): RedundantNeuron[] {
  return functions.redundantNeurons(network, domainOf(network, domain), options);
}

/** The largest difference of two networks over the domain, exactly, and where it is attained. */
export function differenceOf(a: Network, b: Network, domain: DomainLike, options?: CellOptions): Difference {
  return functions.differenceOf(a, b, domainOf(a, domain), options);
}

/** The set where an output equals a constant or another output, exactly, piece by piece. */
export function levelSet(network: Network, domain: DomainLike, level: Level, options?: CellOptions): Boundary {
  return functions.levelSet(network, domainOf(network, domain), level, options);
}

/** A smaller network that is exactly equal on the domain. */
export function simplify(
  network: Network,
  domain: DomainLike,
  options?: Parameters<typeof functions.simplify>[2],
): Simplified {
  return functions.simplify(network, domainOf(network, domain), options);
}

/** The numbers of faces of the partition by dimension. */
export function fVector(network: Network, domain: DomainLike, options?: CellOptions): number[] {
  return geometry.fVector(network, domainOf(network, domain), options);
}

/** The partition problem whose last layer is the output, for `forEachCell`. */
export function analysisProblem(network: Network, domain: DomainLike): PartitionProblem {
  return analysedCells.analysisProblem(network, domainOf(network, domain));
}

/** Visits every cell in tree order; see `cells` for records that may be kept. */
export function enumerateCells(
  network: Network,
  domain: DomainLike,
  visit: (cell: Cell) => void,
  options?: CellOptions,
): TraversalResult {
  return analysedCells.enumerateCells(network, domainOf(network, domain), visit, options);
}

/** Integrals of every output, its square and its gradient, volumes of classes, and distribution functions, exactly. */
export function integrals(network: Network, domain: DomainLike, request?: IntegralsRequest): Integrals {
  return integral.integrals(network, domainOf(network, domain), request);
}

/** Random points, uniform over a part of a bounded domain, rational; the same for the same seed. */
export function samplePoints(network: Network, domain: DomainLike, request: SampleRequest): Sample {
  return integral.samplePoints(network, domainOf(network, domain), request);
}

/** Betti numbers, torsion and cycles of a set that a network cuts out of a domain, exactly. */
export function topology(network: Network, domain: DomainLike, request: TopologyRequest): Topology {
  return shapes.topology(network, domainOf(network, domain), request);
}

/**
 * The persistence intervals over GF(2) of { f_output <= t } for all t, with exact ends.
 *
 * @throws DomainError as `topology`; RangeError for an output that does not exist
 */
export function persistence(network: Network, domain: DomainLike, output = 0): Interval[] {
  return shapes.sublevelPersistence(network, domainOf(network, domain), output);
}

/** The exact volume of a part of a bounded domain: a cell, a piece, a class region, one side of a level. */
export function regionVolume(network: Network, domain: DomainLike, region: Region): Enclosed {
  return integral.regionVolume(network, domainOf(network, domain), region);
}

/** The network as text that other programs read: SMT-LIB, SymPy, LaTeX, LP, MPS, MiniZinc. */
export function formulaOf(
  network: Network,
  { domain, ...request }: Omit<FormulaRequest, 'domain'> & { readonly domain?: DomainLike },
): string {
  return formula.formulaOf(network, {
    ...request,
    ...(domain !== undefined && { domain: domainOf(network, domain) }),
  });
}
