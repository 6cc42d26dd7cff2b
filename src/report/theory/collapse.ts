/**
 * The section on linear stacks: one cell and one map, whatever the depth; and what no affine map tells apart.
 */
import * as Plot from '@observablehq/plot';
import { absolute, formatRational, type Rational, rational, toDouble } from '../../exact/index.js';
import {
  type ActivationLayer,
  affineFromRationals,
  cube,
  LINEAR,
  type Network,
  type RationalAffine,
  RELU,
  rationalAffine,
  type Slopes,
} from '../../network/index.js';
import {
  collapse,
  discAndRing,
  type LabelledPoint,
  randomNumbers,
  type Separation,
  separate,
} from '../../theory/index.js';
import { areas, COLOUR, chart, type Picture, planeOptions, segments, TINTS } from '../page/index.js';
import {
  creaseSegments,
  drawn,
  levelSegments,
  levelsBetween,
  mapColours,
  type PlanarCell,
  planarCells,
} from '../picture/index.js';
import type { TheorySection } from './section.js';

const DOMAIN = cube(2, -2, 2);
const WIDTHS = [2, 5, 5, 1];
const STACK_SEED = 6;
const DATA_SEED = 1;
const DATA_SIZE = 60;

/** A stack with weights and biases among the multiples of 1/4 up to 1, every layer kept, the last one affine. */
export function exampleStack(slopes: Slopes): Network {
  const random = randomNumbers(STACK_SEED);
  const quarter = () => rational(BigInt(Math.floor(9 * random()) - 4), 4n);
  const maps = WIDTHS.slice(1).map((width, l) => {
    const inputs = WIDTHS[l]!;
    const rows = Array.from({ length: width }, () => Array.from({ length: inputs }, quarter));
    return affineFromRationals(inputs, rows, Array.from({ length: width }, quarter));
  });
  const layers = maps
    .slice(0, -1)
    .map((affine): ActivationLayer => ({ affine, slopes: new Array<Slopes>(affine.outputs).fill(slopes) }));
  return { inputs: 2, outputs: 1, layers, output: maps.at(-1)!, endsWithActivation: false, notes: [] };
}

export interface CollapseFacts {
  readonly linear: readonly PlanarCell[];
  readonly relu: readonly PlanarCell[];
  /** The one map of the linear stack. */
  readonly map: RationalAffine;
}

export function collapseFacts(): CollapseFacts {
  const linear = exampleStack(LINEAR);
  return {
    linear: planarCells(linear, DOMAIN),
    relu: planarCells(exampleStack(RELU), DOMAIN),
    map: rationalAffine(collapse(linear)!),
  };
}

const integerPoint = (...x: number[]) => x.map((value) => rational(BigInt(value)));

export const XOR: readonly LabelledPoint[] = [
  { point: integerPoint(0, 0), positive: false },
  { point: integerPoint(1, 1), positive: false },
  { point: integerPoint(0, 1), positive: true },
  { point: integerPoint(1, 0), positive: true },
];

export function ringPoints(): LabelledPoint[] {
  return discAndRing(DATA_SEED, DATA_SIZE).map(({ x, y, inner }) => ({ point: [x, y], positive: inner }));
}

type Inseparable = Extract<Separation, { separable: false }>;

/** The proof that no affine map separates the points. @throws Error if one does */
export function commonPoint(points: readonly LabelledPoint[]): Inseparable {
  const answer = separate(points);
  if (answer.separable) throw new Error('separation: expected classes with a common point of their hulls, got none');
  return answer;
}

function mapsOf(cells: readonly PlanarCell[]): string[] {
  return [...new Set(cells.map(({ mapKey }) => mapKey))];
}

function partitionPicture(title: string, network: Network, cells: readonly PlanarCell[]): Picture {
  const colours = mapColours(cells);
  const fills = cells.map(({ corners }, i) => ({
    points: corners.map(drawn),
    fill: TINTS[colours[i]! % TINTS.length]!,
  }));
  const levels = levelSegments(network, DOMAIN, levelsBetween(network, cells, 12));
  const description =
    `${title}: the square from -2 to 2 in ${cells.length === 1 ? 'one cell' : `${cells.length} cells`}, with lines of ` +
    `equal value, which are ${cells.length === 1 ? 'straight and parallel' : 'bent where they cross a crease'}.`;
  return chart(title, description, {
    ...planeOptions(-2, 2, 200),
    marks: [
      areas(fills),
      segments(levels, { stroke: COLOUR.muted, strokeWidth: 0.8 }),
      segments(creaseSegments(cells), { stroke: COLOUR.ink, strokeWidth: 1.6 }),
      Plot.frame({ stroke: COLOUR.ink }),
    ],
  });
}

