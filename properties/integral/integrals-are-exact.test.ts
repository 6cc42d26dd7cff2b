/**
 * Theorem. Integrals of outputs, their squares and gradients over boxes are what closed forms say, what trapezoids between breakpoints on a
 * line add up to, and what the distribution function gives back; the distribution function is the volume of what lies below a level;
 * integrals over two halves of a box sum to that over the box; volumes of classes are those of the regions, and fill the domain.
 *
 * Source: H. B. Curry and I. J. Schoenberg, On Polya frequency functions IV (1966); E[f] = T - integral of F up to T, for T above all values.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentPartition } from '../../src/analysis/function/index.js';
import { add, compare, divide, multiply, ONE, type Rational, rational, subtract, ZERO } from '../../src/exact/index.js';
import {
  type Distribution,
  type Enclosed,
  integrals,
  regionVolume,
  simplexDistribution,
} from '../../src/integral/index.js';
import { box, cube, DomainError, evaluateExact, type Network, polytope, whole } from '../../src/network/index.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import {
  absolute,
  constant,
  input,
  maximum,
  maxMinNetwork,
  minimum,
  minus,
  plus,
  times,
} from '../support/generators/max-min.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';

const SEED = 2330;
const q = (numerator: number, denominator = 1) => rational(BigInt(numerator), BigInt(denominator));
const sum = (values: readonly Rational[]) => values.reduce(add, ZERO);
const power = (x: Rational, n: number) => new Array(n).fill(x).reduce(multiply, ONE);

/** The exact number; these are short. */
function exactly(value: Enclosed): Rational {
  if (value.exact === undefined) throw new Error('expected a short number');
  return value.exact;
}

function contains({ lower, upper }: Enclosed, value: Rational): boolean {
  return compare(lower, value) <= 0 && compare(value, upper) <= 0;
}

const max = (n: number) => maximum(...Array.from({ length: n }, (_, i) => input(i)));
const total = (n: number) => plus(...Array.from({ length: n }, (_, i) => input(i)));

describe('closed forms', () => {
  it.each([1, 2, 3, 4])(
    'the largest of %i coordinates of the unit cube has mean n/(n+1), second moment n/(n+2)',
    (n) => {
      const { outputs, volume } = integrals(maxMinNetwork(n, max(n)), cube(n, 0, 1));
      expect(volume).toEqual(ONE);
      expect(exactly(outputs[0]!.integral)).toEqual(q(n, n + 1));
      expect(exactly(outputs[0]!.square)).toEqual(q(n, n + 2));
      expect(exactly(outputs[0]!.gradient)).toEqual(ONE);
    },
  );

  it.each([1, 2, 3, 4])(
    'the sum of %i coordinates has the moments of Irwin and Hall, and a gradient of length sqrt n',
    (n) => {
      const [only] = integrals(maxMinNetwork(n, total(n)), cube(n, 0, 1)).outputs;
      expect(exactly(only!.integral)).toEqual(q(n, 2));
      expect(exactly(only!.square)).toEqual(add(q(n, 12), q(n * n, 4)));
      expect(exactly(only!.gradientSquare)).toEqual(q(n));
      // lower^2 <= n <= upper^2, a width of 2^-60 at most
      const { lower, upper } = only!.gradient;
      expect(compare(multiply(lower, lower), q(n))).toBeLessThanOrEqual(0);
      expect(compare(multiply(upper, upper), q(n))).toBeGreaterThanOrEqual(0);
      expect(compare(subtract(upper, lower), rational(1n, 1n << 60n))).toBeLessThan(0);
    },
  );

  it.each([2, 3, 4])('the sum of %i coordinates is distributed as Irwin and Hall say', (n) => {
    const [distribution] = integrals(maxMinNetwork(n, total(n)), cube(n, 0, 1), { distributions: true }).distributions!;
    for (const t of [q(1, 3), q(1), q(7, 5), q(n), q(n + 1)]) {
      // F(t) = 1/n! sum (-1)^k binomial(n, k) (t - k)_+^n
      let expected = ZERO;
      let choose = 1;
      for (let k = 0; k <= n; k++) {
        const distance = subtract(t, q(k));
        if (distance.numerator > 0n)
          expected = add(expected, multiply(q(k % 2 === 0 ? choose : -choose), power(distance, n)));
        choose = (choose * (n - k)) / (k + 1);
      }
      const factorial = Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b);
      expect(exactly(distribution!.at(t))).toEqual(divide(expected, q(factorial)));
    }
  });

  it('a plateau is an atom: relu on [-1, 3] is 0 with probability 1/4, and has the mean 9/8', () => {
    const relu = times(0.5, plus(input(0), absolute(input(0))));
    const { distributions, outputs } = integrals(maxMinNetwork(1, relu), box([q(-1)], [q(3)]), { distributions: true });
    const [distribution] = distributions!;
    expect(distribution!.atoms()).toEqual([{ value: ZERO, mass: q(1, 4) }]);
    expect(exactly(distribution!.at(q(-1, 1000)))).toEqual(ZERO);
    expect(exactly(distribution!.at(ZERO))).toEqual(q(1, 4));
    expect(divide(exactly(outputs[0]!.integral), q(4))).toEqual(q(9, 8));
  });

  it('the square |x| + |y| <= 1 fills half of [-1, 1]^2', () => {
    const network = maxMinNetwork(2, minus(absolute(input(0)), { ...times(-1, absolute(input(1))), constant: 1 }));
    expect(integrals(network, cube(2, -1, 1)).classes.map(exactly)).toEqual([q(2), q(2)]);
  });
});

