/**
 * `npm run bench`: rates of every engine, certificates, the checker, exactness, growth, memory and workers; writes
 * reports/bench.md. `npm run bench -- --quick` leaves the long ones out and writes nothing; `--only=TITLE` measures the sections
 * whose titles contain a text and puts them in their places in the report.
 *
 * Figures of one run are comparable with each other; machines are noisy, so compare ratios, not runs.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { checkCertificate } from '../../../src/checker/file.js';
import { chooseEngine, ENGINE_NAMES, type EngineName, kernelOf } from '../../../src/engines/choice.js';
import { glpkBackend } from '../../../src/lp/glpk/backend.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import type { LpBackend } from '../../../src/lp/types.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { cube, type Domain, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { dataOfNetwork } from '../../../src/network/transfer.js';
import { countingProblem } from '../../../src/problem/charts.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { certificateSink, writeCertificate } from '../../../src/run/certificate.js';
import { checkWithWorkers } from '../../../src/run/check.js';
import { runCount } from '../../../src/run/count.js';
import { type JobSetting, prepareJobs, runJob } from '../../../src/run/job.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { countSink } from '../../../src/walk/count.js';
import { traverse } from '../../../src/walk/traverse.js';
import { NO_REDIS } from '../setup/redis.js';
import { activationRows } from './activations.js';
import { besideCount, facetsAndVolumes, regionsSeconds, reportBesideCount } from './analysis.js';
import { arrangementRows } from './arrangements.js';
import { exactnessCost } from './believing.js';
import {
  acasNetworks,
  type BenchCase,
  benchNetworks,
  dataIsPresent,
  degenerateNetworks,
  millionCells,
  partOfMillionCells,
  resonanceCase,
  typeBCase,
} from './cases.js';
import { checkerRows, proofCheckerRows } from './checkers.js';
import { choiceRows } from './choices.js';
import { degeneracyCost } from './degenerate.js';
import { explorerRows } from './explorer.js';
import { FOLDING_HEAD, foldingRows, LOOKING_HEAD, lookingRows, PROVING_HEAD, provingRows } from './folding.js';
import { freshRows, ROOT } from './fresh.js';
import { LONG_RUNS_HEAD, longRunRows } from './long-runs.js';
import { medianSeconds, oracleRateOf, rateOf, residentOf } from './measure.js';
import { largeReadingRows, readingRows } from './readers.js';
import { imagesInAllPixels, planeOfImages } from './slices.js';
import { planeThroughConvolutions } from './sparsity.js';
import { integralsBesideVolumes, TOPOLOGY_HEAD, topologyRows } from './topology.js';
import { verifyingRows } from './verifying.js';
import { benchmarkRows } from './verifying-all.js';
import { WHOLE_COMMANDS_HEAD, wholeCommandRows } from './whole-commands.js';

/** The networks that are counted on all of R^d. */
const SPACES = /^(2-64-64-64-1|3-32-32-1|4-16-16-1)/;
const quick = process.argv.includes('--quick');
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-bench-'));

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

const rate = (cells: number, seconds: number) => `${Math.round(cells / seconds).toLocaleString('en')}`;
const times = (a: number, b: number) => `${(a / b).toFixed(2)}x`;

function expectCells(what: string, expected: number, got: number) {
  if (expected !== got) throw new Error(`${what}: expected ${expected} cells, got ${got}`);
}

/** One single-threaded count; a wrong one ends the benchmark. */
function count({ name, network, domain, cells }: BenchCase, engine: EngineName, backend: LpBackend): void {
  const problem = partitionProblem(network, domain);
  const sink = countSink(network.layers.length);
  traverse(problem, kernelOf(engine, backend), sink);
  expectCells(`${name}, ${engine}`, cells, sink.counts.cells);
}

function enginesFor({ network, domain }: BenchCase): EngineName[] {
  const problem = partitionProblem(network, domain);
  const best = chooseEngine(problem, 'auto').engine;
  return [best, ...ENGINE_NAMES.filter((name) => name === 'lp' && name !== best)];
}

