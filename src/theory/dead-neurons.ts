/**
 * Neurons that are never active on a domain.
 */

import { lpKernel } from '../engines/lp/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain } from '../network/index.js';
import { bends, type Network } from '../network/index.js';
import { partitionProblem } from '../problem/index.js';
import type { KernelFactory, SplitTreeSink } from '../walk/index.js';
import { traverse } from '../walk/index.js';

/** A neuron by its activation layer and its index there. */
export type NeuronAddress = readonly [layer: number, neuron: number];

/**
 * The neurons that bend and whose pre-activation is at most 0 on the whole domain: no cell lies on their positive side.
 *
 * Behind a ReLU such a neuron outputs 0 everywhere; a leaky one still passes a multiple of its input on.
 *
 * Exact: one walk of the split tree, whose every verdict is (`walk/traverse.ts`).
 */
export function neverActive(
  network: Network,
  domain: Domain,
  kernel: KernelFactory = lpKernel(simplexBackend),
): NeuronAddress[] {
  const active = network.layers.map((layer) => layer.slopes.map((slopes) => !bends(slopes)));
  const sink: SplitTreeSink = {
    wantsEvidence: false,
    layer() {},
    implied(layer, neuron, side) {
      if (side > 0) active[layer]![neuron] = true;
    },
    split(layer, neuron) {
      active[layer]![neuron] = true;
    },
    cell() {},
    open() {},
  };
  traverse(partitionProblem(network, domain), kernel, sink);
  return active.flatMap((layer, l) => layer.flatMap((is, j): NeuronAddress[] => (is ? [] : [[l, j]])));
}
