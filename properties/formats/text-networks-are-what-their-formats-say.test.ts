/**
 * Theorem. What is read from .nnet, .rlv and TensorFlow.js files is the function that a plain evaluation of the text gives,
 * up to the rounding of doubles; an ACAS Xu network in .nnet is what onnxruntime computes from its ONNX twin, up to float32.
 *
 * The plain evaluators and the bound are in `references/plain-formats.ts`. The twin's weights are those of the text rounded
 * to float32, which counts as one rounding more per product.
 *
 * Source: the formats' own descriptions (K. Julian 2016, .nnet; R. Ehlers 2017, .rlv; TensorFlow.js layers models); Higham,
 * Accuracy and Stability of Numerical Algorithms, chapter 3, for the bounds.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDouble } from '../../src/exact/rounding.js';
import { givenFiles } from '../../src/formats/input/neighbours.js';
import { networkOfNnet } from '../../src/formats/nnet/read.js';
import { writeNnet } from '../../src/formats/nnet/write.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { networkOfRlv } from '../../src/formats/rlv/read.js';
import { networkOfTfjs } from '../../src/formats/tfjs/model.js';
import { cube } from '../../src/network/domain.js';
import { evaluateDouble } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { boxOf } from '../support/generators/boxes.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { onnxRuntime, roundingModel } from '../support/references/onnx-runtime.js';
import {
  type PlainDense,
  type PlainNetwork,
  plainDense,
  plainNnet,
  plainRlv,
} from '../support/references/plain-formats.js';

const SEED = 84;

/** Compares at a point; outputs are as many, and each within the bound. */
function expectSame(network: Network, plain: PlainNetwork, x: readonly number[]) {
  const ours = evaluateDouble(network, Float64Array.from(x));
  const expected = plain.run(x);
  expect(ours).toHaveLength(expected.length);
  expected.forEach(({ value, bound }, i) => {
    expect(Math.abs(value - ours[i]!), `output ${i}: ${ours[i]} for ${value}`).toBeLessThanOrEqual(bound);
  });
}

const number = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => Number(x.toPrecision(6)));
const numbers = (count: number) => fc.array(number, { minLength: count, maxLength: count });

const nnetText = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }).chain((widths) => {
  const layers = widths
    .slice(1)
    .map((width, l) => fc.tuple(fc.array(numbers(widths[l]!), { minLength: width, maxLength: width }), numbers(width)));
  const [inputs, range] = [widths[0]!, fc.double({ min: 0.25, max: 9, noNaN: true })];
  return fc
    .record({
      layers: fc.tuple(...layers),
      mean: numbers(inputs + 1),
      range: fc.array(range, { minLength: inputs + 1, maxLength: inputs + 1 }),
    })
    .map(({ layers: maps, mean, range: ranges }) =>
      [
        '// generated',
        `${widths.length - 1},${inputs},${widths.at(-1)},${Math.max(...widths)},`,
        `${widths.join(',')},`,
        '0',
        `${new Array(inputs).fill(-9).join(',')},`,
        `${new Array(inputs).fill(9).join(',')},`,
        `${mean.join(',')},`,
        `${ranges.join(',')},`,
        ...maps.flatMap(([rows, bias]) => [...rows.map((row) => `${row.join(',')},`), ...bias.map((b) => `${b},`)]),
        '',
      ].join('\n'),
    );
});

/** Nodes that read earlier ones. */
const rlvText = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(
      fc.tuple(
        fc.constantFrom('ReLU', 'Linear', 'MaxPool'),
        number,
        fc.array(fc.tuple(number, fc.nat()), { minLength: 1, maxLength: 4 }),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([inputs, nodes]) => {
    const names = Array.from({ length: inputs }, (_, i) => `x${i}`);
    const lines = names.map((name) => `Input ${name}`);
    nodes.forEach(([kind, bias, terms], k) => {
      const picks = terms.map(([weight, from]) => [weight, names[from % names.length]!] as const);
      const distinct = [...new Map(picks.map(([weight, name]) => [name, weight]))];
      const rest =
        kind === 'MaxPool'
          ? distinct.map(([name]) => name)
          : [bias, ...distinct.flatMap(([name, weight]) => [weight, name])];
      lines.push(`${kind} n${k} ${rest.join(' ')}`);
      names.push(`n${k}`);
    });
    return { inputs, text: `${lines.join('\n')}\n` };
  });

describe('generated files', () => {
  it.each(['network', 'raw'] as const)('.nnet in %s units', (units) => {
    const cases = nnetText.chain((text) =>
      fc.record({ text: fc.constant(text), x: numbers(plainNnet(text, false).inputs) }),
    );
    const property = fc.property(cases, ({ text, x }) => {
      expectSame(networkOfNnet(text, units).network, plainNnet(text, units === 'raw'), x);
    });
    holds(property, { seed: SEED, runs: 200 });
  });

  it('.nnet as we write it', () => {
    const cases = nnetText.chain((text) =>
      fc.record({ text: fc.constant(text), x: numbers(plainNnet(text, false).inputs) }),
    );
    const property = fc.property(cases, ({ text, x }) => {
      const { network } = networkOfNnet(text, 'network');
      expectSame(network, plainNnet(writeNnet(network, cube(network.inputs, -9, 9)), true), x);
    });
    holds(property, { seed: SEED, runs: 50 });
  });

  it('.rlv', () => {
    const cases = rlvText.chain(({ inputs, text }) => fc.record({ text: fc.constant(text), x: numbers(inputs) }));
    const property = fc.property(cases, ({ text, x }) => expectSame(networkOfRlv(text).network, plainRlv(text), x));
    holds(property, { seed: SEED, runs: 300 });
  });

  it('TensorFlow.js layers', async () => {
    const single = fc.float({ min: -3, max: 3, noNaN: true });
    const widths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 });
    const cases = widths.chain((sizes) => {
      const layer = (units: number, l: number) =>
        fc.record({
          kernel: fc.array(fc.array(single, { minLength: units, maxLength: units }), {
            minLength: sizes[l]!,
            maxLength: sizes[l]!,
          }),
          bias: fc.option(fc.array(single, { minLength: units, maxLength: units }), { nil: undefined }),
          slope: fc.constantFrom(0, 1, 0.25, 0.1),
        });
      return fc.record({ layers: fc.tuple(...sizes.slice(1).map(layer)), x: numbers(sizes[0]!) });
    });
    const property = fc.asyncProperty(cases, async ({ layers, x }) => {
      const { model, shard } = tfjsOf(layers);
      expectSame(
        (await networkOfTfjs(model, await givenFiles(new Map([['group1-shard1of1.bin', shard]])))).network,
        plainDense(layers),
        x,
      );
    });
    await holdsLater(property, { seed: SEED, runs: 100 });
  });
});

