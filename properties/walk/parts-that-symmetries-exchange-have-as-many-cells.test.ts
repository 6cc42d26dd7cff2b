/**
 * Theorem. A linear map that permutes the creases of every layer permutes the cells after every layer; so one part of each orbit, counted as often as the
 * orbit has parts, gives the counts of the whole walk, layer by layer, in one go or cut into jobs. Symmetries that were planted are found, and a weight that breaks them ends that.
 *
 * Source: cells are the connected components of the complement of the creases, and a homeomorphism that permutes these permutes those; orbits and
 * weights as in the orbit-stabiliser theorem.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelOf } from '../../src/engines/index.js';
import { type Rational, rational } from '../../src/exact/index.js';
import { simplexBackend } from '../../src/lp/index.js';
import {
  ABSOLUTE,
  affineFromRationals,
  box,
  buildNetwork,
  cube,
  type Domain,
  type Network,
  polytope,
  RELU,
  type Slopes,
  whole,
} from '../../src/network/index.js';
import { countingProblem, type PartitionProblem } from '../../src/problem/index.js';
import { runJob } from '../../src/run/job.js';
import { countPaths, countRoots, countSink, orbitWalk, traverse } from '../../src/walk/index.js';
import { holds } from '../support/generators/holds.js';
import { networkOfArrangement } from '../support/references/arrangements.js';

const vertex = kernelOf('vertex', simplexBackend);
const lp = kernelOf('lp', simplexBackend);

function walked(problem: PartitionProblem) {
  const sink = countSink(problem.depth);
  traverse(problem, vertex, sink);
  const { cells, cellsPerLayer } = sink.counts;
  return { cells, cellsPerLayer };
}

function byOrbits(problem: PartitionProblem, kernel = vertex) {
  const { problem: cut, roots } = orbitWalk(problem, kernel, 'found');
  const { cells, cellsPerLayer } = countRoots(cut, kernel, roots);
  return { cells, cellsPerLayer };
}

const orbitRoots = (problem: PartitionProblem) => orbitWalk(problem, vertex, 'found').roots;
const parts = (problem: PartitionProblem) => orbitRoots(problem).reduce((sum, { weight }) => sum + weight, 0);
const saves = (problem: PartitionProblem) => orbitRoots(problem).some(({ weight }) => weight > 1);

type Move = (row: readonly number[]) => readonly number[];

/** What a set of rows becomes when it is closed under moves, in order. */
function closed(rows: readonly (readonly number[])[], moves: readonly Move[]): (readonly number[])[] {
  const all = [...new Map(rows.map((row) => [row.join(), row])).values()];
  const known = new Set(all.map((row) => row.join()));
  for (const row of all)
    for (const move of moves) {
      const image = move(row);
      if (known.has(image.join())) continue;
      known.add(image.join());
      all.push(image);
    }
  return all;
}

const exchange =
  (i: number): Move =>
  (row) =>
    row.map((x, c) => (c === i ? row[i + 1]! : c === i + 1 ? row[i]! : x));
const reflect: Move = ([first, ...rest]) => [first === 0 ? 0 : -first!, ...rest];

function layerOf(rows: readonly (readonly number[])[], slopes: Slopes) {
  const inputs = rows[0]!.length - 1;
  const exact = rows.map((row) => row.map((x) => rational(BigInt(x))));
  const weights = exact.map((row) => row.slice(0, inputs));
  const constants = exact.map((row): Rational => row[inputs]!);
  return [{ affine: affineFromRationals(inputs, weights, constants) }, { slopes: rows.map(() => slopes) }];
}

const row = (length: number) => fc.array(fc.integer({ min: -2, max: 2 }), { minLength: length, maxLength: length });

/** Two layers; the rows of both are closed under exchanges of inputs, and under a reflection if the activation is even. */
function planted(d: number, isEven: boolean) {
  const moves = [...Array.from({ length: d - 1 }, (_, i) => exchange(i)), ...(isEven ? [reflect] : [])];
  return fc.tuple(row(d), row(4 ** d)).map(([start, weights]): Network => {
    const unit = Array.from({ length: d + 1 }, (_, c) => (c === 0 ? 1 : 0));
    const first = closed([[...start, 1], unit], moves);
    // A neuron of the second layer sees all of the first one; those that a move exchanges, exchanged.
    const names = first.map((own) => own.join());
    const moved: Move[] = moves.map((move) => (own) => {
      const result = new Array<number>(own.length).fill(0);
      result[own.length - 1] = own.at(-1)!;
      first.forEach((f, j) => {
        result[names.indexOf(move(f).join())] = own[j]!;
      });
      return result;
    });
    const second = closed([[...first.map((_, j) => weights[j % weights.length]!), -1]], moved);
    const slopes = isEven ? ABSOLUTE : RELU;
    return buildNetwork(d, [...layerOf(first, slopes), ...layerOf(second, slopes)]);
  });
}

const central = fc
  .integer({ min: 2, max: 4 })
  .chain((d) => fc.tuple(fc.constant(d), fc.array(row(d), { minLength: 1, maxLength: 8 })));

/** A box whose intervals are so different that small weights pass neither its middle nor from one to another. */
function lopsided(d: number): Domain {
  const upper = [2n, 11n, 101n, 1001n].slice(0, d);
  return box(
    upper.map(() => rational(-1n)),
    upper.map((bound) => rational(bound)),
  );
}

