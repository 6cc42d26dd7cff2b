/**
 * Theorem. The vertex that a crease puts on an edge is within its radii of where it crosses the edge, and they are at
 * most that of Lemma 4, or of nearest doubles where the crossing is computed exactly; one that is refined is near it to
 * within some roundings.
 *
 * Edges are those of boxes, with ends as far off as their radii allow; crossings are computed in fractions.
 *
 * Source: Lemmas 4 and 5 of src/engines/evidence/vertex-error.ts and vertex-refine.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VertexCrossing } from '../../../src/engines/vertex/crossing.js';
import { VertexExact } from '../../../src/engines/vertex/exact.js';
import { type VertexFrame, vertexFrame } from '../../../src/engines/vertex/frame.js';
import { VertexPath } from '../../../src/engines/vertex/path.js';
import { UNKNOWN, VertexPool } from '../../../src/engines/vertex/pool.js';
import { VertexRefinement } from '../../../src/engines/vertex/refinement.js';
import { SignBitsets, signBitsOf } from '../../../src/engines/vertex/sign-bitsets.js';
import { VertexSigns } from '../../../src/engines/vertex/signs.js';
import {
  absolute,
  add,
  compare,
  divide,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../../src/exact/rational.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { BLUNT_RADIUS } from '../../../src/exact/sign.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box } from '../../../src/network/domain.js';
import { buildNetwork, RELU } from '../../../src/network/network.js';
import { dotOf } from '../../../src/theory/rational-vectors.js';
import { CUT } from '../../../src/walk/tree.js';
import { BOUNDS } from '../../support/engines/placed-vertex.js';
import { contextOf } from '../../support/engines/vertex-context.js';
import { holds } from '../../support/generators/holds.js';

const SEED = 5471;
const list = <T>(size: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });
const exactly = rationalFromDouble;

/** The box's corners as a cell split by the only neuron of a layer, each moved by a part of the radius. */
function splitBox(
  n: number,
  row: readonly number[],
  offsets: readonly number[],
  radius: number,
  { small = false, blunt = 1, copies = 1 },
) {
  const network = buildNetwork(n, [
    { affine: affineFromDoubles(1, n, row.slice(0, n), row.slice(n)) },
    { slopes: [RELU] },
  ]);
  const faces = (side: 0 | 1) => BOUNDS.slice(0, n).map((bound) => exactly(bound[side]));
  const context = contextOf(network, box(faces(0), faces(1)));
  const { problem } = context;
  const path = new VertexPath(context);
  for (let slot = 0; slot < 2 * n; slot++) path.owner[slot] = slot;
  path.splitLayer[0] = 0;
  path.splitNeuron[0] = 0;
  path.splitSide[0] = 1;
  path.owner[20] = 2 * n;
  const pool = new VertexPool(n, signBitsOf(problem));
  const exact = new VertexExact(path, pool);
  const refinement = new VertexRefinement(path, pool);
  const signs = new VertexSigns(path, pool, exact, refinement);
  const words = new SignBitsets(path, pool, signs);
  const crossing = new VertexCrossing(path, pool, { exact, signs, words, refinement }, blunt);
  pool.add();
  const corners = Array.from({ length: copies * 2 ** n }, (_, c) => {
    const corner = c % 2 ** n;
    const id = pool.add();
    const upper = Array.from({ length: n }, (__, i) => (corner >> i) & 1);
    // Some are better known than the others.
    const own = corner % 3 === 1 ? radius / 16 : radius;
    pool.radius[id] = own;
    upper.forEach((u, i) => {
      // In some directions, too.
      const radius = (corner + i) % 2 === 0 ? own : own / 8;
      pool.radii[id * n + i] = radius;
      const moved = BOUNDS[i]![u]! + offsets[(corner + i) % offsets.length]! * radius * path.units[i]!;
      pool.x[id * n + i] = Math.min(BOUNDS[i]![1], Math.max(BOUNDS[i]![0], moved));
      pool.tight[id]! |= 1 << (2 * i + u);
    });
    const bounds = (i: number) => [problem.exactLower[i]!, problem.exactUpper[i]!] as const;
    if (small)
      exact.cornerSmall(
        id,
        upper.map((u, i) => bounds(i)[u]!),
      );
    return { id, corner, place: upper.map((u, i) => exactly(BOUNDS[i]![u]!)) };
  });
  const frame: VertexFrame = { ...vertexFrame(1), ids: Int32Array.from([...corners.map(({ id }) => id), 0]) };
  frame.count = corners.length;
  words.enterLayer(frame);
  frame.split = 0;
  const verdict = words.judgeWhole(frame, 0);
  return { path, pool, crossing, frame, corners, verdict, context, refinement: new VertexRefinement(path, pool) };
}

