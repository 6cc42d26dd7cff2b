/**
 * The pictures of a report with their captions.
 */
import { DomainError } from '../network/domain.js';
import type { Collected } from './collect.js';
import type { ReportPicture } from './html.js';
import { packPlanarPicture } from './pack-picture.js';
import type { PlanarPicture } from './planar-picture.js';
import { type Colouring, planarSvg } from './planar-svg.js';
import type { Report } from './schema.js';
import { counted } from './wording.js';

/** "x0"; on a slice the coordinates are called s, t. */
export function inputName(report: Report, input: number): string {
  return report.network.slice === null ? `x${input}` : (['s', 't', 'u'][input] ?? `s${input}`);
}

export function reportPictures(report: Report, { picture }: Collected, colouring: Colouring): ReportPicture[] {
  return picture === undefined ? [] : [planar(report, picture, colouring)];
}

/** The picture of a report as a static SVG. @throws DomainError if there is none */
export function reportSvg(report: Report, { picture }: Collected, colouring: Colouring): string {
  if (picture === undefined) {
    throw new DomainError('--svg, --png: expected a box with two free inputs; choose a plane: --plane or --through');
  }
  const names = namesOf(report, picture);
  const title = `${report.network.file}: ${counted(report.counts.cells, 'cell')} on ${report.domain.text}`;
  return planarSvg({ picture, title, names, colouring });
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
    data: packPlanarPicture(picture, { label, names, colouring }),
  };
}
