/**
 * Theorem. A network with two-slope activations is affine on each of its cells, continuous across their facets, and sums
 * and compositions of such networks are such networks, whose cells are the common refinements.
 *
 * On a closed cell C the network is x -> J x + c. If C and C' share a facet on the hyperplane n . x + m = 0, continuity
 * forces (J' - J) x + (c' - c) = u (n . x + m) for some vector u: the difference has rank one, along the normal. The cells
 * of f + g are the intersections with interior of a cell of f and a cell of g; those of g o f are the intersections with
 * interior of a cell C of f and the preimage of a cell of g under f restricted to C (two such are the same set or have
 * disjoint interiors, and count once: where f(C) lies on a crease of g, both sides of the crease have the same preimage).
 *
 * Source: Arora, Basu, Mianjy and Mukherjee 2018, Theorem 2.1; Montufar, Pascanu, Cho and Bengio 2014.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import {
  absolute,
  add,
  compare,
  divide,
  formatRational,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact, type RationalAffine } from '../../src/network/evaluate.js';
import { composition, sumOfNetworks } from '../../src/theory/combine.js';
import { dotOf, valueOfAffine } from '../../src/theory/rational-vectors.js';
import { type Cell, cellsOf, countCellsOf } from '../support/engines/cells.js';
import { along, contains, exitAlong, type Inequality, inequalitiesOf } from '../support/engines/constraints.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  deepNetwork,
  degenerateNetwork,
  dyadicNetwork,
  mixedNetwork,
  rationalNetwork,
} from '../support/generators/networks.js';
import { smallRational } from '../support/generators/numbers.js';
import { strictSolution } from '../support/references/fourier-motzkin.js';

const SEED = 503;
const BOX = cube(2, -2, 2);
const SHAPE = { inputs: 2, widths: [3, 3], outputs: 2 };
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');

/** How far to go inside a cell: a fraction of the way to its boundary, the boundary included. */
const fraction = fc.integer({ min: 0, max: 8 }).map((k) => rational(BigInt(k), 8n));
const directionIn = (dimension: number) =>
  rationalVector(dimension).filter((v) => v.some((entry) => compare(entry, ZERO) !== 0));
const direction = directionIn(2);
/** Networks of all kinds, of one to three inputs, wide and deep. */
const networkAndDirection = fc.oneof(
  fc.tuple(anyNetwork(SHAPE), direction),
  fc.tuple(anyNetwork({ inputs: 1, widths: [4, 3, 2], outputs: 2 }), directionIn(1)),
  fc.tuple(anyNetwork({ inputs: 3, widths: [3, 2], outputs: 2 }), directionIn(3)),
  fc.tuple(deepNetwork(2, 6), direction),
);

