/**
 * `relu-atlas simplify`: an exactly equal smaller network.
 */

import type { Command } from 'commander';
import { WalkMeter } from '../../analysis/cells/index.js';
import { simplify } from '../../analysis/function/index.js';
import { differenceInThreads, neuronFactsInThreads, type SurveyRequest } from '../../analysis/threads/index.js';
import { stamp } from '../../answers/index.js';
import { type NetworkFile, writeNetworkJson } from '../../formats/index.js';
import { type Domain, type Network, shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, withForce } from '../output/targets.js';
import { showDomain, table } from '../output/text.js';
import { surveyed } from '../progress/survey.js';

interface SimplifyOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
  readonly redundant?: boolean;
  readonly workers?: number;
}

export async function simplifyNetwork(file: string, options: SimplifyOptions): Promise<number> {
  const net = await readSubjectSparing(file, options, [{ option: '--out', file: options.out, kind: 'network' }]);
  return onDomains(file, net, options, (chosen) => simplifyOn(net, chosen, options));
}

async function simplifyOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  options: SimplifyOptions,
): Promise<Finding> {
  const made = await surveyed(options, (request) => simplified(net.network, domain, options, request));
  if (made === undefined) return { code: EXIT.interrupted, text: 'interrupted: no file was written\n' };
  return written(net, domain, source, made, options.out);
}

interface Simplified {
  readonly network: Network;
  /** Neurons. */
  readonly before: number;
  readonly after: number;
  readonly equal: boolean;
}

/** The smaller network, compared with the given one; undefined if it was interrupted. */
async function simplified(
  given: Network,
  domain: Domain,
  { redundant = false }: SimplifyOptions,
  request: SurveyRequest,
): Promise<Simplified | undefined> {
  const facts = await neuronFactsInThreads(given, domain, request);
  if (facts === undefined) return undefined;
  const { onProgress } = request;
  const meter = onProgress && new WalkMeter(onProgress);
  const { network, before, after } = simplify(given, domain, { facts, redundant, ...(meter && { meter }) });
  // Told apart from how it was made: the difference is zero on every cell of both.
  const difference = await differenceInThreads(given, network, domain, request);
  return difference && { network, before, after, equal: difference.equal };
}

function written(
  net: NetworkFile,
  domain: Domain,
  source: string,
  { network, before, after, equal }: Simplified,
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
