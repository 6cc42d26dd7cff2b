/**
 * Theorem. The cells of hyperplanes inside of a domain are proved by points inside of flats and by combinations of walls that are 0: certificates of boxes and polytopes, wide, flat or
 * unbounded, are accepted and say what the walk counts; what a changed one proves, if it is accepted at all, is the same.
 *
 * Source: Zaslavsky 1977, A combinatorial analysis of topological dissections; Gordan 1873.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrangementOf, countChambers, finished } from '../../src/chambers/index.js';
import { checkInside, type InsideReport } from '../../src/checker/index.js';
import { countCells } from '../../src/engines/index.js';
import { type Rational, rational, rationalFromDouble } from '../../src/exact/index.js';
import { box, cube, type Domain, type LinearBound, type Network, polytope } from '../../src/network/index.js';
import { partitionProblem } from '../../src/problem/index.js';
import { runChambers } from '../../src/run/index.js';
import { holdsLater } from '../support/generators/holds.js';
import { networkOfArrangement } from '../support/references/arrangements.js';
import { resonance } from '../support/references/families.js';
import { scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());
const file = join(files.path, 'inside.cert');

const bound = (coefficients: readonly number[], value: Rational): LinearBound => ({
  coefficients: coefficients.map((c) => rational(BigInt(c))),
  bound: value,
});

/** Boxes, thick and flat; a simplex; one within a hyperplane, as an equality and as two inequalities; an orthant. */
function domainsOf(d: number): Domain[] {
  const unit = (at: number) => Array.from({ length: d }, (_, i) => (i === at ? -1 : 0));
  const positive = Array.from({ length: d }, (_, i) => bound(unit(i), rational(1n, 2n)));
  const ones = new Array<number>(d).fill(1);
  const [sum, least] = [
    bound(ones, rational(1n)),
    bound(
      ones.map((c) => -c),
      rational(-1n),
    ),
  ];
  const thick = [cube(d, -1, 1), polytope(d, [...positive, sum]), polytope(d, positive)];
  if (d === 1) return thick;
  const [low, high] = [new Array<Rational>(d).fill(rational(-1n)), new Array<Rational>(d).fill(rational(1n))];
  low[0] = high[0] = rational(1n, 3n);
  return [
    ...thick,
    box(low, high),
    polytope(d, positive, { equalities: [sum] }),
    polytope(d, [sum, ...positive, least]),
    polytope(d, [sum, least], { box: cube(d, -2, 2) }),
  ];
}

const entries = {
  degenerate: fc.integer({ min: -2, max: 2 }).map(BigInt),
  generic: fc.double({ min: -1, max: 1, noNaN: true }).map((x) => rationalFromDouble(x).numerator),
};

const layers = (entry: fc.Arbitrary<bigint>) =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((d) =>
      fc.tuple(
        fc.constant(d),
        fc.array(fc.array(entry, { minLength: d + 1, maxLength: d + 1 }), { minLength: 1, maxLength: 7 }),
      ),
    );

async function proved(network: Network, domain: Domain): Promise<InsideReport> {
  await runChambers({ network, domain, certificate: file });
  return checkInside(network, file);
}

it.each(Object.entries(entries))('%s hyperplanes on domains of every kind', async (kind, entry) => {
  await holdsLater(
    fc.asyncProperty(layers(entry), async ([dimension, planes]) => {
      const network = networkOfArrangement({ dimension, planes });
      for (const domain of domainsOf(dimension)) {
        const problem = partitionProblem(network, domain);
        const { arrangement, walls } = arrangementOf(problem);
        const { betti } = finished(countChambers(arrangement, { ...(walls && { walls }) }));
        const cells = BigInt(countCells(network, domain).cells);
        expect(await proved(network, domain)).toMatchObject({ accepted: true, betti, cells, domain });
      }
    }),
    { seed: kind === 'generic' ? 2121 : 2122, runs: 7 },
  );
});

it('central hyperplanes on a box around their point are proved by flats, in few lines', async () => {
  const network = networkOfArrangement(resonance(5).arrangement);
  expect(await proved(network, cube(5, -1, 1))).toMatchObject({ accepted: true, cells: 11292n, points: 1, flats: 20 });
  // Away from their point they do not all meet the box.
  expect(await proved(network, cube(5, 1, 2))).toMatchObject({ accepted: true, cells: 1n });
});

it('a crossing whose row is a multiple of the prime is one with its multiples', async () => {
  const p = 67_108_859n;
  const planes = [
    [2n * p, 1n, p],
    [2n, 3n, 1n],
    [0n, 1n, 0n],
  ];
  const network = networkOfArrangement({ dimension: 2, planes });
  expect(await proved(network, cube(2, -1, 1))).toMatchObject({ accepted: true, betti: [1n, 3n, 2n] });
});

function linesOf(): string[] {
  return gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
}

