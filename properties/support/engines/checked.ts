/**
 * Certificates in memory: written record by record and read by the checker.
 */

import type { CertificateTrailer } from '../../../src/certificate/format.js';
import { type CertificateRecord, RecordReader } from '../../../src/certificate/reader.js';
import { type CheckedNetwork, checkedNetwork } from '../../../src/checker/network.js';
import { type CheckedTree, TreeChecker } from '../../../src/checker/tree.js';
import { lpKernel } from '../../../src/engines/lp/kernel.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/model.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { preparePolytope } from '../../../src/problem/polytope/domain.js';
import { certificateSink } from '../../../src/run/certificate.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';

export interface MemoryCertificate {
  readonly records: readonly CertificateRecord[];
  readonly trailer: CertificateTrailer;
}

const LP = lpKernel(simplexBackend);

/** The bytes of the records, without the end, of a walk by the given engine (default: lp). */
export function bytesOf(network: Network, domain: Domain, kernel: KernelFactory = LP) {
  const problem = partitionProblem(network, domain);
  const sink = certificateSink(problem);
  traverse(problem, kernel, sink);
  return { bytes: sink.take(), trailer: { cells: sink.counts.cells, cellsPerLayer: sink.counts.cellsPerLayer } };
}

/** What the checker reads from the header. */
function subjectOf(network: Network, domain: Domain): CheckedNetwork {
  return checkedNetwork(network, domain, domain.kind === 'polytope' ? preparePolytope(domain).evidence : undefined);
}

/** The certificate of a walk, through its bytes. */
export function certificateOf(network: Network, domain: Domain, kernel: KernelFactory = LP): MemoryCertificate {
  const { bytes, trailer } = bytesOf(network, domain, kernel);
  const reader = new RecordReader();
  reader.append(bytes);
  const { coordinates } = subjectOf(network, domain).domain;
  const records: CertificateRecord[] = [];
  while (!reader.exhausted) records.push(reader.record(coordinates)!);
  return { records, trailer };
}

/** What the checker makes of it. @throws Refusal */
export function check(network: Network, domain: Domain, { records, trailer }: MemoryCertificate): CheckedTree {
  const checker = new TreeChecker(subjectOf(network, domain));
  for (const record of records) checker.record(record);
  return checker.finish(trailer);
}

/** The number of cells that a certificate proves, of a walk by the given engine (default: lp). */
export function provedCells(network: Network, domain: Domain, kernel: KernelFactory = LP): number {
  return check(network, domain, certificateOf(network, domain, kernel)).cells;
}