/** Cells per second of the engines and of the naive subdivider, each in a process of its own. */
function rates(cases: readonly BenchCase[]): string {
  const rows: Row[] = [];
  for (const bench of cases) {
    const { name, cells, domain } = bench;
    // The naive subdivider is for generic networks on boxes, and takes its time on large ones.
    const naive =
      domain.kind === 'box' && /^\d-/.test(name) && cells < 110_000 ? rateOf(name, 'naive').seconds : undefined;
    for (const engine of enginesFor(bench)) {
      const { first, seconds, exactShare } = rateOf(name, engine);
      rows.push([
        name,
        cells.toLocaleString('en'),
        engine,
        rate(cells, seconds),
        rate(cells, first),
        naive === undefined ? '-' : times(naive, seconds),
        `${(100 * exactShare).toFixed(2)} %`,
      ]);
    }
  }
  return table(
    ['network', 'cells', 'engine', 'cells/s', 'in the first count', 'against naive', 'signs decided exactly'],
    rows,
  );
}

/** Degenerate networks against perturbed twins. */
async function degeneracy(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  for (const bench of cases) {
    for (const engine of enginesFor(bench)) {
      const { cells, perCell, perQuestion, exactShare } = await degeneracyCost(bench, engine);
      rows.push([
        bench.name,
        engine,
        cells.map((n) => n.toLocaleString('en')).join(' / '),
        perCell.map((us) => us.toFixed(1)).join(' / '),
        times(perCell[0], perCell[1]),
        times(perQuestion[0], perQuestion[1]),
        `${(100 * exactShare).toFixed(0)} %`,
      ]);
    }
  }
  const head = [
    'network / its perturbed twin',
    'engine',
    'cells',
    'us per cell',
    'per cell',
    'per question',
    'exact signs',
  ];
  return table(head, rows);
}

/** The exact stages against believing doubles. */
async function exactness(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  for (const bench of cases) {
    const engine = enginesFor(bench)[0]!;
    const { exact, believing } = await exactnessCost(bench, engine);
    rows.push([
      bench.name,
      engine,
      exact.cells.toLocaleString('en'),
      believing.cells.toLocaleString('en'),
      times(exact.seconds, believing.seconds),
    ]);
  }
  const head = ['network', 'engine', 'cells', 'cells without exact stages', 'time with against without'];
  return table(head, rows);
}

/** A network on images, on a plane: both engines must agree. */
async function planeRow(): Promise<Row> {
  const started = performance.now();
  const plane = planeOfImages();
  const problem = partitionProblem(plane.network, plane.domain);
  const prepared = (performance.now() - started) / 1000;
  const counted = (engine: EngineName) => {
    const sink = countSink(plane.network.layers.length);
    traverse(problem, kernelOf(engine, simplexBackend), sink);
    return sink.counts.cells;
  };
  const cells = counted('lp');
  const { seconds } = await medianSeconds(plane.name, () => expectCells(plane.name, cells, counted('vertex')));
  return [plane.name, cells.toLocaleString('en'), prepared.toFixed(2), rate(cells, seconds)];
}

/** Convolutions on a plane, stored without their zeros and with them. */
async function sparseRows(): Promise<Row[]> {
  const gain = await planeThroughConvolutions();
  if (gain === undefined) return [];
  const { cells, preparedSeconds, sparseSeconds, denseSeconds } = gain;
  return [
    [
      'cifar_base_kw on a quarter of a plane',
      cells.toLocaleString('en'),
      preparedSeconds.toFixed(2),
      rate(cells, sparseSeconds),
      times(denseSeconds, sparseSeconds),
    ],
  ];
}

/** Networks in all pixels; prepared once, then counted as often as for every other rate. */
async function pixelRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, network, domain } of await imagesInAllPixels()) {
    const started = performance.now();
    const problem = partitionProblem(network, domain, { rowSpace: true });
    const prepared = (performance.now() - started) / 1000;
    const { engine } = chooseEngine(problem, 'auto');
    const counted = () => {
      const sink = countSink(network.layers.length);
      traverse(problem, kernelOf(engine, simplexBackend), sink);
      return sink.counts.cells;
    };
    const cells = counted();
    const { seconds } = await medianSeconds(name, () => expectCells(name, cells, counted()));
    rows.push([
      name,
      String(problem.variables),
      engine,
      cells.toLocaleString('en'),
      prepared.toFixed(2),
      rate(cells, seconds),
    ]);
  }
  return rows;
}

/** The lp engine with glpk proposing. */
async function glpkRate(bench: BenchCase): Promise<string> {
  const glpk = await glpkBackend();
  const { seconds } = await medianSeconds(`${bench.name} lp glpk`, () => count(bench, 'lp', glpk), 1);
  return `The \`lp\` engine with \`--lp glpk\` on ${bench.name}: ${rate(bench.cells, seconds)} cells/s.\n`;
}

