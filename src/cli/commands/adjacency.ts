/**
 * `relu-atlas adjacency`: the graph of cells that share a facet.
 */

import type { Command } from 'commander';
import { writeAdjacency } from '../../analysis/files/index.js';
import { stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { counted } from '../output/text.js';
import { walkBar } from '../output/walk-bar.js';

interface AdjacencyOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
}

export async function adjacency(file: string, options: AdjacencyOptions): Promise<number> {
  requireFree([{ option: '--out', file: options.out, kind: 'GraphML' }], inputsOf([file], options), options);
  const net = await readSubject(file, options);
  return onDomains(file, net, options, (chosen) => adjacencyOn(net, chosen, options));
}

async function adjacencyOn(net: NetworkFile, { domain }: ChosenDomain, options: AdjacencyOptions): Promise<Finding> {
  const bar = walkBar(options);
  const { cells, edges } = writeAdjacency(net.network, domain, options.out, { ...(bar.meter && { meter: bar.meter }) });
  bar.stop();
  return {
    code: EXIT.ok,
    json: { cells, edges, file: options.out, ...stamp('adjacency') },
    text: `${options.out}: ${counted(cells, 'cell')}, ${counted(edges, 'shared facet')}\n`,
  };
}

export function adjacencyCommand(run: Runner): Command {
  return withForce(
    withSlice(withDomain(networkCommand('adjacency', 'write the graph of cells that share a facet, as GraphML'))),
  )
    .requiredOption('--out <file>', 'the GraphML file')
    .addHelpText('after', '\nExample:\n  relu-atlas adjacency net.json --box=-1,1 --out cells.graphml')
    .action(run(adjacency));
}
