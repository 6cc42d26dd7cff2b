/**
 * `relu-atlas check` of certificates of arrangements.
 */
import { domainJson, exactInteger, stamp } from '../../answers/index.js';
import { type ArrangementReport, checkArrangement, checkInside, type InsideReport } from '../../checker/index.js';
import { type Domain, type Network, networkDigest, sameConditions, shapeOf, whole } from '../../network/index.js';
import { EXIT } from '../exit.js';
import { type ArrangementOptions, holdsHyperplanes, readArrangement } from '../options/arrangement.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { paint } from '../output/colour.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface Options extends SubjectOptions, DomainOptions, ArrangementOptions {
  readonly format: 'text' | 'json';
}

/** The network that the certificate is about: of a network file, or of hyperplanes. A .json may be either. */
async function subjectOf(file: string, options: Options) {
  if (holdsHyperplanes(file) || options.central === true) return (await readArrangement(file, options)).net;
  try {
    return await readSubject(file, options);
  } catch (error) {
    const read = await readArrangement(file, options).catch(() => undefined);
    if (read === undefined) throw error;
    return read.net;
  }
}

type Report =
  | (Extract<ArrangementReport | InsideReport, { accepted: true }> & { readonly domain: Domain })
  | { readonly accepted: false; readonly reason: string };

async function reportOf(network: Network, certificate: string, isInside: boolean): Promise<Report> {
  if (isInside) return checkInside(network, certificate);
  const report = await checkArrangement(network, certificate);
  return report.accepted ? { ...report, domain: whole(network.inputs) } : report;
}

/** @param isInside whether the file says that it is about a domain */
export async function checkArrangementOf(
  file: string,
  certificate: string,
  isInside: boolean,
  options: Options,
): Promise<number> {
  const net = await subjectOf(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const started = performance.now();
  const found = await reportOf(network, certificate, isInside);
  const seconds = (performance.now() - started) / 1000;
  const isOther =
    found.accepted && expected !== undefined && !expected.some((domain) => sameConditions(domain, found.domain));
  const report: Report = isOther ? { accepted: false, reason: otherDomain(found.domain, expected) } : found;
  if (options.format === 'json') {
    const numbers = report.accepted
      ? {
          ...report,
          betti: report.betti.map(exactInteger),
          cells: exactInteger(report.cells),
          domain: domainJson(report.domain),
        }
      : { ...report, path: '' };
    process.stdout.write(
      `${JSON.stringify({ ...numbers, network: networkDigest(network), seconds, ...stamp('check') })}\n`,
    );
  } else if (report.accepted) {
    const { cells, betti, sha256, domain } = report;
    process.stdout.write(
      table([
        ['accepted', `${certificate}, sha256 ${sha256}`],
        ['network', `${file}: ${shapeOf(network)}, digest ${networkDigest(network)}`],
        ['domain', showDomain(domain)],
        ['cells', `${grouped(cells)} (proved)`],
        ['Betti', betti.map(grouped).join(' ')],
        ['verified', verifiedOf(report)],
        ['time', showSeconds(seconds)],
      ]),
    );
  } else process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${report.reason}\n`);
  return report.accepted ? EXIT.ok : EXIT.refused;
}

function verifiedOf(report: Extract<Report, { accepted: true }>): string {
  const { flats, covers, symmetries } = report;
  const byRanks = `${grouped(flats)} flats, ${grouped(covers)} covers, ${grouped(symmetries)} generators of symmetries`;
  if (!('points' in report)) return byRanks;
  const bySigns = `${counted(report.points, 'point')} inside, ${counted(report.combinations, 'combination')} of walls`;
  return flats > 0 ? `${bySigns}, ${byRanks}` : bySigns;
}
