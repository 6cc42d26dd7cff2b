/**
 * The number of cells of a network on a domain is a theorem of Coq: its kernel computes that the certificate is accepted, and number_of_cells
 * follows without an axiom. So it is for the demo, for every case of the conformance suite with at most 500 cells, and for ACAS Xu N5_7 on the box of
 * property 4 (34 cells).
 *
 * Source: the expected numbers are the conformance suite's, and for N5_7 the one published (NNV, FM 2019).
 *
 * One of each kind of domain in every run; the demo, too, and all of them by `npm run formal`, which writes reports/formal.md. Skipped where there is no coqc.
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { checkCertificate } from '../../src/checker/index.js';
import { parseRational } from '../../src/exact/index.js';
import { expandCertificate, gallina, plainText } from '../../src/formal/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { readNetwork } from '../../src/formats/read.js';
import { box, cube, type Domain, type Network } from '../../src/network/index.js';
import { runCount } from '../../src/run/index.js';
import { costOf, provedByKernel, timed } from '../support/formal/cost.js';
import { textBy } from '../support/formal/plain.js';
import {
  compileTheory,
  extractedProgram,
  hasCoq,
  hasOcaml,
  SOURCES,
  sayWhatIsMissing,
  verdictsOf,
} from '../support/formal/theory.js';
import { ROOT, scratch } from '../support/setup/command.js';

const FORMAL = process.env.RELU_ATLAS_FORMAL !== undefined;
const ALL = FORMAL || process.env.RELU_ATLAS_DEEP !== undefined;
const DATA = join(ROOT, '../shared/data');
const SUITE = join(ROOT, 'fixtures/conformance');
/** Cells of the largest network that the kernel is asked about. */
const MOST_CELLS = 500;
/** One of each kind, and short. */
const EVERY_TIME = ['concurrent-lines', 'segment-along-a-crease', 'braid-3'];

sayWhatIsMissing();
vi.setConfig({ testTimeout: 3_600_000 });
const files = scratch();
afterAll(() => files.dispose());

/** What is measured, in seconds of processor time. */
interface Measured {
  readonly name: string;
  readonly cells: number;
  readonly kernel?: number;
  readonly checker?: number;
  readonly extracted?: number;
  /** Of the extracted program, which reads the text, too; of the command `check`, which is Node as well. */
  readonly megabytes?: number;
  readonly checkerMegabytes?: number;
}
const measured: Measured[] = [];

interface Subject {
  readonly name: string;
  readonly network: Network;
  readonly certificate: string;
  readonly cells: number;
}

/** Expands a certificate to a file of Coq and has the kernel prove it. @returns what Coq says of its assumptions */
async function proved({ name, network, certificate, cells }: Subject): Promise<string> {
  const report = await checkCertificate(network, certificate);
  if (!report.accepted) throw new Error(`${name}: ${report.reason}`);
  expect(report.cells, name).toBe(cells);
  const identifier = `net_${name.replace(/[^A-Za-z0-9]+/g, '_')}`;
  const text = await textBy((write) =>
    expandCertificate(network, report.domain, certificate, gallina(identifier, write)),
  );
  expect(text).toContain(`Theorem ${identifier}_has_${cells}_cells : forall F, number_of_cells F`);
  const { said, kernel } = provedByKernel(files, identifier, text);
  measured.push({ name, cells, kernel });
  return said;
}

/** Bench networks on [-1, 1]^d; their numbers of cells are those of docs and benches, and of the checker. */
const BENCHMARKS: readonly (readonly [name: string, cells: number])[] = [
  ['deg2_star8', 16],
  ['deg2_grid28', 128],
  ['net_2-16-16-1', 369],
  ['res_4', 370],
  ['net_2-32-32-32-1', 2876],
  ['net_3-16-16-1', 4137],
  ['net_4-16-16-1', 25_022],
  ['net_6-12-12-1', 62_866],
  ['net_5-16-16-1', 117_694],
];

/** The checker in TypeScript and the extracted program on one certificate. */
async function compared({ name, network, certificate, cells }: Subject): Promise<void> {
  const { seconds: checker, result: report } = await timed(() => checkCertificate(network, certificate));
  if (!report.accepted) throw new Error(report.reason);
  expect(report.cells, name).toBe(cells);
  const file = files.file('plain.txt', '');
  const output = openSync(file, 'w');
  await expandCertificate(
    network,
    report.domain,
    certificate,
    plainText((piece) => writeSync(output, piece)),
  );
  closeSync(output);
  const program = extractedProgram();
  expect(await verdictsOf(program, [file]), name).toEqual([cells]);
  const { seconds: extracted, megabytes } = await costOf(program, [file]);
  const network_ = files.file('network.json', writeNetworkJson(network));
  const command = await costOf(process.execPath, [
    join(ROOT, 'dist/cli.js'),
    'check',
    network_,
    certificate,
    '--workers=1',
  ]);
  measured.push({ name, cells, checker, extracted, megabytes, checkerMegabytes: command.megabytes });
}

