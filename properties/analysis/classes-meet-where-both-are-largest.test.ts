/**
 * The decision boundary between two classes is the part of {f_i = f_j} on which no third output is larger.
 *
 * On a segment of {f_i = f_j} inside one cell every output is affine (piecewise affine functions: Arora et al., "Understanding
 * Deep Neural Networks with Rectified Linear Units", 2018), so where f_i >= f_k on it follows from the values at its two ends: the
 * level set of a pair, clipped by these values, is an independent account of what one walk says of all pairs.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { levelSet } from '../../src/analysis/function/boundary.js';
import { decisionBoundaries } from '../../src/analysis/function/decision-survey.js';
import { add, divide, formatRational, multiply, ONE, type Rational, subtract, ZERO } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { buildNetwork, LINEAR, type Network, RELU } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { degenerateNetwork, dyadicNetwork } from '../support/generators/networks.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

type Point = readonly Rational[];

const shape = { inputs: 2, widths: [3, 2], outputs: 3 };
const SQUARE = cube(2, -2, 2);
const less = (a: Rational, b: Rational) => subtract(a, b).numerator < 0n;
const between = (p: Point, q: Point, t: Rational): Point => p.map((x, i) => add(x, multiply(t, subtract(q[i]!, x))));

/** The part of a segment of {f_i = f_j} on which f_i is not below any output; undefined without length. */
function clipped(network: Network, i: number, [p, q]: readonly [Point, Point]): readonly [Point, Point] | undefined {
  const gaps = [p, q].map((point) => {
    const { output } = evaluateExact(network, point);
    return output.map((value) => subtract(output[i]!, value));
  });
  let [low, high] = [ZERO, ONE];
  for (const [k, start] of gaps[0]!.entries()) {
    const end = gaps[1]![k]!;
    if (start.numerator >= 0n && end.numerator >= 0n) continue;
    if (start.numerator <= 0n && end.numerator <= 0n) return undefined;
    const zero = divide(start, subtract(start, end));
    if (start.numerator < 0n && less(low, zero)) low = zero;
    if (end.numerator < 0n && less(zero, high)) high = zero;
  }
  return less(low, high) ? [between(p, q, low), between(p, q, high)] : undefined;
}

const named = (ends: readonly Point[]) =>
  ends
    .map((point) => point.map(formatRational).join())
    .sort()
    .join(' to ');

test('one walk gives of every pair the level set where no other output is larger', () => {
  const seen = { pieces: 0, clipped: 0, ties: 0 };
  holds(
    fc.property(fc.oneof(degenerateNetwork(shape), dyadicNetwork(shape)), (network) => {
      const boundaries = decisionBoundaries(network, SQUARE);
      for (const pair of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        const found = boundaries.find(({ classes }) => classes.join() === pair.join());
        const level = levelSet(network, SQUARE, { output: pair[0], minus: pair[1] });
        const expected = level.pieces.flatMap(({ vertices: [a, b] }) => {
          const part = clipped(network, pair[0], [level.points[a!]!, level.points[b!]!]);
          if (part === undefined) seen.clipped++;
          return part === undefined ? [] : [named(part)];
        });
        const stated = (found?.pieces ?? []).map(({ vertices }) => named(vertices.map((v) => found!.points[v]!)));
        expect(stated.sort()).toEqual(expected.sort());
        for (const cell of found?.ties ?? []) expect(level.ties).toContain(cell);
        seen.pieces += stated.length;
        seen.ties += found?.ties.length ?? 0;
      }
    }),
    { seed: 4141, runs: 80 },
  );
  expect(Math.min(seen.pieces, seen.clipped, seen.ties)).toBeGreaterThan(0);
});

/** Outputs that are affine in (x, y): one cell. */
function affine(weights: readonly number[], biases: readonly number[]): Network {
  return buildNetwork(2, [
    { affine: affineFromDoubles(1, 2, [1, 0], [9]), slopes: [RELU] },
    { affine: affineFromDoubles(biases.length, 1, weights, biases), slopes: biases.map(() => LINEAR) },
  ]);
}

describe('on one cell', () => {
  // The hidden neuron is x + 9 > 0 on the square.
  it('a class that is nowhere largest has no boundary', () => {
    const network = affine([1, -1, 0], [-9, 9, -1]);
    const [only, ...others] = decisionBoundaries(network, SQUARE);
    expect([only!.classes, only!.pieces.length, others.length]).toEqual([[0, 1], 1, 0]);
  });

  it('classes that are equal and largest on part of a cell tie there', () => {
    const network = affine([1, 1, -1], [-9, -9, 9]);
    const pairs = decisionBoundaries(network, SQUARE).map(({ classes, pieces, ties }) => [
      classes.join(),
      pieces.length,
      ties,
    ]);
    expect(pairs).toEqual([
      ['0,1', 0, [0]],
      ['0,2', 1, []],
      ['1,2', 1, []],
    ]);
  });
});

describe('relu-atlas boundary', () => {
  const files = scratch();
  afterAll(() => files.dispose());
  const net = files.file(
    'three.json',
    JSON.stringify({
      layers: [
        {
          weights: [
            [1, 0],
            [0, 1],
          ],
          bias: [0, 0],
        },
        {
          weights: [
            [1, 0],
            [0, 1],
            [0, 0],
          ],
          bias: [0, 0, 0.5],
        },
      ],
    }),
  );

  it('gives all pairs for any number of workers, and refuses what has no meaning', async () => {
    const one = await atlas(['boundary', net, '--box=-1,1', '--format=json', '--workers=1']);
    const two = await atlas(['boundary', net, '--box=-1,1', '--classes', '--format=json', '--workers=2']);
    expect([one.code, one.stderr, two.stdout]).toEqual([0, '', one.stdout]);
    const { pairs } = JSON.parse(one.stdout) as { pairs: { classes: number[]; pieces: object[] }[] };
    // max(relu(x), relu(y), 1/2): the diagonal from (1/2, 1/2), and a ray with two cells on either side of it.
    expect(pairs.map(({ classes, pieces }) => [classes, pieces.length])).toEqual([
      [[0, 1], 1],
      [[0, 2], 2],
      [[1, 2], 2],
    ]);
    const text = await atlas(['boundary', net, '--box=-1,1']);
    expect(text.stdout).toMatch(/^classes 0, 1 +1 piece, 2 vertices, 1 curve$/m);
    const whole = await atlas(['boundary', net, '--whole', '--json']);
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    // The same pieces; each pair goes on for ever in one direction.
    const everywhere = JSON.parse(whole.stdout) as {
      pairs: { classes: number[]; pieces: object[]; ends: { direction: number[] }[] }[];
    };
    expect(everywhere.pairs.map(({ classes, pieces, ends }) => [classes, pieces.length, ends[0]!.direction])).toEqual([
      [[0, 1], 1, [1, 1]],
      [[0, 2], 2, [0, -1]],
      [[1, 2], 2, [-1, 0]],
    ]);
    expect(everywhere.pairs.map(({ ends }) => ends.length)).toEqual([1, 1, 1]);
    const single = await atlas(['boundary', `${ROOT}/fixtures/networks/demo_2-8-8-1.json`, '--box=-1,1', '--classes']);
    expect([single.code, single.stderr]).toEqual([2, expect.stringMatching(/--classes: expected a network with two/)]);
  });
});
