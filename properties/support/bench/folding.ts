/**
 * Cells counted by their images, on one thread, beside the walk where that ends; and what it costs other networks to be looked at. A wrong count ends the benchmark.
 *
 * Source of the counts: Telgarsky 2016; Montufar, Pascanu, Cho, Bengio 2014, Theorem 4; for the others the walk.
 */

import { join } from 'node:path';
import { checkImages } from '../../../src/checker/images-file.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { cube } from '../../../src/network/domain.js';
import { ABSOLUTE, buildNetwork, type Network } from '../../../src/network/network.js';
import { runCount } from '../../../src/run/count.js';
import { runCountFolding, runImages } from '../../../src/run/folding.js';
import { drawNetwork } from '../../../src/sampling/draw.js';
import { composition } from '../../../src/theory/combine.js';
import { gridFolding, sawtooth } from '../../../src/theory/index.js';

type Row = readonly string[];

export const FOLDING_HEAD = ['network', 'cells', 'by images', 'walked'] as const;
export const PROVING_HEAD = ['network', 'cells', 'count', 'with certificate', 'checked', 'file'] as const;
export const LOOKING_HEAD = ['random network, box', 'cells', 'count', 'with the look', 'ratio'] as const;

async function spent(task: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Processor seconds of the fastest runs of two tasks in turn, the first pair apart. */
async function fastest(runs: number, one: () => Promise<void>, other: () => Promise<void>): Promise<[number, number]> {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let k = 0; k < runs; k++) {
    const times = [await spent(one), await spent(other)] as const;
    if (k > 0) for (const i of [0, 1] as const) best[i] = Math.min(best[i], times[i]);
  }
  return best;
}

const seconds = (value: number) => `${value.toPrecision(3)} s`;

const drawn = (...shape: number[]) => drawNetwork({ shape, initialisation: 'he', bias: 0.25, seed: 1 }, 0);

/** [0, 1]^2 folded 2 x 2 times in each of three layers. */
function folds(): Network {
  const affine = affineFromDoubles(2, 2, [2, 0, 0, 2], [-1, -1]);
  return buildNetwork(
    2,
    [1, 2, 3].flatMap(() => [{ affine }, { slopes: [ABSOLUTE, ABSOLUTE] }]),
  );
}

async function row(work: string, network: Network, cells?: bigint): Promise<Row> {
  const domain = cube(network.inputs, 0, 1);
  let found = 0n;
  const images = async () => {
    const report = await runCountFolding({ network, domain, workers: 1 });
    if (!('why' in report)) throw new Error(`${work}: expected a count by images, got engine ${report.engine.engine}`);
    found = report.count!.cells;
  };
  let expected = cells;
  const walk = async () => {
    if (cells === undefined) expected = BigInt((await runCount({ network, domain, workers: 1 })).cells);
  };
  const [best, walked] = await fastest(5, images, walk);
  if (found !== expected) throw new Error(`${work}: expected ${expected} cells, got ${found}`);
  const shown = found < 10n ** 15n ? found.toLocaleString('en') : `${Number(found).toPrecision(4)}`;
  return [work, shown, seconds(best), cells === undefined ? seconds(walked) : '-'];
}

export async function foldingRows(): Promise<readonly Row[]> {
  return [
    await row('sawtooth of depth 12', sawtooth(12)),
    await row('sawtooth of depth 60', sawtooth(60), 2n ** 60n),
    await row('sawtooth of depth 200', sawtooth(200), 2n ** 200n),
    await row('24 layers of 6 neurons on [0, 1]^2', gridFolding(2, new Array(24).fill(6)), 9n ** 23n * 22n),
    await row('6 layers of 8 neurons on [0, 1]^4', gridFolding(4, new Array(6).fill(8)), 16n ** 5n * 163n),
    await row('three foldings, then 2-64-64-64-1', composition(drawn(2, 64, 64, 64, 1), folds())),
  ];
}

async function proofRow(work: string, network: Network, scratch: string): Promise<Row> {
  const subject = { network, domain: cube(network.inputs, 0, 1) };
  const certificate = join(scratch, 'images.cert');
  let cells = 0n;
  let bytes = 0;
  const count = async () => {
    cells = (await runImages(subject)).count!.cells;
  };
  const certified = async () => {
    bytes = (await runImages({ ...subject, certificate })).certificate!.bytes;
  };
  const [counted, written] = await fastest(5, count, certified);
  const check = async () => {
    const report = await checkImages(network, certificate);
    if (!report.accepted || report.cells !== cells) throw new Error(`${work}: the certificate is refused`);
  };
  const [checked] = await fastest(5, check, async () => {});
  const size = `${bytes.toLocaleString('en')} bytes`;
  return [work, `${Number(cells).toPrecision(4)}`, seconds(counted), seconds(written), seconds(checked), size];
}

/** Counts by images with their certificates, and these checked, on one thread. */
export async function provingRows(scratch: string): Promise<readonly Row[]> {
  return [
    await proofRow('sawtooth of depth 200', sawtooth(200), scratch),
    await proofRow('24 layers of 6 neurons on [0, 1]^2', gridFolding(2, new Array(24).fill(6)), scratch),
    await proofRow('6 layers of 8 neurons on [0, 1]^4', gridFolding(4, new Array(6).fill(8)), scratch),
    await proofRow('three foldings, then 2-16-16-1', composition(drawn(2, 16, 16, 1), folds()), scratch),
  ];
}

async function lookRow(shape: readonly number[]): Promise<Row> {
  const network = drawn(...shape);
  const domain = cube(network.inputs, -1, 1);
  let cells = 0;
  const plain = async () => {
    ({ cells } = await runCount({ network, domain, workers: 1 }));
  };
  const looked = async () => {
    await runCountFolding({ network, domain, workers: 1 });
  };
  const [count, look] = await fastest(12, plain, looked);
  return [shape.join('-'), cells.toLocaleString('en'), seconds(count), seconds(look), (look / count).toFixed(3)];
}

/** Networks that do not fold, counted with the look and without, in turn. */
export async function lookingRows(): Promise<readonly Row[]> {
  const shapes = [
    [2, 64, 64, 64, 1],
    [2, 128, 128, 1],
    [3, 32, 32, 1],
    [4, 24, 24, 1],
  ];
  const rows: Row[] = [];
  for (const shape of shapes) rows.push(await lookRow(shape));
  return rows;
}
