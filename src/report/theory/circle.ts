/**
 * The section on the circle: the boundaries of a linear, a tanh and a ReLU network trained on a disc in a ring.
 */
import * as Plot from '@observablehq/plot';
import { boundaryCurves, levelSet } from '../../analysis/function/index.js';
import { add, compare, multiply, type Rational, rational, toDouble, ZERO } from '../../exact/index.js';
import { bends, cube, evaluateExact, type Network } from '../../network/index.js';
import type { NeuronAddress } from '../../theory/index.js';
import { type CirclePoint, type DenseLayer, discAndRing, score, smoothNetworkAt, TANH } from '../../theory/index.js';
import { areas, COLOUR, chart, type Picture, planeOptions, segments, TINTS } from '../page/index.js';
import {
  creaseSegments,
  type DrawnPoint,
  drawn,
  type ExactPoint,
  type PlanarCell,
  planarCells,
} from '../picture/index.js';
import type { TheorySection } from './section.js';

/** The networks of fixtures/circle, as they were trained. */
export interface CircleNetworks {
  readonly linear: Network;
  readonly tanh: readonly DenseLayer[];
  readonly relu: Network;
}

/** Where the boundaries are looked at, as the fixtures say. */
export const CIRCLE_DOMAIN = cube(2, -6, 6);
/** The data that the fixtures were trained on: seed and size are in their notes. */
export const circleData = (): CirclePoint[] => discAndRing(1, 200);

export interface Corner {
  readonly point: ExactPoint;
  /** The neurons on whose crease it lies. */
  readonly creases: readonly NeuronAddress[];
}

export interface PolygonFacts {
  readonly curves: readonly { readonly points: readonly ExactPoint[]; readonly closed: boolean }[];
  readonly corners: readonly Corner[];
  readonly segments: number;
}

/** The neurons whose pre-activation is exactly 0 at a point. */
function creasesAt(network: Network, point: ExactPoint): NeuronAddress[] {
  const { pattern } = evaluateExact(network, point);
  return network.layers.flatMap(({ slopes }, l) =>
    slopes.flatMap((pair, j): NeuronAddress[] => (bends(pair) && pattern[l]![j] === 0 ? [[l, j]] : [])),
  );
}

/** {network = 0} as polygons, and where they turn. */
export function polygonOf(network: Network): PolygonFacts {
  const boundary = levelSet(network, CIRCLE_DOMAIN, { output: 0, threshold: ZERO });
  const curves = boundaryCurves(boundary);
  const corners = curves.flatMap(({ points, corners: turning }) =>
    turning.map((k) => ({ point: points[k]!, creases: creasesAt(network, points[k]!) })),
  );
  return { curves, corners, segments: boundary.pieces.length };
}

/** How many of the data get the wrong sign, where `sign` is certain. */
function errorsOf(sign: (point: ExactPoint) => number): number {
  return circleData().filter(({ x, y, inner }) => sign([x, y]) !== (inner ? 1 : -1)).length;
}

export function exactErrors(network: Network): number {
  return errorsOf((point) => compare(evaluateExact(network, point).output[0]!, ZERO));
}

/** The errors of the tanh network: a sign that its enclosure leaves open counts as an error. */
export function tanhErrors(layers: readonly DenseLayer[]): number {
  return errorsOf((point) => {
    const { low, high } = smoothNetworkAt(layers, TANH, point);
    return low.gt(0) ? 1 : high.lt(0) ? -1 : 0;
  });
}

/** Unit vectors with rational coordinates, all around. */
const DIRECTIONS = [
  [1n, 0n, 1n],
  [4n, 3n, 5n],
  [3n, 4n, 5n],
].flatMap(([x, y, r]): (readonly [Rational, Rational])[] => [
  [rational(x!, r), rational(y!, r)],
  [rational(-y!, r), rational(x!, r)],
  [rational(-x!, r), rational(-y!, r)],
  [rational(y!, r), rational(-x!, r)],
]);
const BISECTIONS = 8;

export interface Bracket {
  readonly inside: ExactPoint;
  readonly outside: ExactPoint;
}

/**
 * Twelve rays from the centre on which the tanh network is certainly positive at radius 5/2 and negative at 7/2, and a point
 * of the boundary on each between two points 2^-8 apart, with certain signs.
 *
 * @throws Error where a sign is not certain
 */
