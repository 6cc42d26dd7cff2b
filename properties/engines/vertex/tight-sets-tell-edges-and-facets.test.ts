/**
 * Theorem. From which constraints are tight at which vertices, and nothing else, it is seen which vertices are joined by an
 * edge and which constraints are facets: two vertices are joined if and only if their common facets have no third vertex, and
 * a constraint is a facet if and only if no other one holds at all of its vertices.
 *
 * Held against polytopes whose edges are known by their kind, with constraints in any slots of one word or of several.
 *
 * Source: Ziegler 1995, Lectures on Polytopes, section 2.2 (the face lattice is coatomic); Fukuda and Prodon 1996, Double
 * description method revisited, proposition 7.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VertexEdges } from '../../../src/engines/vertex/edges.js';
import { VertexPool } from '../../../src/engines/vertex/pool.js';
import { VertexTight } from '../../../src/engines/vertex/tight.js';
import { holds } from '../../support/generators/holds.js';
import {
  crossPolytope,
  cyclic,
  type Incidences,
  polygon,
  product,
  pyramid,
} from '../../support/references/face-incidences.js';

const SEED = 5401;
const SQUARE = polygon(4);
const POLYTOPES: readonly Incidences[] = [
  polygon(7),
  product(SQUARE, polygon(2 + 1)),
  crossPolytope(3),
  pyramid(polygon(5)),
  pyramid(pyramid(polygon(5))),
  crossPolytope(4),
  cyclic(7),
  product(polygon(3), polygon(5)),
  // A square at an apex: its diagonal lies in four facets of a polytope in five dimensions, as an edge might.
  product(SQUARE, pyramid(SQUARE)),
  product(polygon(5), crossPolytope(3)),
];
const polytopes = fc.constantFrom(...POLYTOPES);
/** More slots than any of them has facets, in words. */
const words = fc.constantFrom(1, 2, 3);
const slotsIn = (count: number, w: number) =>
  fc.uniqueArray(fc.nat(32 * w - 1), { minLength: count, maxLength: count, size: 'max' });
const room = (polytope: Incidences, extra: number) => Math.max(1, Math.ceil((polytope.facets + extra) / 32));

/** A pool with the vertices of a polytope, behind others that are not. */
function placed(polytope: Incidences, slots: readonly number[], w: number) {
  const pool = new VertexPool(polytope.dimension, 2);
  while (pool.words < w) pool.widen();
  for (let k = 0; k < 3; k++) pool.tight.fill(-1, pool.add() * w, pool.size * w);
  const ids = Int32Array.from(polytope.at, (facets) => {
    const id = pool.add();
    for (const facet of facets) pool.tight[id * w + (slots[facet]! >> 5)]! |= 1 << (slots[facet]! & 31);
    return id;
  });
  return { pool, ids };
}

/** The slots that are tight at a vertex. */
function tightAt({ tight, words: w }: VertexPool, id: number): number[] {
  return Array.from({ length: 32 * w }, (_, slot) => slot).filter(
    (slot) => ((tight[id * w + (slot >> 5)]! >> (slot & 31)) & 1) === 1,
  );
}

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

const cases = fc.tuple(polytopes, words).chain(([polytope, w]) => {
  const most = Math.max(w, room(polytope, 1));
  return fc.record({
    polytope: fc.constant(polytope),
    w: fc.constant(most),
    // One for the crease.
    slots: slotsIn(polytope.facets + 1, most),
    sides: fc.array(fc.constantFrom(-1, 1, 0), { minLength: polytope.at.length, maxLength: polytope.at.length }),
  });
});

it('edges that a crease crosses are those between its sides, each with the common constraints and the crease', () => {
  holds(
    fc.property(cases, ({ polytope, w, slots, sides }) => {
      const { pool, ids } = placed(polytope, slots, w);
      const on = (side: number) => Array.from(ids.keys()).filter((v) => sides[v] === side);
      const [plus, minus] = [on(1), on(-1)];
      const crease = slots.at(-1)!;
      const found: string[] = [];
      const edges = new VertexEdges({ n: polytope.dimension }, pool, {
        plus: Int32Array.from([...plus.map((v) => ids[v]!), ids[0]!]),
        minus: Int32Array.from([...minus.map((v) => ids[v]!), ids[1]!]),
        plusCount: plus.length,
        minusCount: minus.length,
        place: (p, m, id) => found.push(`${plus[p]} ${minus[m]} ${id} ${tightAt(pool, id)}`),
      });
      const first = pool.size;
      edges.cross({ ids: Int32Array.from([...ids, 0, 1, 2]), count: ids.length }, crease);
      const expected = plus
        .flatMap((a) => minus.filter((b) => polytope.isEdge(a, b)).map((b) => [a, b] as const))
        .map(([a, b], k) => {
          const common = [...polytope.at[a]!].filter((facet) => polytope.at[b]!.has(facet));
          return `${a} ${b} ${first + k} ${sorted([crease, ...common.map((facet) => slots[facet]!)])}`;
        });
      expect(found).toEqual(expected);
      expect(pool.size).toBe(first + expected.length);
    }),
    { seed: SEED, runs: 150 },
  );
});

