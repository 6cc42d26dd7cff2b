/**
 * The section on dead neurons: never active on the domain, without gradient, removable.
 */
import * as Plot from '@observablehq/plot';
import { outputRanges } from '../../analysis/function/index.js';
import { formatRational, type Rational, rational, toDouble } from '../../exact/index.js';
import { affineFromRationals, buildNetwork, cube, leaky, type Network, RELU } from '../../network/index.js';
import { biasGradients, neverActive, withSlopes } from '../../theory/index.js';
import { COLOUR, chart, type Picture, planeOptions, segments } from '../page/index.js';
import type { TheorySection } from './section.js';

export const DEAD_DOMAIN = cube(2, 0, 1);
/** Where gradients are shown, in the cells' interior. */
const POINT = [rational(2n, 3n), rational(4n, 7n)];
const LEAK = rational(1n, 10n);

const row = (...values: readonly number[]) => values.map((quarters) => rational(BigInt(quarters), 4n));

/** The first layer's x y and bias, in quarters: two that cut, one far away, one that only touches a corner, one always on. */
const FIRST = [row(4, 4, -4), row(4, -4, 0), row(-4, -4, -1), row(4, 4, -8), row(4, 0, 4)];
/** The second layer: one that its inputs can never lift above 0, and one that cuts. */
const SECOND = [row(-4, -4, 4, 4, 0, -1), row(-8, 4, 4, 4, 4, -4)];
const OUTPUT = [row(4, 8, 0)];

const layer = (rows: readonly (readonly Rational[])[]) =>
  affineFromRationals(
    rows[0]!.length - 1,
    rows.map((r) => r.slice(0, -1)),
    rows.map((r) => r.at(-1)!),
  );

export function deadExample(): Network {
  return buildNetwork(2, [
    { affine: layer(FIRST) },
    { slopes: FIRST.map(() => RELU) },
    { affine: layer(SECOND) },
    { slopes: SECOND.map(() => RELU) },
    { affine: layer(OUTPUT) },
  ]);
}

export interface NeuronRange {
  readonly name: string;
  readonly least: Rational;
  readonly greatest: Rational;
  readonly neverActive: boolean;
  /** The derivative of the output with respect to its bias at the point shown. */
  readonly gradient: Rational;
  /** The same if only this neuron had the slope 1/10 for negative values. */
  readonly leakyGradient: Rational;
}

/** The exact range of every pre-activation on the domain. */
export function neuronRanges(network: Network): NeuronRange[] {
  const dead = new Set(neverActive(network, DEAD_DOMAIN).map(String));
  const gradients = biasGradients(network, POINT);
  return network.layers.flatMap(({ affine, slopes }, l) => {
    const before: Network = {
      ...network,
      layers: network.layers.slice(0, l),
      output: affine,
      outputs: affine.outputs,
      endsWithActivation: false,
    };
    const ranges = outputRanges(before, DEAD_DOMAIN);
    return slopes.map((_, j) => {
      const { minimum, maximum } = ranges[j]!;
      if (minimum.kind !== 'attained' || maximum.kind !== 'attained') throw new Error('a box bounds every neuron');
      return {
        name: `layer ${l + 1}, neuron ${j + 1}`,
        least: minimum.value,
        greatest: maximum.value,
        neverActive: dead.has(String([l, j])),
        gradient: gradients[l]![j]!,
        leakyGradient: biasGradients(withSlopes(network, l, j, leaky(LEAK)), POINT)[l]![j]!,
      };
    });
  });
}

/** The part of the line a x + b y + c = 0 in the square [low, high]^2, drawn. */
function lineInSquare([a, b, c]: readonly number[], low: number, high: number) {
  const ends: [number, number][] = [];
  for (const t of [low, high]) {
    if (b !== 0) ends.push([t, -(a! * t + c!) / b!]);
    if (a !== 0) ends.push([-(b! * t + c!) / a!, t]);
  }
  const inside = ends.filter(([x, y]) => x >= low && x <= high && y >= low && y <= high);
  return [inside[0]!, inside.at(-1)!] as const;
}

