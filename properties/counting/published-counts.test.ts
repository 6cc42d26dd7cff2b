/**
 * Real networks: the counts that others published or that were settled here, reproduced by the engine that `auto` takes.
 *
 * Sources: ACAS Xu counts from the logs of the NNV repository (CAV 2019; FM 2019), TLL from exact rational arithmetic, the
 * bench networks counted by several tools that agree on generic input (../shared/FACTS.md). For N2_8 and N5_1 on P4 the
 * logs say 420 and 930; the certificates prove 421 and 931.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCertificate } from '../../src/checker/file.js';
import { chooseEngine, kernelOf } from '../../src/engines/choice.js';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { parseRational } from '../../src/exact/rational.js';
import { readNetwork } from '../../src/formats/read.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { type BoxDomain, box, cube, type Domain, whole } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { certificateSink, writeCertificate } from '../../src/run/certificate.js';
import { countSink } from '../../src/walk/count.js';
import { traverse } from '../../src/walk/traverse.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const ABSENT = !existsSync(DATA);
const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Boxes in raw units, as the properties state them. */
function rawBox(text: string): BoxDomain {
  const intervals = text.split(' x ').map((interval) => interval.slice(1, -1).split(',').map(parseRational));
  return box(
    intervals.map(([lo]) => lo!),
    intervals.map(([, hi]) => hi!),
  );
}

const P1 = rawBox('[55947.691,60760] x [-3.14,3.14] x [-3.14,3.14] x [1145,1200] x [0,60]');
const P3B = rawBox('[1500,1800] x [-0.06,0.06] x [3.1,3.14] x [980,1200] x [960,1200]');
const P4 = rawBox('[1500,1800] x [-0.06,0.06] x [3.1,3.14] x [1000,1200] x [700,800]');

async function acas(name: string): Promise<Network> {
  const file = `${DATA}acasxu/nnet/ACASXU_experimental_v2a_${name}.nnet`;
  return (await readNetwork(file, { units: 'raw' })).network;
}

const bench = async (name: string) => (await readNetwork(`${DATA}bench/${name}.json`)).network;

/** Cells per layer, by the engine that `auto` takes or by the lp engine. */
function count(network: Network, domain: Domain, engine: 'auto' | 'lp' = 'auto') {
  const problem = partitionProblem(network, domain);
  const sink = countSink(network.layers.length);
  traverse(problem, kernelOf(chooseEngine(problem, engine).engine, simplexBackend), sink);
  return sink.counts.cellsPerLayer;
}

/** The same with a certificate, written, read back and checked. */
async function prove(network: Network, domain: Domain) {
  const problem = partitionProblem(network, domain);
  const sink = certificateSink(problem);
  traverse(problem, lpKernel(simplexBackend), sink);
  const file = join(scratch, 'certificate');
  await writeCertificate(file, { network, domain }, [sink.take()], () => sink.counts);
  return checkCertificate(network, file);
}

describe.skipIf(ABSENT)('published counts (skipped without ../shared/data)', () => {
  it.each([
    ['1_1', P4, [5, 8, 41, 480, 1335, 14066]],
    ['2_1', P3B, [12, 156, 553, 1451, 5589, 16179]],
    ['5_7', P4, [3, 20, 33, 34, 34, 34]],
    ...(DEEP ? [['1_3', P1, [322, 3992, 21569, 45007, 102475, 114219]] as const] : []),
  ] as const)('ACAS Xu N%s', async (name, domain, expected) => {
    const network = await acas(name);
    expect(count(network, domain)).toEqual(expected);
    if (name !== '1_3') expect(count(network, domain, 'lp')).toEqual(expected);
  });

  it.each([
    ['2_8', [13, 38, 166, 273, 273, 421]],
    ['5_1', [4, 10, 36, 114, 232, 931]],
  ] as const)('ACAS Xu N%s on P4 has one cell more than its published log says, proved', async (name, expected) => {
    const report = await prove(await acas(name), P4);
    expect(report).toMatchObject({ accepted: true, cellsPerLayer: expected });
  });

  it('TLL N=8 0_0 on [-2, 2]^2: 433 cells where doubles without tolerance see 89,563, proved', async () => {
    const { network } = await readNetwork(`${DATA}tll/tllBench_n=2_N=M=8_m=1_instance_0_0.onnx.gz`);
    const expected = [163, 290, 413, 422, 433, 433];
    expect(count(network, cube(2, -2, 2))).toEqual(expected);
    expect(await prove(network, cube(2, -2, 2))).toMatchObject({ accepted: true, cellsPerLayer: expected });
  });

  it.each([
    ['deg2_dup', 4],
    ['deg2_star8', 16],
    ['deg2_grid28', 128],
    ['deg2_strip_1e-06', 6],
    ['deg2_strip_1e-08', 6],
  ] as const)('degenerate probe %s has %i cells, which no other tool gets all right', async (name, cells) => {
    const network = await bench(name);
    expect(count(network, cube(2, -1, 1)).at(-1)).toBe(cells);
    expect(await prove(network, cube(2, -1, 1))).toMatchObject({ accepted: true, cells });
  });

  it.each([
    ['res_4', 4, 370],
    ['res_5', 5, 11292],
  ] as const)(
    'resonance arrangement %s in all of R^%i has %i cells; a float tool prints 177 and 793',
    async (name, d, cells) => {
      const network = await bench(name);
      expect(count(network, whole(d)).at(-1)).toBe(cells);
      expect(await prove(network, whole(d))).toMatchObject({ accepted: true, cells });
    },
  );

  it.each([
    ['2-16-16-1', 369],
    ['2-32-32-32-1', 2876],
    ['2-64-64-64-1', 14260],
    ['2-128-128-1', 21192],
    ['3-16-16-1', 4137],
    ['3-32-32-1', 27202],
    ['4-16-16-1', 25022],
    ...(DEEP
      ? ([
          ['4-24-24-1', 105327],
          ['5-16-16-1', 117694],
          ['6-12-12-1', 62866],
        ] as const)
      : []),
  ] as const)('bench network %s on [-1, 1]^d has %i cells', async (name, cells) => {
    const network = await bench(`net_${name}`);
    const domain = cube(network.inputs, -1, 1);
    expect(count(network, domain).at(-1)).toBe(cells);
    expect(count(network, domain, 'lp').at(-1)).toBe(cells);
  });
});
