/**
 * `relu-atlas diff`: are two networks the same function on a domain?
 */

import type { Command } from 'commander';
import { type Difference, differenceFrom, differenceNetwork, type Extreme } from '../../analysis/function/index.js';
import { differenceInThreads } from '../../analysis/threads/index.js';
import { jsonOfDifference, stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { searchedRanges } from '../../property/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { showDomain, table } from '../output/text.js';
import { surveyed } from '../progress/survey.js';
import { showExtreme } from './facts.js';

interface DiffOptions extends AnalysisOptions {
  readonly expectEqual?: boolean;
  readonly workers?: number;
}

export async function diff(first: string, second: string, options: DiffOptions): Promise<number> {
  const a = await readSubject(first, options);
  const b = await readSubject(second, options);
  if (a.network.inputs !== b.network.inputs || a.network.outputs !== b.network.outputs) {
    const shape = ({ network }: typeof a) => `${network.inputs} inputs and ${network.outputs} outputs`;
    throw new UsageError(
      `${second}: expected ${shape(a)} as in ${first}, got ${shape(b)}; compare networks of one shape`,
    );
  }
  return onDomains(first, a, options, async (chosen) => differenceOn(a, b, chosen, options));
}

/** With so few inputs cells are enumerated quickly: sooner than a search ends whose bounds exclude little. */
const FEW_INPUTS = 6;
/** Nodes that each of its searches may then have. */
const FEW_NODES = 500;

async function differenceOn(
  a: NetworkFile,
  b: NetworkFile,
  { domain, source }: ChosenDomain,
  options: DiffOptions,
): Promise<Finding> {
  const limit = a.network.inputs <= FEW_INPUTS ? { nodes: FEW_NODES } : {};
  const difference = await surveyed(options, async (request): Promise<Difference | undefined> => {
    const ranges = await searchedRanges(differenceNetwork(a.network, b.network), domain, limit);
    if (ranges) return differenceFrom<Extreme>(ranges);
    // Where bounds exclude little, as where two different networks are the same function, cells are enumerated.
    return differenceInThreads(a.network, b.network, domain, request);
  });
  if (difference === undefined)
    return {
      code: EXIT.interrupted,
      text: 'interrupted: the largest difference is not known before every cell is seen\n',
    };
  const { equal, largest } = difference;
  const { output, extreme } = largest;
  const json = { ...jsonOfDifference(difference, domain), ...stamp('diff') };
  const text = table([
    ['domain', `${showDomain(domain)} (${source})`],
    ['equal', equal ? 'yes, at every point (exact)' : 'no'],
    ...(equal ? [] : ([['largest', `output ${output}: ${showExtreme(extreme, '+-')}`]] as [string, string][])),
  ]);
  return { code: equal || options.expectEqual !== true ? EXIT.ok : EXIT.refused, json, text };
}

export function diffCommand(run: Runner): Command {
  return withSlice(
    withDomain(networkCommand('diff', 'compare two networks exactly on a domain', { networks: ['first', 'second'] })),
  )
    .option('--expect-equal', `exit ${EXIT.refused} unless they are equal`)
    .addOption(workersOption())
    .addHelpText('after', '\nExample:\n  relu-atlas diff net.onnx smaller.json --box=-1,1 --expect-equal')
    .action(run(diff));
}
