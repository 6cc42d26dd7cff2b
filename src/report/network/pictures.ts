/**
 * The pictures of a report with their captions.
 */

import { jsonOfRational } from '../../formats/index.js';
import { DomainError } from '../../network/index.js';
import type { Collected, Report } from '../content/index.js';
import { counted, exactText } from '../encoding/index.js';
import type { Graph, PlanarPicture, SlicePicture } from '../picture/index.js';
import { type Colouring, packPlanarPicture, planarSvg } from '../picture/index.js';
import { graphChart } from './charts.js';
import type { ReportPicture } from './page.js';

/** "x0"; on a slice the coordinates are called s, t. */
export function inputName(report: Report, input: number): string {
  return report.network.slice === null ? `x${input}` : (['s', 't', 'u'][input] ?? `s${input}`);
}

export function reportPictures(report: Report, collected: Collected, colouring: Colouring): ReportPicture[] {
  const { picture, slices, graph } = collected;
  if (picture !== undefined) return [planar(report, picture, colouring)];
  if (slices !== undefined) return [series(report, slices, colouring)];
  return graph === undefined ? [] : [line(report, graph)];
}

/** The picture of a report as a static SVG; of several slices the middle one. @throws DomainError if there is none */
export function reportSvg(report: Report, { picture, slices, graph }: Collected, colouring: Colouring): string {
  const title = `${report.network.file}: ${counted(report.counts.cells, 'cell')} on ${report.domain.text}`;
  const slice = slices?.[slices.length >> 1];
  const shown = picture ?? slice?.picture;
  if (shown !== undefined) {
    const where = slice === undefined ? '' : `, slice at ${placeOf(report, slice)}`;
    return planarSvg({ picture: shown, title: title + where, names: namesOf(report, shown), colouring });
  }
  if (graph !== undefined) return standalone(graphChart(graph, inputName(report, graph.input)));
  throw new DomainError('--svg, --png, --pdf: expected a box, got all of R^d; give --box');
}

/** A chart of a page as a document of its own, dark on white. */
function standalone(svg: string): string {
  const text = svg.replaceAll('currentColor', '#222');
  const head = text.includes('xmlns="') ? text : text.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return head.replace('>', '><rect width="100%" height="100%" fill="#fff"/>');
}

/** "x2 = 0.5, x3 = 1/3" */
function placeOf(report: Report, { at }: SlicePicture): string {
  return at.map(({ input, value }) => `${inputName(report, input)} = ${exactText(jsonOfRational(value))}`).join(', ');
}

function line(report: Report, graph: Graph): ReportPicture {
  const name = inputName(report, graph.input);
  const label = `The outputs over ${name}`;
  const inner = counted(graph.x.length - 2, 'breakpoint');
  return {
    label,
    caption: `${label}: ${inner}, exact and rounded only for drawing.`,
    data: [],
    svg: graphChart(graph, name),
  };
}

function series(report: Report, slices: readonly SlicePicture[], colouring: Colouring): ReportPicture {
  const [first] = slices as readonly [SlicePicture, ...SlicePicture[]];
  const names = namesOf(report, first.picture);
  const label = `The partition of ${slices.length === 1 ? 'the slice through the middle of the box' : 'slices of the box'} in ${names.join(' and ')}`;
  return {
    label,
    caption: `${label}; cells are counted and numbered in each slice by itself. Drag to move, wheel or pinch to zoom. Other planes:
<code>--plane</code> and <code>--through</code>.`,
    data: slices.map((slice) => packPlanarPicture(slice.picture, { label: placeOf(report, slice), names, colouring })),
  };
}

function namesOf(report: Report, { complex }: PlanarPicture): [string, string] {
  return complex.inputs.map((input) => inputName(report, input)) as [string, string];
}

function planar(report: Report, picture: PlanarPicture, colouring: Colouring): ReportPicture {
  const names = namesOf(report, picture);
  const label = `The partition into ${counted(picture.complex.cells, 'cell')} in ${names.join(' and ')}`;
  const boundary = picture.boundary.length === 0 ? '' : ' The thick line is the decision boundary.';
  return {
    label,
    caption: `${label}: thin lines are creases, those of first layers thicker.${boundary} Drag to move, wheel or pinch to zoom;
with the keyboard: arrows go from cell to cell, + and − zoom, 0 shows everything. Corners are exact and rounded only for
drawing.`,
    data: [packPlanarPicture(picture, { label, names, colouring })],
  };
}
