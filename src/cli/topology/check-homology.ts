/**
 * `relu-atlas check NET FILE` of the evidence for a homology.
 */
import { readFileSync } from 'node:fs';
import { stamp } from '../../answers/index.js';
import { FormatError, jsonOfDomain } from '../../formats/index.js';
import { type Domain, networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import { checkHomologyEvidence, type EvidenceReport } from '../../topology/check-evidence.js';
import { jsonOfSet } from '../../topology/index.js';
import { EXIT } from '../exit.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { otherNetworkHint } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { grouped, showDomain, table } from '../output/text.js';
import { MEANING_OF_ENDS, showSet } from './words.js';

interface HomologyCheckOptions extends SubjectOptions, DomainOptions {
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

function aboutExpected(report: EvidenceReport, expected: readonly Domain[] | undefined): EvidenceReport {
  if (!report.accepted || expected === undefined) return report;
  if (expected.some((domain) => sameConditions(domain, report.domain))) return report;
  return { accepted: false, reason: otherDomain(report.domain, expected) };
}

export async function checkHomology(file: string, certificate: string, options: HomologyCheckOptions): Promise<number> {
  const net = await readSubject(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const report = aboutExpected(checkHomologyEvidence(network, contentOf(certificate)), expected);
  const digest = networkDigest(network);
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...jsonOf(report), network: digest, ...stamp('check') })}\n`);
  } else if (report.accepted) {
    const { field, betti, torsion, ends, faces, partition, set, domain } = report;
    const orders = (torsion ?? []).flatMap((list, k) => (list.length === 0 ? [] : [`H${k}: ${list.join(', ')}`]));
    const covered = `${partition.map(grouped).join(' + ')} faces, which cover the domain once`;
    process.stdout.write(
      table([
        ['accepted', certificate],
        ['network', `${file}: ${shapeOf(network)}, digest ${digest}`],
        ['domain', showDomain(domain)],
        ['set', `${showSet(set)}; ${MEANING_OF_ENDS[ends]}`],
        [
          'homology',
          `over ${field}: Betti numbers ${betti.join(', ')}${orders.length === 0 ? '' : `; torsion ${orders.join('; ')}`}`,
        ],
        ['verified', `${covered}; ${faces.map(grouped).join(' + ')} of them are all of the set`],
      ]),
    );
  } else
    process.stdout.write(
      `${paint('refused:', 'red')} ${certificate}: ${report.reason}${otherNetworkHint(report.reason)}\n`,
    );
  return report.accepted ? EXIT.ok : EXIT.refused;
}
