/**
 * Every `sat` of published networks is replayed by onnxruntime in float32: where the answer says "in any order" or "replay" the
 * runtime's outputs violate as well, with tolerance 0, and differ from the exact ones by no more than the bound.
 *
 * Expected verdicts: the consensus of the tools of VNN-COMP 2025 (ACAS Xu properties 2, 3, 4, 7, 8), and of 2022 (test networks).
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { absolute, compare, rationalFromDouble, subtract } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { readNetwork, readQuery } from '../../src/formats/read.js';
import { answerQuery } from '../../src/property/answer.js';
import { bindQuery } from '../../src/property/bind.js';
import { singleErrors } from '../../src/property/rounding.js';
import { satisfiedAt } from '../../src/property/satisfaction.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const acas = (a: number, b: number) => `acasxu/onnx/ACASXU_run2a_${a}_${b}_batch_2000.onnx`;
const property = (k: number) => `acasxu/vnnlib/prop_${k}.vnnlib`;

describe.skipIf(!existsSync(DATA))('sat (skipped without ../shared/data)', () => {
  it.each([
    ['vnncomp_test/test_sat.onnx', 'vnncomp_test/test_prop.vnnlib'],
    [acas(1, 2), property(2)],
    [acas(4, 5), property(2)],
    [acas(1, 7), property(3)],
    [acas(1, 8), property(3)],
    [acas(1, 9), property(4)],
  ])('%s, %s', { timeout: 120_000 }, async (net, asked) => {
    const file = await readNetwork(DATA + net);
    const { query } = await readQuery(DATA + asked);
    const bound = bindQuery(query, new Map([['', file]]));
    const { verdict, counterexample } = await answerQuery(bound, { timeout: 60 });
    expect(verdict).toBe('sat');
    const { input, output, float32 } = counterexample!;
    expect(satisfiedAt(bound.unsafe, input, output)).toBeDefined();
    const runtime = await onnxRuntime(readFileSync(DATA + net));
    const computed = [...(await runtime.run(input.map(toDouble)))].map(rationalFromDouble);
    await runtime.release();
    expect(float32).not.toBe('reals-only');
    expect(satisfiedAt(bound.unsafe, input, computed)).toBeDefined();
    if (!bound.layered) return;
    const { outputs } = singleErrors(bound.network, input)!;
    computed.forEach((value, j) => {
      const error = absolute(subtract(value, output[j]!));
      expect(compare(error, rationalFromDouble(outputs[j]!))).toBeLessThanOrEqual(0);
    });
  });
});
