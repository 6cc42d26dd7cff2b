/**
 * The stream of cells against the brute-force reference: patterns, witnesses and maps.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enumerateCells, patternOf, patternText, witnessOf } from '../src/analysis/cells.js';
import { mapOf } from '../src/analysis/maps.js';
import { add, formatRational, parseRational, rational } from '../src/exact/rational.js';
import { box } from '../src/network/domain.js';
import { evaluateExact } from '../src/network/evaluate.js';
import { bends } from '../src/network/network.js';
import { holds } from './generators/holds.js';
import { dyadicNetwork, tinyProblem } from './generators/networks.js';
import { bruteForcePartition } from './references/brute-force.js';

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
