/**
 * The form of exact answers as JSON: one for the command line, the oracle and files (docs/json.md).
 */
import type { Rational } from '../exact/index.js';
import { jsonOfDomain, jsonOfRational } from '../formats/index.js';
import type { Domain } from '../network/index.js';

/** The version of the names and forms. Names of the version before are kept beside the new ones. */
export const ANSWER_VERSION = 2;

/** A number if a double is the value, else a text "p/q" in lowest terms. */
export type ExactJson = number | string;

export const exactNumbers = (values: readonly Rational[]): ExactJson[] => values.map(jsonOfRational);
export const exactMatrix = (rows: readonly (readonly Rational[])[]): ExactJson[][] => rows.map(exactNumbers);

/** A double, of which JSON has no infinities. */
export function roundedNumber(value: number): number | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** The last members of an answer that stands alone: what it answers, and in which form. */
export const stamp = (answer: string) => ({ answer, version: ANSWER_VERSION });

/** A domain as domain files have it: {"box":[[lower,upper],...]}, {"whole":n} or a polytope. */
export const domainJson = (domain: Domain): Record<string, unknown> => ({ ...jsonOfDomain(domain) });
