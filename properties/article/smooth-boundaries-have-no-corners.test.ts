/**
 * Theorem. The decision boundary of the trained tanh network is one closed smooth curve between the disc and the ring: f is
 * positive on the disc, negative on the ring and on the rest of the box, and between them f = 0 only where f falls along the
 * ray from 0.
 *
 * f is analytic. Where f = 0 and its radial derivative x . grad f(x) < 0, {f = 0} is a smooth curve (implicit function
 * theorem), without corners, and every ray from 0 meets it exactly once. The box is divided until on each part an enclosure of
 * f excludes 0 or, between disc and ring, one of the radial derivative does: a proof for every point of the box.
 *
 * Source: the implicit function theorem; Moore, Kearfott and Cloud 2009, Introduction to interval analysis. The network:
 * fixtures/circle/README.md.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rationalFromDouble } from '../../src/exact/rational.js';
import { DISC_RADIUS, RING_RADII } from '../../src/theory/circle-data.js';
import { addIntervals, type Interval, intervalOfRational, multiplyIntervals } from '../../src/theory/interval.js';
import { TANH } from '../../src/theory/smooth.js';
import type { DenseLayer } from '../../src/theory/train.js';

const FILE = fileURLToPath(new URL('../../fixtures/circle/tanh_2-3-3-3-1.json', import.meta.url));
const exactly = (value: number) => intervalOfRational(rationalFromDouble(value));

/** The network with its numbers as intervals. */
const LAYERS = (JSON.parse(readFileSync(FILE, 'utf8')) as { readonly layers: readonly DenseLayer[] }).layers.map(
  ({ weights, bias }) => ({ weights: weights.map((row) => row.map(exactly)), bias: bias.map(exactly) }),
);

const combination = (weights: readonly Interval[], values: readonly Interval[], start = exactly(0)) =>
  weights.reduce((sum, w, c) => addIntervals(sum, multiplyIntervals(w, values[c]!)), start);

/** Enclosures of the pre-activations of every layer on a box; the last are the value. */
function preActivationsOn(box: readonly Interval[]): Interval[][] {
  let values = box;
  return LAYERS.map(({ weights, bias }) => {
    const pre = weights.map((row, r) => combination(row, values, bias[r]!));
    values = pre.map(TANH.value);
    return pre;
  });
}

/** An enclosure of x . grad f(x) on a box: the derivative along x, forward through the layers. */
function radialDerivativeOn(box: readonly Interval[], pre: readonly (readonly Interval[])[]): Interval {
  let rates = box;
  LAYERS.forEach(({ weights }, l) => {
    const slopes = weights.map((row) => combination(row, rates));
    const last = l + 1 === LAYERS.length;
    rates = last ? slopes : slopes.map((rate, r) => multiplyIntervals(TANH.derivative(pre[l]![r]!), rate));
  });
  return rates[0]!;
}

/** A side of a box: multiples of a small power of two, so that squares are exact. */
type Side = readonly [from: number, to: number];

/** The least and the greatest |x|^2 on a box. */
function squaredRadiiOf(sides: readonly Side[]): Side {
  const squares = sides.map(([a, b]): Side => [a <= 0 && b >= 0 ? 0 : Math.min(a * a, b * b), Math.max(a * a, b * b)]);
  return squares.reduce(([low, high], [least, most]): Side => [low + least, high + most], [0, 0]);
}

type Verdict = 'positive' | 'negative' | 'a curve that rays cross once' | undefined;

/** What is proved about f on a box; undefined if nothing is, or too little. */
function verdictOn(sides: readonly Side[]): Verdict {
  const box = sides.map(([a, b]): Interval => ({ low: exactly(a).low, high: exactly(b).high }));
  const [least, most] = squaredRadiiOf(sides);
  const meetsDisc = least <= DISC_RADIUS ** 2;
  const meetsOutside = most >= RING_RADII[0] ** 2;
  const pre = preActivationsOn(box);
  const value = pre.at(-1)![0]!;
  if (value.low.gt(0) && !meetsOutside) return 'positive';
  if (value.high.lt(0) && !meetsDisc) return 'negative';
  if (meetsDisc || meetsOutside) return undefined;
  return radialDerivativeOn(box, pre).high.lt(0) ? 'a curve that rays cross once' : undefined;
}

/** The four quarters of a box. */
function quarters([x, y]: readonly [Side, Side]): [Side, Side][] {
  const halves = ([a, b]: Side): Side[] => [
    [a, (a + b) / 2],
    [(a + b) / 2, b],
  ];
  return halves(x).flatMap((left) => halves(y).map((right): [Side, Side] => [left, right]));
}

it('f is positive on the disc, negative outside, and falls along every ray where it may be zero: on the whole box', () => {
  const seen = new Map<Verdict, number>();
  const prove = (box: readonly [Side, Side], depth: number) => {
    const verdict = verdictOn(box);
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    if (verdict !== undefined) return;
    // What cannot be proved on a part of width 12 / 2^9 is taken to be false.
    expect(depth, `nothing proved on ${JSON.stringify(box)}`).toBeLessThan(9);
    for (const quarter of quarters(box)) prove(quarter, depth + 1);
  };
  prove(
    [
      [-6, 6],
      [-6, 6],
    ],
    0,
  );
  for (const verdict of ['positive', 'negative', 'a curve that rays cross once'] as const) {
    expect(seen.get(verdict), verdict).toBeGreaterThan(50);
  }
});
