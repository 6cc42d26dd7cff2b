/**
 * Theorem. On every path through a network and at every point of the domain, the exact row of a neuron is its pre-activation;
 * its row in doubles differs from that by at most its error, and the rounded value of that row at a double point by at most
 * its threshold. Mass, error and threshold are what the lemmas say, and no more.
 *
 * The pre-activation is computed layer by layer in fractions at one point, without rows. The sides are arbitrary: what a row
 * is does not depend on whether its path leads to a cell.
 *
 * Source: Lemmas 1 and 2 of src/exact/sign.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integersFromDoubles, rowAt } from '../../src/exact/integers.js';
import {
  absolute,
  compare,
  multiply,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { evaluationUnit, SLACK } from '../../src/exact/sign.js';
import { cube, type Domain, polytope, whole } from '../../src/network/domain.js';
import { rationalAffine } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { forEachInColumn } from '../../src/problem/layer.js';
import { type PartitionProblem, partitionProblem } from '../../src/problem/lowering.js';
import { dotOf } from '../../src/theory/rational-vectors.js';
import { exactRows, minimumOverBox } from '../../src/walk/exact-rows.js';
import type { ArithmeticName } from '../../src/walk/layer/memory.js';
import { type CellRows, cellRows } from '../../src/walk/rows.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import {
  anyNetwork,
  degenerateNetwork,
  extremeNetwork,
  genericNetwork,
  mixedNetwork,
  networkFrom,
  rationalNetwork,
} from '../support/generators/networks.js';
import { smallInteger } from '../support/generators/numbers.js';

const SEED = 4811;

/** The side of neuron j of a layer; zeros are rare. */
type Sides = (layer: number, neuron: number) => -1 | 0 | 1;

const sidesFrom =
  (choices: readonly number[]): Sides =>
  (layer, neuron) => {
    const choice = choices[(5 * layer + neuron) % choices.length]!;
    return choice === 0 ? 0 : choice % 2 === 0 ? 1 : -1;
  };

/** The pre-activations of every layer at a point, if the neurons are on the given sides. */
function preActivations({ layers }: Network, sides: Sides, point: readonly Rational[]): Rational[][] {
  let below = point;
  return layers.map(({ affine, slopes }, l) => {
    const { jacobian, constant } = rationalAffine(affine);
    const values = jacobian.map((row, k) => dotOf([...row, constant[k]!], [...below, rational(1n)]));
    below = values.map((value, j) => {
      const side = sides(l, j);
      return side === 0 ? ZERO : multiply(value, side > 0 ? slopes[j]!.positive : slopes[j]!.negative);
    });
    return values;
  });
}

/** Walks down the path in two steps per layer, as a walk does: some neurons are settled first, the others later. */
function walk(problem: PartitionProblem, rows: CellRows, sides: Sides, part: number) {
  rows.enterGiven();
  for (let layer = 0; layer < problem.depth; layer++) {
    const { width } = problem.layers[layer]!;
    for (let j = 0; j < width; j++) rows.sides[layer]![j] = sides(layer, j);
    if (layer + 1 === problem.depth) return;
    const first = Math.min(part, width);
    for (let j = 0; j < first; j++) rows.settled[j] = j;
    const begun = rows.accumulate(layer + 1, first, rows.biases(layer + 1), rows.room(layer + 1));
    for (let j = first; j < width; j++) rows.settled[j - first] = j;
    const target = part % 2 === 0 ? rows.rows[layer + 1]! : rows.room(layer + 1);
    rows.enter(layer + 1, rows.accumulate(layer + 1, width - first, begun, target));
  }
}

/** A double point of the domain of the variables. */
function pointIn({ lower, upper }: PartitionProblem, parts: readonly number[]): Float64Array {
  return Float64Array.from(lower, (lo, i) => {
    const part = parts[i % parts.length]!;
    if (part === 0) return lo;
    return part === 1 ? upper[i]! : Math.min(upper[i]!, Math.max(lo, lo + part * (upper[i]! - lo)));
  });
}

interface Case {
  readonly network: Network;
  readonly domain: Domain;
  readonly choices: readonly number[];
  readonly parts: readonly number[];
  readonly part: number;
  readonly arithmetic: ArithmeticName;
}

