/**
 * `unsat` is a theorem of Coq: its kernel computes that the proof of a query is accepted, and that no input of the domain is unsafe follows without an
 * axiom.
 *
 * Source: |x| + |y + 1/3| is at most 7/3 on the square, and |y + 1/3| at most 5/6 where y <= 1/2; |x| stands twice in the network, which
 * is condensed. The verdicts of the competition's test instances and of ACAS Xu are
 * the agreed ones (VNN-COMP). Real networks by `npm run formal`, which writes reports/formal-queries.md. Skipped where there is no coqc.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { expandVerification, gallinaProof, plainProofText } from '../../src/formal/index.js';
import { type Query, queryOfVnnlib, readQuery } from '../../src/formats/index.js';
import { condensed, type Network, type UnsafeSet } from '../../src/network/index.js';
import { bindQuery, loadNetworks } from '../../src/property/index.js';
import { verify } from '../../src/verify/index.js';
import { costOf, provedByKernel, timed } from '../support/formal/cost.js';
import { textBy } from '../support/formal/plain.js';
import {
  compileTheory,
  extractedProgram,
  hasCoq,
  hasOcaml,
  sayWhatIsMissing,
  verdictsOf,
} from '../support/formal/theory.js';
import { ROOT, scratch } from '../support/setup/command.js';

const FORMAL = process.env.RELU_ATLAS_FORMAL !== undefined;
const DATA = join(ROOT, '../shared/data');

sayWhatIsMissing();
vi.setConfig({ testTimeout: 3_600_000 });
const files = scratch();
afterAll(() => files.dispose());

/** What is measured: seconds of processor time and megabytes. */
interface Measured {
  readonly name: string;
  readonly nodes: number;
  readonly kernel?: number;
  readonly checker: number;
  readonly extracted: number;
  readonly megabytes: number;
}
const measured: Measured[] = [];

async function questionOf(query: Query, network: string): Promise<{ network: Network; unsafe: UnsafeSet }> {
  const name = query.networks[0]?.name ?? '';
  const given = await loadNetworks(query, new Map([[name, network]]), { reading: {} });
  return bindQuery(query, given, { overReals: false });
}

interface Proof {
  readonly name: string;
  readonly network: Network;
  readonly unsafe: UnsafeSet;
  readonly certificate: string;
}

async function provedBy(name: string, { network, unsafe }: { network: Network; unsafe: UnsafeSet }): Promise<Proof> {
  const certificate = join(files.path, `${name.replace(/\W+/g, '_')}.cert`);
  const { verdict } = await verify({ network, unsafe, certificate, workers: 1 });
  expect(verdict.verdict, name).toBe('unsat');
  return { name, network, unsafe, certificate };
}

/** Has the kernel prove it. @returns what Coq says of its assumptions, and the kernel's seconds */
async function kernelOn({ name, network, unsafe, certificate }: Proof): Promise<{ said: string; kernel: number }> {
  const identifier = `query_${name.replace(/[^A-Za-z0-9]+/g, '_')}`;
  const text = await textBy((write) =>
    expandVerification(network, unsafe, certificate, gallinaProof(identifier, write)),
  );
  expect(text.includes('verify_condensed'), name).toBe(condensed(network) !== network);
  expect(text).toContain(`Theorem ${identifier}_is_safe : forall F (x : point F), inside`);
  return provedByKernel(files, identifier, text);
}

/** The checker in TypeScript and the extracted program on one proof. */
async function compared({ name, network, unsafe, certificate }: Proof, kernel?: number): Promise<void> {
  const { seconds: checker, result: report } = await timed(() => checkVerification(network, unsafe, certificate));
  if (!report.accepted) throw new Error(`${name}: ${report.reason}`);
  const text = await textBy((write) => expandVerification(network, unsafe, certificate, plainProofText(write)));
  const file = files.file('query.txt', text);
  const program = extractedProgram();
  expect(await verdictsOf(program, [file]), name).toEqual(['safe']);
  const { seconds: extracted, megabytes } = await costOf(program, [file]);
  measured.push({ name, nodes: report.nodes, checker, extracted, megabytes, ...(kernel !== undefined && { kernel }) });
}

const absolute = {
  format: 'relu-atlas-network',
  version: 1,
  inputs: 2,
  layers: [
    {
      weights: [
        [1, 0],
        [0, 1],
        [1, 0],
      ],
      bias: [0, '1/3', 0],
      activation: 'abs',
    },
    {
      weights: [
        [1, 1, 0],
        [0, 0, 1],
      ],
      bias: [0, 0],
      activation: 'relu',
    },
    {
      weights: [
        [1, 0],
        [1, -1],
      ],
      bias: [0, 0],
      activation: 'linear',
    },
  ],
};
/** The square, and disjuncts of conditions on outputs. */
const query = (...disjuncts: readonly string[]) =>
  [
    ...['X_0', 'X_1', 'Y_0', 'Y_1'].map((name) => `(declare-const ${name} Real)`),
    ...[0, 1].map((i) => `(assert (>= X_${i} -1.0))(assert (<= X_${i} 1.0))`),
    `(assert (or ${disjuncts.map((disjunct) => `(and ${disjunct})`).join(' ')}))`,
  ].join('\n');

