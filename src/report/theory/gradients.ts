/**
 * The section on vanishing gradients: what a chain of neurons leaves of a derivative.
 */
import * as Plot from '@observablehq/plot';
import { Decimal } from 'decimal.js';
import { formatRational, ONE, type Rational, rational, toDouble, ZERO } from '../../exact/index.js';
import type { Interval } from '../../theory/index.js';
import { backpropagate, type Link, reluChain, SIGMOID, smoothChain, TANH } from '../../theory/index.js';
import { COLOUR, chart, type Picture } from '../page/index.js';
import type { TheorySection } from './section.js';

const DEEPEST = 24;

export interface GradientRow {
  readonly depth: number;
  readonly sigmoid: Interval;
  readonly tanh: Interval;
  readonly relu: Rational;
  /** 4^-L, which no sigmoid chain of weights 1 exceeds. */
  readonly bound: Rational;
}

/** The derivatives at 1 of chains with weights 1 and biases 0. */
export function gradientRows(): GradientRow[] {
  return Array.from({ length: DEEPEST }, (_, l) => {
    const depth = l + 1;
    const chain = new Array<Link>(depth).fill({ weight: ONE, bias: ZERO });
    return {
      depth,
      sigmoid: smoothChain(SIGMOID, chain, ONE).derivative,
      tanh: smoothChain(TANH, chain, ONE).derivative,
      relu: backpropagate(reluChain(chain), [ONE])[0]![0]!,
      bound: rational(1n, 4n ** BigInt(depth)),
    };
  });
}

/** Five digits between which the value lies, rounded outwards; one number if they agree. */
function digits({ low, high }: Interval): string {
  const [a, b] = [low.toSignificantDigits(5, Decimal.ROUND_FLOOR), high.toSignificantDigits(5, Decimal.ROUND_CEIL)];
  return `${a.toExponential()} … ${b.toExponential()}`;
}

function picture(rows: readonly GradientRow[]): Picture {
  const middle = ({ low, high }: Interval) => low.plus(high).div(2).toNumber();
  const series = [
    { name: 'active ReLU: 1', colour: COLOUR.blue, at: (row: GradientRow) => toDouble(row.relu), dash: '' },
    { name: 'tanh', colour: COLOUR.green, at: (row: GradientRow) => middle(row.tanh), dash: '' },
    { name: 'bound 4⁻ᴸ', colour: COLOUR.muted, at: (row: GradientRow) => toDouble(row.bound), dash: '6 4' },
    { name: 'sigmoid', colour: COLOUR.orange, at: (row: GradientRow) => middle(row.sigmoid), dash: '' },
  ];
  const description =
    'Derivative of a chain against its depth from 1 to 24, on a logarithmic scale: one for active ReLUs; slowly falling for ' +
    'tanh; for sigmoids below the bound 4 to the minus depth, down to 10 to the minus 15.';
  return chart('derivative of a chain against its depth', description, {
    width: 640,
    height: 340,
    marginLeft: 58,
    marginRight: 110,
    x: { label: 'layers L', grid: true },
    y: { type: 'log', label: 'derivative', grid: true, tickFormat: '.0e', ticks: 8 },
    marks: series.flatMap(({ name, colour, at, dash }) => {
      const points = rows.map((row) => ({ depth: row.depth, value: at(row) }));
      const places = { x: 'depth', y: 'value' } as const;
      return [
        Plot.line(points, { ...places, stroke: colour, strokeWidth: 1.8, strokeDasharray: dash }),
        Plot.dot(dash === '' ? points : [], { ...places, fill: colour, r: 2.6 }),
        Plot.text(points.slice(-1), {
          ...places,
          text: [name],
          dx: 8,
          textAnchor: 'start',
          fill: colour,
          fontWeight: 600,
        }),
      ];
    }),
  });
}

export function gradientsSection(): TheorySection {
  const rows = gradientRows();
  return {
    id: 'gradients',
    title: 'Sigmoids make gradients vanish; active ReLUs hand them on',
    claim:
      'Through L layers of one neuron the derivative of a sigmoid chain is at most 4⁻ᴸ times the product of |w|, that of a ' +
      'tanh chain at most the product of |w|, and that of a path of active ReLUs exactly the product of the weights.',
    hypotheses: 'One neuron per layer, any weights and biases; for ReLU every neuron of the path active (else 0).',
    source: 'Hochreiter 1991; Bengio, Simard, Frasconi 1994; Glorot, Bordes, Bengio 2011',
    properties: ['article/active-relus-keep-gradients.test.ts'],
    pictures: [picture(rows)],
    caption:
      'Chains with weights 1 and biases 0, at x = 1. The ReLU values are exact, the others enclosed at 60 digits.',
    tables: [
      {
        caption: 'Derivatives at x = 1',
        head: ['layers', 'sigmoid, between', 'bound 4⁻ᴸ', 'tanh, between', 'ReLU, exact'],
        rows: rows
          .filter(({ depth }) => [1, 2, 4, 8, 16, 24].includes(depth))
          .map(({ depth, sigmoid, tanh, relu, bound }) => [
            depth,
            digits(sigmoid),
            toDouble(bound).toExponential(4),
            digits(tanh),
            formatRational(relu),
          ]),
      },
    ],
  };
}
