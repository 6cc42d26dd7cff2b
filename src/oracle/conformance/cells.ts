/**
 * The cells that a certificate proves: their patterns and witnesses, read from the file that the checker accepted.
 *
 * No engine takes part. The checker proves that the leaves of the tree are the cells and that each witness lies strictly
 * inside its leaf; so the signs at the witnesses are the patterns.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { patternText } from '../../analysis/cells/index.js';
import { type CertificateHeader, LIMITS, RecordReader } from '../../certificate/index.js';
import { checkCertificate, checkedNetwork, checkedPolytope } from '../../checker/index.js';
import type { Rational } from '../../exact/index.js';
import { rationalsFromIntegers } from '../../exact/index.js';
import { FormatError } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { applyAffine, bends, evaluateExact, type Network } from '../../network/index.js';

export interface CertifiedCell {
  /** "+-0|+": one sign per neuron; 0 where the pre-activation is identically zero or the neuron does not bend. */
  readonly pattern: string;
  /** A point strictly inside. */
  readonly witness: readonly Rational[];
}

export interface CertifiedPartition {
  /** In tree order. */
  readonly cells: readonly CertifiedCell[];
  readonly cellsPerLayer: readonly number[];
  /** The domain that the certificate is about. */
  readonly domain: Domain;
}

/** The signs of the neurons that bend at a point, as text; 0 for the others. */
export function patternAt(network: Network, point: readonly Rational[]): string {
  const { pattern } = evaluateExact(network, point);
  return patternText(pattern.map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? s : 0))));
}

/**
 * Has the checker verify a certificate, and reads the cells from it. Memory: all of them.
 *
 * @throws FormatError if the checker refuses it
 */
export async function certifiedPartition(network: Network, file: string): Promise<CertifiedPartition> {
  const report = await checkCertificate(network, file);
  if (!report.accepted) throw new FormatError('', `the checker refuses the certificate: ${report.reason}`, file);
  const { domain } = report;
  const reader = new RecordReader();
  reader.append(gunzipSync(await readFile(file)));
  const { polytope } = JSON.parse(reader.line(LIMITS.header)!) as CertificateHeader;
  const subject = checkedNetwork(network, domain, polytope).domain;
  // Witnesses in a flat polytope are points of its affine hull.
  const hull = domain.kind === 'polytope' ? checkedPolytope(domain, polytope!).hull.map : undefined;
  const cells: CertifiedCell[] = [];
  for (let record = reader.record(subject.coordinates); record?.kind !== 'end'; ) {
    if (record?.kind === 'cell') {
      const point = subject.place(record.witness)!;
      const witness = rationalsFromIntegers(hull === undefined ? point : applyAffine(hull, point));
      cells.push({ pattern: patternAt(network, witness), witness });
    }
    record = reader.record(subject.coordinates);
  }
  return { cells, cellsPerLayer: report.cellsPerLayer, domain };
}
