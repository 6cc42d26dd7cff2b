/**
 * Theorem. The stream of cells is the partition: the patterns that have interior points, each once, a witness strictly inside
 * and the affine map that the network is there.
 *
 * The judge tries all patterns by Fourier-Motzkin elimination (properties/support/references/brute-force.ts).
 *
 * Source: the definition of a cell.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enumerateCells, patternOf, patternText, witnessOf } from '../../src/analysis/cells/enumerate.js';
import { mapOf } from '../../src/analysis/cells/maps.js';
import { add, compare, formatRational, parseRational, rational } from '../../src/exact/rational.js';
import { affineFromRationals } from '../../src/network/affine.js';
import { box } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { bends, buildNetwork, RELU } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { dyadicNetwork, tinyProblem } from '../support/generators/networks.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

/** Intervals in which doubles have no room: the engine sees them rescaled. */
const thinProblem = fc.record({
  network: dyadicNetwork({ inputs: 2, widths: [3, 2] }),
  domain: fc.constantFrom(
    box([parseRational('1/3'), rational(-1n)], [add(parseRational('1/3'), rational(1n, 1n << 90n)), rational(1n)]),
    box([rational(1n << 60n), rational(0n)], [rational((1n << 60n) + 1n), parseRational('1/7')]),
  ),
});

test('every cell comes with its pattern, a witness and its map', () => {
  holds(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: tinyProblem() }, { weight: 1, arbitrary: thinProblem }),
      ({ network, domain }) => {
        const reference = bruteForcePartition(network, domain);
        const expected = new Map(
          reference.cells.map((cell) => [
            patternText(cell.pattern),
            JSON.stringify(cell.map.map((row) => row.map(formatRational))),
          ]),
        );
        const found = new Map<string, string>();
        enumerateCells(network, domain, (cell) => {
          const pattern = patternOf(cell);
          const { jacobian, constant } = mapOf(cell);
          const rows = jacobian.map((row, k) =>
            [...reference.free.map((i) => row[i]!), constant[k]!].map(formatRational),
          );
          found.set(patternText(pattern), JSON.stringify(rows));
          const at = evaluateExact(network, witnessOf(cell)).pattern;
          const bent = at.map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? s : 0)));
          expect(patternText(bent)).toBe(patternText(pattern));
        });
        expect(found).toEqual(expected);
      },
    ),
    { seed: 4001, runs: 40 },
  );
});

test('witnesses lie in an interval of width 1 so far out that doubles have no room in it', () => {
  const far = rational(1n << 60n);
  const domain = box([far], [add(far, rational(1n))]);
  const bias = rational(-(1n << 61n) - 1n, 2n);
  const network = buildNetwork(1, [
    { affine: affineFromRationals(1, [[rational(1n)]], [bias]) },
    { slopes: [RELU] },
    { affine: affineFromRationals(1, [[rational(1n)]], [rational(0n)]) },
  ]);
  const found: string[] = [];
  enumerateCells(network, domain, (cell) => {
    const [x] = witnessOf(cell);
    expect(compare(x!, domain.lower[0]!)).toBe(1);
    expect(compare(x!, domain.upper[0]!)).toBe(-1);
    const { jacobian, constant } = mapOf(cell);
    found.push(`${patternText(patternOf(cell))} ${formatRational(jacobian[0]![0]!)} ${formatRational(constant[0]!)}`);
  });
  expect(found.sort()).toEqual(['+ 1 -2305843009213693953/2', '- 0 0']);
});