type Split = ReturnType<typeof splitBox>;
type Corner = Split['corners'][number];

/** What the crease's constraint is worth at a corner. */
const valueAt = (row: readonly number[], { place }: Corner) => dotOf(row.map(exactly), [...place, rational(1n)]);

/** Where the row is zero between two corners. */
function crossingOf(row: readonly number[], a: Corner, b: Corner): Rational[] {
  const [atA, atB] = [absolute(valueAt(row, a)), absolute(valueAt(row, b))];
  const t = divide(atA, add(atA, atB));
  return a.place.map((x, i) => add(x, multiply(t, subtract(b.place[i]!, x))));
}

/** How far, in units, a vertex is from a place in every coordinate. */
function distances({ pool, path }: Split, id: number, place: readonly Rational[]): Rational[] {
  return place.map((x, i) => divide(absolute(subtract(exactly(pool.x[id * path.n + i]!), x)), exactly(path.units[i]!)));
}

/** That a vertex is no farther from a place than its radii say, the largest of which is its radius. */
function expectNear(split: Split, id: number, place: readonly Rational[]) {
  const { pool, path } = split;
  const radii = Array.from(pool.radii.subarray(id * path.n, (id + 1) * path.n));
  expect(Math.max(...radii)).toBe(pool.radius[id]);
  distances(split, id, place).forEach((off, i) => {
    if (radii[i]! < 2 ** 30) expect(compare(off, exactly(radii[i]!))).toBeLessThanOrEqual(0);
  });
}

/** The pairs of corners on an edge that the crease crosses: positions among the positive and the negative ones. */
function crossedEdges({ crossing, corners }: Split) {
  const cornerOf = (id: number) => corners.find((corner) => corner.id === id)!;
  const pairs = [];
  for (let p = 0; p < crossing.plusCount; p++) {
    for (let m = 0; m < crossing.minusCount; m++) {
      const [a, b] = [cornerOf(crossing.plus[p]!), cornerOf(crossing.minus[m]!)];
      if (Math.log2(a.corner ^ b.corner) % 1 === 0) pairs.push({ p, m, a, b });
    }
  }
  return pairs;
}

/** What Lemma 4 allows a vertex between two corners, computed plainly; undefined where the values there are too close. */
function lemma({ pool, path, context }: Split, entries: readonly number[], a: Corner, b: Corner): number[] | undefined {
  const { n } = path;
  const at = (corner: Corner) => Array.from(pool.x.subarray(corner.id * n, corner.id * n + n));
  const value = (corner: Corner) => at(corner).reduce((sum, x, i) => sum + x * entries[i]!, entries[n]!);
  const rise = value(a) - value(b);
  const extent = at(a).map((x, i) => Math.abs(x - at(b)[i]!) / path.units[i]!);
  const radii = extent.map((_, i) => Math.max(pool.radii[a.id * n + i]!, pool.radii[b.id * n + i]!));
  const reach = radii.reduce((sum, radius, i) => sum + Math.abs(entries[i]!) * path.units[i]! * radius, 0);
  const drift = (context.rows.threshold[0]![0]! + reach) / rise;
  if (!(rise > 2 ** -20)) return undefined;
  return radii.map((radius, i) => radius + extent[i]! * drift + 32 * 2 ** -53 * path.quotient);
}

/** Creates the vertices on all edges that the crease crosses; `twice` tight for it, if told, so that they are not simple. */
function createVertices(split: Split, twice: boolean) {
  const { pool, path, crossing, frame } = split;
  crossing.sort(frame);
  frame.firstNew = pool.size;
  path.owner[21] = path.owner[20]!;
  const edges = crossedEdges(split).map(({ p, m, a, b }) => {
    const id = pool.add();
    pool.tight[id] = (pool.tight[a.id]! & pool.tight[b.id]!) | (1 << 20) | (twice ? 1 << 21 : 0);
    crossing.place(p, m, id);
    return { a, b, id };
  });
  frame.endNew = pool.size;
  return edges;
}

