/**
 * Theorem. The planar kernel finds exactly the cells of a partition in two variables: those that trying every pattern finds,
 * in the same split tree as the `lp` engine, with a certificate that the independent checker accepts.
 *
 * Source: the definition of a cell; the reference tries all patterns by Fourier-Motzkin elimination (Schrijver 1986,
 * section 12.2).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestDouble } from '../src/exact/double.js';
import { solve } from '../src/exact/elimination.js';
import type { IntegerVector } from '../src/exact/integers.js';
import { absolute, compare, multiply, rational, rationalFromDouble, subtract } from '../src/exact/rational.js';
import { readNetwork } from '../src/formats/index.js';
import { simplexBackend } from '../src/lp/simplex.js';
import { affineFromRationals } from '../src/network/affine.js';
import { box, cube, type Domain, whole } from '../src/network/domain.js';
import type { Pattern } from '../src/network/evaluate.js';
import { bends, buildNetwork, type Network, RELU } from '../src/network/network.js';
import { certificateSink } from '../src/partition/certificate.js';
import { RecordReader } from '../src/partition/certificate-format.js';
import { TreeChecker } from '../src/partition/checker.js';
import { checkedNetwork } from '../src/partition/checker-network.js';
import type { CellKernel, KernelFactory } from '../src/partition/kernel.js';
import { lpKernel } from '../src/partition/lp-kernel.js';
import { planarKernel } from '../src/partition/planar-kernel.js';
import { FACES, PlanarLines, PlanarVertices } from '../src/partition/planar-vertices.js';
import { partitionProblem } from '../src/partition/problem.js';
import { type TraversalOptions, traverse } from '../src/partition/traverse.js';
import { CUT, decisionsByArithmetic, type SplitTreeSink } from '../src/partition/tree.js';
import { cellsOf, countCellsOf } from './engines/cells.js';
import { smallBox } from './generators/boxes.js';
import { DEGENERATE_CASES } from './generators/degenerate-cases.js';
import { holds } from './generators/holds.js';
import { problemOfCase } from './generators/make-fixtures.js';
import {
  anyNetwork,
  degenerateNetwork,
  dyadicNetwork,
  mixedNetwork,
  type NetworkShape,
  networkFrom,
} from './generators/networks.js';
import { smallInteger } from './generators/numbers.js';
import { bruteForcePartition } from './references/brute-force.js';
import { generalPosition, tent } from './references/families.js';

const BENCH = fileURLToPath(new URL('../../shared/data/bench/', import.meta.url));
const SKIPPED = 'skipped without ../shared/data';

interface Subject {
  readonly network: Network;
  readonly domain: Domain;
}

/** Problems that are planar: two inputs in a box, three with one fixed, one input on the whole line. */
function planarSubject(widths: readonly number[], network = anyNetwork): fc.Arbitrary<Subject> {
  const square = fc.oneof(
    smallBox(2),
    fc.constant(cube(2, -1, 1)),
    fc.constant(cube(2, 0, 1)),
    fc.constant(cube(2, -2, 3)),
  );
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ network: network({ inputs: 2, widths }), domain: square as fc.Arbitrary<Domain> }),
    },
    { weight: 1, arbitrary: fc.record({ network: network({ inputs: 1, widths }), domain: fc.constant(whole(1)) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        network: network({ inputs: 3, widths }),
        domain: square.map(
          (b): Domain => box([b.lower[0]!, rational(1n), b.lower[1]!], [b.upper[0]!, rational(1n), b.upper[1]!]),
        ),
      }),
    },
  );
}

/** Small integers and their neighbours at distance 2^-45: lines that cross at tiny angles, slivers, near misses. */
const sliverNetwork = (shape: NetworkShape) =>
  networkFrom(shape, {
    entry: fc.tuple(smallInteger, fc.integer({ min: -2, max: 2 })).map(([k, j]) => k + j * 2 ** -45),
  });

