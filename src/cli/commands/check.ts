/**
 * `relu-atlas check`
 */
import { cpus } from 'node:os';
import { jsonOfCheck, stamp } from '../../answers/index.js';
import type { CheckReport } from '../../checker/index.js';
import type { Domain, Network } from '../../network/index.js';
import { networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import { holdsSomething, kindOf } from '../../output/index.js';
import { checkInShares, checkWithWorkers, isOfArrangement, type UnfinishedCheck } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { type CheckpointOptions, checkpointOf, type LimitOptions } from '../options/checkpoint.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import { placeOf, type QueueOptions } from '../options/queue.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { otherNetworkHint, unfinished } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';
import { warn } from '../output/warnings.js';

export interface CheckOptions
  extends SubjectOptions,
    DomainOptions,
    ProgressOptions,
    LimitOptions,
    CheckpointOptions,
    QueueOptions {
  readonly workers?: number;
  /** Of a file of hyperplanes: it has no constants. */
  readonly central?: boolean;
  readonly format: 'text' | 'json';
}

export async function check(file: string, certificate: string, options: CheckOptions): Promise<number> {
  const kind = holdsSomething(certificate) ? kindOf(certificate) : undefined;
  if (kind === 'proof') {
    throw new UsageError(
      `${certificate}: expected a certificate of cells, got the proof of a query; add --property QUERY`,
    );
  }
  if (kind === 'homology') {
    return (await import('../topology/check-homology.js')).checkHomology(file, certificate, options);
  }
  if (isOfArrangement(kind))
    return (await import('./check-arrangement.js')).checkArrangementOf(file, certificate, options);
  if (kind === 'certificate by images')
    return (await import('./check-images.js')).checkImagesOf(file, certificate, options);
  const net = await readSubject(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const bar = progressBar(options);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const { signal, release } = interruption();
  const onProgress = (cells: number, done: number | undefined) => {
    const rate = grouped(Math.round(cells / elapsed()));
    bar.part(done, `${grouped(cells)} cells verified, ${rate}/s`, elapsed());
  };
  let verdict: CheckReport | UnfinishedCheck;
  try {
    verdict = await verdictOf({ network, certificate, options, signal, onProgress });
  } finally {
    bar.stop();
    release();
  }
  if ('stopped' in verdict) return unfinished(verdict, options);
  const report = aboutExpected(verdict, expected);
  const digest = networkDigest(network);
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ...jsonOfCheck(report, network, elapsed()), ...by(options), ...stamp('check') })}\n`
      : textReport(`${file}: ${shapeOf(network)}, digest ${digest}`, certificate, report, elapsed(), options),
  );
  return report.accepted ? EXIT.ok : EXIT.refused;
}

/** Whose verdict it is: workers of a queue are believed, as nothing they say of their shares could be proved. */
const by = ({ queue }: CheckOptions) => (queue === undefined ? {} : { by: 'workers' });

interface Checking {
  readonly network: Network;
  readonly certificate: string;
  readonly options: CheckOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (cells: number, done: number | undefined) => void;
}

/** The verdict of threads, of shares that are kept, or of workers elsewhere. */
async function verdictOf({ network, certificate, options, signal, onProgress }: Checking) {
  const { timeout, limitCells } = options;
  const workers = options.workers ?? cpus().length;
  const limits = {
    workers,
    signal,
    onProgress,
    ...(timeout !== undefined && { timeout }),
    ...(limitCells !== undefined && { limitCells }),
  };
  const checkpoint = checkpointOf(options);
  const place = await placeOf(options);
  if (place !== undefined) {
    if (checkpoint !== undefined) throw new UsageError('--queue: keeps what is checked itself; drop --checkpoint');
    const { checkThroughQueue } = await import('../../queue/index.js');
    return checkThroughQueue(network, certificate, {
      ...place,
      ...limits,
      onRemark: (text) => warn(`--queue: ${text}`),
    });
  }
  const inShares = { ...limits, ...(checkpoint !== undefined && { checkpoint: checkpoint.folder }) };
  if (checkpoint !== undefined || timeout !== undefined || limitCells !== undefined) {
    return checkInShares(network, certificate, inShares);
  }
  let cells = 0;
  const told = (found: number, done: number | undefined) => {
    cells = found;
    onProgress(found, done);
  };
  // Shares are verified beside this thread, which hears signals then.
  const verdict = checkWithWorkers(network, certificate, { workers, onProgress: told });
  const interrupted = new Promise<UnfinishedCheck>((resolve) => {
    signal.addEventListener('abort', () => resolve({ stopped: 'interrupted', cells, shares: 0, of: 1 }), {
      once: true,
    });
  });
  return Promise.race([verdict, interrupted]);
}

function aboutExpected(report: CheckReport, expected: readonly Domain[] | undefined): CheckReport {
  if (!report.accepted || expected === undefined) return report;
  if (expected.some((domain) => sameConditions(domain, report.domain))) return report;
  return { accepted: false, path: '', reason: otherDomain(report.domain, expected) };
}

function textReport(
  network: string,
  certificate: string,
  report: CheckReport,
  seconds: number,
  { queue }: CheckOptions,
): string {
  if (!report.accepted) {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    const who = queue === undefined ? '' : ' (by the workers of the queue)';
    return `${paint('refused:', 'red')} ${certificate}: at ${node}: ${report.reason}${otherNetworkHint(report.reason)}${who}\n`;
  }
  const { cells, cellsPerLayer, verified } = report;
  const implied = `${grouped(verified.impliedByBounds)} by bounds, ${grouped(verified.impliedByMultipliers)} by multipliers`;
  const images = verified.images === undefined ? '' : `, ${counted(verified.images, 'image')} by symmetry`;
  const rest = `${grouped(verified.zeroRows)} zero rows, ${grouped(verified.bounds)} tightened bounds`;
  const believed: [string, string][] =
    queue === undefined
      ? []
      : [['by', 'the workers of the queue, which are believed; to trust nobody check it here, without --queue']];
  return table([
    ['accepted', `${certificate}, sha256 ${report.sha256}`],
    ...believed,
    ['network', network],
    ['domain', showDomain(report.domain)],
    ['cells', `${grouped(cells)} (${queue === undefined ? 'proved' : 'proved, if the workers are honest'})`],
    ['per layer', cellsPerLayer.map(grouped).join(' ')],
    [
      'verified',
      `${grouped(verified.splits)} splits, ${implied}, ${rest}, ${grouped(verified.witnesses)} witnesses${images}`,
    ],
    ['time', `${showSeconds(seconds)}, ${grouped(Math.round(cells / seconds))} cells/s`],
  ]);
}
