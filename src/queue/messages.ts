/**
 * What coordinator and workers say to each other. Everything that comes out of a queue is looked at before it is used: its form, its size,
 * its digest. Nothing in it is ever run.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { wireText, wireValue } from '../checkpoint/index.js';
import { ENGINE_NAMES } from '../engines/index.js';
import { type Domain, type NetworkData, networkDigest, networkOfData } from '../network/index.js';
import { packageVersion } from '../package/index.js';
import type { JobResult, JobSetting } from '../run/index.js';
import { QueueError } from './error.js';

export const VERSION = 1;

/** The most characters of a subject: networks larger than this do not travel. */
export const MOST_SUBJECT = 400_000_000;
/** The most bytes of the records of one job. */
export const MOST_RECORDS = 64 * 1024 * 1024;
/** Longer than any path: splits from the root to a leaf. */
const LONGEST_PATH = 100_000;
const MOST_PATHS = 100_000;

export const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

export const hex = z.string().regex(/^[0-9a-f]{64}$/);
const path = z
  .string()
  .max(LONGEST_PATH)
  .regex(/^[+-]*$/);
const paths = z.array(path).max(MOST_PATHS);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const milliseconds = z.number().min(1).max(3_600_000);

const subjectSchema = z.strictObject({
  format: z.literal('relu-atlas-queue'),
  version: z.literal(VERSION),
  program: z.string().max(64),
  network: hex,
  engine: z.enum(ENGINE_NAMES as [string, ...string[]]),
  lp: z.enum(['simplex', 'glpk']),
  evidence: z.boolean(),
  symmetry: z
    .union([z.enum(['none', 'orbits']), z.strictObject({ generators: z.array(z.unknown()).max(1024).readonly() })])
    .optional(),
  data: z.string().max(MOST_SUBJECT),
  domain: z.string().max(MOST_SUBJECT),
});

const countSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.literal('count'),
  subject: hex,
  paths: paths.min(1),
  /** The longest it may walk, and how long before it makes room for idle workers. */
  slice: milliseconds,
  patience: milliseconds,
});

export type CountMessage = z.infer<typeof countSchema>;

const recordsSchema = z.strictObject({
  length: z.number().int().min(1).max(MOST_RECORDS),
  sha256: hex,
  /** Beside the message in the queue, or in the folder that both sides were given; its name is that of the job and this digest. */
  place: z.enum(['queue', 'folder']),
});

const decisionsSchema = z.strictObject({
  interval: count,
  points: count,
  program: count,
  exactSign: count,
  exactBasis: count,
  exactSimplex: count,
});

const resultSchema = z.strictObject({
  version: z.literal(VERSION),
  job: hex,
  cells: count,
  cellsPerLayer: z.array(count).max(100_000),
  decisions: decisionsSchema,
  open: paths,
  seconds: z.number().min(0),
  records: recordsSchema.optional(),
});

export type ResultMessage = z.infer<typeof resultSchema>;

export function conforming<T>(schema: z.ZodType<T>, what: string, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new QueueError(
    `${what}: expected a message of version ${VERSION}, got ${issue!.path.join('.') || 'something else'}: ${issue!.message}`,
  );
}

/** What all jobs of a count have in common, as text: its digest is its name. */
export function subjectText({ network, domain, engine, lp, evidence, symmetry }: JobSetting): string {
  const subject: z.infer<typeof subjectSchema> = {
    format: 'relu-atlas-queue',
    version: VERSION,
    program: packageVersion(),
    network: networkDigest(networkOfData(network)),
    engine,
    lp,
    evidence,
    ...(symmetry && { symmetry }),
    data: wireText(network),
    domain: wireText(domain),
  };
  const text = JSON.stringify(subject);
  if (text.length > MOST_SUBJECT) {
    throw new QueueError(
      `--queue: expected a network of at most ${MOST_SUBJECT} characters, got ${text.length}; count it without a queue`,
    );
  }
  return text;
}

/** The content of a subject. @throws QueueError if the text is not the one of this name */
export function subjectJson(name: string, text: unknown): unknown {
  if (typeof text !== 'string' || text.length > MOST_SUBJECT || sha256(text) !== name) {
    throw new QueueError(`subject ${name.slice(0, 12)}: expected a text with this digest, got another`);
  }
  return JSON.parse(text);
}

