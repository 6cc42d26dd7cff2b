/**
 * Theorem. Homology of sets of random and degenerate networks, and of triangulated surfaces, obeys Euler-Poincaré, the additivity of the Euler
 * characteristic (Mayer-Vietoris) and universal coefficients; b0 counts the components that union-find joins, b1 the closed ones
 * of generic level curves; generators are cycles; sublevel sets have what persists there; neurons that change nothing change nothing.
 *
 * Source: A. Hatcher, Algebraic Topology (2002), chapters 2 and 3.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryCurves, levelSet } from '../../src/analysis/function/index.js';
import { compare, type Rational, rational } from '../../src/exact/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { cube, type Network } from '../../src/network/index.js';
import {
  ComplexBuilder,
  type DecisionSet,
  type Faces,
  generatorsOf,
  homologyOf,
  setComplex,
  sublevelPersistence,
  topology,
} from '../../src/topology/index.js';
import { diagonalForm, invariantFactors } from '../../src/topology/smith.js';
import { holds } from '../support/generators/holds.js';
import { absolute, constant, input, maximum, maxMinNetwork, minus } from '../support/generators/max-min.js';
import { anyNetwork, genericNetwork } from '../support/generators/networks.js';

const SEED = 2301;
const shapes = [
  { inputs: 1, widths: [3, 2] },
  { inputs: 2, widths: [4] },
  { inputs: 2, widths: [3, 3], outputs: 3 },
  { inputs: 3, widths: [3, 2] },
];
const networks = fc.oneof(...shapes.map((shape) => anyNetwork(shape)));
const levels = fc.integer({ min: -4, max: 4 }).map((n) => rational(BigInt(n), 2n));
const boxOf = ({ inputs }: Network) => cube(inputs, -1, 1);
const level = (kind: 'above' | 'below' | 'equal', at: Rational): DecisionSet => ({ kind, output: 0, level: at });

/** Components by joining the ends of edges. */
function components([points, edges]: readonly Faces[]): number {
  const parent = points!.vertices.map((_, id) => id);
  const number = new Map(points!.vertices.map(([vertex], id) => [vertex!, id]));
  const root = (id: number): number => (parent[id] === id ? id : root(parent[id]!));
  for (const [a, b] of edges!.vertices) parent[root(number.get(a!)!)] = root(number.get(b!)!);
  return parent.filter((p, id) => p === id).length;
}

/** A surface from its triangles. */
function surface(...triangles: readonly (readonly [number, number, number])[]): readonly Faces[] {
  const builder = new ComplexBuilder(2);
  for (const triangle of triangles) {
    const [a, b, c] = [...triangle].sort((x, y) => x - y) as [number, number, number];
    const points = new Map([a, b, c].map((v) => [v, builder.add(0, [v], [])]));
    const edges = [
      [a, b],
      [b, c],
      [a, c],
    ];
    const sides = edges.map((edge) =>
      builder.add(
        1,
        edge,
        edge.map((v) => points.get(v)!),
      ),
    );
    builder.add(2, [a, b, c], sides);
  }
  return builder.dimensions;
}

/** A grid of 3 x 3 squares, each cut into two triangles, with its sides glued by `at`. */
function glued(at: (i: number, j: number) => number): readonly Faces[] {
  const cells = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j] as const));
  return surface(
    ...cells.flatMap(([i, j]): [number, number, number][] => [
      [at(i, j), at(i + 1, j), at(i + 1, j + 1)],
      [at(i, j), at(i, j + 1), at(i + 1, j + 1)],
    ]),
  );
}

/** Generators are cycles, as many as the Betti numbers of the set say. */
const expectCycles = (faces: readonly Faces[]) => {
  const cycles = generatorsOf(faces);
  const { betti } = homologyOf(faces, 'Q');
  expect(betti.map((_, k) => cycles.filter(({ dimension }) => dimension === k).length)).toEqual(betti);
  for (const { dimension, cells } of cycles) {
    const sum = new Map<number, bigint>();
    for (const { cell, coefficient } of dimension === 0 ? [] : cells) {
      faces[dimension]!.facets[cell]!.forEach((facet, i) => {
        const sign = BigInt(faces[dimension]!.signs[cell]![i]!);
        sum.set(facet, (sum.get(facet) ?? 0n) + sign * coefficient);
      });
    }
    expect([...sum.values()].every((entry) => entry === 0n)).toBe(true);
    expect(cells.length).toBeGreaterThan(0);
  }
};

