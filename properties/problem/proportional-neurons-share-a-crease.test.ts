/**
 * Theorem. A neuron whose weights and bias are c times those of another neuron of its layer, c != 0, has c times its
 * pre-activation at every point, hence its crease, its side (times the sign of c), and nothing left to cut once the other
 * one has split a cell.
 *
 * The engine finds such classes and asks only one neuron of each. The classes are judged by exact pre-activations at random
 * points; the counts by the same network without the followers, which must have as many cells, and by the checker, which
 * knows nothing of classes.
 *
 * Source: a hyperplane is the zero set of any nonzero multiple of its equation.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEngine, ENGINE_NAMES, kernelOf } from '../../src/engines/choice.js';
import { multiply, type Rational, rational } from '../../src/exact/rational.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { box, cube } from '../../src/network/domain.js';
import { evaluateExact, rationalAffine } from '../../src/network/evaluate.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { proportionalNeurons } from '../../src/problem/proportional.js';
import { addNeuron } from '../../src/theory/symmetries.js';
import { countSink } from '../../src/walk/count.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { traverse } from '../../src/walk/traverse.js';
import { certificateOf, check } from '../support/engines/checked.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

const SEED = 77;
const BOX = cube(2, -2, 2);
const networks = anyNetwork({ inputs: 2, widths: [2, 2], outputs: 1 });
const nonzero = fc
  .tuple(fc.constantFrom(-1n, 1n), fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  .map(([sign, p, q]) => rational(sign * p, q));
const factor = fc.oneof(fc.constantFrom(rational(1n), rational(-1n), rational(-1n, 3n)), nonzero);

/** The network with one more neuron in a layer, `times` the neuron 0 of it. */
function withFollower(network: Network, layer: number, times: Rational): Network {
  const { jacobian, constant } = rationalAffine(network.layers[layer]!.affine);
  const weights = jacobian[0]!.map((w) => multiply(times, w));
  return addNeuron(network, layer, { weights, bias: multiply(times, constant[0]!) }, rational(1n, 2n));
}

const hasWeights = (network: Network, layer: number) => {
  const affine = network.layers[layer]?.affine;
  if (affine === undefined) return false;
  const { jacobian, constant } = rationalAffine(affine);
  return [...jacobian[0]!, constant[0]!].some((entry) => entry.numerator !== 0n);
};

describe('proportional neurons', () => {
  it('are found, with their signs', () => {
    const points = fc.array(rationalVector(2), { minLength: 3, maxLength: 3 });
    holds(
      fc.property(networks, fc.nat(1), factor, points, (network, choice, times, at) => {
        const l = choice % Math.max(1, network.layers.length);
        fc.pre(hasWeights(network, l));
        const subject = withFollower(network, l, times);
        const classes = proportionalNeurons(partitionProblem(subject, BOX), l);
        const follower = network.layers[l]!.slopes.length;
        expect(classes?.first[follower]).toBe(classes?.first[0]);
        expect(Number(classes?.sign[follower]) * Number(classes?.sign[0])).toBe(times.numerator > 0n ? 1 : -1);
        for (const point of at) {
          const signs = evaluateExact(subject, point).pattern[l]!;
          classes?.first.forEach((first, j) => {
            expect(signs[j]! + 0).toBe(classes.sign[j]! * signs[first]! + 0);
          });
        }
      }),
      { seed: SEED, runs: 150 },
    );
  });

  it('are no more cells, for any engine, and the checker agrees', () => {
    holds(
      fc.property(networks, fc.nat(1), factor, (network, choice, times) => {
        const l = choice % Math.max(1, network.layers.length);
        fc.pre(network.layers.length > 0);
        const subject = withFollower(network, l, times);
        const { cells } = bruteForcePartition(subject, BOX);
        const problem = partitionProblem(subject, BOX);
        for (const name of ENGINE_NAMES) {
          const kernel = kernelOf(chooseEngine(problem, name).engine, simplexBackend);
          expect(check(subject, BOX, certificateOf(subject, BOX, kernel)).cells).toBe(cells.length);
        }
      }),
      { seed: SEED + 1, runs: 40 },
    );
  });

  it('are those of the domain: what differs only in a fixed input is proportional', () => {
    // Where y = 1 they are x + 4, 2 (x + 4) and x + 5.
    const rows = [
      [1n, 3n],
      [2n, 5n],
      [1n, 3n],
    ].map((row) => row.map((entry) => rational(entry)));
    const biases = [1n, 3n, 2n].map((entry) => rational(entry));
    const network = buildNetwork(2, [
      { affine: affineFromRationals(2, rows, biases) },
      { slopes: [RELU, RELU, RELU] },
      { affine: affineFromRationals(3, [[rational(1n), rational(1n), rational(1n)]], [rational(0n)]) },
    ]);
    const line = box([rational(-9n), rational(1n)], [rational(9n), rational(1n)]);
    expect(Array.from(proportionalNeurons(partitionProblem(network, line), 0)!.first)).toEqual([0, 0, 2]);
    expect(proportionalNeurons(partitionProblem(network, BOX), 0)).toBeNull();
  });

  it('are none among neurons without weights, which cut nothing', () => {
    const rows = [
      [0n, 0n],
      [1n, 2n],
      [0n, 0n],
    ].map((row) => row.map((entry) => rational(entry)));
    const network = buildNetwork(2, [
      {
        affine: affineFromRationals(
          2,
          rows,
          [0n, 1n, 0n].map((entry) => rational(entry)),
        ),
      },
      { slopes: [RELU, RELU, RELU] },
    ]);
    expect(proportionalNeurons(partitionProblem(network, BOX), 0)).toBeNull();
  });

  it('are asked about once: the split by one of them answers for all', () => {
    // 2 n hinges on the line, n of them the others times -1: one question each at the start, and below the first split none.
    const asked = (factors: readonly bigint[]) => {
      const rows = factors.map((f) => [rational(f)]);
      const network = buildNetwork(1, [
        {
          affine: affineFromRationals(
            1,
            rows,
            factors.map((f) => rational(f, 3n)),
          ),
        },
        { slopes: factors.map(() => RELU) },
      ]);
      let questions = 0;
      const counted: KernelFactory = (context) => {
        const kernel = kernelOf('lp', simplexBackend)(context);
        const side = kernel.side.bind(kernel);
        kernel.side = (neuron) => {
          questions++;
          return side(neuron);
        };
        return kernel;
      };
      traverse(partitionProblem(network, cube(1, -1, 1)), counted, countSink(1));
      return questions;
    };
    expect(asked([1n, 1n, -2n, 5n])).toBe(4);
    expect(asked([1n])).toBe(1);
  });

  it('are told from neurons that only look alike', () => {
    const almost = { weights: [rational(2n), rational(6n)], bias: rational(2n * 10n ** 40n + 1n, 10n ** 40n) };
    const one = affineFromRationals(2, [[rational(1n), rational(3n)]], [rational(1n)]);
    const output = affineFromRationals(1, [[rational(1n)]], [rational(0n)]);
    const oneNeuron = buildNetwork(2, [{ affine: one }, { slopes: [RELU] }, { affine: output }]);
    const base = withFollower(oneNeuron, 0, rational(2n));
    const subject = addNeuron(base, 0, almost, rational(1n));
    const classes = proportionalNeurons(partitionProblem(subject, BOX), 0);
    expect(Array.from(classes!.first)).toEqual([0, 0, 2]);
  });
});