/** model.json and its one shard. */
function tfjsOf(layers: readonly PlainDense[]) {
  const weights: { name: string; shape: number[]; dtype: string }[] = [];
  const values: number[] = [];
  const topology = layers.flatMap(({ kernel, bias, slope }, l) => {
    const [name, units] = [`dense_${l}`, kernel[0]!.length];
    weights.push({ name: `${name}/kernel`, shape: [kernel.length, units], dtype: 'float32' });
    values.push(...kernel.flat());
    if (bias !== undefined) {
      weights.push({ name: `${name}/bias`, shape: [units], dtype: 'float32' });
      values.push(...bias);
    }
    const first = l === 0 ? { batch_input_shape: [null, kernel.length] } : {};
    const activation = slope === 0 ? 'relu' : 'linear';
    const dense = { class_name: 'Dense', config: { name, units, activation, use_bias: bias !== undefined, ...first } };
    const leaky = { class_name: 'LeakyReLU', config: { name: `leaky_${l}`, alpha: slope } };
    return slope === 0 || slope === 1 ? [dense] : [dense, leaky];
  });
  const model = {
    format: 'layers-model',
    modelTopology: { model_config: { class_name: 'Sequential', config: { name: 's', layers: topology } } },
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
  };
  return { model, shard: new Uint8Array(Float32Array.from(values).buffer) };
}

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const published = existsSync(DATA)
  ? readdirSync(DATA, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.nnet'))
      .sort()
  : [];

describe.skipIf(published.length === 0)('published .nnet files (skipped without ../shared/data)', () => {
  it.each(published)('%s', (name) => {
    const text = readFileSync(join(DATA, name), 'utf8');
    for (const units of ['network', 'raw'] as const) {
      const { network, domain } = networkOfNnet(text, units);
      const { lower, upper } = boxOf(domain);
      for (let k = 0; k < 3; k++) {
        const x = lower.map((lo, i) => {
          const t = ((k + 1) * (i + 3) * 0.37) % 1;
          return toDouble(lo) + t * (toDouble(upper[i]!) - toDouble(lo));
        });
        expectSame(network, plainNnet(text, units === 'raw'), x);
      }
    }
  });

  const twins = published.filter((name) => existsSync(join(DATA, name.replaceAll('nnet', 'onnx'))));

  it('some have a twin in ONNX', () => expect(twins.length).toBeGreaterThan(0));

  it.each(twins)('%s is what the runtime computes from its twin', async (name) => {
    const { network, domain } = networkOfNnet(readFileSync(join(DATA, name), 'utf8'), 'network');
    const bytes = Uint8Array.from(readFileSync(join(DATA, name.replaceAll('nnet', 'onnx'))));
    const runtime = await onnxRuntime(bytes);
    const { magnitudes, relative } = roundingModel(bytes, runtime.single);
    const bound = networkOfOnnx(magnitudes).network;
    // Each weight and each bias on the way is one rounding more; the sizes are those of the rounded weights.
    const allowed = relative + 2 * (network.layers.length + 1) * 2 ** -24 * (1 + 2 ** -16);
    const { lower, upper } = boxOf(domain);
    for (let k = 0; k < 10; k++) {
      const x = Float64Array.from(lower, (lo, i) => {
        const t = ((k + 1) * (i + 3) * 0.37) % 1;
        return Math.fround(toDouble(lo) + t * (toDouble(upper[i]!) - toDouble(lo)));
      });
      const ours = evaluateDouble(network, x);
      const sizes = evaluateDouble(bound, x.map(Math.abs));
      const expected = await runtime.run(x);
      expect(ours).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs(value - ours[i]!)).toBeLessThanOrEqual(allowed * sizes[i]!);
      });
    }
    await runtime.release();
  });
});
