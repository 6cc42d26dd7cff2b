/**
 * The section on single hinges: one crease along any rational line, with any jump of the gradient, and nothing else.
 */
import * as Plot from '@observablehq/plot';
import { formatRational, type Rational, rational } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { cube } from '../../network/index.js';
import { type Crease, creaseOnBox } from '../../theory/index.js';
import { areas, COLOUR, chart, type Picture, planeOptions, segments, TINTS } from '../page/index.js';
import { creaseSegments, drawn, levelSegments, levelsBetween, type PlanarCell, planarCells } from '../picture/index.js';
import type { TheorySection } from './section.js';

const DOMAIN = cube(2, -1, 1);

/** Unit normals with rational coordinates (Pythagorean triples), all around. */
const NORMALS: readonly (readonly [bigint, bigint, bigint])[] = [
  [1n, 0n, 1n],
  [12n, 5n, 13n],
  [4n, 3n, 5n],
  [3n, 4n, 5n],
  [0n, 1n, 1n],
  [-3n, 4n, 5n],
  [-4n, 3n, 5n],
  [-12n, 5n, 13n],
];

export interface CreaseExample {
  readonly crease: Crease;
  readonly network: Network;
  readonly cells: readonly PlanarCell[];
}

/** One crease per normal, at a distance of 1/8 from the centre; the gradient 1/2 along (1, 1/2) jumps by 2 or by -2. */
export function creaseExamples(): CreaseExample[] {
  return NORMALS.map(([x, y, length], i) => {
    const crease: Crease = {
      normal: [rational(x, length), rational(y, length)],
      offset: rational(-1n, 8n),
      gradient: [rational(1n, 2n), rational(1n, 4n)],
      constant: rational(0n),
      jump: rational(i % 2 === 0 ? 2n : -2n),
    };
    const network = creaseOnBox(crease, DOMAIN);
    return { crease, network, cells: planarCells(network, DOMAIN) };
  });
}

const pair = (values: readonly Rational[]) => `(${values.map(formatRational).join(', ')})`;

function picture({ crease, network, cells }: CreaseExample): Picture {
  const title = `normal ${pair(crease.normal)}`;
  const fills = cells.map(({ corners }, i) => ({ points: corners.map(drawn), fill: TINTS[i]! }));
  const gradients = cells.map(({ map }) => pair(map.jacobian[0]!)).join(' and ');
  const description = `Crease with ${title}: ${cells.length} cells with the gradients ${gradients}.`;
  return chart(title, description, {
    ...planeOptions(-1, 1, 200),
    marks: [
      areas(fills),
      segments(levelSegments(network, DOMAIN, levelsBetween(network, cells, 11)), {
        stroke: COLOUR.muted,
        strokeWidth: 0.8,
      }),
      segments(creaseSegments(cells), { stroke: COLOUR.ink, strokeWidth: 2.4 }),
      Plot.frame({ stroke: COLOUR.ink }),
    ],
  });
}

export function creasesSection(): TheorySection {
  const examples = creaseExamples();
  return {
    id: 'hinges',
    title: 'One hinge bends the plane along any line, by any amount, and nowhere else',
    claim:
      'For every rational line n·x + o = 0 and every nonzero jump j there is a ReLU network with exactly two cells on the ' +
      'square: its gradient is g on one side and g + j n on the other.',
    hypotheses:
      'n ≠ 0, j ≠ 0, g arbitrary, all rational; the line meets the interior of the domain, a box. (On all of ℝᵈ a carrier ' +
      'neuron that does not bend takes the place of a lifted ReLU.)',
    source: 'Arora, Basu, Mianjy, Mukherjee 2018 (piecewise-linear functions are ReLU networks)',
    properties: ['article/networks-bend-as-told.test.ts'],
    pictures: examples.map(picture),
    caption:
      'Eight networks, each drawn with its two cells, its crease (thick) and lines of equal value (thin), which turn at the ' +
      'crease and only there.',
    tables: [
      {
        caption: 'Cells and gradients, exact',
        head: ['normal n', 'jump j', 'cells', 'gradient where n·x < 1/8', 'gradient where n·x > 1/8'],
        rows: examples.map(({ crease, cells }) => {
          const [below, above] = gradientsBySide(crease, cells);
          return [pair(crease.normal), formatRational(crease.jump), cells.length, pair(below), pair(above)];
        }),
      },
    ],
  };
}

/** The gradients of the two cells, the one behind the crease first: the pattern says which is which. */
function gradientsBySide(_: Crease, cells: readonly PlanarCell[]): readonly [readonly Rational[], readonly Rational[]] {
  const of = (sign: string) => cells.find(({ pattern }) => pattern.startsWith(sign))!.map.jacobian[0]!;
  return [of('-'), of('+')];
}
