/**
 * Theorem. A network written as ONNX and read again is the same function with as many neurons that bend, and onnxruntime computes
 * its values from the file, up to the rounding of float64 or float32 arithmetic.
 *
 * Source: the ONNX operator specification; onnxruntime as a second implementation.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRational, rationalFromDouble } from '../../src/exact/rational.js';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { writeOnnx } from '../../src/formats/onnx/write.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { networkDigest } from '../../src/network/digest.js';
import { evaluateDouble, evaluateExact } from '../../src/network/evaluate.js';
import { ABSOLUTE, LINEAR, leaky, type Network, RELU, type Slopes } from '../../src/network/model.js';
import { buildNetwork, neuronCount, type Step } from '../../src/network/network.js';
import { trials } from '../support/generators/holds.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

const slopes = (...kinds: readonly Slopes[]) => fc.constantFrom(...kinds);
const half = leaky(parseRational('1/2'));
const tenth = leaky(rationalFromDouble(0.1));
const scaled: Slopes = { negative: parseRational('-1/4'), positive: parseRational('3') };

/** Networks of doubles: float32 ones, or not. */
const networks = fc.boolean().chain((single) => {
  const number = fc.double({ min: -2, max: 2, noNaN: true }).map((x) => (single ? Math.fround(x) : x));
  const kinds = single ? slopes(RELU, ABSOLUTE, LINEAR, half, scaled) : slopes(RELU, ABSOLUTE, LINEAR, tenth, scaled);
  const uniform = fc.boolean();
  return fc
    .record({
      widths: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
      ends: fc.boolean(),
      uniform,
      gen: fc.gen(),
    })
    .map(({ widths, ends, uniform: alike, gen }) => {
      const list = (length: number) => gen(fc.array, number, { minLength: length, maxLength: length }) as number[];
      const steps = widths.slice(1).flatMap((outputs, l): Step[] => {
        const affine = affineFromDoubles(outputs, widths[l]!, list(outputs * widths[l]!), list(outputs));
        if (l === widths.length - 2 && !ends) return [{ affine }];
        const first = gen(() => kinds);
        return [{ affine }, { slopes: Array.from({ length: outputs }, () => (alike ? first : gen(() => kinds))) }];
      });
      return buildNetwork(widths[0]!, steps);
    });
});

/** Merging layers that bend nowhere makes products that are no doubles. */
const ofDoubles = ({ layers, output }: Network) =>
  [...layers.map(({ affine }) => affine), output].every((map) => map.exactDoubles);

const point = (network: Network, seed: number) =>
  fc
    .sample(
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround), {
        minLength: network.inputs,
        maxLength: network.inputs,
      }),
      { numRuns: 3, seed },
    )
    .map((x) => Float64Array.from(x));

describe('a network of doubles', () => {
  it('is the same when it is read again, and onnxruntime computes its values', async () => {
    for (const [k, network] of fc.sample(networks.filter(ofDoubles), { numRuns: trials(40), seed: 91 }).entries()) {
      const bytes = writeOnnx(network);
      const again = networkOfOnnx(bytes).network;
      expect(neuronCount(again)).toBe(neuronCount(network));
      const runtime = await onnxRuntime(bytes);
      for (const x of point(network, k)) {
        const exact = Array.from(x, rationalFromDouble);
        expect(evaluateExact(again, exact).output).toEqual(evaluateExact(network, exact).output);
        const [ours, theirs] = [evaluateDouble(network, x), await runtime.run(x)];
        // At most 4 layers of 4 numbers below 3 on points below 3: values below 3 (4 * 2 * 3 + 2)^3.
        const allowed = runtime.single ? 0.5 : 1e-9;
        theirs.forEach((value, i) => {
          expect(Math.abs(value - ours[i]!)).toBeLessThan(allowed * 1e-2 * Math.max(1, Math.abs(ours[i]!)));
        });
      }
      await runtime.release();
    }
  });

  it('of ReLU layers has the same digest', () => {
    const weights = affineFromDoubles(3, 2, [1, -2, 0.5, 0, 0, 3], [0.25, -1, 0]);
    const network = buildNetwork(2, [
      { affine: weights },
      { slopes: [RELU, RELU, RELU] },
      { affine: affineFromDoubles(1, 3, [1, 1, -1], [2]) },
    ]);
    expect(networkDigest(networkOfOnnx(writeOnnx(network)).network)).toBe(networkDigest(network));
  });

  it('is refused where a number is no double', () => {
    const third = affineFromRationals(1, [[parseRational('1/3')]], [parseRational('0')]);
    expect(() => writeOnnx(buildNetwork(1, [{ affine: third }]))).toThrow(/layer 1: its weights are no doubles/);
    const steps: Step[] = [{ slopes: [leaky(parseRational('1/3'))] }];
    expect(() => writeOnnx(buildNetwork(1, steps))).toThrow(/slopes are no doubles/);
  });
});
