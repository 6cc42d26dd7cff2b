/**
 * `relu-atlas check`
 */
import { cpus } from 'node:os';
import { networkDigest } from '../network/digest.js';
import { shapeOf } from '../network/network.js';
import { checkWithWorkers } from '../partition/check-run.js';
import type { CheckReport } from '../partition/checker-file.js';
import { jsonOfDomain } from './domain-option.js';
import { EXIT } from './exit.js';
import { progressBar, rateText } from './progress.js';
import { readSubject, type SubjectOptions } from './subject.js';
import { grouped, showDomain, showSeconds, table } from './text.js';

interface CheckOptions extends SubjectOptions {
  readonly workers?: number;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
}

export async function check(file: string, certificate: string, options: CheckOptions): Promise<number> {
  const { network } = await readSubject(file, options);
  const bar = progressBar(options.quiet === true);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let verified = 0;
  const onSignal = () => {
    bar.stop();
    process.stdout.write(
      `interrupted: ${grouped(verified)} cells verified so far; neither accepted nor refused\n`,
      () => process.exit(EXIT.interrupted),
    );
  };
  process.on('SIGINT', onSignal);
  let report: CheckReport;
  try {
    report = await checkWithWorkers(network, certificate, {
      workers: options.workers ?? cpus().length,
      onProgress: (cells) => {
        verified = cells;
        bar.update(0, rateText(cells, elapsed()));
      },
    });
  } finally {
    bar.stop();
    process.off('SIGINT', onSignal);
  }
  const digest = networkDigest(network);
  process.stdout.write(
    options.format === 'json'
      ? jsonReport(report, digest, elapsed())
      : textReport(`${file}: ${shapeOf(network)}, digest ${digest}`, certificate, report, elapsed()),
  );
  return report.accepted ? EXIT.ok : EXIT.refused;
}

function jsonReport(report: CheckReport, network: string, seconds: number): string {
  const content = report.accepted ? { ...report, domain: jsonOfDomain(report.domain) } : report;
  return `${JSON.stringify({ ...content, network, seconds })}\n`;
}

function textReport(network: string, certificate: string, report: CheckReport, seconds: number): string {
  if (!report.accepted) {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    return `refused: ${certificate}: at ${node}: ${report.reason}\n`;
  }
  const { cells, cellsPerLayer, verified } = report;
  const implied = `${grouped(verified.impliedByBounds)} by bounds, ${grouped(verified.impliedByMultipliers)} by multipliers`;
  const rest = `${grouped(verified.zeroRows)} zero rows, ${grouped(verified.bounds)} tightened bounds`;
  return table([
    ['accepted', `${certificate}, sha256 ${report.sha256}`],
    ['network', network],
    ['domain', showDomain(report.domain)],
    ['cells', `${grouped(cells)} (proved)`],
    ['per layer', cellsPerLayer.map(grouped).join(' ')],
    ['verified', `${grouped(verified.splits)} splits, ${implied}, ${rest}, ${grouped(verified.witnesses)} witnesses`],
    ['time', `${showSeconds(seconds)}, ${grouped(Math.round(cells / seconds))} cells/s`],
  ]);
}
