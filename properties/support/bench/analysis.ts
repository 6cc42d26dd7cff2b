/**
 * What the analysis of a partition costs: pieces and maps against plain counting, facets and volumes of many cells.
 */
import { join } from 'node:path';
import { analysisProblem, forEachCell } from '../../../src/analysis/cells/enumerate.js';
import { CELL_FIELDS, type CellField } from '../../../src/analysis/files/fields.js';
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
import { cube } from '../../../src/network/domain.js';
import { runCount } from '../../../src/run/count.js';
import type { BenchCase } from './cases.js';
import { medianSeconds } from './measure.js';
import { randomLines } from './random-networks.js';

/** Seconds for cells, pieces and maps of a case. */
export async function regionsSeconds({ name, network, domain, cells }: BenchCase): Promise<number> {
  const { seconds } = await medianSeconds(`${name} pieces and maps`, () => {
    const counts = countRegions(network, domain);
    if (counts.cells !== cells) throw new Error(`${name}: expected ${cells} cells, got ${counts.cells}`);
  });
  return seconds;
}

/** What an analysis takes beside a plain count of the same cells, in processor seconds of this process, and their ratio. */
export interface BesideCount {
  readonly work: string;
  readonly seconds: number;
  readonly against: number;
}

/** Processor seconds of a task. */
async function processorSeconds(task: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Beyond so many cells the rows that take minutes are left out. */
const MANY = 200_000;

/** Facts, a boundary, the adjacency graph and partition files beside the count, one thread, in turn in one process. */
export async function besideCount({ network, domain, cells }: BenchCase, folder: string): Promise<BesideCount[]> {
  const file = (name: string) => join(folder, name);
  const partition = (name: string, fields: readonly CellField[]) => () =>
    writePartition({ network, domain, workers: 1 }, jsonLinesWriter(file(name), { fields }));
  const long: [string, () => unknown][] = [
    ['partition: facets', partition('facets.jsonl', ['facets'])],
    ['partition: all', partition('all.jsonl', CELL_FIELDS)],
  ];
  const tasks: [string, () => unknown][] = [
    ['count with certificate', () => runCount({ network, domain, workers: 1, certificate: file('cells.cert') })],
    ['facts', () => functionFacts(network, domain)],
    ['boundary', () => levelSet(network, domain, { output: 0, threshold: ZERO })],
    ['adjacency', () => writeAdjacency(network, domain, file('adjacency.graphml'))],
    ['partition: pattern, witness, map', partition('few.jsonl', ['pattern', 'witness', 'map'])],
    ...(cells > MANY ? [] : long),
  ];
  const count = () => runCount({ network, domain, workers: 1 });
  await count();
  const counting = await processorSeconds(count);
  const rows: BesideCount[] = [{ work: 'count', seconds: counting, against: 1 }];
  for (const [work, task] of tasks) {
    process.stderr.write(`bench: ${work} ...`);
    const seconds = await processorSeconds(task);
    process.stderr.write(` ${seconds.toFixed(2)} s\n`);
    rows.push({ work, seconds, against: seconds / counting });
  }
  return rows;
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