/** A polytope that is its own mirror image. */
function octahedron(d: number): Domain {
  const rows = Array.from({ length: 2 ** d }, (_, code) =>
    Array.from({ length: d }, (_, i) => rational((code >> i) & 1 ? 1n : -1n)),
  );
  return polytope(
    d,
    rows.map((coefficients) => ({ coefficients, bound: rational(3n) })),
  );
}

describe('one part of each orbit', () => {
  it('gives the cells of hyperplanes through 0, in all domains that are their mirror images', () => {
    let saved = 0;
    holds(
      fc.property(central, ([d, rows]) => {
        const network = networkOfArrangement({ dimension: d, planes: rows.map((r) => [...r.map(BigInt), 0n]) });
        for (const domain of [whole(d), cube(d, -2, 2), octahedron(d)]) {
          const problem = countingProblem(network, domain);
          expect(byOrbits(problem)).toEqual(walked(problem));
          if (rows.some((r) => r.some((x) => x !== 0))) expect(saves(problem), domain.kind).toBe(true);
          saved += parts(problem);
        }
        expect(saves(countingProblem(network, lopsided(d)))).toBe(false);
      }),
      { seed: 2120, runs: 8 },
    );
    expect(saved).toBeGreaterThan(8 * 6);
  });

  it.each([
    [2, false],
    [3, false],
    [2, true],
  ])('gives the cells of two layers with symmetries in R^%i (reflections: %s)', (d, isEven) => {
    let found = 0;
    holds(
      fc.property(planted(d, isEven), (network) => {
        const problem = countingProblem(network, whole(d));
        if (saves(problem)) found++;
        expect(byOrbits(problem)).toEqual(walked(problem));
      }),
      { seed: 2121 + d, runs: d === 2 ? 16 : 3 },
    );
    // Sometimes other creases are the basis: then there is nothing to find.
    expect(found).toBeGreaterThan(1);
  });

  it('gives those of resonance, with linear programs as well; 12 of 32 parts would be too many', () => {
    const resonance = (d: number) => {
      const planes = Array.from({ length: 2 ** d - 1 }, (_, k) => [
        ...Array.from({ length: d }, (_c, i) => BigInt(((k + 1) >> i) & 1)),
        0n,
      ]);
      return countingProblem(networkOfArrangement({ dimension: d, planes }), whole(d));
    };
    expect(parts(resonance(5))).toBe(32);
    expect(orbitRoots(resonance(5)).length).toBeLessThan(5);
    expect(byOrbits(resonance(5)).cells).toBe(11292);
    expect(byOrbits(resonance(4), lp).cells).toBe(370);
  });

  it('gives the same when cut into jobs', () => {
    const planes = Array.from({ length: 15 }, (_, k) => [...[0, 1, 2, 3].map((i) => BigInt(((k + 1) >> i) & 1)), 0n]);
    const problem = countingProblem(networkOfArrangement({ dimension: 4, planes }), whole(4));
    const { problem: cut, roots } = orbitWalk(problem, vertex, 'found');
    for (const budget of [1, 7, 50]) {
      const open = roots.map(({ path }) => path);
      let cells = 0;
      let jobs = 0;
      while (open.length > 0) {
        const job = runJob({ problem: cut, kernel: vertex, evidence: false, roots }, open.splice(0, 2), { budget });
        cells += job.cells;
        open.unshift(...job.open);
        jobs++;
      }
      expect(jobs).toBeGreaterThan(1);
      expect(cells).toBe(370);
    }
    let told = 0;
    const { open } = countPaths(
      cut,
      vertex,
      { roots, paths: roots.map(({ path }) => path) },
      { budget: 200, report: (cells) => (told = cells) },
    );
    expect(open.length).toBeGreaterThan(0);
    expect(told).toBeGreaterThanOrEqual(200);
  });
});

describe('networks without the symmetry', () => {
  it('are walked whole: ReLU layers behind the first one seldom have the mirror image of their creases', () => {
    const rows = [
      [1, 2, 0],
      [3, -1, 0],
      [1, 1, 0],
    ];
    const two = buildNetwork(2, [
      ...layerOf(rows, RELU),
      ...layerOf(
        [
          [1, -2, 1, 0],
          [2, 1, 1, 0],
        ],
        RELU,
      ),
    ]);
    for (const domain of [whole(2), cube(2, -1, 1)]) expect(orbitRoots(countingProblem(two, domain))).toHaveLength(1);
    for (const domain of [whole(2), cube(2, -1, 1)]) expect(saves(countingProblem(two, domain))).toBe(false);
  });

  it('have it where the second layer is blind for odd parts', () => {
    // relu(g) + relu(-g) = |g|, of ReLU alone.
    const rows = [
      [1, 2, 0],
      [-1, -2, 0],
      [3, -1, 0],
      [-3, 1, 0],
    ];
    const even = buildNetwork(2, [
      ...layerOf(rows, RELU),
      ...layerOf(
        [
          [1, 1, -2, -2, 1],
          [2, 2, 1, 1, -4],
        ],
        RELU,
      ),
    ]);
    const odd = buildNetwork(2, [...layerOf(rows, RELU), ...layerOf([[2, 1, -2, -1, 1]], RELU)]);
    for (const domain of [whole(2), cube(2, -3, 3)]) {
      const problem = countingProblem(even, domain);
      expect(saves(problem)).toBe(true);
      expect(byOrbits(problem)).toEqual(walked(problem));
      expect(saves(countingProblem(odd, domain))).toBe(false);
    }
  });
});
