/**
 * Theorem. Along a segment a network is affine between breakpoints, and the segment's cells are those of the network
 * composed with the segment's parametrisation: what the engines count there, and 2^k with dyadic ends for a tent map.
 *
 * A slice of a network is the network after an affine map, so values and partition are those of the original on it.
 *
 * Source: Sotoudeh and Thakur 2019, Computing linear restrictions of neural networks; Telgarsky 2015 for the tent map.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentPartition } from '../../src/analysis/function/segment.js';
import {
  add,
  formatRational,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rational,
  ZERO,
} from '../../src/exact/rational.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { networkOnSlice, slice, sliceThrough } from '../../src/network/slice.js';
import { countCellsOf } from '../support/engines/cells.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { tent } from '../support/references/families.js';

const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
const differ = (a: readonly Rational[], b: readonly Rational[]) => text(a) !== text(b);
const along = (a: readonly Rational[], b: readonly Rational[], t: Rational) =>
  a.map((x, i) => add(multiply(add(ONE, rational(-t.numerator, t.denominator)), x), multiply(t, b[i]!)));

const shape = { inputs: 3, widths: [4, 3] };
const segments = fc.tuple(fc.oneof(anyNetwork(shape), degenerateNetwork(shape)), rationalVector(3), rationalVector(3));

describe('the partition of a segment', () => {
  it('has the cells that the engine and brute force count on the parametrised network', () => {
    holds(
      fc.property(segments, ([network, from, to]) => {
        fc.pre(differ(from, to));
        const { cells } = segmentPartition(network, from, to);
        const parametrised = networkOnSlice(network, sliceThrough([from, to]));
        expect(cells.length).toBe(countCellsOf(parametrised, cube(1, 0, 1)).cells);
        expect(cells.length).toBe(bruteForcePartition(parametrised, cube(1, 0, 1)).cells.length);
      }),
      { seed: 2301, runs: 100 },
    );
  });

  it('gives the network exactly, between the breakpoints and at them', () => {
    holds(
      fc.property(segments, fc.integer({ min: 0, max: 7 }), ([network, from, to], eighth) => {
        fc.pre(differ(from, to));
        for (const { start, end, slope, constant } of segmentPartition(network, from, to).cells) {
          const s = rational(BigInt(eighth), 7n);
          const t = add(multiply(add(ONE, rational(-s.numerator, s.denominator)), start), multiply(s, end));
          const expected = evaluateExact(network, along(from, to, t)).output;
          expect(text(slope.map((a, k) => add(multiply(a, t), constant[k]!)))).toBe(text(expected));
        }
      }),
      { seed: 2302, runs: 60 },
    );
  });

  it.each([1, 3, 6, 9])('through a tent map of depth %i shows 2^depth pieces with dyadic breakpoints', (depth) => {
    const { breakpoints, cells } = segmentPartition(tent(depth).network, [ZERO], [ONE]);
    expect(cells.length).toBe(2 ** depth);
    expect(breakpoints.map(formatRational)).toEqual(
      Array.from({ length: 2 ** depth + 1 }, (_, i) => formatRational(rational(BigInt(i), 2n ** BigInt(depth)))),
    );
  });
});

describe('a slice', () => {
  it('has the values of the network at its points', () => {
    const points = fc.tuple(
      anyNetwork(shape),
      rationalVector(3),
      rationalVector(3),
      rationalVector(3),
      smallRational,
      smallRational,
    );
    holds(
      fc.property(points, ([network, o, u, v, s, t]) => {
        let plane: ReturnType<typeof slice>;
        try {
          plane = slice(o, [u, v]);
        } catch {
          fc.pre(false);
          return;
        }
        const point = o.map((x, i) => add(x, add(multiply(s, u[i]!), multiply(t, v[i]!))));
        expect(text(evaluateExact(networkOnSlice(network, plane), [s, t]).output)).toBe(
          text(evaluateExact(network, point).output),
        );
      }),
      { seed: 2303, runs: 60 },
    );
  });

  it('refuses what spans no slice', () => {
    const p = (...values: string[]) => values.map(parseRational);
    expect(() => slice(p('0', '0'), [p('1', '2'), p('2', '4')])).toThrow(/linearly independent/);
    expect(() => sliceThrough([p('1', '1'), p('1', '1')])).toThrow(/linearly independent/);
    expect(() => slice(p('0', '0'), [p('1')])).toThrow(/expected 2 coordinates/);
    expect(() => sliceThrough([p('0')])).toThrow(/at least two points/);
  });
});
