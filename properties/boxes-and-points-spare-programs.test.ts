/**
 * Theorem. What a linear program found need not be found again: a crease that was seen to cut a cell is seen to cut it without
 * another program, and every part of the cell starts with the points that lie in it. The boxes around cells are those that the
 * planar engine finds from vertices, and the multipliers that prove a side are as short as float32.
 *
 * None of this changes a result; it is what the `lp` engine's speed and the size of its certificates rest on.
 *
 * Source: a point beyond a crease stays beyond it; two engines that bound the same cell find the same bounds.
 */
import { describe, expect, it } from 'vitest';
import { simplexBackend } from '../src/lp/simplex.js';
import type { LpBackend } from '../src/lp/types.js';
import { affineFromDoubles } from '../src/network/affine.js';
import { cube } from '../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../src/network/network.js';
import { truncatedTo16Bits } from '../src/partition/certificate-format.js';
import { countSink } from '../src/partition/count.js';
import type { KernelFactory } from '../src/partition/kernel.js';
import { lpKernel } from '../src/partition/lp-kernel.js';
import { planarKernel } from '../src/partition/planar-kernel.js';
import { partitionProblem } from '../src/partition/problem.js';
import { traverse } from '../src/partition/traverse.js';
import { CUT, type Evidence, type Narrowing, type SplitTreeSink } from '../src/partition/tree.js';
import { randomNumbers } from '../src/theory/random.js';

function network([inputs, ...widths]: readonly [number, ...number[]]): Network {
  const random = randomNumbers(77);
  const numbers = (count: number) => Array.from({ length: count }, () => 2 * random() - 1);
  let before = inputs;
  const steps = widths.flatMap((width) => {
    const affine = affineFromDoubles(width, before, numbers(width * before), numbers(width));
    before = width;
    return [{ affine }, { slopes: new Array(width).fill(RELU) }];
  });
  return buildNetwork(inputs, steps);
}

/** A backend that counts its programs. */
function counting() {
  const asked = { programs: 0 };
  const backend: LpBackend = {
    ...simplexBackend,
    session: (lower, upper) => {
      const session = simplexBackend.session(lower, upper);
      const minimise = session.minimise.bind(session);
      session.minimise = (...given) => {
        asked.programs++;
        return minimise(...given);
      };
      return session;
    },
  };
  return { asked, backend };
}

/** A kernel with another way to answer. */
function answering(factory: KernelFactory, answer: (side: (neuron: number) => number, neuron: number) => number) {
  const changed: KernelFactory = (context) => {
    const kernel = factory(context);
    const side = kernel.side.bind(kernel);
    kernel.side = (neuron) => answer(side, neuron) as ReturnType<typeof side>;
    return kernel;
  };
  return changed;
}

const SHAPES: readonly (readonly [number, ...number[]])[] = [
  [2, 6, 5],
  [3, 5, 4],
  [4, 6, 3],
];

describe.each(SHAPES.map((shape) => [shape.join('-'), shape] as const))('on %s', (_, shape) => {
  const subject = network(shape);
  const problem = partitionProblem(subject, cube(subject.inputs, -1, 1));

  it('a crease that cut a cell cuts it again without a program', () => {
    const { asked, backend } = counting();
    let again = 0;
    const twice = answering(lpKernel(backend), (side, neuron) => {
      const verdict = side(neuron);
      if (verdict !== CUT) return verdict;
      again++;
      const { programs } = asked;
      expect(side(neuron)).toBe(CUT);
      expect(asked.programs).toBe(programs);
      return verdict;
    });
    traverse(problem, twice, countSink(subject.layers.length));
    expect(again).toBeGreaterThan(20);
  });

  it('a part of a cell starts with points: most creases that cut it are seen to by them', () => {
    const { asked, backend } = counting();
    let [cut, spared] = [0, 0];
    const watched = answering(lpKernel(backend), (side, neuron) => {
      const { programs } = asked;
      const verdict = side(neuron);
      if (verdict === CUT) cut++;
      if (verdict === CUT && asked.programs === programs) spared++;
      return verdict;
    });
    traverse(problem, watched, countSink(subject.layers.length));
    expect(cut).toBeGreaterThan(20);
    expect(spared).toBeGreaterThan(cut / 2);
  });

  it('multipliers are no longer than float32, and mostly 16 bits', () => {
    const multipliers: number[] = [];
    const note = (evidence: Evidence) => {
      if (evidence.kind === 'doubles') multipliers.push(...evidence.multipliers);
    };
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer() {},
      implied: (_layer, _neuron, _side, evidence) => note(evidence),
      narrow: ({ evidence }) => note(evidence),
      split() {},
      cell(witness) {
        const isShort = witness instanceof Float64Array && witness.every((x) => Math.fround(x) === x);
        expect(isShort).toBe(true);
      },
      open() {},
    };
    traverse(problem, lpKernel(simplexBackend), sink);
    expect(multipliers.length).toBeGreaterThan(20);
    expect(multipliers.filter((m) => !(m > 0) || Math.fround(m) !== m)).toEqual([]);
    expect(multipliers.filter((m) => truncatedTo16Bits(m) === m).length).toBeGreaterThan(0.8 * multipliers.length);
  });
});

describe('boxes around cells', () => {
  /** For every cell with which a layer begins, the bounds that were found for it. */
  function boxesOf(kernel: KernelFactory) {
    const subject = network([2, 8, 8, 9]);
    const boxes: Narrowing[][] = [];
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer: () => void boxes.push([]),
      narrow: (narrowing) => void boxes.at(-1)!.push(narrowing),
      split() {},
      cell() {},
      open() {},
    };
    traverse(partitionProblem(subject, cube(2, -1, 1)), kernel, sink);
    return boxes;
  }

  it('are nearly the same by linear programs as by vertices, and worth their words', () => {
    const [byPrograms, byVertices] = [lpKernel(simplexBackend), planarKernel].map(boxesOf);
    expect(byPrograms!.length).toBe(byVertices!.length);
    let [all, common] = [0, 0];
    byPrograms!.forEach((boxes, cell) => {
      const others = byVertices![cell]!;
      all += Math.max(boxes.length, others.length);
      for (const { variable, side, value } of boxes) {
        // At least a 64th of the domain's width is cut off at the first time.
        if (cell <= 1) expect(side * value).toBeGreaterThan(-1 + 2 / 64);
        const other = others.find((bound) => bound.variable === variable && bound.side === side);
        if (other === undefined) continue;
        common++;
        // Both are rounded outwards, with multipliers of few bits.
        expect(Math.abs(value - other.value)).toBeLessThan(2 / 64);
      }
    });
    // What is only just worth its words for one of them may not be for the other.
    expect(common).toBeGreaterThan(20);
    expect(common).toBeGreaterThan(0.9 * all);
  });
});
