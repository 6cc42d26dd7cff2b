/**
 * The table over many networks as an HTML page, with a chart of cells against neurons.
 */
import * as Plot from '@observablehq/plot';
import { escapeHtml, htmlFigure, htmlTable, htmlTiles } from '../encoding/index.js';
import { CHART_STYLE, COLOUR, chart, htmlPage, logarithmicAxis } from '../page/index.js';
import {
  COMPARISON_COLUMNS,
  COMPARISON_WORDS,
  type ComparisonRow,
  comparisonCells,
  comparisonSummary,
} from './comparison.js';

const STYLE = `
table { font-size: 0.86rem; }
th, td { padding-right: 0.8rem; }
.chart svg { min-width: 34rem; }
td:nth-child(2), td:nth-child(3), td:nth-child(8) { white-space: nowrap; }
`;

interface Mark {
  readonly neurons: number;
  readonly cells: number;
  readonly complete: boolean;
}

/** The interval of some numbers, or one around a single one. */
function intervalOf(numbers: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low < high ? [low, high] : [low / 2, high * 2];
}

const SIZE = { width: 640, height: 380, marginLeft: 64 } as const;

/** Cells against neurons on logarithmic scales; nothing if no network has a neuron. */
function scatter(rows: readonly ComparisonRow[]): string {
  const marks = rows.flatMap((row): Mark[] => {
    if (row.status === 'failed' || row.neurons === 0) return [];
    const complete = row.status === 'complete';
    return [{ neurons: row.neurons, cells: complete ? row.cells : Math.max(1, row.atLeast), complete }];
  });
  if (marks.length === 0) return '';
  const places = { x: 'neurons', y: 'cells' } as const;
  const description = `Cells against neurons that bend of ${marks.length} networks, both on logarithmic scales; the table has the numbers.`;
  const axis = (name: 'x' | 'y', label: string, key: 'neurons' | 'cells', pixels: number) =>
    logarithmicAxis(name, { label, domain: intervalOf(marks.map((mark) => mark[key])), pixels, grid: true });
  const across = axis('x', 'neurons that bend', 'neurons', SIZE.width - SIZE.marginLeft - 20);
  const upright = axis('y', 'cells', 'cells', SIZE.height - 62);
  const { svg } = chart('', description, {
    ...SIZE,
    x: across.scale,
    y: upright.scale,
    marks: [
      ...across.marks,
      ...upright.marks,
      Plot.dot(
        marks.filter(({ complete }) => complete),
        { ...places, fill: COLOUR.blue, fillOpacity: 0.7, r: 4 },
      ),
      Plot.dot(
        marks.filter(({ complete }) => !complete),
        { ...places, stroke: COLOUR.orange, strokeWidth: 2, symbol: 'triangle', r: 5 },
      ),
    ],
  });
  return htmlFigure(
    `<div class="chart scroll" tabindex="0" role="group" aria-label="chart">${svg}</div>`,
    'Filled: counted. Hollow triangles: at least so many, stopped by the budget.',
  );
}

function tableOf(rows: readonly ComparisonRow[]): string {
  const lines = rows.map((row) => comparisonCells(row).map(escapeHtml));
  return htmlTable(COMPARISON_COLUMNS, lines);
}

/** The page. The same bytes for the same rows. */
export function comparisonPage(rows: readonly ComparisonRow[]): string {
  const done = rows.filter(({ status }) => status !== 'failed');
  const failed = rows.flatMap((row) => (row.status === 'failed' ? [[row.network, row.error].map(escapeHtml)] : []));
  const of = (status: ComparisonRow['status']) =>
    rows.filter((row) => row.status === status).length.toLocaleString('en-US');
  const tiles = htmlTiles([
    { name: 'counted', value: of('complete') },
    { name: 'stopped by the budget', value: of('stopped') },
    { name: 'failed', value: of('failed') },
  ]);
  const failures = {
    id: 'failed',
    title: 'Failed',
    body: htmlTable([{ title: 'network' }, { title: 'why' }], failed),
  };
  return htmlPage({
    title: 'Networks compared',
    lead: escapeHtml(`${comparisonSummary(rows)}.`),
    sections: [
      { id: 'counts', title: 'Counts', body: `${tiles}\n<p>${escapeHtml(COMPARISON_WORDS)}</p>\n${tableOf(done)}` },
      { id: 'growth', title: 'Cells against neurons', body: scatter(rows) },
      ...(failed.length > 0 ? [failures] : []),
    ],
    footer: '<p>Written by <code>relu-atlas report --table</code>.</p>',
    style: `${CHART_STYLE}${STYLE}`,
  });
}
