/**
 * The section on folding: composed tent maps, and what they cost without depth.
 */
import * as Plot from '@observablehq/plot';
import { countRegions } from '../../analysis/regions/index.js';
import { rational, toDouble } from '../../exact/index.js';
import { cube, evaluateExact, neuronCount } from '../../network/index.js';
import { gridOf, sawtooth } from '../../theory/index.js';
import { COLOUR, chart, type Picture } from '../page/index.js';
import type { TheorySection } from './section.js';

const DEEPEST = 10;
const DRAWN = [1, 2, 3, 4, 5, 6];

export interface FoldRow {
  readonly depth: number;
  readonly neurons: number;
  readonly pieces: number;
}

export function foldRows(): FoldRow[] {
  return Array.from({ length: DEEPEST }, (_, i) => {
    const network = sawtooth(i + 1);
    return { depth: i + 1, neurons: neuronCount(network), pieces: countRegions(network, cube(1, 0, 1)).pieces };
  });
}

function sawPicture({ depth, pieces, neurons }: FoldRow): Picture {
  const network = sawtooth(depth);
  const points = gridOf(rational(0n), rational(1n), pieces).map((x) => ({
    x: toDouble(x),
    y: toDouble(evaluateExact(network, [x]).output[0]!),
  }));
  return chart(`depth ${depth}: ${pieces} pieces`, `A saw with ${pieces} teeth sides, from ${neurons} neurons.`, {
    width: 165,
    height: 120,
    marginLeft: 26,
    marginRight: 8,
    marginBottom: 24,
    x: { ticks: [0, 1], label: null },
    y: { ticks: [0, 1], label: null },
    marks: [Plot.line(points, { x: 'x', y: 'y', stroke: COLOUR.blue, strokeWidth: 1.4, strokeLinejoin: 'bevel' })],
  });
}

function growthPicture(rows: readonly FoldRow[]): Picture {
  const flat = rows.map(({ neurons }) => ({ neurons, pieces: neurons + 1 }));
  const places = { x: 'neurons', y: 'pieces' } as const;
  const label = (text: string, fill: string) =>
    ({ text: [text], dx: 8, textAnchor: 'start', fill, fontWeight: 600 }) as const;
  const description =
    'Pieces against neurons on a logarithmic scale: composed tent maps double their pieces with every 3 neurons, up to ' +
    `${rows.at(-1)!.pieces}; one hidden layer of as many neurons has at most one piece more than neurons.`;
  return chart('pieces against neurons', description, {
    width: 560,
    height: 320,
    marginLeft: 48,
    marginRight: 130,
    x: {
      label: 'neurons',
      grid: true,
      ticks: rows.map(({ neurons }) => neurons),
    },
    y: { type: 'log', base: 2, label: 'pieces', grid: true, tickFormat: 'd' },
    marks: [
      Plot.line(flat, { ...places, stroke: COLOUR.orange, strokeWidth: 1.6, strokeDasharray: '6 4' }),
      Plot.text(flat.slice(-1), { ...places, ...label('one layer, at most', COLOUR.orange) }),
      Plot.line(rows, { ...places, stroke: COLOUR.blue, strokeWidth: 1.8 }),
      Plot.dot(rows, { ...places, fill: COLOUR.blue, r: 4 }),
      Plot.text(rows.slice(-1), { ...places, ...label('tent maps, counted', COLOUR.blue) }),
    ],
  });
}

export function foldingSection(): TheorySection {
  const rows = foldRows();
  return {
    id: 'folding',
    title: 'Composition folds: depth k makes 2ᵏ pieces from 3k neurons',
    claim:
      'The tent map composed with itself k times has 2ᵏ pieces on [0, 1] and needs 3 neurons per layer. One hidden layer of ' +
      'm neurons has at most m + 1 pieces on a line, so that it needs 2ᵏ − 1 neurons for the same function.',
    hypotheses: 't(0) = 0, t(1/2) = 1, t(1) = 0, linear between, constant outside.',
    source: 'Telgarsky 2015; Montufar, Pascanu, Cho, Bengio 2014',
    properties: ['article/networks-bend-as-told.test.ts'],
    pictures: [...rows.filter(({ depth }) => DRAWN.includes(depth)).map(sawPicture), growthPicture(rows)],
    caption:
      'The graphs on [0, 1], through exact values at the folds, and the number of pieces that the exact partition has.',
    tables: [
      {
        caption: 'Counted on [0, 1], exact',
        head: ['depth k', 'neurons', 'pieces', 'neurons that one layer needs'],
        rows: rows.map(({ depth, neurons, pieces }) => [depth, neurons, pieces, pieces - 1]),
      },
    ],
  };
}
