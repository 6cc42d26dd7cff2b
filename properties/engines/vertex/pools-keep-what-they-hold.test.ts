/**
 * Theorem. A pool of vertices keeps what was written to it while it grows and while its tight sets get more words; sets of
 * bits are counted and searched as their binary digits say; and a row has the same values at many vertices at once as at each
 * of them alone, in any dimension.
 *
 * Values are compared on small integers, whose sums are exact in every order.
 *
 * Source: definitions.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGE, lowestBit, SMALL, UNKNOWN, VertexPool, withRoom } from '../../../src/engines/vertex/pool.js';
import { rowAtVertices } from '../../../src/engines/vertex/values.js';
import { bitCount } from '../../../src/exact/bits.js';
import { holds } from '../../support/generators/holds.js';

const SEED = 5001;
const word = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.nat(31).map((bit) => 1 << bit),
);

describe('a word of bits', () => {
  it('has as many as its binary digits say', () => {
    holds(
      fc.property(word, (bits) => {
        const digits = (bits >>> 0).toString(2).padStart(32, '0');
        expect(bitCount(bits)).toBe(digits.replaceAll('0', '').length);
        if (bits !== 0) expect(lowestBit(bits)).toBe(31 - digits.lastIndexOf('1'));
      }),
      { seed: SEED, runs: 200 },
    );
    expect([0, -1, 1, -(2 ** 31)].map(bitCount)).toEqual([0, 32, 1, 1]);
  });
});

it('an array gets more room only if it needs it, and keeps its entries', () => {
  const given = Int32Array.of(5, -6, 7);
  for (const count of [0, 2, 3]) expect(withRoom(given, count)).toBe(given);
  for (const count of [4, 6, 7, 100]) {
    const larger = withRoom(given, count);
    expect(larger.length).toBeGreaterThanOrEqual(count);
    expect(Array.from(larger.subarray(0, 4))).toEqual([5, -6, 7, 0]);
  }
});

describe('a pool', () => {
  /** Writes numbers to a vertex that no other has. */
  function write(pool: VertexPool, n: number, id: number) {
    for (let i = 0; i < n; i++) pool.x[id * n + i] = id + i / 8;
    for (let i = 0; i <= n; i++) pool.small[id * (n + 1) + i] = 1000 * id + i;
    for (let w = 0; w < pool.words; w++) pool.tight[id * pool.words + w] = 7 * id + w;
    for (let w = 0; w < pool.signBits; w++) pool.signs[id * pool.signBits + w] = 5 * id - w;
    pool.setRadius(id, 1 / (id + 1));
    pool.radii[id * n] = 2 ** -20 / (id + 1);
    pool.known[id] = id % 2 === 0 ? SMALL : LARGE;
  }

  function expectWritten(pool: VertexPool, n: number, id: number, words: number) {
    const part = (array: ArrayLike<number>, size: number) => Array.from(array).slice(id * size, (id + 1) * size);
    const range = (size: number, value: (i: number) => number) => Array.from({ length: size }, (_, i) => value(i));
    expect(part(pool.x, n)).toEqual(range(n, (i) => id + i / 8));
    expect(part(pool.small, n + 1)).toEqual(range(n + 1, (i) => 1000 * id + i));
    // Words that were added have no bits.
    expect(part(pool.tight, pool.words)).toEqual(range(pool.words, (w) => (w < words ? 7 * id + w : 0)));
    expect(part(pool.signs, pool.signBits)).toEqual(range(pool.signBits, (w) => 5 * id - w));
    expect(part(pool.radii, n)).toEqual(range(n, (i) => (i === 0 ? 2 ** -20 : 1) / (id + 1)));
    expect([pool.radius[id], pool.known[id]]).toEqual([1 / (id + 1), id % 2 === 0 ? SMALL : LARGE]);
  }

  it('keeps every vertex while it grows and its tight sets get wider', () => {
    for (const [n, signBits] of [
      [3, 2],
      [5, 4],
    ] as const) {
      const pool = new VertexPool(n, signBits);
      for (let id = 0; id < 600; id++) {
        expect(pool.add()).toBe(id);
        expect(pool.known[id]).toBe(UNKNOWN);
        write(pool, n, id);
      }
      expect(pool.size).toBe(600);
      for (const id of [0, 1, 255, 256, 511, 512, 599]) expectWritten(pool, n, id, 1);
      pool.widen();
      expect(pool.words).toBe(2);
      for (const id of [0, 1, 255, 256, 511, 512, 599]) expectWritten(pool, n, id, 1);
      pool.add();
      write(pool, n, 600);
      expectWritten(pool, n, 600, 2);
      for (let id = 601; id < 1100; id++) write(pool, n, pool.add());
      for (const id of [600, 1023, 1024, 1099]) expectWritten(pool, n, id, 2);
      pool.widen();
      for (const id of [0, 599]) expectWritten(pool, n, id, 1);
      for (const id of [600, 1099]) expectWritten(pool, n, id, 2);
    }
  });

  it('counts what is tight at a vertex, in all its words', () => {
    const pool = new VertexPool(3, 2);
    pool.widen();
    for (const [id, words] of [
      [3, 5],
      [0, -1],
      [1 << 31, 0],
    ].entries()) {
      expect(pool.add()).toBe(id);
      pool.tight.set(words, 2 * id);
    }
    expect([0, 1, 2].map((id) => pool.tightCount(id))).toEqual([4, 32, 1]);
  });

  it('forgets a vertex that it gives out again', () => {
    const pool = new VertexPool(3, 2);
    pool.exact[pool.add()] = { numerators: [1n, 2n, 3n], denominator: 1n };
    pool.known[0] = SMALL;
    pool.size = 0;
    expect(pool.add()).toBe(0);
    expect([pool.known[0], pool.exact[0]]).toEqual([UNKNOWN, undefined]);
  });
});

describe('a row at vertices', () => {
  const integer = fc.integer({ min: -50, max: 50 });
  it.each([1, 2, 3, 4, 5, 6, 7, 9])('in %i variables', (n) => {
    const cases = fc.record({
      // The row stands somewhere in its layer, and its constant somewhere behind its coefficients.
      data: fc.array(integer, { minLength: 2 * n + 6, maxLength: 2 * n + 6 }),
      at: fc.nat(n),
      gap: fc.nat(2),
      x: fc.array(integer, { minLength: 6 * n, maxLength: 6 * n }),
      ids: fc.array(fc.nat(5), { minLength: 1, maxLength: 9 }),
    });
    holds(
      fc.property(cases, ({ data, at, gap, x, ids }) => {
        const values = new Float64Array(ids.length + 1).fill(777);
        const constant = n + gap;
        rowAtVertices(n)(
          Float64Array.from(data),
          at,
          constant,
          Float64Array.from(x),
          Int32Array.from(ids),
          ids.length,
          values,
        );
        const expected = ids.map((id) => {
          const vertex = x.slice(id * n, (id + 1) * n);
          return vertex.reduce((sum, coordinate, i) => sum + coordinate * data[at + i]!, data[at + constant]!);
        });
        expect(Array.from(values)).toEqual([...expected, 777]);
      }),
      { seed: SEED + n, runs: 30 },
    );
  });
});