/** 1 - |x_0| - .. - |x_(n-1)|: not negative on the cross-polytope. */
const crossPolytope = (n: number) =>
  minus(constant(1), plus(...Array.from({ length: n }, (_, i) => absolute(input(i)))));
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
/** x >= 0, x_0 + .. + x_(n-1) <= 1 */
const simplex = (n: number) => {
  const row = (entry: (i: number) => number) => Array.from({ length: n }, (_, i) => q(entry(i)));
  const positive = Array.from({ length: n }, (_, k) => ({ coefficients: row((i) => (i === k ? -1 : 0)), bound: ZERO }));
  return polytope(n, [...positive, { coefficients: row(() => 1), bound: ONE }]);
};

describe('by hand', () => {
  it('|x| on [-1, 1]: integral 1, square 2/3, total variation 2, uniform on [0, 1]', () => {
    const network = maxMinNetwork(1, absolute(input(0)));
    const { outputs, distributions, volume } = integrals(network, cube(1, -1, 1), { distributions: true });
    const [{ integral, square, gradient, gradientSquare }] = outputs as [(typeof outputs)[0]];
    expect([volume, ...[integral, square, gradient, gradientSquare].map(exactly)]).toEqual([
      q(2),
      q(1),
      q(2, 3),
      q(2),
      q(2),
    ]);
    for (const t of [q(0), q(1, 3), q(1)]) expect(exactly(distributions![0]!.at(t))).toEqual(t);
  });

  it('the gradient of max(3 x, 4 y) on the unit square is 3 on 3/8 of it and 4 on the rest', () => {
    const network = maxMinNetwork(2, maximum(times(3, input(0)), times(4, input(1))));
    const [only] = integrals(network, cube(2, 0, 1)).outputs;
    expect(exactly(only!.gradient)).toEqual(q(3 * 3 + 4 * 5, 8));
    expect(exactly(only!.gradientSquare)).toEqual(q(9 * 3 + 16 * 5, 8));
    // Of |3 x + 4 y| and 3 |x| + 4 |y| it is 5 everywhere.
    const steep = [times(3, input(0)), times(4, input(1))] as const;
    const both = [absolute(plus(...steep)), plus(...steep.map(absolute))];
    for (const formula of both)
      expect(exactly(integrals(maxMinNetwork(2, formula), cube(2, -1, 1)).outputs[0]!.gradient)).toEqual(q(20));
  });

  it.each([1, 2, 3, 4, 5, 6])('the cross-polytope of dimension %i has the volume 2^n / n!', (n) => {
    const [outside, inside] = integrals(maxMinNetwork(n, crossPolytope(n)), cube(n, -1, 1)).classes;
    const volume = q(2 ** n, factorial(n));
    expect([outside, inside].map((part) => exactly(part!))).toEqual([subtract(q(2 ** n), volume), volume]);
  });

  it.each([1, 2, 3, 4, 5, 6])('on the simplex of dimension %i moments are those of Dirichlet', (n) => {
    // The integral of x_0^a is a! / (n + a)!, and |x_0 - 0| = x_0 there.
    const { volume, outputs } = integrals(maxMinNetwork(n, absolute(input(0))), simplex(n));
    const [{ integral, square, gradient }] = outputs as [(typeof outputs)[0]];
    expect([volume, ...[integral, square, gradient].map(exactly)]).toEqual([
      q(1, factorial(n)),
      q(1, factorial(n + 1)),
      q(2, factorial(n + 2)),
      q(1, factorial(n)),
    ]);
  });

  it.each([2, 3, 4, 5, 6])('each of %i coordinates of the unit cube is the largest on 1/n of it', (n) => {
    const network = maxMinNetwork(n, ...Array.from({ length: n }, (_, i) => plus(absolute(input(0)), input(i))));
    expect(integrals(network, cube(n, 0, 1)).classes.map(exactly)).toEqual(new Array(n).fill(q(1, n)));
  });

  it('expected values under a product of uniform laws are integral / volume', () => {
    // X on [0, a], Y on [0, b], b <= a: E max(X, Y) = a / 2 + b^2 / (6 a), E max^2 = a^2 / 3 + b^3 / (6 a), E |X - Y| = 2 E max - E X - E Y.
    const [a, b] = [q(7, 3), q(5, 4)];
    const network = maxMinNetwork(2, maximum(input(0), input(1)), absolute(minus(input(0), input(1))));
    const { outputs, volume } = integrals(network, box([ZERO, ZERO], [a, b]));
    const mean = (value: Enclosed) => divide(exactly(value), volume);
    const largest = add(divide(a, q(2)), divide(multiply(b, b), multiply(q(6), a)));
    expect(volume).toEqual(multiply(a, b));
    expect(mean(outputs[0]!.integral)).toEqual(largest);
    expect(mean(outputs[0]!.square)).toEqual(add(divide(power(a, 2), q(3)), divide(power(b, 3), multiply(q(6), a))));
    expect(mean(outputs[1]!.integral)).toEqual(subtract(multiply(q(2), largest), divide(add(a, b), q(2))));
    // Second moments of differences: (a^2 + b^2) / 3 - a b / 2.
    const cross = divide(multiply(a, b), q(2));
    expect(mean(outputs[1]!.square)).toEqual(subtract(divide(add(power(a, 2), power(b, 2)), q(3)), cross));
  });

  it.each([2, 3])('largest, smallest, and distance of %i uniform coordinates are distributed as known', (n) => {
    const least = minimum(...Array.from({ length: n }, (_, i) => input(i)));
    const distance = absolute(minus(input(0), input(1)));
    const scaled = maximum(input(0), times(2, input(1)));
    const network = maxMinNetwork(n, max(n), least, distance, scaled);
    const { distributions } = integrals(network, cube(n, 0, 1), { distributions: true });
    for (const t of [q(1, 7), q(1, 2), q(5, 6)]) {
      const rest = subtract(ONE, t);
      expect(distributions!.map((distribution) => exactly(distribution.at(t)))).toEqual([
        power(t, n),
        subtract(ONE, power(rest, n)),
        subtract(ONE, power(rest, 2)),
        divide(power(t, 2), q(2)),
      ]);
    }
    // Beyond 1 only 2 y decides.
    expect(exactly(distributions![3]!.at(q(3, 2)))).toEqual(q(3, 4));
  });
});

