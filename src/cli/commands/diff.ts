/**
 * `relu-atlas diff`: are two networks the same function on a domain?
 */

import type { Command } from 'commander';
import { differenceOf } from '../../analysis/function/index.js';
import { jsonOfDifference, stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT, UsageError } from '../exit.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { showDomain, table } from '../output/text.js';
import { walkBar } from '../output/walk-bar.js';
import { showExtreme } from './facts.js';

interface DiffOptions extends AnalysisOptions {
  readonly expectEqual?: boolean;
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

function differenceOn(a: NetworkFile, b: NetworkFile, { domain, source }: ChosenDomain, options: DiffOptions): Finding {
  const bar = walkBar(options);
  const watched = { ...(bar.meter && { meter: bar.meter }) };
  const difference = differenceOf(a.network, b.network, domain, watched);
  bar.stop();
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
    .addHelpText('after', '\nExample:\n  relu-atlas diff net.onnx smaller.json --box=-1,1 --expect-equal')
    .action(run(diff));
}
