/**
 * The table of a benchmark as an HTML page, with a chart of solved instances against time.
 */
import * as Plot from '@observablehq/plot';
import { escapeHtml, htmlFigure, htmlTable, htmlTiles } from '../encoding/index.js';
import { CHART_STYLE, COLOUR, chart, htmlPage } from '../page/index.js';
import { VERIFICATION_COLUMNS, type VerificationRow, verificationCells, verificationSummary } from './rows.js';

const STYLE = `
table { font-size: 0.86rem; }
td:nth-child(4), td:nth-child(5), td:nth-child(6) { text-align: right; white-space: nowrap; }
`;

/** How many instances are answered within a time: the plot of the competitions. */
function cactus(rows: readonly VerificationRow[]): string {
  const times = rows
    .filter(({ verdict }) => verdict === 'sat' || verdict === 'unsat')
    .map(({ seconds }) => seconds)
    .sort((a, b) => a - b);
  if (times.length < 2) return '';
  const marks = times.map((seconds, i) => ({ seconds: Math.max(seconds, 0.01), answered: i + 1 }));
  const description = `Instances answered within a time, ${times.length} of ${rows.length}; the table has the numbers.`;
  const { svg } = chart('', description, {
    width: 640,
    height: 320,
    marginLeft: 64,
    x: { type: 'log', label: 'seconds per instance', grid: true },
    y: { label: 'instances answered', grid: true },
    marks: [
      Plot.line(marks, { x: 'seconds', y: 'answered', stroke: COLOUR.blue, strokeWidth: 2, curve: 'step-after' }),
    ],
  });
  return htmlFigure(svg, 'Instances answered, sorted by time.');
}

/** The page. The same bytes for the same rows. */
export function verificationPage(rows: readonly VerificationRow[]): string {
  const of = (verdict: VerificationRow['verdict']) =>
    rows.filter((row) => row.verdict === verdict).length.toLocaleString('en-US');
  const tiles = htmlTiles([
    { name: 'unsat', value: of('unsat') },
    { name: 'sat', value: of('sat') },
    { name: 'unknown', value: of('unknown') },
    { name: 'errors', value: of('error') },
  ]);
  const table = htmlTable(
    VERIFICATION_COLUMNS.map((title) => ({ title })),
    rows.map((row) => verificationCells(row).map(escapeHtml)),
  );
  return htmlPage({
    title: 'Queries answered',
    lead: escapeHtml(`${verificationSummary(rows)}.`),
    sections: [
      { id: 'answers', title: 'Answers', body: `${tiles}\n${table}` },
      { id: 'times', title: 'Instances against time', body: cactus(rows) },
    ],
    footer: '<p>Written by <code>relu-atlas verify --instances</code>.</p>',
    style: `${CHART_STYLE}${STYLE}`,
  });
}
