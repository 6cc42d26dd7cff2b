/**
 * Answers as JSON: the same in the command line, in tables and in the oracle.
 */
import type { Rational } from '../exact/index.js';
import { jsonOfRational } from '../formats/index.js';
import type { Counterexample, PropertyReport } from './answer.js';

type NumberJson = number | string;

export interface CounterexampleJson {
  input: NumberJson[];
  output: NumberJson[];
  disjunct: number;
  slack: NumberJson[];
  /** `any-order`: it violates in float32 whatever the order of summation; `replay`: in the natural order; `none` was found. */
  float32: { holds: 'any-order' | 'replay' | 'none'; output?: number[] };
}

export interface AnswerJson {
  verdict: PropertyReport['verdict'];
  reason?: string;
  proved?: number;
  seconds: number;
  nodes: number;
  cells: number;
  counterexample?: CounterexampleJson;
  certificate?: { file: string; bytes: number; sha256?: string };
  statistics: Record<string, number>;
}

/** Exact numbers: doubles as numbers, others as "p/q". Denominators of deep networks are long. */
const numbers = (values: readonly Rational[]): NumberJson[] => values.map(jsonOfRational);

export function jsonOfCounterexample(counterexample: Counterexample): CounterexampleJson {
  const { input, output, disjunct, slack, float32, replay } = counterexample;
  return {
    input: numbers(input),
    output: numbers(output),
    disjunct,
    slack: numbers(slack),
    float32: {
      holds: float32 === 'reals-only' ? 'none' : float32,
      ...(replay === undefined ? {} : { output: [...replay] }),
    },
  };
}

export function jsonOfAnswer(report: PropertyReport): AnswerJson {
  const { verdict, reason, proved, seconds, nodes, cells, counterexample, certificate, statistics } = report;
  return {
    verdict,
    ...(reason !== undefined && { reason }),
    ...(proved !== undefined && { proved }),
    seconds,
    nodes,
    cells,
    ...(counterexample !== undefined && { counterexample: jsonOfCounterexample(counterexample) }),
    ...(certificate !== undefined && {
      certificate: {
        file: certificate.path,
        bytes: certificate.bytes,
        ...(certificate.sha256 === undefined ? {} : { sha256: certificate.sha256 }),
      },
    }),
    statistics: { ...statistics },
  };
}
