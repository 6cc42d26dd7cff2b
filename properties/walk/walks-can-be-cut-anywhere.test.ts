/**
 * Theorem. A walk that was stopped, gone on with from what it left open, and put together in tree order reports what one walk
 * does, and decides as often; every walk makes progress, and several subtrees in one walk are the same as each by itself.
 * Every question is decided once, and what is asked for besides the count changes neither the tree nor the decisions.
 *
 * Which engine serves is chosen by dimension alone.
 *
 * Source: a depth-first walk is determined by its tree (src/walk/traverse.ts).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEngine, ENGINE_NAMES, EngineError, kernelOf } from '../../src/engines/choice.js';
import { simplexBackend } from '../../src/lp/simplex/primal.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, type Domain, whole } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { countingProblem } from '../../src/problem/charts.js';
import { type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { randomNumbers } from '../../src/theory/random.js';
import { countSink } from '../../src/walk/count.js';
import type { KernelFactory } from '../../src/walk/kernel.js';
import { traverse } from '../../src/walk/traverse.js';
import type { TraversalOptions } from '../../src/walk/tree.js';
import {
  addDecisions,
  CUT,
  type Decisions,
  decisionsByArithmetic,
  noDecisions,
  type SplitTreeSink,
} from '../../src/walk/tree.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, tinyProblem } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { typeB } from '../support/references/families.js';

const KERNEL = kernelOf('lp', simplexBackend);
/** In two variables the vertex engine is another one than in more. */
const kernels = fc.constantFrom(KERNEL, kernelOf('vertex', simplexBackend));

/** What a sink is told, in words; evidence and witnesses with all their numbers. */
function recorder(wantsEvidence: boolean) {
  const events: string[] = [];
  const open: string[] = [];
  const words = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v instanceof Float64Array ? [...v] : v));
  const sink: SplitTreeSink = {
    wantsEvidence,
    layer: (layer) => events.push(`layer ${layer}`),
    implied: (layer, neuron, side, evidence) => events.push(`${layer}:${neuron} is ${side} ${words(evidence)}`),
    narrow: (narrowing) => events.push(`narrow ${words(narrowing)}`),
    split: (layer, neuron) => events.push(`split ${layer}:${neuron}`),
    cell: (witness) => events.push(`cell ${words(witness)}`),
    open: (path) => {
      events.push(`open ${path}`);
      open.push(path);
    },
  };
  return { events, open, sink };
}

function walked(problem: PartitionProblem, options: TraversalOptions, wantsEvidence = true, kernel = KERNEL) {
  const { events, open, sink } = recorder(wantsEvidence);
  const { decisions } = traverse(problem, kernel, sink, options);
  return { events, open, decisions };
}

/** The events with every open subtree replaced by what its own walk reports. */
function graft(events: readonly string[], parts: ReadonlyMap<string, readonly string[]>): string[] {
  return events.flatMap((event) => (event.startsWith('open ') ? parts.get(event.slice(5))! : [event]));
}

const cells = (events: readonly string[]) => events.filter((event) => event.startsWith('cell')).length;
const problems = tinyProblem().filter(({ network }) => network.layers.length > 0);
/** Wide enough for boxes around cells: 4 neurons, then 4 per input. */
const wide = fc.tuple(fc.constantFrom(2, 3), fc.nat(1000)).map(([inputs, seed]) => {
  const random = randomNumbers(seed);
  const numbers = (count: number) => Array.from({ length: count }, () => 2 * random() - 1);
  const width = 4 * inputs;
  const network = buildNetwork(inputs, [
    { affine: affineFromDoubles(4, inputs, numbers(4 * inputs), numbers(4)) },
    { slopes: numbers(4).map(() => RELU) },
    { affine: affineFromDoubles(width, 4, numbers(4 * width), numbers(width)) },
    { slopes: numbers(width).map(() => RELU) },
  ]);
  return { network, domain: cube(inputs, -1, 1) };
});
/** With neurons that are multiples of each other. */
const alike = degenerateNetwork({ inputs: 2, widths: [5, 4] })
  .filter(({ layers }) => layers.length > 0)
  .map((network) => ({ network, domain: cube(2, -1, 1) }));
