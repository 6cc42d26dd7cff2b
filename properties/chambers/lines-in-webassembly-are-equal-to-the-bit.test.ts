/**
 * Theorem. The points in which lines cross a chord are the same, to the bit, in WebAssembly and in plain TypeScript: the same sequence of rounded operations. Points that
 * are not among the crowded ones differ from all others by more than they were asked to, and lines are said to cross apart if and only if all their points do.
 *
 * Source: IEEE 754 (both languages round to nearest); src/chambers/lines/assembly/lines.ts.
 */
import { describe, expect, it } from 'vitest';
import { type LineArithmetic, type Place, plainLines, wasmLines } from '../../src/chambers/lines/arithmetic.js';
import { randomNumbers } from '../../src/theory/random.js';

const ERROR = 2 ** -20;
const NEAR = 2 ** -16;

/** Lines and ends of chords: some doubles, and small integers, of which many are 0 at an end. */
function filled(lines: LineArithmetic, size: number, seed: number) {
  const random = randomNumbers(seed);
  const entry = () => (seed % 2 === 0 ? random() - 0.5 : Math.floor(5 * random() - 2) / 4);
  for (const row of lines.rows) for (let j = 0; j < size; j++) row[j] = entry();
  return () => [entry(), entry(), entry()] as Place;
}

/** What comes of some chords. */
function found(lines: LineArithmetic, size: number, seed: number) {
  const end = filled(lines, size, seed);
  return Array.from({ length: 6 }, (_, turn) => {
    const k = Math.max(1, size - turn);
    const [from, to] = [end(), end()];
    const apart = lines.apart(k, from, to, ERROR, NEAR);
    const { points, doubts } = lines.meet(k, from, to, ERROR);
    const crowded = lines.crowd(points, NEAR);
    return {
      apart,
      place: Array.from(lines.place.subarray(0, points)),
      line: Array.from(lines.line.subarray(0, points)),
      doubt: Array.from(lines.doubt.subarray(0, doubts)),
      together: Array.from(lines.together.subarray(0, crowded)),
    };
  });
}

describe('points of lines on chords', () => {
  it('are equal to the bit', () => {
    let doubts = 0;
    let crowded = 0;
    for (const [seed, size] of [1, 2, 3, 7, 64, 301, 1000].entries()) {
      const plain = found(plainLines(size), size, seed);
      expect(found(wasmLines(size)!, size, seed)).toEqual(plain);
      for (const { doubt, together } of plain) {
        doubts += doubt.length;
        crowded += together.length;
      }
    }
    expect(doubts).toBeGreaterThan(0);
    expect(crowded).toBeGreaterThan(0);
  });

  it('are said to be apart if and only if no two are near, and no line is in doubt', () => {
    const told = [0, 0];
    for (let seed = 0; seed < 60; seed += 2) {
      for (const lines of [plainLines(160), wasmLines(160)!]) {
        for (const { apart, place, doubt } of found(lines, 160, seed)) {
          const sorted = place.slice().sort((a, b) => a - b);
          const areApart = doubt.length === 0 && sorted.every((at, p) => p === 0 || at - sorted[p - 1]! > NEAR);
          expect(apart).toBe(areApart ? place.length : -1);
          told[areApart ? 1 : 0]!++;
        }
      }
    }
    expect(Math.min(...told)).toBeGreaterThan(30);
  });

  it('are not said to be apart on both sides of the end of a bucket, nor where a line crosses at too small an angle', () => {
    for (const lines of [plainLines(160), wasmLines(160)!]) {
      /** Lines that cross the chord at these parameters. */
      const apart = (scale: number, ...parameters: number[]) => {
        parameters.forEach((t, j) => {
          [lines.rows[0][j], lines.rows[1][j], lines.rows[2][j]] = [scale, 0, -scale * t];
        });
        return lines.apart(parameters.length, [0, 0, 0.5], [0.5, 0, 0.5], 2 ** -40, NEAR);
      };
      expect(apart(0.5, 0.25, 0.5)).toBe(2);
      expect(apart(0.5, 0.5 - NEAR / 4, 0.25, 0.5 + NEAR / 4)).toBe(-1);
      expect(apart(0.5, 0.5 + NEAR / 4, 0.25, 0.5 - NEAR / 4)).toBe(-1);
      expect(apart(2 ** -16, 0.5)).toBe(-1);
    }
  });

  it('that are not crowded are far from all others', () => {
    const lines = plainLines(400);
    for (let seed = 0; seed < 8; seed++) {
      for (const { place, together } of found(lines, 400, seed)) {
        const crowd = new Set(together);
        const sorted = place.map((at, p) => ({ at, p })).sort((a, b) => a.at - b.at);
        sorted.slice(1).forEach(({ at, p }, before) => {
          const other = sorted[before]!;
          if (at - other.at > NEAR) return;
          expect(crowd.has(p) && crowd.has(other.p)).toBe(true);
        });
      }
    }
  });
});
