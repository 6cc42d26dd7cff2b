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
  NeuronCensus,
  type NeuronFact,
} from '../function/index.js';
import { type SurveyRequest, survey } from './survey.js';

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
  const answer = () => differenceFrom(sum.result());
  return survey({ problem, network, domain }, { kind: 'extremes' }, sum, request, answer);
}

/** As `neuronFacts`; undefined if the signal was aborted. */
export async function neuronFactsInThreads(
  network: Network,
  domain: Domain,
  request: SurveyRequest,
): Promise<NeuronFact[] | undefined> {
  const problem = analysisProblem(network, domain);
  const census = new NeuronCensus(network);
  return survey({ problem, network, domain }, { kind: 'neurons' }, census, request, () => census.facts());
}
