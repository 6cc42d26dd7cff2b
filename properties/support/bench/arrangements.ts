/**
 * Cells of one layer counted without visiting them, beside the walk where that ends, on one thread. A wrong count ends the benchmark.
 *
 * Source of the counts: OEIS A034997 and A000609; of the times beside: Brysiewicz, Eble, Kuehne 2021 (CountingChambers.jl).
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  arrangementOf,
  countChambers,
  countingLastLayer,
  countLastLayer,
  finished,
} from '../../../src/chambers/index.js';
import { checkArrangement } from '../../../src/checker/arrangement-file.js';
import { checkCertificate } from '../../../src/checker/file.js';
import { checkInside } from '../../../src/checker/inside-file.js';
import { checkOrbits } from '../../../src/checker/orbits-file.js';
import { kernelOf } from '../../../src/engines/choice.js';
import { countCells } from '../../../src/engines/count.js';
import { simplexBackend } from '../../../src/lp/index.js';
import { cube, type Domain, whole } from '../../../src/network/domain.js';
import { RELU } from '../../../src/network/model.js';
import { type Network, shapeOf } from '../../../src/network/network.js';
import { countingProblem, partitionProblem, WHOLE_TREE } from '../../../src/problem/index.js';
import { runChambers } from '../../../src/run/chambers.js';
import { runCount } from '../../../src/run/count.js';
import type { SymmetryChoice } from '../../../src/run/job.js';
import { drawNetwork } from '../../../src/sampling/draw.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { countRoots } from '../../../src/walk/index.js';
import { closedNetwork, generatorsOf } from '../generators/equivariant.js';
import { networkOfArrangement, readArrangement } from '../references/arrangements.js';
import { DATA, dataIsPresent } from './cases.js';

type Row = readonly [work: string, cells: string, seconds: string, walked: string, goal: string];

/** Processor seconds of the fastest of some runs, the first one apart: what is measured is a warm process. */
async function fastest(runs: number, task: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < runs; k++) {
    const before = process.cpuUsage();
    await task();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

function require(what: string, expected: bigint, got: bigint | number) {
  if (expected !== BigInt(got)) throw new Error(`${what}: expected ${expected} cells, got ${got}`);
}

const seconds = (value: number) => `${value.toPrecision(3)} s`;

function zeroOnes(n: number, leading: boolean): Network {
  const bits = (code: number, length: number) => Array.from({ length }, (_, i) => BigInt((code >> i) & 1));
  const planes = Array.from({ length: leading ? 2 ** (n - 1) : 2 ** n - 1 }, (_, k) =>
    leading ? [1n, ...bits(k, n - 1), 0n] : [...bits(k + 1, n), 0n],
  );
  return networkOfArrangement({ dimension: n, planes });
}

async function spaceRow(work: string, network: Network, cells: bigint, goal: string): Promise<Row> {
  const domain = whole(network.inputs);
  const best = await fastest(cells > 10n ** 10n ? 1 : 3, async () => {
    require(work, cells, (await runChambers({ network, domain })).count!.cells);
  });
  return [work, cells.toLocaleString('en'), seconds(best), '-', goal];
}

async function certifiedRow(work: string, network: Network, cells: bigint, goal: string): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-bench-'));
  const certificate = join(folder, 'proof.cert');
  try {
    const best = await fastest(2, async () => {
      await runChambers({ network, domain: whole(network.inputs), certificate });
      const report = await checkArrangement(network, certificate);
      if (!report.accepted) throw new Error(`${work}: ${report.reason}`);
      require(work, cells, report.cells);
    });
    return [`${work}, written and checked`, cells.toLocaleString('en'), seconds(best), '-', goal];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Planes in a cube, counted with a proof that is checked; beside the walk with its own. */
async function insideRow(): Promise<Row> {
  const network = drawNetwork({ shape: [3, 120, 1], initialisation: 'he', bias: 0.25, seed: 1 }, 0);
  const domain = cube(3, -1, 1);
  const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-bench-'));
  const file = (name: string) => join(folder, name);
  try {
    let cells = 0n;
    const best = await fastest(2, async () => {
      await runChambers({ network, domain, certificate: file('inside.cert') });
      const report = await checkInside(network, file('inside.cert'));
      if (!report.accepted) throw new Error(`planes in a cube: ${report.reason}`);
      cells = report.cells;
    });
    const walked = await fastest(2, async () => {
      await runCount({ network, domain, workers: 1, certificate: file('tree.cert') });
      const report = await checkCertificate(network, file('tree.cert'));
      require('planes in a cube', cells, report.accepted ? report.cells : -1);
    });
    const work = '3-120-1 random, box, written and checked';
    return [work, cells.toLocaleString('en'), seconds(best), seconds(walked), '-'];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A walk by orbits with its certificate, written and checked; beside the walk of every cell with its own, and the sizes of both. */
async function orbitsRow(name: string, network: Network, domain: Domain, symmetry: SymmetryChoice): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'relu-atlas-bench-'));
  const file = (own: string) => join(folder, own);
  const request = { network, domain, engine: 'vertex', workers: 1 } as const;
  try {
    let cells = 0;
    const best = await fastest(2, async () => {
      await runCount({ ...request, symmetry, certificate: file('orbits') });
      const report = await checkOrbits(network, file('orbits'));
      if (!report.accepted) throw new Error(`${name}: ${report.reason}`);
      ({ cells } = report);
    });
    const walked = await fastest(1, async () => {
      await runCount({ ...request, certificate: file('tree') });
      const report = await checkCertificate(network, file('tree'));
      require(name, BigInt(cells), report.accepted ? report.cells : -1);
    });
    const [own, tree] = ['orbits', 'tree'].map(
      (one) => `${Math.round(statSync(file(one)).size / 1000).toLocaleString('en')} kB`,
    );
    return [`${name} by orbits, ${own} of ${tree}`, cells.toLocaleString('en'), seconds(best), seconds(walked), '-'];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Three layers that commute with the cyclic shift of the coordinates and the reflection of [0, 2]^3 in its middle; creases pass near the middle. */
function equivariant(): { readonly network: Network; readonly symmetry: SymmetryChoice } {
  const { shift, turn } = generatorsOf(3, 2);
  const random = randomNumbers(21);
  const weights = (length: number) => Array.from({ length }, () => Math.floor(9 * random()) - 4);
  const seeds = [4, 3, 2].map((count, l) =>
    Array.from({ length: count }, () => {
      const row = weights(l === 0 ? 3 : 7);
      const middle = l === 0 ? row.reduce((sum, x) => sum + x, 0) : 0;
      return [...row, Math.floor(3 * random()) - 1 - middle];
    }),
  );
  return { network: closedNetwork([shift, turn], seeds, RELU), symmetry: { generators: [shift, turn] } };
}

async function linesRow(): Promise<Row> {
  const network = drawNetwork({ shape: [2, 4096, 1], initialisation: 'he', bias: 0.25, seed: 1 }, 0);
  const domain = cube(2, -1, 1);
  let cells = 0n;
  const best = await fastest(4, () => {
    const { arrangement, walls } = arrangementOf(partitionProblem(network, domain));
    cells = finished(countChambers(arrangement, walls ? { walls } : {})).cells;
  });
  const walked = await fastest(1, () => require('lines', cells, countCells(network, domain).cells));
  return ['2-4096-1 random, box', cells.toLocaleString('en'), seconds(best), seconds(walked), '0.2 s'];
}

/** Both layers, the last one counted in the cells of the first; beside the walk of the same build. */
async function lastLayerRow(): Promise<Row> {
  const network = drawNetwork({ shape: [2, 512, 512, 1], initialisation: 'he', bias: 0.25, seed: 1 }, 0);
  const domain = cube(2, -1, 1);
  let cells = 0;
  const best = await fastest(4, () => {
    cells = finished(countLastLayer(countingProblem(network, domain)))!.cellsPerLayer[1];
  });
  const walked = await fastest(4, () => require('two layers', BigInt(cells), countCells(network, domain).cells));
  return ['2-512-512-1 random, box', cells.toLocaleString('en'), seconds(best), seconds(walked), 'a tenth of the walk'];
}

/** The last layer counted in the cells of those before, on a box; beside the walk of the same build. */
async function countedRow(...shape: number[]): Promise<Row> {
  const network = drawNetwork({ shape, initialisation: 'he', bias: 0.25, seed: 1 }, 0);
  const domain = cube(network.inputs, -1, 1);
  const counting = countingLastLayer(kernelOf('vertex', simplexBackend));
  let cells = 0;
  const best = await fastest(12, () => {
    ({ cells } = countRoots(countingProblem(network, domain), counting, WHOLE_TREE));
  });
  const work = `${shape.join('-')} random, box`;
  const walked = await fastest(3, () => require(work, BigInt(cells), countCells(network, domain).cells));
  return [work, cells.toLocaleString('en'), seconds(best), seconds(walked), 'faster than the walk'];
}

/** Every file of the data folder, held against the walk where that ends soon; the slowest is told. */
async function filesRow(): Promise<Row> {
  let slowest = 0;
  let walked = 0;
  let total = 0n;
  const files = ['affine', 'linear'].flatMap((kind) => {
    const folder = join(DATA, 'arrangements', kind);
    return readdirSync(folder).map((name) => join(folder, name));
  });
  for (const file of files) {
    const network = networkOfArrangement(readArrangement(file));
    let cells = 0n;
    const best = await fastest(2, async () => {
      cells = (await runChambers({ network, domain: whole(network.inputs) })).count!.cells;
    });
    slowest = Math.max(slowest, best);
    total += cells;
    walked += await fastest(1, () => require(file, cells, countCells(network, whole(network.inputs)).cells));
  }
  return [
    `${files.length} arrangements of the data, the slowest`,
    total.toLocaleString('en'),
    seconds(slowest),
    `${seconds(walked)} all`,
    '2 s each',
  ];
}

export async function arrangementRows(): Promise<readonly Row[]> {
  const resonance7 = zeroOnes(7, false);
  const box = equivariant();
  return [
    await spaceRow('threshold T_7 (0.39 s in CountingChambers.jl)', zeroOnes(7, true), 15_028_134n, '0.4 s'),
    await spaceRow('resonance R^7 (< 6 s there)', resonance7, 347_326_352n, '2 s'),
    await certifiedRow('resonance R^7', resonance7, 347_326_352n, '10 s'),
    await spaceRow('resonance R^8', zeroOnes(8, false), 419_172_756_930n, '10 min'),
    await orbitsRow('resonance R^6', zeroOnes(6, false), whole(6), 'orbits'),
    await orbitsRow(`${shapeOf(box.network)}, six symmetries, box`, box.network, cube(3, 0, 2), box.symmetry),
    await insideRow(),
    await linesRow(),
    await lastLayerRow(),
    await countedRow(2, 8, 512, 1),
    await countedRow(3, 32, 64, 1),
    await countedRow(3, 12, 12, 60, 1),
    await countedRow(3, 100, 1),
    await countedRow(4, 60, 1),
    await countedRow(5, 16, 16, 1),
    ...(dataIsPresent ? [await filesRow()] : []),
  ];
}
