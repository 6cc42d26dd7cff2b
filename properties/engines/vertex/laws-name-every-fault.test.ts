/**
 * Theorem. The laws that hold in every cell of the `vertex` engine accept a cell as it is and refuse it after any change, by
 * name: a vertex outside, a tight set that is too small or too large, doubles too far from the vertex, a constraint that is no
 * facet, a point that is no vertex.
 *
 * The tests of the engine verify these laws in every cell that it builds; here the verifier itself is tried.
 *
 * Source: the definition of a double description; the cells are a rectangle and a part of it.
 */
import { describe, expect, it } from 'vitest';
import { VertexExact } from '../../../src/engines/vertex/exact.js';
import { verifyLaws } from '../../../src/engines/vertex/laws.js';
import { integersFromDoubles } from '../../../src/exact/integers.js';
import { BOUNDS, placedVertex } from '../../support/engines/placed-vertex.js';

const [[LEFT, RIGHT], [BOTTOM, TOP]] = [BOUNDS[0], BOUNDS[1]];

/** The rectangle, cut by neurons (weights and bias, positive inside), and its vertices with their tight constraints. */
function cellOf(splits: readonly (readonly number[])[], vertices: readonly (readonly [number, number, number[]])[]) {
  const { path, pool } = placedVertex(2, {
    weights: [...splits.flatMap(([a, b]) => [a!, b!]), 0, 1],
    bias: [...splits.map(([, , c]) => c!), 5],
    faces: [],
    slots: [],
  });
  // Constraints 0 to 3 are left, right, bottom and top, then the splits; the slots are mixed.
  const slotOf = (constraint: number) => 7 * constraint + 3;
  splits.forEach((_, k) => {
    path.splitLayer[k] = 0;
    path.splitNeuron[k] = k;
    path.splitSide[k] = 1;
  });
  for (let constraint = 0; constraint < 4 + splits.length; constraint++) path.owner[slotOf(constraint)] = constraint;
  const ids = vertices.map(([x, y, tight]) => {
    const id = pool.add();
    pool.x.set([x, y], 2 * id);
    pool.setRadius(id, 2 ** -40);
    pool.exact[id] = integersFromDoubles([x, y]);
    for (const constraint of tight) setTight(id, constraint, true);
    return id;
  });
  function setTight(id: number, constraint: number, holds: boolean) {
    const slot = slotOf(constraint);
    const place = id * pool.words + (slot >>> 5);
    const mask = 1 << (slot & 31);
    pool.tight[place] = holds ? pool.tight[place]! | mask : pool.tight[place]! & ~mask;
  }
  const exact = new VertexExact(path, pool);
  const verify = (depth = splits.length) => verifyLaws({ path, pool, exact, ids, depth });
  return { pool, path, ids, setTight, verify };
}

const CORNERS: readonly (readonly [number, number, number[]])[] = [
  [LEFT, BOTTOM, [0, 2]],
  [RIGHT, BOTTOM, [1, 2]],
  [RIGHT, TOP, [1, 3]],
  [LEFT, TOP, [0, 3]],
];
/** x - y >= 0 cuts the left side off: from (0, 0) to (1, 1). */
const DIAGONAL = [1, -1, 0];
const PART: readonly (readonly [number, number, number[]])[] = [
  [0, BOTTOM, [2, 4]],
  [RIGHT, BOTTOM, [1, 2]],
  [RIGHT, TOP, [1, 3]],
  [1, TOP, [3, 4]],
];

describe('a cell is accepted', () => {
  it('as it is', () => {
    expect(() => cellOf([], CORNERS).verify()).not.toThrow();
    expect(() => cellOf([DIAGONAL], PART).verify()).not.toThrow();
  });

  it('with doubles as near as their radius, or with no radius known', () => {
    const { pool, ids, verify } = cellOf([DIAGONAL], PART);
    pool.setRadius(ids[0]!, 0.25);
    // Half the width of the box is the unit: 3/2 of x, 1/2 of y.
    pool.x.set([0.375, BOTTOM - 0.125], 2 * ids[0]!);
    expect(() => verify()).not.toThrow();
    pool.x.set([99, 99], 2 * ids[0]!);
    pool.setRadius(ids[0]!, Number.POSITIVE_INFINITY);
    expect(() => verify()).not.toThrow();
  });
});

describe('a cell is refused', () => {
  it('with a vertex outside of it, for every constraint', () => {
    const { path, verify } = cellOf([DIAGONAL], PART);
    path.splitSide[0] = -1;
    expect(() => verify()).toThrow('lies outside of its cell');
    // Corners of the rectangle that the split cut off.
    expect(() => cellOf([DIAGONAL], CORNERS).verify()).toThrow('lies outside of its cell');
    expect(() => cellOf([DIAGONAL], CORNERS).verify(0)).not.toThrow();
    // Where two splits cross beyond each face.
    const beyond = (a: readonly number[], b: readonly number[], x: number, y: number) => () =>
      cellOf([a, b], [[x, y, [4, 5]]]).verify();
    expect(beyond([1, 0, 2], [0, 1, -0.5], -2, 0.5)).toThrow('lies outside of its cell');
    expect(beyond([1, 0, -3], [0, 1, -0.5], 3, 0.5)).toThrow('lies outside of its cell');
    expect(beyond([1, 0, 0], [0, 1, 1], 0, -1)).toThrow('lies outside of its cell');
    expect(beyond([1, 0, 0], [0, 1, -2], 0, 2)).toThrow('lies outside of its cell');
    expect(beyond([1, 0, 0], [0, 1, -0.5], 0, 0.5)).toThrow('is no facet');
  });

  it('with a tight set that lacks a constraint or has one too many', () => {
    for (const [vertex, constraint] of [
      [0, 4],
      [1, 2],
      [2, 1],
    ] as const) {
      const { ids, setTight, verify } = cellOf([DIAGONAL], PART);
      setTight(ids[vertex]!, constraint, false);
      expect(() => verify()).toThrow(`constraint ${constraint} at vertex ${ids[vertex]}: expected tight = true`);
    }
    const { ids, setTight, verify } = cellOf([DIAGONAL], PART);
    setTight(ids[1]!, 4, true);
    expect(() => verify()).toThrow(`constraint 4 at vertex ${ids[1]}: expected tight = false`);
  });

  it('with doubles farther from the vertex than its radius', () => {
    for (const [x, y] of [
      [0.3751, BOTTOM],
      [-0.3751, BOTTOM],
      [0, BOTTOM + 0.1251],
    ] as const) {
      const { pool, ids, verify } = cellOf([DIAGONAL], PART);
      pool.setRadius(ids[0]!, 0.25);
      pool.x.set([x, y], 2 * ids[0]!);
      expect(() => verify()).toThrow('is farther from the truth than its radii');
    }
  });

  it('with a constraint that is no facet', () => {
    // It holds at a corner where two others hold, too.
    const { verify } = cellOf(
      [[1, 1, 1]],
      CORNERS.map(([x, y, tight], k) => [x, y, k === 0 ? [...tight, 4] : tight] as const),
    );
    expect(() => verify()).toThrow('constraint 4 is no facet');
  });

  it('with a point that is no vertex', () => {
    // The middle of the lower edge.
    expect(() => cellOf([], [...CORNERS, [0, BOTTOM, [2]]]).verify()).toThrow('is no vertex');
  });
});