/** The split tree as text: what does not depend on the engine, or, with evidence, every byte of it. */
function treeOf({ network, domain }: Subject, kernel: KernelFactory, evidence = false, options: TraversalOptions = {}) {
  const text: string[] = [];
  const open: string[] = [];
  const exactText = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v instanceof Float64Array ? [...v] : v));
  const sink: SplitTreeSink = {
    wantsEvidence: evidence,
    layer: (layer) => void text.push(`layer ${layer}`),
    narrow: (narrowing) => void text.push(`narrow ${exactText(narrowing)}`),
    implied: (layer, neuron, side, proof) =>
      void text.push(`${layer}.${neuron} ${side}${evidence ? exactText(proof) : ''}`),
    split: (layer, neuron) => void text.push(`split ${layer}.${neuron}`),
    cell: (witness) => void text.push(`cell${evidence ? exactText(witness) : ''}`),
    open: (path) => void open.push(path),
  };
  const { decisions } = traverse(partitionProblem(network, domain), kernel, sink, options);
  return { text, open, decisions };
}

/** Writes the certificate of a walk and has it checked; throws the checker's refusal. */
function checked({ network, domain }: Subject, kernel: KernelFactory) {
  const problem = partitionProblem(network, domain);
  const sink = certificateSink(problem);
  traverse(problem, kernel, sink);
  const subject = checkedNetwork(network, domain);
  const checker = new TreeChecker(subject);
  const reader = new RecordReader();
  reader.append(sink.take());
  reader.append(Uint8Array.of(0));
  for (;;) {
    const record = reader.record(subject.coordinates);
    if (record === undefined) throw new Error('certificate: expected an end, got a truncated record');
    checker.record(record);
    if (record.kind === 'end') return checker.finish(sink.counts);
  }
}

function key(network: Network, pattern: Pattern): string {
  return pattern
    .map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? '-0+'[s + 1] : '.')).join(''))
    .join(' ');
}

function expectBruteForce({ network, domain }: Subject) {
  const reference = bruteForcePartition(network, domain);
  expect(countCellsOf(network, domain, planarKernel).cellsPerLayer).toEqual(reference.cellsPerLayer);
  const patterns = cellsOf(network, domain, planarKernel).map((cell) => key(network, cell.pattern));
  expect(patterns.sort()).toEqual(reference.cells.map((cell) => key(network, cell.pattern)).sort());
  expect(checked({ network, domain }, planarKernel).cells).toBe(reference.cells.length);
}

const lp = lpKernel(simplexBackend);

describe('the planar kernel finds the cells that trying every pattern finds, and proves them', () => {
  it('on generated networks and domains', () => {
    holds(fc.property(planarSubject([3, 3]), expectBruteForce), { seed: 3101, runs: 150 });
  });

  const planar = DEGENERATE_CASES.filter((c) => {
    const { network, domain } = problemOfCase(c);
    return partitionProblem(network, domain).variables === 2;
  });
  it.each(planar.map((c) => [c.name, c] as const))('on the degenerate case %s', (_, degenerate) => {
    const subject = problemOfCase(degenerate);
    expect(checked(subject, planarKernel).cells).toBe(degenerate.cells);
    expect(treeOf(subject, planarKernel).text).toEqual(treeOf(subject, lp).text);
  });
});

describe('the planar kernel walks the split tree of the lp engine', () => {
  const expectSameTree = (subject: Subject) => {
    expect(treeOf(subject, planarKernel).text).toEqual(treeOf(subject, lp).text);
  };
  it('on wider networks of every kind', () => {
    holds(fc.property(planarSubject([8, 8]), expectSameTree), { seed: 3102, runs: 40 });
  });

  it('on duplicated, proportional and dead neurons among small integers, two layers deep', () => {
    holds(fc.property(planarSubject([7, 6], degenerateNetwork), expectSameTree), { seed: 3103, runs: 40 });
  });

  it('with every sort of slopes, three layers deep', () => {
    holds(fc.property(planarSubject([5, 4, 4], mixedNetwork), expectSameTree), { seed: 3104, runs: 30 });
  });

  it('without any bias, where all creases of the first layer meet in the origin', () => {
    const central = planarSubject([8, 6], dyadicNetwork).map(({ network, domain }) => ({
      domain,
      network: withoutBiases(network),
    }));
    holds(fc.property(central, expectSameTree), { seed: 3105, runs: 30 });
  });

  it('and certifies it', () => {
    holds(
      fc.property(planarSubject([8, 6], degenerateNetwork), (subject) => {
        expect(checked(subject, planarKernel).cells).toBe(checked(subject, lp).cells);
      }),
      { seed: 3106, runs: 30 },
    );
  });
});