export function tanhBrackets(layers: readonly DenseLayer[]): Bracket[] {
  return DIRECTIONS.map((direction) => {
    const at = (radius: Rational) => direction.map((t) => multiply(radius, t));
    const positive = (radius: Rational) => {
      const { low, high } = smoothNetworkAt(layers, TANH, at(radius));
      if (low.lte(0) && high.gte(0)) throw new Error('tanh network: expected a certain sign, got an enclosure of 0');
      return low.gt(0);
    };
    let [inside, outside] = [rational(5n, 2n), rational(7n, 2n)];
    if (!positive(inside) || positive(outside))
      throw new Error('tanh network: expected a boundary between disc and ring');
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = multiply(rational(1n, 2n), add(inside, outside));
      if (positive(middle)) inside = middle;
      else outside = middle;
    }
    return { inside: at(inside), outside: at(outside) };
  });
}

/** The part of a cell where the network is positive: signs are exact, the points where it changes are drawn in doubles. */
function positivePart(network: Network, { corners }: PlanarCell): DrawnPoint[] {
  const values = corners.map((corner) => evaluateExact(network, corner).output[0]!);
  return corners.flatMap((corner, i): DrawnPoint[] => {
    const next = (i + 1) % corners.length;
    const [here, there] = [compare(values[i]!, ZERO), compare(values[next]!, ZERO)];
    const own = here >= 0 ? [drawn(corner)] : [];
    if (here * there >= 0) return own;
    const [a, b] = [toDouble(values[i]!), toDouble(values[next]!)];
    const [p, q] = [drawn(corner), drawn(corners[next]!)];
    const t = a / (a - b);
    return [...own, [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]];
  });
}

function dataMarks(): Plot.Markish[] {
  const data = circleData().map(({ x, y, inner }) => ({ x: toDouble(x), y: toDouble(y), inner }));
  const dots = (inner: boolean, colour: string, symbol: Plot.SymbolType) =>
    Plot.dot(
      data.filter((p) => p.inner === inner),
      { x: 'x', y: 'y', symbol, fill: colour, fillOpacity: 0.75, r: 2.2 },
    );
  return [dots(true, COLOUR.blue, 'circle'), dots(false, COLOUR.orange, 'triangle')];
}

const outline = (curves: PolygonFacts['curves']) =>
  curves.map(({ points, closed }) =>
    Plot.line(points.map(drawn), {
      stroke: COLOUR.ink,
      strokeWidth: 2.2,
      curve: closed ? 'linear-closed' : 'linear',
    }),
  );

/** Room between the numbers of corners, as an angle seen from the centre. */
const LABEL_ANGLE = 0.19;
const LABEL_DISTANCE = 0.5;

/** Numbers beside corners, away from the centre, pushed apart where corners are close. */
function cornerLabels(points: readonly DrawnPoint[]) {
  const angles = points.map(([x, y]) => Math.atan2(y, x));
  const order = points.map((_, i) => i).sort((a, b) => angles[a]! - angles[b]!);
  order.forEach((corner, k) => {
    const before = order[k - 1];
    if (before === undefined) return;
    const missing = LABEL_ANGLE - (angles[corner]! - angles[before]!);
    if (missing <= 0) return;
    angles[before]! -= missing / 2;
    angles[corner]! += missing / 2;
  });
  return points.map(([x, y], i) => {
    const radius = Math.hypot(x, y) + LABEL_DISTANCE;
    return {
      x,
      y,
      text: String(i + 1),
      labelX: radius * Math.cos(angles[i]!),
      labelY: radius * Math.sin(angles[i]!),
    };
  });
}

function polygonPicture(title: string, network: Network, description: string, marked: boolean): Picture {
  const cells = planarCells(network, CIRCLE_DOMAIN);
  const { curves, corners } = polygonOf(network);
  const inside = cells.map((cell) => ({ points: positivePart(network, cell), fill: TINTS[0]! }));
  const places = cornerLabels(corners.map(({ point }) => drawn(point)));
  return chart(title, description, {
    ...planeOptions(-6, 6, 290),
    marks: [
      areas(inside.filter(({ points }) => points.length > 2)),
      ...(marked
        ? [segments(creaseSegments(cells), { stroke: COLOUR.muted, strokeWidth: 0.6, strokeOpacity: 0.8 })]
        : []),
      ...dataMarks(),
      ...outline(curves),
      Plot.dot(marked ? places : [], { x: 'x', y: 'y', fill: COLOUR.paper, stroke: COLOUR.ink, strokeWidth: 2, r: 4 }),
      Plot.text(marked ? places : [], {
        x: 'labelX',
        y: 'labelY',
        text: 'text',
        fontWeight: 700,
        stroke: COLOUR.paper,
        strokeWidth: 4,
        fill: COLOUR.ink,
      }),
      Plot.frame({ stroke: COLOUR.rule }),
    ],
  });
}

