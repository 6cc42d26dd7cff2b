/**
 * What the parts of the `vertex` engine work on, outside of any walk: the whole domain, with the rows of the first layer.
 */
import type { Domain } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { exactRows } from '../../src/partition/exact-rows.js';
import type { KernelContext } from '../../src/partition/kernel.js';
import { partitionProblem } from '../../src/partition/problem.js';
import { proportionalNeurons } from '../../src/partition/proportional.js';
import { cellRows } from '../../src/partition/rows.js';
import { noDecisions } from '../../src/partition/tree.js';

export function contextOf(network: Network, domain: Domain, wantsEvidence = false): KernelContext {
  const problem = partitionProblem(network, domain);
  const rows = cellRows(problem);
  rows.enterGiven();
  return {
    problem,
    rows,
    exact: exactRows(problem, rows.sides),
    proportional: problem.layers.slice(0, problem.depth).map((_, layer) => proportionalNeurons(problem, layer)),
    decisions: noDecisions(),
    wantsEvidence,
  };
}