function creasePicture(ranges: readonly NeuronRange[]): Picture {
  const lines = FIRST.map((coefficients, j) => {
    const [a, b, c] = coefficients.map(toDouble) as [number, number, number];
    const ends = lineInSquare([a, b, c], -1.3, 1.7);
    const length = 0.22 / Math.hypot(a, b);
    // A quarter along, so that arrows and labels do not meet.
    const [x, y] = [0, 1].map((k) => 0.78 * ends[0][k]! + 0.22 * ends[1][k]!) as [number, number];
    const dead = ranges[j]!.neverActive;
    return { ends, dead, name: String(j + 1), x, y, toX: x + a * length, toY: y + b * length };
  });
  const part = (dead: boolean) => lines.filter((line) => line.dead === dead);
  const creases = (dead: boolean, options: Plot.LinkOptions) => [
    segments(
      part(dead).map(({ ends }) => ends),
      options,
    ),
    Plot.arrow(part(dead), { x1: 'x', y1: 'y', x2: 'toX', y2: 'toY', stroke: options.stroke as string, headLength: 7 }),
  ];
  const names = lines.filter(({ dead }) => dead).map(({ name }) => name);
  const description = `The unit square and the creases of five neurons with arrows to their active sides; the active sides of neurons ${names.join(' and ')} contain no inner point of the square.`;
  return chart('creases of the first layer, arrows to the active side', description, {
    ...planeOptions(-1.3, 1.7, 290),
    marks: [
      Plot.rect([0], { x1: 0, x2: 1, y1: 0, y2: 1, fill: 'var(--tint1)', stroke: COLOUR.ink }),
      ...creases(false, { stroke: COLOUR.blue, strokeWidth: 2 }),
      ...creases(true, { stroke: COLOUR.red, strokeWidth: 2, strokeDasharray: '6 4' }),
      Plot.text(lines, {
        x: 'toX',
        y: 'toY',
        text: 'name',
        fontWeight: 700,
        dx: 9,
        fill: COLOUR.ink,
        stroke: COLOUR.paper,
        strokeWidth: 4,
      }),
      Plot.frame({ stroke: COLOUR.rule }),
    ],
  });
}

function rangePicture(ranges: readonly NeuronRange[]): Picture {
  const bars = ranges.map(({ name, least, greatest, neverActive: dead }) => ({
    name,
    least: toDouble(least),
    greatest: toDouble(greatest),
    colour: dead ? COLOUR.red : COLOUR.blue,
    label: dead ? 'dead' : '',
  }));
  const dead = ranges.filter(({ neverActive: is }) => is).map(({ name }) => name);
  const description = `Ranges of the pre-activations of all neurons on the unit square; those of ${dead.join('; ')} do not reach above 0.`;
  return chart('range of every pre-activation on the domain', description, {
    width: 480,
    height: 300,
    marginLeft: 118,
    marginRight: 44,
    x: { label: 'pre-activation', grid: true },
    y: { label: null, domain: bars.map(({ name }) => name), type: 'band' as never, padding: 0.35 },
    color: { type: 'identity' },
    marks: [
      Plot.barX(bars, { y: 'name', x1: 'least', x2: 'greatest', fill: 'colour' }),
      Plot.text(bars, {
        y: 'name',
        x: 'greatest',
        text: 'label',
        dx: 6,
        textAnchor: 'start',
        fill: COLOUR.red,
        fontWeight: 600,
      }),
      Plot.ruleX([0], { stroke: COLOUR.ink, strokeWidth: 1.5 }),
    ],
  });
}

export function deadSection(): TheorySection {
  const ranges = neuronRanges(deadExample());
  return {
    id: 'dead',
    title: 'A neuron that is never active learns nothing and can go; a leaky one still learns',
    claim:
      'A ReLU neuron whose pre-activation is at most 0 on the whole domain gets a zero gradient from every point of it, and ' +
      'the network without it is the same function there. With a leaky slope a the gradient is a times what it would be.',
    hypotheses: 'ReLU with relu’(0) = 0; “never active” is decided exactly, by the partition of the layers before.',
    source: 'Maas, Hannun, Ng 2013; Lu, Shin, Su, Karniadakis 2020',
    properties: ['article/dead-neurons-learn-nothing.test.ts'],
    pictures: [creasePicture(ranges), rangePicture(ranges)],
    caption:
      'A network 2-5-2-1 on the unit square. Dashed and red: never active. One of them touches a corner of the domain with ' +
      'the value 0, which does not make it active. Deeper neurons have bent creases; their ranges tell.',
    tables: [
      {
        caption: `Ranges, and derivatives of the output by each bias at (${POINT.map(formatRational).join(', ')}): all exact`,
        head: ['neuron', 'least', 'greatest', 'status', 'gradient', 'gradient if leaky, slope 1/10'],
        rows: ranges.map(({ name, least, greatest, neverActive: dead, gradient, leakyGradient }) => [
          name,
          formatRational(least),
          formatRational(greatest),
          dead ? 'never active' : least.numerator >= 0n ? 'always active' : 'cuts',
          formatRational(gradient),
          formatRational(leakyGradient),
        ]),
      },
    ],
  };
}
