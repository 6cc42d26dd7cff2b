/**
 * The two-class data of the circle experiment: a disc of radius 2.5 and the ring from 3.5 to 5 around it.
 */
import { type Rational, rational, rationalFromDouble } from '../exact/index.js';
import { randomNumbers } from './random.js';

export interface CirclePoint {
  readonly x: Rational;
  readonly y: Rational;
  /** In the disc; otherwise in the ring. */
  readonly inner: boolean;
}

export const DISC_RADIUS = 2.5;
export const RING_RADII = [3.5, 5] as const;

/** One point of a class, uniform by area: candidates from the square until one lies in the disc or ring. */
function pointBetween(random: () => number, from: number, to: number): readonly [number, number] {
  for (;;) {
    // Multiples of 2^-20: exact squares, so that membership is decided without rounding.
    const [x, y] = [random(), random()].map((u) => Math.floor((2 * u - 1) * to * 2 ** 20) / 2 ** 20) as [
      number,
      number,
    ];
    const square = x * x + y * y;
    if (square <= to * to && square >= from * from) return [x, y];
  }
}

/**
 * `count` points, half of them (rounded up) in the disc, the others in the ring; the same for the same seed everywhere.
 */
export function discAndRing(seed: number, count: number): CirclePoint[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const inner = i % 2 === 0;
    const [x, y] = inner ? pointBetween(random, 0, DISC_RADIUS) : pointBetween(random, ...RING_RADII);
    return { x: rationalFromDouble(x), y: rationalFromDouble(y), inner };
  });
}

/** The squared distance from the origin. */
export function squaredRadius({ x, y }: CirclePoint): Rational {
  const numerator = x.numerator ** 2n * y.denominator ** 2n + y.numerator ** 2n * x.denominator ** 2n;
  return rational(numerator, (x.denominator * y.denominator) ** 2n);
}
