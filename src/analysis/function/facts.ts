/**
 * What one walk tells about the function: ranges, Lipschitz constants, neurons.
 */
import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, forEachCellInSlices, type WalkMeter } from '../cells/index.js';
import { cellGeometry } from '../geometry/index.js';
import { ExtremeSearch, ExtremeSum, type ExtremesPart, type OutputRange } from './extremes.js';
import { type LipschitzConstants, type LipschitzPart, LipschitzSearch, LipschitzSum } from './lipschitz.js';
import { NeuronCensus, type NeuronFact } from './neurons.js';

export interface FunctionFacts {
  readonly cells: number;
  readonly ranges: readonly OutputRange[];
  readonly lipschitz: LipschitzConstants;
  readonly neurons: readonly NeuronFact[];
}

/** What some consecutive cells tell; survives the structured clone algorithm. */
export interface FactsPart {
  readonly extremes: ExtremesPart;
  readonly lipschitz: LipschitzPart;
  readonly neurons: readonly Float64Array[];
}

/** Gathers facts from the cells of a walk. */
export class FactsSurvey {
  private extremes: ExtremeSearch;
  private lipschitz: LipschitzSearch;
  private census: NeuronCensus;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly network: Network,
    private readonly geometry = cellGeometry(problem),
  ) {
    this.extremes = new ExtremeSearch(problem, geometry);
    this.lipschitz = new LipschitzSearch(problem);
    this.census = new NeuronCensus(network);
  }

  visit(cell: Cell): void {
    this.extremes.visit(cell);
    this.lipschitz.visit(cell);
    this.census.visit(cell);
  }

  /** What was gathered since the last call. */
  take(): FactsPart {
    const part = { extremes: this.extremes.part(), lipschitz: this.lipschitz.part(), neurons: this.census.counts };
    this.extremes = new ExtremeSearch(this.problem, this.geometry);
    this.lipschitz = new LipschitzSearch(this.problem);
    this.census = new NeuronCensus(this.network);
    return part;
  }
}

/** The parts of a walk put together in tree order: what one survey of all cells would say. */
export class FactsSum {
  private readonly extremes: ExtremeSum;
  private readonly lipschitz = new LipschitzSum();
  private readonly census: NeuronCensus;

  constructor(problem: PartitionProblem, network: Network) {
    this.extremes = new ExtremeSum(problem);
    this.census = new NeuronCensus(network);
  }

  /** Takes the next part. @param first the number of its first cell, if the part counts from 0 */
  add({ extremes, lipschitz, neurons }: FactsPart, first = 0): void {
    this.extremes.add(extremes, first);
    this.lipschitz.add(lipschitz, first);
    this.census.add(neurons);
  }

  /** @param cells how many there were */
  facts(cells: number): FunctionFacts {
    const { extremes, lipschitz, census } = this;
    return { cells, ranges: extremes.result(), lipschitz: lipschitz.result(), neurons: census.facts() };
  }
}

export interface FactsRequest {
  readonly signal?: AbortSignal;
  readonly meter?: WalkMeter;
}

/** Exact facts over a domain, in one walk; undefined if the signal was aborted. */
export async function functionFacts(
  network: Network,
  domain: Domain,
  { signal, meter }: FactsRequest = {},
): Promise<FunctionFacts | undefined> {
  const problem = analysisProblem(network, domain);
  const survey = new FactsSurvey(problem, network);
  const { cells, complete } = await forEachCellInSlices(problem, (cell) => survey.visit(cell), {
    ...(signal && { signal }),
    ...(meter && { meter }),
  });
  if (!complete) return undefined;
  const sum = new FactsSum(problem, network);
  sum.add(survey.take());
  return sum.facts(cells);
}
