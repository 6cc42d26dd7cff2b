/**
 * `relu-atlas check` of certificates of arrangements.
 */
import { jsonOfArrangementCheck, stamp } from '../../answers/index.js';
import { type Domain, networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import { type ArrangementVerdict, checkOfArrangement } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { type ArrangementOptions, holdsHyperplanes, readArrangement } from '../options/arrangement.js';
import { type CheckpointOptions, type LimitOptions, requireNoShares } from '../options/checkpoint.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import type { QueueOptions } from '../options/queue.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { otherNetworkHint, unfinished } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { counted, grouped, showDomain, showSeconds, table } from '../output/text.js';

interface Options
  extends SubjectOptions,
    DomainOptions,
    ArrangementOptions,
    LimitOptions,
    CheckpointOptions,
    QueueOptions {
  readonly format: 'text' | 'json';
}

/** The network that the certificate is about: of a network file, or of hyperplanes. A .json may be either. */
async function subjectOf(file: string, options: Options) {
  const hyperplanes = async () => ({ net: (await readArrangement(file, options)).net, isOfHyperplanes: true });
  if (holdsHyperplanes(file) || options.central === true) return hyperplanes();
  try {
    return { net: await readSubject(file, options), isOfHyperplanes: false };
  } catch (error) {
    const read = await hyperplanes().catch(() => undefined);
    if (read === undefined) throw error;
    return read;
  }
}

export async function checkArrangementOf(file: string, certificate: string, options: Options): Promise<number> {
  requireNoShares('of an arrangement', options);
  const { net, isOfHyperplanes } = await subjectOf(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const { timeout } = options;
  const { signal, release } = interruption();
  const started = performance.now();
  const request = { signal, ...(timeout !== undefined && { timeout }) };
  const found = await checkOfArrangement(network, certificate, request).finally(release);
  if ('stopped' in found) return unfinished(found, options);
  const verdict = aboutExpected(found, expected);
  const seconds = (performance.now() - started) / 1000;
  if (options.format === 'json') {
    const json = { ...jsonOfArrangementCheck(verdict, network, seconds), ...stamp('check') };
    process.stdout.write(`${JSON.stringify(json)}\n`);
  } else if (verdict.accepted) {
    const { cells, betti, sha256, domain } = verdict;
    process.stdout.write(
      table([
        ['accepted', `${certificate}, sha256 ${sha256}`],
        ['network', `${file}: ${shapeOf(network)}, digest ${networkDigest(network)}`],
        ['domain', showDomain(domain)],
        ['cells', `${grouped(cells)} (proved)`],
        ['Betti', betti.map(grouped).join(' ')],
        ['verified', verifiedOf(verdict)],
        ['time', showSeconds(seconds)],
      ]),
    );
  } else {
    const { reason } = verdict;
    const hint = otherNetworkHint(reason, isOfHyperplanes ? 'hyperplanes' : 'network');
    process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${reason}${hint}\n`);
  }
  return verdict.accepted ? EXIT.ok : EXIT.refused;
}

function aboutExpected(verdict: ArrangementVerdict, expected: readonly Domain[] | undefined): ArrangementVerdict {
  if (!verdict.accepted || expected === undefined) return verdict;
  if (expected.some((domain) => sameConditions(domain, verdict.domain))) return verdict;
  return { accepted: false, reason: otherDomain(verdict.domain, expected) };
}

function verifiedOf(report: Extract<ArrangementVerdict, { readonly accepted: true }>): string {
  const { flats, covers, symmetries } = report;
  const byRanks = `${grouped(flats)} flats, ${grouped(covers)} covers, ${grouped(symmetries)} generators of symmetries`;
  if (!('points' in report)) return byRanks;
  const bySigns = `${counted(report.points, 'point')} inside, ${counted(report.combinations, 'combination')} of walls`;
  return flats > 0 ? `${bySigns}, ${byRanks}` : bySigns;
}
