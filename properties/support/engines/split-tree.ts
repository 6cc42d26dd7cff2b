/**
 * A split tree as text, to be compared.
 */
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import type { SplitTreeSink } from '../../../src/walk/tree.js';

const exactText = (value: unknown) =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v instanceof Float64Array ? [...v] : v));

/** What does not depend on the engine, or, with evidence, every byte of it; and how it was decided. */
export function splitTreeOf(network: Network, domain: Domain, kernel: KernelFactory, evidence = false) {
  const text: string[] = [];
  const sink: SplitTreeSink = {
    wantsEvidence: evidence,
    layer: (layer) => void text.push(`layer ${layer}`),
    narrow: (narrowing) => void text.push(`narrow ${exactText(narrowing)}`),
    implied: (layer, neuron, side, proof) =>
      void text.push(`${layer}.${neuron} ${side}${evidence ? exactText(proof) : ''}`),
    split: (layer, neuron) => void text.push(`split ${layer}.${neuron}`),
    cell: (witness) => void text.push(`cell${evidence ? exactText(witness) : ''}`),
    open: (path) => void text.push(`open ${path}`),
  };
  const { decisions } = traverse(partitionProblem(network, domain), kernel, sink);
  return { text, decisions };
}