/** The same network with all biases 0. */
function withoutBiases(network: Network): Network {
  const rows = ({ weights, outputs, inputs, denominator }: ReturnType<Network['output']['integers']>) =>
    affineFromRationals(
      inputs,
      Array.from({ length: outputs }, (_, r) =>
        Array.from({ length: inputs }, (_, i) => rational(weights[r * inputs + i]!, denominator)),
      ),
      new Array(outputs).fill(rational(0n)),
    );
  const steps = network.layers.flatMap(({ affine, slopes }) => [{ affine: rows(affine.integers()) }, { slopes }]);
  return buildNetwork(network.inputs, [...steps, { affine: network.output }]);
}

describe('lines in a square make as many cells as Euler says', () => {
  type Line = readonly [number, number, number];

  /** Lines a x + b y + c = 0 as one layer on [-1, 1]^2. */
  function arrangement(lines: readonly Line[]): Subject {
    const weights = lines.map(([a, b]) => [rational(BigInt(a)), rational(BigInt(b))]);
    const bias = lines.map(([, , c]) => rational(BigInt(c)));
    const output = affineFromRationals(lines.length, [lines.map(() => rational(1n))], [rational(0n)]);
    const steps = [
      { affine: affineFromRationals(2, weights, bias) },
      { slopes: lines.map(() => RELU) },
      { affine: output },
    ];
    return { network: buildNetwork(2, steps), domain: cube(2, -1, 1) };
  }

  /** 1 + (distinct lines that meet the open square) + (over the points in it where k > 1 of them cross, k - 1). */
  function euler(lines: readonly Line[]): number {
    const proper = lines.filter(([a, b]) => a !== 0 || b !== 0);
    const distinct = proper.filter(
      ([a, b, c], i) => !proper.slice(0, i).some(([d, e, f]) => a * e === b * d && a * f === c * d && b * f === c * e),
    );
    const crossing = distinct.filter(([a, b, c]) => Math.abs(c) < Math.abs(a) + Math.abs(b));
    const points = new Map<string, Set<Line>>();
    crossing.forEach((p, i) => {
      for (const q of crossing.slice(0, i)) {
        const w = p[0] * q[1] - p[1] * q[0];
        const x = p[1] * q[2] - p[2] * q[1];
        const y = p[2] * q[0] - p[0] * q[2];
        // Small integers: the quotients of equal fractions are equal doubles.
        if (w === 0 || Math.abs(x) >= Math.abs(w) || Math.abs(y) >= Math.abs(w)) continue;
        const name = `${x / w + 0} ${y / w + 0}`;
        points.set(name, (points.get(name) ?? new Set()).add(p).add(q));
      }
    });
    return 1 + crossing.length + [...points.values()].reduce((sum, here) => sum + here.size - 1, 0);
  }

  it('small integer lines, with repeats, parallels, concurrences and lines through corners and along faces', () => {
    const entry = fc.integer({ min: -3, max: 3 });
    holds(
      fc.property(fc.array(fc.tuple(entry, entry, entry), { minLength: 1, maxLength: 24, size: 'max' }), (lines) => {
        const subject = arrangement(lines);
        expect(countCellsOf(subject.network, subject.domain, planarKernel).cells).toBe(euler(lines));
      }),
      { seed: 3107, runs: 100 },
    );
  });

  it('333 lines with coefficients up to 5 and many concurrences', () => {
    const range = Array.from({ length: 11 }, (_, i) => i - 5);
    const lines = range
      .flatMap((a) => range.flatMap((b) => range.map((c): Line => [a, b, c])))
      .filter((_, i) => i % 4 === 0);
    const subject = arrangement(lines);
    expect(countCellsOf(subject.network, subject.domain, planarKernel).cells).toBe(euler(lines));
  });

  it('m points cut the line into m + 1 intervals, also as a cone over it', () => {
    const { network, cells } = generalPosition(1, 40);
    expect(countCellsOf(network, whole(1), planarKernel).cells).toBe(cells);
    expect(checked({ network, domain: whole(1) }, planarKernel).cells).toBe(cells);
  });

  it('a tent map of depth 9 on the first of two inputs makes 2^9 strips', () => {
    const { network, cells } = tent(9);
    const ignore = affineFromRationals(2, [[rational(1n), rational(0n)]], [rational(0n)]);
    const steps = network.layers.flatMap(({ affine, slopes }) => [{ affine }, { slopes }]);
    const wide = buildNetwork(2, [{ affine: ignore }, ...steps, { affine: network.output }]);
    expect(countCellsOf(wide, cube(2, 0, 1), planarKernel).cells).toBe(cells);
  });
});

