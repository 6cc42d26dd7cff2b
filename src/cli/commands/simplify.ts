/**
 * `relu-atlas simplify`: an exactly equal smaller network.
 */

import { cpus } from 'node:os';
import type { Command } from 'commander';
import { simplify } from '../../analysis/function/index.js';
import { differenceInThreads, neuronFactsInThreads, type SurveyRequest } from '../../analysis/threads/index.js';
import { stamp } from '../../answers/index.js';
import { type NetworkFile, writeNetworkJson } from '../../formats/index.js';
import { type Network, shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { isWatched } from '../output/progress.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { showDomain, table } from '../output/text.js';
import { walkBar } from '../progress/walk-bar.js';

interface SimplifyOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
  readonly redundant?: boolean;
  readonly workers?: number;
}

export async function simplifyNetwork(file: string, options: SimplifyOptions): Promise<number> {
  requireFree([{ option: '--out', file: options.out, kind: 'network' }], inputsOf([file], options), options);
  const net = await readSubject(file, options);
  return onDomains(file, net, options, (chosen) => simplifyOn(net, chosen, options));
}

async function simplifyOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  options: SimplifyOptions,
): Promise<Finding> {
  const bar = walkBar(options);
  const { signal, release } = interruption();
  const request: SurveyRequest = {
    workers: options.workers ?? cpus().length,
    signal,
    ...(isWatched(options) && { onProgress: (progress) => bar.walk(progress) }),
  };
  const interrupted: Finding = { code: EXIT.interrupted, text: 'interrupted: no file was written\n' };
  try {
    const facts = await neuronFactsInThreads(net.network, domain, request);
    if (facts === undefined) return interrupted;
    const { network, before, after } = simplify(net.network, domain, {
      facts,
      redundant: options.redundant === true,
      ...(bar.meter && { meter: bar.meter }),
    });
    // Told apart from how it was made: the difference is zero on every cell of both.
    const difference = await differenceInThreads(net.network, network, domain, request);
    if (difference === undefined) return interrupted;
    bar.stop();
    return written(net, network, { domain, source }, { before, after, equal: difference.equal }, options.out);
  } finally {
    bar.stop();
    release();
  }
}

function written(
  net: NetworkFile,
  network: Network,
  { domain, source }: Pick<ChosenDomain, 'domain' | 'source'>,
  { before, after, equal }: { readonly before: number; readonly after: number; readonly equal: boolean },
  out: string,
): Finding {
  if (!equal) throw new Error('simplify: expected an equal network, got another one');
  writeOutput(out, writeNetworkJson(network, domain.kind === 'whole' ? undefined : domain));
  return {
    code: EXIT.ok,
    json: { before, after, equal, shape: shapeOf(network), file: out, ...stamp('simplify') },
    text: table([
      ['domain', `${showDomain(domain)} (${source})`],
      ['neurons', `${before} before, ${after} after; shape ${shapeOf(net.network)} to ${shapeOf(network)}`],
      ['equal', 'at every point of the domain (exact)'],
      ['written', out],
    ]),
  };
}

export function simplifyCommand(run: Runner): Command {
  return withForce(
    withSlice(withDomain(networkCommand('simplify', 'write a smaller network that is exactly equal on the domain'))),
  )
    .requiredOption('--out <file>', 'the smaller network, as JSON')
    .option('--redundant', 'also remove bends that the outputs never see (one partition per such neuron)')
    .addOption(workersOption())
    .addHelpText('after', '\nExample:\n  relu-atlas simplify net.onnx --box=-1,1 --out smaller.json')
    .action(run(simplifyNetwork));
}
