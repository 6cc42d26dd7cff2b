/**
 * Theorem. The arithmetic on the rows of a layer in WebAssembly and in plain TypeScript are equal to the bit: rows,
 * masses, errors, thresholds, and what a box says about them, on any path, for any number of variables, infinities included.
 *
 * So it does not matter for any result which of them runs. The module is generated from src/walk/layer/assembly by AssemblyScript.
 *
 * Source: IEEE 754 fixes the result of every operation; both do the same ones in the same order.
 */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelOf } from '../../src/engines/choice.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import type { KernelContext } from '../../src/walk/kernel.js';
import type { ArithmeticName } from '../../src/walk/layer/memory.js';
import { type CellRows, cellRows } from '../../src/walk/rows.js';
import { traverse } from '../../src/walk/traverse.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, extremeNetwork, genericNetwork } from '../support/generators/networks.js';

const SEED = 4711;

/** The bits of all numbers, so that -0 is not 0 and NaN is NaN. */
const bitsOf = (values: Float64Array) => Buffer.from(Float64Array.from(values).buffer).toString('hex');

/** Walks down one path, layer by layer, and notes everything that the rows say. */
function trace(problem: PartitionProblem, rows: CellRows, choices: readonly number[]): string[] {
  const noted: string[] = [];
  let choice = 0;
  const next = () => choices[choice++ % choices.length]!;
  rows.enterGiven();
  problem.layers.forEach(({ width }, layer) => {
    const { box, centre, reach } = rows.enclosure;
    for (let i = 0; i < box.length; i++) box[i] = next() / 7;
    rows.enclose(layer, problem.variables, 1 + (next() % 8));
    for (const values of [rows.rows[layer]!, rows.mass[layer]!, rows.error[layer]!, rows.threshold[layer]!]) {
      noted.push(bitsOf(values));
    }
    noted.push(bitsOf(centre.subarray(0, width)), bitsOf(reach.subarray(0, width)));
    if (layer + 1 === problem.layers.length) return;
    for (let k = 0; k < width; k++) rows.sides[layer]![k] = (next() % 3) - 1;
    // In two steps, as a path does: some neurons are settled at the start of the layer and the others below.
    const part = next() % (width + 1);
    for (let k = 0; k < part; k++) rows.settled[k] = k;
    const begun = rows.accumulate(layer + 1, part, rows.biases(layer + 1), rows.room(layer + 1));
    for (let k = part; k < width; k++) rows.settled[k - part] = k;
    rows.enter(layer + 1, rows.accumulate(layer + 1, width - part, begun, rows.rows[layer + 1]!));
  });
  return noted;
}

const traceOf = (network: Network, name: ArithmeticName, choices: readonly number[], everywhere: boolean) => {
  const problem = partitionProblem(network, everywhere ? whole(network.inputs) : cube(network.inputs, -1, 2));
  return trace(problem, cellRows(problem, name), choices);
};

const networks = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 4 }))
  .chain(([inputs, widths]) => {
    const shape = { inputs, widths };
    return fc.oneof(genericNetwork(shape), anyNetwork(shape), extremeNetwork(shape));
  });

/** A dense network of the given widths. */
function network([inputs, ...widths]: readonly [number, ...number[]]): Network {
  const random = randomNumbers(SEED);
  let before = inputs;
  const steps = widths.flatMap((width) => {
    const weights = Array.from({ length: width * before }, () => random() - 0.5);
    const affine = affineFromDoubles(width, before, weights, new Float64Array(width));
    before = width;
    return [{ affine }, { slopes: new Array(width).fill(RELU) }];
  });
  return buildNetwork(inputs, steps);
}

describe('WebAssembly and plain TypeScript', () => {
  it('make the same rows on every path', () => {
    holds(
      fc.property(
        networks,
        fc.array(fc.nat(100), { minLength: 11, maxLength: 31 }),
        fc.boolean(),
        (network, choices, everywhere) => {
          expect(traceOf(network, 'wasm', choices, everywhere)).toEqual(traceOf(network, 'plain', choices, everywhere));
        },
      ),
      { seed: SEED, runs: 150 },
    );
  });

  it('make the same rows where contributions are added four at a time, again and again to the same sums', () => {
    const wide = network([2, 30, 30, 30, 5]);
    // Every neuron is on its positive side, and only a few are settled at the start of a layer.
    const choices = [2, 5, 8, 11, 14];
    expect(traceOf(wide, 'wasm', choices, false)).toEqual(traceOf(wide, 'plain', choices, false));
  });

  it('a walk wide enough for WebAssembly has its rows there, a small one in plain arrays', () => {
    const bufferOf = (network: Network, engine: 'lp' | 'vertex') => {
      const problem = partitionProblem(network, cube(2, -1, 1));
      let seen: KernelContext | undefined;
      const kernel = kernelOf(engine, simplexBackend);
      traverse(
        problem,
        (context) => {
          seen = context;
          return kernel(context);
        },
        countSink(network.layers.length),
      );
      return seen!.rows.rows[0]!.buffer.byteLength;
    };
    expect(bufferOf(network([2, 24, 24]), 'vertex') % 65536).toBe(0);
    expect(bufferOf(network([2, 3, 3]), 'vertex')).toBe(3 * 4 * 8);
  });
});
