/**
 * Theorem. Outside of its last kink a network of one input is affine, and leaves every bounded f by any distance, unless its
 * slope there is zero: a fit of sine does not continue.
 *
 * Beyond all kinks g(x) = s x + c; with |f| <= M and s != 0 |g(x) - f(x)| >= |s| |x| - |c| - M, which exceeds any bound.
 *
 * Source: the piecewise affinity of these networks; Xu, Zhang, Li, Du, Kawarabayashi and Jegelka 2021, How neural networks
 * extrapolate, Theorem 1 (linear along every direction).
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  divide,
  negate,
  ONE,
  type Rational,
  rational,
  subtract,
} from '../../src/exact/rational.js';
import { whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { hingeNetwork } from '../../src/theory/hinges.js';
import { interpolant } from '../../src/theory/interpolant.js';
import { SINE } from '../../src/theory/smooth.js';
import { cellsInOrder } from '../support/engines/line.js';
import { holds, trials } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';

const SEED = 517;

/** A point to the right of all kinks where |network| > limit, if the last slope is not zero. */
function farPoint(network: Network, limit: Rational): Rational | undefined {
  const last = cellsInOrder(network, whole(1)).at(-1)!;
  const [slope, constant] = [last.map.jacobian[0]![0]!, last.map.constant[0]!];
  if (slope.numerator === 0n) return undefined;
  const reach = divide(add(add(limit, absolute(constant)), ONE), absolute(slope));
  return compare(reach, last.witness[0]!) > 0 ? reach : add(last.witness[0]!, reach);
}

it('a fit of sine on [-4, 4] leaves it by more than any bound', () => {
  const four = rational(4n);
  const fit = hingeNetwork(interpolant(SINE, negate(four), four, 32));
  holds(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 300n }), (limit) => {
      const x = farPoint(fit, rational(limit))!;
      // |sin| <= 1.
      const error = subtract(absolute(evaluateExact(fit, [x]).output[0]!), ONE);
      expect(compare(error, rational(limit - 1n))).toBeGreaterThan(0);
    }),
    { seed: SEED, runs: 20 },
  );
});

it('any network of one input leaves every bounded function, unless its last slope is zero: then it is constant', () => {
  let straight = 0;
  holds(
    fc.property(anyNetwork({ inputs: 1, widths: [4, 3], outputs: 1 }), (network) => {
      const limit = rational(10n ** 9n);
      const x = farPoint(network, limit);
      if (x !== undefined) {
        expect(compare(absolute(evaluateExact(network, [x]).output[0]!), limit)).toBeGreaterThan(0);
        return;
      }
      straight++;
      const end = cellsInOrder(network, whole(1)).at(-1)!;
      const far = add(end.witness[0]!, rational(10n ** 400n));
      expect(compare(evaluateExact(network, [far]).output[0]!, end.map.constant[0]!)).toBe(0);
    }),
    { seed: SEED, runs: 80 },
  );
  expect(straight).toBeGreaterThan(0);
  expect(straight).toBeLessThan(trials(80));
});