describe('on a line', () => {
  it('integrals are the trapezoids between breakpoints', () => {
    holds(
      fc.property(anyNetwork({ inputs: 1, widths: [4, 3] }), smallBox(1), (network, { lower, upper }) => {
        const { breakpoints } = segmentPartition(network, lower, upper);
        const length = subtract(upper[0]!, lower[0]!);
        const at = breakpoints.map((t) => evaluateExact(network, [add(lower[0]!, multiply(t, length))]).output[0]!);
        const pieces = at
          .slice(1)
          .map((b, i) => ({ a: at[i]!, b, dt: subtract(breakpoints[i + 1]!, breakpoints[i]!) }));
        const [only] = integrals(network, box(lower, upper)).outputs;
        const first = sum(pieces.map(({ a, b, dt }) => multiply(dt, divide(add(a, b), q(2)))));
        const second = sum(
          pieces.map(({ a, b, dt }) =>
            multiply(dt, divide(sum([multiply(a, a), multiply(a, b), multiply(b, b)]), q(3))),
          ),
        );
        const rise = sum(pieces.map(({ a, b }) => (compare(a, b) < 0 ? subtract(b, a) : subtract(a, b))));
        expect(contains(only!.integral, multiply(first, length))).toBe(true);
        expect(contains(only!.square, multiply(second, length))).toBe(true);
        // The total variation.
        expect(exactly(only!.gradient)).toEqual(rise);
      }),
      { seed: SEED, runs: 40 },
    );
  });
});

const planes = fc.record({ network: anyNetwork({ inputs: 2, widths: [3, 2], outputs: 2 }), domain: smallBox(2) });
const degenerate = fc.record({
  network: degenerateNetwork({ inputs: 2, widths: [3, 2], outputs: 2 }),
  domain: smallBox(2),
});
const spaces = fc.record({ network: anyNetwork({ inputs: 3, widths: [3], outputs: 2 }), domain: smallBox(3) });
const problems = fc.oneof(planes, degenerate, spaces);

