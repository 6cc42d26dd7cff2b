/**
 * Counting in the calling thread: all that a browser, or a test, needs.
 */
import type { LpBackend } from '../lp/index.js';
import { simplexBackend } from '../lp/index.js';
import type { Domain, Network } from '../network/index.js';
import { countingProblem } from '../problem/index.js';
import { type CellCount, countRoots, orbitWalk, type WalkSymmetry } from '../walk/index.js';
import { chooseEngine, type EngineName, kernelOf } from './choice.js';

/**
 * Counts the cells in this thread, synchronously.
 *
 * @param options.backend the LP backend that proposes to the `lp` engine; default: simplex
 * @param options.symmetry none: parts that are like others by symmetry are walked as well; generators: those of a file of symmetries. Default: those that are found
 * @throws DomainError if the domain does not fit the network; EngineError if the engine cannot work on it; SymmetryError for generators of no symmetry
 */
export function countCells(
  network: Network,
  domain: Domain,
  options: {
    readonly engine?: EngineName | 'auto';
    readonly backend?: LpBackend;
    readonly symmetry?: WalkSymmetry;
  } = {},
): CellCount {
  const problem = countingProblem(network, domain);
  const { engine } = chooseEngine(problem, options.engine ?? 'auto');
  const kernel = kernelOf(engine, options.backend ?? simplexBackend);
  const { problem: cut, roots } = orbitWalk(problem, kernel, options.symmetry ?? 'found');
  return countRoots(cut, kernel, roots);
}
