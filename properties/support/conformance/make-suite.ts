/**
 * The contents of fixtures/conformance, made from the specifications beside this file.
 *
 *     RELU_ATLAS_WRITE_FIXTURES=1 npx vitest run properties/oracle/conformance-suite-is-proved.test.ts
 *
 * writes them; without the variable the same test compares. The bytes are the same on every machine but for certificates:
 * what an engine writes into them may change with the engine, and they are compressed. So a certificate that the checker
 * accepts is kept as it is, and one that is missing is made.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { networkOfJsonValue } from '../../../src/formats/json/network.js';
import { writeNetworkJson } from '../../../src/formats/json/write.js';
import { networkOfOnnx } from '../../../src/formats/onnx/model.js';
import type { Domain } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import {
  CASE_FORMAT,
  type ConformanceCase,
  conformanceSchemas,
  type Manifest,
  SUITE_FORMAT,
} from '../../../src/oracle/conformance/case.js';
import { type CertifiedPartition, certifiedPartition } from '../../../src/oracle/conformance/cells.js';
import { certificateFile, sha256Of, subjectOf } from '../../../src/oracle/conformance/suite.js';
import { runCount } from '../../../src/run/count.js';
import type { Entry } from '../generators/degenerate-cases.js';
import { onnxBytes } from '../generators/onnx-models.js';
import type { CaseSpec, Point } from './case-spec.js';
import { ARRANGEMENT_CASES } from './cases-of-arrangements.js';
import { DEGENERACY_CASES } from './cases-of-degeneracy.js';
import { FUNCTION_CASES } from './cases-of-functions.js';
import { POLYTOPE_CASES } from './cases-of-polytopes.js';
import { expectedAnswers, questionsOfSpec } from './expected.js';

export const SUITE_VERSION = '1.1.0';

/** Categories, in the order of score cards. */
const CATEGORIES: Manifest['categories'] = [
  { name: 'generic', title: 'Networks in generic position, 1 to 6 dimensions' },
  {
    name: 'coincident',
    title: 'Creases that coincide, duplicate, opposite and proportional neurons, concurrent creases',
  },
  { name: 'boundary', title: 'Creases that touch the domain' },
  { name: 'facets', title: 'Creases that contain facets, dead layers, rows that vanish' },
  { name: 'exponents', title: 'Numbers near the ends of the range of doubles' },
  { name: 'margins', title: 'Thin cells, from 1e-3 down to 1e-300' },
  { name: 'flat', title: 'Domains that fix inputs' },
  { name: 'unbounded', title: 'The whole space' },
  { name: 'polytopes', title: 'Domains given by inequalities: unbounded, flat, thin, redundant' },
  { name: 'families', title: 'Arrangements with closed forms' },
  { name: 'activations', title: 'Leaky, clipped, absolute, pooled' },
  { name: 'kinks', title: 'Derivatives where the network has none' },
  { name: 'arithmetic', title: 'Cancellation, fractions, underflow' },
];

const SPECS: readonly CaseSpec[] = [...ARRANGEMENT_CASES, ...DEGENERACY_CASES, ...POLYTOPE_CASES, ...FUNCTION_CASES];

/** All specifications, by category, otherwise in the order in which they stand. */
export const CASE_SPECS: readonly CaseSpec[] = CATEGORIES.flatMap(({ name }) =>
  SPECS.filter(({ category }) => category === name),
);

/** A specification with its network, in the form in which the case has it. */
export interface Problem {
  readonly spec: CaseSpec;
  readonly json: ConformanceCase['network'];
  readonly onnx: Uint8Array | undefined;
  readonly domain: ConformanceCase['domain'];
  readonly subject: { readonly network: Network; readonly domain: Domain };
}

export function problemOf(spec: CaseSpec): Problem {
  const onnx = 'onnx' in spec.layers ? onnxBytes(spec.layers.onnx) : undefined;
  const json = (
    onnx === undefined
      ? { format: 'relu-atlas-network', version: 1, inputs: inputsOf(spec), layers: spec.layers }
      : JSON.parse(writeNetworkJson({ ...networkOfOnnx(onnx).network, notes: [] }))
  ) as ConformanceCase['network'];
  const domain = domainOfSpec(spec, networkOfJsonValue(json).network.inputs);
  return { spec, json, onnx, domain, subject: subjectOf({ network: json, domain }) };
}