const shape = fc.record({
  inputs: fc.integer({ min: 1, max: 3 }),
  widths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
});
const networks = shape.chain((given) =>
  fc.oneof(
    anyNetwork(given),
    genericNetwork(given),
    rationalNetwork(given),
    mixedNetwork(given),
    degenerateNetwork(given),
    extremeNetwork(given),
    // Steeper on the negative side than anywhere else: what bounds the entries of exact rows must not forget it.
    networkFrom(given, {
      entry: smallInteger,
      slopes: fc.constant({ negative: rational(-(10n ** 12n)), positive: ZERO }),
    }),
  ),
);
const cases: fc.Arbitrary<Case> = networks.chain((network) =>
  fc.record({
    network: fc.constant(network),
    domain: fc.oneof(
      smallBox(network.inputs),
      fc.constantFrom<Domain>(cube(network.inputs, -1, 2), whole(network.inputs), cube(network.inputs, '-1/3', 50)),
    ),
    choices: fc.array(fc.nat(6), { minLength: 1, maxLength: 15 }),
    parts: fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 4,
    }),
    part: fc.nat(5),
    arithmetic: fc.constantFrom('plain', 'wasm'),
  }),
);

/** How the parts of a case fit together. */
function prepared({ network, domain, choices, parts, part, arithmetic }: Case) {
  const problem = partitionProblem(network, domain);
  const rows = cellRows(problem, arithmetic);
  const sides = sidesFrom(choices);
  walk(problem, rows, sides, part);
  const point = pointIn(problem, parts);
  const exactPoint = integersFromDoubles(point);
  return { problem, rows, sides, point, exactPoint, exact: exactRows(problem, rows.sides) };
}

/** What the row of a neuron of the problem must be at the point: homogeneous coordinates multiply everything by t. */
function expectedAt({ network }: Case, { problem, sides, exactPoint }: ReturnType<typeof prepared>): Rational[][] {
  const { numerators, denominator } = exactPoint;
  const scale = problem.homogeneous ? rational(numerators[problem.biasSlot]!, denominator) : rational(1n);
  if (scale.numerator === 0n) return [];
  const values = preActivations(network, sides, problem.lift(exactPoint));
  return values.map((layer) => layer.map((value) => multiply(value, scale)));
}

const entriesOf = (rows: CellRows, layer: number, neuron: number, count: number) =>
  Array.from(rows.rows[layer]!.subarray(neuron * rows.stride, neuron * rows.stride + count));

describe('at any point of the domain', () => {
  it('the exact row is the pre-activation', () => {
    holds(
      fc.property(cases, (given) => {
        const subject = prepared(given);
        const { exact, exactPoint } = subject;
        expectedAt(given, subject).forEach((values, layer) => {
          values.forEach((value, k) => {
            const row = exact.row(layer, k);
            expect(row.length).toBe(subject.problem.variables + 1);
            const found = rowAt(row, exactPoint.numerators, exactPoint.denominator);
            expect(rational(found, exactPoint.denominator * exact.denominator(layer))).toEqual(value);
            expect(exact.isZero(layer, k)).toBe(row.every((entry) => entry === 0n));
          });
        });
      }),
      { seed: SEED, runs: 200 },
    );
  });

  it('the row in doubles is off by at most its error, and its rounded value by at most its threshold', () => {
    holds(
      fc.property(cases, (given) => {
        const subject = prepared(given);
        const { rows, point, problem } = subject;
        expectedAt(given, subject).forEach((values, layer) => {
          values.forEach((value, k) => {
            const entries = entriesOf(rows, layer, k, problem.variables + 1);
            const [error, threshold] = [rows.error[layer]![k]!, rows.threshold[layer]![k]!];
            if (!entries.every(Number.isFinite)) {
              // Then nothing may be decided.
              expect(threshold < Number.POSITIVE_INFINITY).toBe(false);
              return;
            }
            const coordinates = [...Array.from(point, rationalFromDouble), rational(1n)];
            const off = absolute(subtract(dotOf(entries.map(rationalFromDouble), coordinates), value));
            if (error < Number.POSITIVE_INFINITY)
              expect(compare(off, rationalFromDouble(error))).toBeLessThanOrEqual(0);
            const rounded = entries.reduceRight((sum, entry, i) => sum + entry * (point[i] ?? 1), 0);
            if (!(threshold < Number.POSITIVE_INFINITY) || !Number.isFinite(rounded)) return;
            const offRounded = absolute(subtract(rationalFromDouble(rounded), value));
            expect(compare(offRounded, rationalFromDouble(threshold))).toBeLessThanOrEqual(0);
          });
        });
      }),
      { seed: SEED + 1, runs: 200 },
    );
  });
});

