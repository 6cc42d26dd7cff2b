/**
 * `relu-atlas partition`: every cell to a file.
 */

import type { Command } from 'commander';
import { formatOfFile, jsonLinesWriter, parquetWriter, writePartition } from '../../analysis/files/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain } from '../options/shared.js';
import { readSubject, withSlice } from '../options/subject.js';
import { progressBar, rateText } from '../output/progress.js';
import { type ForceOption, inputsOf, requireFree, withForce } from '../output/targets.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface PartitionOptions extends AnalysisOptions, ForceOption {
  readonly out: string;
}

export async function partition(file: string, options: PartitionOptions): Promise<number> {
  const format = formatOfFile(options.out);
  if (format === undefined) {
    throw new UsageError(`--out: expected a name ending in .jsonl, .ndjson or .parquet, got ${options.out}; rename it`);
  }
  requireFree(
    [{ option: '--out', file: options.out, kind: format === 'parquet' ? 'Parquet' : 'JSON Lines of cells' }],
    inputsOf([file], options),
    options,
  );
  const net = await readSubject(file, options);
  return onDomains(file, net, options, (chosen) => partitionOn(net, chosen, options, format));
}

async function partitionOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  options: PartitionOptions,
  format: 'jsonl' | 'parquet',
): Promise<Finding> {
  const bar = progressBar(options.quiet === true);
  const { signal, release } = interruption();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let cells: number | undefined;
  try {
    const writer = format === 'parquet' ? parquetWriter(options.out) : jsonLinesWriter(options.out);
    cells = await writePartition(
      {
        network: net.network,
        domain,
        signal,
        onCell: (count, total) => {
          if (count % 256 === 0) bar.update(count / total, rateText(count, seconds()));
        },
      },
      writer,
    );
  } finally {
    bar.stop();
    release();
  }
  if (cells === undefined) {
    return { code: EXIT.interrupted, text: 'interrupted: no file was written\n' };
  }
  return {
    code: EXIT.ok,
    json: { cells, file: options.out, format, seconds: seconds() },
    text: table([
      ['domain', `${showDomain(domain)} (${source})`],
      ['written', `${options.out}: ${counted(cells, 'cell')}, ${format === 'parquet' ? 'Parquet' : 'JSON Lines'}`],
      ['time', `${showSeconds(seconds())}, ${grouped(Math.round(cells / seconds()))} cells/s`],
    ]),
  };
}

export function partitionCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        networkCommand('partition', 'write every cell: pattern, witness, facets, neighbours, map, vertices, volume'),
      ),
    ),
  )
    .requiredOption('--out <file>', 'file to write: .jsonl (exact) or .parquet (doubles and exact texts)')
    .addHelpText(
      'after',
      `
Each cell: id, pattern, an exact witness, irredundant facets with the neurons that make them, neighbours, the exact map,
and up to dimension 6 vertices and exact volume. The partition is walked twice and never held in memory.

Examples:
  relu-atlas partition net.json --box=-1,1 --out cells.jsonl
  relu-atlas partition net.onnx --whole --out cells.parquet`,
    )
    .action(run(partition));
}
