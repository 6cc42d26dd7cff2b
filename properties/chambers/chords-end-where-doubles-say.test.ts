/**
 * Theorem. Where doubles tell the ends of a line's chord of a convex polygon, these are those of the exact chord, up to the error that is told and a rounding; where they say that there is none there is none.
 *
 * Source: the lemma in src/chambers/polygon.ts; src/chambers/chord.ts in integers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chordOf, type Triple } from '../../src/chambers/chord.js';
import { halved, Polygon } from '../../src/chambers/polygon.js';
import { larger, magnitude } from '../../src/exact/index.js';
import { holds } from '../support/generators/holds.js';

const UNIT = 2 ** -53;

/** How far a homogeneous vector in doubles is from a ray of integers, in units of its largest entry. */
function distance(place: readonly number[], exact: Triple): number {
  const largest = exact.map(magnitude).reduce(larger);
  const most = Math.max(...place.map(Math.abs));
  const scale = 2n ** 100n;
  return Math.max(...place.map((x, i) => Math.abs(x / most - Number((exact[i]! * scale) / largest) / 2 ** 100)));
}

describe('the ends of a chord in doubles', () => {
  const small = fc.bigInt({ min: -6n, max: 6n });
  const large = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
  const triple = (entry: fc.Arbitrary<bigint>) => fc.tuple(entry, entry, entry) as fc.Arbitrary<Triple>;

  it('are those of the chord', () => {
    const told = { ends: 0, none: 0, nothing: 0 };
    holds(
      fc.property(
        fc.array(triple(small), { minLength: 0, maxLength: 4 }),
        fc.array(fc.oneof(triple(small), triple(large)), { minLength: 20, maxLength: 20 }),
        (further, lines) => {
          // A rectangle, two walls of it twice, and walls that have the origin inside.
          const corners: Triple[] = [
            [1n, 0n, 3n],
            [-1n, 0n, 2n],
            [0n, 1n, 1n],
            [0n, -1n, 4n],
            [0n, 0n, 1n],
            [2n, 0n, 6n],
            [-3n, 0n, 6n],
          ];
          const walls = [...corners, ...further.map(([a, b, c]) => [a!, b!, (c! < 0n ? -c! : c!) + 1n])];
          const polygon = Polygon.of(walls)!;
          // And its diagonal.
          for (const line of [...lines, [1n, -1n, 2n]]) {
            if (line.every((x) => x === 0n)) continue;
            const exact = chordOf(line, walls);
            const ends = polygon.ends(halved(line));
            if (ends === undefined) told.nothing++;
            else if (ends === 'none') {
              told.none++;
              expect(exact).toBeUndefined();
            } else {
              told.ends++;
              const places = [ends.from, ends.to];
              const nearest = [exact!.from, exact!.to].map((end) =>
                Math.min(...places.map((place) => distance(place, end))),
              );
              // Entries are less than 1/2, and the largest at least 1/8: what is off is off by eight times as much of it.
              for (const off of nearest) expect(off).toBeLessThan(16 * (ends.off + UNIT));
              expect(distance(ends.from, exact!.from) < distance(ends.from, exact!.to)).toBe(
                distance(ends.to, exact!.to) < distance(ends.to, exact!.from),
              );
            }
          }
        },
      ),
      { seed: 2152, runs: 40 },
    );
    expect(Math.min(...Object.values(told))).toBeGreaterThan(10);
  });
});
