/**
 * `relu-atlas check NET FILE` of the evidence for a homology.
 */
import { readFileSync } from 'node:fs';
import { stamp } from '../../answers/index.js';
import { FormatError, jsonOfDomain } from '../../formats/index.js';
import { networkDigest, shapeOf } from '../../network/index.js';
import { checkHomologyEvidence, type EvidenceReport } from '../../topology/check-evidence.js';
import { jsonOfSet } from '../../topology/index.js';
import { EXIT } from '../exit.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { grouped, showDomain, table } from '../output/text.js';

interface HomologyCheckOptions extends SubjectOptions {
  readonly format: 'text' | 'json';
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new FormatError('', `expected whole JSON, got ${error.message}`, file);
    throw error;
  }
}

function jsonOf(report: EvidenceReport): object {
  if (!report.accepted) return report;
  const { torsion, set, domain, ...rest } = report;
  return {
    ...rest,
    ...(torsion && { torsion: torsion.map((orders) => orders.map(String)) }),
    set: jsonOfSet(set),
    domain: jsonOfDomain(domain),
  };
}

export async function checkHomology(file: string, certificate: string, options: HomologyCheckOptions): Promise<number> {
  const { network } = await readSubject(file, options);
  const report = checkHomologyEvidence(network, contentOf(certificate));
  const digest = networkDigest(network);
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...jsonOf(report), network: digest, ...stamp('check') })}\n`);
  } else if (report.accepted) {
    const { field, betti, torsion, faces, domain } = report;
    const orders = (torsion ?? []).flatMap((list, k) => (list.length === 0 ? [] : [`H${k}: ${list.join(', ')}`]));
    process.stdout.write(
      table([
        ['accepted', certificate],
        ['network', `${file}: ${shapeOf(network)}, digest ${digest}`],
        ['domain', showDomain(domain)],
        [
          'homology',
          `over ${field}: Betti numbers ${betti.join(', ')}${orders.length === 0 ? '' : `; torsion ${orders.join('; ')}`}`,
        ],
        [
          'verified',
          `${faces.map(grouped).join(' + ')} faces, in the set and in the domain; not that they are all of it`,
        ],
      ]),
    );
  } else process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${report.reason}\n`);
  return report.accepted ? EXIT.ok : EXIT.refused;
}
