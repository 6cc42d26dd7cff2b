/**
 * Writing certificates: the split tree of a walk as records (`certificate/format.ts`), streamed and compressed.
 */
import {
  BOUND_NEGATIVE,
  BOUND_POSITIVE,
  BOUNDED,
  CELL,
  CERTIFICATE_FORMAT,
  CERTIFICATE_VERSION,
  type CertificateHeader,
  type CertificateTrailer,
  CHARTED_VERSION,
  END,
  floatForm,
  IMPLIED_NEGATIVE,
  IMPLIED_POSITIVE,
  LOWER_BOUND,
  ORBITS_FORMAT,
  ORBITS_VERSION,
  type OrbitsHeader,
  RecordWriter,
  SPLIT,
  type StatedBound,
  type StatedDomain,
  type StatedOrbits,
  type StatedPolytope,
  UPPER_BOUND,
  ZERO_ROW,
} from '../certificate/index.js';
import { formatRational, integersFromDoubles } from '../exact/index.js';
import type { BoxDomain, ChartBasis, Domain, LinearBound, Network, PolytopeDomain } from '../network/index.js';
import { networkDigest } from '../network/index.js';
import { type WrittenGzip, writeGzip } from '../output/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { preparePolytope } from '../problem/index.js';
import type { Evidence, Narrowing, SplitTreeSink, Witness } from '../walk/index.js';
import { type CountSink, countSink, inCertificate } from '../walk/index.js';

/** Records have few repetitions: the levels above make files 3 to 4 % shorter and take twice the time. */
const GZIP_LEVEL = 1;

export interface CertificateSink extends CountSink {
  /** Certificates are told about every neuron. */
  implied: NonNullable<SplitTreeSink['implied']>;
  bounded: NonNullable<SplitTreeSink['bounded']>;
  /**
   * The bytes of the records since the last call. Records depend only on the path, so the bytes of subtrees walked
   * separately concatenate, in tree order, to the bytes of one walk.
   */
  take(): Uint8Array;
  /** How many bytes wait to be taken. */
  readonly size: number;
}

function writeWitness(writer: RecordWriter, problem: PartitionProblem, witness: Witness) {
  writer.byte(CELL);
  if (witness instanceof Float64Array && (problem.charts !== undefined || problem.plainCoordinates)) {
    const form = floatForm(witness);
    writer.byte(form);
    for (const x of witness) writer.float(x, form);
    return;
  }
  const exact = witness instanceof Float64Array ? integersFromDoubles(witness) : witness;
  const point = problem.charts === undefined ? problem.freeInputs(exact) : exact;
  writer.byte(3);
  writer.natural(point.denominator);
  for (const numerator of point.numerators) writer.integer(numerator);
}

function writeImplied(writer: RecordWriter, neuron: number, side: 1 | -1, evidence: Evidence) {
  if (evidence.kind === 'bound') {
    writer.byte(side > 0 ? BOUND_POSITIVE : BOUND_NEGATIVE);
    writer.varint(neuron);
    return;
  }
  writer.byte(side > 0 ? IMPLIED_POSITIVE : IMPLIED_NEGATIVE);
  writer.varint(neuron);
  writeCombination(writer, evidence);
}

function writeNarrowing(writer: RecordWriter, { variable, side, value, evidence }: Narrowing) {
  writer.byte(side > 0 ? LOWER_BOUND : UPPER_BOUND);
  writer.varint(variable);
  const form = floatForm([value]);
  writer.byte(form);
  writer.float(value, form);
  writeCombination(writer, evidence);
}

function writeCombination(writer: RecordWriter, evidence: Evidence) {
  if (evidence.kind === 'bound') {
    writer.byte(0);
    writer.varint(0);
    return;
  }
  if (evidence.kind === 'doubles') {
    const form = floatForm(evidence.multipliers);
    writer.byte(form);
    writer.varint(evidence.splits.length);
    evidence.splits.forEach((split, i) => {
      writer.varint(split);
      writer.float(evidence.multipliers[i]!, form);
    });
    return;
  }
  writer.byte(3);
  writer.varint(evidence.splits.length);
  writer.natural(evidence.multipliers.denominator);
  evidence.splits.forEach((split, i) => {
    writer.varint(split);
    writer.integer(evidence.multipliers.numerators[i]!);
  });
}

