/**
 * The symmetries that are found make the known groups, each of them is linear, sets of one orbit have one small image, and what is no
 * symmetry is refused.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Elements, identity, product, Subgroup } from '../../src/chambers/group.js';
import {
  coneOf,
  countChambers,
  findSymmetries,
  finished,
  type Symmetry,
  statedSymmetries,
  symmetriesOfCone,
} from '../../src/chambers/index.js';
import { SmallImages } from '../../src/chambers/small-image.js';
import { holds } from '../support/generators/holds.js';
import { braid, resonance, threshold, typeB } from '../support/references/families.js';

const factorial = (n: number): bigint => (n <= 1 ? 1n : BigInt(n) * factorial(n - 1));

/** Of what acts on hyperplanes: -1 does not. */
const GROUPS: readonly (readonly [
  string,
  { readonly dimension: number; readonly planes: readonly (readonly bigint[])[] },
  bigint,
])[] = [
  ['braid: permutations of the coordinates', braid(5).arrangement, factorial(5)],
  // F_4 has a symmetry more of its long and short roots, but no linear one of B_4's rows in these lengths.
  ['B: signed permutations, up to -1', typeB(4).arrangement, 2n ** 3n * factorial(4)],
  ['resonance: one more coordinate, their sum', resonance(5).arrangement, factorial(6)],
  ['threshold: signed permutations, up to -1', threshold(5).arrangement, 2n ** 4n * factorial(5)],
  [
    'nothing but the identity',
    {
      dimension: 2,
      planes: [
        [1n, 0n, 0n],
        [1n, 2n, 0n],
        [3n, 7n, 1n],
        [1n, 9n, 4n],
        [5n, 1n, 11n],
      ],
    },
    1n,
  ],
];

describe('groups', () => {
  it.each(GROUPS)('%s', (_, { dimension, planes }, order) => {
    const { symmetries, betti } = finished(countChambers({ dimension, planes: planes.map((plane) => [...plane]) }));
    expect(symmetries).toBe(order);
    expect(finished(countChambers({ dimension, planes }, { symmetries: [] })).betti).toEqual(betti);
  });

  it('a list that repeats them, or has what moves nothing, generates the same, at no other cost', () => {
    const { arrangement } = threshold(4);
    const { rows, rank } = coneOf(arrangement);
    const found = findSymmetries(rows, rank);
    const identity = { permutation: Uint16Array.from(rows, (_, i) => i), signs: new Int8Array(rows.length).fill(-1) };
    const symmetries = [identity, ...new Array<Symmetry[]>(20_000).fill(found).flat()];
    expect(finished(countChambers(arrangement, { symmetries }))).toEqual(finished(countChambers(arrangement)));
  });

  it('the order is the number of products of the generators', () => {
    const cone = coneOf(threshold(4).arrangement);
    const generators = findSymmetries(cone.rows, cone.rank).map(({ permutation }) => permutation);
    const seen = new Map(generators.map((g) => [g.join(), g]));
    for (const p of seen.values())
      for (const g of generators) {
        const q = product(p, g);
        if (!seen.has(q.join())) seen.set(q.join(), q);
      }
    const elements = new Elements(cone.rows.length, generators);
    expect(BigInt(seen.size)).toBe(new Subgroup(elements, elements.given).order);
  });

  it('a group that is stated by all its elements costs a few of them', () => {
    const degree = 7;
    const swap = (i: number) => identity(degree).map((x) => (x === i ? i + 1 : x === i + 1 ? i : x));
    const seen = new Map([[identity(degree).join(), identity(degree)]]);
    for (const p of seen.values())
      for (let i = 0; i + 1 < degree; i++) {
        const q = product(p, swap(i));
        if (!seen.has(q.join())) seen.set(q.join(), q);
      }
    const elements = new Elements(degree, [...seen.values()]);
    expect(new Subgroup(elements, elements.given).order).toBe(5040n);
    expect(elements.factors.length).toBeLessThan(5040);
  });
});

