/**
 * Theorem. Small files of the kinds that people export (../shared/cases) are the networks that onnxruntime runs; and the page on
 * formats lists the operators that are read.
 *
 * Source: onnxruntime as a second implementation.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { operatorCells } from '../../src/cli/output/operators.js';
import { readNetwork } from '../../src/formats/read.js';
import { LAYERS } from '../../src/formats/tfjs/layers.js';
import { evaluateDouble } from '../../src/network/evaluate.js';

const CASES = fileURLToPath(new URL('../../../shared/cases/', import.meta.url));
const models = existsSync(CASES) ? readdirSync(CASES).filter((name) => name.endsWith('.onnx')) : [];
const HEADS = ['softmax.onnx', 'sigmoid.onnx'];
/** The runtime has no kernels of that age; the file is read below. */
const TOO_OLD = 'opset6.onnx';

/** 0.5, -0.25, ... as bits of float16: powers of two, with their signs. */
const halfBits = (k: number) => ((k % 2) << 15) | ((14 - (k % 5)) << 10);

/** A float16 by its bits. */
function halfOf(bits: number): number {
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  return bits >> 15 ? -size : size;
}

describe.skipIf(models.length === 0)('files of today (skipped without ../shared/cases)', () => {
  it.each(models.filter((name) => name !== TOO_OLD))('%s agrees with the runtime', async (name) => {
    const head = HEADS.includes(name);
    if (head) await expect(readNetwork(join(CASES, name))).rejects.toThrow(/--head logits/);
    const { network } = await readNetwork(join(CASES, name), head ? { head: 'logits' } : {});
    const data = `${name}.data`;
    const externalData = existsSync(join(CASES, data))
      ? [{ path: data, data: Uint8Array.from(readFileSync(join(CASES, data))) }]
      : [];
    const session = await InferenceSession.create(Uint8Array.from(readFileSync(join(CASES, name))), {
      externalData,
      logSeverityLevel: 3,
    });
    const [input] = session.inputMetadata;
    if (!input?.isTensor) throw new Error('expected a tensor');
    const dims = input.shape.map((extent) => (typeof extent === 'number' ? extent : 1));
    for (let run = 0; run < 5; run++) {
      const bits = Array.from({ length: network.inputs }, (_, i) => halfBits(3 * run + i));
      const x = bits.map(halfOf);
      const half = input.type === 'float16';
      const tensor = half
        ? new Tensor('float16', Uint16Array.from(bits), dims)
        : new Tensor('float32', Float32Array.from(x), dims);
      const output = (await session.run({ [input.name]: tensor }))[session.outputNames[0]!]!;
      const values = Array.from(output.data as ArrayLike<number>, Number);
      const ours = [...evaluateDouble(network, Float64Array.from(x))];
      const total = ours.reduce((sum, z) => sum + Math.exp(z), 0);
      const expected =
        name === 'softmax.onnx'
          ? ours.map((z) => Math.exp(z) / total)
          : name === 'sigmoid.onnx'
            ? ours.map((z) => 1 / (1 + Math.exp(-z)))
            : ours;
      expect(values).toHaveLength(expected.length);
      // float16 arithmetic has 11 bits; codes are given where the platform has no such numbers.
      const shown = half && (output.data as object) instanceof Uint16Array ? values.map(halfOf) : values;
      for (const [i, value] of shown.entries())
        expect(Math.abs(value - expected[i]!)).toBeLessThan((half ? 2e-2 : 1e-5) * Math.max(1, Math.abs(expected[i]!)));
    }
    await session.release();
  });

  it('a model of opset 6 is read: no runtime here has its kernels', async () => {
    const { network } = await readNetwork(join(CASES, TOO_OLD));
    expect([network.inputs, network.layers[0]!.slopes.length, network.outputs]).toEqual([2, 8, 2]);
  });

  it('a quantised TensorFlow.js model is read', async () => {
    const { network } = await readNetwork(join(CASES, 'tfjs-uint8/model.json'));
    expect([network.inputs, network.outputs]).toEqual([2, 1]);
  });
});

describe('the page on formats', () => {
  const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

  it('has the table of operators that `info --operators` prints', () => {
    const [, table] = /<!-- operators -->\n([\s\S]*?)\n<!-- \/operators -->/.exec(page)!;
    const rows = operatorCells().map((cells) => `| ${cells.join(' | ')} |`);
    expect(table!.split('\n').slice(2)).toEqual(rows);
  });

  it('lists the layers of Keras', () => {
    expect(page.replace(/\s+/g, ' ')).toContain(`Layers: ${Object.keys(LAYERS).join(', ')}.`);
  });
});