/** A sink that counts and encodes the tree. */
export function certificateSink(problem: PartitionProblem): CertificateSink {
  const count = countSink(problem.depth);
  const writer = new RecordWriter();
  return {
    counts: count.counts,
    wantsEvidence: true,
    layer: count.layer,
    bounded(layer, sides) {
      const { width } = problem.layers[layer]!;
      writer.byte(BOUNDED);
      writer.varint((width + 7) >>> 3);
      writer.bits(sides, width, 1);
      writer.bits(sides, width, -1);
    },
    implied(_layer, neuron, side, evidence) {
      if (side === 0) {
        writer.byte(ZERO_ROW);
        writer.varint(neuron);
      } else {
        writeImplied(writer, neuron, side, inCertificate(problem, evidence));
      }
    },
    split(_layer, neuron) {
      writer.byte(SPLIT);
      writer.varint(neuron);
    },
    cell(witness) {
      count.cell(witness);
      writeWitness(writer, problem, witness);
    },
    narrow: (narrowing) =>
      writeNarrowing(writer, { ...narrowing, evidence: inCertificate(problem, narrowing.evidence) }),
    open: count.open,
    take: () => writer.take(),
    get size() {
      return writer.size;
    },
  };
}

function textsOf({ coefficients, bound }: LinearBound): StatedBound {
  return { a: coefficients.map(formatRational), b: formatRational(bound) };
}

function textsOfBox({ lower, upper }: BoxDomain): readonly (readonly [string, string])[] {
  return lower.map((lo, i) => [formatRational(lo), formatRational(upper[i]!)] as const);
}

function textsOfPolytope({ dimension, inequalities, equalities, box }: PolytopeDomain): StatedPolytope {
  return {
    dimension,
    inequalities: inequalities.map(textsOf),
    ...(equalities.length > 0 && { equalities: equalities.map(textsOf) }),
    ...(box && { box: textsOfBox(box) }),
  };
}

/** A domain as headers state it. */
export function statedDomain(domain: Domain): StatedDomain {
  if (domain.kind === 'whole') return { whole: domain.dimension };
  return domain.kind === 'box' ? { box: textsOfBox(domain) } : textsOfPolytope(domain);
}

/** What a certificate is about. */
export interface CertificateSubject {
  readonly network: Network;
  readonly domain: Domain;
  /** The basis of the charts in which the whole space is walked. */
  readonly charts?: ChartBasis | undefined;
  /** Of a certificate by orbits. */
  readonly orbits?: StatedOrbits | undefined;
}

function headerOf(subject: CertificateSubject): CertificateHeader | OrbitsHeader {
  const { network, domain, charts, orbits } = subject;
  const about = { network: networkDigest(network), domain: statedDomain(domain) };
  const version = domain.kind === 'whole' && charts !== undefined ? CHARTED_VERSION : CERTIFICATE_VERSION;
  const evidence = {
    ...(domain.kind === 'polytope' && { polytope: preparePolytope(domain).evidence }),
    ...(version === CHARTED_VERSION && { charts: charts! }),
  };
  return orbits === undefined
    ? { format: CERTIFICATE_FORMAT, version, ...about, ...evidence }
    : { format: ORBITS_FORMAT, version: ORBITS_VERSION, ...about, ...evidence, ...orbits };
}

/** What stands before the records in a certificate, uncompressed. */
export function certificateHead(subject: CertificateSubject): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(headerOf(subject))}\n`);
}

/** What stands behind the records. */
export function certificateEnd({ cells, cellsPerLayer }: CertificateTrailer): Uint8Array {
  const text = new TextEncoder().encode(`${JSON.stringify({ cells, cellsPerLayer })}\n`);
  return Uint8Array.of(END, ...text);
}

export type WrittenCertificate = WrittenGzip;

/**
 * Writes a certificate file. Nothing stands under its name until it is complete.
 *
 * @param chunks the records in tree order
 * @param trailer called after the last chunk
 */
export async function writeCertificate(
  file: string,
  subject: CertificateSubject,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  trailer: () => CertificateTrailer,
): Promise<WrittenCertificate> {
  async function* content() {
    yield certificateHead(subject);
    yield* chunks;
    yield certificateEnd(trailer());
  }
  return (await writeGzip(file, content(), { level: GZIP_LEVEL }))!;
}
