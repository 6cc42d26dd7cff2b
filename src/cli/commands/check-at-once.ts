/**
 * `relu-atlas check` of certificates that one process reads from end to end: no shares, no threads.
 */
import { stamp } from '../../answers/index.js';
import type { NetworkFile } from '../../formats/index.js';
import { type Domain, type Network, networkDigest, sameConditions, shapeOf } from '../../network/index.js';
import type { LineCheck, UnfinishedCheck } from '../../run/index.js';
import { EXIT } from '../exit.js';
import { interruption } from '../interruption.js';
import { type CheckpointOptions, type LimitOptions, requireNoShares } from '../options/checkpoint.js';
import type { DomainOptions } from '../options/domain.js';
import { expectedDomains, otherDomain } from '../options/expected-domain.js';
import type { QueueOptions } from '../options/queue.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { otherNetworkHint, unfinished } from '../output/checked.js';
import { paint } from '../output/colour.js';
import { showDomain, showSeconds, table } from '../output/text.js';

export interface CheckAtOnceOptions
  extends SubjectOptions,
    DomainOptions,
    LimitOptions,
    CheckpointOptions,
    QueueOptions {
  readonly format: 'text' | 'json';
}

/** What a certificate is about, and what the file was read as. */
export interface CheckedSubject {
  readonly net: NetworkFile;
  readonly readAs: 'network' | 'hyperplanes';
}

interface Proved {
  readonly accepted: true;
  readonly domain: Domain;
  readonly sha256: string;
}

interface Refused {
  readonly accepted: false;
  readonly reason: string;
}

/** A kind of certificate: who checks it, and how what was found is told. */
export interface KindOfCertificate<Accepted extends Proved> {
  /** "of an arrangement": behind "certificate". */
  readonly name: string;
  check(network: Network, certificate: string, request: LineCheck): Promise<Accepted | Refused | UnfinishedCheck>;
  json(verdict: Accepted | Refused, network: Network, seconds: number): object;
  /** Rows of the text, between the domain and the time. */
  rows(verdict: Accepted): [string, string][];
}

export async function networkOf(file: string, options: SubjectOptions): Promise<CheckedSubject> {
  return { net: await readSubject(file, options), readAs: 'network' };
}

export async function checkAtOnce<Accepted extends Proved>(
  file: string,
  certificate: string,
  options: CheckAtOnceOptions,
  read: () => Promise<CheckedSubject>,
  kind: KindOfCertificate<Accepted>,
): Promise<number> {
  requireNoShares(kind.name, options);
  const { net, readAs } = await read();
  const { network } = net;
  const expected = await expectedDomains(file, net, options);
  const { timeout } = options;
  const { signal, release } = interruption();
  const started = performance.now();
  const request = { signal, ...(timeout !== undefined && { timeout }) };
  const found = await kind.check(network, certificate, request).finally(release);
  if ('stopped' in found) return unfinished(found, options);
  const verdict = aboutExpected(found, expected);
  const seconds = (performance.now() - started) / 1000;
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...kind.json(verdict, network, seconds), ...stamp('check') })}\n`);
  } else if (verdict.accepted) {
    process.stdout.write(
      table([
        ['accepted', `${certificate}, sha256 ${verdict.sha256}`],
        ['network', `${file}: ${shapeOf(network)}, digest ${networkDigest(network)}`],
        ['domain', showDomain(verdict.domain)],
        ...kind.rows(verdict),
        ['time', showSeconds(seconds)],
      ]),
    );
  } else {
    const { reason } = verdict;
    process.stdout.write(`${paint('refused:', 'red')} ${certificate}: ${reason}${otherNetworkHint(reason, readAs)}\n`);
  }
  return verdict.accepted ? EXIT.ok : EXIT.refused;
}

function aboutExpected<Accepted extends Proved>(
  verdict: Accepted | Refused,
  expected: readonly Domain[] | undefined,
): Accepted | Refused {
  if (!verdict.accepted || expected === undefined) return verdict;
  if (expected.some((domain) => sameConditions(domain, verdict.domain))) return verdict;
  return { accepted: false, reason: otherDomain(verdict.domain, expected) };
}