describe('constraints', () => {
  const withFaces = fc.tuple(polytopes, words).chain(([polytope, w]) => {
    const most = Math.max(w, room(polytope, 4));
    const facet = fc.nat(polytope.facets - 1);
    return fc.record({
      polytope: fc.constant(polytope),
      w: fc.constant(most),
      slots: slotsIn(polytope.facets + 4, most),
      // Faces of lower dimension, as the facets in which they lie.
      faces: fc.array(fc.uniqueArray(facet, { minLength: 2, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
    });
  });

  it('that hold on faces of lower dimension are forgotten, and facets are not, until that is undone', () => {
    let forgotten = 0;
    holds(
      fc.property(withFaces, ({ polytope, w, slots, faces }) => {
        const { pool, ids } = placed(polytope, slots, w);
        const tight = new VertexTight({ owner: new Int32Array(32 * w) }, pool);
        const before = pool.tight.slice();
        faces.forEach((face, k) => {
          ids.forEach((id, v) => {
            if (face.every((facet) => polytope.at[v]!.has(facet))) tight.add(id, slots[polytope.facets + k]!);
          });
        });
        const { logged } = tight;
        const all = pool.tight.slice();
        if (logged > 0) forgotten++;
        tight.dropRedundant({ ids: Int32Array.from([...ids, 0]), count: ids.length });
        expect(pool.tight).toEqual(before);
        tight.undo(logged);
        expect(pool.tight).toEqual(all);
        tight.undo(0);
        expect(pool.tight).toEqual(before);
        expect(tight.logged).toBe(0);
      }),
      { seed: SEED + 1, runs: 100 },
    );
    expect(forgotten).toBeGreaterThan(0);
  });

  it('are where they were put, whatever else is', () => {
    const slots = fc.array(fc.nat(95), { minLength: 30, maxLength: 60, size: 'max' });
    holds(
      fc.property(slots, (added) => {
        const pool = new VertexPool(3, 2);
        pool.widen();
        pool.widen();
        const ids = [pool.add(), pool.add(), pool.add()];
        const tight = new VertexTight({ owner: new Int32Array(96) }, pool);
        const held = ids.map(() => new Set<number>());
        const states = added.map((slot, k) => {
          const state = { logged: tight.logged, held: held.map(sorted) };
          tight.add(ids[k % 3]!, slot);
          held[k % 3]!.add(slot);
          expect(ids.map((id) => tightAt(pool, id))).toEqual(held.map(sorted));
          expect(ids.map((id) => pool.tightCount(id))).toEqual(held.map(({ size }) => size));
          return state;
        });
        for (const state of states.reverse()) {
          tight.undo(state.logged);
          expect(ids.map((id) => tightAt(pool, id))).toEqual(state.held);
        }
      }),
      { seed: SEED + 2, runs: 20 },
    );
  });

  it('get the first slot that no vertex of the cell has in use, in a new word if there is none', () => {
    const used = fc.array(fc.tuple(fc.nat(2), fc.nat(40)), { maxLength: 30 });
    holds(
      fc.property(used, fc.nat(34), (others, full) => {
        const pool = new VertexPool(3, 2);
        const path = { owner: Int32Array.from({ length: 32 }, (_, slot) => 100 + slot) };
        const tight = new VertexTight(path, pool);
        const ids = Int32Array.from([pool.add(), pool.add(), pool.add(), pool.add()]);
        pool.widen();
        path.owner = Int32Array.from({ length: 64 }, (_, slot) => 100 + slot);
        const slots = [...others, ...Array.from({ length: full }, (_, slot) => [slot % 3, slot] as const)];
        for (const [v, slot] of slots) tight.add(ids[v]!, slot);
        // What holds at a vertex of another cell is free.
        for (let slot = 0; slot < 64; slot++) tight.add(ids[3]!, slot);
        const taken = new Set(slots.map(([, slot]) => slot));
        const first = Array.from({ length: 64 }, (_, slot) => slot).find((slot) => !taken.has(slot));
        expect(tight.freeSlot({ ids, count: 3 })).toBe(first);
        expect([pool.words, path.owner.length]).toEqual([2, 64]);
        expect(tight.freeSlot({ ids, count: 4 })).toBe(64);
        expect(pool.words).toBe(3);
        expect(path.owner.length).toBeGreaterThanOrEqual(96);
        expect(Array.from(path.owner.subarray(0, 64))).toEqual(Array.from({ length: 64 }, (_, slot) => 100 + slot));
      }),
      { seed: SEED + 3, runs: 20 },
    );
  });
});
