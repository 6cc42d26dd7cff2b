/**
 * What the analysis of a partition costs: pieces and maps against plain counting, facets and volumes of many cells.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analysisProblem, forEachCell } from '../../../src/analysis/cells/enumerate.js';
import { CELL_FIELDS, type CellField, defaultFields } from '../../../src/analysis/files/fields.js';
import { writeAdjacency } from '../../../src/analysis/files/graphml.js';
import { jsonLinesWriter } from '../../../src/analysis/files/json-lines.js';
import { writePartition } from '../../../src/analysis/files/partition.js';
import { levelSet } from '../../../src/analysis/function/boundary.js';
import { functionFacts } from '../../../src/analysis/function/facts.js';
import { facetsOf } from '../../../src/analysis/geometry/faces.js';
import { PolytopePath } from '../../../src/analysis/geometry/polytope.js';
import { polytopeVolume } from '../../../src/analysis/geometry/volume.js';
import { countRegions } from '../../../src/analysis/regions/pieces.js';
import { ZERO } from '../../../src/exact/rational.js';
import { writeNetworkJson } from '../../../src/formats/json/write.js';
import { cube } from '../../../src/network/domain.js';
import { runCount } from '../../../src/run/count.js';
import type { BenchCase } from './cases.js';
import { COMMAND } from './fresh.js';
import { medianSeconds } from './measure.js';
import { randomLines, untrained } from './random-networks.js';

/** Seconds for cells, pieces and maps of a case. */
export async function regionsSeconds({ name, network, domain, cells }: BenchCase): Promise<number> {
  const { seconds } = await medianSeconds(`${name} pieces and maps`, () => {
    const counts = countRegions(network, domain);
    if (counts.cells !== cells) throw new Error(`${name}: expected ${cells} cells, got ${counts.cells}`);
  });
  return seconds;
}

/** What an analysis takes beside plain counts of the same cells. */
export interface BesideCount {
  readonly work: string;
  /** Processor seconds of this process, all its threads. */
  readonly seconds: number;
  /** By the clock. */
  readonly elapsed: number;
  /** Processor seconds against those of the count, and of the count with its certificate. */
  readonly against: number;
  readonly againstCertified: number;
}

interface Spent {
  readonly seconds: number;
  readonly elapsed: number;
}

async function spentOn(task: () => unknown): Promise<Spent> {
  const start = performance.now();
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, elapsed: (performance.now() - start) / 1000 };
}

/** Beyond so many cells the rows that take minutes are left out. */
const MANY = 200_000;

/**
 * Facts, a boundary, the adjacency graph and partition files beside the count, in turn in one process: one thread, and two where a name says so;
 * these are to be read by the clock.
 */
export async function besideCount({ network, domain, cells }: BenchCase, folder: string): Promise<BesideCount[]> {
  const file = (name: string) => join(folder, name);
  const partition = (name: string, fields: readonly CellField[], workers: number) => () =>
    writePartition({ network, domain, workers }, jsonLinesWriter(file(name), { fields }));
  const all = defaultFields('jsonl');
  const few = ['pattern', 'witness', 'map'] as const;
  const long: [string, () => unknown][] = [
    ['partition: facets', partition('facets.jsonl', ['facets'], 1)],
    [
      'partition: as it is unless told (pattern, witness, facets, map, vertices, volume)',
      partition('all.jsonl', all, 1),
    ],
    ['the same, two threads', partition('all.jsonl', all, 2)],
    ['partition: with faces, widths and exact copies', partition('every.jsonl', CELL_FIELDS, 1)],
  ];
  const tasks: [string, () => unknown][] = [
    ['facts', () => functionFacts(network, domain)],
    ['boundary', () => levelSet(network, domain, { output: 0, threshold: ZERO })],
    ['adjacency', () => writeAdjacency(network, domain, file('adjacency.graphml'))],
    ['partition: pattern, witness, map', partition('few.jsonl', few, 1)],
    ['the same, two threads', partition('few.jsonl', few, 2)],
    ...(cells > MANY ? [] : long),
  ];
  const count = () => runCount({ network, domain, workers: 1 });
  await count();
  const counting = await spentOn(count);
  const certifying = await spentOn(() => runCount({ network, domain, workers: 1, certificate: file('cells.cert') }));
  const row = (work: string, spent: Spent): BesideCount => ({
    work,
    ...spent,
    against: spent.seconds / counting.seconds,
    againstCertified: spent.seconds / certifying.seconds,
  });
  const rows = [row('count', counting), row('count with certificate', certifying)];
  for (const [work, task] of tasks) {
    process.stderr.write(`bench: ${work} ...`);
    const spent = await spentOn(task);
    process.stderr.write(` ${spent.seconds.toFixed(2)} s\n`);
    rows.push(row(work, spent));
  }
  return rows;
}

/** The report of an untrained 3-64-64-64-1 as a command, by the clock, beside its count with a certificate. */
export function reportBesideCount(folder: string): {
  readonly cells: number;
  readonly report: number;
  readonly count: number;
} {
  const net = join(folder, 'report-net.json');
  writeFileSync(net, writeNetworkJson(untrained([3, 64, 64, 64, 1], 2)));
  const seconds = (args: readonly string[]) => {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args, '--box=-2,2', '-q'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${args[0]}: expected exit code 0, got ${status}: ${stderr}`);
    return { seconds: (performance.now() - start) / 1000, stdout };
  };
  const counted = seconds(['count', net, '--certificate', join(folder, 'report.cert'), '--json']);
  const reported = seconds(['report', net, '--out', join(folder, 'report.html')]);
  if (!/^left out /m.test(reported.stdout)) throw new Error('report: expected lines of what is left out, got none');
  return { cells: JSON.parse(counted.stdout).cells, report: reported.seconds, count: counted.seconds };
}

/** Facets and exact volumes of about 10^5 cells in the plane. */
export async function facetsAndVolumes(lines: number): Promise<{ readonly cells: number; readonly seconds: number }> {
  const problem = analysisProblem(randomLines(lines), cube(2, -1, 1));
  let cells = 0;
  const task = () => {
    cells = 0;
    const path = new PolytopePath(problem);
    forEachCell(problem, (cell) => {
      const polytope = path.polytope(cell);
      facetsOf(polytope);
      polytopeVolume(polytope);
      cells++;
    });
  };
  const { seconds } = await medianSeconds(`facets and volumes, ${lines} lines`, task, 1);
  return { cells, seconds };
}
