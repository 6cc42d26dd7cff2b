/**
 * Theorem. For every rational hyperplane and every nonzero jump of the gradient along its normal there is a network with
 * exactly two cells and that crease; every continuous piecewise-linear function of one variable with k kinks is a network of
 * one hidden layer, exactly, with k + 1 cells, pieces; and composing tent maps folds: depth k makes 2^k pieces.
 *
 * x -> g . x + c + j relu(n . x + o) has the gradients g and g + j n on the two sides of n . x + o = 0. A network of one
 * hidden layer of m ReLUs on the line has at most m + 1 pieces, so 2^k pieces need 2^k - 1 neurons in one layer, but 3 k in k
 * layers.
 *
 * Source: Arora et al. 2018, Theorem 2.2 (one variable); Telgarsky 2015 (folding).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integersFromRationals } from '../../src/exact/integers.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  ZERO,
} from '../../src/exact/rational.js';
import { cube, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { type Network, neuronCount, RELU } from '../../src/network/network.js';
import { type Crease, creaseNetwork, creaseOnBox } from '../../src/theory/crease.js';
import { hingeNetwork, kinksOf, type Polyline, valueOfPolyline } from '../../src/theory/hinges.js';
import { dotOf, scaledBy, sumOfVectors, valueOfAffine } from '../../src/theory/rational-vectors.js';
import { sawtooth } from '../../src/theory/sawtooth.js';
import { type Cell, cellsOf, countCellsOf, countMaps } from '../support/engines/cells.js';
import { provedCells } from '../support/engines/checked.js';
import { along, contains, exitAlong, inequalitiesOf } from '../support/engines/constraints.js';
import { cellsInOrder, piecesInOrder } from '../support/engines/line.js';
import { rationalVector } from '../support/generators/affine-steps.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { anyRational, smallRational } from '../support/generators/numbers.js';
import { polyline } from '../support/generators/polylines.js';
import { primitive } from '../support/references/fourier-motzkin.js';

const SEED = 508;
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');
const isNonzero = (value: Rational) => compare(value, ZERO) !== 0;

function creases(dimension: number): fc.Arbitrary<Crease> {
  const entry = fc.oneof(smallRational, anyRational);
  return fc.record({
    normal: rationalVector(dimension, entry).filter((normal) => normal.some(isNonzero)),
    offset: entry,
    gradient: rationalVector(dimension, entry),
    constant: entry,
    jump: entry.filter(isNonzero),
  });
}

/** The function by its definition. */
function valueOfCrease({ normal, offset, gradient, constant, jump }: Crease, x: readonly Rational[]): Rational {
  const height = add(dotOf(normal, x), offset);
  const bend = compare(height, ZERO) > 0 ? multiply(jump, height) : ZERO;
  return add(add(dotOf(gradient, x), constant), bend);
}

/** A row as coprime integers: equal for positive multiples. */
const primitiveText = (row: readonly Rational[]) => primitive(integersFromRationals(row).numerators).join(' ');