const someProblems = fc.oneof(
  { weight: 4, arbitrary: problems },
  { weight: 2, arbitrary: wide },
  { weight: 1, arbitrary: alike },
);
const sumOf = (decisions: Decisions) => Object.values(decisions).reduce((a, b) => a + b);

describe('what was left open', () => {
  it('walked one by one gives the events and the decisions of one walk, whatever the budget', () => {
    holds(
      fc.property(someProblems, fc.nat(12), fc.boolean(), kernels, ({ network, domain }, budget, evidence, kernel) => {
        fc.pre(!isPoint(domain));
        const problem = partitionProblem(network, domain);
        const all = walked(problem, {}, evidence, kernel);
        const begun = walked(problem, { budget }, evidence, kernel);
        // The first node is settled in any case, and may be the only cell.
        const found = cells(all.events) === 1 ? 1 : Math.min(budget, cells(all.events));
        expect(cells(begun.events)).toBe(found);
        expect(begun.open.length > 0).toBe(cells(all.events) > found);
        const total = noDecisions();
        addDecisions(total, begun.decisions);
        const parts = new Map<string, readonly string[]>();
        for (const path of begun.open) {
          const part = walked(problem, { paths: [path] }, evidence, kernel);
          expect(part.open).toEqual([]);
          addDecisions(total, part.decisions);
          parts.set(path, part.events);
        }
        expect(graft(begun.events, parts)).toEqual(all.events);
        expect(total).toEqual(all.decisions);
        // All of them in one walk, silently down to each.
        if (begun.open.length === 0) return;
        const together = walked(problem, { paths: begun.open }, evidence, kernel);
        expect(together.events).toEqual(begun.open.flatMap((path) => parts.get(path)!));
      }),
      { seed: 2241, runs: 80 },
    );
  });

  it('becomes less in every walk, also with no budget at all, and if it is stopped at once', () => {
    holds(
      fc.property(problems, fc.boolean(), ({ network, domain }, byBudget) => {
        fc.pre(!isPoint(domain));
        const problem = partitionProblem(network, domain);
        const most = cells(walked(problem, {}).events);
        let open: readonly string[] = [''];
        let found = 0;
        for (let walks = 0; open.length > 0; walks++) {
          expect(walks).toBeLessThan(4 * most);
          const limits = byBudget ? { budget: 0 } : { stop: () => true };
          const step = walked(problem, { paths: open, ...limits });
          found += cells(step.events);
          expect(step.open).not.toEqual(open);
          // Only the first one is begun.
          expect(step.open.slice(step.open.length - open.length + 1)).toEqual(open.slice(1));
          // Tree order: the negative side, written '-', comes first.
          expect(step.open).toEqual([...step.open].sort((a, b) => (order(a) < order(b) ? -1 : 1)));
          open = step.open;
        }
        expect(found).toBe(most);
      }),
      { seed: 2242, runs: 40 },
    );
  });

  it('is what a stop asked for in the middle leaves', () => {
    const network = buildNetwork(1, [
      { affine: affineFromDoubles(3, 1, [1, 1, 1], [-1, 0, 1]) },
      { slopes: [RELU, RELU, RELU] },
    ]);
    const problem = partitionProblem(network, cube(1, -2, 2));
    let asked = 0;
    const { events, open } = walked(problem, { stop: () => ++asked > 2 }, false);
    expect(cells(events)).toBe(1);
    // Split by the middle one; left of it by the first: its right side, then all on the right of the middle are open.
    expect(open).toEqual(['-+', '+']);
  });

  it('may be nothing', () => {
    const network = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [RELU] }]);
    const { events, open, decisions } = walked(partitionProblem(network, cube(1, -1, 1)), { paths: [] });
    expect([events, open, sumOf(decisions)]).toEqual([[], [], 0]);
  });

  it('must be nodes of the tree', () => {
    const network = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [RELU] }]);
    const problem = partitionProblem(network, cube(1, -1, 1));
    expect(() => walked(problem, { paths: ['-+'] })).toThrow('expected a split below -, got a cell');
  });
});