/** What a certificate costs to make and to check. */
async function certificates(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  const file = join(scratch, 'certificate');
  for (const bench of cases) {
    const { network, domain, cells } = bench;
    const problem = partitionProblem(network, domain);
    const engine = enginesFor(bench)[0]!;
    const plain = await medianSeconds(`${bench.name} count`, () => count(bench, engine, simplexBackend));
    let bytes = 0;
    const proved = await medianSeconds(`${bench.name} certificate`, async () => {
      const sink = certificateSink(problem);
      traverse(problem, kernelOf(engine, simplexBackend), sink);
      bytes = (await writeCertificate(file, { network, domain }, [sink.take()], () => sink.counts)).bytes;
    });
    const checked = await medianSeconds(`${bench.name} check`, async () => {
      const report = await checkCertificate(network, file);
      if (!report.accepted) throw new Error(`${bench.name}: refused at ${report.path}: ${report.reason}`);
      expectCells(bench.name, cells, report.cells);
    });
    rows.push([
      bench.name,
      engine,
      times(proved.seconds, plain.seconds),
      (bytes / cells).toFixed(1),
      rate(cells, checked.seconds),
      times(checked.seconds, plain.seconds),
    ]);
  }
  const head = [
    'network',
    'engine',
    'certificate against count',
    'bytes per cell',
    'checker cells/s',
    'check against count',
  ];
  return table(head, rows);
}

/** All of R^d against the box [-1000, 1000]^d of the same network, in charts: the count, its certificate, the check. */
async function wholeSpaces(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  for (const { name, network } of cases) {
    for (const engine of ENGINE_NAMES) {
      const space = await provedCost(`${name} whole`, network, whole(network.inputs), engine);
      const inside = await provedCost(`${name} box`, network, cube(network.inputs, -1000, 1000), engine);
      rows.push([
        name,
        engine,
        `${space.cells.toLocaleString('en')} / ${inside.cells.toLocaleString('en')}`,
        times(space.count, inside.count),
        times(space.certificate, space.count),
        `${(space.bytes / space.cells).toFixed(1)} / ${(inside.bytes / inside.cells).toFixed(1)}`,
        times(space.check, space.count),
      ]);
    }
  }
  const head = [
    'network, R^d / box',
    'engine',
    'cells',
    'count, R^d against box',
    'certificate against count',
    'bytes per cell',
    'check against count',
  ];
  return table(head, rows);
}

/** Seconds of a count, of one with a certificate, and of its check, as the command makes them in one thread. */
async function provedCost(name: string, network: Network, domain: Domain, engine: EngineName) {
  const problem = countingProblem(network, domain);
  const kernel = kernelOf(engine, simplexBackend);
  const file = join(scratch, 'whole');
  const count = await medianSeconds(`${name} count`, () => void runJob({ problem, kernel, evidence: false }, [''], {}));
  let cells = 0;
  let bytes = 0;
  const certificate = await medianSeconds(`${name} certificate`, async () => {
    const { records, ...counts } = runJob({ problem, kernel, evidence: true }, [''], {});
    const charts = problem.charts?.basis;
    bytes = (await writeCertificate(file, { network, domain, charts }, [records], () => counts)).bytes;
    cells = counts.cells;
  });
  const check = await medianSeconds(`${name} check`, async () => {
    const report = await checkCertificate(network, file);
    if (!report.accepted) throw new Error(`${name}: refused at ${report.path}: ${report.reason}`);
    expectCells(name, cells, report.cells);
  });
  return { cells, bytes, count: count.seconds, certificate: certificate.seconds, check: check.seconds };
}

/** Time per cell as the count grows, and memory, in a process of its own each. */
function growth(): string {
  const jobs: [string, number][] = [
    ['typeB', 4],
    ['typeB', 5],
    ['typeB', 6],
    ['resonance', 5],
    ...(quick
      ? []
      : ([
          ['typeB', 7],
          ['resonance', 6],
          ['typeB', 8],
        ] as [string, number][])),
  ];
  const rows = jobs.map(([family, n]) => {
    const name = family === 'typeB' ? typeBCase(n).name : resonanceCase(n).name;
    const { seconds, megabytes, cells } = residentOf([family, String(n), 'auto']);
    return [
      name,
      cells.toLocaleString('en'),
      seconds.toFixed(2),
      ((1e6 * seconds) / cells).toFixed(2),
      megabytes.toFixed(0),
    ];
  });
  return table(['arrangement, all of R^n', 'cells', 'seconds', 'us per cell', 'peak resident MB'], rows);
}