const test = (name: string) => join(DATA, 'vnncomp_test', name);
const acas = (name: string) => join(DATA, `acasxu/onnx/ACASXU_run2a_${name}_batch_2000.onnx`);
const property = (number: number) => join(DATA, `acasxu/vnnlib/prop_${number}.vnnlib`);
/** Small enough for the kernel. */
const REAL: readonly (readonly [name: string, network: string, query: string])[] = [
  ['VNN-COMP test_nano', test('test_nano.onnx'), test('test_nano.vnnlib')],
  ['VNN-COMP test_tiny', test('test_tiny.onnx'), test('test_tiny.vnnlib')],
  ['VNN-COMP test_small', test('test_small.onnx'), test('test_small.vnnlib')],
  ['VNN-COMP test_unsat', test('test_unsat.onnx'), test('test_prop.vnnlib')],
  ['ACAS Xu N2_9 P3', acas('2_9'), property(3)],
  ['ACAS Xu N5_7 P3', acas('5_7'), property(3)],
  ['ACAS Xu N4_1 P4', acas('4_1'), property(4)],
  ['ACAS Xu N4_8 P4', acas('4_8'), property(4)],
];
/** For the extracted program alone. */
const LARGER: typeof REAL = [
  ['ACAS Xu N1_9 P1', acas('1_9'), property(1)],
  ['ACAS Xu N1_3 P4', acas('1_3'), property(4)],
  ['ACAS Xu N2_2 P3', acas('2_2'), property(3)],
  ['ACAS Xu N1_1 P3', acas('1_1'), property(3)],
  ['ACAS Xu N1_1 P1', acas('1_1'), property(1)],
  ['ACAS Xu N5_7 P1', acas('5_7'), property(1)],
  ['ACAS Xu N1_1 P2', acas('1_1'), property(2)],
  ['ACAS Xu N4_5 P10', acas('4_5'), property(10)],
  [
    'TLL N=16',
    join(DATA, 'tll/tllBench_n=2_N=M=16_m=1_instance_1_0.onnx.gz'),
    join(DATA, 'tll/property_N=16_0.vnnlib.gz'),
  ],
];

describe('queries are theorems of Coq', () => {
  it.runIf(hasCoq)('a sum of absolute values stays below 5/2, and a part of it below 3/2', async () => {
    compileTheory();
    const net = files.file('absolute.json', JSON.stringify(absolute));
    const asked = queryOfVnnlib(query('(>= Y_0 2.5)', '(>= Y_1 1.5)(<= X_1 0.5)'));
    const proof = await provedBy('absolute values', await questionOf(asked, net));
    expect(condensed(proof.network)).not.toBe(proof.network);
    expect((await kernelOn(proof)).said).toBe('Closed under the global context');
  });

  it.runIf(hasCoq && FORMAL && existsSync(DATA))('the test instances of the competition, and ACAS Xu', async () => {
    compileTheory();
    for (const [name, network, file] of REAL) {
      const { query } = await readQuery(file);
      const proof = await provedBy(name, await questionOf(query, network));
      const { said, kernel } = await kernelOn(proof);
      expect(said, name).toBe('Closed under the global context');
      if (hasOcaml) await compared(proof, kernel);
    }
  });

  it.runIf(hasOcaml && FORMAL && existsSync(DATA))('the extracted program proves larger ones', async () => {
    for (const [name, network, file] of LARGER) {
      const { query } = await readQuery(file);
      await compared(await provedBy(name, await questionOf(query, network)));
    }
  });

  it.runIf(hasOcaml && FORMAL)('reports/formal-queries.md tells what it costs', () => {
    writeFileSync(join(ROOT, 'reports/formal-queries.md'), `${page()}\n`);
  });
});

function page(): string {
  const figure = (value: number | undefined) => (value === undefined ? '' : value.toFixed(2));
  return [
    '# Queries proved in Coq: times',
    '',
    'Written by `npm run formal`. Seconds of processor time; `kernel` is what Coq tells of checking the computed proof alone; memory is that of',
    'the extracted program, which also reads the text.',
    '',
    '| query | nodes | kernel | checker in TypeScript | extracted program | MB |\n|---|---:|---:|---:|---:|---:|',
    ...measured.map(
      ({ name, nodes, kernel, checker, extracted, megabytes }) =>
        `| ${name} | ${nodes} | ${figure(kernel)} | ${figure(checker)} | ${figure(extracted)} | ${megabytes} |`,
    ),
  ].join('\n');
}
