/**
 * `relu-atlas check`
 */
import { cpus } from 'node:os';
import { jsonOfCheck, stamp } from '../../answers/index.js';
import type { CheckReport } from '../../checker/index.js';
import type { NetworkFile } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import { holdsSomething, kindOf } from '../../output/index.js';
import { checkWithWorkers } from '../../run/index.js';
import { EXIT, UsageError } from '../exit.js';
import { chooseDomains, type DomainOptions } from '../options/domain.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { type ProgressOptions, progressBar } from '../output/progress.js';
import { grouped, showDomain, showSeconds, table } from '../output/text.js';

export interface CheckOptions extends SubjectOptions, DomainOptions, ProgressOptions {
  readonly workers?: number;
  /** Of a file of hyperplanes: it has no constants. */
  readonly central?: boolean;
  readonly format: 'text' | 'json';
}

export async function check(file: string, certificate: string, options: CheckOptions): Promise<number> {
  if (holdsSomething(certificate) && kindOf(certificate) === 'proof') {
    throw new UsageError(
      `${certificate}: expected a certificate of cells, got the proof of a query; add --property QUERY`,
    );
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'homology') {
    return (await import('../topology/check-homology.js')).checkHomology(file, certificate, options);
  }
  if (holdsSomething(certificate) && kindOf(certificate) === 'certificate of an arrangement')
    return (await import('./check-arrangement.js')).checkArrangementOf(file, certificate, options);
  const net = await readSubject(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const bar = progressBar(options);
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
  let verdict: CheckReport;
  try {
    verdict = await checkWithWorkers(network, certificate, {
      workers: options.workers ?? cpus().length,
      onProgress: (cells, done) => {
        verified = cells;
        const rate = grouped(Math.round(cells / elapsed()));
        bar.part(done, `${grouped(cells)} cells verified, ${rate}/s`, elapsed());
      },
    });
  } finally {
    bar.stop();
    process.off('SIGINT', onSignal);
  }
  const report = aboutExpected(verdict, expected);
  const digest = networkDigest(network);
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ...jsonOfCheck(report, network, elapsed()), ...stamp('check') })}\n`
      : textReport(`${file}: ${shapeOf(network)}, digest ${digest}`, certificate, report, elapsed()),
  );
  return report.accepted ? EXIT.ok : EXIT.refused;
}

/** The domains that the user states, if any: the certificate must be about one of them. */
export async function expectedDomains(
  file: string,
  net: NetworkFile,
  options: CheckOptions,
): Promise<Domain[] | undefined> {
  const { box, domain, whole } = options;
  if (box === undefined && domain === undefined && whole !== true) return undefined;
  return (await chooseDomains(file, net, options)).map((chosen) => chosen.domain);
}

/** What to say of a certificate about another domain. */
export const otherDomain = (domain: Domain, expected: readonly Domain[]) =>
  `the certificate is about another domain: ${showDomain(domain)}, not ${showDomain(expected[0]!)}`;

function aboutExpected(report: CheckReport, expected: readonly Domain[] | undefined): CheckReport {
  if (!report.accepted || expected === undefined) return report;
  if (expected.some((domain) => sameConditions(domain, report.domain))) return report;
  return { accepted: false, path: '', reason: otherDomain(report.domain, expected) };
}

/** The options that make a file another network: a certificate is about the one that they made. */
export function otherNetworkHint(reason: string): string {
  if (!reason.includes('another network')) return '';
  return '; if it was made with --units=raw, --batch, --input-shape, --input, --output, --head, --plane, --through or by segment, give the same option here';
}

function textReport(network: string, certificate: string, report: CheckReport, seconds: number): string {
  if (!report.accepted) {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    return `${paint('refused:', 'red')} ${certificate}: at ${node}: ${report.reason}${otherNetworkHint(report.reason)}\n`;
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
