/**
 * What the samples of an ensemble say about its networks.
 */
import { type RegionBounds, regionBounds } from '../analysis/regions/index.js';
import { multiply, toDouble } from '../exact/index.js';
import { type BoxDomain, boxVolume, dimensionOf, fixedInputs } from '../network/index.js';
import { drawNetwork, type Ensemble } from './draw.js';
import type { Sample } from './sample.js';
import { type Summary, summaryOf } from './statistics.js';

/** Means, with their confidence intervals, beside what is known of all networks of the shape. */
export interface Expectation {
  readonly ensemble: Ensemble;
  readonly domain: BoxDomain;
  readonly samples: number;
  /** ReLU neurons of a network. */
  readonly neurons: number;
  readonly cells: Summary;
  readonly pieces: Summary;
  /** Neurons whose output is 0 on the whole domain. */
  readonly dead: Summary;
  /** n^d / d! times the volume of the box (Hanin and Rolnick 2019), d the number of inputs that it leaves free: no bound. */
  readonly scale: number;
  readonly bounds: RegionBounds;
  /** What was counted of each network: record k is that of `drawNetwork(ensemble, k)`. */
  readonly records: readonly Sample[];
}

/** @param found at least two samples */
export function expectationOf(ensemble: Ensemble, domain: BoxDomain, found: readonly Sample[]): Expectation {
  const free = dimensionOf(domain) - fixedInputs(domain).length;
  const bounds = regionBounds(drawNetwork(ensemble, 0), free);
  return {
    ensemble,
    domain,
    samples: found.length,
    neurons: ensemble.shape.slice(1, -1).reduce((a, b) => a + b, 0),
    cells: summaryOf(found.map(({ cells }) => cells)),
    pieces: summaryOf(found.map(({ pieces }) => pieces)),
    dead: summaryOf(found.map(({ dead }) => dead)),
    scale: toDouble(multiply(bounds.haninRolnick, boxVolume(domain))),
    bounds,
    records: found,
  };
}
