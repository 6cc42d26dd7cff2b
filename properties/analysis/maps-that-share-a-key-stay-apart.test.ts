/**
 * Theorem. Cells have one map number exactly if their affine maps are equal, whatever keys their maps have: equal maps have equal
 * keys for every pair of primes, and different maps with one key are told apart by their exact integers.
 *
 * Two maps share a key of the large primes once in about 2^52 pairs, so the collisions are made: by primes of one digit, and by
 * a key that is the same for all. The numbers expected are those of the exact maps in the order in which they first occur.
 *
 * Source: Schwartz 1980 and Zippel 1979 (a residue may hide a difference, and never makes one).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisProblem, forEachCell } from '../../src/analysis/cells/enumerate.js';
import { MapKeys } from '../../src/analysis/cells/map-residues.js';
import { mapKey } from '../../src/analysis/cells/maps.js';
import { MapNumbers } from '../../src/analysis/files/map-numbers.js';
import { PatternLetters } from '../../src/analysis/files/pattern-letters.js';
import type { BoxDomain } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';

const problems: fc.Arbitrary<{ network: Network; domain: BoxDomain }> = fc.oneof(
  fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3], outputs: 2 }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: degenerateNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
  fc.record({ network: deepNetwork(1, 4), domain: smallBox(1) }),
  fc.record({ network: anyNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
);

interface MappedCellOfWalk {
  readonly key: number;
  readonly map: string;
  readonly number: number;
}

/** Every cell of a walk: the key of its map, its exact map, and the number that it gets. */
function numbered(network: Network, domain: BoxDomain, primes: readonly [number, number] | 'one key') {
  const problem = analysisProblem(network, domain);
  const keys = primes === 'one key' ? undefined : new MapKeys(problem, primes);
  const letters = new PatternLetters(problem);
  const numbers = new MapNumbers(problem);
  const found: MappedCellOfWalk[] = [];
  forEachCell(problem, (cell) => {
    const key = keys?.keyOf(cell) ?? 0;
    found.push({ key, map: mapKey(cell), number: numbers.numberOf(key, letters.of(cell.rows.sides)) });
  });
  return found;
}

test.each([[[2, 3]], [[5, 7]], ['one key']] as const)(
  'keys by %j: maps are numbered by their exact integers',
  (primes) => {
    let collisions = 0;
    let repetitions = 0;
    holds(
      fc.property(problems, ({ network, domain }) => {
        const cells = numbered(network, domain, primes as readonly [number, number] | 'one key');
        const maps = [...new Set(cells.map(({ map }) => map))];
        expect(cells.map(({ number }) => number)).toEqual(cells.map(({ map }) => maps.indexOf(map)));
        // Equal maps never have two keys.
        expect(new Set(cells.map(({ map, key }) => `${map} ${key}`)).size).toBe(maps.length);
        collisions += maps.length - new Set(cells.map(({ key }) => key)).size;
        repetitions += cells.length - maps.length;
      }),
      { seed: 4101, runs: 40 },
    );
    // Maps did share keys, and cells maps: otherwise nothing was tried.
    expect(collisions).toBeGreaterThan(10);
    expect(repetitions).toBeGreaterThan(0);
  },
);
