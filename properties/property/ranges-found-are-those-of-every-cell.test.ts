/**
 * Theorem. The least and greatest values that the search finds are those over all cells of the partition: attained where it says, and
 * unbounded exactly where they are.
 *
 * The reference enumerates every cell.
 *
 * Source: an affine function has its extremes over a polytope at vertices (Schrijver 1986, section 8.3).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceNetwork } from '../../src/analysis/function/difference.js';
import { outputRanges } from '../../src/analysis/function/extremes.js';
import { formatRational, rational } from '../../src/exact/rational.js';
import { cube, type Domain, polytope, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { type SearchedExtreme, searchedRanges } from '../../src/property/ranges.js';
import { smallBox } from '../support/generators/boxes.js';
import { holdsLater } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';

const shown = (extreme: SearchedExtreme) =>
  extreme.kind === 'attained' ? formatRational(extreme.value) : extreme.kind;

async function expectRanges(network: Network, domain: Domain): Promise<void> {
  const [found, expected] = [await searchedRanges(network, domain, { workers: 1 }), outputRanges(network, domain)];
  const both = (ranges: readonly { minimum: SearchedExtreme; maximum: SearchedExtreme }[]) =>
    ranges.map(({ minimum, maximum }) => [shown(minimum), shown(maximum)]);
  expect(both(found!)).toEqual(both(expected));
  found!.forEach(({ minimum, maximum }, output) => {
    for (const extreme of [minimum, maximum]) {
      if (extreme.kind !== 'attained') continue;
      expect(formatRational(evaluateExact(network, extreme.at).output[output]!)).toBe(shown(extreme));
    }
  });
}

/** |x| + |y| <= 2 */
const DIAMOND = polytope(
  2,
  [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ].map((row) => ({ coefficients: row.map((a) => rational(BigInt(a))), bound: rational(2n) })),
);

const pairs = fc.tuple(
  anyNetwork({ inputs: 2, widths: [3, 2], outputs: 2 }),
  anyNetwork({ inputs: 2, widths: [2], outputs: 2 }),
);

describe('the difference of two networks', () => {
  it.each<[string, fc.Arbitrary<Domain>, number]>([
    ['on boxes', smallBox(2), 6],
    ['on a polytope', fc.constant(DIAMOND), 3],
    ['on the plane', fc.constant(whole(2)), 3],
  ])('%s', async (_, domain, runs) => {
    await holdsLater(
      fc.asyncProperty(pairs, domain, ([f, g], on) => expectRanges(differenceNetwork(f, g), on)),
      { seed: 1605, runs },
    );
  });

  it('of a network and itself is 0', async () => {
    await holdsLater(
      fc.asyncProperty(anyNetwork({ inputs: 2, widths: [3, 2] }), (f) =>
        expectRanges(differenceNetwork(f, f), cube(2, -1, 1)),
      ),
      { seed: 1606, runs: 2 },
    );
  });
});
