/**
 * What coordinator and workers of a check say to each other: shares of one certificate (`checker/tree.ts`, Share).
 */
import { z } from 'zod';
import type { ShareReport } from '../checker/index.js';
import { wireText, wireValue } from '../checkpoint/index.js';
import { type Network, type NetworkData, networkDigest, networkOfData } from '../network/index.js';
import { packageVersion } from '../package/index.js';
import { QueueError } from './error.js';
import { conforming, hex, MOST_SUBJECT, sha256, subjectJson, VERSION } from './messages.js';

/** Bytes of a certificate in one piece of the queue, and the most pieces: larger files want a common folder. */
export const PIECE_BYTES = 4 * 1024 * 1024;
export const MOST_PIECES = 64;
const MOST_SHARES = 4096;

const subjectSchema = z.strictObject({
  format: z.literal('relu-atlas-queue-check'),
  version: z.literal(VERSION),
  program: z.string().max(64),
  network: hex,
  data: z.string().max(MOST_SUBJECT),
  /** SHA-256 of the file. */
  certificate: hex,
  /** In how many pieces it is in the queue; 0: it is in the common folder. */
  pieces: z.number().int().min(0).max(MOST_PIECES),
});

const jobSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.literal('check'),
  subject: hex,
  index: z.number().int().min(0).max(MOST_SHARES),
  of: z.number().int().min(1).max(MOST_SHARES),
});

export type CheckMessage = z.infer<typeof jobSchema>;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const tree = z.strictObject({
  cells: count,
  cellsPerLayer: z.array(count).max(100_000),
  verified: z.strictObject({
    splits: count,
    impliedByBounds: count,
    impliedByMultipliers: count,
    zeroRows: count,
    bounds: count,
    witnesses: count,
  }),
});
const reportSchema = z.discriminatedUnion('refused', [
  z.strictObject({
    refused: z.literal(true),
    position: count,
    path: z.string().max(100_000),
    reason: z.string().max(100_000),
  }),
  z.strictObject({
    refused: z.literal(false),
    tree,
    trailer: z.looseObject({ cells: z.unknown(), cellsPerLayer: z.array(z.unknown()).max(100_000) }),
    domain: z.looseObject({ kind: z.enum(['box', 'polytope', 'whole']) }),
    sha256: hex,
  }),
]);
const resultSchema = z.strictObject({ version: z.literal(VERSION), job: hex, report: z.string().max(MOST_SUBJECT) });

export interface CheckSubject {
  readonly network: Network;
  readonly data: NetworkData;
  readonly certificate: string;
  readonly pieces: number;
}

export function checkSubjectText({ network, data, certificate, pieces }: CheckSubject): string {
  return JSON.stringify({
    format: 'relu-atlas-queue-check',
    version: VERSION,
    program: packageVersion(),
    network: networkDigest(network),
    data: wireText(data),
    certificate,
    pieces,
  } satisfies z.infer<typeof subjectSchema>);
}

/** @throws QueueError as `settingOfSubject` */
export function readCheckSubject(name: string, text: unknown): CheckSubject {
  const json = subjectJson(name, text);
  const what = `subject ${name.slice(0, 12)}`;
  const { program, network: digest, data, certificate, pieces } = conforming(subjectSchema, what, json);
  if (program !== packageVersion()) {
    throw new QueueError(
      `${what}: expected one of relu-atlas ${packageVersion()}, got one of ${program}; use the same version everywhere`,
    );
  }
  const content = wireValue(data) as NetworkData;
  const network = networkOfData(content);
  if (networkDigest(network) !== digest) throw new QueueError(`${what}: expected network ${digest}, got another`);
  return { network, data: content, certificate, pieces };
}

export function checkJobId(subject: string, index: number, of: number): string {
  return sha256(`check ${subject} ${index} ${of}`);
}

/** A job, as a worker gets it. @throws QueueError if its form is wrong or its name is not its own */
export function readCheckMessage(id: string | undefined, value: unknown): CheckMessage {
  const message = conforming(jobSchema, `job ${id?.slice(0, 12)}`, value);
  if (checkJobId(message.subject, message.index, message.of) !== id || message.index >= message.of) {
    throw new QueueError(`job ${id?.slice(0, 12)}: expected the digest of its content as its name`);
  }
  return message;
}

export function checkResult(job: string, report: ShareReport): z.infer<typeof resultSchema> {
  return { version: VERSION, job, report: wireText(report) };
}

/** What a worker says of its share. @throws QueueError if it cannot be about this job and this file */
export function readCheckResult(value: unknown, job: string, certificate: string): ShareReport {
  const what = `result of job ${job.slice(0, 12)}`;
  const result = conforming(resultSchema, what, value);
  if (result.job !== job) throw new QueueError(`${what}: expected the name of the job, got another`);
  const report = conforming(reportSchema, what, wireValue(result.report)) as unknown as ShareReport;
  if (!report.refused && report.sha256 !== certificate)
    throw new QueueError(`${what}: expected certificate ${certificate}, got another`);
  return report;
}