type DomainJson = ConformanceCase['domain'];

function domainOfSpec({ domain }: CaseSpec, inputs: number): DomainJson {
  const box = (pairs: readonly (readonly [Entry, Entry])[]) => pairs.map(([lo, hi]): [Entry, Entry] => [lo, hi]);
  const linear = (rows: readonly Point[]) => rows.map((row) => ({ a: row.slice(0, -1), b: row.at(-1)! }));
  if (domain === 'whole') return { whole: inputs };
  if (!('inequalities' in domain)) return { box: box(domain) };
  return {
    inequalities: linear(domain.inequalities),
    ...(domain.equalities && { equalities: linear(domain.equalities) }),
    ...(domain.box && { box: box(domain.box) }),
  };
}

function inputsOf({ layers }: CaseSpec): number {
  return 'onnx' in layers ? 0 : layers[0]!.weights[0]!.length;
}

/** The cells of a problem, proved; with `write` the certificate is made if there is none that the checker accepts. */
export async function provedCells(problem: Problem, directory: string, write: boolean): Promise<CertifiedPartition> {
  const { network, domain } = problem.subject;
  const file = join(directory, certificateFile(problem.spec.id));
  if (write) {
    const good = existsSync(file) && (await certifiedPartition(network, file).catch(() => undefined)) !== undefined;
    if (!good) await runCount({ network, domain, certificate: file, workers: 1 });
  }
  return certifiedPartition(network, file);
}

const METHODS = {
  'brute force': 'brute force over all patterns by Fourier-Motzkin elimination',
  'deletion-restriction': 'characteristic polynomial by deletion-restriction',
  certificate: 'the certificate',
} as const;

function sourceOf({ cells, source, confirm }: CaseSpec): string {
  const stated = source ?? (cells === undefined ? undefined : 'counted by hand, as the reason says');
  return [stated, METHODS[confirm]].filter((part) => part !== undefined).join('; ');
}

/** The case that a problem and its proved cells make. */
export function caseOf(problem: Problem, partition: CertifiedPartition): ConformanceCase {
  const { spec, json, onnx, domain, subject } = problem;
  const questions = questionsOfSpec(spec, subject.network, subject.domain, partition.cells.length);
  return {
    format: CASE_FORMAT,
    version: 1,
    id: spec.id,
    category: spec.category,
    why: spec.why,
    source: sourceOf(spec),
    network: json,
    ...(onnx !== undefined && { onnx: Buffer.from(onnx).toString('base64') }),
    domain,
    questions,
    expected: expectedAnswers(subject.network, subject.domain, partition, questions),
  };
}

/** A case as the text of its file: one line per field, and per field of the questions and answers. */
export function caseText(content: ConformanceCase): string {
  const fields = (value: object, indent: string): string =>
    Object.entries(value)
      .map(([key, field]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(field)}`)
      .join(',\n');
  const { questions, expected, ...head } = content;
  const group = (name: string, value: object) => `  "${name}": {\n${fields(value, '    ')}\n  }`;
  return `{\n${fields(head, '  ')},\n${group('questions', questions)},\n${group('expected', expected)}\n}\n`;
}

/** The manifest of cases whose files are given as they stand on disk. */
export function manifestText(cases: readonly { content: ConformanceCase; certificate: Uint8Array }[]): string {
  const manifest: Manifest = {
    format: SUITE_FORMAT,
    version: 1,
    suite: SUITE_VERSION,
    categories: CATEGORIES,
    cases: cases.map(({ content, certificate }) => ({
      id: content.id,
      category: content.category,
      sha256: sha256Of(caseText(content)),
      certificate: sha256Of(certificate),
    })),
  };
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** The JSON Schemas, by path below the suite. */
export function schemaFiles(): { readonly path: string; readonly text: string }[] {
  return Object.entries(conformanceSchemas()).map(([name, schema]) => ({
    path: `schema/${name}`,
    text: `${JSON.stringify(schema, null, 1)}\n`,
  }));
}
