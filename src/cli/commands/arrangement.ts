/**
 * `relu-atlas arrangement`: cells of hyperplanes, counted without visiting them.
 */
import { Command } from 'commander';
import { jsonOfChambers, stamp } from '../../answers/index.js';
import type { Symmetry } from '../../chambers/index.js';
import { arrangementKind, type ChamberReport, runChambers } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import {
  type ArrangementFile,
  type ArrangementOptions,
  readArrangement,
  symmetriesOf,
} from '../options/arrangement.js';
import { type ChosenDomain, type DomainOptions, type Finding, onDomains } from '../options/domain.js';
import { formatOption, isSymmetryFile, type Runner, symmetryOption, withDomain } from '../options/shared.js';
import { arrangementRows } from '../output/arrangement.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { counted, grouped, quotedArgument, showDomain, showSeconds, table } from '../output/text.js';

interface Options extends ArrangementOptions, DomainOptions, ProgressOptions, ForceOption {
  readonly certificate?: string;
  readonly symmetry: string;
  readonly format: 'text' | 'json';
}

export async function arrangement(file: string, options: Options): Promise<number> {
  const { certificate } = options;
  if (certificate !== undefined) {
    const isWhole = options.box === undefined && options.domain === undefined;
    const kind = arrangementKind({ kind: isWhole ? 'whole' : 'box' });
    const target = { option: '--certificate', file: certificate, kind } as const;
    requireFree([target], inputsOf([file], options), options);
  }
  const read = await readArrangement(file, options);
  const symmetries = await symmetriesOf(read.arrangement, options.symmetry);
  const files = { '--certificate': certificate };
  return onDomains(file, read.net, { ...options, files }, (chosen) =>
    countOn(file, read, { chosen, symmetries }, options),
  );
}

interface Subject {
  readonly chosen: ChosenDomain;
  readonly symmetries: Symmetry[] | undefined;
}

async function countOn(
  file: string,
  { net, arrangement: given, layout }: ArrangementFile,
  { chosen, symmetries }: Subject,
  options: Options,
): Promise<Finding> {
  const bar = progressBar(options);
  const { signal, release } = interruption();
  const { count, seconds, certificate } = await runChambers({
    network: net.network,
    domain: chosen.domain,
    signal,
    onProgress: ({ done, step, steps, seconds: elapsed }) => bar.part(done, `rank ${step + 1} of ${steps}`, elapsed),
    ...(symmetries && { symmetries }),
    ...(options.certificate !== undefined && { certificate: options.certificate }),
  }).finally(() => {
    bar.stop();
    release();
  });
  if (count === undefined) {
    const json = { complete: false, seconds, ...stamp('arrangement') };
    return { code: EXIT.interrupted, json, text: 'interrupted: nothing is counted yet\n' };
  }
  const repeated = given.planes.length - count.hyperplanes;
  const rows: [string, string][] = [
    [
      'file',
      `${file}: ${layout}, ${counted(given.planes.length, 'hyperplane')}${repeated > 0 ? `, ${repeated} of them repeated or none` : ''}`,
    ],
    ['domain', `${showDomain(chosen.domain)} (${chosen.source})`],
    ['cells', `${grouped(count.cells)} (exact)`],
    ...arrangementRows(count, isSymmetryFile(options.symmetry)),
    ['time', showSeconds(seconds)],
    ...certificateRows(file, options, certificate),
  ];
  return {
    code: EXIT.ok,
    json: {
      ...jsonOfChambers(count, chosen.domain, seconds),
      ...(certificate && { certificate: { file: options.certificate, ...certificate } }),
      file: { name: file, layout },
      ...stamp('arrangement'),
    },
    text: table(rows),
  };
}

/** Where the proof is, and how it is checked. */
function certificateRows(file: string, options: Options, written: ChamberReport['certificate']): [string, string][] {
  if (options.certificate === undefined || written === undefined) return [];
  const names = [file, options.certificate].map(quotedArgument).join(' ');
  const central = options.central === true ? ' --central' : '';
  return [
    ['certificate', `${options.certificate}: ${grouped(written.bytes)} bytes, sha256 ${written.sha256}`],
    ['check it', `relu-atlas check ${names}${central}`],
  ];
}

export function arrangementCommand(run: Runner): Command {
  return withForce(withDomain(new Command('arrangement')))
    .description('count the cells of hyperplanes a . x = b without visiting them; characteristic polynomial')
    .argument(
      '<file>',
      'rows a1 .. ad b as .csv, .tsv, .npy, or .json ([[a1,..,b],..] or {"hyperplanes":[{"a":[..],"b":..},..]}); columns as .txt',
    )
    .option('--central', 'the file has no constants: all hyperplanes pass through 0')
    .addOption(symmetryOption())
    .option('--certificate <file>', 'write the proof to this file')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Without a domain option all of R^d is cut.

Examples:
  relu-atlas arrangement hyperplanes.csv
  relu-atlas arrangement resonance.txt --central --json`,
    )
    .action(run(arrangement));
}
