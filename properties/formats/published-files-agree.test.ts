/**
 * The networks and properties of ../shared/data load; an ACAS Xu network is the same function in .nnet and in ONNX, up to
 * the float32 rounding of the latter's weights, and has the same patterns.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { forEachCell, patternOf, patternText } from '../../src/analysis/cells/enumerate.js';
import { countCells } from '../../src/engines/count.js';
import { rationalFromDouble } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { readDomain, readNetwork } from '../../src/formats/read.js';
import type { AffineMap } from '../../src/network/affine.js';
import { evaluateDouble } from '../../src/network/evaluate.js';
import { shapeOf } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { boxOf } from '../support/generators/boxes.js';
import { distinctHyperplanes, regionCount } from '../support/references/characteristic-polynomial.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const absent = !existsSync(DATA);
const files = (folder: string, pattern: RegExp) =>
  absent
    ? []
    : readdirSync(`${DATA}${folder}`)
        .filter((name) => pattern.test(name))
        .sort();

const ACAS = '5-50-50-50-50-50-50-5';

/** Shapes as the README of the data and the benchmarks' papers state them. */
const SHAPES: readonly (readonly [file: string, shape: string])[] = [
  ['acasxu/nnet/ACASXU_experimental_v2a_1_1.nnet', ACAS],
  ['coav_nnet/reluBenchmark0.221790075302s_SAT.nnet', '6-40-40-38-19-1'],
  ['tiny/fc_2-2-3.nnet', '2-2-3'],
  ['mnist_nnet/mnist10x10.nnet', `784-${'10-'.repeat(10)}10`],
  ['mnist_onnx/mnist-net_256x2.onnx', '784-256-256-10'],
  ['rl/cartpole.onnx.gz', '4-64-64-2'],
  ['rl/lunarlander.onnx.gz', '8-64-64-4'],
  ['rl/dubinsrejoin.onnx.gz', '8-256-256-8'],
  ['reach_prob_density/vdp.onnx.gz', '3-32-32-3'],
  ['bench/net_2-64-64-64-1.json', '2-64-64-64-1'],
  ['bench/res_4.json', '4-15-1'],
];

describe.skipIf(absent)('published files (skipped without ../shared/data)', () => {
  it.each(SHAPES)('%s is %s', async (file, shape) => {
    expect(shapeOf((await readNetwork(DATA + file)).network)).toBe(shape);
  });

  it('load where their operators are supported', async () => {
    const folders = [
      'acasxu/onnx',
      'marabou_onnx',
      'tll',
      'rl',
      'vnncomp_test',
      'nnenum_bug7',
      'mnist_onnx',
      'reach_prob_density',
      'twin_ladder_nnet',
      'coav_nnet',
      'mnist_nnet',
      'bench',
    ];
    // Of the large lattice networks the largest.
    const forDeepRuns = process.env.RELU_ATLAS_DEEP === undefined ? /N=M=(48|56)/ : /^$/;
    for (const folder of folders) {
      for (const name of files(folder, /\.(onnx|nnet|json)(\.gz)?$/)) {
        if (forDeepRuns.test(name)) continue;
        const { network } = await readNetwork(`${DATA}${folder}/${name}`);
        expect(network.inputs, `${folder}/${name}`).toBeGreaterThan(0);
      }
    }
  });

  it('include lattice networks of which six ReLU layers remain', async () => {
    const [name] = files('tll', /N=M=8.*instance_0_0/);
    expect((await readNetwork(`${DATA}tll/${name}`)).network.layers).toHaveLength(6);
  });

  it('give ACAS Xu the same function in both formats', async () => {
    // The networks of the competition (run2a) are others: only those that are there in both formats.
    const both = new Set(files('acasxu/nnet', /\.nnet$/).map((name) => name.replace('.nnet', '.onnx')));
    const names = files('acasxu/onnx', /\.onnx$/).filter((name) => both.has(name));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const onnx = (await readNetwork(`${DATA}acasxu/onnx/${name}`)).network;
      const nnet = await readNetwork(`${DATA}acasxu/nnet/${name.replace('.onnx', '.nnet')}`);
      // The exporters rounded every decimal to float32; nothing else differs.
      const pairs = nnet.network.layers.map((layer, l): [AffineMap, AffineMap] => [
        layer.affine,
        onnx.layers[l]!.affine,
      ]);
      for (const [text, single] of [...pairs, [nnet.network.output, onnx.output] as [AffineMap, AffineMap]]) {
        expect(single.weights).toEqual(Float64Array.from(text.weights, Math.fround));
        expect(single.bias).toEqual(Float64Array.from(text.bias, Math.fround));
      }
      // Decimals of eight digits are no float32 numbers: nearly every one was changed, none by more than half a unit.
      const numbers = (maps: readonly AffineMap[]) => maps.flatMap(({ weights, bias }) => [...weights, ...bias]);
      const [decimal, rounded] = [
        numbers([...nnet.network.layers.map(({ affine }) => affine), nnet.network.output]),
        numbers([...onnx.layers.map(({ affine }) => affine), onnx.output]),
      ];
      const changed = decimal.flatMap((x, i) => (x === rounded[i] ? [] : [Math.abs((rounded[i]! - x) / x)]));
      expect(decimal).toHaveLength(13305);
      expect(changed.length).toBeGreaterThan(13300);
      expect(changed.reduce((most, x) => Math.max(most, x), 0)).toBeLessThanOrEqual(2 ** -24);
      const { lower, upper } = boxOf(nnet.domain);
      for (let k = 0; k < 20; k++) {
        const x = lower.map(
          (lo, i) => toDouble(lo) + (((k * (i + 3)) % 20) / 20) * (toDouble(upper[i]!) - toDouble(lo)),
        );
        const [a, b] = [evaluateDouble(nnet.network, x), evaluateDouble(onnx, x)];
        // Seven layers of weights off by at most 2^-24 of themselves: far below 1 in 10,000 of the largest output.
        const scale = Math.max(...a.map(Math.abs), 0.01);
        for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!) / scale).toBeLessThan(0.0001);
      }
    }
  });

  it('normalise the header of ACAS Xu to the published box', async () => {
    const file = await readNetwork(`${DATA}acasxu/nnet/ACASXU_experimental_v2a_1_1.nnet`);
    const domain = boxOf(file.domain);
    // (0 - 19791.091) / 60261, (100 - 650) / 1100 and so on.
    expect(domain.lower.map((x) => toDouble(x).toFixed(6))).toEqual([
      '-0.328423',
      '-0.500000',
      '-0.500000',
      '-0.500000',
      '-0.500000',
    ]);
    expect(domain.upper.map((x) => toDouble(x).toFixed(6))).toEqual([
      '0.679858',
      '0.500000',
      '0.500000',
      '0.500000',
      '0.500000',
    ]);
    const raw = await readNetwork(`${DATA}acasxu/nnet/ACASXU_experimental_v2a_1_1.nnet`, { units: 'raw' });
    expect(boxOf(raw.domain).upper[0]).toEqual(rationalFromDouble(60760));
    const centre = (d: typeof domain) => d.lower.map((lo, i) => (toDouble(lo) + toDouble(d.upper[i]!)) / 2);
    const nnet = (await readNetwork(`${DATA}acasxu/nnet/ACASXU_experimental_v2a_1_1.nnet`)).network;
    const [a, b] = [evaluateDouble(nnet, centre(domain)), evaluateDouble(raw.network, centre(boxOf(raw.domain)))];
    for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 9);
  });

  it('read ACAS Xu properties: one box each, two for property 6', async () => {
    for (const name of files('acasxu/vnnlib', /\.vnnlib$/)) {
      expect((await readDomain(`${DATA}acasxu/vnnlib/${name}`, 5)).length).toBe(name === 'prop_6.vnnlib' ? 2 : 1);
    }
    const p4 = boxOf((await readDomain(`${DATA}acasxu/vnnlib/prop_4.vnnlib`, 5))[0]);
    expect(p4.lower[2]).toEqual(p4.upper[2]);
  });

  it('read the other properties', async () => {
    const inputs = {
      'tll/property_N=8_0.vnnlib.gz': 2,
      'rl/cartpole_case_unsafe_0.vnnlib.gz': 4,
      'rl/lunarlander_case_safe_0.vnnlib.gz': 8,
      'nnenum_bug7/p2_acaxurange.vnnlib': 5,
      'mnist_onnx/prop_0_0.03.vnnlib': 784,
    };
    for (const [file, count] of Object.entries(inputs)) {
      expect((await readDomain(DATA + file, count)).length, file).toBeGreaterThan(0);
    }
  });
});

