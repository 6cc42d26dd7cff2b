/**
 * One row of a table: counting one network, within a budget.
 */

import { neuronFacts } from '../../../analysis/function/index.js';
import { countRegions, type RegionBounds, regionBounds } from '../../../analysis/regions/index.js';
import { chooseEngine, kernelOf } from '../../../engines/index.js';
import { simplexBackend } from '../../../lp/index.js';
import { networkDigest, neuronCount, shapeOf } from '../../../network/index.js';
import { dimensionOfHull, partitionProblem } from '../../../problem/index.js';
import type { ComparisonRow } from '../../../report/table/index.js';
import { countSink, traverse } from '../../../walk/index.js';
import { explain, UsageError } from '../../exit.js';
import { chooseDomain, type DomainOptions } from '../../options/domain.js';
import { showDomain } from '../../output/text.js';
import { readNetworkAloud } from '../../output/warnings.js';
import type { TableEntry } from './list.js';

/** What may be spent on one network. */
export interface RowBudget {
  /** Cells; a network with more is not counted to its end. */
  readonly cells?: number;
  /** Seconds, asked for between subtrees. */
  readonly seconds?: number;
}

/**
 * "100000" cells, "30s" seconds, "100000,30s" whichever is used up first.
 *
 * @throws UsageError
 */
export function parseBudget(text: string): RowBudget {
  let budget: RowBudget = {};
  for (const part of text.split(',')) {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(s?)$/.exec(part.trim()) ?? [];
    const value = Number(amount);
    if (amount === undefined || !(value > 0) || (unit === '' && !Number.isSafeInteger(value))) {
      throw new UsageError(`--budget: expected cells, seconds or both, such as 100000, 30s or 100000,30s, got ${text}`);
    }
    budget = { ...budget, ...(unit === 's' ? { seconds: value } : { cells: value }) };
  }
  return budget;
}

export interface RowTask {
  readonly entry: TableEntry;
  /** For entries without a domain of their own. */
  readonly common: DomainOptions;
  readonly budget: RowBudget;
  /** Whether to count pieces and maps. */
  readonly pieces: boolean;
}

/** The least of the upper bounds. */
function bestBound({ zaslavsky, montufar2017Upper, serra2018Upper }: RegionBounds): bigint {
  return [zaslavsky, serra2018Upper].reduce<bigint>(
    (least, bound) => (bound !== undefined && bound < least ? bound : least),
    montufar2017Upper,
  );
}

async function countedRow({ entry, common, budget, pieces }: RowTask): Promise<ComparisonRow> {
  const deadline = performance.now() + 1000 * (budget.seconds ?? Number.POSITIVE_INFINITY);
  const late = () => performance.now() > deadline;
  const net = await readNetworkAloud(entry.file, { units: entry.units });
  const own = Object.keys(entry.domain).length > 0;
  const { domain } = await chooseDomain(entry.file, net, own ? entry.domain : common);
  const { network } = net;
  const problem = partitionProblem(network, domain);
  const { engine } = chooseEngine(problem, 'auto');
  const subject = {
    network: entry.name,
    shape: shapeOf(network),
    neurons: neuronCount(network),
    domain: showDomain(domain),
    engine,
    digest: networkDigest(network),
    bound: bestBound(regionBounds(network, dimensionOfHull(domain))).toString(),
  };
  const sink = countSink(network.layers.length);
  // One more than allowed: a network with exactly so many cells is within the budget.
  const cells = budget.cells === undefined ? {} : { budget: budget.cells + 1 };
  traverse(problem, kernelOf(engine, simplexBackend), sink, { ...cells, stop: late });
  const { counts } = sink;
  if (counts.open.length > 0 || counts.cells > (budget.cells ?? counts.cells)) {
    const spent = counts.cells > (budget.cells ?? counts.cells) ? 'cells' : 'seconds';
    return { ...subject, status: 'stopped', atLeast: counts.cells, budget: spent };
  }
  const facts = neuronFacts(network, domain);
  const regions = pieces && !late() ? countRegions(network, domain, { stop: late }) : undefined;
  return {
    ...subject,
    status: 'complete',
    cells: counts.cells,
    cellsPerLayer: counts.cellsPerLayer,
    ...(regions === undefined || late() ? {} : { pieces: regions.pieces, maps: regions.maps }),
    stable: facts.filter(({ status }) => ['positive', 'negative', 'zero'].includes(status)).length,
    dead: facts.filter(({ dead }) => dead).length,
  };
}

/** The row of a network, whatever is wrong with it. */
export async function tableRow(task: RowTask): Promise<ComparisonRow> {
  try {
    return await countedRow(task);
  } catch (error) {
    const { line } = explain(error);
    const prefix = `${task.entry.file}: `;
    // The row names the network already.
    const reason = line.startsWith(prefix) ? line.slice(prefix.length) : line;
    return { network: task.entry.name, status: 'failed', error: reason };
  }
}
