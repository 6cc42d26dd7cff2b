/**
 * `relu-atlas facts`: ranges, Lipschitz constants and neurons over a domain.
 */

import type { Command } from 'commander';
import type { Extreme, FunctionFacts, NeuronFact } from '../../analysis/function/index.js';
import { factsInThreads } from '../../analysis/threads/index.js';
import { jsonOfFacts, stamp } from '../../answers/index.js';
import type { Rational } from '../../exact/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT } from '../exit.js';
import { type IntegralOptions, integralsOn, targetsOfIntegral, withIntegral } from '../integral/beside-facts.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { briefRational, counted, grouped, showDomain, showRational, table } from '../output/text.js';
import { surveyed } from '../progress/survey.js';

interface FactsOptions extends AnalysisOptions, IntegralOptions {
  readonly workers?: number;
}

export async function facts(file: string, options: FactsOptions): Promise<number> {
  const net = await readSubjectSparing(file, options, targetsOfIntegral(options));
  const files = { '--distribution': options.distribution };
  return onDomains(file, net, { ...options, files }, (chosen) => factsOn(net, chosen, options));
}

async function factsOn(net: NetworkFile, { domain, source }: ChosenDomain, options: FactsOptions): Promise<Finding> {
  const result = await surveyed(options, (request) => factsInThreads(net.network, domain, request));
  if (result === undefined) {
    return { code: EXIT.interrupted, text: 'interrupted: no fact is known before every cell is seen\n' };
  }
  const integral = integralsOn(net, domain, options);
  return {
    code: EXIT.ok,
    json: { ...jsonOfFacts(result, domain), ...(integral && { integral: integral.json }), ...stamp('facts') },
    text: textReport(result, `${showDomain(domain)} (${source})`, integral?.rows),
  };
}

/** An extreme as text: the value and where, or that there is none. */
export function showExtreme(extreme: Extreme, sign: string): string {
  if (extreme.kind === 'unbounded') return `${sign}infinity, along ${extreme.direction.map(briefRational).join(', ')}`;
  return `${showRational(extreme.value)} at ${extreme.at.map(briefRational).join(', ')}`;
}

function names(neurons: readonly NeuronFact[]): string {
  const shown = neurons.slice(0, 12).map(({ layer, neuron }) => `${layer}:${neuron}`);
  return `${grouped(neurons.length)}${neurons.length === 0 ? '' : ` (${shown.join(' ')}${neurons.length > 12 ? ' ...' : ''})`}`;
}

function textReport(
  { cells, ranges, lipschitz, neurons }: FunctionFacts,
  domain: string,
  more: [string, string][] = [],
): string {
  const { l1, linf, l2 } = lipschitz;
  const shown = (point: readonly Rational[]) => point.map(briefRational).join(', ');
  const rows: [string, string][] = [
    ['domain', domain],
    ['cells', counted(cells, 'cell')],
  ];
  ranges.forEach(({ minimum, maximum }, k) => {
    rows.push([`min output ${k}`, showExtreme(minimum, '-')], [`max output ${k}`, showExtreme(maximum, '+')]);
  });
  rows.push(
    ['Lipschitz, 1-norm', `${showRational(l1.value)} around ${shown(l1.around)}`],
    ['Lipschitz, max norm', `${showRational(linf.value)} around ${shown(linf.around)}`],
    ['Lipschitz, 2-norm', `between ${showRational(l2.lower)} and ${showRational(l2.upper)} around ${shown(l2.around)}`],
    ['dead', names(neurons.filter((n) => n.dead))],
    ['always positive', names(neurons.filter((n) => n.status === 'positive'))],
    ['always negative', names(neurons.filter((n) => n.status === 'negative'))],
    ['cut the domain', grouped(neurons.filter((n) => n.status === 'cuts').length)],
  );
  return table([...rows, ...more]);
}

export function factsCommand(run: Runner): Command {
  return withSlice(
    withIntegral(
      withDomain(
        networkCommand('facts', 'exact ranges, Lipschitz constants, stable and dead neurons, integrals over a domain'),
      ),
    ),
  )
    .addOption(workersOption())
    .addHelpText(
      'after',
      '\nExample:\n  relu-atlas facts net.onnx --box=-1,1\n  relu-atlas facts net.onnx --box=0,1 --integral --below 0,1/2',
    )
    .action(run(facts));
}
