/**
 * What the parts of the `vertex` engine work on, outside of any walk: the whole domain, with the rows of the first layer.
 */
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { proportionalNeurons } from '../../../src/problem/proportional.js';
import { exactRows } from '../../../src/walk/exact-rows.js';
import type { KernelContext } from '../../../src/walk/kernel.js';
import { cellRows } from '../../../src/walk/rows.js';
import { noDecisions } from '../../../src/walk/tree.js';

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
