/**
 * `relu-atlas check NET CERT --property QUERY`: whether a file proves that the query has no solution.
 */
import { stamp } from '../../answers/index.js';
import { checkVerification, type VerificationReport } from '../../checker/index.js';
import { networkDigest, shapeOf } from '../../network/index.js';
import { EXIT } from '../exit.js';
import type { ReadingOptions } from '../options/subject.js';
import { otherNetworkHint } from '../output/checked.js';
import { counted, grouped, showSeconds, table } from '../output/text.js';
import { tellNotes } from '../output/warnings.js';
import type { VerifyOptions } from './options.js';
import { type Question, questionOfFiles } from './question.js';

export interface PropertyCheckOptions extends ReadingOptions, Pick<VerifyOptions, 'network' | 'overReals' | 'format'> {
  readonly property: string;
}

function textOf(certificate: string, { bound, asked }: Question, report: VerificationReport, seconds: number): string {
  if (!report.accepted) {
    const node = report.path === '' ? 'the root' : `node ${report.path}`;
    return `refused: ${certificate}: at ${node}: ${report.reason}${otherNetworkHint(report.reason, 'query')}\n`;
  }
  const { nodes, closed, closedExactly, implied, sha256 } = report;
  const { network, unsafe } = bound;
  return table([
    ['accepted', `${certificate}, sha256 ${sha256}`],
    ['network', `${shapeOf(network)}, digest ${networkDigest(network)}`],
    ['property', `${asked}: unsat (proved), ${counted(unsafe.disjuncts.length, 'disjunct')}`],
    [
      'verified',
      `${counted(nodes, 'node')}: ${grouped(closed)} closed by bounds, ${grouped(closedExactly)} exactly, ${grouped(implied)} sides implied`,
    ],
    ['time', showSeconds(seconds)],
  ]);
}

export async function checkProperty(net: string, certificate: string, options: PropertyCheckOptions): Promise<number> {
  const question = await questionOfFiles(options.property, net, options);
  tellNotes(question.notes);
  const started = performance.now();
  const report = await checkVerification(question.bound.network, question.bound.unsafe, certificate);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ...report, network: networkDigest(question.bound.network), property: options.property, seconds, ...stamp('check') })}\n`
      : textOf(certificate, question, report, seconds),
  );
  return report.accepted ? EXIT.ok : EXIT.refused;
}