/** Two workers against one on runs that are long enough, in turn, because machines are noisy: medians of so many pairs. */
async function workersRow(name: string, what: string, pairs: number, task: (workers: number) => Promise<void>) {
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const n of [1, 2] as const) {
      seconds[n - 1]!.push((await medianSeconds(`${name} ${what}, ${n} workers`, () => task(n), 1, 'wall')).seconds);
    }
  }
  const [one, two] = seconds.map((list) => list.sort((a, b) => a - b)[list.length >> 1]!) as [number, number];
  return [name, what, one.toFixed(1), two.toFixed(1), times(one, two)];
}

/** Counting, and checking a certificate, with workers. */
async function workers(acas: readonly BenchCase[]): Promise<string> {
  const counting =
    ({ name, network, domain, cells }: BenchCase, engine: EngineName) =>
    async (n: number) => {
      expectCells(name, cells, (await runCount({ network, domain, engine, workers: n })).cells);
    };
  const rows: Row[] = [
    await workersRow('type B_8', 'count, vertex', 3, counting(typeBCase(8), 'vertex')),
    await workersRow('resonance R^6', 'count, lp', 1, counting(resonanceCase(6), 'lp')),
  ];
  for (const bench of acas) {
    const { name, network, domain, cells } = bench;
    const file = join(scratch, 'workers');
    await runCount({ network, domain, certificate: file });
    rows.push(await workersRow(name, 'count, lp', 3, counting(bench, 'lp')));
    rows.push(
      await workersRow(name, 'check', 3, async (n) => {
        const report = await checkWithWorkers(network, file, { workers: n });
        if (!report.accepted) throw new Error(`${name}: refused at ${report.path}: ${report.reason}`);
        expectCells(name, cells, report.cells);
      }),
    );
  }
  return table(['network', 'work', '1 worker, s', '2 workers, s', 'speed-up'], rows);
}

/** Pieces and maps against plain counting; facets and volumes. */
async function analysis(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  for (const bench of cases) {
    const engine = enginesFor(bench)[0]!;
    const plain = await medianSeconds(`${bench.name} count`, () => count(bench, engine, simplexBackend));
    const regions = await regionsSeconds(bench);
    rows.push([
      bench.name,
      rate(bench.cells, plain.seconds),
      rate(bench.cells, regions),
      times(regions, plain.seconds),
    ]);
  }
  const many = await facetsAndVolumes(quick ? 100 : 470);
  const head = ['network', 'count, cells/s', 'pieces and maps, cells/s', 'time against count'];
  const geometry = `Facets and exact volumes of ${many.cells.toLocaleString('en')} cells in the plane: ${many.seconds.toFixed(1)} s.`;
  return `${table(head, rows)}\n${geometry}\n`;
}

/** Homology, and integrals beside volumes. */
async function shapes(cases: readonly BenchCase[]): Promise<string> {
  const beside: string[] = [];
  for (const bench of cases) beside.push(await integralsBesideVolumes(bench));
  return `${table(TOPOLOGY_HEAD, topologyRows(quick))}\n${beside.join('')}`;
}

/** What analyses take beside counts, and the report of a large network. */
async function analysesBesideCount(cases: readonly BenchCase[]): Promise<string> {
  const rows: Row[] = [];
  for (const bench of cases) {
    for (const { work, seconds, elapsed, against, againstCertified } of await besideCount(bench, scratch)) {
      rows.push([
        bench.name,
        work,
        seconds.toFixed(2),
        rate(bench.cells, seconds),
        rate(bench.cells, elapsed),
        `${against.toFixed(1)}x`,
        `${againstCertified.toFixed(1)}x`,
      ]);
    }
  }
  const head = [
    'network',
    'work',
    'processor seconds',
    'cells per processor second',
    'cells/s by the clock',
    'against the count',
    'against the count with certificate',
  ];
  if (quick) return table(head, rows);
  const { cells, report, count } = reportBesideCount(scratch);
  const line = `3-64-64-64-1, untrained, ${cells.toLocaleString('en')} cells, whole commands by the clock: report ${report.toFixed(1)} s, count with certificate ${count.toFixed(1)} s.`;
  return `${table(head, rows)}\n${line}\n`;
}

