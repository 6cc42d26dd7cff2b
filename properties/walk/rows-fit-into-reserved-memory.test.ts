/**
 * Theorem. The memory that a walk reserves for its rows holds all that the walk may ask for, each array by itself, and is not
 * much larger; WebAssembly is used where there are enough weights and room, and its absence is told where it was insisted on.
 *
 * Source: `CellRows.room` says how often a walk may ask for room: once more than the layer before has neurons that bend.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube, type Domain, polytope } from '../../src/network/domain.js';
import { buildNetwork, LINEAR, leaky, type Network, RELU } from '../../src/network/network.js';
import { partitionProblem } from '../../src/problem/lowering.js';
import type { RowShape } from '../../src/walk/layer/arithmetic.js';
import { layerMemory } from '../../src/walk/layer/memory.js';
import { cellRows } from '../../src/walk/rows.js';
import { holds } from '../support/generators/holds.js';

const PAGE = 65536;

/** A network with weights 1; every third neuron does not bend, and with `minus` negative slopes are not 0. */
function network(inputs: number, widths: readonly number[], minus: boolean): Network {
  let before = inputs;
  const bent = minus ? leaky(rational(1n, 4n)) : RELU;
  const steps = widths.flatMap((width) => {
    const affine = affineFromDoubles(width, before, new Array<number>(width * before).fill(1), new Float64Array(width));
    before = width;
    return [{ affine }, { slopes: Array.from({ length: width }, (_, k) => (k % 3 === 2 ? LINEAR : bent)) }];
  });
  return buildNetwork(inputs, steps);
}

/** Every array that a walk may have at once. */
function arraysOf(subject: Network, domain: Domain) {
  const problem = partitionProblem(subject, domain);
  const rows = cellRows(problem, 'wasm');
  const rooms = problem.layers.slice(1, problem.depth).flatMap((_, l) => {
    const most = problem.layers[l]!.bends.reduce((sum, bend) => sum + bend, 0) + 1;
    return Array.from({ length: most }, () => rows.room(l + 1));
  });
  const biases = problem.layers.slice(1, problem.depth).map((_, l) => rows.biases(l + 1));
  const { box, centre, reach } = rows.enclosure;
  const own = [rows.rows, rows.error, rows.mass, rows.threshold, rows.sides].flat();
  return [...own, rows.settled, box, centre, reach, ...rooms, ...biases];
}

const shapes = fc.record({
  inputs: fc.integer({ min: 1, max: 9 }),
  widths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
  minus: fc.boolean(),
  rows: fc.nat(3),
});

describe('all rows of a walk', () => {
  it('have room of their own in a memory that is not much larger', () => {
    holds(
      fc.property(shapes, ({ inputs, widths, minus, rows }) => {
        // Rows of the domain: x_0 + ... + x_(n-1) <= n - 1 - k / 4 cuts the cube.
        const inequalities = Array.from({ length: rows }, (_, k) => ({
          coefficients: Array.from({ length: inputs }, (_, i) => rational(i === 0 ? BigInt(k + 1) : 1n)),
          bound: rational(BigInt(2 * inputs - 1), 2n),
        }));
        const box = cube(inputs, -1, 1);
        const domain = rows === 0 || inputs === 1 ? box : polytope(inputs, inequalities, { box });
        const arrays = arraysOf(network(inputs, widths, minus), domain);
        const buffers = new Set(arrays.map((array) => array.buffer));
        expect(buffers.size).toBe(1);
        const places = arrays
          .map((array) => [array.byteOffset, array.byteOffset + array.byteLength] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        places.slice(1).forEach(([begin], i) => {
          expect(begin).toBeGreaterThanOrEqual(places[i]![1]);
        });
        // Weights are held twice at most, and every array may waste a little.
        const weights = widths.slice(1).reduce((sum, width, l) => sum + width * widths[l]! * (minus ? 2 : 1), 0);
        const used = places.reduce((sum, [begin, end]) => sum + end - begin, 8 * weights);
        expect([...buffers][0]!.byteLength).toBeLessThanOrEqual(2 * used + 1024 * arrays.length + 2 * PAGE);
      }),
      { seed: 4901, runs: 100 },
    );
  });
});

describe('the memory of a walk', () => {
  const shape: RowShape = { variables: 2, stride: 4, magnitude: Float64Array.of(1, 1), unit: 0 };
  const isShared = (memory: ReturnType<typeof layerMemory>) => memory.doubles(1).buffer === memory.integers(1).buffer;

  it('is WebAssembly’s from 512 weights on, up to half a gigabyte', () => {
    const of = (weights: number, bytes: number) => isShared(layerMemory(shape, { weights, bytes, widest: 8 }));
    expect([of(511, 4096), of(512, 4096)]).toEqual([false, true]);
    expect(of(10 ** 6, 2 ** 29 + 1)).toBe(false);
  });

  it('is what was insisted on, or an error', () => {
    const of = (wanted: 'plain' | 'wasm', bytes: number) =>
      isShared(layerMemory(shape, { weights: 600, bytes, widest: 8 }, wanted));
    expect([of('plain', 4096), of('wasm', 4096)]).toEqual([false, true]);
    expect(() => of('wasm', 2 ** 50)).toThrow('WebAssembly: expected a module with SIMD');
  });

  it.each([
    [1, 1],
    [2, 7],
    [100, 1],
    [3, 500],
    [60, 40],
  ])(
    'has room for what was asked for beside what it takes for itself: %i variables, %i neurons',
    (variables, widest) => {
      const magnitude = new Float64Array(variables).fill(1);
      const wide: RowShape = { variables, stride: (variables + 3) & ~1, magnitude, unit: 0 };
      const of = (bytes: number) => layerMemory(wide, { weights: 600, bytes, widest }, 'wasm');
      // One array that ends just behind the end of a page, where a page too few would show.
      const begin = of(PAGE).doubles(0).byteOffset;
      const bytes = 16 + PAGE * Math.ceil(begin / PAGE) - begin;
      expect(of(bytes).doubles(bytes / 8).length).toBe(bytes / 8);
    },
  );

  it('is arrays where WebAssembly gives none, unless it was insisted on', () => {
    const platform = (globalThis as unknown as { WebAssembly: { Memory: unknown } }).WebAssembly;
    const { Memory } = platform;
    const of = (wanted?: 'wasm') => layerMemory(shape, { weights: 600, bytes: PAGE, widest: 8 }, wanted);
    platform.Memory = class {
      constructor() {
        throw new RangeError('no room');
      }
    };
    try {
      expect(isShared(of())).toBe(false);
      expect(() => of('wasm')).toThrow('WebAssembly: expected a module with SIMD');
    } finally {
      platform.Memory = Memory;
    }
    expect(isShared(of())).toBe(true);
  });

  it('holds its arrays one behind the other, from the first byte that means something to the last that was asked for', () => {
    const memory = layerMemory(shape, { weights: 600, bytes: PAGE, widest: 8 }, 'wasm');
    const [first, second, third] = [memory.doubles(3), memory.signs(5), memory.integers(2)];
    expect(first.byteOffset).toBeGreaterThan(0);
    expect(second.byteOffset).toBeGreaterThanOrEqual(first.byteOffset + 24);
    expect(third.byteOffset).toBeGreaterThanOrEqual(second.byteOffset + 5);
    for (const { byteOffset } of [first, second, third]) expect(byteOffset % 16).toBe(0);
    const held = memory.held(Float64Array.of(1, 2, 3));
    expect(Array.from(held)).toEqual([1, 2, 3]);
    expect(held.buffer).toBe(first.buffer);
  });
});
