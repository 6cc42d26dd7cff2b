/**
 * The report on one query: the answer, how the search closed its tree, and where the network is unsafe.
 */
import * as Plot from '@observablehq/plot';
import { toDouble } from '../../exact/index.js';
import { escapeHtml, htmlFacts, htmlTable, htmlTiles } from '../encoding/index.js';
import { areas, CHART_STYLE, COLOUR, chart, htmlPage, segments } from '../page/index.js';
import { creaseSegments, drawn, type UnsafePicture } from '../picture/index.js';
import { type NotedPoint, planeText } from './unsafe-svg.js';

/** Nodes that were closed at one depth, by what. */
export interface DepthRow {
  readonly depth: number;
  readonly closedByBounds: number;
  readonly closedExactly: number;
  readonly implied: number;
  readonly splits: number;
}

export interface VerificationReport {
  readonly title: string;
  /** The answer in words. */
  readonly answer: string;
  readonly verdict: 'sat' | 'unsat' | 'unknown';
  /** Names with their values, as texts. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Of the counterexample: one row per condition, with its left-hand side. */
  readonly conditions: readonly (readonly [condition: string, slack: string])[];
  readonly statistics: readonly (readonly [name: string, value: number])[];
  /** The proof's tree; none without one. */
  readonly depths: readonly DepthRow[];
  readonly pictures: readonly UnsafePicture[];
  /** The counterexample, or where the margin is attained. */
  readonly point: NotedPoint | undefined;
  /** Why there is no picture. */
  readonly noPicture: string;
  readonly command: string;
  readonly version: string;
}

const SIZE = 420;

function pictureHtml(picture: UnsafePicture, point: VerificationReport['point']): string {
  const { axes, window, cells, unsafe } = picture;
  const [x, y] = axes;
  const title = planeText(picture);
  const description = `${cells.length} cells of the partition, ${unsafe.length} polygons of them unsafe.`;
  const domain = (axis: 0 | 1) => [toDouble(window.lower[axis]!), toDouble(window.upper[axis]!)];
  const dots = point === undefined ? [] : [{ x: point.place[x]!, y: point.place[y]! }];
  const { svg } = chart('', description, {
    width: SIZE + 60,
    height: SIZE + 50,
    marginLeft: 56,
    x: { domain: domain(0), label: `input ${x}`, ticks: 5 },
    y: { domain: domain(1), label: `input ${y}`, ticks: 5 },
    color: { type: 'identity' },
    marks: [
      areas(unsafe.map((corners) => ({ points: corners.map(drawn), fill: COLOUR.orange }))),
      segments(creaseSegments(cells), { stroke: 'currentColor', strokeOpacity: 0.35, strokeWidth: 0.6 }),
      Plot.dot(dots, { x: 'x', y: 'y', r: 5, stroke: COLOUR.blue, strokeWidth: 2.5 }),
    ],
  });
  return `<div class="picture"><h3>${escapeHtml(title)}</h3>${svg}<p>${escapeHtml(description)}</p></div>`;
}

const count = (value: number) => value.toLocaleString('en-US');

function depthsHtml(depths: readonly DepthRow[]): string {
  if (depths.length === 0) return '<p>No tree was written: only a proof of unsat has one.</p>';
  const columns = ['depth', 'split', 'closed by bounds', 'closed exactly', 'sides implied'];
  const rows = depths.map(({ depth, splits, closedByBounds, closedExactly, implied }) =>
    [depth, splits, closedByBounds, closedExactly, implied].map(count),
  );
  return htmlTable(
    columns.map((title) => ({ title, numeric: true })),
    rows,
  );
}

function conditionsHtml(conditions: VerificationReport['conditions']): string {
  if (conditions.length === 0) return '';
  const rows = conditions.map((row) => row.map(escapeHtml));
  return `<h3>The disjunct that holds at the point</h3>${htmlTable([{ title: 'condition' }, { title: 'left-hand side' }], rows)}`;
}

/** What the ring is, and where the planes lie. */
function ringText({ pictures, point }: VerificationReport): string {
  const planes = pictures.some(({ at }) => at.length > 0);
  if (point === undefined) return planes ? ' The planes meet in the middle of the bounds.' : '';
  return ` The ring: ${escapeHtml(point.name)}${planes ? ', through which the planes lie' : ''}.`;
}

/** The page. The same bytes for the same content. */
export function verificationReportPage(report: VerificationReport): string {
  const { pictures, noPicture } = report;
  const shown =
    pictures.length === 0
      ? `<p>${escapeHtml(noPicture)}</p>`
      : `<div class="pictures">${pictures.map((picture) => pictureHtml(picture, report.point)).join('\n')}</div>
<p>Orange: where the network is unsafe, exactly, cell by cell. Thin lines: creases.${ringText(report)}</p>`;
  const tiles = htmlTiles([
    { name: 'answer', value: report.verdict },
    ...report.statistics.map(([name, value]) => ({ name, value: count(value) })),
  ]);
  const facts = htmlFacts(report.facts.map(([name, value]) => [name, escapeHtml(value)] as const));
  return htmlPage({
    title: report.title,
    lead: escapeHtml(report.answer),
    sections: [
      { id: 'answer', title: 'Answer', body: `${tiles}\n${facts}\n${conditionsHtml(report.conditions)}` },
      { id: 'tree', title: 'How the tree was closed', body: depthsHtml(report.depths) },
      { id: 'unsafe', title: 'Where it is unsafe', body: shown },
    ],
    footer: `<p>Written by relu-atlas ${escapeHtml(report.version)}: <code>${escapeHtml(report.command)}</code></p>`,
    style: CHART_STYLE,
  });
}