/** @throws QueueError if the text is not the one of this name, of another version, or not about the network that it states */
export function settingOfSubject(name: string, text: unknown): JobSetting {
  const json = subjectJson(name, text);
  const subject = conforming(subjectSchema, `subject ${name.slice(0, 12)}`, json);
  if (subject.program !== packageVersion()) {
    throw new QueueError(
      `subject ${name.slice(0, 12)}: expected one of relu-atlas ${packageVersion()}, got one of ${subject.program}; use the same version everywhere`,
    );
  }
  const network = wireValue(subject.data) as NetworkData;
  let digest: string;
  try {
    digest = networkDigest(networkOfData(network));
  } catch {
    throw new QueueError(`subject ${name.slice(0, 12)}: expected a network, got something else`);
  }
  if (digest !== subject.network) {
    throw new QueueError(`subject ${name.slice(0, 12)}: expected network ${subject.network}, got ${digest}`);
  }
  const { engine, lp, evidence, symmetry } = subject;
  const domain = wireValue(subject.domain) as Domain;
  return { network, domain, engine: engine as JobSetting['engine'], lp, evidence, ...(symmetry && { symmetry }) };
}

/** The name of a job: two with the same name are the same job. */
export function countJobId(subject: string, nodes: readonly string[]): string {
  return sha256(`count ${subject}\n${nodes.join('\n')}`);
}

/** A job, as a worker gets it. @throws QueueError if its form is wrong or its name is not its own */
export function readCountMessage(id: string | undefined, data: unknown): CountMessage {
  const message = conforming(countSchema, `job ${id?.slice(0, 12)}`, data);
  if (countJobId(message.subject, message.paths) !== id) {
    throw new QueueError(`job ${id?.slice(0, 12)}: expected the digest of its content as its name`);
  }
  return message;
}

/** Records on their way. */
export interface Piece {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function pieceName(job: string, sum: string): string {
  return `${job}-${sum}`;
}

/** What a worker has found, and its records, which go another way. @param place where they go */
export function resultMessage(
  job: string,
  result: JobResult,
  seconds: number,
  place: 'queue' | 'folder',
): { readonly message: ResultMessage; readonly piece?: Piece } {
  const { cells, cellsPerLayer, decisions, open, records } = result;
  const message: ResultMessage = {
    version: VERSION,
    job,
    cells,
    cellsPerLayer: [...cellsPerLayer],
    decisions,
    open: [...open],
    seconds,
  };
  if (records.length === 0) return { message };
  const sum = sha256(records);
  return {
    message: { ...message, records: { length: records.length, sha256: sum, place } },
    piece: { name: pieceName(job, sum), bytes: records },
  };
}

/** Records as they lie in the queue. */
export function packed(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 1 }).toString('base64');
}

/** Whether a path is below one of those given, or one of them. */
function isBelow(open: string, nodes: readonly string[]): boolean {
  return nodes.some((node) => open.startsWith(node));
}

/** "-" before "+", and no path below another. */
function inTreeOrder(open: readonly string[]): boolean {
  return open.every((one, k) => {
    const next = open[k + 1];
    if (next === undefined) return true;
    let at = 0;
    while (at < one.length && at < next.length && one[at] === next[at]) at++;
    return one[at] === '-' && next[at] === '+';
  });
}

export interface ExpectedResult {
  readonly id: string;
  readonly nodes: readonly string[];
  readonly layers: number;
  readonly evidence: boolean;
}

/**
 * What a worker says that it found. @param fetch gets records from where they are
 *
 * @throws QueueError if it cannot be the result of this job
 */
export async function readResult(
  value: unknown,
  { id, nodes, layers, evidence }: ExpectedResult,
  fetch: (place: 'queue' | 'folder', name: string) => Promise<unknown>,
): Promise<JobResult> {
  const what = `result of job ${id.slice(0, 12)}`;
  const { job, cells, cellsPerLayer, decisions, open, records } = conforming(resultSchema, what, value);
  const complain = (problem: string): never => {
    throw new QueueError(`${what}: ${problem}`);
  };
  if (job !== id) complain('expected the name of the job, got another');
  if (cellsPerLayer.length !== layers) complain(`expected counts of ${layers} layers, got ${cellsPerLayer.length}`);
  if (!inTreeOrder(open) || !open.every((one) => isBelow(one, nodes))) {
    complain('expected open leaves of the job in tree order');
  }
  if (open.length === nodes.length && open.every((one, k) => one === nodes[k])) complain('expected progress, got none');
  if (evidence !== (records !== undefined) && (cells > 0 || !evidence)) {
    complain(evidence ? 'expected records, got none' : 'expected no records, got some');
  }
  const found = { cells, cellsPerLayer, decisions, open };
  if (records === undefined) return { ...found, records: NO_RECORDS };
  const { length, sha256: sum, place } = records;
  const content = await fetch(place, pieceName(id, sum));
  let bytes = content instanceof Uint8Array ? content : NO_RECORDS;
  if (typeof content === 'string' && content.length <= 2 * MOST_RECORDS) {
    bytes = inflateRawSync(Buffer.from(content, 'base64'), { maxOutputLength: length });
  }
  if (bytes.length !== length || sha256(bytes) !== sum) complain('expected the records that it states, got others');
  return { ...found, records: bytes };
}

const NO_RECORDS = new Uint8Array(0);
