/**
 * `relu-atlas facts`: ranges, Lipschitz constants and neurons over a domain.
 */

import type { Command } from 'commander';
import { analysisProblem, forEachCell, witnessOf } from '../../analysis/cells/index.js';
import type { NeuronFact } from '../../analysis/function/index.js';
import { type FunctionFacts, functionFacts } from '../../analysis/function/index.js';
import { formatRational } from '../../exact/index.js';
import { jsonOfDomain, type NetworkFile } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import type { SearchedExtreme } from '../../property/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { progressBar, rateText } from '../output/progress.js';
import { briefRational, counted, FEW_DIGITS, grouped, showDomain, showRational, table } from '../output/text.js';

export async function facts(file: string, options: AnalysisOptions): Promise<number> {
  const net = await readSubject(file, options);
  return onDomains(file, net, options, (chosen) => factsOn(net, chosen, options));
}

async function factsOn(net: NetworkFile, { domain, source }: ChosenDomain, options: AnalysisOptions): Promise<Finding> {
  const bar = progressBar(options.quiet === true);
  const { signal, release } = interruption();
  const started = performance.now();
  let result: FunctionFacts | undefined;
  try {
    result = await functionFacts(net.network, domain, {
      signal,
      onCell: (cells) => {
        if (cells % 1024 === 0) bar.update(0, rateText(cells, (performance.now() - started) / 1000));
      },
    });
  } finally {
    bar.stop();
    release();
  }
  if (result === undefined) {
    return { code: EXIT.interrupted, text: 'interrupted: no fact is known before every cell is seen\n' };
  }
  return {
    code: EXIT.ok,
    json: { ...jsonOfFacts(result), domain: jsonOfDomain(domain) },
    text: textReport(result, `${showDomain(domain)} (${source})`, pointsInCells(net, domain, result)),
  };
}

/** An extreme, with the number of its cell where cells were numbered. */
export type ShownExtreme = SearchedExtreme & { readonly cell?: number };

/** An extreme as JSON. */
export function jsonOfExtreme(extreme: ShownExtreme): object {
  const cell = extreme.cell === undefined ? {} : { cell: extreme.cell };
  return extreme.kind === 'attained'
    ? { value: formatRational(extreme.value), at: extreme.at.map(formatRational), ...cell }
    : { unboundedAlong: extreme.direction.map(formatRational), ...cell };
}

function jsonOfFacts({ cells, ranges, lipschitz, neurons }: FunctionFacts): object {
  const { l1, linf, l2 } = lipschitz;
  return {
    cells,
    ranges: ranges.map(({ minimum, maximum }) => ({
      minimum: jsonOfExtreme(minimum),
      maximum: jsonOfExtreme(maximum),
    })),
    lipschitz: {
      l1: { value: formatRational(l1.value), cell: l1.cell },
      linf: { value: formatRational(linf.value), cell: linf.cell },
      l2: { lower: formatRational(l2.lower), upper: formatRational(l2.upper), cell: l2.cell },
    },
    neurons,
  };
}

/** An extreme as text: the value and where, or that there is none. */
export function showExtreme(extreme: ShownExtreme, sign: string): string {
  if (extreme.kind === 'unbounded') return `${sign}infinity, along ${extreme.direction.map(briefRational).join(', ')}`;
  return `${showRational(extreme.value, FEW_DIGITS)} at ${extreme.at.map(briefRational).join(', ')}`;
}

function names(neurons: readonly NeuronFact[]): string {
  const shown = neurons.slice(0, 12).map(({ layer, neuron }) => `${layer}:${neuron}`);
  return `${grouped(neurons.length)}${neurons.length === 0 ? '' : ` (${shown.join(' ')}${neurons.length > 12 ? ' ...' : ''})`}`;
}

/** A point strictly inside each of the cells where a Lipschitz constant is taken, by the cell's number. */
function pointsInCells({ network }: NetworkFile, domain: Domain, { lipschitz }: FunctionFacts): Map<number, string> {
  const wanted = new Set([lipschitz.l1.cell, lipschitz.linf.cell, lipschitz.l2.cell]);
  const found = new Map<number, string>();
  forEachCell(
    analysisProblem(network, domain),
    (cell) => {
      if (wanted.has(cell.id)) found.set(cell.id, witnessOf(cell).map(briefRational).join(', '));
    },
    { stop: () => found.size === wanted.size },
  );
  return found;
}

function textReport(
  { cells, ranges, lipschitz, neurons }: FunctionFacts,
  domain: string,
  points: ReadonlyMap<number, string>,
): string {
  const { l1, linf, l2 } = lipschitz;
  const rows: [string, string][] = [
    ['domain', domain],
    ['cells', counted(cells, 'cell')],
  ];
  ranges.forEach(({ minimum, maximum }, k) => {
    rows.push([`min output ${k}`, showExtreme(minimum, '-')], [`max output ${k}`, showExtreme(maximum, '+')]);
  });
  rows.push(
    ['Lipschitz, 1-norm', `${showRational(l1.value, FEW_DIGITS)} around ${points.get(l1.cell)}`],
    ['Lipschitz, max norm', `${showRational(linf.value, FEW_DIGITS)} around ${points.get(linf.cell)}`],
    [
      'Lipschitz, 2-norm',
      `between ${showRational(l2.lower, FEW_DIGITS)} and ${showRational(l2.upper, FEW_DIGITS)} around ${points.get(l2.cell)}`,
    ],
    ['dead', names(neurons.filter((n) => n.dead))],
    ['always positive', names(neurons.filter((n) => n.status === 'positive'))],
    ['always negative', names(neurons.filter((n) => n.status === 'negative'))],
    ['cut the domain', grouped(neurons.filter((n) => n.status === 'cuts').length)],
  );
  return table(rows);
}

export function factsCommand(run: Runner): Command {
  return withSlice(
    withDomain(networkCommand('facts', 'exact ranges, Lipschitz constants, stable and dead neurons over a domain')),
  )
    .addHelpText('after', '\nExample:\n  relu-atlas facts net.onnx --box=-1,1')
    .action(run(facts));
}
