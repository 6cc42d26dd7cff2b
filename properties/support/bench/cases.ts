/**
 * The networks that benchmarks run on.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRational } from '../../../src/exact/rational.js';
import { readNetwork } from '../../../src/formats/read.js';
import { type BoxDomain, box, cube, type Domain, whole } from '../../../src/network/domain.js';
import type { Network } from '../../../src/network/network.js';
import { resonance, typeB } from '../references/families.js';
import { untrained } from './random-networks.js';

// From build/properties/support/bench/ up to the project's root, and beside it.
/** The published networks, beside the project. */
export const DATA = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

export interface BenchCase {
  readonly name: string;
  readonly network: Network;
  readonly domain: Domain;
  /** The known number of cells: a benchmark that counts wrong fails. */
  readonly cells: number;
}

export const dataIsPresent = existsSync(DATA);

const BENCH: readonly (readonly [string, number])[] = [
  ['2-64-64-64-1', 14260],
  ['2-128-128-1', 21192],
  ['3-32-32-1', 27202],
  ['4-16-16-1', 25022],
  ['4-24-24-1', 105327],
  ['5-16-16-1', 117694],
  ['6-12-12-1', 62866],
];

function rawBox(intervals: readonly (readonly [string, string])[]): BoxDomain {
  return box(
    intervals.map(([lo]) => parseRational(lo)),
    intervals.map(([, hi]) => parseRational(hi)),
  );
}

/** The random networks of ../shared/data/bench on [-1, 1]^d. */
export async function benchNetworks(): Promise<BenchCase[]> {
  const cases = BENCH.map(async ([name, cells]) => {
    const { network } = await readNetwork(`${DATA}bench/net_${name}.json`);
    return { name, network, domain: cube(network.inputs, -1, 1), cells };
  });
  return Promise.all(cases);
}

/** A part of the first of `millionCells`, for what takes long. */
export function partOfMillionCells(): BenchCase {
  const domain = cube(4, -0.5, 0.5);
  const name = '4-40-40-1, untrained, [-1/2, 1/2]^4';
  return { name, network: untrained([4, 40, 40, 1], 2), domain, cells: 36_762 };
}

/** Untrained networks of 10^6 cells or nearly. */
export function millionCells(): BenchCase[] {
  const cube4 = cube(4, -2, 2);
  return [{ name: '4-40-40-1, untrained', network: untrained([4, 40, 40, 1], 2), domain: cube4, cells: 772_457 }];
}

/** ACAS Xu networks on their properties' boxes, normalisation included. */
export async function acasNetworks(): Promise<BenchCase[]> {
  const P1 = [
    ['55947.691', '60760'],
    ['-3.14', '3.14'],
    ['-3.14', '3.14'],
    ['1145', '1200'],
    ['0', '60'],
  ] as const;
  const P4 = [
    ['1500', '1800'],
    ['-0.06', '0.06'],
    ['3.1', '3.14'],
    ['1000', '1200'],
    ['700', '800'],
  ] as const;
  const read = async (name: string) =>
    (await readNetwork(`${DATA}acasxu/nnet/ACASXU_experimental_v2a_${name}.nnet`, { units: 'raw' })).network;
  return [
    { name: 'ACAS Xu N1_1 P4', network: await read('1_1'), domain: rawBox(P4), cells: 14066 },
    { name: 'ACAS Xu N1_3 P1', network: await read('1_3'), domain: rawBox(P1), cells: 114219 },
  ];
}

/** Networks that are exactly degenerate. */
export async function degenerateNetworks(): Promise<BenchCase[]> {
  const tll = await readNetwork(`${DATA}tll/tllBench_n=2_N=M=8_m=1_instance_0_0.onnx.gz`);
  const larger = await readNetwork(`${DATA}tll/tllBench_n=2_N=M=16_m=1_instance_1_0.onnx.gz`);
  const grid = await readNetwork(`${DATA}bench/deg2_grid28.json`);
  const ladder = await readNetwork(`${DATA}twin_ladder_nnet/twin_ladder-5_inp-2_layers-10_width-1_margin.nnet`);
  return [
    // A count of 622 with doubles is in FACTS.md; here it is the exact one, whose certificate the checker accepts.
    { name: 'twin ladder 5-10', network: ladder.network, domain: ladder.domain!, cells: 622 },
    { name: 'TLL N=8 0_0', network: tll.network, domain: cube(2, -2, 2), cells: 433 },
    { name: 'TLL N=16 1_0', network: larger.network, domain: cube(2, -2, 2), cells: 3984 },
    { name: '28-line lattice', network: grid.network, domain: cube(2, -1, 1), cells: 128 },
    { ...resonanceCase(5) },
  ];
}

/** The resonance arrangement in all of R^n. */
export function resonanceCase(n: number): BenchCase {
  const { network, cells } = resonance(n);
  return { name: `resonance R^${n}`, network, domain: whole(n), cells };
}

/** The type B arrangement in all of R^n: 2^n n! cells. */
export function typeBCase(n: number): BenchCase {
  const { network, cells } = typeB(n);
  return { name: `type B_${n}`, network, domain: whole(n), cells };
}