describe('surfaces with torsion', () => {
  const projective = surface(
    ...([
      [0, 1, 4],
      [0, 1, 5],
      [0, 2, 3],
      [0, 2, 5],
      [0, 3, 4],
      [1, 2, 3],
      [1, 2, 4],
      [1, 3, 5],
      [2, 4, 5],
      [3, 4, 5],
    ] as const),
  );
  const torus = glued((i, j) => 3 * (i % 3) + (j % 3));
  const klein = glued((i, j) => (i < 3 ? 3 * i + (j % 3) : (3 - (j % 3)) % 3));

  it.each([
    ['projective plane', projective, [1, 0, 0], [1, 1, 1], [[], [2n], []]],
    ['torus', torus, [1, 2, 1], [1, 2, 1], [[], [], []]],
    ['Klein bottle', klein, [1, 1, 0], [1, 2, 1], [[], [2n], []]],
  ] as const)('%s', (_, complex, rationally, modulo2, torsion) => {
    expect(homologyOf(complex, 'Q').betti).toEqual(rationally);
    expect(homologyOf(complex, 'GF2').betti).toEqual(modulo2);
    expect(homologyOf(complex, 'Z')).toMatchObject({ betti: rationally, torsion });
    // Twice the loop of the projective plane is a boundary: it is no generator over Q.
    expectCycles(complex);
  });

  it('diagonal forms keep determinants up to sign and divide each other', () => {
    const entries = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    holds(
      fc.property(entries, (matrix) => {
        const [[a, b, c], [d, e, f], [g, h, i]] = matrix as [number[], number[], number[]];
        const determinant = a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
        const rows = matrix.map((row) => new Map(row.flatMap((x, k) => (x === 0 ? [] : [[k, BigInt(x)] as const]))));
        const factors = invariantFactors(diagonalForm(rows));
        const product = factors.reduce((p, x) => p * x, 1n);
        if (determinant !== 0) expect(product).toBe(BigInt(Math.abs(determinant)));
        else expect(factors.length).toBeLessThan(3);
        const divisor = matrix.flat().reduce((x, y) => (y === 0 ? x : gcd(x, Math.abs(y))), 0);
        expect(factors[0] ?? 0n).toBe(BigInt(divisor));
        expect(factors.slice(1).every((factor, k) => factor % factors[k]! === 0n)).toBe(true);
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

describe('sets of random networks', () => {
  it('obey Euler-Poincaré, Mayer-Vietoris and universal coefficients; b0 counts components', () => {
    holds(
      fc.property(networks, levels, (network, at) => {
        const built = (set: DecisionSet) => setComplex(network, boxOf(network), set).faces;
        const [above, below, equal, all] = [
          level('above', at),
          level('below', at),
          level('equal', at),
          { kind: 'all' } as const,
        ].map(built);
        const euler = (faces: readonly Faces[]) => homologyOf(faces, 'Q').eulerCharacteristic;
        expect(euler(above!) + euler(below!)).toBe(1 + euler(equal!));
        expect(homologyOf(all!, 'Z')).toMatchObject({ betti: [1, ...new Array(network.inputs).fill(0)] });
        for (const faces of [above!, below!, equal!]) {
          const { betti, eulerCharacteristic } = homologyOf(faces, 'Q');
          expect(betti.reduce((sum, b, k) => sum + (k % 2 === 0 ? b : -b), 0)).toBe(eulerCharacteristic);
          expect(betti[0]).toBe(components(faces));
          const { torsion } = homologyOf(faces, 'Z');
          const even = torsion!.map((orders) => orders.filter((order) => order % 2n === 0n).length);
          expect(homologyOf(faces, 'GF2').betti).toEqual(betti.map((b, k) => b + even[k]! + (even[k - 1] ?? 0)));
        }
      }),
      { seed: SEED, runs: 25 },
    );
  });

  it('have cycles as generators, as many as Betti numbers say', () => {
    const run = (network: Network, at: Rational) =>
      expectCycles(setComplex(network, boxOf(network), level('above', at)).faces);
    holds(fc.property(networks, levels, run), { seed: SEED + 1, runs: 25 });
  });

  it('of annuli and tori have generators that go round', () => {
    const ring = absolute(minus(maximum(absolute(input(0)), absolute(input(1))), constant(2)));
    const annulus = setComplex(maxMinNetwork(2, ring), cube(2, -4, 4), level('below', rational(1n))).faces;
    const torus = maxMinNetwork(3, maximum(ring, absolute(input(2))));
    const shell = setComplex(torus, cube(3, -4, 4), level('equal', rational(1n))).faces;
    for (const faces of [annulus, shell]) {
      expectCycles(faces);
      // A loop round the hole visits all four quadrants.
      const loops = generatorsOf(faces).filter(({ dimension }) => dimension === 1);
      expect(Math.max(...loops.map(({ cells }) => cells.length))).toBeGreaterThanOrEqual(4);
    }
  });

  it('incidence numbers make the boundary of a boundary vanish', () => {
    holds(
      fc.property(networks, (network) => {
        const { faces } = setComplex(network, boxOf(network), { kind: 'all' });
        faces.slice(2).forEach(({ facets, signs }, k) => {
          facets.forEach((list, cell) => {
            const sum = new Map<number, number>();
            list.forEach((facet, i) => {
              faces[k + 1]!.facets[facet]!.forEach((ridge, r) => {
                const term = signs[cell]![i]! * faces[k + 1]!.signs[facet]![r]!;
                sum.set(ridge, (sum.get(ridge) ?? 0) + term);
              });
            });
            expect([...sum.values()].every((entry) => entry === 0)).toBe(true);
          });
        });
      }),
      { seed: SEED + 2, runs: 20 },
    );
  });

  it('generic level curves are as many as another method joins, and as many are closed', () => {
    holds(
      fc.property(genericNetwork({ inputs: 2, widths: [5, 4] }), (network) => {
        const at = rational(1n, 7n);
        const curves = boundaryCurves(levelSet(network, boxOf(network), { output: 0, threshold: at }));
        const { betti } = topology(network, boxOf(network), { set: level('equal', at) });
        expect(betti.slice(0, 2)).toEqual([curves.length, curves.filter(({ closed }) => closed).length]);
      }),
      { seed: SEED + 3, runs: 15 },
    );
  });

  it('of sublevels are those that persist there', () => {
    holds(
      fc.property(networks, levels, (network, at) => {
        const intervals = sublevelPersistence(network, boxOf(network), 0);
        const { betti } = homologyOf(setComplex(network, boxOf(network), level('below', at)).faces, 'GF2');
        const alive = betti.map(
          (_, k) =>
            intervals.filter(
              ({ dimension, birth, death }) =>
                dimension === k && compare(birth, at) <= 0 && (death === undefined || compare(at, death) < 0),
            ).length,
        );
        expect(alive).toEqual(betti);
      }),
      { seed: SEED + 4, runs: 25 },
    );
  });

  it('do not change with neurons that add creases and nothing else', () => {
    holds(
      fc.property(genericNetwork({ inputs: 2, widths: [4] }), levels, (network, at) => {
        const more = withIdleNeuron(network);
        const homology = (of: Network) => topology(of, boxOf(network), { set: level('above', at), field: 'Z' });
        const [one, other] = [homology(network), homology(more)];
        expect([other.betti, other.torsion]).toEqual([one.betti, one.torsion]);
      }),
      { seed: SEED + 5, runs: 15 },
    );
  });

  it('class regions share what equality says, and cover the box', () => {
    holds(
      fc.property(anyNetwork({ inputs: 2, widths: [3, 3], outputs: 3 }), (network) => {
        const euler = (...classes: number[]) =>
          topology(network, boxOf(network), { set: { kind: 'class', classes } }).eulerCharacteristic;
        const single = [0, 1, 2].reduce((sum, k) => sum + euler(k), 0);
        const pairs = euler(0, 1) + euler(0, 2) + euler(1, 2);
        expect(single - pairs + euler(0, 1, 2)).toBe(1);
      }),
      { seed: SEED + 6, runs: 12 },
    );
  });
});

/** The same function with a neuron more in the first layer, which no later one listens to. */
function withIdleNeuron(network: Network): Network {
  const json = JSON.parse(writeNetworkJson(network)) as {
    layers: { weights: unknown[][]; bias: unknown[]; activation: unknown }[];
  };
  const [first, second] = json.layers;
  first!.weights.push(['1/3', '-1/2']);
  first!.bias.push('1/10');
  for (const row of second!.weights) row.push(0);
  return networkOfJsonValue(json).network;
}
