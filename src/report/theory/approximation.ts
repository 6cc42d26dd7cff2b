/**
 * The section on approximation: smooth functions by equally spaced hinges, with certified errors.
 */
import * as Plot from '@observablehq/plot';
import { Decimal } from 'decimal.js';
import { countRegions } from '../../analysis/regions/index.js';
import {
  divide,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rational,
  subtract,
  toDouble,
} from '../../exact/index.js';
import { box, neuronCount } from '../../network/index.js';
import {
  EXP,
  gridOf,
  hingeNetwork,
  type Interval,
  interpolant,
  intervalOfRational,
  SIGMOID,
  SINE,
  type SmoothFunction,
  SQUARE,
  supremumOfError,
  valueOfPolyline,
} from '../../theory/index.js';
import { COLOUR, chart, type Picture } from '../page/index.js';
import type { NumberTable, TheorySection } from './section.js';

export interface ApproximationCase {
  readonly f: SmoothFunction;
  readonly from: Rational;
  readonly to: Rational;
  /** An upper bound for |f''| there; the property file proves it. */
  readonly curvature: Rational;
  readonly colour: string;
}

const whole = (n: number) => rational(BigInt(n));

export const APPROXIMATION_CASES: readonly ApproximationCase[] = [
  { f: SINE, from: whole(-4), to: whole(4), curvature: ONE, colour: COLOUR.blue },
  { f: EXP, from: whole(-1), to: ONE, curvature: parseRational('2.71828182846'), colour: COLOUR.orange },
  { f: SIGMOID, from: whole(-6), to: whole(6), curvature: parseRational('0.09623'), colour: COLOUR.green },
  { f: SQUARE, from: whole(-1), to: whole(3), curvature: whole(2), colour: COLOUR.purple },
];

export const HINGES = [2, 4, 8, 16, 32, 64] as const;

/** Points between neighbouring knots where the error is looked at; between them the chord lemma bounds it. */
const REFINE = 6;

export interface ErrorRow {
  readonly hinges: number;
  /** An enclosure of sup |f - network|. */
  readonly error: Interval;
  /** h^2 / 8 max |f''| */
  readonly bound: Rational;
  /** ReLUs that the network really needs: fewer where two neighbouring pieces have one slope. */
  readonly neurons: number;
  readonly pieces: number;
}

/** The errors of one function's networks of 2 to 64 hinges. */
export function errorRows({ f, from, to, curvature }: ApproximationCase): ErrorRow[] {
  return HINGES.map((hinges) => {
    const line = interpolant(f, from, to, hinges);
    const h = divide(subtract(to, from), whole(hinges));
    const network = hingeNetwork(line);
    return {
      hinges,
      error: supremumOfError(f, line, curvature, REFINE),
      bound: multiply(curvature, divide(multiply(h, h), whole(8))),
      neurons: neuronCount(network),
      pieces: countRegions(network, box([from], [to])).pieces,
    };
  });
}

/** (b - a)^2 / (8 k^2): no function of k affine pieces is closer to x^2 on [a, b]. */
export function leastErrorForSquare({ from, to }: ApproximationCase, pieces: number): Rational {
  const width = divide(subtract(to, from), whole(pieces));
  return divide(multiply(width, width), whole(8));
}

/** An enclosure in four digits, rounded outwards. */
export function enclosureText({ low, high }: Interval): string {
  const [a, b] = [low.toSignificantDigits(4, Decimal.ROUND_FLOOR), high.toSignificantDigits(4, Decimal.ROUND_CEIL)];
  return `${a} … ${b}`;
}

function middle({ low, high }: Interval): number {
  return low.plus(high).div(2).toNumber();
}

/** One function with the networks of a few hinges. */
function fitPicture({ f, from, to, colour }: ApproximationCase): Picture {
  const fine = gridOf(from, to, 96);
  const curve = fine.map((x) => ({ x: toDouble(x), y: middle(f.value(intervalOfRational(x))) }));
  const fits = [2, 4, 8].map((hinges) => {
    const line = interpolant(f, from, to, hinges);
    return { hinges, points: line.knots.map((x) => ({ x: toDouble(x), y: toDouble(valueOfPolyline(line, x)) })) };
  });
  const dashes: Record<number, string> = { 2: '2 4', 4: '7 4', 8: '' };
  const description = `${f.name} from ${toDouble(from)} to ${toDouble(to)} and its interpolating networks of 2, 4 and 8 hinges, which close in on it.`;
  return chart(f.name === 'square' ? 'x²' : f.name, description, {
    width: 250,
    height: 215,
    marginLeft: 40,
    x: { label: null, ticks: 5 },
    y: { label: null, ticks: 5, grid: true },
    marks: [
      Plot.line(curve, { x: 'x', y: 'y', stroke: COLOUR.muted, strokeWidth: 5, strokeOpacity: 0.45 }),
      ...fits.map(({ hinges, points }) =>
        Plot.line(points, {
          x: 'x',
          y: 'y',
          stroke: colour,
          strokeWidth: 1.7,
          strokeDasharray: dashes[hinges]!,
        }),
      ),
      Plot.dot(fits[2]!.points, { x: 'x', y: 'y', fill: colour, r: 2.5 }),
    ],
  });
}