describe('the derived bounds hold', () => {
  /** Runs `attack` on the kernel's own lines and vertices when the last layer of the first cell has been entered. */
  function onFirstCell({ network, domain }: Subject, attack: (kernel: Attacked) => void) {
    let done = false;
    const factory: KernelFactory = (context) => {
      const kernel = planarKernel(context);
      const last = network.layers.length - 1;
      const enterLayer = (layer: number) => {
        kernel.enterLayer(layer);
        if (layer !== last || done) return;
        done = true;
        attack({ context, layer });
      };
      return new Proxy(kernel, {
        get: (target, name) => {
          if (name === 'enterLayer') return enterLayer;
          const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
          return member.bind(target);
        },
      }) satisfies CellKernel;
    };
    treeOf({ network, domain }, factory);
  }
  type Attacked = { context: Parameters<KernelFactory>[0]; layer: number };

  it('a vertex is within its radius of where its lines cross, wherever it was put', () => {
    let tight = 0;
    // How far from the crossing the vertex is put, relative to the box: from a last place to everywhere.
    const distance = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -56, max: 1 }));
    holds(
      fc.property(
        fc.oneof(planarSubject([5, 5]), planarSubject([6], sliverNetwork)),
        distance,
        distance,
        ({ network, domain }, ...distances) => {
          const [offX, offY] = distances.map(([m, e]) => m * 2 ** e) as [number, number];
          onFirstCell({ network, domain }, ({ context, layer }) => {
            const { problem } = context;
            const lines = new PlanarLines(context);
            const vertices = new PlanarVertices(context, lines);
            const start = vertices.addCorner(0, 2);
            const { width } = problem.layers[layer]!;
            for (const face of [0, 1]) {
              for (const other of [2, 3]) {
                const v = vertices.addCorner(face, other);
                const exactX = rational(
                  (face === 0 ? problem.exactLower : problem.exactUpper)[0]!,
                  problem.boxDenominator,
                );
                const off = absolute(subtract(rationalFromDouble(vertices.x[v]!), exactX));
                const allowed = multiply(
                  rationalFromDouble(vertices.radius[v]!),
                  rationalFromDouble(problem.magnitude[0]!),
                );
                expect(compare(off, allowed)).toBeLessThanOrEqual(0);
                vertices.count--;
              }
            }
            for (let k = 0; k < width; k++) lines.push(FACES + k, layer, k, 1);
            for (let g = FACES; g < FACES + width; g++) {
              for (let h = 0; h < g; h++) {
                const rows = [lines.exactRow(h), lines.exactRow(g)];
                const crossing = solve(
                  rows.map((row) => row.slice(0, 2)),
                  rows.map((row) => -row[2]!),
                );
                const [x, y] = [0, 1].map((i) =>
                  crossing === undefined ? 0 : nearestDouble(crossing.numerators[i]!, crossing.denominator),
                ) as [number, number];
                vertices.x[start] = x + offX * problem.magnitude[0]!;
                vertices.y[start] = y + offY * problem.magnitude[1]!;
                const v = vertices.addCrossing(h, g, start, start, 0);
                vertices.count--;
                if (vertices.isOrigin[v] === 1 && crossing === undefined) continue;
                const radius = vertices.radius[v]!;
                if (!(radius < Number.POSITIVE_INFINITY)) continue;
                if (radius < 2 ** -40) tight++;
                for (const i of [0, 1] as const) {
                  const place = rationalFromDouble((i === 0 ? vertices.x : vertices.y)[v]!);
                  const off = absolute(subtract(place, rational(crossing!.numerators[i]!, crossing!.denominator)));
                  const allowed = multiply(rationalFromDouble(radius), rationalFromDouble(problem.magnitude[i]!));
                  expect(compare(off, allowed)).toBeLessThanOrEqual(0);
                }
              }
            }
          });
        },
      ),
      { seed: 3108, runs: 400 },
    );
    expect(tight).toBeGreaterThan(100);
  });

  it('every verdict about every cell is the one that exact vertices give', () => {
    // The polygon of each cell is cut anew in exact arithmetic, and every answer compared with it.
    holds(
      fc.property(planarSubject([6, 5, 4]), ({ network, domain }) => {
        treeOf({ network, domain }, (context) => audited(planarKernel(context), context));
      }),
      { seed: 3109, runs: 40 },
    );
  });

  it('also where lines cross at tiny angles', () => {
    holds(
      fc.property(planarSubject([8, 6, 5], sliverNetwork), ({ network, domain }) => {
        treeOf({ network, domain }, (context) => audited(planarKernel(context), context));
      }),
      { seed: 3111, runs: 100 },
    );
  });

  it('on generic networks doubles settle all but very few signs, and prove what they imply', () => {
    const subject = wideSubject((x) => x);
    const { decisions, text } = treeOf(subject, planarKernel, true);
    const { double, exact } = decisionsByArithmetic(decisions);
    expect(text.filter((line) => line.includes('"doubles"')).length).toBeGreaterThan(100);
    expect(text.filter((line) => line.includes('"rationals"'))).toEqual([]);
    expect(double).toBeGreaterThan(1000);
    expect(exact / (double + exact)).toBeLessThan(0.01);
  });

  it.each([
    ['generic weights', (x: number) => x],
    ['small integers', (x: number) => Math.round(2 * x)],
  ] as const)('the boxes that shorten certificates are proved: %s', (_, weight) => {
    const subject = wideSubject(weight);
    const { text } = treeOf(subject, planarKernel, true);
    const cells = text.filter((line) => line.startsWith('cell')).length;
    expect(text.filter((line) => line.startsWith('narrow')).length).toBeGreaterThan(20);
    expect(checked(subject, planarKernel).cells).toBe(cells);
  });
});

