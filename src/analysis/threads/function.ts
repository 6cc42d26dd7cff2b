/**
 * What networks compute, with several threads: differences, and what neurons do.
 */
import type { Domain, Network } from '../../network/index.js';
import { analysisProblem } from '../cells/index.js';
import {
  type Difference,
  differenceFrom,
  differenceNetwork,
  ExtremeSum,
  type ExtremesPart,
  NeuronCensus,
  type NeuronFact,
} from '../function/index.js';
import { type SurveyRequest, survey } from './survey.js';
import type { NeuronsPart } from './task.js';

/** As `differenceOf`; undefined if the signal was aborted. */
export async function differenceInThreads(
  a: Network,
  b: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<Difference | undefined> {
  const network = differenceNetwork(a, b);
  const problem = analysisProblem(network, domain);
  const sum = new ExtremeSum(problem);
  const add = (part: ExtremesPart, first: number) => sum.add(part, first);
  const cells = await survey({ problem, network, domain }, { kind: 'extremes' }, add, request);
  return cells === undefined ? undefined : differenceFrom(sum.result());
}

/** As `neuronFacts`; undefined if the signal was aborted. */
export async function neuronFactsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<NeuronFact[] | undefined> {
  const problem = analysisProblem(network, domain);
  const census = new NeuronCensus(network);
  const add = (part: NeuronsPart) => census.add(part);
  const cells = await survey({ problem, network, domain }, { kind: 'neurons' }, add, request);
  return cells === undefined ? undefined : census.facts();
}
