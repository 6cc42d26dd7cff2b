/**
 * The references that the engines are judged by agree with each other, with closed forms and with published counts.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, multiply, rational, ZERO } from '../../src/exact/rational.js';
import { cube, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { holds } from '../support/generators/holds.js';
import { networkOfArrangement, parseArrangement, readArrangement } from '../support/references/arrangements.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { characteristicPolynomial, regionCount, valueAt } from '../support/references/characteristic-polynomial.js';
import {
  boolean,
  braid,
  centralGeneralPosition,
  type Family,
  generalPosition,
  resonance,
  tent,
  threshold,
  typeB,
} from '../support/references/families.js';
import { strictSolution } from '../support/references/fourier-motzkin.js';

const SEED = 20;
const DATA = fileURLToPath(new URL('../../../shared/data/arrangements/', import.meta.url));

describe('deletion-restriction counts what the closed forms say', () => {
  const families: Family[] = [
    generalPosition(1, 5),
    generalPosition(2, 7),
    generalPosition(3, 8),
    generalPosition(4, 7),
    generalPosition(5, 4),
    centralGeneralPosition(2, 5),
    centralGeneralPosition(3, 7),
    centralGeneralPosition(5, 8),
    braid(3),
    braid(5),
    boolean(4),
    typeB(3),
    typeB(4),
    resonance(3),
    resonance(4),
    resonance(5),
    threshold(4),
    threshold(5),
  ];
  it.each(families.map((f) => [f.name, f] as const))('%s', (_, { arrangement, cells }) => {
    expect(regionCount(arrangement.dimension, arrangement.planes)).toBe(cells);
  });

  it('chi of the braid arrangement is t (t - 1) ... (t - n + 1)', () => {
    const chi = characteristicPolynomial(5, braid(5).arrangement.planes);
    for (const t of [-3n, 0n, 1n, 7n]) expect(valueAt(chi, t)).toBe(t * (t - 1n) * (t - 2n) * (t - 3n) * (t - 4n));
  });
});

describe('deletion-restriction counts the published arrangements', () => {
  const published: [string, number][] = [
    ['affine/2d_4', 684],
    ['affine/perm_4', 120],
    ['affine/rand_2_8', 37],
    ['affine/rand_6_12', 2510],
    ['affine/ratio_3_20_07', 1119],
    ['affine/ratio_5_20_07', 15136],
    ['affine/srand_8_20_2', 36225],
    ['linear/crosspoly_6', 454],
    ['linear/data_degen2d_20_4', 136],
    ['linear/demicube_5', 146],
    ['linear/resonance_5', 11292],
    ['linear/threshold_4', 104],
  ];
  it.skipIf(!existsSync(DATA)).each(published)('%s has %i regions (skipped without ../shared/data)', (name, cells) => {
    const { dimension, planes } = readArrangement(`${DATA}${name}.txt`);
    expect(regionCount(dimension, planes)).toBe(cells);
  });
});

describe('brute force over patterns counts what the others count', () => {
  const small = [generalPosition(1, 4), generalPosition(2, 5), centralGeneralPosition(3, 5), braid(3), typeB(2)];
  it.each([...small, resonance(3), boolean(3)].map((f) => [f.name, f] as const))('%s', (_, { network, cells }) => {
    expect(bruteForcePartition(network, whole(network.inputs)).cells.length).toBe(cells);
  });

  it('arrangements of small integer hyperplanes, with repeats, parallels and concurrences', () => {
    const entry = fc.integer({ min: -2, max: 2 }).map(BigInt);
    const arrangement = fc.integer({ min: 1, max: 3 }).chain((dimension) =>
      fc.record({
        dimension: fc.constant(dimension),
        planes: fc.array(fc.array(entry, { minLength: dimension + 1, maxLength: dimension + 1 }), { maxLength: 6 }),
      }),
    );
    holds(
      fc.property(arrangement, ({ dimension, planes }) => {
        const { cells } = bruteForcePartition(networkOfArrangement({ dimension, planes }), whole(dimension));
        expect(cells.length).toBe(regionCount(dimension, planes));
      }),
      { seed: SEED, runs: 60 },
    );
  });

  it('a tent map of depth k folds [0, 1] into 2^k cells, layer by layer', () => {
    const { network, cells } = tent(5);
    const partition = bruteForcePartition(network, cube(1, 0, 1));
    expect(partition.cells.length).toBe(cells);
    expect(partition.cellsPerLayer).toEqual([2, 4, 8, 16, 32]);
  });

  it('the witness of every cell has its pattern in exact evaluation', () => {
    const { network } = tent(4);
    for (const { pattern, witness } of bruteForcePartition(network, cube(1, 0, 1)).cells) {
      expect(evaluateExact(network, witness).pattern).toEqual(pattern);
    }
  });
});

describe('Fourier-Motzkin elimination', () => {
  const entry = fc.integer({ min: -3, max: 3 }).map(BigInt);
  const system = fc
    .integer({ min: 1, max: 3 })
    .chain((n) =>
      fc.tuple(fc.constant(n), fc.array(fc.array(entry, { minLength: n + 1, maxLength: n + 1 }), { maxLength: 7 })),
    );
  const valueOfRow = (row: readonly bigint[], point: readonly { numerator: bigint; denominator: bigint }[]) =>
    point.reduce((sum, x, i) => add(sum, multiply(rational(row[i]!), x)), rational(row.at(-1)!));

  it('finds only points that satisfy every strict inequality', () => {
    holds(
      fc.property(system, ([n, rows]) => {
        const point = strictSolution(n, rows);
        fc.pre(point !== undefined);
        expect(rows.every((row) => compare(valueOfRow(row, point), ZERO) > 0)).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it('finds a point wherever one is planted', () => {
    const planted = system.chain(([n, rows]) =>
      fc.tuple(fc.constant(rows), fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n })),
    );
    holds(
      fc.property(planted, ([rows, grid]) => {
        const point = grid.map((g) => rational(BigInt(g), 4n));
        const turned = rows
          .map((row) => ({ row, sign: compare(valueOfRow(row, point), ZERO) }))
          .filter(({ sign }) => sign !== 0)
          .map(({ row, sign }) => row.map((entry) => BigInt(sign) * entry));
        expect(strictSolution(point.length, turned)).toBeDefined();
      }),
      { seed: SEED },
    );
  });

  it('refuses a closed set without interior: x > 0, y > 0, -x - y > 0', () => {
    expect(
      strictSolution(2, [
        [1n, 0n, 0n],
        [0n, 1n, 0n],
        [-1n, -1n, 0n],
      ]),
    ).toBeUndefined();
  });
});

it('an arrangement file is read by columns, decimals exactly, with the constant moved to the left', () => {
  const { dimension, planes } = parseArrangement('1\t0.5 \n0\t-1\n2\t1\n', 'affine');
  expect(dimension).toBe(2);
  expect(planes).toEqual([
    [1n, 0n, -2n],
    [1n, -2n, -2n],
  ]);
});
