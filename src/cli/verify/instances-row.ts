/**
 * One row of a benchmark, answered; whatever is wrong with it stands in the row.
 */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeOutput } from '../../output/index.js';
import {
  answerQuery,
  counterexampleText,
  jsonOfAnswer,
  type NetworkCache,
  type PropertyReport,
} from '../../property/index.js';
import type { VerificationRow } from '../../report/verification/index.js';
import { explain } from '../exit.js';
import { tellNotes } from '../output/warnings.js';
import type { Instance } from './instances-list.js';
import type { VerifyOptions } from './options.js';
import { questionOfFiles } from './question.js';

export interface RowContext {
  readonly options: VerifyOptions;
  readonly cache: NetworkCache;
  /** Remarks that were told with earlier rows. */
  readonly told: Set<string>;
  /** Threads that search for this row. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** "001_net_prop" */
export function stemOf({ network, property }: Instance, index: number): string {
  const name = (path: string) =>
    basename(path)
      .replace(/(\.gz)?$/, '')
      .replace(/\.[^.]*$/, '');
  const safe = `${name(network)}_${name(property)}`.replaceAll(/[^\w.=-]/g, '_').slice(0, 120);
  return `${String(index + 1).padStart(3, '0')}_${safe}`;
}

function secondsAllowed({ timeout }: Instance, options: VerifyOptions): number {
  return options.timeout === undefined ? timeout : Math.min(timeout, options.timeout);
}

/** Files that the answer needs are written; without a directory there are none. */
async function searched(
  instance: Instance,
  index: number,
  { options, cache, told, workers, signal, onProgress }: RowContext,
) {
  const { out } = options;
  const question = await questionOfFiles(instance.propertyFile, instance.networkFile, options, cache);
  tellNotes(question.notes.filter((note) => !told.has(note)));
  for (const note of question.notes) told.add(note);
  const target = (folder: string, extension: string) => {
    if (out === undefined) return undefined;
    mkdirSync(join(out, folder), { recursive: true });
    return join(out, folder, `${stemOf(instance, index)}.${extension}`);
  };
  const certificate = target('certificates', 'cert');
  const report = await answerQuery(question.bound, {
    signal,
    timeout: secondsAllowed(instance, options),
    workers,
    ...(certificate !== undefined && { certificate }),
    ...(onProgress && { onProgress: ({ done }) => onProgress(done) }),
  });
  // Its Y are outputs of the file, which are not known where the logits are read.
  const found = report.counterexample !== undefined && !question.bound.logits;
  const counterexample = !found ? undefined : target('counterexamples', 'counterexample');
  if (counterexample !== undefined) writeOutput(counterexample, counterexampleText(report.counterexample!));
  return { report, counterexample };
}

function answeredRow(
  { network, property, timeout }: Instance,
  report: PropertyReport,
  file: string | undefined,
  seconds: number,
): VerificationRow {
  const { verdict, reason, nodes, cells, statistics, certificate, counterexample } = jsonOfAnswer(report);
  return {
    network,
    property,
    verdict,
    seconds,
    timeout,
    nodes,
    cells,
    statistics,
    ...(reason !== undefined && { reason }),
    ...(certificate !== undefined && { certificate }),
    ...(counterexample !== undefined && {
      counterexample: { ...(file !== undefined && { file }), ...counterexample },
    }),
  };
}

/** The row of an instance that has no answer. */
export function failedRow(instance: Instance, error: unknown, started: number): VerificationRow {
  const { network, property, timeout } = instance;
  const seconds = (performance.now() - started) / 1000;
  return { network, property, verdict: 'error', seconds, timeout, error: explain(error).line };
}

/** The row; seconds count from reading the files to writing the answer. */
export async function instanceRow(instance: Instance, index: number, context: RowContext): Promise<VerificationRow> {
  const started = performance.now();
  try {
    const { report, counterexample } = await searched(instance, index, context);
    return answeredRow(instance, report, counterexample, (performance.now() - started) / 1000);
  } catch (error) {
    return failedRow(instance, error, started);
  }
}