async function verdict(network: Network, lines: readonly string[]) {
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`));
  return checkInside(network, file);
}

describe('forgeries', () => {
  // Planes of a cube; the last one misses it.
  const planes = [
    [1n, 0n, 0n, 0n],
    [0n, 1n, 0n, 0n],
    [1n, 1n, 1n, -1n],
    [1n, 2n, -1n, 1n],
    [1n, 1n, 1n, 7n],
  ];
  const network = networkOfArrangement({ dimension: 3, planes });
  let honest: string[] = [];
  let expected: readonly bigint[] = [];
  beforeAll(async () => {
    const report = await proved(network, cube(3, -1, 1));
    expected = report.accepted ? report.betti : [];
    honest = linesOf();
  });

  it('a number changed anywhere is refused, or changes nothing that is proved', async () => {
    let refused = 0;
    await holdsLater(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: -9, max: 9 }), async (line, place, value) => {
        const lines = [...honest];
        const at = 1 + (line % (lines.length - 1));
        const numbers = [...lines[at]!.matchAll(/-?\d+/g)];
        const { index, 0: old } = numbers[place % numbers.length]!;
        if (old === String(value)) return;
        lines[at] = lines[at]!.slice(0, index) + value + lines[at]!.slice(index + old.length);
        const report = await verdict(network, lines);
        if (!report.accepted) refused++;
        else expect(report.betti).toEqual(expected);
      }),
      { seed: 2123, runs: 120 },
    );
    expect(refused).toBeGreaterThan(60);
  });

  it('every line counts', async () => {
    for (let k = 0; k < honest.length; k++) {
      const without = honest.filter((_, l) => l !== k);
      const twice = [...honest.slice(0, k + 1), ...honest.slice(k)];
      for (const lines of [honest.slice(0, k), without, twice])
        expect((await verdict(network, lines)).accepted, `line ${k}`).toBe(false);
    }
  });

  const last = (lines: readonly string[]) => lines.findLastIndex((line) => line.includes('"empty"'));
  const replaced = (at: number, line: string) => (lines: string[]) => {
    lines[at < 0 ? last(lines) : at] = line;
  };

  it.each<readonly [string, (lines: string[]) => void, RegExp]>([
    ['a point beside the domain', replaced(2, '{"point":["0","9","1"]}'), /not inside/],
    ['a point on a wall', replaced(2, '{"point":["0","1","1"]}'), /not inside/],
    ['a point at infinity', replaced(2, '{"point":["0","0","0"]}'), /not inside/],
    ['a point of another space', replaced(2, '{"point":["0","0","0","1"]}'), /coordinates/],
    ['a plane that is said to miss the cube', replaced(2, '{"empty":[[0,"1"],[1,"1"]]}'), /not 0/],
    ['a combination of nothing', replaced(-1, '{"empty":[]}'), /no walls/],
    ['multipliers that are 0', replaced(-1, '{"empty":[[0,"0"]]}'), /not positive/],
    ['multipliers below 0', replaced(-1, '{"empty":[[0,"1"],[0,"-1"]]}'), /not positive/],
    ['a wall that there is not', replaced(-1, '{"empty":[[99,"1"]]}'), /a wall that there is not/],
    ['no number', replaced(-1, '{"empty":[[0,"one"]]}'), /no integer/],
    ['a plane that is said to meet the cube', replaced(-1, '{"point":["0","0","1"]}'), /not inside/],
    ['a domain that is said to be flat', (lines) => void lines.splice(1, 0, '{"flat":[[0,"1"],[1,"1"]]}'), /not 0/],
    ['a domain that is said to be empty', replaced(1, '{"empty":[[0,"1"]]}'), /not 0/],
    ['a common point', replaced(1, '{"common":["0","0","0","1"],"generators":[]}'), /not on all/],
    ['a common point beside it', replaced(1, '{"common":["5","0","0","1"],"generators":[]}'), /not inside/],
    ['no evidence', replaced(2, '{"certainly":true}'), /no evidence/],
    ['a number for a line', replaced(2, '7'), /out of place/],
    ['nothing for a line', replaced(2, 'null'), /out of place/],
    ['terms that are none', replaced(-1, '{"empty":[7]}'), /no pair/],
    [
      'another cube',
      (lines) => {
        lines[0] = lines[0]!.replace('["-1","1"]', '["5","6"]');
      },
      /./,
    ],
    [
      'no domain',
      (lines) => {
        lines[0] = lines[0]!.replace('"domain"', '"dominion"');
      },
      /domain/,
    ],
    [
      'a later version',
      (lines) => {
        lines[0] = lines[0]!.replace('"version":1', '"version":2');
      },
      /version/,
    ],
    [
      'another network',
      (lines) => {
        lines[0] = lines[0]!.replace(/"network":"./, '"network":"x');
      },
      /another network/,
    ],
  ])('%s', async (_, forge, reason) => {
    const lines = [...honest];
    forge(lines);
    const report = await verdict(network, lines);
    expect(report.accepted).toBe(false);
    expect((report as { reason: string }).reason).toMatch(reason);
  });
});