/** Both classes, the points that carry weight joined, and the point that both hulls contain. */
function separationPicture(title: string, points: readonly LabelledPoint[], low: number, high: number): Picture {
  const { common, convex } = commonPoint(points);
  const at = points.map(({ point, positive }, i) => {
    const [x, y] = drawn(point);
    return { x, y, positive, used: convex[i]!.numerator > 0n };
  });
  const hull = (positive: boolean) => at.filter((p) => p.positive === positive && p.used);
  const [x, y] = drawn(common);
  const outline = (positive: boolean, stroke: string) =>
    Plot.hull(hull(positive), { x: 'x', y: 'y', stroke, strokeWidth: 2, fill: stroke, fillOpacity: 0.12 });
  const description =
    `${title}: points of two classes; convex combinations of ${hull(true).length} points of one class and of ` +
    `${hull(false).length} of the other are the same point (${x.toPrecision(3)}, ${y.toPrecision(3)}).`;
  return chart(title, description, {
    ...planeOptions(low, high, 200),
    marks: [
      outline(true, COLOUR.blue),
      outline(false, COLOUR.orange),
      Plot.dot(at, {
        x: 'x',
        y: 'y',
        symbol: (p: { positive: boolean }) => (p.positive ? 'circle' : 'triangle'),
        fill: (p: { positive: boolean }) => (p.positive ? COLOUR.blue : COLOUR.orange),
        r: 4,
      }),
      Plot.dot([{ x, y }], { x: 'x', y: 'y', symbol: 'times', stroke: COLOUR.ink, strokeWidth: 2.5, r: 7 }),
      Plot.frame({ stroke: COLOUR.rule }),
    ],
    symbol: { type: 'identity' } as never,
  });
}

/** "−3/4 x + y + 1": the first output of a map of two inputs. */
export function affineText({ jacobian, constant }: RationalAffine): string {
  const terms: (readonly [Rational, string])[] = [
    [jacobian[0]![0]!, 'x'],
    [jacobian[0]![1]!, 'y'],
    [constant[0]!, ''],
  ];
  const texts = terms
    .filter(([value]) => value.numerator !== 0n)
    .map(([value, name]) => {
      const size = formatRational(absolute(value));
      const factor = size === '1' && name !== '' ? '' : `${size} `;
      return `${value.numerator < 0n ? '−' : '+'} ${factor}${name}`.trimEnd();
    });
  return texts.length === 0 ? '0' : texts.join(' ').replace(/^\+ /, '').replace(/^− /, '−');
}

export function collapseSection(): TheorySection {
  const { linear, relu, map } = collapseFacts();
  const ring = ringPoints();
  const [xor, data] = [commonPoint(XOR), commonPoint(ring)];
  const weighted = ({ convex }: Inseparable) => convex.filter((w) => w.numerator > 0n).length;
  const at = (point: readonly Rational[]) => point.map((t) => Number(toDouble(t).toPrecision(6))).join(', ');
  return {
    id: 'collapse',
    title: 'A stack of linear layers is one linear layer',
    claim:
      'Without a bend between them, layers of any number and any widths compose to one affine map: one cell, one map. Such ' +
      'a stack cannot separate XOR, nor a ring from the disc inside it, because one point lies in the convex hulls of both ' +
      'classes: there an affine function would have to be positive and negative.',
    hypotheses: 'Affine layers; activations, if any, with the same slope on both sides of 0. Any depth, any widths.',
    source: 'Goodfellow, Bengio, Courville 2016, sections 6.1 and 6.3; Minsky and Papert 1969; Farkas 1902',
    properties: ['article/linear-stacks-collapse.test.ts'],
    pictures: [
      partitionPicture('Without activations', exampleStack(LINEAR), linear),
      partitionPicture('The same weights with ReLU', exampleStack(RELU), relu),
      separationPicture('XOR', XOR, -0.3, 1.3),
      separationPicture('Disc and ring', ring, -5.5, 5.5),
    ],
    caption:
      'First: a network 2-5-5-1 with weights in quarters, on [−2, 2]². Thick: creases; thin: lines of equal value; cells with ' +
      'one map have one tint, neighbours with different maps have different ones. Then the data: circles and triangles are ' +
      'the two classes; the hulls are those of the points with positive weight in the certificate, and the cross is the ' +
      'point that both classes average to.',
    tables: [
      {
        caption: 'Cells and maps, exact',
        head: ['network', 'cells', 'maps'],
        rows: [
          ['without activations', linear.length, mapsOf(linear).length],
          ['the same weights with ReLU', relu.length, mapsOf(relu).length],
        ],
      },
      { caption: 'The one map of the stack without activations', head: ['f(x, y)'], rows: [[affineText(map)]] },
      {
        caption: 'Points that both hulls contain (from an exact linear program)',
        head: ['data', 'points', 'with positive weight', 'common point'],
        rows: [
          ['XOR', XOR.length, weighted(xor), `(${xor.common.map(formatRational).join(', ')})`],
          ['disc and ring', ring.length, weighted(data), `≈ (${at(data.common)})`],
        ],
      },
    ],
  };
}