interface CurvePoint {
  readonly hinges: number;
  readonly error: number;
  readonly name: string;
}

/** The log-log chart of errors against hinges, with the bound of each function as a dashed line. */
function errorPicture(
  results: readonly { readonly subject: ApproximationCase; readonly rows: readonly ErrorRow[] }[],
): Picture {
  const curves = results.map(({ subject, rows }) => ({
    name: subject.f.name,
    colour: subject.colour,
    seen: rows.map(({ hinges, error }): CurvePoint => ({ hinges, error: middle(error), name: subject.f.name })),
    bound: rows.map(({ hinges, bound }) => ({ hinges, error: toDouble(bound) })),
  }));
  const square = results.find(({ subject }) => subject.f === SQUARE)!.subject;
  const least = HINGES.map((hinges) => ({ hinges, error: toDouble(leastErrorForSquare(square, hinges)) }));
  const description =
    'Log-log chart of the greatest error against the number of hinges, 2 to 64, for sine, exp, sigmoid and x squared. All ' +
    'four fall like the square of the number of hinges and stay below their dashed bounds; a dotted line shows that no ' +
    'function with as many pieces comes closer to x squared than half of what interpolation reaches.';
  const places = { x: 'hinges', y: 'error' } as const;
  return chart('greatest error against hinges', description, {
    width: 560,
    height: 400,
    marginLeft: 58,
    marginRight: 78,
    x: {
      type: 'log',
      base: 2,
      label: 'hinges',
      ticks: [...HINGES],
      tickFormat: 'd',
      grid: true,
    },
    y: { type: 'log', label: 'sup |f − network|', grid: true, tickFormat: '~g', ticks: 5 },
    marks: [
      Plot.line(least, {
        ...places,
        stroke: COLOUR.purple,
        strokeDasharray: '1 4',
        strokeWidth: 1.8,
        strokeLinecap: 'round',
      }),
      ...curves.flatMap(({ name, colour, seen, bound }) => [
        Plot.line(bound, { ...places, stroke: colour, strokeDasharray: '6 4', strokeWidth: 1.2 }),
        Plot.line(seen, { ...places, stroke: colour, strokeWidth: 1.8 }),
        Plot.dot(seen, { ...places, fill: colour, r: 3.5 }),
        Plot.text(seen.slice(-1), {
          ...places,
          text: (p: CurvePoint) => (p.name === 'square' ? 'x²' : p.name),
          textAnchor: 'start',
          dx: 8,
          // exp and sigmoid end close together.
          dy: name === 'exp' ? 7 : name === 'sigmoid' ? -4 : 0,
          fill: colour,
          fontWeight: 600,
        }),
      ]),
    ],
  });
}

function errorTable(subject: ApproximationCase, rows: readonly ErrorRow[]): NumberTable {
  const square = subject.f === SQUARE;
  const range = `[${toDouble(subject.from)}, ${toDouble(subject.to)}]`;
  return {
    caption: `${square ? 'x²' : subject.f.name} on ${range}: sup |f − network|, certified`,
    head: [
      'hinges',
      'neurons',
      'pieces',
      'error between',
      "bound h²/8 max|f''|",
      ...(square ? ['no k pieces beat'] : []),
    ],
    rows: rows.map(({ hinges, neurons, pieces, error, bound }) => [
      hinges,
      neurons,
      pieces,
      enclosureText(error),
      toDouble(bound).toPrecision(4),
      ...(square ? [toDouble(leastErrorForSquare(subject, pieces)).toPrecision(4)] : []),
    ]),
  };
}

export function approximationSection(): TheorySection {
  const results = APPROXIMATION_CASES.map((subject) => ({ subject, rows: errorRows(subject) }));
  return {
    id: 'approximation',
    title: 'Hinges approximate smooth functions at second order, and no faster',
    claim:
      "A network of n equally spaced hinges interpolates f with an error of at most h²/8 max|f''|, h the distance of the " +
      'hinges: four times less when n doubles. No function of k affine pieces comes closer to x² on [a, b] than ' +
      '(b − a)²/(8 k²), so that few hinges cannot do it, however they are placed.',
    hypotheses: 'f twice continuously differentiable on a closed interval; values at the hinges exact to 10⁻⁴⁰.',
    source: 'de Boor 2001, chapter III; Chebyshev (best approximation); Yarotsky 2017, section 4',
    properties: ['article/hinges-approximate-at-second-order.test.ts', 'article/few-pieces-miss-the-square.test.ts'],
    pictures: [...APPROXIMATION_CASES.map(fitPicture), errorPicture(results)],
    caption:
      'First: the function (broad grey) with its networks of 2 (dotted), 4 (dashed) and 8 hinges (with dots). Then the greatest ' +
      "error (line with dots), the bound h²/8 max|f''| (dashed) and, for x², what no function with as many pieces can beat " +
      '(dotted). An error is enclosed: at least what is seen on a grid 6 times finer, at most that and what the chord lemma ' +
      'leaves between grid points. Sine and sigmoid are odd about their middle hinge, where the two pieces have one slope: it ' +
      'bends nothing, and the network does without it.',
    tables: results.map(({ subject, rows }) => errorTable(subject, rows)),
  };
}