/** 2-20-20 on [-1, 1]^2 with weights made of fixed numbers between -1 and 1. */
function wideSubject(weight: (x: number) => number): Subject {
  const rows = (outputs: number, inputs: number, seed: number) =>
    Array.from({ length: outputs }, (_, r) =>
      Array.from({ length: inputs }, (_, i) => rationalFromDouble(weight(Math.sin(seed + 12.9898 * r + 78.233 * i)))),
    );
  const affine = (outputs: number, inputs: number, seed: number) =>
    affineFromRationals(inputs, rows(outputs, inputs, seed), rows(1, outputs, seed + 0.5)[0]!);
  const slopes = new Array(20).fill(RELU);
  const network = buildNetwork(2, [
    { affine: affine(20, 2, 1) },
    { slopes },
    { affine: affine(20, 20, 2) },
    { slopes },
  ]);
  return { network, domain: cube(2, -1, 1) };
}

/** A convex polygon in exact coordinates. */
type Polygon = readonly IntegerVector[];

/** A kernel that holds every answer of another one against polygons cut in exact arithmetic. */
function audited(kernel: CellKernel, { problem, exact }: Parameters<KernelFactory>[0]): CellKernel {
  const { exactLower: lo, exactUpper: hi, boxDenominator: denominator } = problem;
  const corner = (x: bigint, y: bigint): IntegerVector => ({ numerators: [x, y], denominator });
  const polygons: Polygon[] = [
    [corner(lo[0]!, lo[1]!), corner(hi[0]!, lo[1]!), corner(hi[0]!, hi[1]!), corner(lo[0]!, hi[1]!)],
  ];
  let layer = 0;
  const valueAt = (neuron: number, p: IntegerVector) => {
    const row = exact.row(layer, neuron);
    return row[0]! * p.numerators[0]! + row[1]! * p.numerators[1]! + row[2]! * p.denominator;
  };
  const clipped = (neuron: number, side: 1 | -1): Polygon => {
    const polygon = polygons.at(-1)!;
    return polygon.flatMap((p, i) => {
      const q = polygon[(i + 1) % polygon.length]!;
      const here = BigInt(side) * valueAt(neuron, p);
      const next = BigInt(side) * valueAt(neuron, q);
      const kept = here >= 0n ? [p] : [];
      if (!(here > 0n && next < 0n) && !(here < 0n && next > 0n)) return kept;
      // p next / W_q - q here / W_p, scaled to a positive denominator
      const sum = (a: bigint, b: bigint) => (a * next - b * here) * (next > here ? 1n : -1n);
      const numerators = p.numerators.map((x, k) => sum(x, q.numerators[k]!));
      return [...kept, { numerators, denominator: sum(p.denominator, q.denominator) }];
    });
  };
  return {
    reset: () => kernel.reset(),
    enterLayer: (l) => {
      layer = l;
      kernel.enterLayer(l);
    },
    leaveLayer: (l) => {
      layer = l - 1;
      kernel.leaveLayer(l);
    },
    side: (neuron) => {
      const values = polygons.at(-1)!.map((p) => valueAt(neuron, p));
      const positive = values.some((v) => v > 0n);
      const negative = values.some((v) => v < 0n);
      const verdict = kernel.side(neuron);
      expect(verdict).toBe(positive && negative ? CUT : positive ? 1 : negative ? -1 : 0);
      return verdict;
    },
    evidence: () => kernel.evidence(),
    narrowings: () => kernel.narrowings?.() ?? [],
    descend: (neuron, side) => {
      polygons.push(clipped(neuron, side));
      kernel.descend(neuron, side);
    },
    ascend: () => {
      polygons.pop();
      kernel.ascend();
    },
    witness: () => kernel.witness(),
  };
}