describe('on each cell', () => {
  it('the network equals its map at every point, the boundary included, exactly', () => {
    holds(
      fc.property(networkAndDirection, fraction, ([network, v], part) => {
        const box = cube(network.inputs, -2, 2);
        for (const cell of cellsOf(network, box)) {
          const exit = exitAlong(inequalitiesOf(network, box, cell), cell.witness, v)!;
          const point = along(cell.witness, multiply(part, exit.step), v);
          expect(text(valueOfAffine(cell.map, point))).toBe(text(evaluateExact(network, point).output));
        }
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

/** The affine function of each output that is the difference of two maps: coefficients and, last, the constant. */
function differences(a: RationalAffine, b: RationalAffine): Rational[][] {
  return a.constant.map((constant, k) => [
    ...a.jacobian[k]!.map((entry, i) => subtract(b.jacobian[k]![i]!, entry)),
    subtract(b.constant[k]!, constant),
  ]);
}

/** Whether `row` is a multiple of `wall`. */
function isMultiple(row: readonly Rational[], wall: Inequality): boolean {
  const lead = wall.findIndex((entry) => compare(entry, ZERO) !== 0);
  const factor = divide(row[lead]!, wall[lead]!);
  return row.every((entry, i) => compare(entry, multiply(factor, wall[i]!)) === 0);
}

/** Strictly inside the box: elsewhere a line may leave a cell through a wall of the box. */
const isInside = (point: readonly Rational[]) => point.every((x) => compare(absolute(x), rational(2n)) < 0);

/** The cells around a point of the boundary. */
function cellsAt(cells: readonly { cell: Cell; rows: readonly Inequality[] }[], point: readonly Rational[]) {
  return cells.filter(({ rows }) => contains(rows, point));
}

describe('across facets', () => {
  it('adjacent cells agree, and their maps differ by rank one along the normal of the facet', () => {
    let facets = 0;
    holds(
      fc.property(
        fc.oneof(dyadicNetwork(SHAPE), rationalNetwork(SHAPE), mixedNetwork(SHAPE)),
        direction,
        (network, v) => {
          const cells = cellsOf(network, BOX).map((cell) => ({ cell, rows: inequalitiesOf(network, BOX, cell) }));
          for (const { cell, rows } of cells) {
            const exit = exitAlong(rows, cell.witness, v)!;
            const point = along(cell.witness, exit.step, v);
            const around = cellsAt(cells, point);
            // Two cells around a point of the boundary share the facet through it; more of them a face of lower dimension.
            if (around.length !== 2 || !isInside(point)) continue;
            facets++;
            const [a, b] = around as [(typeof around)[0], (typeof around)[0]];
            expect(text(valueOfAffine(a.cell.map, point))).toBe(text(valueOfAffine(b.cell.map, point)));
            for (const row of differences(a.cell.map, b.cell.map)) expect(isMultiple(row, exit.walls[0]!)).toBe(true);
          }
        },
      ),
      { seed: SEED, runs: 60 },
    );
    expect(facets).toBeGreaterThan(60);
  });
});

/** The row's integer form: a positive multiple. */
const integerRow = (row: Inequality) => [...integersFromRationals(row).numerators];
const isZero = (row: Inequality) => row.every((entry) => compare(entry, ZERO) === 0);

describe('sums and compositions', () => {
  const small = { inputs: 2, widths: [2, 2], outputs: 1 };
  const shallow = { inputs: 2, widths: [3], outputs: 1 };

  it('f + g has the sum of the values, and for cells the intersections with interior', () => {
    // Slopes of every sort: what the shallower one hands on may be negative.
    const pair = fc.oneof(
      fc.tuple(rationalNetwork(small), mixedNetwork(shallow)),
      fc.tuple(mixedNetwork(shallow), dyadicNetwork(small)),
      fc.tuple(degenerateNetwork(small), degenerateNetwork(shallow)),
    );
    holds(
      fc.property(pair, rationalVector(2), ([f, g], x) => {
        const sum = sumOfNetworks(f, g);
        const expected = add(evaluateExact(f, x).output[0]!, evaluateExact(g, x).output[0]!);
        expect(text(evaluateExact(sum, x).output)).toBe(formatRational(expected));
        const [ofF, ofG] = [f, g].map((n) =>
          cellsOf(n, BOX).map((cell) => inequalitiesOf(n, BOX, cell).map(integerRow)),
        );
        const meets = ofF!.flatMap((a) => ofG!.filter((b) => strictSolution(2, [...a, ...b]) !== undefined));
        expect(countCellsOf(sum, BOX).cells).toBe(meets.length);
      }),
      { seed: SEED, runs: 40 },
    );
  });

  it('g o f has the composed values, and for cells the different preimages with interior, cell by cell', () => {
    const inner = { ...shallow, outputs: 2 };
    const pair = fc.oneof(
      fc.tuple(rationalNetwork(inner), dyadicNetwork(shallow)),
      fc.tuple(degenerateNetwork(inner), degenerateNetwork(shallow)),
    );
    const image = cube(2, -1_000_000, 1_000_000);
    let flat = 0;
    holds(
      fc.property(pair, rationalVector(2), ([f, g], x) => {
        const composed = composition(g, f);
        const expected = evaluateExact(g, evaluateExact(f, x).output).output;
        expect(text(evaluateExact(composed, x).output)).toBe(text(expected));
        const ofG = cellsOf(g, image).map((cell) => inequalitiesOf(g, image, cell));
        let preimages = 0;
        for (const cell of cellsOf(f, BOX)) {
          const rows = inequalitiesOf(f, BOX, cell).map(integerRow);
          const found: bigint[][][] = [];
          for (const target of ofG) {
            // A crease of g on which f lies for the whole cell leaves the same set on both of its sides.
            const pulled = target.map((row) => pullBack(row, cell.map)).filter((row) => !isZero(row));
            const preimage = [...rows, ...pulled.map(integerRow)];
            if (pulled.length < target.length) flat++;
            if (strictSolution(2, preimage) === undefined) continue;
            if (found.every((other) => strictSolution(2, [...other, ...preimage]) === undefined)) found.push(preimage);
          }
          preimages += found.length;
        }
        expect(countCellsOf(composed, BOX).cells).toBe(preimages);
      }),
      { seed: SEED, runs: 40 },
    );
    expect(flat).toBeGreaterThan(0);
  });
});

/** x -> row . (map(x), 1) */
function pullBack(row: Inequality, { jacobian, constant }: RationalAffine): Rational[] {
  const weights = row.slice(0, -1);
  const coefficients = jacobian[0]!.map((_, i) =>
    dotOf(
      weights,
      jacobian.map((line) => line[i]!),
    ),
  );
  return [...coefficients, dotOf(row, [...constant, ONE])];
}

describe('more than two terms', () => {
  it('(f + g) + h has the values of f + (g + h)', () => {
    const network = mixedNetwork({ inputs: 1, widths: [2, 2], outputs: 1 });
    holds(
      fc.property(network, network, network, smallRational, (f, g, h, x) => {
        const left = sumOfNetworks(sumOfNetworks(f, g), h);
        const right = sumOfNetworks(f, sumOfNetworks(g, h));
        expect(text(evaluateExact(left, [x]).output)).toBe(text(evaluateExact(right, [x]).output));
      }),
      { seed: SEED },
    );
  });
});