describe('every question', () => {
  /** Counts the times that a kernel says that a neuron cuts a cell. */
  function counting(factory: KernelFactory) {
    const said = { cut: 0 };
    const counted: KernelFactory = (context) => {
      const kernel = factory(context);
      const side = kernel.side.bind(kernel);
      kernel.side = (neuron) => {
        const verdict = side(neuron);
        if (verdict === CUT) said.cut++;
        return verdict;
      };
      return kernel;
    };
    return { said, counted };
  }

  it('is decided once, and the answer told if it is a side', () => {
    holds(
      fc.property(someProblems, kernels, fc.boolean(), ({ network, domain }, kernel, evidence) => {
        fc.pre(!isPoint(domain));
        const { said, counted } = counting(kernel);
        const { events, decisions } = walked(partitionProblem(network, domain), {}, evidence, counted);
        const sides = events.filter((event) => event.includes(' is '));
        expect(sumOf(decisions)).toBe(said.cut + sides.length);
        // A zero needs no evidence, and a walk that wants none computes none.
        const bare = evidence ? sides.filter((event) => event.includes(' is 0 ')) : sides;
        expect(bare.filter((event) => !event.endsWith('{"kind":"bound"}'))).toEqual([]);
      }),
      { seed: 2244, runs: 80 },
    );
  });

  it('is decided by the same stages whether somebody listens or not', () => {
    holds(
      fc.property(someProblems, kernels, ({ network, domain }, kernel) => {
        fc.pre(!isPoint(domain));
        const problem = partitionProblem(network, domain);
        const sink = countSink(network.layers.length);
        const { decisions } = traverse(problem, kernel, sink);
        const told = walked(problem, {}, false, kernel);
        expect(decisions).toEqual(told.decisions);
        expect(sink.counts.cells).toBe(cells(told.events));
        // Nobody has to listen to what is not a cell.
        const deaf = { wantsEvidence: true, layer() {}, split() {}, cell: () => void found++, open() {} };
        let found = 0;
        traverse(problem, kernel, deaf);
        expect(found).toBe(cells(told.events));
      }),
      { seed: 2245, runs: 80 },
    );
  });
});

/** '-' sorts before '+' in the tree, after it in ASCII. */
function order(path: string): string {
  return path.replaceAll('+', '1').replaceAll('-', '0');
}

function isPoint(domain: Domain): boolean {
  return (
    domain.kind === 'box' &&
    domain.lower.every(
      (lo, i) => lo.numerator * domain.upper[i]!.denominator === domain.upper[i]!.numerator * lo.denominator,
    )
  );
}

describe('counts', () => {
  it('are those of brute force, per layer as well, and of no layers one cell', () => {
    holds(
      fc.property(problems, ({ network, domain }) => {
        fc.pre(!isPoint(domain));
        const sink = countSink(network.layers.length);
        const { decisions } = traverse(partitionProblem(network, domain), KERNEL, sink);
        const { cells: all, cellsPerLayer } = bruteForcePartition(network, domain);
        expect(sink.counts).toEqual({ cells: all.length, cellsPerLayer, open: [] });
        const { double, exact } = decisionsByArithmetic(decisions);
        expect(double + exact).toBe(Object.values(decisions).reduce((a, b) => a + b));
      }),
      { seed: 2243, runs: 40 },
    );
    const begun = countSink(1);
    expect(begun.wantsEvidence).toBe(false);
    const halves = buildNetwork(1, [{ affine: affineFromDoubles(1, 1, [1], [0]) }, { slopes: [RELU] }]);
    traverse(partitionProblem(halves, cube(1, -1, 1)), KERNEL, begun, { budget: 1 });
    expect(begun.counts).toEqual({ cells: 1, cellsPerLayer: [1], open: ['+'] });
    const sink = countSink(0);
    traverse(partitionProblem(buildNetwork(1, []), cube(1, 0, 1)), KERNEL, sink);
    expect(sink.counts).toEqual({ cells: 1, cellsPerLayer: [], open: [] });
  });

  it('of decisions add up by stage', () => {
    const one = { interval: 1, points: 2, program: 4, exactSign: 8, exactBasis: 16, exactSimplex: 32 };
    const total = noDecisions();
    addDecisions(total, one);
    addDecisions(total, one, { ...one, points: 1 });
    expect(total).toEqual({ ...one, points: 3 });
    expect(decisionsByArithmetic(one)).toEqual({ double: 7, exact: 56 });
  });
});