describe('the state is a function of the path', () => {
  it('subtrees walked on their own give the bytes of the whole walk, evidence and witnesses included', () => {
    holds(
      fc.property(planarSubject([8, 6]), fc.integer({ min: 1, max: 12 }), (subject, budget) => {
        const everything = treeOf(subject, planarKernel, true);
        const first = treeOf(subject, planarKernel, true, { budget });
        const rest = first.open.flatMap((path) => treeOf(subject, planarKernel, true, { paths: [path] }).text);
        expect([...first.text, ...rest]).toEqual(everything.text);
      }),
      { seed: 3110, runs: 25 },
    );
  });

  it('witnesses are strictly inside also where cells are too thin for doubles', () => {
    // x > 0 and x < 2^-1100: the strip between is narrower than the smallest double.
    const normals = [1, 2].map(() => [rational(1n), rational(0n)]);
    const network = buildNetwork(2, [
      { affine: affineFromRationals(2, normals, [rational(0n), rational(-1n, 2n ** 1100n)]) },
      { slopes: [RELU, RELU] },
    ]);
    const cells = cellsOf(network, cube(2, -1, 1), planarKernel).map((cell) => key(network, cell.pattern));
    expect(cells.sort()).toEqual(['++', '+-', '--']);
  });
});

it('problems in other dimensions are refused with a reason', () => {
  const network = buildNetwork(3, [
    { affine: affineFromRationals(3, [[1n, 1n, 1n].map((n) => rational(n))], [rational(0n)]) },
    { slopes: [RELU] },
  ]);
  expect(() => countCellsOf(network, cube(3, 0, 1), planarKernel)).toThrow(
    'planar kernel: expected 2 variables, got 3',
  );
});

describe.skipIf(!existsSync(BENCH))(`the bench networks have the counts of eight tools that agree (${SKIPPED})`, () => {
  const published: [string, number][] = [
    ['net_2-16-16-1', 369],
    ['net_2-32-32-32-1', 2876],
    ['net_2-64-64-64-1', 14260],
    ['net_2-128-128-1', 21192],
    ['deg2_dup', 4],
    ['deg2_star8', 16],
    ['deg2_grid28', 128],
    ['deg2_strip_1e-06', 6],
    ['deg2_strip_1e-08', 6],
  ];
  it.each(published)('%s has %i cells', async (name, cells) => {
    const { network } = await readNetwork(`${BENCH}${name}.json`);
    expect(countCellsOf(network, cube(2, -1, 1), planarKernel).cells).toBe(cells);
    if (cells < 3000) expect(checked({ network, domain: cube(2, -1, 1) }, planarKernel).cells).toBe(cells);
  });
});
