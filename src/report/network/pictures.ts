/**
 * The pictures of a report with their captions.
 */

import { jsonOfRational } from '../../formats/index.js';
import { DomainError } from '../../network/index.js';
import type { Collected, Report } from '../content/index.js';
import { counted, escapeHtml, exactText } from '../encoding/index.js';
import type { Graph, PlanarPicture, SlicePicture } from '../picture/index.js';
import { type Colouring, packGraph, packPlanarPicture, planarSvg } from '../picture/index.js';
import { GRAPH, graphChart, graphWindow, MOST_LINES } from './charts.js';
import type { ReportPicture } from './page.js';
import { graphWithPoints, NO_SEEN_POINTS, pointsInPlane, type SeenPoints } from './points.js';

/** How a report is drawn. */
export interface Drawing {
  readonly colouring: Colouring;
  readonly points?: SeenPoints;
}

/** "x0"; on a slice the coordinates are called s, t. */
export function inputName(report: Report, input: number): string {
  return report.network.slice === null ? `x${input}` : (['s', 't', 'u'][input] ?? `s${input}`);
}

export function reportPictures(report: Report, collected: Collected, drawing: Drawing): ReportPicture[] {
  const { picture, slices, graph, shape } = collected;
  if (picture !== undefined) return [planar(report, picture, drawing, shape)];
  if (slices !== undefined) return [series(report, slices, drawing)];
  return graph === undefined ? [] : [line(report, graphWithPoints(graph, drawing.points ?? NO_SEEN_POINTS))];
}

/** The picture of a report as a static SVG; of several slices the middle one. @throws DomainError if there is none */
export function reportSvg(
  report: Report,
  { picture, slices, graph, shape }: Collected,
  { colouring, points = NO_SEEN_POINTS }: Drawing,
): string {
  const title = `${report.network.file}: ${counted(report.counts.cells, 'cell')} on ${report.domain.text}`;
  const slice = slices?.[slices.length >> 1];
  const shown = picture ?? slice?.picture;
  if (shown !== undefined) {
    const where = slice === undefined ? '' : `, slice at ${placeOf(report, slice)}`;
    return planarSvg({
      picture: shown,
      title: title + where,
      names: namesOf(report, shown),
      colouring,
      points: pointsInPlane(points, shown.complex.inputs),
      ...(picture !== undefined && shape && { cycles: shape }),
    });
  }
  if (graph !== undefined)
    return standalone(graphChart(graphWithPoints(graph, points), inputName(report, graph.input)), title);
  throw new DomainError('--svg, --png, --pdf: expected a box, got all of R^d; give --box');
}

/** A chart of a page as a document of its own, dark on white; it begins as all our SVG files do, by which they are known (`output/kinds.ts`). */
function standalone(svg: string, title: string): string {
  const [view = ''] = / viewBox="[^"]*"/.exec(svg) ?? [];
  const rest = svg
    .replace(view, '')
    .replace(/ xmlns="[^"]*"/, '')
    .replaceAll('currentColor', '#222');
  const text = rest.replace('<svg', `<svg xmlns="http://www.w3.org/2000/svg"${view}`);
  return text.replace('>', `><title>${escapeHtml(title)}</title><rect width="100%" height="100%" fill="#fff"/>`);
}

/** "x2 = 0.5, x3 = 1/3" */
function placeOf(report: Report, { at }: SlicePicture): string {
  return at.map(({ input, value }) => `${inputName(report, input)} = ${exactText(jsonOfRational(value))}`).join(', ');
}

/** What is said about data points. */
function pointsCaption({ points }: Report): string {
  if (points === undefined) return '';
  const outside = points.outside === 0 ? '' : `, ${counted(points.outside, 'point')} of them outside of the picture`;
  const how = points.projection === null ? '' : `; ${escapeHtml(points.projection)}`;
  return ` Marks: ${counted(points.count, 'data point')} of <code>${escapeHtml(points.file)}</code>${outside}${how}.`;
}

/** What the page's script needs to tell values. */
function graphData(graph: Graph, input: string): string {
  const { left, right, top, bottom, width, height } = GRAPH;
  const values = graph.values.slice(0, MOST_LINES);
  return packGraph(
    {
      kind: 'graph',
      input,
      names: values.length === 1 ? ['value'] : values.map((_, k) => `output ${k}`),
      frame: { left, right: width - right, top, bottom: height - bottom },
      ...graphWindow(graph),
    },
    { x: Float64Array.from(graph.x), values: Float64Array.from(values.flat()) },
  );
}

function line(report: Report, graph: Graph): ReportPicture {
  const name = inputName(report, graph.input);
  const label = `The outputs over ${name}`;
  const inner = counted(graph.x.length - 2, 'breakpoint');
  const more =
    graph.values.length > MOST_LINES ? ` ${graph.values.length - MOST_LINES} more outputs are not drawn.` : '';
  return {
    label,
    caption: `${label}: ${inner}, exact and rounded only for drawing. Pointing at the picture tells the values there; with the keyboard,
arrows go from breakpoint to breakpoint.${more}${pointsCaption(report)}`,
    data: [graphData(graph, name)],
    svg: graphChart(graph, name),
  };
}

function series(
  report: Report,
  slices: readonly SlicePicture[],
  { colouring, points = NO_SEEN_POINTS }: Drawing,
): ReportPicture {
  const [first] = slices as readonly [SlicePicture, ...SlicePicture[]];
  const names = namesOf(report, first.picture);
  const label = `The partition of ${slices.length === 1 ? 'the slice through the middle of the box' : 'slices of the box'} in ${names.join(' and ')}`;
  return {
    label,
    caption: `${label}; cells are counted and numbered in each slice by itself. Drag to move, wheel or pinch to zoom. Other planes:
<code>--plane</code> and <code>--through</code>.${pointsCaption(report)}`,
    data: slices.map((slice) =>
      packPlanarPicture(slice.picture, {
        label: placeOf(report, slice),
        names,
        colouring,
        points: pointsInPlane(points, slice.picture.complex.inputs),
      }),
    ),
  };
}

function namesOf(report: Report, { complex }: PlanarPicture): [string, string] {
  return complex.inputs.map((input) => inputName(report, input)) as [string, string];
}

function planar(
  report: Report,
  picture: PlanarPicture,
  { colouring, points = NO_SEEN_POINTS }: Drawing,
  shape: Collected['shape'],
): ReportPicture {
  const names = namesOf(report, picture);
  const label = `The partition into ${counted(picture.complex.cells, 'cell')} in ${names.join(' and ')}`;
  const boundary = picture.boundary.length === 0 ? '' : ' The thick line is the decision boundary.';
  const cycles =
    shape === undefined ? '' : ' Dashed: loops around the holes of regions; rings: a point of each component.';
  return {
    label,
    caption: `${label}: thin lines are creases, those of first layers thicker.${boundary}${cycles} Drag to move, wheel or pinch to zoom;
with the keyboard: arrows go from cell to cell, + and − zoom, 0 shows everything. Corners are exact and rounded only for
drawing.${pointsCaption(report)}`,
    data: [
      packPlanarPicture(picture, {
        label,
        names,
        colouring,
        points: pointsInPlane(points, picture.complex.inputs),
        ...(shape && { cycles: shape }),
      }),
    ],
  };
}
