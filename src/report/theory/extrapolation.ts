/**
 * The section on extrapolation: beyond its last hinge a network is a straight line.
 */
import * as Plot from '@observablehq/plot';
import { absolute, add, compare, ONE, type Rational, rational, subtract, toDouble } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { evaluateExact } from '../../network/index.js';
import { gridOf, hingeNetwork, interpolant, intervalOfRational, SINE, slopesOf } from '../../theory/index.js';
import { COLOUR, chart, type Picture } from '../page/index.js';
import type { TheorySection } from './section.js';

const whole = (n: bigint) => rational(n);
const FROM = whole(-4n);
const TO = whole(4n);
const PIECES = 32;
const LIMITS = [1n, 10n, 1000n, 1_000_000n];

/** The interpolating network of sine on [-4, 4] with 32 hinges. */
export function sineFit(): { readonly network: Network; readonly slopeAfter: Rational } {
  const line = interpolant(SINE, FROM, TO, PIECES);
  return { network: hingeNetwork(line), slopeAfter: slopesOf(line).at(-1)! };
}

/** |network(x)| - 1, a lower bound for the error at x, as |sin| <= 1. */
function errorAtLeast(network: Network, x: bigint): Rational {
  return subtract(absolute(evaluateExact(network, [whole(x)]).output[0]!), ONE);
}

/** The least integer x > 4 at which the error certainly exceeds the limit: |network| grows from some point on. */
export function firstBeyond(network: Network, limit: bigint): bigint {
  const exceeds = (x: bigint) => compare(errorAtLeast(network, x), whole(limit)) > 0;
  let high = 8n;
  while (!exceeds(high)) high *= 2n;
  let low = high / 2n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (exceeds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function picture(network: Network): Picture {
  const at = (x: Rational) => toDouble(evaluateExact(network, [x]).output[0]!);
  const fit = gridOf(whole(-14n), whole(14n), 28 * 8).map((x) => ({ x: toDouble(x), y: at(x) }));
  const sine = gridOf(whole(-14n), whole(14n), 28 * 10).map((x) => ({
    x: toDouble(x),
    y: SINE.value(intervalOfRational(x)).low.toNumber(),
  }));
  const labels = [
    { x: 11.2, y: 1.6, text: 'sine', fill: COLOUR.muted },
    { x: 7, y: -5, text: 'network', fill: COLOUR.blue },
    { x: 0, y: 6.4, text: 'fitted here', fill: COLOUR.ink },
  ];
  const description =
    'Sine and its network of 32 hinges from -14 to 14: they agree between -4 and 4, where the network was fitted; outside ' +
    'the network continues as two straight lines, away from sine.';
  return chart('sine beyond the fit', description, {
    width: 700,
    height: 320,
    marginLeft: 34,
    x: { label: 'x', ticks: 14 },
    y: { label: null, grid: true, domain: [-8, 8] },
    marks: [
      Plot.rect([0], { x1: -4, x2: 4, y1: -8, y2: 8, fill: 'var(--panel)' }),
      Plot.ruleX([-4, 4], { stroke: COLOUR.rule }),
      Plot.line(sine, { x: 'x', y: 'y', stroke: COLOUR.muted, strokeWidth: 4, strokeOpacity: 0.5 }),
      Plot.line(fit, { x: 'x', y: 'y', stroke: COLOUR.blue, strokeWidth: 2 }),
      Plot.text(labels, { x: 'x', y: 'y', text: 'text', fill: 'fill', fontWeight: 600 }),
    ],
    color: { type: 'identity' },
  });
}

export function extrapolationSection(): TheorySection {
  const { network, slopeAfter } = sineFit();
  const slope = toDouble(slopeAfter).toPrecision(8);
  return {
    id: 'extrapolation',
    title: 'A fit does not continue outside: beyond the last hinge the network is affine',
    claim:
      'Outside its outermost hinges a network of one input is affine. So a fit of sine leaves sine by more than any bound, ' +
      'unless its last slope is zero.',
    hypotheses: 'Any ReLU network of one input; sine, or any other bounded function, as what is fitted.',
    source: 'Elementary; it is why no data outside means no knowledge outside',
    properties: ['article/fits-do-not-extrapolate.test.ts'],
    pictures: [picture(network)],
    caption:
      'The interpolating network of 32 hinges on [−4, 4] (blue) and sine (grey). Its slope to the right is ' +
      `${slope}.`,
    tables: [
      {
        caption: 'From which integer x on the error exceeds a limit, by exact evaluation and |sin| ≤ 1',
        head: ['error exceeds', 'from x =', '|network(x)| (8 digits)'],
        rows: LIMITS.map((limit) => {
          const x = firstBeyond(network, limit);
          return [Number(limit), Number(x), toDouble(add(errorAtLeast(network, x), ONE)).toPrecision(8)];
        }),
      },
    ],
  };
}
