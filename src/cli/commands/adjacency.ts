/**
 * `relu-atlas adjacency`: the graph of cells that share a facet.
 */

import type { Command } from 'commander';
import { writeAdjacencyInThreads } from '../../analysis/threads/index.js';
import { stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, withForce } from '../output/targets.js';
import { counted } from '../output/text.js';
import { surveyed } from '../progress/survey.js';

interface AdjacencyOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
  readonly workers?: number;
}

export async function adjacency(file: string, options: AdjacencyOptions): Promise<number> {
  const net = await readSubjectSparing(file, options, [{ option: '--out', file: options.out, kind: 'GraphML' }]);
  return onDomains(file, net, options, (chosen) => adjacencyOn(net, chosen, options));
}

async function adjacencyOn(net: NetworkFile, { domain }: ChosenDomain, options: AdjacencyOptions): Promise<Finding> {
  const written = await surveyed(options, (request) =>
    writeAdjacencyInThreads(net.network, domain, options.out, request),
  );
  if (written === undefined) return { code: EXIT.interrupted, text: 'interrupted: no file was written\n' };
  const { cells, edges } = written;
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
    .addOption(workersOption())
    .addHelpText('after', '\nExample:\n  relu-atlas adjacency net.json --box=-1,1 --out cells.graphml')
    .action(run(adjacency));
}
