/**
 * What the three checkers cost on the same ten certificates, and the two that read proofs of safety on the same proofs, in processor time of a process of
 * its own each, and its peak memory.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeNetworkJson } from '../../../src/formats/json/write.js';
import { readNetwork, readQuery } from '../../../src/formats/read.js';
import { bindQuery } from '../../../src/property/bind.js';
import { runCount } from '../../../src/run/index.js';
import { verify } from '../../../src/verify/verify.js';
import {
  acasNetworks,
  benchNetworks,
  DATA,
  dataIsPresent,
  degenerateNetworks,
  resonanceCase,
  typeBCase,
} from './cases.js';
import { ROOT } from './fresh.js';
import { jobResult, type Resident } from './measure.js';

const SUITE = join(ROOT, 'fixtures/conformance');
const CERTIFICATES = 10;

const METER =
  'import sys, resource, runpy; sys.argv = ["check", *sys.argv[1:]]\n' +
  'try: runpy.run_module("relu_atlas.check", run_name="__main__")\n' +
  'except SystemExit as end: code = end.code\n' +
  'used = resource.getrusage(resource.RUSAGE_SELF)\n' +
  'print("USED", used.ru_utime + used.ru_stime, used.ru_maxrss); sys.exit(code)';

function inPython(net: string, certificate: string, ...more: readonly string[]): Resident {
  const env = { ...process.env, PYTHONPATH: join(ROOT, 'fixtures/clients/python') };
  const said = spawnSync('python3', ['-B', '-c', METER, net, certificate, ...more], { encoding: 'utf8', env });
  const used = /USED (\S+) (\S+)/.exec(said.stdout);
  const cells = /accepted: .*?(\d+) (?:cells|nodes)/.exec(said.stdout);
  if (used === null || cells === null) throw new Error(`bench: ${certificate}: ${said.stdout}${said.stderr}`);
  return { seconds: Number(used[1]), megabytes: (Number(used[2]) * 1024) / 1e6, cells: Number(cells[1]) };
}

/** A network's file and its certificate. */
interface Certified {
  readonly name: string;
  readonly net: string;
  readonly certificate: string;
}

/** The largest certificates of the conformance suite. */
function* fromSuite(count: number, scratch: string): Generator<Certified> {
  const all = readdirSync(join(SUITE, 'certificates')).map((file) => {
    const path = join(SUITE, 'certificates', file);
    return { name: file.replace('.cert', ''), path, size: readFileSync(path).length };
  });
  for (const { name, path } of all.sort((a, b) => b.size - a.size).slice(0, count)) {
    const { network } = JSON.parse(readFileSync(join(SUITE, 'cases', `${name}.json`), 'utf8')) as { network: unknown };
    const net = join(scratch, 'checked.json');
    writeFileSync(net, JSON.stringify(network));
    yield { name, net, certificate: path };
  }
}

/** Certificates that are made here: boxes of generic and degenerate networks, and the whole space in charts. */
async function* counted(scratch: string): AsyncGenerator<Certified> {
  const generic = (await benchNetworks()).filter(({ name }) => ['2-64-64-64-1', '4-16-16-1'].includes(name));
  const [lattice] = (await degenerateNetworks()).filter(({ name }) => name.startsWith('TLL N=8'));
  for (const { name, network, domain, cells } of [
    ...generic,
    ...(await acasNetworks()).slice(0, 1),
    lattice!,
    resonanceCase(5),
    typeBCase(4),
  ]) {
    const [net, certificate] = [join(scratch, 'checked.json'), join(scratch, 'checked.cert')];
    writeFileSync(net, writeNetworkJson(network));
    const found = await runCount({ network, domain, workers: 1, certificate });
    if (found.cells !== cells) throw new Error(`bench: ${name}: expected ${cells} cells, got ${found.cells}`);
    yield { name, net, certificate };
  }
}

/** Rows: certificate, cells, then seconds (times the fast one's) and megabytes of each checker, for ten certificates. */
export async function checkerRows(scratch: string): Promise<string[][]> {
  const rows: string[][] = [];
  const measure = ({ name, net, certificate }: Certified) => {
    process.stderr.write(`bench: checkers on ${name} ...\n`);
    const fast = jobResult<Resident>('checker-job', ['fast', net, certificate]);
    const plain = jobResult<Resident>('checker-job', ['plain', net, certificate]);
    rows.push(rowOf(name, fast, [plain, inPython(net, certificate)]));
  };
  if (dataIsPresent) for await (const one of counted(scratch)) measure(one);
  for (const one of fromSuite(CERTIFICATES - rows.length, scratch)) measure(one);
  return rows;
}

function rowOf(name: string, fast: Resident, others: readonly Resident[]): string[] {
  const shown = ({ seconds, megabytes }: Resident) => [
    `${seconds.toFixed(2)} (${(seconds / fast.seconds).toFixed(1)}x)`,
    megabytes.toFixed(0),
  ];
  const own = [fast.cells.toLocaleString('en'), fast.seconds.toFixed(2), fast.megabytes.toFixed(0)];
  return [name, ...own, ...others.flatMap(shown)];
}

/** Network and property, all of them `unsat`; then lattices, by their size and number. */
const ACAS: readonly (readonly [network: string, property: number])[] = [
  ['1_1', 3],
  ['1_1', 4],
  ['2_2', 3],
  ['3_3', 4],
  ['4_5', 3],
  ['5_7', 4],
  ['5_9', 3],
];
const LATTICES: readonly (readonly [size: number, number: number])[] = [
  [16, 1],
  [24, 2],
  [32, 3],
];

/** Rows: question, nodes, then seconds and megabytes of the checker in TypeScript, and of that in Python. */
export async function proofCheckerRows(scratch: string): Promise<string[][]> {
  const acas = ACAS.map(([name, property]) => ({
    name: `ACAS Xu N${name}, property ${property}`,
    path: join(DATA, 'acasxu/onnx', `ACASXU_run2a_${name}_batch_2000.onnx`),
    query: join(DATA, 'acasxu/vnnlib', `prop_${property}.vnnlib`),
  }));
  const lattices = LATTICES.map(([size, number]) => ({
    name: `lattice N=${size}`,
    path: join(DATA, 'tll', `tllBench_n=2_N=M=${size}_m=1_instance_${number}_0.onnx.gz`),
    query: join(DATA, 'tll', `property_N=${size}_0.vnnlib.gz`),
  }));
  const rows: string[][] = [];
  for (const { name, path, query } of [...acas, ...lattices]) {
    if (!existsSync(path)) continue;
    process.stderr.write(`bench: proof of ${name} ...\n`);
    const [net, property, proof] = ['net.json', 'query.vnnlib', 'net.proof'].map((file) => join(scratch, file));
    const bytes = readFileSync(query);
    writeFileSync(property!, query.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    const { network } = await readNetwork(path);
    writeFileSync(net!, writeNetworkJson(network));
    const { unsafe } = bindQuery((await readQuery(property!)).query, new Map([['', { network }]]));
    const { verdict } = await verify({ network, unsafe, certificate: proof!, workers: 1 });
    if (verdict.verdict !== 'unsat') throw new Error(`bench: ${name}: expected unsat, got ${verdict.verdict}`);
    const fast = jobResult<Resident>('checker-job', ['fast', net!, proof!, property!]);
    rows.push(rowOf(name, fast, [inPython(net!, proof!, '--property', property!)]));
  }
  return rows;
}
