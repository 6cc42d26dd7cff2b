/**
 * Theorem. On a network in general position every question is decided in doubles, by every engine: the error bounds are
 * below 2^-40 of what they bound, and a random point is that near to no crease.
 *
 * Which stage decides changes no result, only the time. What is known to be cheap must stay so: boxes around cells answer
 * for many neurons, and the `lp` engine remembers points, so that it solves fewer programs than it is asked questions.
 *
 * Source: the set of weights with a crease at a given distance below e from a vertex has measure O(e).
 */
import { describe, expect, it } from 'vitest';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { DualSimplexSession } from '../../src/lp/simplex/dual/method.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import type { LpBackend } from '../../src/lp/types.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { certificateSink } from '../../src/run/certificate.js';
import { randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { traverse } from '../../src/walk/traverse.js';
import { decisionsByArithmetic, type Narrowing } from '../../src/walk/tree.js';

/** Weights and biases uniform in [-1, 1]. */
function network([inputs, ...widths]: readonly [number, ...number[]], seed: number): Network {
  const random = randomNumbers(seed);
  const numbers = (count: number) => Array.from({ length: count }, () => 2 * random() - 1);
  let before = inputs;
  const steps = widths.flatMap((width) => {
    const affine = affineFromDoubles(width, before, numbers(width * before), numbers(width));
    before = width;
    return [{ affine }, { slopes: numbers(width).map(() => RELU) }];
  });
  return buildNetwork(inputs, steps);
}

function decided(kernel: KernelFactory, widths: readonly [number, ...number[]], proved: boolean) {
  const subject = network(widths, 1234);
  const problem = partitionProblem(subject, cube(subject.inputs, -1, 1));
  const sink = proved ? certificateSink(problem) : countSink(subject.layers.length);
  let narrowings = 0;
  const narrow = (narrowing: Narrowing) => {
    narrowings++;
    sink.narrow?.(narrowing);
  };
  const result = traverse(problem, kernel, proved ? { ...sink, narrow } : sink);
  return {
    ...result,
    ...decisionsByArithmetic(result.decisions),
    cellsPerLayer: sink.counts.cellsPerLayer,
    narrowings,
  };
}

const lp = lpKernel(simplexBackend);
/** Its searches end as soon as a side is proved. */
const dual = lpKernel({
  name: 'simplex',
  session: (lower, upper) => new DualSimplexSession(lower, upper, () => simplexBackend.session(lower, upper)),
});
const SUBJECTS: readonly (readonly [string, KernelFactory, readonly [number, ...number[]]])[] = [
  ['lp, 2-8-8', lp, [2, 8, 8]],
  ['lp, 3-5-13', lp, [3, 5, 13]],
  ['lp with the dual simplex, 3-5-13', dual, [3, 5, 13]],
  ['planar, 2-12-12', planarKernel, [2, 12, 12]],
  ['vertex, 3-8-8', vertexKernel, [3, 8, 8]],
  ['vertex, 4-6-5', vertexKernel, [4, 6, 5]],
];

describe.each(SUBJECTS)('%s', (_engine, kernel, widths) => {
  it.each([
    ['a count', false],
    ['a certificate', true],
  ] as const)('%s', (_kind, proved) => {
    const { double, exact, decisions, exactRows, narrowings } = decided(kernel, widths, proved);
    // Boxes are told where a proof is wanted, for about every cell that the first layer makes.
    expect(narrowings > 10).toBe(proved && widths.at(-1)! >= 8);
    expect(exact).toBe(0);
    expect(exactRows).toBe(0);
    expect(decisions.interval).toBeGreaterThan(double / 50);
    expect(decisions.points).toBeGreaterThan(decisions.program);
  });
});

describe('what bounds settle is told all at once', () => {
  // The vertex engine remembers what it was asked, so that no question may come before its time.
  it.each(SUBJECTS.filter(([name]) => !name.startsWith('vertex')))('%s', (_engine, kernel, widths) => {
    let told = 0;
    const asking: KernelFactory = (context) => {
      const asked = kernel(context);
      const { decisions, problem, rows } = context;
      let layer = 0;
      const enterLayer = asked.enterLayer.bind(asked);
      asked.enterLayer = (entered) => {
        layer = entered;
        enterLayer(entered);
      };
      const bounded = asked.bounded!.bind(asked);
      asked.bounded = () => {
        const sides = bounded();
        for (let neuron = 0; neuron < problem.layers[layer]!.width; neuron++) {
          const before = decisions.interval;
          const side = asked.side(neuron);
          expect(sides[neuron]).toBe(decisions.interval > before ? side : 0);
          told += Math.abs(sides[neuron]!);
        }
        expect(sides.length).toBe(rows.settled.length);
        return sides;
      };
      return asked;
    };
    decided(asking, widths, false);
    expect(told).toBeGreaterThan(10);
  });
});

it('the lp engine asks one program per question that points and boxes leave open, and 2 n for a box around a cell', () => {
  let programs = 0;
  const counting: LpBackend = {
    ...simplexBackend,
    session: (lower, upper) => {
      const session = simplexBackend.session(lower, upper);
      const minimise = session.minimise.bind(session);
      session.minimise = (...given) => {
        programs++;
        return minimise(...given);
      };
      return session;
    },
  };
  const boxes = [];
  for (const [inputs, first, second] of [
    [2, 8, 7],
    [2, 8, 8],
    [3, 5, 13],
  ] as const) {
    programs = 0;
    const { decisions, cellsPerLayer } = decided(lpKernel(counting), [inputs, first, second], false);
    const forBoxes = programs - decisions.program;
    expect(forBoxes % (2 * inputs)).toBe(0);
    boxes.push(forBoxes / (2 * inputs) / cellsPerLayer[0]!);
  }
  // A box pays where a layer has at least 4 neurons per input, and around every cell but the domain itself.
  expect(boxes).toEqual([0, 1, 1]);
});
