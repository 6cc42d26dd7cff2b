/**
 * Theorem. What is read from an ONNX file is the function that onnxruntime computes, up to the rounding of its float32
 * arithmetic: for every supported operator and for every network in ../shared/data.
 *
 * The bound is derived in `references/onnx-runtime.ts`.
 *
 * Source: the ONNX operator specification; onnxruntime as a second implementation of it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { operatorNames } from '../../src/formats/onnx/operators.js';
import { evaluateDouble } from '../../src/network/evaluate.js';
import { trials } from '../support/generators/holds.js';
import { onnxBytes } from '../support/generators/onnx-models.js';
import {
  everyCombination,
  generatedGraphs,
  generatedOperators,
  operatorModels,
} from '../support/generators/onnx-operators.js';
import { onnxRuntime, roundingModel } from '../support/references/onnx-runtime.js';

/** Points as float32 numbers, from -2 to 2. */
function points(dimension: number, count: number, seed: number): Float64Array[] {
  const coordinate = fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround);
  const point = fc.array(coordinate, { minLength: dimension, maxLength: dimension });
  return fc.sample(point, { numRuns: count, seed }).map((x) => Float64Array.from(x));
}

/** All items of a batch, which is what the runtime computes. */
const options = { batch: 'all' } as const;

/**
 * The largest difference from the runtime, as a fraction of the bound; more than 1 contradicts the theorem.
 *
 * @param bounding a model whose values bound those of the first where all numbers are positive; the same unless told
 */
async function excess(bytes: Uint8Array, count: number, seed: number, bounding = bytes): Promise<number> {
  const { network } = networkOfOnnx(bytes, options);
  const runtime = await onnxRuntime(bytes);
  const { magnitudes, relative } = roundingModel(bounding, runtime.single);
  const bound = networkOfOnnx(magnitudes, options).network;
  let worst = 0;
  for (const x of points(network.inputs, count, seed)) {
    const expected = await runtime.run(x);
    const ours = evaluateDouble(network, x);
    expect(ours).toHaveLength(expected.length);
    const sizes = evaluateDouble(bound, x.map(Math.abs));
    expected.forEach((value, i) => {
      // Below the normal float32 numbers, errors are absolute.
      const allowed = relative * sizes[i]! + 2 ** -100;
      worst = Math.max(worst, Math.abs(value - ours[i]!) / allowed);
    });
  }
  await runtime.release();
  return worst;
}

/** Operators with windows have many attributes, and few combinations of them tell a wrong one; others changed their form. */
const MANY = ['AveragePool', 'Conv', 'MaxPool', 'Pad', 'ReduceMean', 'ReduceSum', 'Split'];
const runsFor = (operator: string) => trials(MANY.includes(operator) ? 30 : 12);

describe('random models', () => {
  it('exist for every supported operator', () => {
    expect([...generatedOperators].sort()).toEqual([...operatorNames].sort());
  });

  it.each([...generatedOperators, ...generatedGraphs])('of %s agree with the runtime', async (operator) => {
    const models = fc.sample(operatorModels(operator), { numRuns: runsFor(operator), seed: 81 });
    for (const model of models) {
      const bounding = onnxBytes(model.bound === undefined ? model : { ...model, nodes: model.bound });
      expect(await excess(onnxBytes(model), 3, 82, bounding), JSON.stringify(model)).toBeLessThanOrEqual(1);
    }
  });
});

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
/** Of the combinations of an operator, every one in deep runs, else one in so many. */
const STRIDE = DEEP ? 1 : 331;

describe('every combination of attributes, axes, ranks and forms (one in 331 unless in a deep run)', () => {
  it.each([...generatedOperators, ...generatedGraphs])('of %s agrees with the runtime', async (operator) => {
    let index = 0;
    for (const model of everyCombination(operator, 84)) {
      if (index++ % STRIDE !== 0) continue;
      const bounding = onnxBytes(model.bound === undefined ? model : { ...model, nodes: model.bound });
      expect(await excess(onnxBytes(model), 3, 85, bounding), JSON.stringify(model)).toBeLessThanOrEqual(1);
    }
  });
});

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
/** The largest lattice networks differ from smaller ones in size only, and take half a minute. */
const FOR_DEEP_RUNS = !DEEP ? /N=M=(24|32|40|48|56|64)/ : /^$/;
const published = existsSync(DATA)
  ? readdirSync(DATA, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.onnx(\.gz)?$/.test(name) && !FOR_DEEP_RUNS.test(name))
      .sort()
  : [];

describe.skipIf(published.length === 0)('published networks (skipped without ../shared/data)', () => {
  it.each(published)('%s agrees with the runtime', async (name) => {
    const stored = readFileSync(join(DATA, name));
    const bytes = Uint8Array.from(name.endsWith('.gz') ? gunzipSync(stored) : stored);
    expect(await excess(bytes, 5, 83)).toBeLessThanOrEqual(1);
  });
});
