/**
 * `relu-atlas arrangement`: cells of hyperplanes, counted without visiting them.
 */
import { Command, Option } from 'commander';
import { jsonOfChambers, stamp } from '../../answers/index.js';
import { type Symmetry, symmetriesOfCone } from '../../chambers/index.js';
import { FormatError } from '../../formats/index.js';
import { runChambers } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import {
  type ArrangementFile,
  type ArrangementOptions,
  readArrangement,
  readSymmetries,
} from '../options/arrangement.js';
import { type ChosenDomain, type DomainOptions, type Finding, onDomains } from '../options/domain.js';
import { formatOption, type Runner, withDomain } from '../options/shared.js';
import { arrangementRows } from '../output/arrangement.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface Options extends ArrangementOptions, DomainOptions, ProgressOptions {
  readonly symmetry: string;
  readonly format: 'text' | 'json';
}

export async function arrangement(file: string, options: Options): Promise<number> {
  const read = await readArrangement(file, options);
  const symmetries = await symmetriesOf(read, options);
  return onDomains(file, read.net, options, (chosen) => countOn(file, read, { chosen, symmetries }, options));
}

/** Those that were given, verified; none; or undefined: they are looked for. */
async function symmetriesOf(
  { arrangement: given }: ArrangementFile,
  { symmetry }: Options,
): Promise<Symmetry[] | undefined> {
  if (symmetry === 'auto') return undefined;
  if (symmetry === 'none') return [];
  const stated = await readSymmetries(symmetry, given.planes.length);
  const checked = symmetriesOfCone(given, stated);
  checked.forEach((found, g) => {
    if (typeof found === 'string') throw new FormatError(`generator ${g}`, `${found}; correct or drop it`, symmetry);
  });
  return checked.filter((found) => typeof found !== 'string');
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
  const { count, seconds } = await runChambers({
    network: net.network,
    domain: chosen.domain,
    signal,
    onProgress: ({ done, step, steps, seconds: elapsed }) => bar.part(done, `rank ${step + 1} of ${steps}`, elapsed),
    ...(symmetries && { symmetries }),
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
    ...arrangementRows(count),
    ['time', showSeconds(seconds)],
  ];
  return {
    code: EXIT.ok,
    json: { ...jsonOfChambers(count, chosen.domain, seconds), file: { name: file, layout }, ...stamp('arrangement') },
    text: table(rows),
  };
}

export function arrangementCommand(run: Runner): Command {
  return withDomain(new Command('arrangement'))
    .description('count the cells of hyperplanes a . x = b without visiting them; characteristic polynomial')
    .argument(
      '<file>',
      'rows a1 .. ad b as .csv, .tsv, .npy, or .json ([[a1,..,b],..] or {"hyperplanes":[{"a":[..],"b":..},..]}); columns as .txt',
    )
    .option('--central', 'the file has no constants: all hyperplanes pass through 0')
    .addOption(
      new Option(
        '--symmetry <auto|none|file>',
        'symmetries: found, none, or {"generators":[{"permutation":[..],"signs":[..]},..]}, verified',
      ).default('auto'),
    )
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