/** Requests per second of the oracle on a network of the shape of ACAS Xu. */
function oracleRates(): string {
  const rows = ['evaluate', 'pattern', 'locate'].map((method) => {
    const { perSecond, perProcessorSecond } = oracleRateOf(method);
    return [method, rate(perSecond, 1), rate(perProcessorSecond, 1)];
  });
  return table(['5-50x6-5, scattered points', 'requests/s', 'per second of processor time'], rows);
}

const ACTIVATION_HEAD: Row = [
  '16,384 doubles',
  'forward, ns each',
  'backward, ns each',
  'forward / relu',
  'backward / relu',
  'both / relu',
];

const BENCHMARK_HEAD = [
  'rows',
  'unsat / sat / other',
  'seconds',
  'nodes',
  'programs',
  'bytes of proofs',
  'verified in, s',
];
const VERIFYING_HEAD: Row = [
  'ACAS Xu / property',
  'answer',
  'nodes',
  'programs',
  'seconds',
  'bytes of proof',
  'checked, s',
];

function versions(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `relu-atlas ${version}, Node ${process.version}, ${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}, ${memory} GiB.\n`;
}

type Section = readonly [title: string, body: () => string | Promise<string>];

const REPORT = join(ROOT, 'reports', 'bench.md');

/** The bodies of a report's sections by their titles. */
function sectionsOf(report: string): Map<string, string> {
  const parts = report.split(/^## /m).slice(1);
  return new Map(
    parts.map((part): [string, string] => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), `${part.slice(end).trim()}\n`];
    }),
  );
}

const CHOICE_HEAD: Row = ['15-digit decimals, all of R^n', 'auto', 'vertex, cells/s', 'lp, cells/s', 'better / auto'];

/** A count in slices of a tenth of a second against one that is never stopped, on a network of 2,000 neurons. */
async function sliced(): Promise<string> {
  const width = 1000;
  const random = randomNumbers(2000);
  const weights = (count: number) => Array.from({ length: count }, () => random() - 0.5);
  const network = buildNetwork(2, [
    { affine: affineFromDoubles(width, 2, weights(2 * width), weights(width)) },
    { slopes: new Array(width).fill(RELU) },
    { affine: affineFromDoubles(width, width, weights(width * width), weights(width)) },
    { slopes: new Array(width).fill(RELU) },
  ]);
  const domain = cube(2, -0.2, 0.2);
  const setting: JobSetting = {
    network: dataOfNetwork(network),
    domain,
    engine: 'vertex',
    lp: 'simplex',
    evidence: false,
  };
  let cells = 0;
  const whole = await medianSeconds('sliced: at once', async () => {
    cells = runJob(await prepareJobs(setting), [''], {}).cells;
  });
  const counting = (workers: number) => async () => {
    expectCells('2,000 neurons', cells, (await runCount({ network, domain, workers })).cells);
  };
  const one = await medianSeconds('sliced: one worker', counting(1));
  const alone = await medianSeconds('sliced: one worker, by the clock', counting(1), 3, 'wall');
  const two = await medianSeconds('sliced: two workers', counting(2), 3, 'wall');
  const rows = [
    ['2-1000-1000', cells.toLocaleString('en'), times(one.seconds, whole.seconds), times(alone.seconds, two.seconds)],
  ];
  return table(['network', 'cells', 'one worker in slices / at once', 'two workers against one'], rows);
}