function tanhPicture(layers: readonly DenseLayer[], brackets: readonly Bracket[]): Picture {
  const description =
    'The tanh network: its boundary is a smooth closed curve between the disc and the ring; twelve points on it are marked.';
  return chart('tanh', description, {
    ...planeOptions(-6, 6, 290),
    marks: [
      Plot.contour({
        x1: -6,
        x2: 6,
        y1: -6,
        y2: 6,
        pixelSize: 3,
        value: (x: number, y: number) => score(layers, 'tanh', [x, y]),
        thresholds: [0],
        fill: TINTS[0]!,
        stroke: COLOUR.ink,
        strokeWidth: 2.2,
      } as Plot.ContourOptions),
      ...dataMarks(),
      Plot.dot(
        brackets.map(({ inside }) => drawn(inside)),
        { fill: COLOUR.paper, stroke: COLOUR.ink, strokeWidth: 1.5, r: 3 },
      ),
      Plot.frame({ stroke: COLOUR.rule }),
    ],
  });
}

const nameOf = ([layer, neuron]: NeuronAddress) => `layer ${layer + 1}, neuron ${neuron + 1}`;

export function circleSection({ linear, tanh, relu }: CircleNetworks): TheorySection {
  const brackets = tanhBrackets(tanh);
  const { corners, segments: count, curves } = polygonOf(relu);
  const lines = polygonOf(linear).segments;
  const closed = curves.length === 1 && curves[0]!.closed;
  return {
    id: 'circle',
    title: 'The circle: a line, a smooth curve, a polygon',
    claim:
      'Trained to tell a disc from the ring around it, a linear network draws a line and errs on a quarter of the points or ' +
      'more; a tanh network draws a smooth curve; a ReLU network draws an exact polygon, each of whose corners lies on the ' +
      `crease of a neuron. The folklore is a hexagon; this polygon has ${corners.length} corners.`,
    hypotheses:
      'Networks 2-3-3-3-1 trained as the TensorFlow Playground does (fixtures/circle says how); boundary where the output is ' +
      '0. That a linear network errs on half of a class holds for every one of them, on data with their antipodes.',
    source: 'The Circle data set of the TensorFlow Playground (Smilkov, Carter et al. 2016)',
    properties: ['article/relu-boundaries-are-polygons.test.ts', 'article/smooth-boundaries-have-no-corners.test.ts'],
    pictures: [
      polygonPicture('linear', linear, 'The linear network: its boundary is a line that separates nothing.', false),
      tanhPicture(tanh, brackets),
      polygonPicture(
        'ReLU, with the creases of its neurons',
        relu,
        `The ReLU network: its boundary is a polygon with ${corners.length} corners, each on a crease, around the disc.`,
        true,
      ),
    ],
    caption:
      'Circles: the disc; triangles: the ring; tinted: where the network says disc. The polygons are exact. The tanh curve is ' +
      `drawn in doubles; the ${brackets.length} dots on it are certain to 2⁻⁸, by interval arithmetic.`,
    tables: [
      {
        caption: 'Training errors and boundaries',
        head: ['network', 'errors of 200', 'boundary'],
        rows: [
          ['linear', exactErrors(linear), `${lines} segment, a line`],
          ['tanh', tanhErrors(tanh), `a smooth curve, through ${brackets.length} certified brackets`],
          [
            'ReLU',
            exactErrors(relu),
            `${closed ? 'one closed polygon' : 'several curves'}: ${count} segments, ${corners.length} corners`,
          ],
        ],
      },
      {
        caption: 'The corners of the ReLU boundary, and the neurons on whose crease each lies exactly',
        head: ['corner', 'x (7 digits)', 'y (7 digits)', 'on the crease of'],
        rows: corners.map(({ point, creases }, i) => [
          i + 1,
          toDouble(point[0]!).toPrecision(7),
          toDouble(point[1]!).toPrecision(7),
          creases.map(nameOf).join('; '),
        ]),
      },
    ],
  };
}
