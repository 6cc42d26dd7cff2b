/**
 * How much a search has done.
 */

export interface SearchCounts {
  nodes: number;
  closedNodes: number;
  closedByBounds: number;
  closedExactly: number;
  inputSplits: number;
  neuronSplits: number;
  cells: number;
  /** Nodes at which sides of neurons were implied. */
  implied: number;
  maxDepth: number;
  /** The fraction of the tree that is closed: a node of depth d is 2^-d. */
  done: number;
}

export function noCounts(): SearchCounts {
  return {
    nodes: 0,
    closedNodes: 0,
    closedByBounds: 0,
    closedExactly: 0,
    inputSplits: 0,
    neuronSplits: 0,
    cells: 0,
    implied: 0,
    maxDepth: 0,
    done: 0,
  };
}

export function addCounts(total: SearchCounts, more: SearchCounts): void {
  const { maxDepth } = total;
  for (const name of Object.keys(more) as (keyof SearchCounts)[]) total[name] += more[name];
  total.maxDepth = Math.max(maxDepth, more.maxDepth);
}
