/**
 * Checking a verification's file against a network and the query it claims to answer.
 */
import {
  LIMITS,
  RecordError,
  VERIFICATION_FORMAT,
  VERIFICATION_VERSION,
  type VerificationHeader,
  VerificationReader,
  type VerificationTrailer,
} from '../certificate/index.js';
import { equal, parseRational, type Rational } from '../exact/index.js';
import type { LinearCondition, UnsafeSet } from '../network/index.js';
import { type Network, networkDigest } from '../network/index.js';
import { DAMAGE, isDamage, takeContent } from './gzip-content.js';
import { VerificationRefusal, VerificationTree, type VerifiedCounts } from './verification.js';

export type VerificationReport =
  | ({ readonly accepted: true; readonly sha256: string } & VerifiedCounts)
  | { readonly accepted: false; readonly path: string; readonly reason: string };

function refuse(reason: string): never {
  throw new VerificationRefusal('', reason);
}

function parseLine(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return refuse(`the ${what} is not JSON`);
  }
}

/** Whether texts state exactly these numbers. Texts come from outside: anything may be wrong with them. */
function states(texts: unknown, values: readonly Rational[]): boolean {
  if (!Array.isArray(texts) || texts.length !== values.length) return false;
  return texts.every((text, i) => {
    try {
      return typeof text === 'string' && equal(parseRational(text), values[i]!);
    } catch {
      return false;
    }
  });
}

function statesCondition(stated: unknown, { inputs, outputs, constant, strict }: LinearCondition): boolean {
  if (stated === null || typeof stated !== 'object') return false;
  const { x, y, c, strict: statedStrict } = stated as Record<string, unknown>;
  return states(x, inputs) && states(y, outputs) && states([c], [constant]) && statedStrict === strict;
}

/** Whether a header states exactly this unsafe set, in the same order. */
function statesUnsafe(stated: VerificationHeader['unsafe'] | undefined, unsafe: UnsafeSet): boolean {
  if (stated === null || typeof stated !== 'object' || !Array.isArray(stated.disjuncts)) return false;
  if (stated.inputs !== unsafe.inputs || stated.outputs !== unsafe.outputs) return false;
  if (stated.disjuncts.length !== unsafe.disjuncts.length) return false;
  return unsafe.disjuncts.every(({ conditions }, d) => {
    const one: unknown = stated.disjuncts[d];
    return (
      Array.isArray(one) && one.length === conditions.length && conditions.every((c, i) => statesCondition(one[i], c))
    );
  });
}

function requireHeader(line: string, network: Network, unsafe: UnsafeSet): void {
  const header = parseLine(line, 'header') as VerificationHeader | null;
  if (header === null || typeof header !== 'object' || header.format !== VERIFICATION_FORMAT) {
    refuse('this is no relu-atlas verification');
  }
  if (header.version !== VERIFICATION_VERSION) {
    refuse(`verification version ${String(header.version)} is not ${VERIFICATION_VERSION}, the one this checker reads`);
  }
  if (header.network !== networkDigest(network))
    refuse('the verification is about another network (the digests differ)');
  if (!statesUnsafe(header.unsafe, unsafe)) refuse('the verification is about another property');
}

/** Header, records, trailer, nothing more. */
class FileChecker {
  private readonly reader = new VerificationReader();
  private readonly tree: VerificationTree;
  private stage: 'header' | 'records' | 'trailer' | 'over' = 'header';

  constructor(
    private readonly network: Network,
    private readonly unsafe: UnsafeSet,
  ) {
    this.tree = new VerificationTree(network, unsafe);
  }

  append(chunk: Uint8Array): void {
    this.reader.append(chunk);
    while (this.advance());
    if (this.stage === 'over' && !this.reader.exhausted) refuse('bytes follow the trailer');
  }

  /** Reads one more part of the file; false if its bytes have not arrived. */
  private advance(): boolean {
    const { reader, tree } = this;
    if (this.stage === 'over') return false;
    if (this.stage === 'records') {
      const record = reader.record(tree.openDisjuncts);
      if (record === undefined) return false;
      if (record.kind === 'end' && tree.isComplete) this.stage = 'trailer';
      else tree.record(record);
      return true;
    }
    const line = reader.line(this.stage === 'header' ? LIMITS.question : LIMITS.trailer);
    if (line === undefined) return false;
    if (this.stage === 'header') {
      requireHeader(line, this.network, this.unsafe);
      this.stage = 'records';
    } else {
      const trailer = parseLine(line, 'trailer') as VerificationTrailer | null;
      if (trailer?.nodes !== tree.counts.nodes) refuse('the trailer does not state the number of nodes');
      this.stage = 'over';
    }
    return true;
  }

  finish(): VerifiedCounts {
    if (this.stage !== 'over') refuse('the file is truncated: it ends before the trailer');
    return this.tree.counts;
  }
}

/**
 * Whether a file proves that no input of the network is unsafe. Memory grows with the depth of the tree only.
 *
 * Errors of the file system are thrown; everything that is wrong with the contents is a refusal.
 *
 * @throws RangeError if the query is about other numbers of inputs or outputs than the network has
 */
export async function checkVerification(
  network: Network,
  unsafe: UnsafeSet,
  file: string,
): Promise<VerificationReport> {
  if (unsafe.inputs !== network.inputs || unsafe.outputs !== network.outputs) {
    throw new RangeError(
      `query: expected ${network.inputs} inputs and ${network.outputs} outputs as the network has, got ${unsafe.inputs} and ${unsafe.outputs}`,
    );
  }
  const checker = new FileChecker(network, unsafe);
  try {
    const sha256 = await takeContent(file, (piece) => checker.append(piece));
    return { accepted: true, ...checker.finish(), sha256 };
  } catch (thrown) {
    return { accepted: false, ...refusalOf(thrown) };
  }
}

/** What is wrong with the contents; anything else is thrown on. */
function refusalOf(error: unknown): { readonly path: string; readonly reason: string } {
  if (error instanceof VerificationRefusal) return { path: error.path, reason: error.reason };
  if (error instanceof RecordError) return { path: '', reason: `the file is damaged: ${error.message}` };
  if (isDamage(error)) return { path: '', reason: DAMAGE };
  throw error;
}
