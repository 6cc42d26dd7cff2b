/**
 * What one walk tells about the function: ranges, Lipschitz constants, neurons.
 */
import type { Domain, Network } from '../../network/index.js';
import { analysisProblem, forEachCellInSlices, type WalkMeter } from '../cells/index.js';
import { cellGeometry } from '../geometry/index.js';
import { ExtremeSearch, type OutputRange } from './extremes.js';
import { type LipschitzConstants, LipschitzSearch } from './lipschitz.js';
import { NeuronCensus, type NeuronFact } from './neurons.js';

export interface FunctionFacts {
  readonly cells: number;
  readonly ranges: readonly OutputRange[];
  readonly lipschitz: LipschitzConstants;
  readonly neurons: readonly NeuronFact[];
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
  const extremes = new ExtremeSearch(problem, cellGeometry(problem));
  const lipschitz = new LipschitzSearch(problem);
  const census = new NeuronCensus(network);
  const { cells, complete } = await forEachCellInSlices(
    problem,
    (cell) => {
      extremes.visit(cell);
      lipschitz.visit(cell);
      census.visit(cell);
    },
    { ...(signal && { signal }), ...(meter && { meter }) },
  );
  if (!complete) return undefined;
  return { cells, ranges: extremes.result(), lipschitz: lipschitz.result(), neurons: census.facts() };
}
