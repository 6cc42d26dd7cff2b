/**
 * Checking certificates of arrangements, on R^d or on a domain.
 */
import { type ArrangementReport, checkArrangement, checkInside, type InsideReport } from '../checker/index.js';
import { type Domain, type Network, whole } from '../network/index.js';
import { type Kind, kindOf } from '../output/index.js';
import { type LineCheck, untilStopped } from './check-lines.js';
import type { UnfinishedCheck } from './check-shares.js';

type Accepted = Extract<ArrangementReport | InsideReport, { readonly accepted: true }>;

/** A verdict, with the domain that the certificate is about. */
export type ArrangementVerdict =
  | (Accepted & { readonly domain: Domain })
  | { readonly accepted: false; readonly reason: string };

/** Whether a file of this kind is the certificate of an arrangement. */
export function isOfArrangement(kind: Kind | undefined): boolean {
  return kind === 'certificate of an arrangement' || kind === 'certificate of an arrangement on a domain';
}

/** The kind of file that a count by chambers with a certificate writes. */
export function arrangementKind({ kind }: Pick<Domain, 'kind'>) {
  return kind === 'whole' ? 'certificate of an arrangement' : 'certificate of an arrangement on a domain';
}

/** Whether the certificate of an arrangement proves what it states. Errors of the file system are thrown. */
export function checkOfArrangement(
  network: Network,
  file: string,
  request: LineCheck = {},
): Promise<ArrangementVerdict | UnfinishedCheck> {
  return untilStopped(request, async (signal) => {
    if (kindOf(file) === 'certificate of an arrangement on a domain') return checkInside(network, file, signal);
    const report = await checkArrangement(network, file, signal);
    return report.accepted ? { ...report, domain: whole(network.inputs) } : report;
  });
}
