/**
 * `relu-atlas simplify`: an exactly equal smaller network.
 */

import type { Command } from 'commander';
import { differenceOf, simplify } from '../../analysis/function/index.js';
import { stamp } from '../../answers/index.js';
import { type NetworkFile, writeNetworkJson } from '../../formats/index.js';
import { shapeOf } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { EXIT } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { showDomain, table } from '../output/text.js';
import { walkBar } from '../output/walk-bar.js';

interface SimplifyOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
  readonly redundant?: boolean;
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
  const watched = { ...(bar.meter && { meter: bar.meter }) };
  const { network, before, after } = simplify(net.network, domain, {
    redundant: options.redundant === true,
    ...watched,
  });
  // Told apart from how it was made: the difference is zero on every cell of both.
  const { equal } = differenceOf(net.network, network, domain, watched);
  bar.stop();
  if (!equal) throw new Error('simplify: expected an equal network, got another one');
  writeOutput(options.out, writeNetworkJson(network, domain.kind === 'whole' ? undefined : domain));
  return {
    code: EXIT.ok,
    json: { before, after, equal, shape: shapeOf(network), file: options.out, ...stamp('simplify') },
    text: table([
      ['domain', `${showDomain(domain)} (${source})`],
      ['neurons', `${before} before, ${after} after; shape ${shapeOf(net.network)} to ${shapeOf(network)}`],
      ['equal', 'at every point of the domain (exact)'],
      ['written', options.out],
    ]),
  };
}

export function simplifyCommand(run: Runner): Command {
  return withForce(
    withSlice(withDomain(networkCommand('simplify', 'write a smaller network that is exactly equal on the domain'))),
  )
    .requiredOption('--out <file>', 'the smaller network, as JSON')
    .option('--redundant', 'also remove bends that the outputs never see (one partition per such neuron)')
    .addHelpText('after', '\nExample:\n  relu-atlas simplify net.onnx --box=-1,1 --out smaller.json')
    .action(run(simplifyNetwork));
}