/** E[f] and E[f^2] from the distribution function, for T at or above all values: T^m - int m t^(m-1) F(t) dt, term by term. */
function momentsOf({ terms }: Distribution): [Rational, Rational] {
  const top = terms.at(-1)!.knot;
  let first = top;
  let second = multiply(top, top);
  for (const { knot, power: p, coefficient } of terms) {
    const reach = subtract(top, knot);
    // int (t - k)^p dt and int 2 t (t - k)^p dt = int 2 (t - k)^(p + 1) + 2 k (t - k)^p dt
    const whole = divide(power(reach, p + 1), q(p + 1));
    const more = divide(power(reach, p + 2), q(p + 2));
    first = subtract(first, multiply(coefficient, whole));
    second = subtract(second, multiply(coefficient, multiply(q(2), add(more, multiply(knot, whole)))));
  }
  return [first, second];
}

describe('random networks', () => {
  it('the distribution function has the moments of the integrals, ends at 1, and is the volume below a level', () => {
    holds(
      fc.property(problems, fc.integer({ min: 1, max: 6 }), ({ network, domain }, part) => {
        const { distributions, outputs, volume } = integrals(network, domain, { distributions: true });
        const distribution = distributions![1];
        const [first, second] = momentsOf(distribution!);
        expect(contains(outputs[1]!.integral, multiply(first, volume))).toBe(true);
        expect(contains(outputs[1]!.square, multiply(second, volume))).toBe(true);
        const knots = distribution!.terms.map(({ knot }) => knot);
        expect(contains(distribution!.at(knots.at(-1)!), ONE)).toBe(true);
        const level = add(knots[0]!, multiply(subtract(knots.at(-1)!, knots[0]!), q(part, 7)));
        const share = distribution!.at(level);
        if (share.exact === undefined || share.exact.numerator === 0n) return;
        const below = regionVolume(network, domain, { kind: 'below', output: 1, level });
        expect(contains(below, multiply(share.exact, volume))).toBe(true);
      }),
      { seed: SEED + 1, runs: 30 },
    );
  });

  it('halves of a box sum to the box, and classes fill it', () => {
    holds(
      fc.property(problems, ({ network, domain: { lower, upper } }) => {
        const middle = divide(add(lower[0]!, upper[0]!), q(2));
        const [all, left, right] = [
          integrals(network, box(lower, upper)),
          integrals(network, box(lower, [middle, ...upper.slice(1)])),
          integrals(network, box([middle, ...lower.slice(1)], upper)),
        ] as const;
        expect(add(left.volume, right.volume)).toEqual(all.volume);
        for (const k of [0, 1]) {
          for (const name of ['integral', 'square', 'gradient', 'gradientSquare'] as const) {
            const [a, b, c] = [left, right, all].map((part) => part.outputs[k]![name]);
            expect(compare(add(a!.lower, b!.lower), c!.upper)).toBeLessThanOrEqual(0);
            expect(compare(c!.lower, add(a!.upper, b!.upper))).toBeLessThanOrEqual(0);
          }
        }
        const shares = sum(all.classes.map(({ upper: most }) => most));
        expect(compare(shares, all.volume)).toBeGreaterThanOrEqual(0);
        all.classes.forEach((own, k) => {
          if (own.exact === undefined || own.exact.numerator === 0n) return;
          const region = regionVolume(network, box(lower, upper), { kind: 'class', class: k });
          expect(contains(region, own.exact)).toBe(true);
        });
      }),
      { seed: SEED + 2, runs: 20 },
    );
  });

  it('values that coincide at corners are limits of values that do not', () => {
    holds(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 5 }), (values) => {
        if (new Set(values).size === 1) return;
        const at = (knots: readonly Rational[], t: Rational) =>
          sum(
            simplexDistribution(knots).map(({ knot, power: p, coefficient }) => {
              const d = subtract(t, knot);
              return d.numerator < 0n ? ZERO : multiply(coefficient, power(d, p));
            }),
          );
        const apart = values.map((v, i) => add(q(v), rational(BigInt(i), 1n << 60n)));
        for (const t of [q(1, 2), q(3, 2)]) {
          const distance = subtract(
            at(
              values.map((v) => q(v)),
              t,
            ),
            at(apart, t),
          );
          expect(compare(multiply(distance, distance), rational(1n, 1n << 80n))).toBeLessThan(0);
        }
      }),
      { seed: SEED + 3, runs: 40 },
    );
  });
});

it('R^d is refused by name', () => {
  const network: Network = maxMinNetwork(2, max(2));
  expect(() => integrals(network, whole(2))).toThrow(DomainError);
});