/** Equal but for the rounding of a few operations. */
function expectNear(found: number, expected: number) {
  if (Number.isFinite(expected)) expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.abs(expected) * 2 ** -40);
  else expect(Number.isFinite(found)).toBe(false);
}

describe('the bounds are those of the lemmas', () => {
  it('mass, error and threshold', () => {
    holds(
      fc.property(cases, (given) => {
        const { problem, rows, sides } = prepared(given);
        const { variables, magnitude, layers, depth } = problem;
        for (let l = 0; l < depth; l++) {
          const { width, columns, plus, minus, bias, unit, tiny } = layers[l]!;
          for (let k = 0; k < width; k++) {
            const entries = entriesOf(rows, l, k, variables + 1);
            const mass = entries.reduce((sum, entry, i) => sum + Math.abs(entry) * (magnitude[i] ?? 1), 0);
            expectNear(rows.mass[l]![k]!, mass);
            let accumulated = l === 0 && !problem.first.isExact ? unit * mass + tiny : 0;
            for (let j = 0; l > 0 && j < layers[l - 1]!.width; j++) {
              const weights = { [-1]: minus, 0: null, 1: plus }[sides(l - 1, j)];
              if (weights === null || weights === undefined) continue;
              forEachInColumn(columns, j, (to, e) => {
                if (to !== k) return;
                accumulated += Math.abs(weights[e]!) * (rows.error[l - 1]![j]! + unit * rows.mass[l - 1]![j]!);
              });
            }
            if (l > 0) accumulated += unit * Math.abs(bias[k]!);
            const error = accumulated * SLACK + tiny;
            expectNear(rows.error[l]![k]!, error);
            expectNear(rows.threshold[l]![k]!, (error + evaluationUnit(variables) * mass) * SLACK + tiny);
          }
        }
      }),
      { seed: SEED + 2, runs: 200 },
    );
  });

  it('and of Lemma 2 over a box', () => {
    holds(
      fc.property(
        cases,
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 8 }),
        (given, numbers) => {
          const { problem, rows } = prepared(given);
          const { variables, depth } = problem;
          const { box, centre, reach } = rows.enclosure;
          for (let i = 0; i < 2 * variables; i++) box[i] = i < variables ? numbers[i]! / 8 : Math.abs(numbers[i]!) / 16;
          for (let layer = 0; layer < depth; layer++) {
            rows.enclose(layer, variables, 3);
            for (let k = 0; k < problem.layers[layer]!.width; k++) {
              const entries = entriesOf(rows, layer, k, variables + 1);
              if (!entries.every(Number.isFinite)) continue;
              const slopes = entries.slice(0, variables);
              // In the documented order of operations.
              expect(centre[k]).toBe(slopes.reduce((sum, a, i) => sum + a * box[i]!, entries[variables]!));
              const from = 3 * rows.threshold[layer]![k]!;
              expect(reach[k]).toBe(slopes.reduce((sum, a, i) => sum + Math.abs(a) * box[variables + i]!, from));
            }
          }
        },
      ),
      { seed: SEED + 3, runs: 60 },
    );
  });
});

