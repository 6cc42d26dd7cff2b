/**
 * `relu-atlas check` of certificates by images.
 */
import { jsonOfImagesCheck, stamp } from '../../answers/index.js';
import type { ImagesReport } from '../../checker/index.js';
import { type Domain, networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import { checkOfImages } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { type CheckpointOptions, type LimitOptions, requireNoShares } from '../options/checkpoint.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import type { QueueOptions } from '../options/queue.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { otherNetworkHint, unfinished } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { counted, grouped, numberRow, showDomain, showSeconds, table } from '../output/text.js';

interface Options extends SubjectOptions, DomainOptions, LimitOptions, CheckpointOptions, QueueOptions {
  readonly format: 'text' | 'json';
}

export async function checkImagesOf(file: string, certificate: string, options: Options): Promise<number> {
  requireNoShares('by images', options);
  const net = await readSubject(file, options);
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const { timeout } = options;
  const { signal, release } = interruption();
  const started = performance.now();
  const request = { signal, ...(timeout !== undefined && { timeout }) };
  const found = await checkOfImages(network, certificate, request).finally(release);
  if ('stopped' in found) return unfinished(found, options);
  const verdict = aboutExpected(found, expected);
  const seconds = (performance.now() - started) / 1000;
  if (options.format === 'json') {
    const json = { ...jsonOfImagesCheck(verdict, network, seconds), ...stamp('check') };
    process.stdout.write(`${JSON.stringify(json)}\n`);
  } else if (verdict.accepted) {
    const { cells, cellsPerLayer, images, parts, domain, sha256 } = verdict;
    process.stdout.write(
      table([
        ['accepted', `${certificate}, sha256 ${sha256}`],
        ['network', `${file}: ${shapeOf(network)}, digest ${networkDigest(network)}`],
        ['domain', showDomain(domain)],
        ['cells', `${grouped(cells)} (proved)`],
        ['per layer', numberRow(cellsPerLayer)],
        ['verified', `${counted(images, 'different image')}, cut into ${counted(parts, 'part')}`],
        ['time', showSeconds(seconds)],
      ]),
    );
  } else {
    const { reason } = verdict;
    process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${reason}${otherNetworkHint(reason)}\n`);
  }
  return verdict.accepted ? EXIT.ok : EXIT.refused;
}

function aboutExpected(verdict: ImagesReport, expected: readonly Domain[] | undefined): ImagesReport {
  if (!verdict.accepted || expected === undefined) return verdict;
  if (expected.some((domain) => sameConditions(domain, verdict.domain))) return verdict;
  return { accepted: false, reason: otherDomain(verdict.domain, expected) };
}