async function main() {
  if (!dataIsPresent) {
    process.stderr.write('bench: ../shared/data is absent; only generated arrangements are measured\n');
  }
  const networks = dataIsPresent ? await benchNetworks() : [resonanceCase(4), resonanceCase(5)];
  const acas = dataIsPresent ? await acasNetworks() : [];
  const degenerate = dataIsPresent ? await degenerateNetworks() : [];
  const short = quick ? networks.filter(({ cells }) => cells < 30_000) : networks;
  const real = quick ? acas.slice(0, 1) : acas;
  const sections: readonly Section[] = [
    [
      'Arrangements that are not walked',
      async () => table(['work', 'cells', 'processor time', 'walked', 'goal'], await arrangementRows()),
    ],
    [
      'Equal subtrees',
      async () => {
        const counted = table([...FOLDING_HEAD], await foldingRows());
        const proved = table([...PROVING_HEAD], await provingRows(scratch));
        return `${counted}\n${proved}\n${table([...LOOKING_HEAD], await lookingRows())}`;
      },
    ],
    ['Counting, one thread, exact', () => rates([...short, ...real, ...degenerate])],
    ['A fresh process', () => table(['whole process', 'processor s', 'against node -e 0'], freshRows())],
    [
      'Published networks, whole commands',
      () => (dataIsPresent && !quick ? table(WHOLE_COMMANDS_HEAD, wholeCommandRows(scratch)) : 'left out\n'),
    ],
    ['What degeneracy costs', () => degeneracy(degenerate)],
    [
      'Exact stages against believing doubles',
      () => exactness([...short.filter(({ cells }) => cells < 30_000), ...acas.slice(0, 1), ...degenerate]),
    ],
    ['Certificates', () => certificates([...short, ...real])],
    ['All of R^d against a box', () => wholeSpaces(networks.filter(({ name }) => SPACES.test(name)))],
    ['Hyperplanes through 0', () => table(CHOICE_HEAD, choiceRows())],
    ['Pieces, maps and geometry', () => analysis(short.filter(({ cells }) => cells < 30_000))],
    ['Growth and memory', growth],
    ['Slices of a wide network', sliced],
    ['Workers', () => (quick ? 'left out\n' : workers(acas.slice(1)))],
    [
      'Long runs',
      async () =>
        quick || NO_REDIS !== undefined
          ? `left out${quick ? '' : `: ${NO_REDIS}`}\n`
          : table(LONG_RUNS_HEAD, await longRunRows(typeBCase(9), scratch)),
    ],
    ['Oracle', oracleRates],
    [
      'Explorer',
      async () =>
        quick
          ? 'left out\n'
          : table(['what', 'least, median, greatest', 'target'], await explorerRows(networks, scratch)),
    ],
    [
      'Images on a plane',
      async () => table(['network', 'cells', 'made and composed exactly, s', 'cells/s'], [await planeRow()]),
    ],
    ['Topology and integrals', () => shapes(networks.filter(({ name }) => name === '2-64-64-64-1'))],
    [
      'Analyses beside the count',
      () =>
        analysesBesideCount([
          ...networks.filter(({ name }) => name === '4-16-16-1'),
          ...(quick ? [] : [partOfMillionCells(), ...millionCells()]),
        ]),
    ],
    [
      'Convolutions without their zeros',
      async () => table(['network', 'cells', 'composed exactly, s', 'cells/s', 'time with zeros'], await sparseRows()),
    ],
    [
      'Images in all pixels',
      async () => table(['network', 'variables', 'engine', 'cells', 'prepared, s', 'cells/s'], await pixelRows()),
    ],
    ['Reading ONNX', async () => table(['model', 'MB', 'seconds'], await readingRows())],
    [
      'Reading 300 MB of external data',
      () =>
        quick
          ? 'left out\n'
          : table(['network', 'MB', 's per 100 MB', 'peak memory / size'], largeReadingRows(scratch)),
    ],
    [
      'Three checkers',
      async () =>
        table(
          ['certificate', 'cells', 'fast, s', 'MB', 'plain, s', 'MB', 'Python, s', 'MB'],
          await checkerRows(scratch),
        ),
    ],
    [
      'Checkers of proofs of safety',
      async () =>
        dataIsPresent
          ? table(['question', 'nodes', 'TypeScript, s', 'MB', 'Python, s', 'MB'], await proofCheckerRows(scratch))
          : 'left out\n',
    ],
    ['Activations', async () => table(ACTIVATION_HEAD, await activationRows())],
    ['glpk as backend', () => (acas[0] === undefined ? 'left out\n' : glpkRate(acas[0]))],
    [
      'Deciding properties, one thread',
      async () => (dataIsPresent && !quick ? table(VERIFYING_HEAD, await verifyingRows(scratch)) : 'left out\n'),
    ],
    [
      'Whole benchmarks in one run, one thread',
      () => (dataIsPresent && !quick ? table(BENCHMARK_HEAD, benchmarkRows(scratch)) : 'left out\n'),
    ],
  ];
  const chosen = sections.filter(([title]) => only === undefined || title.includes(only));
  const bodies = new Map<string, string>();
  for (const [title, body] of chosen) bodies.set(title, await body());
  const old = only === undefined ? new Map<string, string>() : sectionsOf(readFileSync(REPORT, 'utf8'));
  const all = sections.flatMap(([title]) => {
    const body = bodies.get(title) ?? old.get(title);
    return body === undefined ? [] : [`## ${title}\n\n${body}`];
  });
  const text = `# Benchmarks\n\nWritten by \`npm run bench\`. ${versions()}\n${all.join('\n')}`;
  process.stdout.write(text);
  if (!quick) writeFileSync(REPORT, text);
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true });
}