describe('one crease', () => {
  it.each([1, 2, 3, 5])('anywhere in R^%i: two cells, proved: its two sides, with the two gradients', (dimension) => {
    holds(
      fc.property(creases(dimension), rationalVector(dimension), (crease, x) => {
        const network = creaseNetwork(crease);
        expect(text(evaluateExact(network, x).output)).toBe(formatRational(valueOfCrease(crease, x)));
        expect(provedCells(network, whole(dimension))).toBe(2);
        const bent = sumOfVectors(crease.gradient, scaledBy(crease.jump, crease.normal));
        for (const cell of cellsOf(network, whole(dimension))) {
          const beyond = compare(add(dotOf(crease.normal, cell.witness), crease.offset), ZERO) > 0;
          expect(text(cell.map.jacobian[0]!)).toBe(text(beyond ? bent : crease.gradient));
          // The cell is this side of the hyperplane: one inequality, a positive multiple of the side's.
          const side = [...crease.normal, crease.offset].map((entry) => (beyond ? entry : negate(entry)));
          const rows = inequalitiesOf(network, whole(dimension), cell);
          expect(rows.map(primitiveText)).toEqual([primitiveText(side)]);
        }
      }),
      { seed: SEED, runs: 30 },
    );
  });

  it('through a box, of ReLUs alone: two cells exactly if the hyperplane meets the interior, else one', () => {
    const box = cube(3, -1, 2);
    holds(
      fc.property(creases(3), rationalVector(3), (crease, x) => {
        const network = creaseOnBox(crease, box);
        expect(network.layers.every((layer) => layer.slopes.every((slopes) => slopes === RELU))).toBe(true);
        const point = x.map((t) => rational(t.numerator, 12n * t.denominator));
        expect(text(evaluateExact(network, point).output)).toBe(formatRational(valueOfCrease(crease, point)));
        const corners = Array.from({ length: 8 }, (_, code) =>
          [0, 1, 2].map((i) => ((code >> i) & 1 ? rational(2n) : rational(-1n))),
        );
        const heights = corners.map((corner) => add(dotOf(crease.normal, corner), crease.offset));
        const meets = heights.some((h) => compare(h, ZERO) > 0) && heights.some((h) => compare(h, ZERO) < 0);
        expect(provedCells(network, box)).toBe(meets ? 2 : 1);
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

/**
 * On a cell the network is its map. Between the ends of the cell and the knots inside it (on an unbounded side: one step
 * beyond them) the line is affine, too; so equality at these points is equality on the cell.
 */
function expectSameOnCell(network: Network, cell: Cell, line: Polyline) {
  const rows = inequalitiesOf(network, whole(1), cell);
  const inside = line.knots.filter((knot) => contains(rows, [knot]));
  const places = [ONE, negate(ONE)].flatMap((direction) => {
    const exit = exitAlong(rows, cell.witness, [direction]);
    if (exit !== undefined) return along(cell.witness, exit.step, [direction]);
    return [cell.witness[0]!, ...inside].map((x) => add(x, direction));
  });
  for (const x of [...places, ...inside]) {
    expect(text(valueOfAffine(cell.map, [x]))).toBe(formatRational(valueOfPolyline(line, x)));
  }
}

describe('a polyline of one variable', () => {
  it('is a network of one hidden layer: equal at every point, with one cell and one piece more than kinks', () => {
    holds(
      fc.property(polyline(), rationalVector(4), (line, points) => {
        const network = hingeNetwork(line);
        expect(network.layers.length).toBeLessThanOrEqual(1);
        for (const x of [...points, ...line.knots]) {
          expect(text(evaluateExact(network, [x]).output)).toBe(formatRational(valueOfPolyline(line, x)));
        }
        for (const cell of cellsOf(network, whole(1))) expectSameOnCell(network, cell, line);
        const kinks = kinksOf(line).length;
        expect(neuronCount(network)).toBeLessThanOrEqual(kinks + 1);
        expect(provedCells(network, whole(1))).toBe(kinks + 1);
        expect(piecesInOrder(network, whole(1)).length).toBe(kinks + 1);
        expect(cellsInOrder(network, whole(1)).length).toBe(kinks + 1);
      }),
      { seed: SEED, runs: 100 },
    );
  });

  it('has at most m + 1 pieces behind one hidden layer of m neurons', () => {
    holds(
      fc.property(anyNetwork({ inputs: 1, widths: [7], outputs: 1 }), (network) => {
        expect(piecesInOrder(network, whole(1)).length).toBeLessThanOrEqual(neuronCount(network) + 1);
      }),
      { seed: SEED },
    );
  });
});

describe('composed tent maps', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('depth %i: 2^k cells, pieces and maps, and the teeth of a saw', (depth) => {
    const network = sawtooth(depth);
    const unit = cube(1, 0, 1);
    const count = 2 ** depth;
    expect(neuronCount(network)).toBe(3 * depth);
    expect(countCellsOf(network, unit).cellsPerLayer).toEqual(Array.from({ length: depth }, (_, l) => 2 ** (l + 1)));
    expect(provedCells(network, unit)).toBe(count);
    expect(piecesInOrder(network, unit).length).toBe(count);
    expect(countMaps(cellsOf(network, unit))).toBe(count);
    for (let tooth = 0; tooth <= count; tooth++) {
      const height = evaluateExact(network, [rational(BigInt(tooth), BigInt(count))]).output[0]!;
      expect(formatRational(height)).toBe(formatRational(tooth % 2 === 0 ? ZERO : ONE));
    }
  });
});