describe('small images', () => {
  const cone = coneOf(resonance(4).arrangement);
  const generators = findSymmetries(cone.rows, cone.rank).map(({ permutation }) => permutation);
  const elements = new Elements(cone.rows.length, generators);
  const images = new SmallImages(new Subgroup(elements, elements.given), cone.rows.length);
  const word = fc.array(fc.integer({ min: 0, max: generators.length - 1 }), { maxLength: 12 });
  const set = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 10 });

  it('are the same for all sets of an orbit, and reached by the elements that are named', () => {
    holds(
      fc.property(set, word, (points, letters) => {
        const first: Uint16Array = Uint16Array.from(points);
        const other = letters.reduce<Uint16Array>((s, l) => s.map((p) => generators[l]![p]!), first);
        const { set: image, path } = images.of(first);
        expect(images.of(other).set).toEqual(image);
        const moved = path.reduce<Uint16Array>((s, { permutation }) => s.map((p) => permutation[p]!), first);
        expect(Uint16Array.from(moved).sort()).toEqual(image);
      }),
      { seed: 2107, runs: 300 },
    );
  });

  it('differ for different orbits: as many as Burnside says', () => {
    // All sets of three hyperplanes.
    const keys = new Set<string>();
    const orbits = new Set<string>();
    const group: Uint16Array[] = [Uint16Array.from({ length: 15 }, (_, i) => i)];
    const known = new Set([group[0]!.join()]);
    for (const p of group)
      for (const g of generators) {
        const q = product(p, g);
        if (known.has(q.join())) continue;
        known.add(q.join());
        group.push(q);
      }
    for (let a = 0; a < 15; a++)
      for (let b = 0; b < a; b++)
        for (let c = 0; c < b; c++) {
          keys.add(images.of(Uint16Array.of(a, b, c)).set.join());
          orbits.add(group.map((g) => [g[a]!, g[b]!, g[c]!].sort((x, y) => x - y).join()).sort()[0]!);
        }
    expect(keys.size).toBe(orbits.size);
  });
});

describe('what is given', () => {
  const lines = {
    dimension: 2,
    planes: [
      [1n, 0n, 0n],
      [0n, -2n, 0n],
      [1n, 1n, 1n],
      [2n, 2n, 2n],
    ],
  };
  const signs = Int8Array.of(1, 1, 1, 1);
  it('is taken if a linear map does it', () => {
    // x and y change places: -2 y = 0 is -y = 0 in coprime integers, hence the signs.
    const swap = { permutation: Uint16Array.of(1, 0, 2, 3), signs: Int8Array.of(-1, -1, 1, 1) };
    expect(symmetriesOfCone(lines, [swap]).every((found) => typeof found !== 'string')).toBe(true);
  });
  it.each([
    ['no linear map', [2, 1, 0, 3], 'equal'],
    ['another place for the same line', [0, 1, 3, 2], undefined],
    ['a map with other signs', [1, 0, 2, 3], undefined],
  ] as const)('%s', (what, permutation, reason) => {
    const [found] = symmetriesOfCone(lines, [{ permutation: Uint16Array.from(permutation), signs }]);
    if (reason !== undefined) expect(found).toContain(reason);
    else if (what.startsWith('a map')) expect(typeof found).toBe('string');
    else expect(typeof found).toBe('object');
  });
});

describe('what is said of inputs', () => {
  // 2 x = 1, y = 1, 2 x + y = 3 (twice): (x, y) -> (y / 2, 2 x) exchanges the first two, and so does no plain exchange.
  const lines = {
    dimension: 2,
    planes: [
      [2n, 0n, 1n],
      [0n, -2n, -2n],
      [2n, 1n, 3n],
      [4n, 2n, 6n],
    ],
  };

  it('is taken as what it does to the hyperplanes, and counts the same', () => {
    const [exchange] = statedSymmetries(lines, [{ inputs: [1, 0], scales: [2, '1/2'] }]);
    expect(exchange).toMatchObject({ permutation: Uint16Array.of(1, 0, 2, 3) });
    const symmetries = [exchange as Symmetry];
    expect(finished(countChambers(lines, { symmetries }))).toMatchObject({ betti: [1n, 3n, 3n], symmetries: 2n });
    const { planes } = typeB(4).arrangement;
    const cycle = { inputs: [1, 2, 3, 0], signs: [1, 1, 1, -1] };
    const [ofB] = statedSymmetries({ dimension: 4, planes }, [cycle]);
    expect(finished(countChambers({ dimension: 4, planes }, { symmetries: [ofB as Symmetry] })).symmetries).toBe(4n);
  });

  it.each<readonly [string, object, RegExp]>([
    ['no permutation', { inputs: [0, 0] }, /inputs: expected a permutation of 0 to 1/],
    ['other signs', { inputs: [1, 0], signs: [1, 2] }, /signs: expected 2 signs/],
    ['a scale that is none', { inputs: [1, 0], scales: ['two', 1] }, /scales: expected 2 positive numbers/],
    ['a scale of 0', { inputs: [1, 0], scales: [0, 1] }, /scales: expected 2 positive numbers/],
    ['a scale too few', { inputs: [1, 0], scales: [2] }, /scales: expected 2 positive numbers/],
    ['a map that is no symmetry', { inputs: [1, 0] }, /takes hyperplane 0 to none of them/],
  ])('%s', (_, generator, reason) => {
    expect(statedSymmetries(lines, [generator])[0]).toMatch(reason);
  });
});
