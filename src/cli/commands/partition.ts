/**
 * `relu-atlas partition`: every cell to a file.
 */

import { setFlagsFromString } from 'node:v8';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  CELL_FIELDS,
  type CellField,
  fieldsOfText,
  formatOfFile,
  jsonLinesWriter,
  type LayoutOptions,
  parquetWriter,
  writePartition,
} from '../../analysis/files/index.js';
import { stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { Stopping, type StopReason } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import {
  type CheckpointOptions,
  checkpointOf,
  type LimitOptions,
  withCheckpoint,
  withLimits,
} from '../options/checkpoint.js';
import { digitCount } from '../options/digits.js';
import { type ChosenDomain, type Finding, onDomains } from '../options/domain.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubjectSparing, withSlice } from '../options/subject.js';
import { type ForceOption, withForce } from '../output/targets.js';
import { counted, grouped, quotedArgument, showDomain, showSeconds, table } from '../output/text.js';
import { walkBar } from '../progress/walk-bar.js';

interface PartitionOptions extends AnalysisOptions, ForceOption, LimitOptions, CheckpointOptions {
  readonly out: string;
  readonly fields?: readonly CellField[];
  readonly digits?: number;
  readonly workers?: number;
}

function fieldList(text: string): readonly CellField[] {
  const fields = fieldsOfText(text);
  if (fields !== undefined) return fields;
  throw new InvalidArgumentError(`Expected some of ${CELL_FIELDS.join(',')}, or all, such as pattern,witness,map.`);
}

export async function partition(file: string, options: PartitionOptions): Promise<number> {
  const format = formatOfFile(options.out);
  if (format === undefined) {
    throw new UsageError(`--out: expected a name ending in .jsonl, .ndjson or .parquet, got ${options.out}; rename it`);
  }
  if (options.digits !== undefined && format === 'parquet') {
    throw new UsageError('--digits: expected .jsonl; Parquet has doubles, and exact texts beside them (--fields)');
  }
  const kind = format === 'parquet' ? 'Parquet' : 'JSON Lines of cells';
  const net = await readSubjectSparing(file, options, [{ option: '--out', file: options.out, kind }]);
  return onDomains(file, net, options, (chosen) => partitionOn(net, chosen, options, format));
}

async function partitionOn(
  net: NetworkFile,
  { domain, source }: ChosenDomain,
  options: PartitionOptions,
  format: 'jsonl' | 'parquet',
): Promise<Finding> {
  const bar = walkBar(options, ['counting', 'writing']);
  const { signal: outer, release } = interruption();
  const stopping = new Stopping({ signal: outer, ...(options.timeout !== undefined && { timeout: options.timeout }) });
  const { signal } = stopping;
  const checkpoint = checkpointOf(options);
  const { limitCells } = options;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let found = 0;
  const onCells = (so: number) => {
    found = so;
    if (limitCells !== undefined && so >= limitCells) stopping.stop('cells');
  };
  let cells: number | undefined;
  try {
    const { fields, digits, workers } = options;
    const layout: LayoutOptions = { ...(fields && { fields }), ...(digits !== undefined && { digits }) };
    const writer = format === 'parquet' ? parquetWriter(options.out, layout) : jsonLinesWriter(options.out, layout);
    // Memory stays flat: heaps of all threads are collected once they have grown by this much, by default when they have doubled and more.
    setFlagsFromString('--heap-growing-percent=30');
    cells = await writePartition(
      {
        network: net.network,
        domain,
        signal,
        onCells,
        ...(checkpoint !== undefined && { checkpoint }),
        ...(workers !== undefined && { workers }),
        ...(bar.meter && { meter: bar.meter }),
      },
      writer,
    );
  } finally {
    bar.stop();
    release();
    stopping.release();
  }
  if (cells === undefined) return unfinished(stopping.reason, found, options);
  return {
    code: EXIT.ok,
    json: { cells, file: options.out, format, seconds: seconds(), ...stamp('partition') },
    text: table([
      ['domain', `${showDomain(domain)} (${source})`],
      ['written', `${options.out}: ${counted(cells, 'cell')}, ${format === 'parquet' ? 'Parquet' : 'JSON Lines'}`],
      ['time', `${showSeconds(seconds())}, ${grouped(Math.round(cells / seconds()))} cells/s`],
    ]),
  };
}

/** Says how far it came. */
function unfinished(reason: StopReason = 'interrupted', found: number, options: PartitionOptions): Finding {
  const { checkpoint } = options;
  const why = { interrupted: 'interrupted', timeout: 'time is up', cells: 'enough cells' }[reason];
  const next =
    checkpoint === undefined ? '' : `; go on with: relu-atlas partition --resume ${quotedArgument(checkpoint)}`;
  return {
    code: reason === 'interrupted' ? EXIT.interrupted : EXIT.unknown,
    json: { complete: false, stopped: reason, atLeast: found, ...stamp('partition') },
    text: `${why}: at least ${counted(found, 'cell')}; no file was written${next}\n`,
  };
}

export function partitionCommand(run: Runner): Command {
  return withForce(
    withSlice(
      withDomain(
        withCheckpoint(
          withLimits(
            networkCommand(
              'partition',
              'write every cell: pattern, witness, facets, neighbours, map, vertices, volume',
            ),
          ),
        ),
      ),
    ),
  )
    .requiredOption('--out <file>', 'file to write: .jsonl (exact) or .parquet (doubles and exact texts)')
    .addOption(
      new Option('--fields <list>', `what to write of every cell: ${CELL_FIELDS.join(',')}, or all`).argParser(
        fieldList,
      ),
    )
    .addOption(
      new Option(
        '--digits <n>',
        'with .jsonl: numbers rounded to so many digits; --fields exact: exact ones beside them',
      ).argParser(digitCount()),
    )
    .addOption(workersOption())
    .addHelpText(
      'after',
      `
Each cell: id, pattern, an exact witness, irredundant facets with the neurons that make them, neighbours, the exact map,
and up to dimension 6 vertices and exact volume. With two free inputs vertices are in counterclockwise order; with three,
the field faces has every facet as such a cycle seen from outside. Volumes and vertices cost most: choose --fields.
The partition is walked twice and never held in memory.

Examples:
  relu-atlas partition net.json --box=-1,1 --out cells.jsonl
  relu-atlas partition net.onnx --whole --out cells.parquet
  relu-atlas partition net.json --box=-1,1 --fields pattern,witness,map --digits 6 --out cells.jsonl`,
    )
    .action(run(partition));
}