describe.skipIf(absent)('published partitions (skipped without ../shared/data)', () => {
  /** The patterns of all cells. */
  const patterns = async (file: string, property: string) => {
    const { network } = await readNetwork(DATA + file);
    const [domain] = await readDomain(DATA + property, network.inputs);
    const found = new Set<string>();
    const problem = partitionProblem(network, domain!);
    forEachCell(problem, (cell) => found.add(patternText(patternOf(cell))), { withoutOutput: true });
    return found;
  };

  // ONNX rounds every weight to float32, so that where creases run differs; but no cell of these boxes is so thin that this
  // opens or closes it: the partitions have the same patterns.
  it.each([
    ['1_7', 'prop_3'],
    ['1_7', 'prop_4'],
    ['2_8', 'prop_3'],
    ['2_8', 'prop_4'],
    ['2_9', 'prop_3'],
    ['2_9', 'prop_4'],
    ['3_3', 'prop_4'],
    ['4_5', 'prop_3'],
    ['4_5', 'prop_4'],
    ['5_9', 'prop_3'],
    ['5_9', 'prop_4'],
  ])('ACAS Xu N%s has the same patterns in both formats on %s', async (name, property) => {
    const [text, single] = await Promise.all(
      ['nnet', 'onnx'].map((format) =>
        patterns(`acasxu/${format}/ACASXU_experimental_v2a_${name}.${format}`, `acasxu/vnnlib/${property}.vnnlib`),
      ),
    );
    expect(text!.size).toBeGreaterThan(100);
    expect([...text!].filter((pattern) => !single!.has(pattern))).toEqual([]);
    expect([...single!].filter((pattern) => !text!.has(pattern))).toEqual([]);
  });

  // Ten neurons, five different creases in general position, all regions of which meet the box: 2^5 cells, and the same
  // without the duplicates. The margin is a constant of the output.
  it.each(['1', '10', '1e-2'])('twin ladder 5-5 with margin %s has no phantom cells', async (margin) => {
    const { network, domain } = await readNetwork(
      `${DATA}twin_ladder_nnet/twin_ladder-5_inp-2_layers-5_width-${margin}_margin.nnet`,
    );
    const { weights, bias, inputs } = network.layers[0]!.affine.integers();
    const planes = bias.map((b, j) => [...weights.slice(j * inputs, (j + 1) * inputs), b]);
    const distinct = distinctHyperplanes(planes);
    expect([planes.length, distinct.length]).toEqual([10, 5]);
    expect(countCells(network, domain!).cells).toBe(regionCount(inputs, distinct));
    expect(regionCount(inputs, distinct)).toBe(32);
  });
});