describe('the engine', () => {
  const line = (inputs: number, bias: number): Network =>
    buildNetwork(inputs, [
      { affine: affineFromDoubles(2, inputs, new Array<number>(2 * inputs).fill(1), [bias, 0]) },
      { slopes: [RELU, RELU] },
    ]);
  const chosen = (network: Network, domain: Domain) => chooseEngine(partitionProblem(network, domain), 'auto').engine;

  it('is "vertex" up to 6 dimensions, up to 7 for hyperplanes through 0, else "lp"', () => {
    expect(ENGINE_NAMES).toEqual(['vertex', 'lp']);
    expect([2, 6, 7].map((n) => chosen(line(n, 1), cube(n, -1, 1)))).toEqual(['vertex', 'vertex', 'lp']);
    expect([2, 6, 7].map((n) => chosen(line(n, 1), whole(n)))).toEqual(['vertex', 'vertex', 'lp']);
    expect([6, 7, 8].map((n) => chosen(line(n, 0), whole(n)))).toEqual(['vertex', 'vertex', 'lp']);
    expect(chosen(line(7, 0), cube(7, -1, 1))).toBe('lp');
    // Hyperplanes through 0 in the first layer only.
    const deep = buildNetwork(7, [
      { affine: affineFromDoubles(1, 7, new Array<number>(7).fill(1), [0]) },
      { slopes: [RELU] },
      { affine: affineFromDoubles(1, 1, [1], [-1]) },
      { slopes: [RELU] },
    ]);
    expect(chosen(deep, whole(7))).toBe('lp');
  });

  it('of many hyperplanes through 0 goes by the vertices of the first cells: few in reflection arrangements, 2^n in general', () => {
    const random = randomNumbers(8);
    const decimals = (count: number) => Array.from({ length: count }, () => (random() - 0.5).toFixed(15));
    const arrangement = (n: number, creases: number) =>
      buildNetwork(n, [
        { affine: affineFromDoubles(creases, n, decimals(n * creases).map(Number), new Float64Array(creases)) },
        { slopes: new Array(creases).fill(RELU) },
      ]);
    const taken = (network: Network) => chooseEngine(countingProblem(network, whole(network.inputs)), 'auto').engine;
    expect([6, 7, 8].map((n) => taken(typeB(n).network))).toEqual(['vertex', 'vertex', 'vertex']);
    // Measured: within 1.1 of each other in 6 and 7 dimensions, programs five times as fast in 8.
    expect([taken(arrangement(6, 24)), taken(arrangement(8, 32))]).toEqual(['vertex', 'lp']);
    // Few hyperplanes take programs from the beginning.
    expect([8, 9, 10].map((n) => taken(arrangement(n, n + 4)))).toEqual(['lp', 'lp', 'lp']);
  });

  it('that was asked for is taken, unless it cannot work', () => {
    const problem = (n: number) => partitionProblem(line(n, 1), cube(n, -1, 1));
    expect(chooseEngine(problem(2), 'lp')).toEqual({ engine: 'lp', why: 'as asked for', usesLp: true });
    expect(chooseEngine(problem(14), 'vertex')).toEqual({ engine: 'vertex', why: 'as asked for', usesLp: false });
    expect(() => chooseEngine(problem(15), 'vertex')).toThrow(EngineError);
    expect(() => chooseEngine(problem(15), 'vertex')).toThrow('expected at most 14 variables, got 15');
    expect(chooseEngine(problem(15), 'auto').engine).toBe('lp');
  });
});
