/**
 * Theorem. What a linear program found need not be found again: a crease that was seen to cut a cell is seen to cut it without
 * another program, and every part of the cell starts with the points that lie in it. The boxes around cells are those that the
 * planar engine finds from vertices, and the multipliers that prove a side are as short as float32.
 *
 * None of this changes a result; it is what the `lp` engine's speed and the size of its certificates rest on.
 *
 * Source: a point beyond a crease stays beyond it; two engines that bound the same cell find the same bounds.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncatedTo16Bits } from '../../src/certificate/writer.js';
import { lpKernel } from '../../src/engines/lp/kernel.js';
import { KnownPoints } from '../../src/engines/lp/points.js';
import { planarKernel } from '../../src/engines/planar/kernel.js';
import { vertexKernel } from '../../src/engines/vertex/kernel.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import type { LpBackend } from '../../src/lp/types.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { type Network, RELU } from '../../src/network/model.js';
import { buildNetwork } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import { randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { traverse } from '../../src/walk/traverse.js';
import { CUT, decisionsByArithmetic, type Evidence, type Narrowing, type SplitTreeSink } from '../../src/walk/tree.js';
import { holds } from '../support/generators/holds.js';

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

  const engines = [['lp', lpKernel(simplexBackend)] as const, ['planar', planarKernel] as const];
  it.each(engines.slice(0, subject.inputs === 2 ? 2 : 1))(
    'multipliers are mostly 16 bits long: %s',
    (engine, kernel) => {
      const multipliers: number[] = [];
      const note = (evidence: Evidence) => {
        if (evidence.kind === 'doubles') multipliers.push(...evidence.multipliers);
      };
      const isShort = (values: readonly number[]) => values.every((x) => Math.fround(x) === x);
      const sink: SplitTreeSink = {
        wantsEvidence: true,
        layer() {},
        implied: (_layer, _neuron, _side, evidence) => note(evidence),
        narrow: ({ evidence }) => note(evidence),
        split() {},
        cell(witness) {
          if (engine === 'lp') expect(witness instanceof Float64Array && isShort([...witness])).toBe(true);
        },
        open() {},
      };
      traverse(problem, kernel, sink);
      expect(multipliers.length).toBeGreaterThan(20);
      expect(multipliers.filter((m) => !(m > 0))).toEqual([]);
      // The lp engine has float32 as a second choice.
      if (engine === 'lp') expect(isShort(multipliers)).toBe(true);
      expect(multipliers.filter((m) => truncatedTo16Bits(m) === m).length).toBeGreaterThan(0.8 * multipliers.length);
    },
  );
});

describe.each([
  ['lp', lpKernel(simplexBackend), 2],
  ['planar', planarKernel, 2],
  ['vertex', vertexKernel, 3],
] as const)('where float32 is too short, %s', (_engine, kernel, inputs) => {
  it('proves by doubles', () => {
    // Where h = 3 x + y >= 0, the neuron g = h / 3 + 10^-10 is positive by less than a third in float32 is off.
    const rest = new Array<number>(inputs - 2).fill(0);
    const row = (scale: number) => [3 * scale, scale, ...rest];
    const weights = [...row(1 / 3), ...row(1)];
    const affine = affineFromDoubles(2, inputs, weights, [1e-10, 0]);
    const subject = buildNetwork(inputs, [{ affine }, { slopes: [RELU, RELU] }]);
    const longest: number[] = [];
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer() {},
      implied: (_layer, _neuron, _side, evidence) => {
        if (evidence.kind === 'doubles') longest.push(...evidence.multipliers.filter((m) => Math.fround(m) !== m));
      },
      split() {},
      cell() {},
      open() {},
    };
    const { decisions } = traverse(partitionProblem(subject, cube(inputs, -1, 2)), kernel, sink);
    expect(longest).toHaveLength(1);
    expect(Math.abs(longest[0]! * 3 - 1)).toBeLessThan(1e-9);
    expect(decisionsByArithmetic(decisions).exact).toBe(0);
  });
});

describe('known points', () => {
  // Quarters and small integers: every value is exact.
  const point = fc
    .tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }))
    .map(([x, y]) => [x / 4, y / 4]);
  const entry = fc.integer({ min: -3, max: 3 });
  const rows = fc.record({
    row: fc.tuple(entry, entry, entry),
    threshold: fc.constantFrom(0, 0.25, 1),
    side: fc.constantFrom<1 | -1>(1, -1),
  });
  const knownOf = (points: readonly (readonly number[])[]) => {
    const known = new KnownPoints(2);
    for (const p of points) known.add(Float64Array.from(p));
    return known;
  };
  const listOf = ({ coordinates, count }: KnownPoints) =>
    Array.from({ length: count }, (_, p) => [...coordinates.subarray(2 * p, 2 * p + 2)]);

  it('of a part of a cell are those that may lie in it, and what else certainly does, while there is room', () => {
    holds(
      fc.property(
        fc.array(point, { maxLength: 24, size: 'max' }),
        fc.array(point, { maxLength: 24, size: 'max' }),
        rows,
        (points, others, { row, threshold, side }) => {
          const valueAt = ([x, y]: readonly number[]) => side * (row[0] * x! + row[1] * y! + row[2]);
          // The row does not begin where its array does.
          const data = Float64Array.of(7, 7, ...row, 7);
          const part = new KnownPoints(2);
          part.takeSide(knownOf(points), data, 2, threshold, side);
          const kept = points.filter((p) => valueAt(p) >= -threshold);
          expect(listOf(part)).toEqual(kept);
          for (const other of others) part.offer(Float64Array.from(other), data, 2, threshold, side);
          expect(listOf(part)).toEqual([...kept, ...others.filter((p) => valueAt(p) > threshold)].slice(0, 24));
        },
      ),
      { seed: 5601, runs: 200 },
    );
  });

  it('are the latest ones where there is no more room', () => {
    const points = Array.from({ length: 40 }, (_, k) => [k, -k]);
    const kept = listOf(knownOf(points));
    expect(kept.sort(([a], [b]) => a! - b!)).toEqual(points.slice(-24));
    const known = knownOf(points);
    // An offer is taken only while there is room: here 1 >= 0 everywhere.
    known.offer(Float64Array.of(7, 7), Float64Array.of(0, 0, 1), 0, 0, 1);
    expect(listOf(known)).toEqual(listOf(knownOf(points)));
    known.clear();
    known.add(Float64Array.of(1, 2));
    expect(listOf(known)).toEqual([[1, 2]]);
  });
});

describe('boxes around cells', () => {
  /** For every cell with which a layer begins, the bounds that were found for it. */
  function boxesOf(kernel: KernelFactory) {
    const subject = network([2, 8, 8, 9]);
    const boxes: Narrowing[][] = [];
    // The proven box of every layer of the path, which begins as that of the layer before.
    const path: (readonly [lower: number[], upper: number[]])[] = [];
    const sink: SplitTreeSink = {
      wantsEvidence: true,
      layer(layer) {
        boxes.push([]);
        path.length = layer;
        const [lower, upper] = path.at(-1) ?? [
          [-1, -1],
          [1, 1],
        ];
        path.push([[...lower], [...upper]]);
      },
      narrow(narrowing) {
        boxes.at(-1)!.push(narrowing);
        const { variable, side, value } = narrowing;
        const [lower, upper] = path.at(-1)!;
        const faces = side > 0 ? lower : upper;
        // More than a 64th of the box is cut off.
        expect(64 * side * (value - faces[variable]!)).toBeGreaterThan(upper[variable]! - lower[variable]!);
        faces[variable] = value;
      },
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
        // Short numbers, far shorter than a double.
        expect(Math.fround(value)).toBe(value);
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