describe('the rows of a polytope', () => {
  it('stand behind those of the network, as they are given', () => {
    const row = (a: bigint, b: bigint, c: bigint) => ({
      coefficients: [rational(a, 3n), rational(b)],
      bound: rational(c, 7n),
    });
    const triangle = polytope(2, [row(1n, 2n, 3n), row(-5n, 1n, 4n)], { box: cube(2, -2, 1) });
    holds(
      fc.property(
        anyNetwork({ inputs: 2, widths: [3, 2] }),
        fc.constantFrom<ArithmeticName>('plain', 'wasm'),
        (network, arithmetic) => {
          const problem = partitionProblem(network, triangle);
          const { depth, given, layers, variables } = problem;
          expect(layers[depth]!.width).toBeGreaterThan(0);
          const rows = cellRows(problem, arithmetic);
          rows.enterGiven();
          const exact = exactRows(problem, rows.sides);
          expect(exact.denominator(depth)).toBe(given.denominator);
          for (let k = 0; k < layers[depth]!.width; k++) {
            const part = <T>(of: Iterable<T>) => Array.from(of).slice(k * (variables + 1), (k + 1) * (variables + 1));
            expect(exact.row(depth, k)).toEqual(part(given.numerators));
            expect(exact.isZero(depth, k)).toBe(false);
            expect(entriesOf(rows, depth, k, variables + 1)).toEqual(part(given.doubles));
            // Thirds are no doubles.
            expect(rows.error[depth]![k]).toBeGreaterThan(0);
            expect(rows.error[depth]![k]).toBeLessThan(rows.mass[depth]![k]! * 2 ** -45);
          }
          expect(exact.computed).toBe(0);
        },
      ),
      { seed: SEED + 6, runs: 20 },
    );
  });
});

describe('exact rows', () => {
  it('are computed once per path, and anew when the sides below have changed', () => {
    const once = anyNetwork({ inputs: 2, widths: [3, 3, 2] }).filter(({ layers }) => layers.length === 3);
    holds(
      fc.property(once, fc.array(fc.nat(6), { minLength: 3, maxLength: 9 }), (network, choices) => {
        const problem = partitionProblem(network, cube(2, -1, 1));
        const sides = problem.layers.map(({ width }, l) =>
          Int8Array.from({ length: width }, (_, j) => sidesFrom(choices)(l, j)),
        );
        const exact = exactRows(problem, sides);
        const last = problem.layers[2]!.width;
        const rowsOfLast = (of: typeof exact) => Array.from({ length: last }, (_, k) => of.row(2, k));
        const before = rowsOfLast(exact);
        const { computed } = exact;
        expect(computed).toBeGreaterThanOrEqual(last);
        expect(computed).toBeLessThanOrEqual(last + problem.layers[1]!.width);
        expect(rowsOfLast(exact)).toEqual(before);
        expect(exact.computed).toBe(computed);
        sides[0]!.forEach((side, j) => {
          sides[0]![j] = side > 0 ? -1 : 1;
        });
        exact.forget(1);
        exact.forget(2);
        expect(rowsOfLast(exact)).toEqual(rowsOfLast(exactRows(problem, sides)));
        const again = exact.computed;
        // The first layer's rows are the same on every path.
        exact.forget(0);
        expect(exact.row(0, 0)).toEqual(exactRows(problem, sides).row(0, 0));
        rowsOfLast(exact);
        expect(exact.computed).toBe(again);
      }),
      { seed: SEED + 4, runs: 60 },
    );
  });

  it('have their minimum over the box at the corner that their signs name', () => {
    holds(
      fc.property(smallBox(2), fc.tuple(fc.bigInt(-9n, 9n), fc.bigInt(-9n, 9n), fc.bigInt(-9n, 9n)), (domain, row) => {
        const network = fc.sample(anyNetwork({ inputs: 2, widths: [1] }), { numRuns: 1, seed: 1 })[0]!;
        const problem = partitionProblem(network, domain);
        fc.pre(problem.variables === 2 && problem.plainCoordinates);
        const corners = [domain.lower[0]!, domain.upper[0]!].flatMap((x) =>
          [domain.lower[1]!, domain.upper[1]!].map((y) =>
            dotOf(
              row.map((e) => rational(e)),
              [x, y, rational(1n)],
            ),
          ),
        );
        const least = corners.reduce((a, b) => (compare(b, a) < 0 ? b : a));
        expect(rational(minimumOverBox(row, problem), problem.boxDenominator)).toEqual(least);
      }),
      { seed: SEED + 5, runs: 100 },
    );
  });
});