describe.each([2, 3, 4])('in %i variables', (n) => {
  const row = fc.oneof(
    list(n + 1, fc.integer({ min: -3, max: 3 })),
    list(n + 1, fc.double({ min: -2, max: 2, noNaN: true })),
  );
  const offsets = list(7, fc.double({ min: -1, max: 1, noNaN: true }));
  const radii = fc.constantFrom(0, 2 ** -30, 2 ** -6);

  it('crossings are within their radii, which are those of the lemma', () => {
    let crossed = 0;
    holds(
      fc.property(row, offsets, radii, fc.boolean(), (entries, moved, radius, small) => {
        const split = splitBox(n, entries, moved, radius, { small });
        const { pool, path, crossing, corners, verdict } = split;
        if (verdict !== CUT) return;
        const edges = createVertices(split, false);
        const signs = corners.map((corner) => Math.sign(toDouble(valueAt(entries, corner))));
        const on = (side: 1 | -1) => corners.filter((_, c) => signs[c] === side).map(({ id }) => id);
        expect(Array.from(crossing.plus.subarray(0, crossing.plusCount))).toEqual(on(1));
        expect(Array.from(crossing.minus.subarray(0, crossing.minusCount))).toEqual(on(-1));
        for (const { a, b, id } of edges) {
          const found = Array.from(pool.radii.subarray(id * n, (id + 1) * n));
          expectNear(split, id, crossingOf(entries, a, b));
          BOUNDS.slice(0, n).forEach(([lower, upper], i) => {
            expect(pool.x[id * n + i]).toBeGreaterThanOrEqual(lower);
            expect(pool.x[id * n + i]).toBeLessThanOrEqual(upper);
          });
          crossed++;
          const expected = lemma(split, entries, a, b);
          if (small && entries.every(Number.isInteger)) {
            expect(found).toEqual(found.map(() => path.rounded));
          } else if (expected !== undefined) {
            found.forEach((radius, i) => {
              expect(radius).toBeGreaterThanOrEqual(expected[i]! * (1 - 2 ** -20));
              expect(radius).toBeLessThanOrEqual(expected[i]! * (1 + 2 ** -10));
            });
          }
        }
      }),
      { seed: SEED + n, runs: 60 },
    );
    expect(crossed).toBeGreaterThan(0);
  });

  it('a vertex that is too far off is refined, and only such a one; by exact numbers only if need be', () => {
    const blunt = 2 ** -20;
    let refined = 0;
    holds(
      fc.property(row, offsets, radii, fc.boolean(), (entries, moved, radius, twice) => {
        const split = splitBox(n, entries, moved, radius, { blunt });
        const { pool, path, crossing, frame, refinement } = split;
        if (split.verdict !== CUT) return;
        const edges = createVertices(split, twice);
        // A radius may be larger than it need be; this one is just not too large.
        if (pool.radius[frame.firstNew]! < blunt) pool.setRadius(frame.firstNew, blunt);
        const reached = edges.map(({ id }) => refinement.refine(id));
        const last = pool.add();
        pool.setRadius(last, 1);
        const before = { x: pool.x.slice(), radius: pool.radius.slice(), radii: pool.radii.slice() };
        crossing.refine(frame);
        edges.forEach(({ a, b, id }, k) => {
          const found = pool.radius[id]!;
          expectNear(split, id, crossingOf(entries, a, b));
          if (before.radius[id]! > blunt) {
            expect(found).toBeLessThanOrEqual(2 ** -26);
            expect(pool.known[id] === UNKNOWN).toBe(reached[k]! <= BLUNT_RADIUS);
            if (reached[k]! > BLUNT_RADIUS) expect(found).toBe(path.rounded);
            before.x.set(pool.x.subarray(id * n, id * n + n), id * n);
            before.radii.set(pool.radii.subarray(id * n, id * n + n), id * n);
            before.radius[id] = found;
            refined++;
          }
        });
        expect(pool.x).toEqual(before.x);
        expect(pool.radius).toEqual(before.radius);
        expect(pool.radii).toEqual(before.radii);
      }),
      { seed: SEED + 10 + n, runs: 60 },
    );
    expect(refined).toBeGreaterThan(0);
  });

  it('many vertices are told apart as few are', () => {
    const entries = [1, ...new Array<number>(n - 1).fill(0), 0.25];
    const { crossing, frame, corners } = splitBox(n, entries, [0], 0, { copies: 40 });
    crossing.sort(frame);
    expect(crossing.plusCount + crossing.minusCount).toBe(40 * 2 ** n);
    const on = (upper: number) => corners.filter(({ corner }) => (corner & 1) === upper).map(({ id }) => id);
    expect(Array.from(crossing.plus.subarray(0, crossing.plusCount))).toEqual(on(1));
    expect(Array.from(crossing.minus.subarray(0, crossing.minusCount))).toEqual(on(0));
  });
});
