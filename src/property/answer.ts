/**
 * The answer to a query: the verifier's, with a counterexample in the query's own variables and its fate in float32.
 */
import { equal, type Rational } from '../exact/index.js';
import { evaluateExact } from '../network/index.js';
import { type StopReason, type VerifyReport, type VerifyRequest, verify } from '../verify/index.js';
import type { BoundQuery } from './bind.js';
import { satisfiedAt } from './satisfaction.js';
import { type SingleVerdict, singleCounterexample } from './single-point.js';

/** A point of the unsafe set. */
export interface Counterexample {
  /** Every input of the query, in the order of declaration. */
  readonly input: readonly Rational[];
  /** Every output and hidden value of the query; of every network the outputs come first. */
  readonly output: readonly Rational[];
  /** The disjunct of the normal form that holds, from 0. */
  readonly disjunct: number;
  /** The left-hand side of each of its conditions: at least 0, or greater if it is strict. */
  readonly slack: readonly Rational[];
  /** How it fares in float32. */
  readonly float32: SingleVerdict;
  /** The outputs in float32 arithmetic and the natural order, unless `float32` is `reals-only`. */
  readonly replay?: readonly number[];
}

export interface PropertyReport extends Omit<VerifyReport, 'verdict'> {
  readonly verdict: 'sat' | 'unsat' | 'unknown';
  /** Why it is unknown. */
  readonly reason?: StopReason;
  /** The fraction of the tree that was closed before. */
  readonly proved?: number;
  readonly counterexample?: Counterexample;
  readonly certificate?: { readonly path: string; readonly bytes: number; readonly sha256?: string };
}

export type SearchOptions = Omit<VerifyRequest, 'network' | 'unsafe'>;

/** What is known over the reals, or in float32 where a point was found. */
function counterexampleOf(bound: BoundQuery, point: readonly Rational[], claimed: readonly Rational[]): Counterexample {
  const { network, unsafe, reads } = bound;
  const { output } = evaluateExact(network, point);
  const satisfied = satisfiedAt(unsafe, point, output);
  // The verifier is believed no more than its certificates are.
  if (satisfied === undefined || !output.every((value, i) => equal(value, claimed[i]!))) {
    throw new Error('verify: expected a counterexample, got a point that is none');
  }
  const single = singleCounterexample(bound, point, satisfied.disjunct);
  const found = single ?? { ...satisfied, input: point, output };
  return {
    input: reads.map((input) => found.input[input]!),
    output: found.output,
    disjunct: found.disjunct,
    slack: found.slack,
    float32: single?.kind ?? 'reals-only',
    ...(single === undefined ? {} : { replay: single.replay }),
  };
}

/** The verifier's answer to a query. */
export async function answerQuery(bound: BoundQuery, options: SearchOptions = {}): Promise<PropertyReport> {
  const started = performance.now();
  const { network, unsafe } = bound;
  const { verdict, ...rest } = await verify({ ...options, network, unsafe });
  const counterexample = verdict.verdict === 'sat' ? counterexampleOf(bound, verdict.input, verdict.output) : undefined;
  const seconds = (performance.now() - started) / 1000;
  return {
    ...rest,
    seconds,
    verdict: verdict.verdict,
    ...(verdict.verdict === 'unknown' && { reason: verdict.reason, proved: verdict.proved }),
    ...(counterexample !== undefined && { counterexample }),
    ...(verdict.verdict === 'unsat' && verdict.certificate !== undefined && { certificate: verdict.certificate }),
  };
}

const UNKNOWN: Readonly<Record<StopReason, string>> = {
  timeout: 'no answer within the time allowed',
  interrupted: 'interrupted',
  nodes: 'no answer within the nodes allowed',
  cells: 'no answer within the cells allowed',
};

/** The answer in words, float32 included. */
export function verdictText({
  verdict,
  counterexample,
  reason,
}: Pick<PropertyReport, 'verdict' | 'counterexample' | 'reason'>) {
  if (verdict === 'unknown') return `unknown: ${UNKNOWN[reason ?? 'interrupted']}`;
  if (counterexample === undefined) return verdict;
  const fate = {
    'any-order': 'sat, in float32 too (any order)',
    replay: 'sat over the reals; float32 replay violates',
    'reals-only': 'sat over the reals only',
  } as const;
  return fate[counterexample.float32];
}