async function counted(name: string, network: Network, domain: Domain, cells: number): Promise<Subject> {
  const certificate = join(files.path, `${name}.cert`);
  await runCount({ network, domain, certificate, workers: 1 });
  return { name, network, certificate, cells };
}

const P4 = box(
  ['1500', '-0.06', '3.1', '1000', '700'].map(parseRational),
  ['1800', '0.06', '3.14', '1200', '800'].map(parseRational),
);
async function acas(name: string, cells: number): Promise<Subject> {
  const file = join(DATA, `acasxu/nnet/ACASXU_experimental_v2a_${name}.nnet`);
  const { network } = await readNetwork(file, { units: 'raw' });
  return counted(`ACAS Xu N${name} on P4`, network, P4, cells);
}

const suite = readdirSync(join(SUITE, 'cases'))
  .map((file) => JSON.parse(readFileSync(join(SUITE, 'cases', file), 'utf8')) as { id: string; network: unknown })
  .map(({ id, network }) => ({ id, network, certificate: join(SUITE, 'certificates', `${id}.cert`) }));

describe('partitions are theorems of Coq', () => {
  it.runIf(hasCoq && ALL)('the demo has 104 cells', async () => {
    compileTheory();
    const { network } = await readNetwork(join(ROOT, 'fixtures/networks/demo_2-8-8-1.json'));
    expect(await proved(await counted('demo', network, cube(2, -1, 1), 104))).toBe('Closed under the global context');
  });

  it.runIf(hasCoq)('so have the cases of the conformance suite their numbers', async () => {
    compileTheory();
    for (const { id, network: value, certificate } of suite) {
      if (!ALL && !EVERY_TIME.includes(id)) continue;
      const { network } = networkOfJsonValue(value);
      const report = await checkCertificate(network, certificate);
      if (!report.accepted || report.cells > MOST_CELLS) continue;
      const said = await proved({ name: id, network, certificate, cells: report.cells });
      expect(said, id).toBe('Closed under the global context');
    }
    expect(measured.length).toBeGreaterThanOrEqual(ALL ? 101 : EVERY_TIME.length);
  });

  it.runIf(hasCoq && ALL && existsSync(DATA))('and ACAS Xu N5_7 on the box of property 4 has 34', async () => {
    compileTheory();
    expect(await proved(await acas('5_7', 34))).toBe('Closed under the global context');
  });

  it.runIf(hasOcaml && ALL && existsSync(DATA))('the extracted program proves the 14,066 of N1_1', async () => {
    await compared(await acas('1_1', 14_066));
  });

  it.runIf(hasOcaml && FORMAL && existsSync(DATA))('and the cells of nine others', async () => {
    for (const [name, cells] of BENCHMARKS) {
      const { network } = await readNetwork(join(DATA, `bench/${name}.json`));
      await compared(await counted(name, network, cube(network.inputs, -1, 1), cells));
    }
  });

  it.runIf(hasCoq && FORMAL)('reports/formal.md tells what it costs', () => {
    writeFileSync(join(ROOT, 'reports/formal.md'), `${page()}\n`);
  });
});

function page(): string {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.v'));
  const rows = sources.map((name) => {
    const text = readFileSync(join(SOURCES, name), 'utf8');
    const proofs = [...text.matchAll(/^(?:Lemma|Theorem)\b/gm)].length;
    return `| ${name} | ${text.split('\n').length - 1} | ${proofs} |`;
  });
  const figure = (value: number | undefined) => (value === undefined ? '' : value.toFixed(2));
  return [
    '# The checker proved in Coq: sizes and times',
    '',
    'Written by `npm run formal`. Seconds of processor time; `kernel` is what Coq tells of checking the computed proof alone.',
    '',
    '| file | lines | lemmas and theorems |\n|---|---:|---:|',
    ...rows,
    '',
    '| network | cells | kernel | checker in TypeScript | extracted program | MB of `check` | MB of the extracted program |\n|---|---:|---:|---:|---:|---:|---:|',
    ...measured.map(
      ({ name, cells, kernel, checker, extracted, megabytes, checkerMegabytes }) =>
        `| ${name} | ${cells} | ${figure(kernel)} | ${figure(checker)} | ${figure(extracted)} | ${checkerMegabytes ?? ''} | ${megabytes ?? ''} |`,
    ),
  ].join('\n');
}
