/**
 * The section on corners against neurons: the exact boundaries of trained networks of growing width.
 */
import * as Plot from '@observablehq/plot';
import { countCells } from '../../engines/index.js';
import { type Network, neuronCount, shapeOf } from '../../network/index.js';
import { COLOUR, chart, type Picture } from '../page/index.js';
import { CIRCLE_DOMAIN, polygonOf } from './circle.js';
import type { TheorySection } from './section.js';

export interface CornerRow {
  readonly shape: string;
  readonly hiddenLayers: number;
  readonly neurons: number;
  readonly cells: number;
  readonly corners: number;
  readonly closed: boolean;
}

export function cornerRow(network: Network): CornerRow {
  const { curves, corners } = polygonOf(network);
  return {
    shape: shapeOf(network),
    hiddenLayers: network.layers.length,
    neurons: neuronCount(network),
    cells: countCells(network, CIRCLE_DOMAIN).cells,
    corners: corners.length,
    closed: curves.every((curve) => curve.closed),
  };
}

function picture(rows: readonly CornerRow[]): Picture {
  const series = [
    { layers: 1, name: 'one hidden layer', colour: COLOUR.blue, symbol: 'circle' as const },
    { layers: 2, name: 'two hidden layers', colour: COLOUR.orange, symbol: 'triangle' as const },
  ];
  const of = (layers: number) => rows.filter((row) => row.hiddenLayers === layers);
  const most = Math.max(...rows.map(({ corners }) => corners));
  const description =
    'Corners of the boundary against the number of neurons, for widths 2 to 16: the corners grow with the neurons, from 0 ' +
    `to ${most}; a line marks the six corners of a hexagon, which only some of the smallest networks have.`;
  return chart('corners against neurons', description, {
    width: 640,
    height: 340,
    marginLeft: 40,
    marginRight: 130,
    x: { label: 'neurons', grid: true },
    y: { label: 'corners', grid: true },
    marks: [
      Plot.ruleY([6], { stroke: COLOUR.muted, strokeDasharray: '5 4' }),
      Plot.text([{ x: 32, y: 6 }], {
        x: 'x',
        y: 'y',
        text: ['a hexagon'],
        dx: 8,
        textAnchor: 'start',
        fill: COLOUR.muted,
      }),
      ...series.flatMap(({ layers, name, colour, symbol }) => [
        Plot.line(of(layers), { x: 'neurons', y: 'corners', stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(of(layers), {
          x: 'neurons',
          y: 'corners',
          symbol,
          stroke: colour,
          strokeWidth: 1.8,
          // A hollow mark: the boundary is not closed.
          fill: (row: CornerRow) => (row.closed ? colour : COLOUR.paper),
          r: 4.5,
        }),
        Plot.text(of(layers).slice(-1), {
          x: 'neurons',
          y: 'corners',
          text: [name],
          dx: 10,
          textAnchor: 'start',
          fill: colour,
          fontWeight: 600,
        }),
      ]),
      Plot.ruleY([0], { stroke: COLOUR.rule }),
    ],
    color: { type: 'identity' },
  });
}

/** @param networks trained networks of one and of two hidden layers, widths 2 to 16 */
export function cornersSection(networks: readonly Network[]): TheorySection {
  const rows = networks.map(cornerRow);
  const hexagons = rows.filter(({ corners, closed }) => corners === 6 && closed).map(({ shape }) => shape);
  return {
    id: 'corners',
    title: 'More neurons, more corners: a hexagon is the exception',
    claim:
      `Of ${rows.length} trained ReLU networks of one and two hidden layers, widths 2 to 16, ${hexagons.length} have a closed ` +
      `boundary with six corners (${hexagons.join(', ')}). Corners are where the polygon turns; every corner lies on a crease, ` +
      'so that more creases leave room for more corners.',
    hypotheses: 'The networks of fixtures/circle: one training recipe, one data set. A table of facts, not a law.',
    source: 'The project’s own fixtures; fixtures/circle/README.md has the same table with the training errors',
    properties: ['article/relu-boundaries-are-polygons.test.ts'],
    pictures: [picture(rows)],
    caption:
      'Filled: the boundary is closed; hollow: it leaves the square [−6, 6]². Every number is that of an exact polygon.',
    tables: [1, 2].map((layers) => ({
      caption: layers === 1 ? 'One hidden layer' : 'Two hidden layers',
      head: ['network', 'neurons', 'cells', 'corners', 'boundary'],
      rows: rows
        .filter((row) => row.hiddenLayers === layers)
        .map(({ shape, neurons, cells, corners, closed }) => [
          shape,
          neurons,
          cells,
          corners,
          closed ? 'closed' : 'open',
        ]),
    })),
  };
}
