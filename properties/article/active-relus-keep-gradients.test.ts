/**
 * Theorem. Through L layers of one neuron a sigmoid's derivative is at most 4^-L prod |w|, tanh's at most prod |w|, and that of
 * a path of active ReLUs is exactly prod w.
 *
 * s' = s (1 - s) <= 1/4 and tanh' = 1 - tanh^2 <= 1, so the chain rule gives the bounds, and the mean value theorem makes them
 * Lipschitz constants: |f(x) - f(y)| <= 4^-L prod |w| |x - y|, which is what is tried here, in enclosures. relu' = 1 where a
 * ReLU is active, and 0 where it is not: then the whole path's derivative is 0.
 *
 * Source: Hochreiter 1991; Bengio, Simard and Frasconi 1994; Glorot, Bordes and Bengio 2011.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  formatRational,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { backpropagate } from '../../src/theory/backpropagation.js';
import { type Link, reluChain, smoothChain } from '../../src/theory/chain.js';
import {
  absoluteInterval,
  excludesZero,
  intervalOfRational,
  multiplyIntervals,
  subtractIntervals,
} from '../../src/theory/interval.js';
import { SIGMOID, type SmoothFunction, TANH } from '../../src/theory/smooth.js';
import { holds } from '../support/generators/holds.js';
import { smallRational } from '../support/generators/numbers.js';

const SEED = 513;
const links: fc.Arbitrary<readonly Link[]> = fc.array(fc.record({ weight: smallRational, bias: smallRational }), {
  minLength: 1,
  maxLength: 8,
});
const product = (chain: readonly Link[]) => chain.map(({ weight }) => weight).reduce(multiply, ONE);

/** factor^L prod |w| */
function bound(chain: readonly Link[], factor: Rational): Rational {
  return chain.reduce((most) => multiply(most, factor), absolute(product(chain)));
}

const cases: readonly (readonly [string, SmoothFunction, Rational])[] = [
  ['sigmoid: 4^-L prod |w|', SIGMOID, rational(1n, 4n)],
  ['tanh: prod |w|', TANH, ONE],
];

describe('the derivative of a chain is at most', () => {
  it.each(cases)('%s', (_, activation, factor) => {
    holds(
      fc.property(links, smallRational, smallRational, (chain, x, y) => {
        const most = bound(chain, factor);
        const derivative = absoluteInterval(smoothChain(activation, chain, x).derivative);
        // `low` is what is proved about the derivative: it must not exceed the bound.
        expect(derivative.low.lte(intervalOfRational(most).high)).toBe(true);
        const rise = absoluteInterval(
          subtractIntervals(smoothChain(activation, chain, x).value, smoothChain(activation, chain, y).value),
        );
        const lipschitz = multiplyIntervals(intervalOfRational(most), intervalOfRational(absolute(subtract(x, y))));
        expect(rise.low.lte(lipschitz.high)).toBe(true);
      }),
      { seed: SEED, runs: 60 },
    );
  });

  /*
   * |f''| <= L P^2 with P = prod max(1, |w|): every link has |a'| <= 1 and |a''| <= 1, and the chain rule for the second
   * derivative adds one term per link. So the quotient is within h L P^2 of f'(x).
   */
  it.each(cases)('and it is the derivative, not merely small: %s, against a difference quotient', (_, activation) => {
    const h = rational(1n, 10n ** 30n);
    holds(
      fc.property(links, smallRational, (chain, x) => {
        const [here, there] = [x, add(x, h)].map((t) => smoothChain(activation, chain, t));
        const rise = subtractIntervals(there!.value, here!.value);
        const quotient = multiplyIntervals(rise, intervalOfRational(rational(10n ** 30n)));
        const steep = chain.map(({ weight }) => (compare(absolute(weight), ONE) > 0 ? absolute(weight) : ONE));
        const bend = multiply(rational(BigInt(chain.length)), [...steep, ...steep].reduce(multiply, ONE));
        const gap = absoluteInterval(subtractIntervals(quotient, here!.derivative));
        expect(gap.low.lte(intervalOfRational(multiply(h, bend)).high)).toBe(true);
      }),
      { seed: SEED, runs: 30 },
    );
  });

  it('and not zero for smooth activations, unless a weight is', () => {
    holds(
      fc.property(links, smallRational, (chain, x) => {
        fc.pre(chain.length <= 3 && compare(product(chain), ZERO) !== 0);
        expect(excludesZero(smoothChain(SIGMOID, chain, x).derivative)).toBe(true);
      }),
      { seed: SEED, runs: 60 },
    );
  });
});

describe('a path of ReLUs', () => {
  it('has exactly prod w as its derivative where all are active, else 0', () => {
    let active = 0;
    holds(
      fc.property(links, smallRational, (chain, x) => {
        const network = reluChain(chain);
        const { pattern } = evaluateExact(network, [x]);
        const all = pattern.every(([sign]) => sign === 1);
        if (all) active++;
        expect(formatRational(backpropagate(network, [x])[0]![0]!)).toBe(formatRational(all ? product(chain) : ZERO));
      }),
      { seed: SEED, runs: 300 },
    );
    expect(active).toBeGreaterThan(20);
  });

  it('keeps a derivative of 1 through any depth, where sigmoids leave less than 4^-L', () => {
    for (const depth of [1, 5, 20]) {
      const chain = Array.from({ length: depth }, () => ({ weight: ONE, bias: ZERO }));
      expect(formatRational(backpropagate(reluChain(chain), [ONE])[0]![0]!)).toBe('1');
      const most = intervalOfRational(bound(chain, rational(1n, 4n)));
      expect(smoothChain(SIGMOID, chain, ONE).derivative.high.lt(most.low)).toBe(true);
    }
  });
});
