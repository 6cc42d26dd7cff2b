/**
 * What is counted, exactly, of one network of an ensemble.
 */
import { neuronFacts } from '../analysis/function/index.js';
import { countRegions } from '../analysis/regions/index.js';
import type { Domain } from '../network/index.js';
import { drawNetwork, type Ensemble } from './draw.js';

/** What was counted of a network. */
export interface Sample {
  readonly cells: number;
  readonly pieces: number;
  /** Neurons whose output is 0 on the whole domain. */
  readonly dead: number;
}

export interface SamplingSetting {
  readonly ensemble: Ensemble;
  readonly domain: Domain;
}

export function sampleOf({ ensemble, domain }: SamplingSetting, number: number): Sample {
  const network = drawNetwork(ensemble, number);
  const { cells, pieces } = countRegions(network, domain);
  const dead = neuronFacts(network, domain).filter((fact) => fact.dead).length;
  return { cells, pieces, dead };
}
